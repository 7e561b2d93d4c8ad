"""Synthetic recordings: a healthy journey, record by record, and functions that break one."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from harness.events import Beacon
from harness.judge.judge import judge
from harness.protocol import get
from harness.recording.records import (
    ClockAdvanced,
    Header,
    LedgerRead,
    PageView,
    Record,
    Recording,
    ScriptServed,
    Settled,
    StepBegun,
    StepEnded,
)
from harness.scenario.model import Scenario
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

STORE = "https://shop.test"
COLLECTOR = "https://events.jirafe.com/v1/tracker"
START = 1_800_000_000.0
DWELL = 30.0

TUMBLER = {"code": "1", "sku": "1-blue", "name": "Tumbler", "price": "19.99"}
LINE = {
    "name": "Tumbler",
    "sku_code": "1-blue",
    "product_code": "1",
    "images": [f"{STORE}/tumbler.svg"],
    "price": "19.99",
    "quantity": "2",
    "total_price": "39.98",
    "currency": "EUR",
}
IN_CART = {"kind": "cart", "change": "add", "product": TUMBLER, "quantity": 2, "total": "39.98"}
ADDED = {"event_type": "add_item_to_cart", "cart": {"id": "c1"}, "line_item": LINE}
FUNNEL = {"event_type": "funnel", "funnel_name": "checkout"}

Wrapper = dict[str, Any]


class Story:
    """A journey: each call adds the records of a healthy store and tracker."""

    def __init__(self, *, ledger: bool = True, payment_hosts: tuple[str, ...] = (), currency: str = "") -> None:
        self.records: list[Record] = []
        self.now, self.clock = START, 0.0
        self.has_ledger = ledger
        self.payment_hosts, self.currency = payment_hosts, currency
        self.number = self.beacon_number = self.visit_number = 0
        self.cart: dict[str, tuple[Mapping[str, Any], int]] = {}
        self.visit: dict[str, str] = {}
        self.page: dict[str, str] = {}
        self.title = ""

    def step(self, number: int | None = None) -> "Story":
        self.add(*self._end())
        self.number = number or self.number + 1
        return self.add(StepBegun(number=self.number, at=self.now, clock=self.clock))

    def _end(self) -> list[Record]:
        return [StepEnded(number=self.number, at=self.now, clock=self.clock)] if self.number else []

    def add(self, *records: Record) -> "Story":
        self.records += records
        return self

    def show(
        self,
        path: str = "/",
        kind: str = "homepage",
        *,
        before: Iterable[Mapping[str, Any]] = (),
        about: Mapping[str, Any] | None = None,
        referrer: str = "",
        navigation: str = "navigate",
        starts_visit: bool | None = None,
        changes: Iterable[Mapping[str, Any]] = (),
        served: bool = True,
        observed: bool = True,
        tab: int = 1,
        **ledger: Any,
    ) -> "Story":
        """A page: its beacon with the events `before` and a pageview with the fields `about`, the wait, the view, the ledger."""
        self.now += 0.3
        url = STORE + path
        self.title = f"The {kind} page"
        self.add(ScriptServed(url="https://beacon.jirafe.com/jirafe_api.js", status=200))
        starts = self.visit_number == 0 if starts_visit is None else starts_visit
        if starts:
            self.begin_visit(url, referrer)
        self.page = {"current_type": kind, "current_url": url, "referrer_url": referrer}
        pageview = {"event_type": "pageview", "page_type": kind, **(about or {})}
        self.send(*[{"event_type": "visit"}] * starts, *before, pageview)
        self.dwell(DWELL)
        cookies = {"jirafe_vid": self.visit["id"], "jirafe_vis": self.visit["visitor"]}
        seen = {"title": self.title, "referrer": referrer, "navigation": navigation, "cookies": cookies}
        self.add(
            PageView(url=url, at=self.now, clock=self.clock, tab=tab, observed=observed, **(seen if observed else {}))
        )
        if self.has_ledger:
            entry = {"kind": "page", "page": {"url": url, "type": kind, "title": self.title, "status": 200}, **ledger}
            self.tell(*changes, *[entry] * served)
        return self

    def begin_visit(self, landing: str, referrer: str) -> None:
        self.visit_number += 1
        self.visit = {
            "id": f"900{self.visit_number}",
            "visitor": "77",
            "landing_url": landing,
            "referrer_url": referrer,
            "user_agent": "Mozilla/5.0",
        }

    def tell(self, *entries: Mapping[str, Any]) -> "Story":
        """A reading of the ledger with these entries."""
        read = tuple(completed({"cart": self.hold(entry), **entry}) for entry in entries)
        return self.add(LedgerRead(store={"name": "Shop", "currency": "EUR"}, entries=read))

    def hold(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The cart after the entry, which may be a change of the cart."""
        if entry["kind"] == "cart":
            sku, quantity = entry["product"]["sku"], entry["quantity"]
            _product, old = self.cart.get(sku, (None, 0))
            new = {"add": old + quantity, "remove": old - quantity, "edit": quantity}[entry["change"]]
            self.cart[sku] = entry["product"], new
            self.cart = {sku: line for sku, line in self.cart.items() if line[1] > 0}
        items = [{**product, "quantity": quantity} for product, quantity in self.cart.values()]
        subtotal = sum(float(product["price"]) * quantity for product, quantity in self.cart.values())
        return {"id": "c1", "items": items, "subtotal": f"{subtotal:.2f}"}

    def send(self, *events: Mapping[str, Any]) -> "Story":
        body = {
            "cookie": "",
            "timestamp": iso(self.now + self.clock),
            "org": "1",
            "site": "1",
            "page": {"current_title": self.title, **self.page},
            "visit": self.visit,
            "data": events,
        }
        return self.request(json.dumps(body).encode())

    def request(
        self, body: bytes, *, method: str = "POST", url: str = COLLECTOR, status: int = 200, **headers: str
    ) -> "Story":
        self.now += 0.01
        self.beacon_number += 1
        names = {"content_type": "text/plain", **headers}
        beacon = Beacon(
            number=self.beacon_number,
            time=self.now,
            method=method,
            url=url,
            headers=tuple((name.replace("_", "-"), value) for name, value in names.items()),
            body=body,
            status=status,
            declared_length=len(body),
        )
        return self.add(beacon)

    def dwell(self, seconds: float) -> "Story":
        self.clock += seconds
        return self.add(ClockAdvanced(at=self.now, clock=self.clock))

    def settle(self) -> "Story":
        return self.add(Settled(at=self.now, clock=self.clock))

    def tale(self) -> Recording:
        header = Header(
            protocol="jirafe",
            scenario_file="shop.yaml",
            scenario="",
            target_file="target.yaml",
            target="",
            store_hosts=("shop.test",),
            payment_hosts=self.payment_hosts,
            currency=self.currency,
        )
        return Recording(header=header, records=(*self.records, *self._end()))


