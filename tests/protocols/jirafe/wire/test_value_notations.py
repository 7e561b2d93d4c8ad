"""A value in a wrong notation: one finding that names the cause, and a hint with the value rewritten."""

from typing import Any

import pytest
from support.finding_language import problems
from support.jirafe_bodies import EVENTS, LINE_ITEM, PAGES, at, changed, the_finding, wrapper
from support.published_examples import V2

from harness.findings import Severity
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.documents.validate import findings as document_findings
from harness.protocols.jirafe.wire.validate import is_valid, validate


def line(**fields: Any) -> dict[str, Any]:
    return wrapper({**EVENTS["edit_cart"], "line_item": {**LINE_ITEM, **fields}})


@pytest.mark.parametrize("price", ["4,245.42", "4.245,42", "4 245,42", "4'245.42", "$4,245.42"])
def test_a_local_number_format_is_one_finding_for_all_amounts_of_an_event(price: str) -> None:
    finding = the_finding(line(price=price, total_price=price, quantity="1"))
    assert (finding.code, finding.place) == ("schema", "/data/0/line_item/price")
    assert f'line_item.price is "{price}", a number in a local format; allowed: ' in finding.message
    assert finding.message.endswith("; the same in line_item.total_price")
    assert finding.hint == 'Send "4245.42", with digits and a decimal point only.'
    assert finding.scope.explains == ("/data/0/line_item/total_price",)
    assert list(problems(finding.message, finding.hint)) == []


def test_different_events_have_findings_of_their_own() -> None:
    event = {**EVENTS["edit_cart"], "line_item": {**LINE_ITEM, "price": "19,99"}}
    assert [finding.place for finding in validate(wrapper(event, event))] == [
        "/data/0/line_item/price",
        "/data/1/line_item/price",
    ]


NOTATIONS = [
    (
        {"price": "4,245", "total_price": "8,490"},
        "local format",
        'Send "4245", or "4.245" if that is meant, with digits',
    ),
    ({"price": "-19.99"}, "a negative amount", 'Send "19.99".'),
    ({"quantity": "1.0000", "total_price": "19.99"}, "a whole number with decimals", 'Send "1".'),
    ({"quantity": "-1"}, "a negative quantity", 'Send "1", in remove_item_from_cart'),
    ({"quantity": "0"}, "a quantity of zero", "Send remove_item_from_cart"),
    ({"price": 59.970000000000006}, "a number", 'Send it as a string: "59.97".'),
    ({"quantity": 1.0}, "a number", 'Send it as a string: "1".'),
]


@pytest.mark.parametrize(("fields", "cause", "hint"), NOTATIONS)
def test_a_wrong_notation_names_the_cause_and_the_right_value(fields: dict[str, Any], cause: str, hint: str) -> None:
    finding = the_finding(line(**fields))
    assert cause in finding.message
    assert finding.hint.startswith(hint)
    assert list(problems(finding.message, finding.hint)) == []


@pytest.mark.parametrize("price", ["299.9900", "19.9", "20"])
def test_a_valid_amount_has_no_finding(price: str) -> None:
    assert validate(line(price=price, total_price=price, quantity="1")) == ()


@pytest.mark.parametrize("value", ["free", "", "1.2.3"])
def test_an_amount_that_is_no_number_keeps_the_general_hint(value: str) -> None:
    assert the_finding(line(price=value)).hint.startswith("Send a string with a decimal number")


def test_a_float_for_an_integer_is_refused_and_named() -> None:
    finding = the_finding(changed(at("funnel", "step_position"), 1.0))
    assert "step_position is 1.0, a number with a decimal point; allowed: " in finding.message
    assert finding.hint == "Send 1 without a decimal point."


@pytest.mark.parametrize("value", ["anonymous", "Guest", "n/a", ""])
def test_a_placeholder_for_an_email_address_is_named(value: str) -> None:
    finding = the_finding(changed(at("pageview", "customer", "email"), value))
    assert ("a placeholder" in finding.message) == bool(value)
    assert finding.hint == 'Omit "email" for a guest, or send the address that the guest entered.'


DATES = [
    ("2013-06-03T16:41:11+0000", Severity.WARNING, 'Send the time in UTC: "2013-06-03T16:41:11Z".'),
    ("2013-06-03T16:41:11-00:00", Severity.WARNING, 'Send the time in UTC: "2013-06-03T16:41:11Z".'),
    ("2013-06-03T16:41:11+02:00", Severity.WARNING, 'Send the time in UTC: "2013-06-03T14:41:11Z".'),
    ("2013-06-03T16:41:11+0200", Severity.ERROR, 'Send the time in UTC: "2013-06-03T14:41:11Z".'),
    ("2013-06-03T16:41:11", Severity.ERROR, 'Send the time in UTC: "2013-06-03T16:41:11Z" if that is the time in UTC.'),
    (1370277671, Severity.ERROR, 'Send the time in UTC: "2013-06-03T16:41:11Z".'),
    ("yesterday", Severity.ERROR, "Send the time in UTC, as in 2013-06-03T16:41:11.600Z."),
]


@pytest.mark.parametrize(("date", "severity", "hint"), DATES)
def test_the_hint_about_a_date_has_the_date_in_utc(date: object, severity: Severity, hint: str) -> None:
    finding = the_finding(changed("/timestamp", date))
    assert (finding.severity, finding.hint) == (severity, hint)
    assert is_valid(changed("/timestamp", date)) == (severity is Severity.WARNING)
    assert list(problems(finding.message, finding.hint)) == []


def test_a_date_with_lower_case_letters_is_right() -> None:
    assert validate(changed("/timestamp", "2013-06-03t16:41:11.600z")) == ()


def document(kind: str, **fields: Any) -> SentDocument:
    return SentDocument(version=2, type=kind, value={**V2[kind], **fields})


def test_amounts_as_text_in_a_document_are_one_finding() -> None:
    found = list(document_findings(document("cart", subtotal="1.234,50", total="1.234,50")))
    schema = [finding for finding in found if finding.code == "schema"]
    assert [finding.hint for finding in schema] == ["Send it as a number: 1234.5."]
    assert "; the same in total" in schema[0].message


def test_the_keyword_of_a_search_is_no_number() -> None:
    assert validate(wrapper({**PAGES["search"], "search": {"keyword": "4,245.42"}})) == ()
