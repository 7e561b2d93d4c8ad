"""Quantity times price is the total, to the last digit."""

from typing import Any

import pytest
from support.jirafe_bodies import LINE_ITEM, wrapper

from harness.findings import Severity
from harness.protocols.jirafe.wire.payload_rules import totals
from harness.protocols.jirafe.wire.validate import is_valid


def line(**fields: Any) -> dict[str, Any]:
    item = {name: value for name, value in {**LINE_ITEM, **fields}.items() if value is not None}
    return wrapper({"event_type": "edit_cart", "line_item": item})


@pytest.mark.parametrize(
    ("price", "quantity", "total"),
    [("19.99", "2", "39.98"), ("0.10", "3", "0.3"), ("20", "1", "20.00"), ("1" * 40 + ".5", "2", "2" * 39 + "3.0")],
)
def test_the_right_total_is_right_however_it_is_written(price: str, quantity: str, total: str) -> None:
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
def test_nothing_is_said_where_a_part_is_absent_or_malformed(fields: dict[str, Any]) -> None:
    assert list(totals(line(**fields))) == []


def test_amounts_of_a_million_digits_are_multiplied_exactly() -> None:
    huge = "9" * 1_000_001
    assert list(totals(line(price=huge, quantity="1", total_price=huge))) == []
    (finding,) = totals(line(price=huge, quantity="2", total_price=huge))
    assert len(finding.message) < 500
