"""Findings about violations of the schema: one for each, with its place, the sent and the allowed value."""

from typing import Any

import pytest
from support.jirafe_bodies import EVENTS, PAGES, at, changed, errors, the_finding, wrapper

from harness.findings import Severity
from harness.protocols.jirafe.finding_text import MAX_IN_EVIDENCE, MAX_IN_MESSAGE
from harness.protocols.jirafe.wire.validate import is_valid, validate


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


def test_a_wrong_currency_is_reported_with_the_sent_and_the_allowed_value() -> None:
    finding = the_finding(changed(at("edit_cart", "line_item", "currency"), "EURO"))
    assert finding.message == 'edit_cart: line_item.currency is "EURO"; allowed: three capital letters (ISO 4217)'
    assert finding.evidence.value == "EURO"


@pytest.mark.parametrize(("pointer", "allowed"), [("/org", "a string"), ("/site", "a non-empty string")])
def test_a_number_for_org_or_site_is_an_error(pointer: str, allowed: str) -> None:
    finding = the_finding(changed(pointer, 1))
    assert (finding.code, finding.severity, finding.place) == ("schema", Severity.ERROR, pointer)
    assert finding.message.startswith(f"wrapper: {pointer[1:]} is 1, a number; allowed: {allowed}")
    assert finding.hint == 'Send it as a string: "1".'
    assert finding.evidence.event is None


@pytest.mark.parametrize("name", ["add_to_cart", "remove_from_cart"])
def test_the_names_in_the_published_text_are_not_event_types(name: str) -> None:
    finding = the_finding(wrapper({"event_type": name}))
    assert (finding.code, finding.place) == ("schema", "/data/0/event_type")
    assert finding.evidence.nearest == name.replace("_", "_item_", 1)
    assert finding.evidence.allowed == list(EVENTS)


def test_an_event_of_unknown_type_is_one_finding() -> None:
    finding = the_finding(wrapper({"event_type": "order_sucess", "order": 7}))
    assert (finding.evidence.event, finding.evidence.nearest) == ("order_sucess", "order_success")


def test_an_event_without_a_type_is_one_finding() -> None:
    finding = the_finding(wrapper({"line_item": 7}))
    assert finding.place == "/data/0/event_type"
    assert finding.evidence.allowed == list(EVENTS)
    assert finding.message == 'event of unknown type: "event_type" is missing from the event'


def test_an_item_that_is_not_an_event_is_a_finding_about_the_wrapper() -> None:
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
def test_a_finding_has_the_type_of_its_event(event: str, field: str) -> None:
    finding = the_finding(changed(at(event, field), 7))
    assert finding.message.startswith(f"{event}: {field} is 7, a number; allowed: a")
    assert (finding.place, finding.evidence.event) == (at(event, field), event)


@pytest.mark.parametrize(("word", "nearest"), [("home", "homepage"), ("Product", "product"), ("confirmation", None)])
def test_a_wrong_page_type_names_the_closest_one(word: str, nearest: str | None) -> None:
    finding = the_finding(wrapper({"event_type": "pageview", "page_type": word}))
    assert finding.evidence.nearest == nearest
    assert ("closest" in finding.message) == (nearest is not None)


@pytest.mark.parametrize(
    "pointer",
    ["/visit/attribution", "/visit/tag_attribution", "/visit/rule_attribution", at("pageview", "attribution")],
)
def test_an_empty_attribution_is_only_a_warning(pointer: str) -> None:
    finding = the_finding(changed(pointer, []))
    assert (finding.code, finding.severity, finding.place) == ("lenient-value", Severity.WARNING, pointer)


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


@pytest.mark.parametrize(
    "value", ["x" * 5000, ["y" * 50] * 100, {"z" * 5000: "z" * 5000}], ids=["text", "list", "object"]
)
def test_a_long_value_is_shortened_in_the_message_and_in_the_evidence(value: Any) -> None:
    (finding,) = validate(changed(at("funnel", "step_position"), value))
    assert len(finding.message) < MAX_IN_MESSAGE + 120
    assert "…" in finding.message
    assert len(finding.evidence.value) == MAX_IN_EVIDENCE
    assert finding.evidence.value.endswith("…")


def test_a_short_value_is_unchanged_in_the_evidence() -> None:
    value = {"a": ["x" * (MAX_IN_EVIDENCE - 20)]}
    assert the_finding(changed(at("funnel", "step_position"), value)).evidence.value == value


def test_a_long_event_type_is_shortened() -> None:
    finding = the_finding(wrapper({"event_type": "x" * 5000}))
    assert len(finding.message) < 2 * MAX_IN_MESSAGE + 200
    assert len(finding.evidence.event) <= MAX_IN_EVIDENCE


@pytest.mark.parametrize("value", [None, [], 7, "x", True])
def test_a_body_that_is_not_an_object_is_one_error(value: Any) -> None:
    finding = the_finding(value)
    assert (finding.code, finding.place, finding.evidence.event) == ("schema", "", None)
