"""Stores without a ledger: the target's actions on the cart, and its facts, imply events and their values."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recordings import (
    LINE,
    STORE,
    Story,
    codes,
    doubled,
    in_event,
    rewritten,
    verdict,
    without,
)

from harness.json_matching import matches
from harness.protocols.jirafe.rules.page_values import alternatives
from harness.recording.records import (
    ADDS,
    BUYS,
    CHANGES,
    REMOVES,
    UNKNOWN,
    ActionPerformed,
    FaultsSet,
    PageRead,
    Recording,
)

PRODUCT = {"code": "1", "sku": "1-blue", "name": "Tumbler", "price": "19.99 €"}
FACTS = {key: [value] for key, value in PRODUCT.items()}
STEPS = "- arrive\n"
ADD, REMOVE, EDIT = "add_item_to_cart", "remove_item_from_cart", "edit_cart"


def event(kind: str, quantity: int, **line: Any) -> dict[str, Any]:
    total = f"{19.99 * quantity:.2f}"
    fields = {**LINE, "quantity": str(quantity), "total_price": total, **line}
    return {"event_type": kind, "cart": {"id": "c1"}, "line_item": fields}


def performed(effect: str = ADDS, *, quantity: int | None = 2, facts: Any = None, product: str = "") -> ActionPerformed:
    number = "" if quantity is None else str(quantity)
    title = {ADDS: "add to cart", REMOVES: "remove", CHANGES: "change quantity"}.get(effect, "click")
    return ActionPerformed(
        effect=effect, title=title, product=product, quantity=number, facts=FACTS if facts is None else facts
    )


def page_read(path: str, **facts: Mapping[str, str]) -> PageRead:
    return PageRead(url=STORE + path, facts={"page": {"url": STORE + path}, **facts})


def on_product() -> Story:
    """A product's page, and the step in which its button is pressed."""
    about = {"name": "Tumbler", "sku_code": "1-blue", "product_code": "1"}
    story = Story(ledger=False).step().show("/products/1", "product", about={"product": about})
    return story.add(page_read("/products/1", product=PRODUCT)).step()


def added(quantity: int | None = 2, *events: dict[str, Any], facts: Any = None) -> Story:
    story = on_product()
    for each in events or (event(ADD, quantity or 1),):
        story.send(each)
    return story.add(performed(quantity=quantity, facts=facts))


def bought(number: str = "0000000010", fact: str = "") -> Story:
    story = added().step()
    order = {"event_type": "order_success", "order": {"id": "10", "num": number}}
    story.show("/receipt", "order_success", before=[order]).add(page_read("/receipt", order={"number": fact or number}))
    return story.add(ActionPerformed(effect=BUYS, title="check out"))


# The cart


@pytest.mark.parametrize("quantity", [None, 1, 2])
def test_an_action_that_adds_and_its_event_have_no_finding(quantity: int | None) -> None:
    assert verdict(added(quantity).tale(), STEPS) == []


def test_a_missing_cart_event_is_reported_with_the_action() -> None:
    [finding] = verdict(rewritten(added().tale(), without(ADD)), STEPS)
    assert (finding.code, finding.evidence.event, finding.step) == ("missing-event", ADD, 2)
    assert finding.message.startswith(
        'add_item_to_cart is missing: the action "add to cart" adds to the cart; arrived: nothing'
    )


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("quantity", "1", "2"),
        ("product_code", "7", "1"),
        ("sku_code", "1-red", "1-blue"),
        ("price", "9.99", 19.99),
    ],
)
def test_a_value_of_the_line_that_contradicts_action_or_facts_is_an_error(
    field: str, value: str, expected: object
) -> None:
    found = verdict(rewritten(added().tale(), in_event(ADD, "line_item", field, to=value)), STEPS)
    assert ("wrong-value", expected) in [(finding.code, finding.evidence.allowed) for finding in found]


def test_a_second_equal_event_is_a_duplicate_and_another_one_is_unexpected() -> None:
    assert codes(rewritten(added().tale(), doubled(ADD)), STEPS) == [("duplicate-event", ADD)]
    story = added().step().show("/", "homepage").send(event(ADD, 5))
    assert codes(story.tale(), STEPS) == [("unexpected-event", ADD)]


def test_an_event_of_the_next_page_is_late() -> None:
    story = on_product().add(performed()).step().show("/", "homepage").send(event(ADD, 2))
    assert codes(story.tale(), STEPS) == [("late-event", ADD)]


def test_a_name_is_no_sku_and_several_values_are_all_allowed() -> None:
    assert verdict(added(2, facts={"sku": ["Blue tumbler"]}).tale(), STEPS) == []
    assert verdict(added(2, facts={"sku": ["1-red", "1-blue"]}).tale(), STEPS) == []
    assert codes(added(2, facts={"sku": ["1-red", "1-green"]}).tale(), STEPS) == [("wrong-value", ADD)]


@pytest.mark.parametrize(
    "events",
    [(event(ADD, 1), event(EDIT, 3)), (event(ADD, 1), event(ADD, 2)), (event(ADD, 1), event(EDIT, 2), event(EDIT, 3))],
)
def test_a_target_that_adds_in_several_clicks_may_send_several_events(events: Any) -> None:
    assert verdict(added(3, *events).tale(), STEPS) == []
    assert verdict(added(4, *events).tale(), STEPS) != []


