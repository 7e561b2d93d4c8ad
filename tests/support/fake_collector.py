"""A collector for tests: keeps what a store's back end sends, and fails where it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer

from fakewww.app import create_app
from fakewww.backend.outbox import Wire
from fakewww.options import StoreSettings
from fakewww.shop import SHOP, Shop
from support.store_client import Shopper, visitors

COOKIES = {"jirafe_vid": "1234", "jirafe_vis": "4321", "jirafe_pvid": "5678", "jirafe_lpvid": "8765"}
VISIT = {"visit_id": "1234", "visitor_id": "4321", "pageview_id": "5678", "last_pageview_id": "8765"}

MutantOutcome: TypeAlias = int | Literal["reset", "silence", "half"]
"""What becomes of a request: a status to answer, the connection broken once the body was read, no answer at all, or
a 200 of which the body breaks off."""


@dataclass(frozen=True)
class Received:
    """A request. `answered` is the status, 0 where there was none."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes
    answered: int

    @property
    def kind(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Collector:
    """Meets the fates one after the other, then takes everything. `answers` has the body for a status."""

    fates: list[MutantOutcome] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[Received] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    arrival: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def taken(self) -> list[Received]:
        return [request for request in self.requests if request.answered == 200]

    def documents(self, kind: str) -> list[Any]:
        """The documents of a kind that were taken, those in batches among them."""
        found = []
        for request in self.taken:
            found += request.body.get(kind, []) if request.kind == "batch" else []
            found += [request.body] if request.kind == kind else []
        return found

    def orders(self, status: str) -> list[Any]:
        return [order for order in self.documents("order") if order["status"] == status]

    async def handle(self, request: web.Request) -> web.Response:
        fate = self.fates.pop(0) if self.fates else 200
        raw = await request.read()
        answered = fate if isinstance(fate, int) else 0
        self.requests.append(Received(request.method, request.path, request.headers.copy(), raw, answered))
        self.arrival.set()
        if fate == "silence":
            await self.over.wait()
        if fate == "half":
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"{")
        if fate in ("half", "reset", "silence"):
            assert request.transport
            request.transport.abort()
        return web.json_response(
            self.answers.get(answered, {"success": True}), status=answered or 200, headers=self.headers
        )

    async def pause(self, seconds: float, _closing: asyncio.Event) -> None:
        self.pauses.append(seconds)


@dataclass(frozen=True)
class Sending:
    """A store whose back end sends to a collector."""

    collector: Collector
    visitor: Callable[[], Shopper]
    shop: Shop
    stop: Callable[[], Any]

    async def settle(self) -> Collector:
        """Wait until all was sent; the collector."""
        async with asyncio.timeout(10):
            await self.shop.backend.drained()
        return self.collector

    async def shopper(self) -> Shopper:
        """A visitor whom the tracker has given its cookies."""
        shopper = self.visitor()
        shopper.http.cookie_jar.update_cookies(COOKIES)
        return shopper


@asynccontextmanager
async def collecting(collector: Collector) -> AsyncIterator[TestServer]:
    """The collector, served."""
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", collector.handle)
    async with TestServer(app) as server:
        yield server
        collector.over.set()


@asynccontextmanager
async def sending(
    version: Literal["v1", "v2"] = "v2",
    *,
    fates: Iterable[MutantOutcome] = (),
    collector: Collector | None = None,
    timeout: float = 5,
    skip_start: bool = True,
    **options: Any,
) -> AsyncIterator[Sending]:
    """A store and its collector; what the store pushes at the start is over, and forgotten unless that is asked for."""
    collector = collector or Collector()
    async with collecting(collector) as there:
        wire = Wire(resolve={("event.jirafe.com", 80): there.port or 0}, pause=collector.pause, timeout=timeout)
        settings = StoreSettings(backend=version, backend_url="http://event.jirafe.com", backend_wire=wire, **options)
        app = create_app(settings)
        async with TestServer(app) as server, visitors(server) as visitor:
            made = Sending(collector, visitor, app[SHOP], server.close)
            if skip_start:
                await made.settle()
                collector.requests.clear()
            collector.fates += fates
            yield made
