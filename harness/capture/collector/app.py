"""The collector: a protocol's endpoints, the harness's own endpoints, and a journal of every request."""

from collections.abc import Callable
from functools import partial

from aiohttp import web

from harness.capture.collector import query_api as api
from harness.capture.collector.fault_injection import FaultInjector
from harness.capture.collector.fences import FENCES, Fences, receive_fence
from harness.capture.collector.query_api import ALLOW_RESET
from harness.capture.collector.receive import FAULTS, JOURNAL, ON_ARRIVAL, PROTOCOL, receive_request
from harness.capture.journal import Journal
from harness.events import Beacon
from harness.protocol import TrackerProtocol

__all__ = ["FAULTS", "FENCES", "JOURNAL", "create_collector"]


def create_collector(
    journal: Journal,
    protocol: TrackerProtocol,
    *,
    on_arrival: Callable[[Beacon], None] | None = None,
    allow_reset: bool = False,
) -> web.Application:
    """Create an application that journals all requests except those under `/harness/`, and answers by the protocol.

    `on_arrival` is called with each journaled beacon, before the answer. `app[FENCES]` are the fences that have arrived,
    `app[FAULTS]` the injected faults. `allow_reset` permits `POST /harness/reset`. Serve it with `http_server.serve_app`,
    which leaves bodies as they were sent.
    """
    app = web.Application(middlewares=[api.answer_query_errors])
    app[JOURNAL], app[PROTOCOL] = journal, protocol
    app[FENCES], app[FAULTS] = Fences(), FaultInjector()
    app[ON_ARRIVAL] = on_arrival or (lambda _beacon: None)
    app[ALLOW_RESET] = allow_reset
    for endpoint in protocol.endpoints:
        app.router.add_route("*", endpoint.path, partial(receive_request, endpoint=endpoint))
    app.add_routes(api.routes)
    app.router.add_route("*", "/harness/fence/{token}", receive_fence)
    app.router.add_route("*", r"/harness/{rest:[\s\S]*}", api.answer_unknown_path)
    app.router.add_route("*", r"/{rest:[\s\S]*}", partial(receive_request, endpoint=None))
    return app
