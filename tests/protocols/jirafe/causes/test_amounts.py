"""Amounts that are wrong by one factor: one finding that names the cause, with the right value in the hint."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from support.backend_recordings import Outing, Walker, documents, events, found, recorded, without_ledger
from support.finding_language import problems
from support.store_client import ADA

from harness.findings import Finding, Severity
from harness.recording.records import Recording

NET, DOLLARS, CENTS = 1 / Decimal("1.19"), Decimal("1.0837"), Decimal(100)


async def two_products(outing: Outing, shopper: Walker) -> None:
    """Two products with different prices are put into the cart and bought."""
    await outing.act(shopper.get("/fakewww/index.html"))
    await outing.act(shopper.add(quantity=2))
    await outing.act(shopper.add("TUMBLER-BRUSH-1", 3, product="2"))
    await outing.act(shopper.to_review(ADA))
    await outing.act(shopper.step("review"))


@cache
def healthy() -> Recording:
    return recorded(two_products, "v2")


def scaled(value: Any, factor: Decimal) -> Decimal:
    amount = Decimal(str(value)) * factor
    return amount.quantize(Decimal(1) if factor == CENTS else Decimal("0.01"))


def event_amounts(factor: Decimal, *, only: str = "") -> Callable[[Any], None]:
    """Change the unit price of each line, and compute its total from it."""

    def change(body: Any) -> None:
        for line in (event["line_item"] for event in body["data"] if "line_item" in event):
            if only in line["sku_code"]:
                line["price"] = str(scaled(line["price"], factor))
                line["total_price"] = str(Decimal(line["price"]) * int(line["quantity"]))

    return change


def document_amounts(factor: Decimal) -> Callable[[Any], None]:
    def change(body: Any) -> None:
        for name in ("subtotal", "total", "total_tax", "total_shipping", "total_payment_cost", "total_discounts"):
            if name in body:
                body[name] = float(scaled(body[name], factor))
        for item in (*body.get("items", ()), *body.get("previous_items", ())):
            item["price"] = float(scaled(item["price"], factor))

    return change


def only_finding(recording: Recording) -> Finding:
    (finding,) = found(recording)
    assert list(problems(finding.message, finding.hint)) == []
    return finding


def test_the_healthy_twin_has_no_finding() -> None:
    assert found(healthy()) == []


CAUSES = [
    (CENTS, "amounts are in cents", "Send amounts in units of the currency"),
    (NET, "all amounts are the right ones divided by 1.19, as prices without 19 % tax are", "Send the prices that"),
    (1 / NET, "multiplied by 1.19, as prices with 19 % tax are", "Send the prices that the shopper sees"),
    (DOLLARS, "multiplied by about 1.08, as amounts in another currency are", "in the currency that is sent with them"),
]


@pytest.mark.parametrize(("factor", "cause", "hint"), CAUSES)
def test_wrong_amounts_of_all_events_are_one_finding(factor: Decimal, cause: str, hint: str) -> None:
    finding = only_finding(events(healthy(), event_amounts(factor)))
    assert (finding.code, finding.severity, finding.count) == ("wrong-value", Severity.ERROR, 2)
    assert cause in finding.message
    assert hint in finding.hint
    assert finding.hint.endswith(': "39.98".')


@pytest.mark.parametrize(("factor", "cause", "hint"), CAUSES)
@pytest.mark.parametrize("kind", ["cart", "order"])
def test_wrong_amounts_of_all_documents_are_one_finding(kind: str, factor: Decimal, cause: str, hint: str) -> None:
    finding = only_finding(documents(healthy(), kind, document_amounts(factor)))
    assert finding.evidence.document == kind
    assert cause in finding.message
    assert hint in finding.hint
    assert finding.hint.endswith(": 19.99.")


def test_one_wrong_price_of_two_is_no_common_factor() -> None:
    finding = only_finding(events(healthy(), event_amounts(DOLLARS, only="BRUSH")))
    assert "all amounts" not in finding.message
    assert "line_item.price" in finding.message


@pytest.mark.parametrize("kind", ["cart", "order"])
def test_without_a_ledger_cents_are_named_by_comparing_events_and_documents(kind: str) -> None:
    finding = only_finding(without_ledger(documents(healthy(), kind, document_amounts(CENTS))))
    assert (finding.code, finding.place) == ("wrong-value", "/items/0/price")
    assert finding.hint == "Send amounts in units of the currency: 19.99."
    events_in_cents = found(without_ledger(events(healthy(), event_amounts(CENTS))))
    assert [each.hint for each in events_in_cents] == ['Send amounts in units of the currency: "19.99".']
    assert found(without_ledger(healthy())) == []


@pytest.mark.parametrize("has_ledger", [True, False])
@pytest.mark.parametrize("kind", ["cart", "order"])
def test_a_line_total_sent_as_price_is_a_warning_that_says_so(kind: str, has_ledger: bool) -> None:
    def change(body: Any) -> None:
        for item in body.get("items", ()):
            item["price"] = float(Decimal(str(item["price"])) * item["quantity"])

    recording = documents(healthy(), kind, change)
    finding = only_finding(recording if has_ledger else without_ledger(recording))
    assert (finding.code, finding.severity, finding.place) == ("total-mismatch", Severity.WARNING, "/items/0/price")
    assert "39.98, the total of the line; expected 19.99 for one of 2 pieces" in finding.message
    assert "the vendor's integrations do this" in finding.message
    assert finding.hint == "Send the price of one piece: 19.99."


def test_a_line_total_that_contradicts_the_subtotal_stays_an_error() -> None:
    def change(body: Any) -> None:
        for item in body.get("items", ()):
            item["price"] = 1.0

    assert {finding.severity for finding in found(documents(healthy(), "order", change))} == {Severity.ERROR}
