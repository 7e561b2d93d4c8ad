"""The patterns and fields that scenarios may use for events and documents."""

from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from support.jirafe_bodies import EVENTS, PAGES

from harness.events import document_name
from harness.protocols.jirafe.documents.routes import TYPES
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.protocols.jirafe.vocabulary import known_fields, pattern_schemas

PATTERNS = pattern_schemas()


def accepts(event: str, pattern: Any) -> bool:
    return Draft4Validator(PATTERNS[event]).is_valid(pattern)


def test_there_is_a_pattern_for_every_type_of_event_and_document() -> None:
    assert tuple(PATTERNS) == (*EVENT_TYPES, *map(document_name, TYPES))


@pytest.mark.parametrize(
    "order",
    [
        {"status": "placed", "visit": {"visit_id": "1"}},
        {"status": "accepted", "items": [{"price": 9.5, "product": {"code": "A"}}], "previous_items": []},
        {"status": "open", "items": [{"amount": 9.5}]},
        {"status": "cancelled", "cancel_date": {"$any": None}},
    ],
)
def test_an_order_of_any_version_and_status_is_an_order_document(order: Any) -> None:
    assert accepts("order document", order)
    assert not accepts("order document", {"items": order})


def test_the_known_fields_of_a_document_are_those_of_all_its_forms() -> None:
    assert known_fields("order document") >= {"/visit/visit_id", "/cancel_date", "/items/amount", "/items/product/code"}


@pytest.mark.parametrize("event", EVENT_TYPES)
def test_a_pattern_is_a_valid_schema_in_old_and_new_drafts(event: str) -> None:
    Draft4Validator.check_schema(PATTERNS[event])
    Draft202012Validator.check_schema(PATTERNS[event])


@pytest.mark.parametrize("body", [*EVENTS.values(), *PAGES.values()], ids=[*EVENTS, *PAGES])
def test_a_complete_event_and_an_empty_object_are_patterns(body: dict[str, Any]) -> None:
    assert accepts(body["event_type"], body)
    assert accepts(body["event_type"], {})


@pytest.mark.parametrize(
    "line_item",
    [
        {"quantity": 2},
        {"quantity": "$product.quantity"},
        {"total_price": 39.98},
        {"total_price": {"$about": 40}},
        {"name": {"$matches": "^Tum"}},
        {"currency": {"$any": None}},
        {"images": {"$any": None}},
        {"images": ["$product.image"]},
        {"brand": "an unknown field"},
    ],
)
def test_scalars_of_any_type_variables_and_matchers_are_patterns(line_item: Any) -> None:
    assert accepts("edit_cart", {"line_item": line_item})


@pytest.mark.parametrize(
    "pattern",
    [
        {"page_type": "home"},
        {"page_type": 7},
        {"search": "tumbler"},
        {"search": {"keyword": ["tumbler"]}},
        {"search": {"keyword": {"$matchs": "t"}}},
        {"search": {"page": {"$about": "1"}}},
        {"customer": "James"},
    ],
)
def test_values_that_no_pageview_can_have_are_refused(pattern: Any) -> None:
    assert not accepts("pageview", pattern)


@pytest.mark.parametrize("page_type", ["homepage", "$page.type", {"$matches": "order_"}])
def test_a_page_type_is_a_known_type_a_variable_or_a_matcher(page_type: Any) -> None:
    assert accepts("pageview", {"page_type": page_type})


def test_the_known_fields_are_pointers_into_the_event() -> None:
    inside = {name for name in known_fields("order_success") if not name.startswith("/$wrapper")}
    assert inside == {"/event_type", "/order", "/order/id", "/order/num"}
    assert {"/$wrapper/visit/rule_attribution", "/$wrapper/cookie"} <= known_fields("order_success")
    assert known_fields("pageview") >= {"/search/keyword", "/customer/email", "/attribution"}
    assert known_fields("edit_cart") >= {"/line_item/images", "/line_item/total_price", "/cart/id"}
