"""Validation of wrappers: each violation is one finding at its place."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.jirafe_bodies import EVENTS, INDEX, PAGES, at, changed, errors, the_finding, wrapper
from support.jirafe_strategies import ANY_JSON, WORDS, disturbed

from harness.findings import CODES, Severity
from harness.protocols.jirafe.schemas import schema
from harness.protocols.jirafe.wire.validate import is_valid, validate

REQUIRED = [
    "/org",
    "/site",
    "/data",
    *(f"/visit/{name}" for name in ("id", "visitor", "landing_url", "referrer_url", "user_agent")),
    *(at(event, "event_type") for event in EVENTS),
    at("pageview", "page_type"),
    at("pageview", "product"),
    at("pageview", "product", "product_code"),
    *(
        at(event, *fields)
        for event in ("add_item_to_cart", "remove_item_from_cart", "edit_cart")
        for fields in (("line_item",), *(("line_item", name) for name in schema("line_item")["required"]))
    ),
    at("order_success", "order"),
    at("order_success", "order", "num"),
    *(at("funnel", name) for name in ("funnel_name", "step_name", "step_position", "last_step")),
]


@pytest.mark.parametrize("event", [*EVENTS.values(), *PAGES.values()], ids=[*EVENTS, *PAGES])
def test_a_valid_body_has_no_finding(event: dict[str, Any]) -> None:
    assert validate(wrapper(event)) == ()
    assert is_valid(wrapper(event))


@given(ANY_JSON | disturbed())
@example({"data": {"event_type": {"event_type": []}}})
@example({"data": [{"event_type": []}, {"event_type": {}}, []], "visit": {"attribution": {}}})
def test_any_json_is_validated_and_every_finding_is_complete(value: Any) -> None:
    findings = validate(value)
    for finding in findings:
        assert finding.code in CODES
        assert finding.message
        assert finding.hint
        assert finding.place == finding.evidence.pointer
        assert "event" in finding.evidence.as_json()
        json.dumps(finding.evidence.as_json())
    assert is_valid(value) == all(finding.severity is not Severity.ERROR for finding in findings)


@given(st.sampled_from(REQUIRED))
def test_a_removed_required_field_is_one_error_at_its_place(pointer: str) -> None:
    assert [place for _, place in errors(changed(pointer, remove=True))] == [pointer]


@given(st.sampled_from(REQUIRED), st.sampled_from(sorted({*WORDS} - {"term"})) | st.text())
def test_a_renamed_required_field_is_one_error_at_its_place(pointer: str, name: str) -> None:
    last = pointer.rpartition("/")[2]
    body = changed(pointer, rename=f"{name}!{last}")
    assert [place for _, place in errors(body)] == [pointer]


@given(st.sampled_from(REQUIRED))
def test_a_required_field_in_capitals_is_one_finding_that_names_both(pointer: str) -> None:
    last = pointer.rpartition("/")[2]
    finding = the_finding(changed(pointer, rename=last.upper()))
    assert (finding.place, finding.evidence.nearest) == (pointer, last.upper())
    assert f'"{last}"' in finding.message
    assert f'"{last.upper()}"' in finding.message


def test_an_empty_org_is_valid_and_an_empty_site_is_an_error() -> None:
    assert validate(changed("/org", "")) == ()
    assert errors(changed("/site", "")) == [("schema", "/site")]


def test_empty_data_is_an_error() -> None:
    assert errors(changed("/data", [])) == [("schema", "/data")]


@pytest.mark.parametrize("name", ["attribution", "tag_attribution", "rule_attribution"])
def test_a_visit_has_one_to_five_levels_of_each_attribution(name: str) -> None:
    pointer = f"/visit/{name}"
    assert validate(changed(pointer, ["1"] * 5)) == ()
    assert errors(changed(pointer, ["1"] * 6)) == [("schema", pointer)]
    assert errors(changed(pointer, [1])) == [("schema", f"{pointer}/0")]


def test_a_pageview_has_at_most_five_levels_of_attribution() -> None:
    pointer = at("pageview", "attribution")
    assert errors(changed(pointer, ["1"] * 6)) == [("schema", pointer)]


@pytest.mark.parametrize(
    "page",
    [
        {"page_type": "homepage", "event_type": "pageview"},
        {"current_type": "cart", "referrer_type": "*none*", "current_url": "", "current_title": "", "referrer_url": ""},
    ],
    ids=["the schema's", "the example's"],
)
def test_both_shapes_of_page_are_valid(page: dict[str, str]) -> None:
    assert validate(changed("/page", page)) == ()


@pytest.mark.parametrize("name", ["page_type", "current_url", "referrer_type"])
def test_the_fields_of_the_page_are_strings(name: str) -> None:
    assert errors(changed(f"/page/{name}", 7)) == [("schema", f"/page/{name}")]


@pytest.mark.parametrize("name", ["id", "group"])
def test_the_customer_of_a_wrapper_is_an_object_of_strings(name: str) -> None:
    assert validate(changed(f"/customer/{name}", "")) == ()
    assert errors(changed(f"/customer/{name}", 7)) == [("schema", f"/customer/{name}")]


def test_the_customer_of_a_pageview_is_an_object_or_a_list_of_them() -> None:
    pointer = at("pageview", "customer")
    assert validate(changed(pointer, [{"id": "1"}, {"email": "a@b.de"}])) == ()
    assert errors(changed(pointer, {"id": 7})) == [("schema", f"{pointer}/id")]
    assert errors(changed(pointer, [{"id": "1"}, {"id": 7}])) == [("schema", f"{pointer}/1/id")]
    assert the_finding(changed(pointer, 7)).evidence.allowed == "an object, or a list of objects"


def test_a_customer_has_an_email_address() -> None:
    pointer = at("pageview", "customer", "email")
    assert errors(changed(pointer, "james")) == [("schema", pointer)]


@pytest.mark.parametrize("name", ["id", "name"])
def test_the_fields_of_a_category_are_checked(name: str) -> None:
    body = wrapper(PAGES["category"])
    assert errors(changed(f"/data/0/category/{name}", 7, body=body)) == [("schema", f"/data/0/category/{name}")]


@pytest.mark.parametrize("name", ["quantity", "price", "total_price"])
@pytest.mark.parametrize("value", [2, 19.99, "19,99", "€ 2", "2 EUR", "-1", "", "1e3", ".5", "2.", "2\n", "٢"])
def test_an_amount_is_a_decimal_string(name: str, value: Any) -> None:
    pointer = at("add_item_to_cart", "line_item", name)
    assert errors(changed(pointer, value)) == [("schema", pointer)]


@pytest.mark.parametrize("value", ["0", "1.0", "1.5", "01"])
def test_a_quantity_is_a_positive_whole_number(value: str) -> None:
    pointer = at("remove_item_from_cart", "line_item", "quantity")
    assert errors(changed(pointer, value)) == [("schema", pointer)]


@pytest.mark.parametrize("value", ["eur", "EURO", "€", "EU", "EUR\n", "", 978])
def test_a_currency_is_three_capital_letters(value: Any) -> None:
    pointer = at("edit_cart", "line_item", "currency")
    assert errors(changed(pointer, value)) == [("schema", pointer)]


def test_an_image_has_an_absolute_url() -> None:
    pointer = at("add_item_to_cart", "line_item", "images", "0")
    assert errors(changed(pointer, "/images/tumbler.svg")) == [("schema", pointer)]


@pytest.mark.parametrize("value", [0, -1, "1", 1.5, True])
def test_the_position_of_a_funnel_step_is_a_whole_number_of_at_least_one(value: Any) -> None:
    pointer = at("funnel", "step_position")
    assert errors(changed(pointer, value)) == [("schema", pointer)]


def test_the_last_step_of_a_funnel_is_a_boolean() -> None:
    assert errors(changed(at("funnel", "last_step"), "false")) == [("schema", at("funnel", "last_step"))]


@pytest.mark.parametrize("name", ["id", "visitor"])
def test_the_ids_of_a_visit_are_non_empty_strings(name: str) -> None:
    assert validate(changed(f"/visit/{name}", "x")) == ()
    assert errors(changed(f"/visit/{name}", "")) == [("schema", f"/visit/{name}")]


def test_an_order_number_must_be_a_string() -> None:
    pointer = at("order_success", "order", "num")
    assert errors(changed(pointer, 10)) == [("schema", pointer)]


@pytest.mark.parametrize("value", ["2013-06-03T16:41:11", "2013-06-03", "2013-02-30T00:00:00Z", "now", ""])
def test_a_timestamp_without_an_offset_or_a_valid_date_is_an_error(value: str) -> None:
    finding = the_finding(changed("/timestamp", value))
    assert (finding.code, finding.severity, finding.place) == ("date-format", Severity.ERROR, "/timestamp")


def test_all_errors_are_found_at_once() -> None:
    body = changed("/site", 1)
    body["data"][INDEX["funnel"]]["last_step"] = 1
    body["data"][INDEX["edit_cart"]]["line_item"]["currency"] = "euro"
    assert sorted(place for _, place in errors(body)) == [
        at("edit_cart", "line_item", "currency"),
        at("funnel", "last_step"),
        "/site",
    ]
