"""A collector for tests: records the requests of a store's back end, and fails on request."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer

from fakewww.app import create_app
from fakewww.backend.outbox import Wire
from fakewww.options import StoreSettings
from fakewww.shop import SHOP, Shop
from support.store_client import CART, LARGE, SMALL, Shopper, visitors

COOKIES = {"jirafe_vid": "1234", "jirafe_vis": "4321", "jirafe_pvid": "5678", "jirafe_lpvid": "8765"}
VISIT = {"visit_id": "1234", "visitor_id": "4321", "pageview_id": "5678", "last_pageview_id": "8765"}
BEA = {"first_name": "Bea", "last_name": "Öz", "email": "bea@example.org", "password": "correct horse"}

Behaviour: TypeAlias = int | Literal["reset", "silence", "half"]
"""The response to a request: a status, a broken connection after the body was read, no response, or an incomplete 200."""


@dataclass(frozen=True)
class Received:
    """A request. `status` is that of the response, 0 without one."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes
    status: int

    @property
    def kind(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Collector:
    """Uses up the `behaviours` one by one, then accepts everything. `answers` maps statuses to response bodies."""

    behaviours: list[Behaviour] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[Received] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    arrival: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def accepted(self) -> list[Received]:
        return [request for request in self.requests if request.status == 200]

    def documents(self, kind: str) -> list[Any]:
        """The accepted documents of a kind, including those in batches."""
        found = []
        for request in self.accepted:
            found += request.body.get(kind, []) if request.kind == "batch" else []
            found += [request.body] if request.kind == kind else []
        return found

    def orders(self, status: str) -> list[Any]:
        return [order for order in self.documents("order") if order["status"] == status]

    async def handle(self, request: web.Request) -> web.Response:
        behaviour = self.behaviours.pop(0) if self.behaviours else 200
        raw = await request.read()
        status = behaviour if isinstance(behaviour, int) else 0
        self.requests.append(Received(request.method, request.path, request.headers.copy(), raw, status))
        self.arrival.set()
        if behaviour == "silence":
            await self.over.wait()
        if behaviour == "half":
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"{")
        if behaviour in ("half", "reset", "silence"):
            assert request.transport
            request.transport.abort()
        return web.json_response(
            self.answers.get(status, {"success": True}), status=status or 200, headers=self.headers
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
        """Wait until everything is sent; the collector."""
        async with asyncio.timeout(10):
            await self.shop.backend.drained()
        return self.collector

    async def shopper(self) -> Shopper:
        """A visitor with the tracker's cookies."""
        shopper = self.visitor()
        shopper.http.cookie_jar.update_cookies(COOKIES)
        return shopper


@asynccontextmanager
async def collecting(collector: Collector) -> AsyncIterator[TestServer]:
    """Serve the collector."""
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", collector.handle)
    async with TestServer(app) as server:
        yield server
        collector.over.set()


@asynccontextmanager
async def sending(
    version: Literal["v1", "v2"] = "v2",
    *,
    behaviours: Iterable[Behaviour] = (),
    collector: Collector | None = None,
    timeout: float = 5,
    skip_start: bool = True,
    **options: Any,
) -> AsyncIterator[Sending]:
    """A store and its collector. With `skip_start` the documents of the start are already sent and removed."""
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
            collector.behaviours += behaviours
            yield made


Visit: TypeAlias = Callable[[Sending], Awaitable[None]]


def collector_after(visit: Visit, version: Literal["v1", "v2"] = "v2", **options: Any) -> Collector:
    """The collector after a visit to a store."""

    async def run() -> Collector:
        async with sending(version, **options) as here:
            await visit(here)
            return await here.settle()

    return asyncio.run(run())


async def no_visit(_here: Sending) -> None:
    """Do nothing, so that only the documents of the start are sent."""


async def complete_visit(here: Sending) -> None:
    """A visit with each action for which the back end sends a document."""
    shopper = await here.shopper()
    await shopper.add(quantity=2)
    await shopper.add(LARGE)
    await shopper.update(SMALL, quantity=3)
    await shopper.update(SMALL, quantity=3, sku="TUMBLER-BRICK-S")
    await shopper.post(CART, {"action": "remove", "line": LARGE})
    await shopper.to_review()
    await shopper.step("review", {"action": "cancel"})
    await shopper.step("payment", {"payment": "card"})
    number = (await shopper.step("review")).call("order.success")["order"]["num"]
    await shopper.change_order(number, product="Wool socks", quantity=2)
    await shopper.change_order(number, action="cancel")
    await shopper.post("/fakewww/account/sign-up/index.html", BEA)
    await shopper.buy()
    await shopper.add()
    await shopper.post(CART, {"action": "empty"})


def kinds_and_statuses(requests: Iterable[Received]) -> list[tuple[str, str]]:
    """Kind and status of each document in order; the status may be empty."""
    return [(request.kind, request.body.get("status", "")) for request in requests]


def item_quantities(items: Iterable[Any]) -> list[tuple[str, int]]:
    """SKU and quantity of each item of a document."""
    return [(item["product"]["code"], item["quantity"]) for item in items]