def changed(to: int, *events: dict[str, Any]) -> Story:
    story = added().step()
    for each in events:
        story.send(each)
    return story.add(performed(CHANGES, quantity=to, product="Tumbler", facts={}))


@pytest.mark.parametrize(
    ("to", "events"),
    [
        (5, (event(EDIT, 5),)),
        (4, (event(EDIT, 3), event(EDIT, 4))),
        (0, (event(REMOVE, 2),)),
        (2, ()),
    ],
)
def test_a_change_of_a_quantity_is_an_edit_of_each_press_or_a_remove(to: int, events: Any) -> None:
    assert verdict(changed(to, *events).tale(), STEPS) == []


@pytest.mark.parametrize(
    ("to", "events", "code"),
    [
        (5, (), "missing-event"),
        (5, (event(EDIT, 4),), "wrong-value"),
        (5, (event(EDIT, 5, sku_code="1-red"),), "wrong-value"),
        (0, (event(REMOVE, 1),), "wrong-value"),
        (0, (event(EDIT, 0),), "missing-event"),
    ],
)
def test_a_wrong_event_of_a_change_is_reported(to: int, events: Any, code: str) -> None:
    assert code in [finding.code for finding in verdict(changed(to, *events).tale(), STEPS)]


def test_a_remove_has_the_quantity_that_the_actions_put_into_the_cart() -> None:
    def story(quantity: int) -> Story:
        removed = changed(5, event(EDIT, 5)).step().send(event(REMOVE, quantity))
        return removed.add(performed(REMOVES, product="1-blue", facts={}))

    assert verdict(story(5).tale(), STEPS) == []
    assert codes(story(1).tale(), STEPS) == [("wrong-value", REMOVE)]


def test_after_an_action_with_an_unknown_effect_quantities_are_unknown_and_its_events_accepted() -> None:
    story = added().step().send(event(ADD, 7)).add(ActionPerformed(effect=UNKNOWN, title="click"))
    story.step().send(event(REMOVE, 9)).add(performed(REMOVES, product="Tumbler", facts={}))
    assert verdict(story.tale(), STEPS) == []
    twice = added().step().send(event(ADD, 7)).send(event(ADD, 7)).add(ActionPerformed(effect=UNKNOWN, title="click"))
    assert codes(twice.tale(), STEPS) == [("duplicate-event", ADD)]


def test_a_delayed_event_is_not_taken_by_a_step_with_an_unknown_effect() -> None:
    story = on_product().add(performed()).step().send(event(ADD, 2)).add(ActionPerformed(effect=UNKNOWN, title="click"))
    assert codes(story.tale(), STEPS) == [("late-event", ADD)]


# Orders and products


def test_the_receipt_of_a_purchase_requires_one_order_success() -> None:
    assert verdict(bought().tale(), STEPS) == []
    assert codes(rewritten(bought().tale(), without("order_success")), STEPS) == [("missing-event", "order_success")]


def test_an_order_number_that_contradicts_the_receipt_is_an_error() -> None:
    [finding] = verdict(bought("17", fact="0000000010").tale(), STEPS)
    assert (finding.code, finding.evidence.value) == ("order-number-mismatch", "17")


@pytest.mark.parametrize("fact", ["#10", "Order number 10", "10"])
def test_a_label_of_the_order_number_is_no_contradiction(fact: str) -> None:
    assert verdict(bought("10", fact=fact).tale(), STEPS) == []


def test_a_receipt_that_is_shown_again_requires_nothing_and_a_list_of_orders_neither() -> None:
    again = bought().step().show("/receipt", "order_success").add(page_read("/receipt", order={"number": "0000000010"}))
    assert verdict(again.tale(), STEPS) == []
    listed = Story(ledger=False).step().show("/orders", "other").add(page_read("/orders", order={"number": "10"}))
    assert verdict(listed.tale(), STEPS) == []


@pytest.mark.parametrize(("field", "fact"), [("product_code", "code"), ("sku_code", "sku")])
def test_a_page_view_with_another_product_code_than_the_page_is_an_error(field: str, fact: str) -> None:
    wrong = rewritten(on_product().tale(), in_event("pageview", "product", field, to="X9"))
    [finding] = verdict(wrong, STEPS)
    assert (finding.code, finding.evidence.value, finding.evidence.allowed) == ("wrong-value", "X9", PRODUCT[fact])


def test_the_facts_of_another_page_say_nothing_about_this_one() -> None:
    story = on_product().show("/products/2", "product", about={"product": {"product_code": "2", "name": "Cup"}})
    recording: Recording = story.tale()
    assert verdict(recording, STEPS) == []


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_each_stated_value_matches_its_pattern(values: list[str]) -> None:
    assert all(matches(alternatives(values, []), value) for value in values)


@pytest.mark.parametrize(("lacks", "found"), [(True, []), (False, [("unexpected-event", "visit")])])
def test_without_cookies_an_event_of_a_page_that_stays_may_start_a_visit(lacks: bool, found: list[Any]) -> None:
    story = Story(ledger=False)
    story.add(FaultsSet(number=1, at=0.0, faults="lacks: cookies", cookies_blocked=lacks)).step().show("/", "homepage")
    story.step().send({"event_type": "visit"}, event(ADD, 1)).add(performed(quantity=1, facts={}))
    recording = story.tale()
    assert [item for item in codes(recording, STEPS) if item[0] == "unexpected-event"] == found
