"""Recordings of the built-in store with a back end, walked over HTTP into a real collector; the tracker's beacons are synthetic."""

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from aiohttp.test_utils import TestServer

from fakewww.app import create_app
from fakewww.backend.outbox import Wire
from fakewww.options import StoreSettings
from fakewww.shop import SHOP, Shop
from harness.capture.collector.app import create_collector
from harness.capture.collector.http_server import serve_app
from harness.capture.journal import MemoryJournal
from harness.events import Beacon
from harness.findings import Finding
from harness.judge.judge import judge
from harness.protocol import Answer, TrackerProtocol, get
from harness.recording.records import LedgerRead, PageView, Record, Recording
from harness.scenario.model import Scenario
from support.recordings import DROPPED, DWELL, Story, Wrapper, scenario
from support.store_client import ADA, CART, LARGE, SMALL, Response, Shopper, visitors

_EVENTS = {
    "cart.add": "add_item_to_cart",
    "cart.remove": "remove_item_from_cart",
    "cart.edit": "edit_cart",
    "funnel": "funnel",
    "order.success": "order_success",
    "pageview": "pageview",
}


class Outing(Story):
    """A journey through a real store; each page adds the records of a healthy tracker."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.read = 0
        self.is_new = True
        self.pageviews = 5000
        self.shopper: Walker

    def arrive(self, beacon: Beacon) -> None:
        """A request of the back end."""
        self.now += 0.01
        self.beacon_number += 1
        self.add(replace(beacon, number=self.beacon_number, time=self.now))

    def new_visit(self) -> None:
        """Start another visit with the next page."""
        self.is_new = True

    def see(self, seen: Response) -> None:
        """A page with its calls to the tracker."""
        self.now += 0.3
        found = re.search("<title>(.*?)</title>", seen.html, re.S)
        self.title = html.unescape(found[1]) if found else ""
        events = [self.event(name, data) for name, data in seen.calls]
        if self.is_new:
            self.begin_visit(seen.url, "")
            events.insert(0, {"event_type": "visit"})
        self.is_new = False
        self.page = {"current_type": seen.call("pageview")["type"], "current_url": seen.url, "referrer_url": ""}
        self.send(*events)
        self.dwell(DWELL)
        self.pageviews += 1
        self.shopper.http.cookie_jar.update_cookies(self.cookies())
        self.add(
            PageView(
                url=seen.url, at=self.now, clock=self.clock, observed=True, title=self.title, cookies=self.cookies()
            )
        )

    def event(self, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        body = dict(data)
        kind = {"page_type": body.pop("type")} if "type" in body else {}
        return {"event_type": _EVENTS[name], **kind, **body}

    def cookies(self) -> dict[str, str]:
        ids = {"jirafe_vid": self.visit["id"], "jirafe_vis": self.visit["visitor"]}
        return {**ids, "jirafe_pvid": str(self.pageviews), "jirafe_lpvid": str(self.pageviews - 1)}

    async def act(self, *acts: Awaitable[Any]) -> Any:
        """Perform one step until it has settled; return the result of the last act."""
        self.step()
        result = None
        for act in acts:
            result = await act
        await self.settle()
        return result

    async def settle(self) -> None:
        async with asyncio.timeout(10):
            await self.shop.backend.drained()
        ledger = self.shop.ledger.read(since=self.read)
        self.read += len(ledger["entries"])
        self.add(LedgerRead(store=ledger["store"], entries=tuple(ledger["entries"])))


@dataclass(frozen=True)
class Walker(Shopper):
    """A shopper whose browser reports every page."""

    outing: Outing

    async def get(self, path: str, **options: Any) -> Response:
        return self.noted(await super().get(path, **options))

    async def post(self, path: str, form: Mapping[str, Any] | bytes | None = None, **options: Any) -> Response:
        return self.noted(await super().post(path, form, **options))

    def noted(self, seen: Response) -> Response:
        self.outing.see(seen)
        return seen


Visit = Callable[[Outing, Walker], Awaitable[None]]


@cache
def recorded(visit: Visit, version: str = "v2", *, failing: tuple[int, ...] = (), **options: Any) -> Recording:
    """The recording of a visit. The requests of the back end whose numbers are in `failing` are answered 503."""

    async def walk() -> Recording:
        early: list[Beacon] = []
        take: Callable[[Beacon], None] = early.append
        collector = create_collector(MemoryJournal(), faulty(failing), on_arrival=lambda beacon: take(beacon))
        async with serve_app(collector) as (port,):
            wire = Wire(resolve={("event.jirafe.com", 80): port}, pause=no_pause)
            sent = {} if version == "off" else {"backend_url": "http://event.jirafe.com", "backend_token": "T0"}
            app = create_app(StoreSettings(backend=version, backend_wire=wire, **sent, **options))
            async with TestServer(app) as server, visitors(server) as visitor:
                outing = Outing(app[SHOP])
                outing.shopper = Walker(visitor().http, outing)
                take = outing.arrive
                async with asyncio.timeout(30):
                    await outing.shop.backend.drained()
                for beacon in early:
                    outing.arrive(beacon)
                await visit(outing, outing.shopper)
                return outing.tale()

    return asyncio.run(walk())


async def no_pause(_seconds: float, _closing: asyncio.Event) -> None:
    pass


def faulty(failing: Iterable[int]) -> TrackerProtocol:
    """The protocol with endpoints that answer 503 to these requests, counted from 1."""
    protocol, numbers = get(), iter(range(1, 10_000))
    bad = set(failing)

    def prepared_app(answer: Callable[[Beacon], Answer]) -> Callable[[Beacon], Answer]:
        return lambda beacon: protocol.refuse(503, "a fault") if next(numbers) in bad else answer(beacon)

    return replace(
        protocol, endpoints=tuple(replace(item, answer=prepared_app(item.answer)) for item in protocol.endpoints)
    )


def found(recording: Recording, *, more: str = "") -> list[Finding]:
    """The findings of a recording, with a scenario without expectations."""
    steps = sum(type(record).__name__ == "StepBegun" for record in recording.records)
    return list(judge(recording, idle(steps, more), PROTOCOL))


@cache
def idle(steps: int, more: str) -> Scenario:
    """A scenario with this number of steps and without expectations."""
    return scenario("- arrive\n" + "- home\n" * (steps - 1), more=more)


PROTOCOL = replace(get(), read=cache(get().read))
"""Decodes each beacon once."""


def summary(recording: Recording, *, more: str = "") -> list[tuple[str, str]]:
    """Code and place of each finding."""
    return [(finding.code, finding.place) for finding in found(recording, more=more)]


# Visits


async def bought(outing: Outing, shopper: Walker) -> None:
    """A guest fills a cart, changes it, and buys."""
    await outing.act(shopper.get("/fakewww/index.html"))
    await outing.act(shopper.get("/fakewww/products/1/index.html"), shopper.add(quantity=2))
    await outing.act(shopper.update(SMALL, quantity=3))
    await outing.act(shopper.add(LARGE))
    await outing.act(shopper.post(CART, {"action": "remove", "line": LARGE}))
    await outing.act(shopper.to_review(ADA))
    await outing.act(shopper.step("review"))


async def edited(outing: Outing, shopper: Walker) -> None:
    """The order is edited twice and cancelled, and another one is cancelled before the payment."""
    await bought(outing, shopper)
    number = number_of(outing)
    await outing.act(shopper.change_order(number, product="Wool socks", quantity=2))
    await outing.act(shopper.change_order(number, **{f"quantity-{SMALL}": 1}))
    await outing.act(shopper.change_order(number, action="cancel"))
    await outing.act(shopper.add(LARGE, 2), shopper.update(LARGE, quantity=2, sku="TUMBLER-BRICK-S"))
    await outing.act(shopper.to_review(ADA), shopper.step("review", {"action": "cancel"}))
    await outing.act(shopper.post(CART, {"action": "empty"}))


async def as_customer(outing: Outing, shopper: Walker) -> None:
    """A cart is kept over sign-in and bought, and the receipt is shown again; then a new customer signs up."""
    await outing.act(shopper.get("/fakewww/index.html"), shopper.add(quantity=2))
    await outing.act(shopper.sign_in())
    await outing.act(shopper.add(LARGE))
    receipt = await outing.act(shopper.to_review(ADA), shopper.step("review"))
    await outing.act(shopper.get(receipt.path))
    await outing.act(shopper.post("/fakewww/account/sign-out"))
    bea = {"first_name": "Bea", "last_name": "Öz", "email": "bea@example.org", "password": "correct horse"}
    await outing.act(shopper.post("/fakewww/account/sign-up/index.html", bea))
    await outing.act(shopper.buy())


def number_of(outing: Outing) -> str:
    """The last order's number."""
    return str(outing.shop.orders.all()[-1].number)