def completed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of the ledger with all required fields."""
    cart = {"id": "c1", "items": [], "subtotal": "0.00"}
    return {"n": 1, "at": iso(START), "session": "s1", "cart": cart, **entry}


def iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def funnel(position: int, step: str, *, last: bool = False) -> dict[str, Any]:
    return {**FUNNEL, "step_name": step, "step_position": position, "last_step": last}


def reached(position: int, step: str, *, last: bool = False) -> dict[str, Any]:
    return {"name": "checkout", "step": step, "position": position, "last": last}


def purchase(**options: Any) -> Recording:
    return bought(**options).tale()


def bought(**options: Any) -> Story:
    """Arrive from a search engine, search, open a product, add two to the cart, check out: five healthy steps."""
    story = Story(**options).step().show(referrer="https://www.google.com/")
    search = {"keyword": "tumbler", "page": 1, "total_results": 3}
    found = {"keyword": "tumbler", "page": 1, "results": 3}
    story.step().show("/search?q=tumbler", "search", about={"search": search}, search=found, referrer=f"{STORE}/")
    product = {"name": "Tumbler", "sku_code": "1-blue", "product_code": "1"}
    story.step().show("/products/1", "product", about={"product": product}, product=TUMBLER)
    story.step().show("/cart", "cart", before=[ADDED], changes=[IN_CART])
    story.step()
    for position, name in enumerate(("address", "shipping", "payment"), start=1):
        story.show(
            f"/checkout/{name}",
            "checkout",
            before=[funnel(position, name)],
            funnel=reached(position, name),
            observed=name == "payment",
        )
    return receipt(story)


def receipt(story: Story, *, number: str = "0000000010") -> Story:
    """The receipt of an order, for the first time."""
    bought = {"event_type": "order_success", "order": {"id": "10", "num": number}}
    return story.show(
        f"/orders/{number}/success",
        "order_success",
        before=[funnel(4, "success", last=True), bought],
        funnel=reached(4, "success", last=True),
        order={"number": number, "first": True},
    )


PURCHASE = """\
- arrive: {at: home, from: www.google.com}
- search: tumbler
- open product: Tumbler
- add to cart: {quantity: 2}
- check out
"""


def scenario(steps: str = PURCHASE, *, more: str = "") -> Scenario:
    text = f"name: A test\nsteps:\n{steps}{more}"
    return parse_scenario(text, file="shop.yaml", target=built_in(), protocol=get())


def verdict(recording: Recording, steps: str = PURCHASE, *, more: str = "") -> list[Any]:
    return list(judge(recording, scenario(steps, more=more), get()))


def codes(recording: Recording, steps: str = PURCHASE, *, more: str = "") -> list[tuple[str, Any]]:
    return [(finding.code, finding.evidence.event) for finding in verdict(recording, steps, more=more)]


def beacons(recording: Recording) -> list[Beacon]:
    return [record for record in recording.records if isinstance(record, Beacon)]


def rewritten(recording: Recording, change: Callable[[Wrapper], Any]) -> Recording:
    """The recording with each beacon's body changed in place; `change` may return another body, or `DROPPED`."""
    records: list[Record] = []
    for record in recording.records:
        if isinstance(record, Beacon) and record.method == "POST":
            wrapper = json.loads(record.body)
            answer = change(wrapper)
            if answer is DROPPED:
                continue
            body = answer if isinstance(answer, bytes) else json.dumps(wrapper if answer is None else answer).encode()
            record = replace(record, body=body)
        records.append(record)
    return replace(recording, records=tuple(records))


