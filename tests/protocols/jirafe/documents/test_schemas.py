"""The schemas of documents: required fields by the published text and the facts, limits, and uniqueness."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from support.document_strategies import documents
from support.jirafe_strategies import ANY_JSON

from harness.protocols.jirafe import schemas
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.wire.formats import FORMATS

DATES = {"create_date", "change_date"}
TOTALS = {"subtotal", "total", "total_tax", "total_shipping", "total_payment_cost", "total_discounts", "currency"}
PRODUCT = {"id", "is_product", "is_sku", "code", *DATES}
REQUIRED: dict[str, set[str]] = {
    "cart": {"id", "order_number", *DATES, *TOTALS},
    "category": {"id", "name", *DATES},
    "customer": {"id", *DATES},
    "employee": {"id", *DATES},
    "order": {"id", "order_number", "customer_id", "order_date", "status", *DATES, *TOTALS},
    "product": PRODUCT,
    "v2/cart": {"id", "customer", "items", *DATES, *TOTALS},
    "v2/cart_item": {"id", "cart_item_number", "quantity", "price", "discount_price", "product", *DATES},
    "v2/category": {"id", "name"},
    "v2/customer": {"id", *DATES},
    "v2/employee": {"id", *DATES},
    "v2/inventory": {"change_date", "effective_date", "sku_code", "inventory_level"},
    "v2/order": {"status"},
    "v2/order_accepted": {"order_number", "customer", "order_date", "status", "items", *DATES, *TOTALS},
    "v2/order_cancelled": {"order_number", "status", "cancel_date"},
    "v2/order_item": {"id", "order_item_number", "status", "quantity", "price", "discount_price", "product", *DATES},
    "v2/order_placed": {"order_number", "status", "order_date", "customer", "visit"},
    "v2/product": PRODUCT,
    "v2/product.cost": {"change_date", "effective_date", "sku_code", "sku_cost"},
    "v2/visit": {"visit_id", "visitor_id", "pageview_id", "last_pageview_id"},
}
NESTED = [
    ("cart", "items/items/product", "product"),
    ("order", "items/items/product", "product"),
    ("v2/cart", "items/items/product", "v2/product"),
    ("v2/cart", "previous_items/items", "v2/cart_item"),
    ("v2/cart", "customer", "v2/customer"),
    ("v2/cart", "visit", "v2/visit"),
    ("v2/order_accepted", "items/items/product", "v2/product"),
    ("v2/order_accepted", "previous_items/items", "v2/order_item"),
    ("v2/order_accepted", "customer", "v2/customer"),
    ("v2/order_placed", "visit", "v2/visit"),
]


@pytest.mark.parametrize("name", REQUIRED)
def test_each_schema_requires_what_the_protocol_does(name: str) -> None:
    assert set(schemas.schema(name)["required"]) == REQUIRED[name]


@pytest.mark.parametrize("name", REQUIRED)
def test_every_required_field_has_a_schema_of_its_own(name: str) -> None:
    assert set(schemas.schema(name)["properties"]) >= REQUIRED[name]


@pytest.mark.parametrize(("name", "path", "inner"), NESTED)
def test_a_nested_object_has_the_complete_schema(name: str, path: str, inner: str) -> None:
    within: Any = schemas.schema(name)
    for part in path.split("/"):
        within = within["items"] if part == "items" and "items" in within else within["properties"][part]
    assert within == schemas.schema(inner)


@pytest.mark.parametrize("name", sorted(schemas.documents()))
def test_limits_for_lists_and_for_numbers_are_not_mixed_up(name: str) -> None:
    def check(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("type") == "array":
                assert not {"minimum", "maximum"} & set(part)
            if part.get("type") in ("number", "integer"):
                assert not {"minItems", "maxItems"} & set(part)
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            check(inner)

    check(schemas.schema(name))


@given(documents())
def test_the_files_alone_accept_exactly_what_the_validator_accepts(sent: SentDocument) -> None:
    document = schemas.documents()[sent.schema_name]
    alone = Draft4Validator(document, registry=schemas.registry(), format_checker=FORMATS)
    assert alone.is_valid(sent.value) == schemas.validator(sent.schema_name).is_valid(sent.value)


@pytest.mark.parametrize(
    ("value", "is_unique"),
    [
        ([], True),
        ([{"a": 1}, {"a": 1.0}], False),
        ([{"a": 1}, {"a": True}], True),
        ([{"a": [0]}, {"a": [False]}], True),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], False),
        ([{"a": []}, {"a": {}}], True),
        ([[1, 2], [2, 1]], True),
        (["1", 1, None, False, 0], True),
    ],
)
def test_values_are_equal_if_they_are_equal_in_json(value: Any, is_unique: bool) -> None:
    validator = schemas.validator("product").evolve(schema={"uniqueItems": True})
    assert validator.is_valid(value) == is_unique


@given(st.lists(ANY_JSON, max_size=5))
def test_values_are_equal_if_they_are_equal_in_jsonschema(value: list[Any]) -> None:
    validator = schemas.validator("product").evolve(schema={"uniqueItems": True})
    if not any(isinstance(item, list | dict | bool) for item in value):  # among those it overlooks some
        assert validator.is_valid(value) == Draft4Validator({"uniqueItems": True}).is_valid(value)


def test_a_hundred_thousand_items_are_compared_quickly() -> None:
    categories = [{"id": str(number), "name": ""} for number in range(100_000)]
    assert schemas.validator("product").evolve(schema={"uniqueItems": True}).is_valid(categories)
