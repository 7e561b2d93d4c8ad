"""The states of carts in documents, events and ledger."""

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
    summary,
    without_ledger,
)
from support.recordings import each_event, without

from harness.findings import Severity
from harness.recording.records import ActionFailed, StepEnded

versions = pytest.mark.parametrize("version", ["v1", "v2"])
CART = "7505819243"
Sources = Callable[..., Any]


@versions
def test_a_cart_document_with_a_wrong_quantity_is_one_finding_with_both_contents(version: str) -> None:
    (finding,) = found(documents(recorded(bought, version), "cart", put_in("items", 0, "quantity", to=9), nth=2))
    assert (finding.code, finding.step, finding.place) == ("items-mismatch", 3, "/items")
    assert (finding.evidence.value, finding.evidence.allowed) == ("9 × TUMBLER-SEA-S", "3 × TUMBLER-SEA-S")


@versions
def test_a_missing_document_for_the_last_state_is_an_error(version: str) -> None:
    (finding,) = found(documents(recorded(bought, version), "cart", drop, nth=4))
    assert (finding.code, finding.step, finding.severity) == ("missing-document", 5, Severity.ERROR)
    assert f"cart {CART} contains 3 × TUMBLER-SEA-S in the ledger, but no cart document reports it" in finding.message


def test_a_state_named_as_previous_by_the_next_document_is_missing() -> None:
    (finding,) = found(documents(recorded(bought), "cart", drop, nth=2))
    assert (finding.code, finding.step, finding.severity) == ("missing-document", 3, Severity.ERROR)


def test_a_skipped_state_is_only_a_warning() -> None:
    (finding,) = found(documents(recorded(bought, "v1"), "cart", drop, nth=2))
    assert (finding.code, finding.step, finding.severity) == ("missing-document", 3, Severity.WARNING)


@versions
def test_a_cart_without_any_document_is_one_finding(version: str) -> None:
    broken = documents(recorded(bought, version), "cart", drop)
    assert summary(broken) == [("missing-document", "")]
    assert summary(store(broken, backend=None)) == []


@versions
def test_a_cart_document_with_a_wrong_id_is_reported_with_both_ids(version: str) -> None:
    (finding,) = found(renamed(version))
    assert (finding.code, finding.place) == ("wrong-value", "/id")
    assert (finding.evidence.value, finding.evidence.allowed) == ("9", CART)


@versions
def test_without_a_ledger_the_cart_ids_of_events_and_documents_are_compared(version: str) -> None:
    (finding,) = found(without_ledger(renamed(version)))
    assert (finding.code, finding.place) == ("wrong-value", "/data/0/cart/id")
    assert (finding.evidence.value, finding.evidence.allowed) == (CART, ["9"])


def renamed(version: str) -> Any:
    broken = documents(recorded(bought, version), "cart", put_in("id", to="9"))
    return documents(broken, "cart", put_in("cart_id", to="9"))


def test_a_cart_document_may_have_its_own_id_and_a_cart_id() -> None:
    assert summary(documents(recorded(bought, "v1"), "cart", put_in("id", to="row 12"))) == []


def test_a_document_of_an_unknown_cart_is_unexpected() -> None:
    recording = documents(recorded(bought, "v1"), "cart", name_unknown_cart, nth=4)
    assert "unexpected-document" in [finding.code for finding in found(recording)]


def name_unknown_cart(body: Any) -> None:
    body.update(id="9", cart_id="9", items=[])


@versions
def test_a_subtotal_that_differs_from_the_ledger_is_an_error(version: str) -> None:
    (finding,) = found(documents(recorded(bought, version), "cart", put_in("subtotal", to=1.0), nth=1))
    assert (finding.code, finding.place, finding.severity) == ("total-mismatch", "/subtotal", Severity.ERROR)
    assert finding.message == f"cart: subtotal is 1.0; expected 39.98 (cart {CART} in the ledger)"


@pytest.mark.parametrize("version", ["off", "v1", "v2"])
def test_a_wrong_subtotal_of_the_store_is_found(version: str) -> None:
    recording = ledger(recorded(bought, version), put_in("cart", "subtotal", to="1.00"), kind="cart")
    recording = ledger(recording, put_in("cart", "subtotal", to="1.00"), kind="page")
    codes = {finding.code for finding in found(recording)}
    assert codes == {"total-mismatch"}
    words = "the prices in the replayed cart events add up to 39.98; expected 1.00 (the subtotal of the ledger's cart 7505819243)"
    assert version != "off" or found(recording)[0].message == words


