"""Runs to report on: one with everything a report must show, one that passed, and a large one."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from harness.findings import Evidence, Finding, NearestEvent, Severity
from harness.json_matching import MISSING, Difference
from harness.results import EventView, RunResult, ScenarioResult, StepView, Verdict

COMMAND = "harness run scenarios --seed 7 --report html"
STORE = "https://shop.test"


def failing_run() -> RunResult:
    """Two passed, two failed with a cause in common, one did not run."""
    return RunResult(
        seed=7,
        command=COMMAND,
        duration_s=6.2134,
        browser={"name": "Chromium headless shell", "version": "156.0.7204.23"},
        started=1_785_600_000.0,
        scenarios=(_browse(), _buy(), _customer(), _search(), _walk_back()),
    )


def passing_run() -> RunResult:
    """Fourteen scenarios without a finding."""
    names = ["A guest buys a tumbler", "A customer changes a variant", "Search finds nothing", "A campaign visit"]
    scenarios = tuple(
        replace(_browse(), name=f"{names[number % 4]} ({number + 1})", findings=(), file=f"scenarios/s{number}.yaml")
        for number in range(14)
    )
    return replace(failing_run(), scenarios=scenarios)


def large_run(events: int) -> RunResult:
    """One scenario with that many events, a beacon each."""
    views = tuple(event(number, number / 10, "pageview") for number in range(1, events + 1))
    finding = wrong_type(f"{events}", beacon=events, step=1)
    scenario = _scenario("A long walk", "long", (), 100.0, (finding,), (_step(1, "goto: /", 4, 100.0, "", *views),))
    return replace(failing_run(), scenarios=(scenario,))


def single(*findings: Finding, events: Iterable[EventView] = (), **changes: Any) -> RunResult:
    """A run of one failed scenario with these findings, whose only step is number 2, at line 5 of buy.yaml."""
    step = _step(2, "open product", 5, 0.4, "/p/2", *events)
    name, verdict = changes.pop("name", "A guest buys"), changes.pop("verdict", "fail")
    scenario = _scenario(name, "smoke/buy", ("smoke",), 1.25, findings, (step,), verdict=verdict)
    command = "harness run scenarios/smoke/buy.yaml --seed 7"
    return RunResult(seed=7, command=command, duration_s=1.5, scenarios=(scenario,), **changes)


def _scenario(
    name: str,
    file: str,
    tags: tuple[str, ...],
    duration_s: float,
    findings: tuple[Finding, ...],
    steps: tuple[StepView, ...],
    *,
    verdict: Verdict = "fail",
) -> ScenarioResult:
    """A scenario with the events of its steps."""
    return ScenarioResult(
        name=name,
        file=f"scenarios/{file}.yaml",
        tags=tags,
        verdict=verdict,
        duration_s=duration_s,
        events=sum(len(step.events) for step in steps),
        findings=findings,
        steps=steps,
    )


def _step(
    number: int,
    title: str,
    line: int,
    duration_s: float,
    path: str,
    *events: EventView,
    screenshot: bytes | None = None,
) -> StepView:
    """A step that ends at this path of the store."""
    url = STORE + path
    return StepView(
        number=number, title=title, line=line, duration_s=duration_s, url=url, events=events, screenshot=screenshot
    )


def event(number: int, time: float, kind: str, body: dict[str, Any] | None = None, *, status: int = 200) -> EventView:
    """An event that is the only one of its beacon."""
    (view,) = together(number, time, (kind, body or {"page_type": "product", "product": dict(TUMBLER)}), status=status)
    return view


def together(number: int, time: float, *items: tuple[str, dict[str, Any]], status: int = 200) -> tuple[EventView, ...]:
    """Several events in one beacon."""
    bodies = [{"event_type": kind, **body} for kind, body in items]
    common: dict[str, Any] = {"number": number, "time": time, "status": status, "envelope": envelope(number, bodies)}
    return tuple(
        EventView(type=body["event_type"], pointer=f"/data/{index}", body=body, **common)
        for index, body in enumerate(bodies)
    )


def envelope(number: int, data: list[dict[str, Any]]) -> dict[str, Any]:
    """A wrapper as the built-in tracker sends it."""
    return {
        "org": "",
        "site": "1",
        "timestamp": "2026-08-01T16:00:00.412Z",
        "visit": {
            "visit_id": "48151623421",
            "visitor_id": "1086321475309124",
            "pageview_id": str(7000 + number),
            "last_pageview_id": str(6999 + number),
            "landing_url": f"{STORE}/?utm_source=newsletter&utm_medium=email",
            "referrer_url": "https://www.google.com/search?q=tumbler",
            "rule_attribution": ["newsletter", "email"],
        },
        "page": {
            "current_type": "product",
            "current_url": f"{STORE}/fakewww/products/2/index.html",
            "current_title": "Tumbler “Möwe” – Gull & Harbour",
            "referrer_type": "search",
            "referrer_url": f"{STORE}/search?q=tumbler",
        },
        "data": data,
    }


def wrong_type(value: str, *, beacon: int = 12, step: int = 2, index: int = 0) -> Finding:
    """A page type that is not the page's."""
    return Finding(
        code="wrong-value",
        message=f'pageview: page_type is "{value}", but the store showed a product page',
        hint="the page passes its type to the tracker; look at the call on the product template",
        step=step,
        place=f"/data/{index}/page_type",
        evidence=Evidence(
            event="pageview",
            pointer=f"/data/{index}/page_type",
            url=f"{STORE}/fakewww/products/2/index.html",
            beacon=beacon,
            value=value,
            allowed="product",
        ),
    )