# Ways to break the sources

Change = Callable[[Wrapper], Any]


def is_document(record: Record) -> bool:
    return isinstance(record, Beacon) and "/event.jirafe.com/" in record.url


def documents(recording: Recording, kind: str, change: Change, *, nth: int | None = None, **fields: Any) -> Recording:
    """Change the documents of a type with these fields in place, or only the nth of them, also in batches.

    `DROPPED` removes a document.
    """
    met = 0

    def changed(name: str, body: Wrapper) -> Any:
        nonlocal met
        if name != kind or not fields.items() <= body.items():
            return None
        met += 1
        return change(body) if nth in (None, met) else None

    records: list[Record] = []
    for record in recording.records:
        if isinstance(record, Beacon) and is_document(record):
            before, name, body = met, record.url.rpartition("/")[2], json.loads(record.body)
            if name == "batch":
                body = {
                    key: [item for item in items if changed(key, item) is not DROPPED] for key, items in body.items()
                }
            elif changed(name, body) is DROPPED:
                continue
            record = record if met == before else replace(record, body=json.dumps(body).encode())
        records.append(record)
    assert met, f"no such {kind} document"
    return replace(recording, records=tuple(records))


def each(recording: Recording, kind: type[Any], change: Callable[[Any], Any]) -> Recording:
    """Replace each record of a kind by the result of `change`; `DROPPED` removes it."""
    changed = [change(record) if isinstance(record, kind) else record for record in recording.records]
    return replace(recording, records=tuple(record for record in changed if record is not DROPPED))