def test_a_cart_that_changes_without_an_event_is_reported_with_both_contents() -> None:
    def more(entry: Any) -> None:
        if entry["kind"] in ("page", "cart") and entry["cart"]["items"]:
            entry["cart"]["items"][0]["quantity"] += 5
            entry["cart"]["subtotal"] = "1.00"

    recording = ledger(ledger(recorded(bought, "off"), more, kind="cart"), more, kind="page")
    finding = found(recording)[0]
    assert (finding.code, finding.step) == ("items-mismatch", 2)
    assert (finding.evidence.value, finding.evidence.allowed) == ("2 × TUMBLER-SEA-S", "7 × TUMBLER-SEA-S")


def extra(wrapper: Any) -> None:
    first = wrapper["data"][0]
    if first["event_type"] == "add_item_to_cart" and first["line_item"]["sku_code"] == "TUMBLER-SEA-L":
        line = {**first["line_item"], "quantity": "4", "total_price": "79.96"}
        wrapper["data"].insert(0, {**first, "line_item": line})


@pytest.mark.parametrize("version", ["off", "v1", "v2"])
def test_surplus_cart_events_are_found_even_if_other_events_are_allowed(version: str) -> None:
    (finding,) = found(events(recorded(bought, version), extra), more="others: allow\n")
    assert (finding.code, finding.step) == ("items-mismatch", 4)
    assert "the replayed cart events give 5 × TUMBLER-SEA-L, 3 × TUMBLER-SEA-S" in finding.message


@versions
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
def test_without_a_ledger_the_replayed_events_are_compared_with_the_documents(version: str, change: Any) -> None:
    recording = without_ledger(events(recorded(bought, version), change))
    finding = found(recording)[0]
    assert finding.code == "items-mismatch"
    assert finding.message.startswith("cart: items are 3 × TUMBLER-SEA-S; expected ")
    assert finding.message.endswith(" (the replayed cart events)")


@versions
def test_without_a_ledger_the_last_cart_of_the_events_needs_a_document(version: str) -> None:
    recording = without_ledger(documents(documents(recorded(bought, version), "order", drop), "cart", drop, nth=4))
    assert "missing-document" in [finding.code for finding in found(recording)]


@versions
def test_without_a_ledger_a_cart_without_events_is_a_warning(version: str) -> None:
    recording = recorded(bought, version)
    for name in ("add_item_to_cart", "edit_cart", "remove_item_from_cart"):
        recording = events(recording, without(name))
    (finding,) = found(without_ledger(recording))
    assert (finding.code, finding.severity) == ("missing-event", Severity.WARNING)
    assert f"cart {CART} contains 2 × TUMBLER-SEA-S in the back end's documents" in finding.message


@pytest.mark.parametrize("version", ["off", "v2"])
def test_a_missing_cart_event_is_one_finding(version: str) -> None:
    (finding,) = found(events(recorded(bought, version), without("edit_cart")))
    assert (finding.code, finding.evidence.event) == ("missing-event", "edit_cart")


def test_items_that_the_store_adds_at_sign_in_need_no_event() -> None:
    signed_in = False
    mug = {"sku": "MUG", "code": "MUG", "name": "Mug", "price": "5.00", "quantity": 1}

    def joined(entry: Any) -> None:
        nonlocal signed_in
        signed_in = signed_in or entry["kind"] == "customer"
        if signed_in and entry.get("cart", {}).get("items"):
            entry["cart"]["items"].append(mug)

    recording = recorded(as_customer, "off")
    assert summary(ledger(recording, joined)) == []


def test_items_that_the_store_adds_without_a_sign_in_are_a_finding() -> None:
    mug = {"sku": "MUG", "code": "MUG", "name": "Mug", "price": "5.00", "quantity": 1}

    def joined(entry: Any) -> None:
        if entry["n"] > 6 and entry.get("cart", {}).get("items"):
            entry["cart"]["items"].append(mug)

    assert ("items-mismatch", "") in summary(ledger(recorded(bought, "off"), joined))


def test_a_cart_that_the_order_empties_needs_no_event() -> None:
    def emptied(entry: Any) -> None:
        if entry["kind"] == "page" and not entry["cart"]["items"]:
            entry["cart"]["id"] = CART

    assert summary(ledger(recorded(bought, "off"), emptied)) == []


def test_a_customer_of_a_cart_that_differs_from_the_ledger_is_wrong() -> None:
    (finding,) = found(documents(recorded(as_customer), "cart", put_in("customer", "id", to="7"), nth=2))
    assert (finding.code, finding.place) == ("wrong-value", "/customer/id")
    assert (finding.evidence.value, finding.evidence.allowed) == ("7", "007")


def test_a_failed_step_misses_no_document() -> None:
    recording = documents(recorded(bought), "cart", drop, nth=4)
    ends = [place for place, record in enumerate(recording.records) if isinstance(record, StepEnded)]
    end = ends[4]
    failed = ActionFailed(message="no such button", place="", url="")
    broken = replace(recording, records=(*recording.records[:end], failed, recording.records[end]))
    assert [finding.code for finding in found(broken)] == ["action-failed"]