DROPPED = object()


def each_event(change: Callable[[Wrapper], None]) -> Callable[[Wrapper], None]:
    return lambda wrapper: [change(event) for event in wrapper["data"]] and None


def without(event_type: str, **fields: Any) -> Callable[[Wrapper], Any]:
    """Drops events of that type with these fields, and beacons without other events."""

    def change(wrapper: Wrapper) -> Any:
        named = {"event_type": event_type, **fields}.items()
        wrapper["data"] = [event for event in wrapper["data"] if not named <= event.items()]
        return None if wrapper["data"] else DROPPED

    return change


def doubled(event_type: str) -> Callable[[Wrapper], None]:
    def change(wrapper: Wrapper) -> None:
        wrapper["data"] = [
            copy for event in wrapper["data"] for copy in [event] * (1 + (event["event_type"] == event_type))
        ]

    return change


def in_event(event_type: str, *path: str, to: Any) -> Callable[[Wrapper], None]:
    change = put(*path, to=to)
    return each_event(lambda event: change(event) if event["event_type"] == event_type else None)


def on(path: str, change: Callable[[Wrapper], Any]) -> Callable[[Wrapper], Any]:
    """The change, but only for beacons of one page."""
    return lambda wrapper: change(wrapper) if wrapper["page"]["current_url"] == STORE + path else None


def put(*path: str, to: Any) -> Callable[[Wrapper], None]:
    def change(wrapper: Wrapper) -> None:
        for name in path[:-1]:
            wrapper = wrapper[name]
        wrapper[path[-1]] = to

    return change


def shifted(seconds: float) -> Callable[[Wrapper], None]:
    def change(wrapper: Wrapper) -> None:
        wrapper["timestamp"] = iso(datetime.fromisoformat(wrapper["timestamp"]).timestamp() + seconds)

    return change


def moved(recording: Recording, number: int, *, to_step: int) -> Recording:
    """The recording in which the beacon with that number arrives at the start of the step."""
    beacon = next(beacon for beacon in beacons(recording) if beacon.number == number)
    rest = [record for record in recording.records if record is not beacon]
    at = next(i for i, record in enumerate(rest) if isinstance(record, StepBegun) and record.number == to_step)
    begun = rest[at]
    assert isinstance(begun, StepBegun)
    return replace(recording, records=(*rest[: at + 1], replace(beacon, time=begun.at + 0.01), *rest[at + 1 :]))
