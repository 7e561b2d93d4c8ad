"""The events that a journey requires: from the pages that were shown and from the store's ledger, or else the target."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.judge.expectations import Expectation
from harness.protocols.jirafe.rules.action_expectations import action_expectations
from harness.protocols.jirafe.rules.page_values import product_facts
from harness.protocols.jirafe.rules.quantity_changes import needless_changes, passing_quantities, quantities_before
from harness.protocols.jirafe.rules.visits import VisitedPage, visited_pages
from harness.recording.timeline import StepTimeline, Timeline

_PAGE_NAMES = {
    "homepage": "the home page",
    "other": "a page",
    "order_success": "the receipt",
    "order_confirm": "the review",
}

_NAVIGATIONS = {
    "push": ", shown without a new document",
    "traverse": ", after a history navigation within the document",
    "restore": ", restored from the back/forward cache",
}

_CUSTOMER = {"id": "id", "email": "email", "firstname": "first_name", "lastname": "last_name"}


def implicit_expectations(timeline: Timeline) -> tuple[Expectation, ...]:
    """Every event that the shopper's actions require, step by step."""
    receipts = _uncounted_orders(timeline)
    entries = [entry for step in timeline.steps for entry in step.entries]
    orders = {entry["order"]["number"]: entry["order"] for entry in entries if entry["kind"] == "order"}
    expected: list[Expectation] = []
    for page in visited_pages(timeline):
        expected += _page_expectations(page, receipts, orders)
    expected += _cart_expectations(timeline)
    expected += _visits_without_cookies(timeline)
    if not timeline.has_ledger:
        expected += action_expectations(timeline)
    return tuple(expected)


def _visits_without_cookies(timeline: Timeline) -> Iterator[Expectation]:
    """Without cookies the running visit is unknown, so each beacon of a page that stays may report a new one."""
    for step in timeline.steps:
        for arrival in step.arrivals if step.conditions.cookies_blocked else ():
            types = [event.type for event in arrival.reading.events]
            if "visit" in types and "pageview" not in types:
                yield Expectation(
                    type="visit",
                    pattern={},
                    why="a page without cookies may start a visit",
                    step=step.number,
                    url=step.url,
                    recurs=True,
                    is_optional=True,
                )


def _uncounted_orders(timeline: Timeline) -> set[str]:
    """The orders that were never paid: their receipts imply no event, unless the target counts placed orders."""
    entries = [entry for step in timeline.steps for entry in step.entries if entry["kind"] == "order"]
    counted = {entry["order"]["number"] for entry in entries if entry["order"]["state"] in ("paid", "edited")}
    is_enough = timeline.store.get("receipt due") == "placed"
    return set() if is_enough else {entry["order"]["number"] for entry in entries} - counted


def _cart_changes(timeline: Timeline) -> Iterator[tuple[StepTimeline, Mapping[str, Any]]]:
    """Each change of a cart, with the step in which it can be sent: after the shopper's consent, on the same page."""
    pending: list[Mapping[str, Any]] = []
    for step in timeline.steps:
        changes = [entry for entry in step.entries if entry["kind"] == "cart"]
        pending = changes if step.pages and not step.conditions.consent_granted else [*pending, *changes]
        if step.conditions.consent_granted:
            yield from ((step, entry) for entry in pending)
            pending = []


def _page_expectations(
    page: VisitedPage, receipts: set[str], orders: Mapping[str, Mapping[str, Any]]
) -> Iterator[Expectation]:
    step, url, entry = page.step.number, page.view.url, page.entry
    if page.starts_visit or page.step.conditions.cookies_blocked:
        yield Expectation(
            type="visit",
            pattern={},
            why=f"a visit started at {url}",
            step=step,
            url=url,
            origin=_origin(page),
            recurs=True,
            is_optional=page.step.conditions.cookies_blocked,
        )
    if page.is_fresh and "funnel" in entry:
        yield _funnel(entry["funnel"], page)
    number = entry.get("order", {}).get("number")
    if number and entry["page"]["type"] == "order_success" and number not in receipts:
        receipts.add(number)
        yield Expectation(
            type="order_success",
            pattern={"order": {"num": number}},
            facts={"order": _strings(orders.get(number, {}), "id")},
            why=f"the shopper saw the receipt of order {number}",
            step=step,
            url=url,
            origin=_origin(page),
            codes={"/order/num": "order-number-mismatch"},
        )
    yield _pageview(page)