def events(recording: Recording, change: Change) -> Recording:
    """Change each payload of the tracker in place; `DROPPED` removes it."""

    def changed(beacon: Beacon) -> Any:
        if is_document(beacon):
            return beacon
        body = json.loads(beacon.body)
        return DROPPED if change(body) is DROPPED else replace(beacon, body=json.dumps(body).encode())

    return each(recording, Beacon, changed)


def ledger(recording: Recording, change: Change, *, kind: str = "") -> Recording:
    """Change each ledger entry, or those of one kind, in place; `DROPPED` removes it."""

    def changed(read: LedgerRead) -> LedgerRead:
        entries = json.loads(json.dumps(read.entries))
        kept = [
            entry for entry in entries if entry["kind"] not in (kind or entry["kind"]) or change(entry) is not DROPPED
        ]
        return replace(read, entries=tuple(kept))

    return each(recording, LedgerRead, changed)


def store(recording: Recording, **fields: Any) -> Recording:
    """Change the ledger's description of the store; None removes a field."""

    def changed(read: LedgerRead) -> LedgerRead:
        known = {key: value for key, value in {**read.store, **fields}.items() if value is not None}
        return replace(read, store=known)

    return each(recording, LedgerRead, changed)


def without_ledger(recording: Recording) -> Recording:
    """The recording without a ledger."""
    return each(recording, LedgerRead, lambda _read: DROPPED)


def put_in(*path: Any, to: Any) -> Change:
    """Set a field of a document or an entry if its object exists."""

    def change(body: Any) -> None:
        for name in path[:-1]:
            if isinstance(body, dict) and name not in body:
                return
            body = body[name]
        if isinstance(body, list) or path[-1] in body:
            body[path[-1]] = to

    return change


def drop(_body: Wrapper) -> Any:
    return DROPPED
