"""The events that a journey requires."""

from typing import Any

import pytest
from support.recordings import IN_CART, START, STORE, TUMBLER, Story, purchase, reached, receipt

from harness.json_matching import matches
from harness.judge.expectations import Expectation
from harness.protocol import get
from harness.protocols.jirafe.rules.implicit_expectations import implicit_expectations
from harness.recording.records import Recording, UrlReplaced
from harness.recording.timeline_builder import build_timeline


def expectations(story: Story | Recording) -> list[Expectation]:
    recording = story.tale() if isinstance(story, Story) else story
    return list(implicit_expectations(build_timeline(recording, get().read)))


def of_page(path: str = "/", kind: str = "homepage", **ledger: Any) -> list[Expectation]:
    return expectations(Story().step().show(path, kind, **ledger))


def test_a_purchase_requires_its_events() -> None:
    types = [(item.step, item.type) for item in expectations(purchase())]
    assert sorted(types, key=lambda item: item[0]) == [
        (1, "visit"),
        (1, "pageview"),
        (2, "pageview"),
        (3, "pageview"),
        (4, "pageview"),
        (4, "add_item_to_cart"),
        *[(5, "funnel"), (5, "pageview")] * 3,
        (5, "funnel"),
        (5, "order_success"),
        (5, "pageview"),
    ]


def test_a_page_requires_a_pageview_of_its_type() -> None:
    visit, pageview = of_page("/cart", "cart")
    assert (visit.type, visit.pattern) == ("visit", {})
    assert pageview.pattern == {"page_type": "cart"}
    assert pageview.why == f"the shopper saw the cart page {STORE}/cart"
    assert pageview.origin == {"page": {"current_url": f"{STORE}/cart"}}


@pytest.mark.parametrize(
    ("ledger", "pattern"),
    [
        ({"product": TUMBLER}, {"product": {"product_code": "1"}}),
        ({"search": {"keyword": "cup", "page": 2, "results": 30}}, {"search": {"keyword": "cup"}}),
    ],
)
def test_a_pageview_requires_the_subject_of_its_page(ledger: dict[str, Any], pattern: dict[str, Any]) -> None:
    pageview = of_page("/x", "product", **ledger)[-1]
    assert pageview.pattern == {"page_type": "product", **pattern}


def test_optional_fields_are_facts_of_the_pageview() -> None:
    search = {"keyword": "cup", "page": 2, "results": 30}
    customer = {"id": "7", "first_name": "Eve"}
    category = {"id": "3", "name": "Cups"}
    facts = of_page("/x", "search", search=search, product=TUMBLER, customer=customer, category=category)[-1].facts
    assert facts == {
        "product": {"name": "Tumbler", "sku_code": "1-blue"},
        "category": {"id": "3", "name": "Cups"},
        "search": {"page": 2, "total_results": 30},
        "customer": {"id": "7", "firstname": "Eve"},
    }


def test_a_funnel_step_is_expected_once_and_not_from_the_history() -> None:
    story = Story().step().show("/address", "checkout", funnel=reached(1, "address"))
    story.step().show("/address", "checkout", navigation="back_forward", served=False)
    funnels = [item for item in expectations(story) if item.type == "funnel"]
    assert [item.pattern for item in funnels] == [
        {"funnel_name": "checkout", "step_name": "address", "step_position": 1, "last_step": False}
    ]


def test_an_order_is_expected_once_for_several_receipts() -> None:
    story = receipt(Story().step())
    story.step().show("/again", "order_success", order={"number": "0000000010", "first": False})
    orders = [item for item in expectations(story) if item.type == "order_success"]
    assert [item.pattern for item in orders] == [{"order": {"num": "0000000010"}}]
    assert orders[0].codes == {"/order/num": "order-number-mismatch"}


@pytest.mark.parametrize(
    ("change", "event", "words"),
    [
        ("add", "add_item_to_cart", "the shopper added 2 × Tumbler to the cart"),
        ("remove", "remove_item_from_cart", "the shopper removed 2 × Tumbler from the cart"),
        ("edit", "edit_cart", "the shopper set the quantity of Tumbler in the cart to 2"),
    ],
)
def test_a_change_of_the_cart_requires_its_event(change: str, event: str, words: str) -> None:
    [item] = expectations(Story().step().tell({**IN_CART, "change": change}))
    assert (item.type, item.why) == (event, words)
    assert item.pattern == {"line_item": {"sku_code": "1-blue", "quantity": "2", "total_price": {"$about": 39.98}}}
    assert item.facts["cart"] == {"id": "c1"}


def test_without_a_ledger_pageviews_and_visits_are_expected() -> None:
    items = expectations(purchase(ledger=False))
    assert [item.type for item in items].count("pageview") == 8
    assert {item.type for item in items} == {"visit", "pageview"}
    assert {str(item.pattern) for item in items} == {"{}"}


def test_the_origin_of_a_pageview_accepts_all_urls_of_the_page() -> None:
    story = Story().step().show("/a").add(UrlReplaced(url=f"{STORE}/b", at=START))
    [pageview] = [item for item in expectations(story) if item.type == "pageview"]
    wrappers = [{"page": {"current_url": f"{STORE}/{address}"}} for address in "abc"]
    assert [matches(pageview.origin, wrapper) for wrapper in wrappers] == [True, True, False]
