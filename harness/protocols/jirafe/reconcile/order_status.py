"""The statuses of an order's documents: placed, then accepted, then cancelled."""

from collections.abc import Iterator, Sequence

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import join_or, list_ids
from harness.protocols.jirafe.reconcile.finding_text import source_finding
from harness.protocols.jirafe.reconcile.sources import Sources, StepDocument

STATUS_HINT = "Send placed at the checkout, accepted after each payment or change, and cancelled after a cancellation."


def status_findings(sources: Sources, number: str, documents: Sequence[StepDocument]) -> Iterator[Finding]:
    """The first document of an order that is out of order. A lost document is reported elsewhere and counts as sent."""
    if any(not document.status for document in documents):
        return
    is_placed_here = number in sources.orders or any(document.status == "placed" for document in documents)
    is_past = sources.is_past(number) if number in sources.orders else not is_placed_here
    earlier: list[str] = []
    for document in documents:
        required = _required_before(document.status, is_past=is_past)
        if required and not any(status in earlier for status in required):
            yield _out_of_order(document, number, f"had no {join_or(required)} document before", earlier, required)
            return
        if "cancelled" in earlier or (document.status == "placed" and earlier):
            yield _out_of_order(document, number, f"was {earlier[-1]} before", earlier, ())
            return
        earlier.append(document.status)


def _required_before(status: str, *, is_past: bool) -> tuple[str, ...]:
    """The statuses one of which must come before. A past order was placed before the recording."""
    if status == "cancelled":
        return ("placed", "accepted")
    return ("placed",) if status == "accepted" and not is_past else ()


def _out_of_order(
    document: StepDocument, number: str, text: str, earlier: Sequence[str], required: Sequence[str]
) -> Finding:
    text = f'status is "{document.status}", but order {number} {text}; earlier documents: {list_ids(earlier)}'
    value, allowed = [*earlier, document.status], list(required)
    return source_finding("status-order", document, ("status",), text, hint=STATUS_HINT, value=value, allowed=allowed)
