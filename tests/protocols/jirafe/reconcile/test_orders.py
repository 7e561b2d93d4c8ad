"""Orders in documents, events and ledger: numbers, states, items, sums, carts and customers."""

from collections.abc import Callable
from typing import Any

import pytest
from support.backend_recordings import (
    DROPPED,
    Change,
    as_customer,
    bought,
    documents,
    drop,
    edited,
    found,
    ledger,
    put_in,
    recorded,
    store,
    summary,
    without_ledger,
)

versions = pytest.mark.parametrize("version", ["v1", "v2"])
NUMBER = "0000000010"


def stripped(body: Any) -> None:
    body["order_number"] = body["order_number"].lstrip("0")


@versions
def test_an_order_number_without_its_zeros_is_another_number(version: str) -> None:
    (finding,) = found(documents(recorded(bought, version), "order", stripped))
    assert (finding.code, finding.step, finding.place) == ("order-number-mismatch", 7, "/order_number")
    assert (finding.evidence.value, finding.evidence.allowed) == ("10", NUMBER)
    assert f'order_number is "10"; expected "{NUMBER}" (the order in the ledger)' in finding.message


@versions
def test_without_a_ledger_the_receipts_number_is_compared_with_the_documents(version: str) -> None:
    (finding,) = found(without_ledger(documents(recorded(bought, version), "order", stripped)))
    assert (finding.code, finding.evidence.event) == ("order-number-mismatch", "order_success")
    assert (finding.evidence.value, finding.evidence.allowed) == (NUMBER, "10")


@versions
def test_one_document_with_a_wrong_number_is_not_a_missing_document(version: str) -> None:
    broken = documents(recorded(bought, version), "order", put_in("order_number", to="77"), status="accepted")
    assert summary(broken) == [("order-number-mismatch", "/order_number")]


def test_an_order_that_is_not_in_the_ledger_is_a_number_mismatch() -> None:
    (finding,) = found(ledger(recorded(bought), drop, kind="order"))
    assert (finding.code, finding.evidence.value) == ("order-number-mismatch", NUMBER)


@versions
@pytest.mark.parametrize(
    ("visit", "status", "nth", "step", "words"),
    [
        (bought, "accepted", 1, 7, "is paid with 3 × TUMBLER-SEA-S"),
        (edited, "accepted", 1, 7, "is paid with 3 × TUMBLER-SEA-S"),
        (edited, "accepted", 2, 8, "is edited with 3 × TUMBLER-SEA-S, 2 × WOOL-SOCKS-ONE"),
        (edited, "accepted", 3, 9, "is edited with 1 × TUMBLER-SEA-S, 2 × WOOL-SOCKS-ONE"),
        (edited, "cancelled", 1, 10, "is cancelled with 1 × TUMBLER-SEA-S, 2 × WOOL-SOCKS-ONE"),
    ],
)
def test_a_state_without_a_document_is_a_missing_document(
    version: str, visit: Any, status: str, nth: int, step: int, words: str
) -> None:
    (finding,) = found(documents(recorded(visit, version), "order", drop, nth=nth, status=status))
    assert (finding.code, finding.step, finding.evidence.document) == ("missing-document", step, "order")
    assert f"order {NUMBER} {words} in the ledger, but no order document reports it" in finding.message


@versions
def test_an_order_without_any_document_is_one_finding(version: str) -> None:
    assert summary(documents(recorded(bought, version), "order", drop)) == [("missing-document", "")]


@versions
@pytest.mark.parametrize("store_fields", [{"backend": "off"}, {"backend": None}])
def test_no_order_documents_are_missing_from_a_back_end_that_sends_none(
    version: str, store_fields: dict[str, Any]
) -> None:
    assert summary(store(documents(recorded(bought, version), "order", drop), **store_fields)) == []


@versions
def test_a_received_document_proves_that_there_is_a_back_end(version: str) -> None:
    broken = documents(recorded(bought, version), "order", drop, status="accepted")
    assert summary(store(broken, backend=None)) == [("missing-document", "")]


@versions
@pytest.mark.parametrize(("nth", "status", "state"), [(1, "cancelled", "cancelled"), (1, "accepted", "paid")])
def test_a_status_without_a_state_in_the_ledger_is_an_unexpected_document(
    version: str, nth: int, status: str, state: str
) -> None:
    def forgotten(entry: Any) -> Any:
        return DROPPED if entry["order"]["state"] in (state, "edited") and entry["order"]["number"] == NUMBER else None

    codes = [finding.code for finding in found(ledger(recorded(edited, version), forgotten, kind="order"))]
    assert "unexpected-document" in codes


