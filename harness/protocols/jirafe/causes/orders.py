"""Orders that were reported at another time than their receipt: before the payment, or later on another page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.events import Event
from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import short_json
from harness.recording.timeline import StepTimeline, Timeline
from harness.urls import plain_url

_EVENT = "order_success"
_EARLY_HINT = "Send order_success when the receipt is shown, not when the shopper presses the button to pay."
_LATE_HINT = "Show the receipt right after the payment, so that the order is reported in time."
_BROWSER_HINT = "Let the store remember which orders were reported: a cookie does not reach another browser."
_SURPLUS = ("unexpected-event", "duplicate-event")


@dataclass(frozen=True, kw_only=True)
class _Sent:
    """An order_success event and its step."""

    event: Event
    step: StepTimeline

    @property
    def number(self) -> Any:
        order = self.event.body.get("order")
        return order.get("num") if isinstance(order, Mapping) else None

    @property
    def url(self) -> str:
        page = self.event.envelope.get("page")
        url = page.get("current_url") if isinstance(page, Mapping) else None
        return url if isinstance(url, str) else self.step.url_of(self.event.beacon)

    def is_subject_of(self, finding: Finding) -> bool:
        return finding.evidence.beacon == self.event.beacon.number and finding.evidence.event == _EVENT


def name_order_causes(timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """Merge the findings about an order that was reported early or late. Only a ledger shows when it was paid."""
    kept = list(findings)
    if not any(finding.evidence.event == _EVENT for finding in findings):
        return kept
    due, shown = _steps_of_orders(timeline)
    sent = [_Sent(event=event, step=step) for step in timeline.steps for event in step.events if event.type == _EVENT]
    for each in sent:
        if (rule := _rule_for(each, due, shown)) is not None:
            kept = rule(each, kept)
    return kept


def _rule_for(
    sent: _Sent, due: Mapping[str, int], shown: Mapping[str, int]
) -> Callable[[_Sent, list[Finding]], list[Finding]] | None:
    number, step = str(sent.number), sent.step.number
    receipt = shown.get(number)
    if number not in due:
        return None
    if step < due[number] or (step == receipt and _is_before_receipt(sent, number)):
        return lambda each, findings: _early(each, findings, due[number], receipt)
    if receipt is None or step < receipt:
        return lambda each, findings: _late(each, findings, due[number], receipt)
    return None


def _is_before_receipt(sent: _Sent, number: str) -> bool:
    """Whether an event of the receipt's step came from a page that was shown before the receipt."""
    entries = [entry for entry in sent.step.served if entry.get("order", {}).get("number") == number]
    receipts = {plain_url(entry["page"]["url"]) for entry in entries}
    urls = [plain_url(shown.view.url) for shown in sent.step.pages]
    index = next((number for number, url in enumerate(urls) if url in receipts), None)
    arrivals = (arrival for arrival in sent.step.arrivals if arrival.beacon is sent.event.beacon)
    page = next((arrival.page for arrival in arrivals), 0)
    return index is not None and page <= index and plain_url(sent.url) not in receipts


def _steps_of_orders(timeline: Timeline) -> tuple[dict[str, int], dict[str, int]]:
    """By order number: the step in which the order was paid, and that in which its receipt was first shown."""
    due: dict[str, int] = {}
    shown: dict[str, int] = {}
    state = "placed" if timeline.store.get("receipt due") == "placed" else "paid"
    for step in timeline.steps:
        for entry in step.entries:
            order = entry.get("order", {})
            if entry["kind"] == "order" and order["state"] == state:
                due.setdefault(order["number"], step.number)
            elif entry["kind"] == "page" and order.get("first"):
                shown.setdefault(order["number"], step.number)
    return due, shown


def _early(sent: _Sent, findings: list[Finding], paid: int, receipt: int | None) -> list[Finding]:
    """One error that contains the time, instead of those about the event, its absence on the receipt, and its repetition."""
    own = [each for each in findings if sent.is_subject_of(each) and _is_misplaced(each)]
    if not own:
        return findings
    when = f"the order was paid in step {paid}" + (f", and its receipt was shown in step {receipt}" if receipt else "")
    if paid == sent.step.number:
        when = "its receipt was shown later in this step"
    text = f"order {short_json(sent.number)} was reported too early: in step {sent.step.number}, on {sent.url}; {when}"
    merged = replace(own[0], message=f"{_EVENT}: {text}", hint=_EARLY_HINT)
    others = [*own, *_consequences(findings, sent, {receipt})]
    return list(_replaced(findings, own[0], merged, others))


def _late(sent: _Sent, findings: list[Finding], paid: int, receipt: int | None) -> list[Finding]:
    """One warning instead of those about the event and the last step of the funnel that came with it."""
    own = [each for each in findings if sent.is_subject_of(each) and each.code == "unexpected-event"]
    if not own:
        return findings
    not_shown = f"its receipt was shown in step {receipt}" if receipt else "its receipt was not shown"
    text = f"order {short_json(sent.number)} was reported late: in step {sent.step.number}, on {sent.url}"
    merged = replace(
        own[0],
        code="late-event",
        severity=Severity.WARNING,
        message=f"{_EVENT}: {text}; the order was paid in step {paid}, and {not_shown}",
        hint=_LATE_HINT,
    )
    funnel = [
        each
        for each in findings
        if each.evidence.event == "funnel" and each.evidence.beacon == sent.event.beacon.number
        if each.code in ("unexpected-event", "funnel-order")
    ]
    return list(_replaced(findings, own[0], merged, [*own, *funnel, *_consequences(findings, sent, {receipt})]))


def _is_misplaced(finding: Finding) -> bool:
    return finding.code in _SURPLUS or finding.scope.other_origin


def _consequences(findings: Sequence[Finding], sent: _Sent, receipts: set[int | None]) -> Iterator[Finding]:
    """The findings of the receipt's step: no event, or a second one."""
    for finding in findings:
        is_about_order = finding.evidence.event == _EVENT and finding.code in ("missing-event", "duplicate-event")
        if is_about_order and finding.step in receipts and finding.step != sent.step.number:
            yield finding


def _replaced(
    findings: Sequence[Finding], first: Finding, merged: Finding, others: Sequence[Finding]
) -> Iterator[Finding]:
    for finding in findings:
        if finding is first:
            yield merged
        elif not any(finding is other for other in others):
            yield finding


def name_other_browsers(timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """Name the other browser in a finding about an order that was reported twice."""
    first: dict[str, Any] = {}
    again: set[int] = set()
    for event in (event for step in timeline.steps for event in step.events if event.type == _EVENT):
        order, visit = event.body.get("order"), event.envelope.get("visit")
        if isinstance(order, Mapping) and isinstance(visit, Mapping):
            visitor = first.setdefault(str(order.get("num")), visit.get("visitor"))
            again |= {event.beacon.number} if visitor != visit.get("visitor") else set()
    return [
        replace(each, message=f"{each.message}, in another browser", hint=_BROWSER_HINT)
        if each.code == "duplicate-event" and each.evidence.event == _EVENT and each.evidence.beacon in again
        else each
        for each in findings
    ]