def missing(event_type: str, *, step: int = 2, message: str = "") -> Finding:
    """An event that never came, with the nearest one."""
    return Finding(
        code="missing-event",
        message=message or f"{event_type} did not arrive",
        hint="the nearest event came from the same step; compare the fields that differ",
        step=step,
        place="scenarios/smoke/buy.yaml:12",
        evidence=Evidence(
            event=event_type,
            url=f"{STORE}/cart",
            nearest_event=NearestEvent(beacon=14, event="edit_cart", body={"line_item": {"sku_code": "TUM-BLU"}}),
            differences=(
                Difference("/line_item/sku_code", "TUM-RED", "TUM-BLU"),
                Difference("/line_item/quantity", "2", MISSING),
            ),
        ),
    )


TUMBLER = {
    "product_code": "TUM",
    "sku_code": "TUM-RED",
    "name": "Tumbler “Möwe” 350 ml 🐦",
    "brand": "Gull & Harbour",
    "price": "19.99",
    "currency": "USD",
    "categories": [{"id": "c7", "name": "Küche & Bad"}],
}
LINE = {"sku_code": "TUM-RED", "product_code": "TUM", "price": "19.99", "currency": "EUR"}


HOME = ("visit", {}), ("pageview", {"page_type": "homepage"})


def _browse() -> ScenarioResult:
    warning = Finding(
        code="lenient-value",
        severity=Severity.WARNING,
        message='pageview: search.page is the text "1", the protocol says a number',
        step=2,
        place="/data/0/search/page",
        hint="send 1, without quotes",
        evidence=Evidence(event="pageview", pointer="/data/0/search/page", beacon=3, value="1", allowed="an integer"),
    )
    search = {"page_type": "search", "search": {"keyword": "тумблер 杯子 & <b>", "page": "1", "total_results": 3}}
    found = event(3, 0.61, "pageview", search)
    steps = (
        _step(1, "arrive: {at: home, from: www.google.com}", 5, 0.41, "/", *together(2, 0.22, *HOME)),
        _step(2, "search: тумблер 杯子 & <b>", 8, 0.36, "/search?q=tumbler", found),
    )
    name, tags = "A visitor from a search engine looks around", ("smoke", "visits")
    return _scenario(name, "visits/search", tags, 0.82, (warning,), steps, verdict="pass")


