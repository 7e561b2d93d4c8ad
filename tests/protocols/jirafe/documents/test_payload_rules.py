"""Validation of documents: schemas, and rules for one document."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from support.document_strategies import documents
from support.published_examples import (
    ACCEPTED,
    CAMERA,
    CANCELLED,
    CART,
    CART_V2,
    EMPLOYEE,
    ORDER,
    PLACED,
    PRODUCT,
    V1,
    V2,
    Json,
    changed,
)

from harness.findings import CODES, Severity
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.documents.validate import findings, is_accepted


def found(version: int, name: str, body: Any) -> list[tuple[str, str]]:
    return [(item.code, item.place) for item in findings(SentDocument(version, name, body))]


def with_value(body: Json, pointer: str, value: Any) -> Json:
    copied = copy.deepcopy(body)
    *parents, last = [int(part) if part.isdigit() else part for part in pointer[1:].split("/")]
    place: Any = copied
    for part in parents:
        place = place[part]
    place[last] = value
    return copied


CASES = [(1, name, body) for name, body in V1.items()] + [(2, name, body) for name, body in V2.items()]
CASES += [(2, "order", PLACED), (2, "order", CANCELLED)]


@pytest.mark.parametrize(("version", "name", "body"), CASES)
def test_a_valid_document_is_accepted_without_an_error(version: int, name: str, body: Json) -> None:
    found_errors = [item for item in findings(SentDocument(version, name, body)) if item.severity is Severity.ERROR]
    assert found_errors == []
    assert is_accepted(SentDocument(version, name, body))


@pytest.mark.parametrize(("version", "name", "body"), CASES)
def test_each_required_field_that_is_missing_is_one_error_at_its_place(version: int, name: str, body: Json) -> None:
    for field in SentDocument(version, name, body).schema["required"]:
        without = changed(body, **{field: None})
        assert ("schema", f"/{field}") in found(version, name, without)
        assert not is_accepted(SentDocument(version, name, without))


@pytest.mark.parametrize(("version", "name", "body"), [case for case in CASES if "create_date" in case[2]])
def test_a_change_before_the_creation_is_refused(version: int, name: str, body: Json) -> None:
    early = changed(body, change_date="2001-01-01T00:00:00Z")
    assert ("date-order", "/change_date") in found(version, name, early)
    assert not is_accepted(SentDocument(version, name, early))


@pytest.mark.parametrize(
    ("version", "name", "body", "parent"),
    [
        (1, "cart", CART, "/items/0"),
        (1, "order", ORDER, "/items/0/product"),
        (2, "order", PLACED, "/customer"),
        (2, "order", ACCEPTED, "/items/0/product"),
        (2, "cart", changed(CART_V2, previous_items=CART_V2["items"]), "/previous_items/0/product"),
        (2, "cart", with_value(CART_V2, "/cookies", {"x": [{"create_date": "2013-01-01T00:00:00Z"}]}), "/cookies/x/0"),
    ],
)
def test_the_order_of_dates_holds_at_every_depth(version: int, name: str, body: Json, parent: str) -> None:
    early = with_value(body, f"{parent}/change_date", "2001-01-01T00:00:00Z")
    assert found(version, name, early) == [("date-order", f"{parent}/change_date")]
    assert not is_accepted(SentDocument(version, name, early))


@pytest.mark.parametrize(
    ("create_date", "change_date", "is_right"),
    [
        ("2013-03-28T19:38:09.000Z", "2013-03-28T19:38:09.000Z", True),
        ("2013-03-28T19:38:09.001Z", "2013-03-28T19:38:09.000Z", False),
        ("2013-03-28T19:38:09Z", "2013-03-28T20:38:09+01:00", True),
        ("2013-03-28T19:38:09Z", "2013-03-28T20:38:09+02:00", False),
        ("2013-03-28T19:38:09", "2013-03-28T19:38:09Z", True),
        ("2013-03-28T19:38:10", "2013-03-28T19:38:09Z", False),
        ("in spring", "2013-03-28T19:38:09Z", True),
        (5, None, True),
    ],
)
def test_dates_are_compared_as_moments(create_date: Any, change_date: Any, is_right: bool) -> None:
    body = {**V2["customer"], "create_date": create_date, "change_date": change_date}
    assert ("date-order" not in {code for code, _ in found(2, "customer", body)}) == is_right


def test_an_offset_other_than_utc_is_a_warning_at_every_depth() -> None:
    body = with_value(CART, "/items/0/product/change_date", "2013-03-28T21:50:58+02:00")
    (warning,) = findings(SentDocument(1, "cart", body))
    assert (warning.code, warning.severity, warning.place) == (
        "date-format",
        Severity.WARNING,
        "/items/0/product/change_date",
    )
    assert is_accepted(SentDocument(1, "cart", body))


@pytest.mark.parametrize(("version", "name"), [(1, "product"), (2, "product")])
@pytest.mark.parametrize("field", ["price", "cost"])
@pytest.mark.parametrize(("value", "is_right"), [(0.01, True), (9, True), (0, False), (-1, False), ("9", False)])
def test_price_and_cost_are_positive(version: int, name: str, field: str, value: Any, is_right: bool) -> None:
    body = changed(PRODUCT, **{field: value})
    assert found(version, name, body) == ([] if is_right else [("schema", f"/{field}")])
    assert is_accepted(SentDocument(version, name, body)) == is_right


@pytest.mark.parametrize(
    ("amounts", "is_right"),
    [
        ({}, True),
        ({"total": 117.17}, True),
        ({"total": 111.85}, True),
        ({"total": 111.86}, False),
        ({"total": 117.19}, False),
        ({"total_discounts": 10, "total": 101.84}, True),
        ({"total_discounts": 10, "total": 121.84}, False),
        ({"total_payment_cost": 2.5, "total": 114.34}, True),
        ({"total_payment_cost": 111.84}, False),
    ],
)
def test_the_total_adds_up_with_or_without_tax(amounts: dict[str, float], is_right: bool) -> None:
    body = changed(ORDER, **amounts)
    assert found(1, "order", body) == ([] if is_right else [("total-mismatch", "/total")])
    assert is_accepted(SentDocument(1, "order", body))


@pytest.mark.parametrize(("version", "body", "unit"), [(1, ORDER, "amount"), (2, ACCEPTED, "price")])
def test_the_subtotal_is_the_sum_of_quantity_times_price(version: int, body: Json, unit: str) -> None:
    (line,) = body["items"]
    for quantity, price, is_right in ((1, 99.86, True), (2, 49.925, True), (2, 49.9, False), (1, 99.83, False)):
        other = {**body, "items": [{**line, "quantity": quantity, unit: price}]}
        assert found(version, "order", other) == ([] if is_right else [("total-mismatch", "/subtotal")])
        assert is_accepted(SentDocument(version, "order", other))


@pytest.mark.parametrize(("subtotal", "is_right"), [(99.85, True), (199.70, True), (0, False)])
def test_a_cancelled_item_may_be_in_the_subtotal_or_not(subtotal: float, is_right: bool) -> None:
    items = [CAMERA, {**CAMERA, "order_item_number": "2", "status": "cancelled"}]
    body = changed(ACCEPTED, items=items, subtotal=subtotal, total=subtotal)
    assert (found(2, "order", body) == []) == is_right


def test_a_cart_without_items_has_the_subtotal_zero() -> None:
    empty = changed(CART_V2, items=[], subtotal=0, total=0)
    assert found(2, "cart", empty) == []
    assert found(2, "cart", {**empty, "subtotal": 5, "total": 5}) == [("total-mismatch", "/subtotal")]


@pytest.mark.parametrize(
    ("version", "name", "body", "number"),
    [
        (1, "cart", CART, "order_item_number"),
        (1, "order", ORDER, "order_item_number"),
        (2, "cart", CART_V2, "cart_item_number"),
        (2, "order", ACCEPTED, "order_item_number"),
    ],
)
@pytest.mark.parametrize("items", ["items", "previous_items"])
def test_duplicate_item_numbers_are_refused(version: int, name: str, body: Json, number: str, items: str) -> None:
    (line,) = body["items"]
    twice = {**body, items: [line, {**line, number: "7"}, line]}
    assert ("duplicate-number", f"/{items}/2/{number}") in found(version, name, twice)
    assert not is_accepted(SentDocument(version, name, twice))
    once = {**body, items: [line, {**line, number: "7"}]}
    assert is_accepted(SentDocument(version, name, once))


@pytest.mark.parametrize("version", [1, 2])
def test_an_employee_without_an_address_is_a_warning(version: int) -> None:
    (warning,) = findings(SentDocument(version, "employee", EMPLOYEE))
    assert (warning.code, warning.severity, warning.place) == ("missing-field", Severity.WARNING, "/email")
    (warning,) = findings(SentDocument(version, "employee", {**EMPLOYEE, "e_mail": "x@example.com"}))
    assert warning.evidence.nearest == "e_mail"


def test_a_misspelt_field_names_the_right_one() -> None:
    line = {**CAMERA, "qty": 1}
    del line["quantity"]
    body = {**ACCEPTED, "items": [line]}
    (error,) = findings(SentDocument(2, "order", body))
    assert (error.place, error.evidence.nearest) == ("/items/0/quantity", "qty")
    assert error.message.startswith('order accepted: "quantity" is missing from items.0')
    assert error.evidence.document == "order"


def test_an_unknown_field_similar_to_an_absent_one_is_a_warning() -> None:
    assert found(1, "product", {**changed(PRODUCT, name=None), "Name": "x"}) == [("suspect-field", "/Name")]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/total", -0.01),
        ("/total_tax", 2**53 + 1),
        ("/items", []),
        ("/items/0/price", -1),
        ("/items/0/quantity", 1.5),
        ("/items/0/quantity", "1"),
        ("/items/0/status", "pending"),
        ("/items/0/product/categories", [{"id": "1", "name": "a"}] * 2),
        ("/customer/id", 5),
        ("/delivery_address", "12 Main St."),
    ],
)
def test_values_outside_the_schema_of_an_accepted_order_are_refused(pointer: str, value: Any) -> None:
    body = with_value(ACCEPTED, pointer, value)
    assert ("schema", pointer) in found(2, "order", body)
    assert not is_accepted(SentDocument(2, "order", body))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("/subtotal", -1), ("/total", 2**53), ("/customer/id", ""), ("/order_number", ""), ("/unknown", [1])],
)
def test_values_that_the_live_service_accepts_are_accepted(pointer: str, value: Any) -> None:
    assert is_accepted(SentDocument(2, "order", with_value(ACCEPTED, pointer, value)))


@pytest.mark.parametrize("field", ["visit_id", "visitor_id"])
def test_an_empty_id_of_a_visit_is_accepted_with_a_warning(field: str) -> None:
    """Errata 39."""
    assert list(findings(SentDocument(2, "order", with_value(PLACED, f"/visit/{field}", "any thing")))) == []
    empty = SentDocument(2, "order", with_value(PLACED, f"/visit/{field}", ""))
    (finding,) = findings(empty)
    assert is_accepted(empty)
    assert (finding.code, finding.severity, finding.place) == ("lenient-value", "warning", f"/visit/{field}")
    assert f"visit.{field} is empty" in finding.message


@given(documents())
def test_any_document_is_validated_and_every_finding_is_complete(sent: SentDocument) -> None:
    found_errors = list(findings(sent))
    for item in found_errors:
        assert item.code in CODES
        assert item.message
        assert item.hint
        assert item.place == item.evidence.pointer
        assert item.evidence.document == sent.type
        json.dumps(item.evidence.as_json())
    errors = [item for item in found_errors if item.severity is Severity.ERROR]
    if sent.version == 1:
        assert is_accepted(sent) == (not errors)
    elif not errors:
        assert is_accepted(sent)