@versions
def test_wrong_items_of_an_order_are_reported_with_both_contents(version: str) -> None:
    broken = documents(
        recorded(edited, version), "order", lambda body: body["items"].pop() and None, nth=2, status="accepted"
    )
    (finding,) = found(broken)
    assert (finding.code, finding.place) == ("items-mismatch", "/items")
    assert finding.evidence.value == "3 × TUMBLER-SEA-S"
    assert finding.evidence.allowed == "3 × TUMBLER-SEA-S, 2 × WOOL-SOCKS-ONE"


@versions
@pytest.mark.parametrize("name", ["subtotal", "total"])
def test_a_sum_that_differs_from_the_ledger_is_an_error(version: str, name: str) -> None:
    (finding,) = found(documents(recorded(bought, version), "order", put_in(name, to=1.5), status="accepted"))
    assert (finding.code, finding.place, finding.severity) == ("total-mismatch", f"/{name}", "error")
    assert finding.evidence.value == 1.5


@pytest.mark.parametrize(("version", "unit"), [("v1", "amount"), ("v2", "price")])
def test_a_wrong_price_is_one_finding(version: str, unit: str) -> None:
    cheap: Change = put_in("items", 0, unit, to=1.0)
    (finding,) = found(documents(recorded(bought, version), "order", cheap, status="accepted"))
    assert (finding.code, finding.place) == ("wrong-value", f"/items/0/{unit}")
    assert (finding.evidence.value, finding.evidence.allowed) == (1.0, "19.99")


@pytest.mark.parametrize(("version", "path"), [("v1", ("customer_id",)), ("v2", ("customer", "id"))])
@pytest.mark.parametrize("read", [lambda recording: recording, without_ledger])
def test_a_customer_without_the_zeros_is_another_customer(
    version: str, path: tuple[str, ...], read: Callable[..., Any]
) -> None:
    broken = documents(recorded(as_customer, version), "order", put_in(*path, to="7"), status="accepted", nth=1)
    (finding,) = found(read(broken))
    assert (finding.code, finding.place) == ("wrong-value", f"/{'/'.join(path)}")
    assert (finding.evidence.value, finding.evidence.allowed) == ("7", "007")


@versions
@pytest.mark.parametrize("read", [lambda recording: recording, without_ledger])
def test_a_wrong_cart_id_of_an_order_is_found(version: str, read: Callable[..., Any]) -> None:
    (finding,) = found(read(documents(recorded(bought, version), "order", put_in("cart_id", to="9"))))
    assert (finding.code, finding.place, finding.evidence.value) == ("wrong-value", "/cart_id", "9")
    assert "7505819243" in str(finding.evidence.allowed)


@pytest.mark.parametrize("version", ["off", "v1", "v2"])
def test_an_order_of_another_cart_in_the_ledger_is_found(version: str) -> None:
    (finding,) = found(ledger(recorded(bought, version), put_in("order", "cart_id", to="5")))
    assert (finding.code, finding.evidence.value) == ("wrong-value", "5")
    assert 'link order 0000000010 to cart "5", which is not one of this shopper\'s carts' in finding.message


@versions
@pytest.mark.parametrize("kind", ["order", "cart"])
def test_another_currency_than_the_stores_is_wrong(version: str, kind: str) -> None:
    (finding,) = found(documents(recorded(bought, version), kind, put_in("currency", to="USD")))
    assert (finding.code, finding.place) == ("wrong-value", "/currency")
    assert (finding.evidence.value, finding.evidence.allowed) == ("USD", "EUR")


@versions
def test_without_a_ledger_the_currency_is_compared_with_the_events(version: str) -> None:
    (finding,) = found(without_ledger(documents(recorded(bought, version), "cart", put_in("currency", to="USD"))))
    assert finding.message.startswith('cart: currency is "USD"; expected "EUR" (the currency of the events)')


@versions
def test_a_past_order_is_compared_with_the_ledger(version: str) -> None:
    recording = recorded(bought, version, history=10)
    quantity = put_in("items", 0, "quantity", to=77)
    (finding,) = found(documents(recording, "order", quantity, order_number=NUMBER, status="accepted"))
    assert (finding.code, finding.step) == ("items-mismatch", None)


@versions
def test_past_orders_are_missing_only_if_the_back_end_sent_some(version: str) -> None:
    recording = recorded(bought, version, history=3)
    none = recording
    for number in range(10, 13):
        none = documents(none, "order", drop, order_number=f"{number:010}")
    assert summary(none) == []
    assert summary(documents(recording, "order", drop, order_number=NUMBER)) == [("missing-document", "")]


@versions
def test_a_sign_up_without_a_customer_document_is_found(version: str) -> None:
    (finding,) = found(documents(recorded(as_customer, version), "customer", drop, email="bea@example.org"))
    assert (finding.code, finding.step, finding.evidence.allowed) == ("missing-document", 7, "1001")
    assert 'customer "1001", who signed up' in finding.message


def test_an_order_with_another_status_is_not_compared_with_the_states() -> None:
    recording = documents(recorded(bought, "v1"), "order", put_in("status", to="pending"))
    assert summary(recording) == []
