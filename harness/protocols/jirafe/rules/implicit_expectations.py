"""What a journey makes due without anybody writing it: from the pages that were shown and from the store's ledger."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.judge.expectations import Expectation
from harness.protocols.jirafe.rules.visits import SeenPage, seen_pages
from harness.protocols.jirafe.wire import v2 as tracker_v2
from harness.recording.timeline import StepTimeline, Timeline

_PAGE_WORDS = {
    "homepage": "the home page",
    "other": "a page",
    "order_success": "the receipt",
    "order_confirm": "the review",
}

_HOW = {
    "push": ", shown by pushState",
    "traverse": ", to which the history led within the document",
    "restore": ", restored from the back/forward cache",
}

_CUSTOMER = {"id": "id", "email": "email", "firstname": "first_name", "lastname": "last_name"}


def implied(timeline: Timeline) -> tuple[Expectation, ...]:
    """Every event that must arrive because of what the shopper did, step by step."""
    receipts: set[str] = set()
    orders = {
        entry["order"]["number"]: entry["order"]
        for step in timeline.steps
        for entry in step.entries
        if entry["kind"] == "order"
    }
    due: list[Expectation] = []
    for page in seen_pages(timeline):
        due += _of_page(page, receipts, orders)
    due += [_of_cart(entry, step) for step, entry in _cart_changes(timeline)]
    return tuple(replace(item, is_picture=True) if item.type in tracker_v2.EVENT_TYPES else item for item in due)


def _cart_changes(timeline: Timeline) -> Iterator[tuple[StepTimeline, Mapping[str, Any]]]:
    """Each change of a cart, with the step in which a page tells of it, if the shopper allows that before the page goes."""
    waiting: list[Mapping[str, Any]] = []
    for step in timeline.steps:
        here = [entry for entry in step.entries if entry["kind"] == "cart"]
        waiting = here if step.pages and not step.consent_granted else [*waiting, *here]
        if step.consent_granted:
            yield from ((step, entry) for entry in waiting)
            waiting = []


def _of_page(page: SeenPage, receipts: set[str], orders: Mapping[str, Mapping[str, Any]]) -> Iterator[Expectation]:
    step, url, entry = page.step.number, page.view.url, page.entry
    if page.starts_visit or page.step.cookies_blocked:
        why, unknown = f"a visit started at {url}", page.step.cookies_blocked
        on = _on(page)
        yield Expectation(
            type="visit", pattern={}, why=why, step=step, url=url, origin=on, recurs=True, may_miss_events=unknown
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
            origin=_on(page),
            codes={"/order/num": "order-number-mismatch"},
        )
    yield _pageview(page)


def _pageview(page: SeenPage) -> Expectation:
    """One pageview, with the page's type and with what the page is about where the ledger knows."""
    entry = page.entry
    pattern: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    if entry:
        pattern["page_type"] = entry["page"]["type"]
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
        why=f"the shopper saw {_words(entry)} {page.view.url}{_HOW.get(page.view.navigation, '')}",
        step=page.step.number,
        url=page.view.url,
        origin=_on(page),
        recurs=True,
    )


def customer_facts(customer: Mapping[str, Any]) -> dict[str, str]:
    """A customer of the ledger in the protocol's words."""
    return {name: str(customer[its]) for name, its in _CUSTOMER.items() if its in customer}


def _on(page: SeenPage) -> dict[str, Any]:
    """The pattern of a wrapper that speaks of this page."""
    if not page.addresses:
        return {"page": {"current_url": page.view.url}}
    urls = "|".join(re.escape(url) for url in (page.view.url, *page.addresses))
    return {"page": {"current_url": {"$matches": f"^(?:{urls})$"}}}


def _words(entry: Mapping[str, Any]) -> str:
    kind = entry["page"]["type"] if entry else "other"
    return str(_PAGE_WORDS.get(kind, f"the {kind} page"))


def _funnel(funnel: Mapping[str, Any], page: SeenPage) -> Expectation:
    return Expectation(
        type="funnel",
        pattern={
            "funnel_name": funnel["name"],
            "step_name": funnel["step"],
            "step_position": funnel["position"],
            "last_step": funnel["last"],
        },
        why=f"the shopper came to step {funnel['position']} of the {funnel['name']}, {funnel['step']}",
        step=page.step.number,
        url=page.view.url,
        origin=_on(page),
    )


_CART_EVENTS = {"add": "add_item_to_cart", "remove": "remove_item_from_cart", "edit": "edit_cart"}
_CART_WORDS = {
    "add": "{} of {} went into the cart",
    "remove": "{} of {} left the cart",
    "edit": "the cart holds {} of {} now",
}


def _of_cart(entry: Mapping[str, Any], step: StepTimeline) -> Expectation:
    """One event for a change of the cart, with the quantity that errata 15 gives each kind."""
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
        why=_CART_WORDS[change].format(entry["quantity"], product["name"]),
        step=step.number,
        url=step.url,
    )


def _strings(value: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: str(value[name]) for name in names if name in value}
