"""The collector: a protocol's endpoints, the harness's own beside them, and a journal of all that arrives."""

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
    """An application that journals every request, but for those under `/harness/`, and answers as the protocol says.

    `on_arrival` is called with each beacon once it is journaled, before it is answered. `app[FENCES]` tells which fences
    have come through, `app[FAULTS]` what fails on purpose. `allow_reset` lets `POST /harness/reset` empty the journal. Serve
    it with `server.serving`, which leaves bodies as they were sent.
    """
    app = web.Application(middlewares=[api.explain])
    app[JOURNAL], app[PROTOCOL] = journal, protocol
    app[FENCES], app[FAULTS] = Fences(), FaultInjector()
    app[ON_ARRIVAL] = on_arrival or (lambda _beacon: None)
    app[ALLOW_RESET] = allow_reset
    for endpoint in protocol.endpoints:
        app.router.add_route("*", endpoint.path, partial(receive_request, endpoint=endpoint))
    app.add_routes(api.routes)
    app.router.add_route("*", "/harness/fence/{token}", receive_fence)
    app.router.add_route("*", r"/harness/{rest:[\s\S]*}", api.no_such_address)
    app.router.add_route("*", r"/{rest:[\s\S]*}", partial(receive_request, endpoint=None))
    return app
