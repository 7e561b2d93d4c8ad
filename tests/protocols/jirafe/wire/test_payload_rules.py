"""Rules for one wrapper: exact totals, the subject of a page, times in UTC, fields that the platform needs."""

from typing import Any

import pytest
from support.jirafe_bodies import LINE_ITEM, PAGES, at, changed, errors, the_finding, warnings, wrapper

from harness.findings import Severity
from harness.protocols.jirafe.wire.payload_rules import totals
from harness.protocols.jirafe.wire.validate import is_valid, validate


def line(**fields: Any) -> dict[str, Any]:
    item = {name: value for name, value in {**LINE_ITEM, **fields}.items() if value is not None}
    return wrapper({"event_type": "edit_cart", "line_item": item})


@pytest.mark.parametrize(
    ("price", "quantity", "total"),
    [("19.99", "2", "39.98"), ("0.10", "3", "0.3"), ("20", "1", "20.00"), ("1" * 40 + ".5", "2", "2" * 39 + "3.0")],
)
def test_the_right_total_is_accepted_in_any_notation(price: str, quantity: str, total: str) -> None:
    assert list(totals(line(price=price, quantity=quantity, total_price=total))) == []


@pytest.mark.parametrize("total", ["39.99", "19.99", "39.980000001", "39.97999999999999999999999999999999999999"])
def test_a_wrong_total_is_an_error_that_shows_all_three(total: str) -> None:
    body = line(total_price=total)
    (finding,) = totals(body)
    assert (finding.code, finding.severity) == ("total-mismatch", Severity.ERROR)
    assert finding.place == "/data/0/line_item/total_price"
    assert finding.evidence.event == "edit_cart"
    assert finding.evidence.value == {"quantity": "2", "price": "19.99", "total_price": total}
    assert finding.evidence.allowed == "39.98"
    assert all(
        part in finding.message for part in ('edit_cart: line_item.total_price is "', '"2"', '"19.99"', '"39.98"')
    )
    assert not is_valid(body)


@pytest.mark.parametrize(
    "fields",
    [
        {"price": None},
        {"price": "19,99"},
        {"quantity": None},
        {"quantity": 3},
        {"quantity": "0"},
        {"total_price": "EUR 1"},
    ],
)
def test_an_absent_or_invalid_part_is_skipped(fields: dict[str, Any]) -> None:
    assert list(totals(line(**fields))) == []


def test_amounts_of_a_million_digits_are_multiplied_exactly() -> None:
    huge = "9" * 1_000_001
    assert list(totals(line(price=huge, quantity="1", total_price=huge))) == []
    (finding,) = totals(line(price=huge, quantity="2", total_price=huge))
    assert len(finding.message) < 500


def test_term_for_keyword_is_only_a_warning() -> None:
    body = changed("/data/0/search/keyword", rename="term", body=wrapper(PAGES["search"]))
    finding = the_finding(body)
    assert (finding.code, finding.severity, finding.place) == ("lenient-value", Severity.WARNING, "/data/0/search/term")
    assert is_valid(body)


@pytest.mark.parametrize("value", ["2013-06-03T16:41:11.600Z", "2013-06-03T16:41:11+00:00"])
def test_a_timestamp_in_utc_is_valid(value: str) -> None:
    assert validate(changed("/timestamp", value)) == ()


@pytest.mark.parametrize("value", ["2013-06-03T16:41:11+02:00", "2013-06-03T16:41:11-00:00"])
def test_another_offset_than_utc_is_only_a_warning(value: str) -> None:
    finding = the_finding(changed("/timestamp", value))
    assert (finding.code, finding.severity, finding.place) == ("date-format", Severity.WARNING, "/timestamp")


@pytest.mark.parametrize("name", ["visit", "page", "timestamp"])
def test_a_missing_field_that_the_platform_needs_is_a_warning(name: str) -> None:
    body = changed(f"/{name}", remove=True)
    assert warnings(body) == [("missing-field", f"/{name}")]
    assert is_valid(body)


def test_a_misspelt_field_that_the_platform_needs_is_one_warning() -> None:
    finding = the_finding(changed("/timestamp", rename="timeStamp"))
    assert (finding.code, finding.place, finding.evidence.nearest) == ("missing-field", "/timestamp", "timeStamp")


@pytest.mark.parametrize("page_type", ["product", "category", "search"])
def test_a_page_with_a_subject_must_name_it(page_type: str) -> None:
    finding = the_finding(wrapper({"event_type": "pageview", "page_type": page_type}))
    assert (finding.code, finding.severity, finding.place) == ("missing-field", Severity.ERROR, f"/data/0/{page_type}")
    assert finding.message.startswith(f'pageview: "{page_type}" is missing')


@pytest.mark.parametrize(
    ("page_type", "name"), [("product", "product_code"), ("category", "id"), ("search", "keyword")]
)
def test_the_subject_of_a_page_must_be_identified(page_type: str, name: str) -> None:
    body = wrapper({"event_type": "pageview", "page_type": page_type, page_type: {}})
    assert [place for _, place in errors(body)] == [f"/data/0/{page_type}/{name}"]


@pytest.mark.parametrize("name", ["id", "name"])
def test_either_field_identifies_a_category(name: str) -> None:
    assert validate(wrapper({"event_type": "pageview", "page_type": "category", "category": {name: "1"}})) == ()


def test_other_pages_need_no_object() -> None:
    assert validate(wrapper({"event_type": "pageview", "page_type": "homepage"})) == ()


def test_a_misspelt_object_that_a_page_needs_is_one_finding() -> None:
    body = changed(at("pageview", "product"), rename="prodct")
    finding = the_finding(body)
    assert (finding.code, finding.place, finding.evidence.nearest) == (
        "missing-field",
        at("pageview", "product"),
        "prodct",
    )
