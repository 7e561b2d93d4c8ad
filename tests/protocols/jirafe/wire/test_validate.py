"""Wrapper → findings: every violation said in plain words, at its place, once."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.jirafe_bodies import EVENTS, PAGES, changed, wrapper
from support.jirafe_strategies import ANY_JSON, WORDS, disturbed

from harness.findings import CODES, Finding, Severity
from harness.protocols.jirafe.finding_text import MAX_IN_EVIDENCE, MAX_IN_MESSAGE
from harness.protocols.jirafe.schemas import schema
from harness.protocols.jirafe.wire.validate import is_valid, validate

INDEX = {name: index for index, name in enumerate(EVENTS)}


def at(event: str, *fields: str) -> str:
    """The pointer to a field of the event of that type in `wrapper()`."""
    return "/".join(("/data", str(INDEX[event]), *fields))


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


def the_finding(body: Any) -> Finding:
    (finding,) = validate(body)
    return finding


def errors(body: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in validate(body) if finding.severity is Severity.ERROR]


def warnings(body: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in validate(body) if finding.severity is Severity.WARNING]


@pytest.mark.parametrize("event", [*EVENTS.values(), *PAGES.values()], ids=[*EVENTS, *PAGES])
def test_a_right_body_has_no_finding(event: dict[str, Any]) -> None:
    assert validate(wrapper(event)) == ()
    assert is_valid(wrapper(event))


@given(ANY_JSON | disturbed())
@example({"data": {"event_type": {"event_type": []}}})
@example({"data": [{"event_type": []}, {"event_type": {}}, []], "visit": {"attribution": {}}})
def test_any_json_is_judged_and_every_finding_is_complete(value: Any) -> None:
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
def test_a_required_field_that_is_removed_is_one_error_at_its_place(pointer: str) -> None:
    assert [place for _, place in errors(changed(pointer, remove=True))] == [pointer]


@given(st.sampled_from(REQUIRED), st.sampled_from(sorted({*WORDS} - {"term"})) | st.text())
def test_a_required_field_that_is_renamed_is_one_error_at_its_place(pointer: str, name: str) -> None:
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


def test_qty_for_quantity_is_one_error_that_names_the_event_and_both_fields() -> None:
    finding = the_finding(changed(at("add_item_to_cart", "line_item", "quantity"), rename="qty"))
    assert (finding.code, finding.severity) == ("schema", Severity.ERROR)
    assert finding.message == (
        'add_item_to_cart: "quantity" is missing from line_item; the unknown field "qty" is similar'
    )
    assert finding.hint == 'Rename "qty" to "quantity".'
    assert finding.evidence.as_json() == {
        "event": "add_item_to_cart",
        "pointer": "/data/2/line_item/quantity",
        "allowed": 'a string with a positive whole number, such as "2"',
        "nearest": "qty",
    }


def test_a_wrong_currency_says_what_was_sent_and_what_is_allowed() -> None:
    finding = the_finding(changed(at("edit_cart", "line_item", "currency"), "EURO"))
    assert finding.message == 'edit_cart: line_item.currency is "EURO"; allowed: three capital letters (ISO 4217)'
    assert finding.evidence.value == "EURO"


@pytest.mark.parametrize("pointer", ["/org", "/site"])
def test_a_number_for_org_or_site_is_an_error(pointer: str) -> None:
    finding = the_finding(changed(pointer, 1))
    assert (finding.code, finding.severity, finding.place) == ("schema", Severity.ERROR, pointer)
    assert finding.message.startswith(f"wrapper: {pointer[1:]} is 1, a number; allowed: a string")
    assert finding.hint == 'Send it as a string: "1".'
    assert finding.evidence.event is None


def test_an_empty_org_is_right_and_an_empty_site_is_an_error() -> None:
    assert validate(changed("/org", "")) == ()
    assert errors(changed("/site", "")) == [("schema", "/site")]


def test_data_holds_at_least_one_event() -> None:
    assert errors(changed("/data", [])) == [("schema", "/data")]


@pytest.mark.parametrize("name", ["add_to_cart", "remove_from_cart"])
def test_the_names_in_the_prose_are_no_event_types(name: str) -> None:
    finding = the_finding(wrapper({"event_type": name}))
    assert (finding.code, finding.place) == ("schema", "/data/0/event_type")
    assert finding.evidence.nearest == name.replace("_", "_item_", 1)
    assert finding.evidence.allowed == list(EVENTS)


def test_an_unknown_event_type_is_one_finding_whatever_else_the_event_holds() -> None:
    finding = the_finding(wrapper({"event_type": "order_sucess", "order": 7}))
    assert (finding.evidence.event, finding.evidence.nearest) == ("order_sucess", "order_success")


def test_an_event_without_a_type_is_one_finding() -> None:
    finding = the_finding(wrapper({"line_item": 7}))
    assert finding.place == "/data/0/event_type"
    assert finding.evidence.allowed == list(EVENTS)
    assert finding.message == 'event of unknown type: "event_type" is missing from the event'


def test_what_is_no_event_at_all_is_said_of_the_wrapper() -> None:
    finding = the_finding(wrapper() | {"data": ["..."]})
    assert finding.message == 'wrapper: data.0 is "...", a string; allowed: an object with an event_type'


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ("pageview", "search"),
        ("add_item_to_cart", "cart"),
        ("remove_item_from_cart", "cart"),
        ("edit_cart", "line_item"),
        ("order_success", "order"),
        ("funnel", "step_name"),
    ],
)
def test_a_finding_speaks_of_the_event_that_was_meant(event: str, field: str) -> None:
    finding = the_finding(changed(at(event, field), 7))
    assert finding.message.startswith(f"{event}: {field} is 7, a number; allowed: a")
    assert (finding.place, finding.evidence.event) == (at(event, field), event)


@pytest.mark.parametrize(("word", "nearest"), [("home", "homepage"), ("Product", "product"), ("confirmation", None)])
def test_a_wrong_page_type_names_the_closest_one(word: str, nearest: str | None) -> None:
    finding = the_finding(wrapper({"event_type": "pageview", "page_type": word}))
    assert finding.evidence.nearest == nearest
    assert ("closest" in finding.message) == (nearest is not None)


@pytest.mark.parametrize("name", ["attribution", "tag_attribution", "rule_attribution"])
def test_a_visit_has_one_to_five_levels_of_each_attribution(name: str) -> None:
    pointer = f"/visit/{name}"
    assert validate(changed(pointer, ["1"] * 5)) == ()
    assert errors(changed(pointer, ["1"] * 6)) == [("schema", pointer)]
    assert errors(changed(pointer, [1])) == [("schema", f"{pointer}/0")]


@pytest.mark.parametrize(
    "pointer",
    ["/visit/attribution", "/visit/tag_attribution", "/visit/rule_attribution", at("pageview", "attribution")],
)
def test_an_empty_attribution_is_only_a_warning(pointer: str) -> None:
    finding = the_finding(changed(pointer, []))
    assert (finding.code, finding.severity, finding.place) == ("lenient-value", Severity.WARNING, pointer)


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
def test_both_shapes_of_page_are_right(page: dict[str, str]) -> None:
    assert validate(changed("/page", page)) == ()


@pytest.mark.parametrize("name", ["page_type", "current_url", "referrer_type"])
def test_what_the_page_says_of_itself_is_text(name: str) -> None:
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


@pytest.mark.parametrize("name", ["page", "total_results"])
def test_digits_in_a_string_are_accepted_for_a_number_with_a_warning(name: str) -> None:
    pointer = f"/data/0/search/{name}"
    finding = the_finding(changed(pointer, "12", body=wrapper(PAGES["search"])))
    assert (finding.code, finding.severity, finding.place) == ("lenient-value", Severity.WARNING, pointer)
    assert finding.hint == "Send it as a number: 12."


@pytest.mark.parametrize("value", ["", "one", "1.5", "-1", "١", 1.5, True, None])
def test_anything_else_for_a_number_is_an_error(value: Any) -> None:
    body = changed("/data/0/search/page", value, body=wrapper(PAGES["search"]))
    assert errors(body) == [("schema", "/data/0/search/page")]
    assert not is_valid(body)


def test_term_for_keyword_is_only_a_warning() -> None:
    body = changed("/data/0/search/keyword", rename="term", body=wrapper(PAGES["search"]))
    finding = the_finding(body)
    assert (finding.code, finding.severity, finding.place) == ("lenient-value", Severity.WARNING, "/data/0/search/term")
    assert is_valid(body)


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
def test_the_positions_of_a_funnel_are_whole_numbers_from_one_on(value: Any) -> None:
    pointer = at("funnel", "step_position")
    assert errors(changed(pointer, value)) == [("schema", pointer)]


def test_the_last_step_of_a_funnel_is_a_boolean() -> None:
    assert errors(changed(at("funnel", "last_step"), "false")) == [("schema", at("funnel", "last_step"))]


@pytest.mark.parametrize("name", ["id", "visitor"])
def test_the_ids_of_a_visit_are_any_string_that_is_not_empty(name: str) -> None:
    assert validate(changed(f"/visit/{name}", "x")) == ()
    assert errors(changed(f"/visit/{name}", "")) == [("schema", f"/visit/{name}")]


def test_an_order_number_keeps_its_zeros_only_as_a_string() -> None:
    pointer = at("order_success", "order", "num")
    assert errors(changed(pointer, 10)) == [("schema", pointer)]


@pytest.mark.parametrize("value", ["2013-06-03T16:41:11.600Z", "2013-06-03T16:41:11+00:00"])
def test_a_timestamp_in_utc_is_right(value: str) -> None:
    assert validate(changed("/timestamp", value)) == ()


@pytest.mark.parametrize("value", ["2013-06-03T16:41:11", "2013-06-03", "2013-02-30T00:00:00Z", "now", ""])
def test_a_timestamp_without_an_offset_or_that_is_no_date_is_an_error(value: str) -> None:
    finding = the_finding(changed("/timestamp", value))
    assert (finding.code, finding.severity, finding.place) == ("date-format", Severity.ERROR, "/timestamp")


@pytest.mark.parametrize("value", ["2013-06-03T16:41:11+02:00", "2013-06-03T16:41:11-00:00"])
def test_another_offset_than_utc_is_only_a_warning(value: str) -> None:
    finding = the_finding(changed("/timestamp", value))
    assert (finding.code, finding.severity, finding.place) == ("date-format", Severity.WARNING, "/timestamp")


@pytest.mark.parametrize("name", ["visit", "page", "timestamp"])
def test_what_the_platform_needs_is_warned_of_where_it_is_missing(name: str) -> None:
    body = changed(f"/{name}", remove=True)
    assert warnings(body) == [("missing-field", f"/{name}")]
    assert is_valid(body)


def test_a_misspelt_field_of_those_is_one_warning() -> None:
    finding = the_finding(changed("/timestamp", rename="timeStamp"))
    assert (finding.code, finding.place, finding.evidence.nearest) == ("missing-field", "/timestamp", "timeStamp")


@pytest.mark.parametrize("page_type", ["product", "category", "search"])
def test_a_page_that_shows_something_says_what(page_type: str) -> None:
    finding = the_finding(wrapper({"event_type": "pageview", "page_type": page_type}))
    assert (finding.code, finding.severity, finding.place) == ("missing-field", Severity.ERROR, f"/data/0/{page_type}")
    assert finding.message.startswith(f'pageview: "{page_type}" is missing')


@pytest.mark.parametrize(
    ("page_type", "name"), [("product", "product_code"), ("category", "id"), ("search", "keyword")]
)
def test_what_a_page_shows_can_be_told_from_others(page_type: str, name: str) -> None:
    body = wrapper({"event_type": "pageview", "page_type": page_type, page_type: {}})
    assert [place for _, place in errors(body)] == [f"/data/0/{page_type}/{name}"]


@pytest.mark.parametrize("name", ["id", "name"])
def test_either_field_of_a_category_tells_it_from_others(name: str) -> None:
    assert validate(wrapper({"event_type": "pageview", "page_type": "category", "category": {name: "1"}})) == ()


def test_other_pages_need_no_object() -> None:
    assert validate(wrapper({"event_type": "pageview", "page_type": "homepage"})) == ()


def test_an_unknown_field_is_allowed() -> None:
    assert validate(changed("/version", 3)) == ()
    assert validate(changed(at("edit_cart", "line_item", "brand"), "x")) == ()


def test_an_unknown_field_close_to_an_absent_optional_one_is_a_warning() -> None:
    finding = the_finding(changed(at("edit_cart", "line_item", "product_code"), rename="productCode"))
    assert (finding.code, finding.severity) == ("suspect-field", Severity.WARNING)
    assert finding.place == at("edit_cart", "line_item", "productCode")
    assert (finding.evidence.event, finding.evidence.nearest) == ("edit_cart", "product_code")
    assert finding.hint == 'Rename "productCode" to "product_code" if that is the intended field.'


def test_a_misspelt_object_that_a_page_needs_is_one_finding() -> None:
    body = changed(at("pageview", "product"), rename="prodct")
    finding = the_finding(body)
    assert (finding.code, finding.place, finding.evidence.nearest) == (
        "missing-field",
        at("pageview", "product"),
        "prodct",
    )


def test_a_misspelt_field_in_a_list_of_customers_is_found() -> None:
    body = changed(at("pageview", "customer"), [{"id": "1", "first_name": "James"}])
    assert warnings(body) == [("suspect-field", at("pageview", "customer", "0", "first_name"))]


def test_all_that_is_wrong_is_found_at_once() -> None:
    body = changed("/site", 1)
    body["data"][INDEX["funnel"]]["last_step"] = 1
    body["data"][INDEX["edit_cart"]]["line_item"]["currency"] = "euro"
    assert sorted(place for _, place in errors(body)) == [
        at("edit_cart", "line_item", "currency"),
        at("funnel", "last_step"),
        "/site",
    ]


@pytest.mark.parametrize(
    "value", ["x" * 5000, ["y" * 50] * 100, {"z" * 5000: "z" * 5000}], ids=["text", "list", "object"]
)
def test_a_long_value_is_cut_in_the_message_and_in_the_evidence(value: Any) -> None:
    (finding,) = validate(changed(at("funnel", "step_position"), value))
    assert len(finding.message) < MAX_IN_MESSAGE + 120
    assert "…" in finding.message
    assert len(finding.evidence.value) == MAX_IN_EVIDENCE
    assert finding.evidence.value.endswith("…")


def test_a_short_value_is_evidence_as_it_is() -> None:
    value = {"a": ["x" * (MAX_IN_EVIDENCE - 20)]}
    assert the_finding(changed(at("funnel", "step_position"), value)).evidence.value == value


def test_a_long_event_type_is_cut() -> None:
    finding = the_finding(wrapper({"event_type": "x" * 5000}))
    assert len(finding.message) < 2 * MAX_IN_MESSAGE + 200
    assert len(finding.evidence.event) <= MAX_IN_EVIDENCE


@pytest.mark.parametrize("value", [None, [], 7, "x", True])
def test_a_body_that_is_no_object_is_one_error(value: Any) -> None:
    finding = the_finding(value)
    assert (finding.code, finding.place, finding.evidence.event) == ("schema", "", None)
