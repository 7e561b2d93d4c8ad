"""When the event of an order is due: bank transfer and invoice, payment pages, and receipts that are not shown."""

from dataclasses import replace
from typing import Any

import pytest
from support.backend_recordings import bought as bought_at_store
from support.backend_recordings import found, recorded, without_ledger
from support.finding_language import problems
from support.recordings import ADDED, IN_CART, STORE, TUMBLER, Story, funnel, reached, verdict

from harness.findings import Finding, Severity
from harness.recording.records import PageView, Recording

NUMBER = "0000000010"
RECEIPT = f"/orders/{NUMBER}/success"
SUCCESS = {"event_type": "order_success", "order": {"id": "500", "num": NUMBER}}
LAST = funnel(2, "success", last=True)


def order(state: str) -> dict[str, Any]:
    """An entry of the ledger."""
    items = [{**TUMBLER, "quantity": 2}]
    sums = {"subtotal": "39.98", "shipping": "0.00", "tax": "0.00", "discounts": "0.00", "total": "39.98"}
    ids = {"id": "500", "number": NUMBER, "cart_id": "c1", "customer_id": "5"}
    return {"kind": "order", "order": {**ids, **sums, "state": state, "items": items, "currency": "EUR"}}


def checkout(*before: dict[str, Any], **options: Any) -> Story:
    """Three steps: home, cart, and the page of the checkout on which the shopper pays."""
    story = Story(**options).step().show(referrer="https://www.google.com/")
    story.step().show("/cart", "cart", before=[ADDED], changes=[IN_CART])
    path, events = "/checkout/payment", [funnel(1, "payment"), *before]
    return story.step().show(path, "checkout", before=events, funnel=reached(1, "payment"))


def receipt(story: Story, *events: dict[str, Any], states: tuple[str, ...] = ("placed", "paid"), **more: Any) -> Story:
    shown = {"number": NUMBER, "first": True}
    changes = [order(state) for state in states]
    before = [LAST, *events]
    return story.show(
        RECEIPT,
        "order_success",
        before=before,
        funnel=reached(2, "success", last=True),
        changes=changes,
        order=shown,
        **more,
    )


def judged(recording: Recording | Story) -> list[Finding]:
    recording = recording.tale() if isinstance(recording, Story) else recording
    steps = sum(type(record).__name__ == "StepBegun" for record in recording.records)
    findings = verdict(recording, "- arrive\n" * steps)
    assert [problem for each in findings for problem in problems(each.message, each.hint)] == []
    return findings


def counting_placed(story: Story) -> Recording:
    """The recording of a target with `receipt due: placed`."""
    tale = story.tale()
    return replace(tale, header=replace(tale.header, store={"receipt due": "placed"}))


def test_a_paid_order_has_no_finding() -> None:
    assert judged(receipt(checkout().step(), SUCCESS)) == []


def test_an_unpaid_order_is_reported_only_if_the_event_was_sent() -> None:
    assert judged(receipt(checkout().step(), states=("placed",))) == []
    [finding] = judged(receipt(checkout().step(), SUCCESS, states=("placed",)))
    assert (finding.code, finding.severity) == ("unexpected-event", Severity.ERROR)
    assert "which was never paid" in finding.message
    assert finding.hint.endswith("Write 'receipt due: placed' in the target for bank transfer and invoice.")


def test_with_bank_transfer_the_receipt_of_a_placed_order_is_due() -> None:
    assert judged(counting_placed(receipt(checkout().step(), SUCCESS, states=("placed",)))) == []
    [finding] = judged(counting_placed(receipt(checkout().step(), states=("placed",))))
    assert (finding.code, finding.evidence.event) == ("missing-event", "order_success")


def test_with_bank_transfer_a_placed_order_without_a_receipt_is_missing() -> None:
    story = checkout().step().tell(order("placed")).step().show("/")
    assert judged(story) == []
    [finding] = judged(counting_placed(story))
    assert 'order "0000000010" is placed according to the ledger' in finding.message
    assert judged(counting_placed(checkout().step().tell(order("placed"), order("cancelled")).step().show("/"))) == []
