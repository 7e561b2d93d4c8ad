"""The page that reports an order, for stores without a ledger: the receipt, not the checkout or another page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import short_json
from harness.protocols.jirafe.reconcile.finding_text import source_finding
from harness.protocols.jirafe.reconcile.sources import Sources, StepEvent

_RECEIPT = "order_success"
_BEFORE = ("cart", "checkout", "order_confirm")
_OTHERS = ("homepage", "category", "product", "search")


def order_page_findings(sources: Sources) -> Iterator[Finding]:
    """An order that a page before the receipt reports is an error if the receipt is shown later; any other page is late.

    The tracker's own page types show which page it is. Without them, or with other types, nothing is claimed.
    """
    if sources.has_ledger:
        return
    views = [event for event in sources.events_of("pageview") if event.body.get("page_type") == _RECEIPT]
    for event in sources.events_of("order_success"):
        page_type = _page_type(event)
        receipt = next((view for view in views if _is_later(view, event)), None)
        if event.is_explained or not event.step.number:
            continue
        if page_type in _BEFORE and receipt is not None:
            yield _early(event, page_type, receipt)
        elif page_type in _OTHERS and not _is_shown_before(event, views):
            yield _late(event, page_type)


def _page_type(event: StepEvent) -> str:
    page, data = event.event.envelope.get("page"), event.event.envelope.get("data")
    own = [item.get("page_type") for item in data if isinstance(item, Mapping)] if isinstance(data, list) else []
    named: list[Any] = [page.get("current_type"), page.get("page_type")] if isinstance(page, Mapping) else []
    return next((name for name in (*own, *named) if isinstance(name, str)), "")


def _is_later(view: StepEvent, event: StepEvent) -> bool:
    return view.beacon.number > event.beacon.number


def _is_shown_before(event: StepEvent, views: Sequence[StepEvent]) -> bool:
    """Whether the receipt was shown: then its event was only delayed, and other rules report it."""
    return any(view.beacon.number <= event.beacon.number for view in views)


def _where(event: StepEvent, page_type: str) -> str:
    number = short_json(event.item("order", "num"))
    return f"order {number} was reported in step {event.step.number} on a page of type {short_json(page_type)}"


def _early(event: StepEvent, page_type: str, receipt: StepEvent) -> Finding:
    return source_finding(
        "unexpected-event",
        event,
        (),
        f"{_where(event, page_type)}, before the receipt in step {receipt.step.number}",
        hint="Send order_success when the receipt is shown, not when the shopper presses the button to pay.",
        value=page_type,
        allowed=_RECEIPT,
    )


def _late(event: StepEvent, page_type: str) -> Finding:
    return source_finding(
        "late-event",
        event,
        (),
        f"{_where(event, page_type)}; its receipt was not shown",
        hint="Show the receipt right after the payment, so that the order is reported in time.",
        severity=Severity.WARNING,
        value=page_type,
        allowed=_RECEIPT,
    )
