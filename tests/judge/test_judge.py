"""The findings of a healthy recording, and of each way in which a tracker can be wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.recordings import (
    DROPPED,
    STORE,
    Story,
    Wrapper,
    beacons,
    bought,
    codes,
    doubled,
    each_event,
    in_event,
    moved,
    on,
    purchase,
    put,
    rewritten,
    shifted,
    verdict,
    without,
)

from harness.recording.records import HostRefused, PageError, ScriptServed

RECEIPT = "/orders/0000000010/success"
PRODUCT = {"product_code": "1", "sku_code": "1-blue", "name": "Tumbler"}


def misspell_quantity(event: Wrapper) -> None:
    if "line_item" in event:
        event["line_item"]["qty"] = event["line_item"].pop("quantity")


def swap_ids(wrapper: Wrapper) -> None:
    visit = wrapper["visit"]
    visit["id"], visit["visitor"] = visit["visitor"], visit["id"]


def local_time(wrapper: Wrapper) -> None:
    shifted(7200)(wrapper)
    wrapper["timestamp"] = wrapper["timestamp"].removesuffix("Z")


def start_a_visit(wrapper: Wrapper) -> None:
    wrapper["data"].insert(0, {"event_type": "visit"})
    wrapper["visit"] |= {"id": "5", "landing_url": wrapper["page"]["current_url"]}


def take_another_page_type(wrapper: Wrapper) -> None:
    wrapper["page"]["current_type"] = "checkout"
    in_event("pageview", "page_type", to="checkout")(wrapper)


def new_id_each_time() -> Callable[[Wrapper], None]:
    numbers = iter(range(100))

    def change(wrapper: Wrapper) -> None:
        wrapper["visit"]["id"] = str(next(numbers))

    return change


def rename_keyword(event: Wrapper) -> None:
    if "search" in event:
        event["search"]["term"] = event["search"].pop("keyword")


CAUSES: dict[str, tuple[Callable[[Wrapper], Any], str, str, str]] = {
    "a search's pageview dropped": (
        without("pageview", page_type="search"),
        "missing-event",
        "",
        f"pageview is missing: the shopper saw the search page {STORE}/search?q=tumbler",
    ),
    "one of three like pageviews dropped": (
        on("/checkout/shipping", without("pageview")),
        "missing-event",
        "",
        f"pageview is missing: the shopper saw the checkout page {STORE}/checkout/shipping",
    ),
    "a page that sends nothing": (
        on(RECEIPT, lambda _wrapper: DROPPED),
        "missing-event",
        "",
        f"funnel, order_success and pageview are missing: nothing was received from {STORE}{RECEIPT}",
    ),
    "the visit dropped": (without("visit"), "missing-event", "", "visit is missing: a visit started at"),
    "order_success doubled": (
        doubled("order_success"),
        "duplicate-event",
        "/data/2",
        "order_success was sent twice in beacon 8",
    ),
    "every pageview doubled": (doubled("pageview"), "duplicate-event", "/data/2", "pageview was sent twice"),
    "another currency": (
        in_event("add_item_to_cart", "line_item", "currency", to="USD"),
        "wrong-value",
        "/data/0/line_item/currency",
        'add_item_to_cart: line_item.currency is "USD"; expected "EUR"',
    ),
    "the site a number": (put("site", to=1), "schema", "/site", "wrapper: site is 1, a number"),
    "qty for quantity": (
        each_event(misspell_quantity),
        "schema",
        "/data/0/line_item/quantity",
        'add_item_to_cart: "quantity" is missing from line_item; the unknown field "qty" is similar',
    ),
    "nothing at all": (lambda _wrapper: DROPPED, "tracker-silent", "", "the tracker sent nothing on 8 page views"),
    "another page's type": (
        on("/cart", take_another_page_type),
        "wrong-value",
        "/data/1/page_type",
        'pageview: page_type is "checkout"; expected "cart"',
    ),
    "a page type that there is not": (
        on("/cart", in_event("pageview", "page_type", to="basket")),
        "schema",
        "/data/1/page_type",
        'pageview: page_type is "basket"',
    ),
    "an event type that there is not": (
        in_event("pageview", "event_type", to="page_view"),
        "schema",
        "/data/1/event_type",
        'page_view: event_type is "page_view"; the closest allowed value is "pageview"',
    ),
    "ids swapped everywhere": (swap_ids, "swapped-ids", "/visit/id", "visit.id and visit.visitor are swapped"),
    "ids swapped once": (on("/cart", swap_ids), "swapped-ids", "/visit/id", "visit.id and visit.visitor are swapped"),
    "a visit id for each page": (
        new_id_each_time(),
        "visit-changed",
        "/visit/id",
        'visit.id changed from "0" to "1" within one visit',
    ),
    "a landing URL for each page": (
        lambda wrapper: wrapper["visit"].update(landing_url=wrapper["page"]["current_url"]),
        "visit-changed",
        "/visit/landing_url",
        f'visit.landing_url changed from "{STORE}/" to "{STORE}/search?q=tumbler" within one visit',
    ),
    "a visit too many": (on("/cart", start_a_visit), "unexpected-event", "/data/0", "visit arrived, but nothing"),
    "a stale title": (
        on("/cart", put("page", "current_title", to="The product page")),
        "wrong-value",
        "/page/current_title",
        'page.current_title is "The product page"; expected "The cart page"',
    ),
    "another page's URL": (
        on("/cart", put("page", "current_url", to=f"{STORE}/about")),
        "wrong-value",
        "/page/current_url",
        f'page.current_url is "{STORE}/about"; expected "{STORE}/cart"',
    ),
    "a clock six seconds ahead": (shifted(6), "clock-skew", "/timestamp", "is 6.0 seconds too late"),
    "a clock six seconds behind": (shifted(-6), "clock-skew", "/timestamp", "seconds too early"),
    "a clock days behind": (shifted(-3 * 86_400), "clock-skew", "/timestamp", "is 3 days too early"),
    "local time without offset": (local_time, "date-format", "/timestamp", "allowed: a date and time in UTC"),
    "leading zeros lost": (
        in_event("order_success", "order", "num", to="10"),
        "order-number-mismatch",
        "/data/1/order/num",
        'order_success: order.num is "10"; expected "0000000010"',
    ),
    "the order number a number": (
        in_event("order_success", "order", "num", to=10),
        "schema",
        "/data/1/order/num",
        "order_success: order.num is 10, a number",
    ),
    "a stuck quantity": (
        in_event("add_item_to_cart", "line_item", "quantity", to="1"),
        "wrong-value",
        "/data/0/line_item/quantity",
        'add_item_to_cart: line_item.quantity is "1"; expected "2"',
    ),
    "a wrong total": (
        in_event("add_item_to_cart", "line_item", "total_price", to="19.99"),
        "total-mismatch",
        "/data/0/line_item/total_price",
        'add_item_to_cart: line_item.total_price is "19.99"',
    ),
    "another product": (
        on("/products/1", in_event("pageview", "product", to={**PRODUCT, "product_code": "2"})),
        "wrong-value",
        "",
        'pageview: product.product_code is "2"; expected "1"',
    ),
    "a body that is no JSON": (on("/cart", lambda _wrapper: b"{"), "bad-json", "", "the body is not JSON"),
    "an old field's name": (
        each_event(rename_keyword),
        "lenient-value",
        "/data/0/search/term",
        "search.term is an old name",
    ),
}


def test_a_healthy_recording_has_no_findings() -> None:
    assert verdict(purchase()) == []


@pytest.mark.parametrize("cause", CAUSES)
def test_one_cause_is_one_finding(cause: str) -> None:
    change, code, pointer, words = CAUSES[cause]
    [finding] = verdict(rewritten(purchase(), change))
    assert finding.code == code
    assert finding.evidence.pointer == (pointer or finding.evidence.pointer)
    assert words in finding.message


@pytest.mark.parametrize("cause", CAUSES)
def test_every_finding_has_a_place_and_a_hint(cause: str) -> None:
    for finding in verdict(rewritten(purchase(), CAUSES[cause][0])):
        assert finding.step in (1, 2, 3, 4, 5)
        assert finding.evidence.url.startswith(STORE)
        assert finding.hint
        assert "event" in finding.evidence.as_json()
        if finding.code not in ("missing-event", "tracker-silent"):
            assert finding.evidence.beacon in range(1, 9)


def test_a_hundred_findings_with_one_cause_are_one_with_a_count() -> None:
    [finding] = verdict(rewritten(purchase(), put("site", to=1)))
    assert finding.count == 8
    assert [other["step"] for other in finding.also] == [2, 3, 4, 5, 5, 5, 5]


def test_a_missing_event_names_the_nearest_and_each_difference() -> None:
    [finding] = verdict(rewritten(purchase(), on("/checkout/payment", without("funnel"))))
    assert (
        'nearest is beacon 5: step_name is "address"; expected "payment"; step_position is 1; expected 3'
        in finding.message
    )
    assert finding.evidence.nearest_event.event == "funnel"
    assert [item.pointer for item in finding.evidence.differences] == [
        "/step_name",
        "/step_position",
        "/page/current_url",
    ]


def test_the_missing_pageview_is_that_of_the_silent_page_not_of_a_similar_one() -> None:
    for page in ("address", "shipping", "payment"):
        [finding] = verdict(rewritten(purchase(), on(f"/checkout/{page}", without("pageview"))))
        assert finding.evidence.url == f"{STORE}/checkout/{page}"


def test_a_silent_page_is_not_compared_with_the_events_of_other_pages() -> None:
    [finding] = verdict(rewritten(purchase(), CAUSES["a page that sends nothing"][0]))
    assert (finding.evidence.nearest_event, finding.evidence.differences) == (None, ())


def test_silent_pages_are_one_finding() -> None:
    def no_checkout(wrapper: Wrapper) -> Any:
        return DROPPED if "/checkout/" in wrapper["page"]["current_url"] else None

    [finding] = verdict(rewritten(purchase(), no_checkout))
    assert finding.count == 3


@pytest.mark.parametrize(("number", "step"), [(2, 2), (4, 4)])
def test_an_event_in_the_next_step_is_only_late(number: int, step: int) -> None:
    [finding] = verdict(moved(purchase(), number, to_step=step + 1))
    assert finding.code == "late-event"
    assert f"was expected in step {step} " in finding.message
    assert f"arrived in step {step + 1}" in finding.message


def test_a_repeated_beacon_is_one_finding() -> None:
    story = Story().step().show("/")
    again = beacons(story.tale())[0]
    story.request(again.body)
    [finding] = verdict(story.tale(), "- arrive\n")
    assert (finding.code, finding.count) == ("duplicate-event", 2)
    assert finding.message == "beacon 1 was sent twice: visit, pageview; beacon 2 repeats all events of beacon 1"


def test_an_order_that_is_reported_again_in_a_later_step_is_a_duplicate() -> None:
    order = {"event_type": "order_success", "order": {"id": "10", "num": "0000000010"}}
    story = bought().step()
    story.show(RECEIPT, "order_success", before=[order], order={"number": "0000000010", "first": False})
    steps = "- arrive\n" * 5 + "- reload\n"
    [finding] = verdict(story.tale(), steps)
    assert (finding.code, finding.step) == ("duplicate-event", 6)
    assert finding.message == "order_success was sent twice: first in beacon 8, then in beacon 9"


def test_a_surplus_pageview_has_both_numbers() -> None:
    story = Story().step().show("/")
    story.send({"event_type": "pageview", "page_type": "homepage", "attribution": ["a"]})
    [finding] = verdict(story.tale(), "- arrive\n")
    assert finding.message == "pageview arrived 2 times in this step, but the journey explains only 1"


def test_an_equal_event_on_another_page_view_is_no_duplicate() -> None:
    story = Story().step().show("/").step().show("/", navigation="reload")
    assert verdict(story.tale(), "- arrive\n- reload\n") == []


def test_errors_come_before_warnings() -> None:
    def both(wrapper: Wrapper) -> None:
        each_event(rename_keyword)(wrapper)
        in_event("order_success", "order", "num", to="10")(wrapper)

    assert codes(rewritten(purchase(), both)) == [
        ("order-number-mismatch", "order_success"),
        ("lenient-value", "pageview"),
    ]


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (
            PageError(url=f"{STORE}/", message="x is not defined"),
            "a script on the page threw an error: x is not defined",
        ),
        (HostRefused(host="other.test", port=443), "it tried other.test:443 instead"),
    ],
)
def test_an_error_on_the_page_explains_the_silence(extra: Any, words: str) -> None:
    silent = rewritten(purchase(), lambda _wrapper: DROPPED)
    first, *rest = silent.records
    finding = verdict(replace(silent, records=(first, extra, *rest)))[0]
    assert finding.code == "tracker-silent"
    assert words in finding.message


@pytest.mark.parametrize(
    ("status", "words"), [(None, "no page requested its script"), (404, "its script was requested but not found")]
)
def test_a_missing_script_explains_the_silence(status: int | None, words: str) -> None:
    silent = rewritten(purchase(), lambda _wrapper: DROPPED)
    kept = [
        replace(record, status=status) if isinstance(record, ScriptServed) else record
        for record in silent.records
        if status or not isinstance(record, ScriptServed)
    ]
    assert words in verdict(replace(silent, records=tuple(kept)))[0].message
