"""The cart replayed from its events, compared with the store's cart; and the alignment of sequences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.recordings import LINE, Story, codes, completed

from fakewww import cart as carts
from fakewww.cart import Cart, Change, Line
from fakewww.catalogue import load
from fakewww.input_validation import amount
from fakewww.ledger import cart_facts, change_facts
from harness.protocols.jirafe.reconcile.alignment import align

PRODUCT = load().products[0]
EVENTS = {"add": "add_item_to_cart", "remove": "remove_item_from_cart", "edit": "edit_cart"}

variants = st.sampled_from(PRODUCT.variants)
actions = st.lists(
    st.tuples(st.sampled_from(["add", "set", "remove", "vary", "empty"]), variants, variants, st.integers(0, 5)),
    max_size=8,
)


def acted(cart, action, variant, other, quantity):
    """The cart and the changes after an action of the shopper."""
    match action:
        case "add":
            return carts.add(cart, Line(product=PRODUCT, variant=variant, quantity=quantity + 1))
        case "set":
            return carts.set_quantity(cart, variant.sku, quantity)
        case "vary" if cart.line(variant.sku) and other != variant:
            return carts.change_variant(cart, variant.sku, Line(product=PRODUCT, variant=other, quantity=quantity + 1))
        case "empty":
            return carts.empty(cart)
    return carts.remove(cart, variant.sku)


def event(change: Change):
    line, variant = change.line, change.line.variant
    facts = {"sku_code": variant.sku, "product_code": PRODUCT.code, "name": PRODUCT.name, "currency": "EUR"}
    money = {"price": amount(variant.price), "total_price": amount(line.total), "quantity": str(line.quantity)}
    return {"event_type": EVENTS[change.kind], "cart": {"id": change.cart_id}, "line_item": {**LINE, **facts, **money}}


def journey(steps, *, slip=None):
    """A journey with one step per list of actions; `slip` changes the events before they are sent."""
    cart = Cart(id="c7")
    story = Story().step().show("/", cart=cart_facts(cart))
    for actions in steps:
        changes, entries = [], []
        for action in actions:
            cart, made = acted(cart, *action)
            changes += made
            entries += [completed({"kind": "cart", **change_facts(change, cart)}) for change in made]
        events = [event(change) for change in changes]
        sent_events = slip(events) if slip else events
        story.step().show("/cart", "cart", before=sent_events, changes=entries, cart=cart_facts(cart))
    return story.tale(), "- arrive\n" + "- cart\n" * len(steps)


@settings(max_examples=50)
@given(st.lists(actions, max_size=4))
def test_the_replayed_events_of_any_journey_give_the_stores_cart(steps):
    assert codes(*journey(steps)) == []


@settings(max_examples=50)
@given(st.lists(actions, min_size=1, max_size=3), st.data())
def test_wrong_cart_events_are_found_even_if_other_events_are_allowed(steps, data):
    more = data.draw(st.integers(1, 3))

    def slip(events):
        if not events:
            return events
        line = {"sku_code": "another", "quantity": str(more), "price": "1.00", "total_price": f"{more}.00"}
        extra = {"event_type": "add_item_to_cart", "line_item": {**events[-1]["line_item"], **line}}
        return [*events, {**events[-1], **extra}]

    recording, scenario = journey(steps, slip=slip)
    found_codes = {code for code, _ in codes(recording, scenario, more="others: allow\n")}
    is_changed = any(b"another" in getattr(record, "body", b"") for record in recording.records)
    assert found_codes == ({"items-mismatch"} if is_changed else set())


@given(st.lists(st.sampled_from("abc"), max_size=8))
def test_equal_sequences_are_paired_one_by_one(letters):
    assert list(align(letters, letters)) == [(index, index) for index in range(len(letters))]


@given(st.lists(st.sampled_from("abcd"), max_size=8), st.data())
def test_a_sequence_with_gaps_is_paired_without_a_mismatch(letters, data):
    kept = [letter for letter in letters if data.draw(st.booleans())]
    pairs = list(align(letters, kept))
    assert all(letters[left] == kept[right] for left, right in pairs if left is not None and right is not None)
    assert sorted(right for _left, right in pairs if right is not None) == list(range(len(kept)))
    assert all(left is not None for left, _right in pairs)


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        ("abc", "abc", [(0, 0), (1, 1), (2, 2)]),
        ("abc", "ac", [(0, 0), (1, None), (2, 1)]),
        ("abc", "axc", [(0, 0), (1, 1), (2, 2)]),
        ("ab", "abx", [(0, 0), (1, 1), (None, 2)]),
        ("ab", "aab", [(0, 0), (0, 1), (1, 2)]),
        ("aba", "a", [(0, None), (1, None), (2, 0)]),
        ("", "x", [(None, 0)]),
        ("abc", "xc", [(0, None), (1, 0), (2, 1)]),
    ],
)
def test_the_expected_pairs(one, other, pairs):
    assert list(align(one, other)) == pairs