def _buy() -> ScenarioResult:
    not_added = 'add_item_to_cart of "Tumbler “Möwe” 350 ml 🐦", quantity 2, did not arrive'
    findings = (
        missing("add_item_to_cart", step=4, message=not_added),
        wrong_type("category", beacon=12, step=3),
        Finding(
            code="schema",
            message="order_success: order.num is the number 1000231, the protocol says a string",
            hint='send it in quotes: "1000231"',
            step=5,
            place="/data/1/order/num",
            evidence=Evidence(
                event="order_success",
                pointer="/data/1/order/num",
                beacon=15,
                value=1000231,
                allowed="a string",
                url=f"{STORE}/checkout/success",
            ),
        ),
        Finding(
            code="suspect-field",
            severity=Severity.WARNING,
            message='edit_cart: line_item has an unknown field "qty", and no "quantity"',
            step=4,
            place="/data/0/line_item/qty",
            hint='rename "qty" to "quantity"',
            evidence=Evidence(
                event="edit_cart", pointer="/data/0/line_item/qty", beacon=14, value="2", nearest="quantity"
            ),
        ),
    )
    name, tags = "A guest finds a tumbler by search and buys two", ("smoke", "checkout")
    return _scenario(name, "smoke/buy", tags, 2.94, findings, _buy_steps())


def _buy_steps() -> tuple[StepView, ...]:
    line_item = {**LINE, "sku_code": "TUM-BLU", "qty": "2", "total_price": "39.98"}
    wrong_page = {"page_type": "category", "category": {"id": "c7", "name": "Küche & Bad"}}
    viewed = event(12, 0.88, "pageview", wrong_page)
    success = (
        ("funnel", {"step_name": "success", "step_position": 4, "last_step": True}),
        ("order_success", {"order": {"id": "231", "num": 1000231}}),
        ("pageview", {"page_type": "order_success"}),
    )
    ordered = together(15, 2.31, *success, status=422)
    product = "/fakewww/products/2/index.html"
    return (
        _step(1, "arrive: {at: home, from: www.google.com}", 5, 0.4, "/", *together(10, 0.21, *HOME)),
        _step(3, "open product: Tumbler", 9, 0.52, product, viewed, screenshot=picture()),
        _step(
            4, "add to cart: {quantity: 2}", 12, 0.61, "/cart", event(14, 1.4, "edit_cart", {"line_item": line_item})
        ),
        _step(5, "check out: {pay: card}", 15, 1.1, "/checkout/success", *ordered, screenshot=picture()),
    )


def _customer() -> ScenarioResult:
    findings = (
        wrong_type("category", beacon=4, step=2),
        Finding(
            code="action-failed",
            message='"change quantity" found no element for the selector "#cart .line:nth-child(3) input[name=quantity]"',
            hint="the page shows two lines; the target's selector may be out of date",
            step=3,
            place="scenarios/shopping/customer.yaml:14",
            evidence=Evidence(url=f"{STORE}/cart", value="#cart .line:nth-child(3) input[name=quantity]"),
            count=1,
        ),
    )
    viewed = event(4, 0.7, "pageview", {"page_type": "category", "category": {"id": "c2", "name": "Jacken"}})
    change = "change quantity: {of: Regenjacke “Sylt”, to: 3}"
    steps = (
        _step(2, "open product: Regenjacke “Sylt”", 8, 0.5, "/fakewww/products/9/index.html", viewed),
        _step(3, change, 14, 0.31, "/cart", screenshot=picture()),
    )
    name = "A customer signs in, changes her mind twice and leaves through the newsletter's landing page"
    return _scenario(name, "shopping/customer", ("shopping",), 1.31, findings, steps)


def _search() -> ScenarioResult:
    return replace(
        _browse(), name="Nothing is found for a strange word", file="scenarios/shopping/search.yaml", findings=()
    )


def _walk_back() -> ScenarioResult:
    return ScenarioResult(
        name="Back from the receipt, the order is not counted again",
        file="scenarios/hostile/back.yaml",
        tags=("hostile", "bfcache"),
        verdict="not-run",
        reason="the back/forward cache needs full Chromium, and only the headless shell is installed",
    )


def picture(width: int = 640, height: int = 400) -> bytes:
    """A PNG that looks roughly like a page of a shop."""
    rows = b"".join(b"\0" + _row(y, width) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def _row(y: int, width: int) -> bytes:
    bar, white, tile, ink = b"\x1f\x3a\x4d", b"\xfd\xfc\xfa", b"\xd9\xe4\xe2", b"\x8a\x99\xa0"
    if y < 48:
        return bar * width
    if 80 <= y < 280:
        return (
            white * 40 + tile * 240 + white * 40 + (ink if (y // 14) % 3 == 0 else white) * 200 + white * (width - 520)
        )
    return white * width