def _pageview(page: VisitedPage) -> Expectation:
    """One pageview, with the page's type and subject if the ledger contains them."""
    entry = page.entry
    pattern: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    if entry:
        pattern["page_type"] = entry["page"]["type"]
    elif codes := product_facts(page):
        facts["product"] = codes
    if "product" in entry:
        pattern["product"] = {"product_code": entry["product"]["code"]}
        facts["product"] = {"name": entry["product"]["name"], "sku_code": entry["product"]["sku"]}
    if "category" in entry:
        facts["category"] = _strings(entry["category"], "id", "name")
    if "search" in entry:
        search = entry["search"]
        pattern["search"] = {"keyword": search["keyword"]}
        facts["search"] = {"page": search["page"], "total_results": search["results"]}
    if "customer" in entry:
        facts["customer"] = customer_facts(entry["customer"])
    return Expectation(
        type="pageview",
        pattern=pattern,
        facts=facts,
        why=f"the shopper saw {_page_name(entry)} {page.view.url}{_NAVIGATIONS.get(page.view.navigation, '')}",
        step=page.step.number,
        url=page.view.url,
        origin=_origin(page),
        recurs=True,
    )


def customer_facts(customer: Mapping[str, Any]) -> dict[str, str]:
    """A customer of the ledger with the protocol's field names."""
    return {name: str(customer[key]) for name, key in _CUSTOMER.items() if key in customer}


def _origin(page: VisitedPage) -> dict[str, Any]:
    """The pattern of a wrapper that was sent from this page."""
    if not page.addresses:
        return {"page": {"current_url": page.view.url}}
    urls = "|".join(re.escape(url) for url in (page.view.url, *page.addresses))
    return {"page": {"current_url": {"$matches": f"^(?:{urls})$"}}}


def _page_name(entry: Mapping[str, Any]) -> str:
    kind = entry["page"]["type"] if entry else "other"
    return str(_PAGE_NAMES.get(kind, f"the {kind} page"))


def _funnel(funnel: Mapping[str, Any], page: VisitedPage) -> Expectation:
    return Expectation(
        type="funnel",
        pattern={
            "funnel_name": funnel["name"],
            "step_name": funnel["step"],
            "step_position": funnel["position"],
            "last_step": funnel["last"],
        },
        why=f"the shopper reached step {funnel['position']} of the funnel {funnel['name']} ({funnel['step']})",
        step=page.step.number,
        url=page.view.url,
        origin=_origin(page),
    )


_CART_EVENTS = {"add": "add_item_to_cart", "remove": "remove_item_from_cart", "edit": "edit_cart"}
_CART_CHANGES = {
    "add": "the shopper added {quantity} × {name} to the cart",
    "remove": "the shopper removed {quantity} × {name} from the cart",
    "edit": "the shopper set the quantity of {name} in the cart to {quantity}",
}


def _cart_expectation(entry: Mapping[str, Any], step: StepTimeline) -> Expectation:
    """The event for a change of the cart, with the quantity by errata 15."""
    product, change = entry["product"], entry["change"]
    line = {
        "sku_code": product["sku"],
        "quantity": str(entry["quantity"]),
        "total_price": {"$about": float(entry["total"])},
    }
    return Expectation(
        type=_CART_EVENTS[change],
        pattern={"line_item": line},
        facts={
            "line_item": {
                "product_code": product["code"],
                "name": product["name"],
                "price": {"$about": float(product["price"])},
            },
            "cart": {"id": entry["cart"]["id"]},
        },
        why=_CART_CHANGES[change].format(quantity=entry["quantity"], name=product["name"]),
        step=step.number,
        url=step.url,
    )


def _cart_expectations(timeline: Timeline) -> list[Expectation]:
    """The events of all changes of carts, those that may be missing after the others: of two equal events one is due."""
    needless, before = needless_changes(timeline), quantities_before(timeline)
    found: list[Expectation] = []
    for step, entry in _cart_changes(timeline):
        expectation = _cart_expectation(entry, step)
        found.append(replace(expectation, is_optional=id(entry) in needless))
        found += _passing_expectations(expectation, entry, step, before.get(id(entry)))
    return sorted(found, key=lambda each: each.is_optional)


def _passing_expectations(
    expectation: Expectation, entry: Mapping[str, Any], step: StepTimeline, before: Any
) -> list[Expectation]:
    """Quantities that the shopper passed quickly and that the store did not keep may be reported, too."""
    events = passing_quantities(step, entry, before) if entry["change"] == "edit" else ()
    lines = (event.body["line_item"] for event in events)
    return [
        replace(
            expectation,
            pattern={"line_item": {"sku_code": line["sku_code"], "quantity": line["quantity"]}},
            is_optional=True,
        )
        for line in lines
    ]


def _strings(value: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: str(value[name]) for name in names if name in value}
