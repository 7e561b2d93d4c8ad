"""When the event of an order is due: bank transfer and invoice, payment pages, and receipts that are not shown."""

from dataclasses import replace
from typing import Any

import pytest
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


PAYMENT = f"{STORE}/checkout/payment"


def paid_later(*, ledger: bool = True, hosts: tuple[str, ...] = ()) -> Story:
    """The event is sent at "pay", in a step before the receipt."""
    story = checkout(ledger=ledger, payment_hosts=hosts).step().send(SUCCESS)
    return (story.tell(order("placed")) if ledger else story).step()


def early(*sent: dict[str, Any], **more: Any) -> Story:
    return receipt(paid_later(), *sent, states=("paid",), **more)


def on_payment_page() -> Story:
    return receipt(checkout(SUCCESS).step())


def in_the_same_step() -> Story:
    return receipt(checkout().step().send(SUCCESS))


def before_a_payment_host() -> Story:
    story = paid_later(hosts=("pay.test",))
    return receipt(story, states=("paid",), referrer="https://pay.test/")


EARLY = {
    "in a step before": (early(), 4, "the order was paid in step 5, and its receipt was shown in step 5"),
    "and again on the receipt": (early(SUCCESS), 4, "the order was paid in step 5"),
    "on the page before": (on_payment_page(), 3, "the order was paid in step 4, and its receipt was shown in step 4"),
    "in the same step": (in_the_same_step(), 4, "its receipt was shown later in this step"),
    "before a payment host": (before_a_payment_host(), 4, "the order was paid in step 5"),
}


@pytest.mark.parametrize(("story", "step", "when"), EARLY.values(), ids=EARLY)
def test_an_order_that_is_reported_at_pay_is_one_error_with_the_time(story: Story, step: int, when: str) -> None:
    [finding] = judged(story)
    assert (finding.severity, finding.evidence.event) == (Severity.ERROR, "order_success")
    assert f'order "{NUMBER}" was reported too early: in step {step}, on {PAYMENT}; {when}' in finding.message
    assert (
        finding.hint == "Send order_success when the receipt is shown, not when the shopper presses the button to pay."
    )


def test_a_payment_that_fails_after_the_event_names_the_time_of_the_event() -> None:
    [finding] = judged(paid_later().show("/checkout/payment", "checkout"))
    assert "was never paid according to the ledger (placed); it was sent in step 4 on " in finding.message


def test_without_a_ledger_the_page_types_show_that_an_order_was_early() -> None:
    [finding] = judged(receipt(paid_later(ledger=False)))
    assert (finding.code, finding.severity) == ("unexpected-event", Severity.ERROR)
    assert finding.message == (
        f'order_success: order "{NUMBER}" was reported in step 4 on a page of type "checkout", before the receipt in step 5'
    )


@pytest.mark.parametrize("before", [[], [LAST]])
def test_an_order_that_the_next_page_reports_is_one_warning(before: list[dict[str, Any]]) -> None:
    story = checkout().step().tell(order("placed"), order("paid")).step().show("/", before=[*before, SUCCESS])
    [finding] = judged(story)
    assert (finding.code, finding.severity, finding.step) == ("late-event", Severity.WARNING, 5)
    assert finding.message.endswith(
        f"in step 5, on {STORE}/; the order was paid in step 4, and its receipt was not shown"
    )


def test_without_a_ledger_a_page_of_another_type_shows_that_an_order_was_late() -> None:
    story = checkout(ledger=False).step().step().show("/", before=[SUCCESS])
    [finding] = judged(story)
    assert (finding.code, finding.severity) == ("late-event", Severity.WARNING)
    assert 'in step 5 on a page of type "homepage"; its receipt was not shown' in finding.message


@pytest.mark.parametrize("ledger", [True, False])
def test_an_order_on_its_receipt_is_neither_early_nor_late(ledger: bool) -> None:
    story = checkout(ledger=ledger).step()
    assert judged(receipt(story, SUCCESS).step().show("/")) == []


def test_without_a_ledger_a_checkout_without_a_receipt_of_its_own_is_accepted() -> None:
    assert judged(checkout(LAST, SUCCESS, ledger=False)) == []


def in_another_browser(*events: dict[str, Any], ledger: bool) -> Recording:
    """The receipt is shown, then opened by its link in another browser."""
    story = receipt(checkout(ledger=ledger).step(), SUCCESS)
    start = len(story.records)
    story.step().begin_visit(STORE + RECEIPT, "")
    story.visit = {**story.visit, "id": "8001", "visitor": "88"}
    story.begin_visit = lambda landing, referrer: None  # type: ignore[method-assign]
    again = {"order": {"number": NUMBER, "first": False}, "session": "s2"} if ledger else {}
    tale = story.show(RECEIPT, "order_success", before=events, starts_visit=True, **again).tale()
    records = [
        replace(record, shopper=2, tab=2) if isinstance(record, PageView) and index >= start else record
        for index, record in enumerate(tale.records)
    ]
    return replace(tale, records=tuple(records))


@pytest.mark.parametrize("ledger", [True, False])
def test_a_receipt_in_another_browser_reports_the_order_no_second_time(ledger: bool) -> None:
    assert judged(in_another_browser(ledger=ledger)) == []
    [finding] = judged(in_another_browser(SUCCESS, ledger=ledger))
    assert (finding.code, finding.severity) == ("duplicate-event", Severity.ERROR)
    assert finding.message.endswith("in another browser")
    assert finding.hint == "Let the store remember which orders were reported: a cookie does not reach another browser."
