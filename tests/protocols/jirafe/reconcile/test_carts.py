"""Carts in the three books: every state of them, in documents, events and ledger."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.backend_recordings import (
    as_customer,
    bought,
    documents,
    drop,
    events,
    found,
    ledger,
    put_in,
    recorded,
    store,
    told,
    without_ledger,
)
from support.recordings import each_event, without

from harness.findings import Finding, Severity
from harness.recording.records import ActionFailed, StepEnded

both = pytest.mark.parametrize("version", ["v1", "v2"])
CART = "7505819243"
Sources = Callable[..., Any]


def one(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


@both
def test_a_cart_document_with_another_quantity_is_told_once_with_both_sides(version: str) -> None:
    finding = one(found(documents(recorded(bought, version), "cart", put_in("items", 0, "quantity", to=9), nth=2)))
    assert (finding.code, finding.step, finding.place) == ("items-mismatch", 3, "/items")
    assert (finding.evidence.value, finding.evidence.allowed) == ("9 × TUMBLER-SEA-S", "3 × TUMBLER-SEA-S")


@both
def test_the_last_state_of_a_cart_must_be_told(version: str) -> None:
    finding = one(found(documents(recorded(bought, version), "cart", drop, nth=4)))
    assert (finding.code, finding.step, finding.severity) == ("missing-document", 5, Severity.ERROR)
    assert f"cart {CART} contains 3 × TUMBLER-SEA-S in the ledger, but no cart document reports it" in finding.message


def test_a_state_that_the_next_document_names_as_the_one_before_was_lost() -> None:
    finding = one(found(documents(recorded(bought), "cart", drop, nth=2)))
    assert (finding.code, finding.step, finding.severity) == ("missing-document", 3, Severity.ERROR)


def test_a_state_that_was_skipped_may_have_been_sent_together_with_the_next() -> None:
    finding = one(found(documents(recorded(bought, "v1"), "cart", drop, nth=2)))
    assert (finding.code, finding.step, finding.severity) == ("missing-document", 3, Severity.WARNING)


@both
def test_a_cart_that_the_back_end_never_speaks_of_is_one_finding(version: str) -> None:
    broken = documents(recorded(bought, version), "cart", drop)
    assert told(broken) == [("missing-document", "")]
    assert told(store(broken, backend=None)) == []


@both
def test_a_cart_document_of_another_cart_is_told_with_both_ids(version: str) -> None:
    finding = one(found(renamed(version)))
    assert (finding.code, finding.place) == ("wrong-value", "/id")
    assert (finding.evidence.value, finding.evidence.allowed) == ("9", CART)


@both
def test_without_a_ledger_the_cart_of_the_events_must_be_that_of_the_documents(version: str) -> None:
    finding = one(found(without_ledger(renamed(version))))
    assert (finding.code, finding.place) == ("wrong-value", "/data/0/cart/id")
    assert (finding.evidence.value, finding.evidence.allowed) == (CART, ["9"])


def renamed(version: str) -> Any:
    broken = documents(recorded(bought, version), "cart", put_in("id", to="9"))
    return documents(broken, "cart", put_in("cart_id", to="9"))


def test_a_cart_document_may_have_an_id_of_its_own_beside_the_carts() -> None:
    assert told(documents(recorded(bought, "v1"), "cart", put_in("id", to="row 12"))) == []


def test_a_cart_of_which_nobody_knows_is_an_unexpected_document() -> None:
    recording = documents(recorded(bought, "v1"), "cart", stray, nth=4)
    assert "unexpected-document" in [finding.code for finding in found(recording)]


def stray(body: Any) -> None:
    body.update(id="9", cart_id="9", items=[])


@both
def test_a_subtotal_that_is_not_the_ledgers_is_an_error(version: str) -> None:
    finding = one(found(documents(recorded(bought, version), "cart", put_in("subtotal", to=1.0), nth=1)))
    assert (finding.code, finding.place, finding.severity) == ("total-mismatch", "/subtotal", Severity.ERROR)
    assert finding.message == f"cart: subtotal is 1.0, not 39.98 (cart {CART} in the ledger)"


@pytest.mark.parametrize("version", ["off", "v1", "v2"])
def test_a_cart_whose_store_adds_up_wrongly_is_told(version: str) -> None:
    recording = ledger(recorded(bought, version), put_in("cart", "subtotal", to="1.00"), kind="cart")
    recording = ledger(recording, put_in("cart", "subtotal", to="1.00"), kind="page")
    codes = {finding.code for finding in found(recording)}
    assert codes == {"total-mismatch"}
    words = "the prices in the replayed cart events add up to 39.98, not 1.00 (the subtotal of the ledger's cart 7505819243)"
    assert version != "off" or found(recording)[0].message == words


def test_a_cart_that_changes_without_an_event_is_told_with_both_sides() -> None:
    def more(entry: Any) -> None:
        if entry["kind"] in ("page", "cart") and entry["cart"]["items"]:
            entry["cart"]["items"][0]["quantity"] += 5
            entry["cart"]["subtotal"] = "1.00"

    recording = ledger(ledger(recorded(bought, "off"), more, kind="cart"), more, kind="page")
    finding = found(recording)[0]
    assert (finding.code, finding.step) == ("items-mismatch", 2)
    assert (finding.evidence.value, finding.evidence.allowed) == ("2 × TUMBLER-SEA-S", "7 × TUMBLER-SEA-S")


def extra(wrapper: Any) -> None:
    """One add more than the shopper did, with another quantity."""
    first = wrapper["data"][0]
    if first["event_type"] == "add_item_to_cart" and first["line_item"]["sku_code"] == "TUMBLER-SEA-L":
        line = {**first["line_item"], "quantity": "4", "total_price": "79.96"}
        wrapper["data"].insert(0, {**first, "line_item": line})


@pytest.mark.parametrize("version", ["off", "v1", "v2"])
def test_cart_events_beyond_the_changes_are_found_even_where_others_are_allowed(version: str) -> None:
    finding = one(found(events(recorded(bought, version), extra), more="others: allow\n"))
    assert (finding.code, finding.step) == ("items-mismatch", 4)
    assert "the replayed cart events give 5 × TUMBLER-SEA-L, 3 × TUMBLER-SEA-S" in finding.message


@both
@pytest.mark.parametrize(
    "change",
    [
        without("edit_cart"),
        each_event(
            lambda event: (
                event["event_type"] == "edit_cart" and event["line_item"].update(quantity="7", total_price="139.93")
            )
        ),
    ],
)
def test_without_a_ledger_the_events_replayed_must_give_the_documents_items(version: str, change: Any) -> None:
    recording = without_ledger(events(recorded(bought, version), change))
    finding = found(recording)[0]
    assert finding.code == "items-mismatch"
    assert finding.message.startswith("cart: items are 3 × TUMBLER-SEA-S, not ")
    assert finding.message.endswith(" (the replayed cart events)")


@both
def test_without_a_ledger_the_last_cart_of_the_events_must_be_told(version: str) -> None:
    recording = without_ledger(documents(documents(recorded(bought, version), "order", drop), "cart", drop, nth=4))
    assert "missing-document" in [finding.code for finding in found(recording)]


@both
def test_without_a_ledger_a_cart_that_only_the_back_end_knows_is_a_warning(version: str) -> None:
    recording = recorded(bought, version)
    for name in ("add_item_to_cart", "edit_cart", "remove_item_from_cart"):
        recording = events(recording, without(name))
    finding = one(found(without_ledger(recording)))
    assert (finding.code, finding.severity) == ("missing-event", Severity.WARNING)
    assert f"cart {CART} contains 2 × TUMBLER-SEA-S in the back end's documents" in finding.message


@pytest.mark.parametrize("version", ["off", "v2"])
def test_a_cart_event_that_is_missing_is_told_once(version: str) -> None:
    finding = one(found(events(recorded(bought, version), without("edit_cart"))))
    assert (finding.code, finding.evidence.event) == ("missing-event", "edit_cart")


def test_what_a_store_adds_to_a_cart_at_sign_in_needs_no_event() -> None:
    signed_in = False
    mug = {"sku": "MUG", "code": "MUG", "name": "Mug", "price": "5.00", "quantity": 1}

    def joined(entry: Any) -> None:
        nonlocal signed_in
        signed_in = signed_in or entry["kind"] == "customer"
        if signed_in and entry.get("cart", {}).get("items"):
            entry["cart"]["items"].append(mug)

    recording = recorded(as_customer, "off")
    assert told(ledger(recording, joined)) == []


def test_the_same_without_a_sign_in_is_told() -> None:
    mug = {"sku": "MUG", "code": "MUG", "name": "Mug", "price": "5.00", "quantity": 1}

    def joined(entry: Any) -> None:
        if entry["n"] > 6 and entry.get("cart", {}).get("items"):
            entry["cart"]["items"].append(mug)

    assert ("items-mismatch", "") in told(ledger(recorded(bought, "off"), joined))


def test_a_cart_that_the_order_empties_needs_no_event() -> None:
    def emptied(entry: Any) -> None:
        if entry["kind"] == "page" and not entry["cart"]["items"]:
            entry["cart"]["id"] = CART

    assert told(ledger(recorded(bought, "off"), emptied)) == []


def test_the_customer_of_a_cart_is_the_ledgers() -> None:
    finding = one(found(documents(recorded(as_customer), "cart", put_in("customer", "id", to="7"), nth=2)))
    assert (finding.code, finding.place) == ("wrong-value", "/customer/id")
    assert (finding.evidence.value, finding.evidence.allowed) == ("7", "007")


def test_a_step_that_broke_off_misses_no_document() -> None:
    recording = documents(recorded(bought), "cart", drop, nth=4)
    ends = [place for place, record in enumerate(recording.records) if isinstance(record, StepEnded)]
    end = ends[4]
    failed = ActionFailed(message="no such button", place="", url="")
    broken = replace(recording, records=(*recording.records[:end], failed, recording.records[end]))
    assert [finding.code for finding in found(broken)] == ["action-failed"]
