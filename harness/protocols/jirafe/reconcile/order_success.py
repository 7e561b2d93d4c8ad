"""The order_success events: exactly one for each paid order, none for others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import suggest_id
from harness.protocols.jirafe.reconcile.finding_text import source_finding, step_finding
from harness.protocols.jirafe.reconcile.sources import Sources, StepDocument, StepEvent, group_by_number
from harness.recording.timeline import StepTimeline, Timeline

_EVENT = "order_success"
_HINT = "Send order_success when the receipt of a paid order is shown for the first time."


@dataclass(frozen=True, kw_only=True)
class _Order:
    """An order of this journey, from the ledger or the documents (`source`).

    `counts` if its receipt is due: it was paid, or placed in a store with bank transfer or invoice. `is_left` if the shopper
    saw another page after the order, and no receipt that has an expectation of its own.
    """

    number: str
    counts: bool
    states: Sequence[str]
    source: str
    step: StepTimeline
    is_left: bool


def order_success_findings(sources: Sources) -> Iterator[Finding]:
    """Compare the events with the ledger, or else with the order documents."""
    if sources.reported.is_silent:
        return
    numbered = ((event.item("order", "num"), event) for event in sources.events_of(_EVENT))
    sent = group_by_number((number, event) for number, event in numbered if isinstance(number, str))
    accepted = {number: [event for event in events if event.is_accepted] for number, events in sent.items()}
    orders = _ledger_orders(sources) if sources.has_ledger else _document_orders(sources)
    known = {*orders, *sources.orders, *_receipts(sources, first=False)}
    for number, events in accepted.items():
        if not events:
            continue
        yield from _duplicates(sources, events, number)
        if number not in known and orders and not events[0].is_explained:
            yield _unknown(events[0], number, orders, [other for other in orders if other not in sent])
        elif number in orders and not orders[number].counts and _is_free(sources, events[0]):
            yield _unpaid(events[0], orders[number])
    if all(number in known for number in sent):
        yield from (
            _missing(order) for number, order in orders.items() if number not in sent and _is_due(sources, order)
        )


def counts_when_placed(timeline: Timeline) -> bool:
    """Whether orders count once they are placed, by the target: with bank transfer or invoice they are paid later."""
    return timeline.store.get("receipt due") == "placed"


def is_uncounted(sources: Sources, number: str) -> bool:
    """Whether an order of the ledger does not count: it was never paid, and the target does not count placed orders."""
    states = {state.state for state in sources.orders.get(number, ())}
    return bool(states) and not states & {"paid", "edited"} and not counts_when_placed(sources.timeline)


def _is_due(sources: Sources, order: _Order) -> bool:
    """Whether the tracker had to send the event, and no other finding explains that it did not."""
    step = order.step
    is_cancelled = counts_when_placed(sources.timeline) and "cancelled" in order.states
    is_possible = (
        order.counts and not is_cancelled and order.is_left and step.conditions.consent_granted and not step.failure
    )
    return is_possible and not sources.reported.may_concern(step, (_EVENT,))


def _ledger_orders(sources: Sources) -> dict[str, _Order]:
    receipts = {*_receipts(sources, first=True), *_receipts(sources, first=False)}
    left = _left_orders(sources)
    found = {}
    for number, states in sources.orders.items():
        if not sources.is_past(number):
            names = [state.state for state in states]
            due = "placed" if counts_when_placed(sources.timeline) else "paid"
            paid = next((state for state in states if state.state == due), None)
            found[number] = _Order(
                number=number,
                counts=paid is not None or "edited" in names,
                states=names,
                source="the ledger",
                step=(paid or states[0]).step,
                is_left=number in left and number not in receipts,
            )
    return found


def _document_orders(sources: Sources) -> dict[str, _Order]:
    """The orders with a placed document. Others may be older than the recording."""
    orders = {}
    for number, documents in group_by_number((each.number, each) for each in sources.documents_of("order")).items():
        names = [document.status for document in documents]
        if "placed" in names and all(names):
            due = "placed" if counts_when_placed(sources.timeline) else "accepted"
            accepted = next((document for document in documents if document.status == due), None)
            first = accepted or documents[0]
            orders[number] = _Order(
                number=number,
                counts=accepted is not None,
                states=names,
                source="the order documents",
                step=first.step,
                is_left=_is_left(sources, first),
            )
    return orders


def _is_left(sources: Sources, document: StepDocument) -> bool:
    """Whether a receipt was shown, or another page after the document had arrived."""
    views = [event for event in sources.events_of("pageview") if event.step.number >= document.step.number]
    if any(event.body.get("page_type") == _EVENT for event in views):
        return True
    later = [step for step in sources.timeline.steps if step.number >= document.step.number]
    return any(shown.view.at > document.document.beacon.time for step in later for shown in step.pages)


def _left_orders(sources: Sources) -> set[str]:
    """The orders that count after which the store served the shopper another page."""
    due = "placed" if counts_when_placed(sources.timeline) else "paid"
    paid: dict[str, set[str]] = defaultdict(set)
    left: set[str] = set()
    for step in sources.timeline.steps:
        for entry in step.entries:
            if entry["kind"] == "order" and entry["order"]["state"] == due:
                paid[entry["session"]].add(entry["order"]["number"])
            elif entry["kind"] == "page":
                left |= paid.pop(entry["session"], set())
    return left


def _receipts(sources: Sources, *, first: bool) -> Iterator[str]:
    """The orders whose receipts the store served for the first time, or again."""
    shown = (entry["order"] for step in sources.timeline.steps for entry in step.served if "order" in entry)
    return (order["number"] for order in shown if order["first"] == first)


def _is_free(sources: Sources, event: StepEvent) -> bool:
    """Whether no error concerns an event, except that it is unexpected."""
    errors = [item for item in sources.reported.errors if item.evidence.beacon == event.beacon.number]
    own = [item for item in errors if (item.evidence.pointer or "").startswith(event.pointer)]
    return all(item.code == "unexpected-event" for item in own)


def _duplicates(sources: Sources, events: Sequence[StepEvent], number: str) -> Iterator[Finding]:
    first = events[0].beacon.number
    for event in events[1:]:
        if _is_free(sources, event):
            again = event.beacon.number
            yield source_finding(
                "duplicate-event",
                event,
                (),
                f'order "{number}" was sent more than once: first in request {first}, again in request {again}',
                hint="Send it when the receipt is shown for the first time, not after a reload or on the way back.",
                value=[first, again],
                allowed=first,
            )


def _unknown(event: StepEvent, number: str, orders: Mapping[str, _Order], free: Sequence[str]) -> Finding:
    source = next(iter(orders.values())).source
    right = free[0] if len(free) == 1 else None
    if right is not None:
        text = f'order.num is "{number}"; expected "{right}" (the number in {source})'
    else:
        text = f'order.num is "{number}", but there is no such order in {source}{suggest_id(number, list(orders))}'
    return source_finding(
        "order-number-mismatch",
        event,
        ("order", "num"),
        text,
        hint="Send the order's number exactly as the back end has it, as text. Leading zeros count.",
        value=number,
        allowed=right or list(orders),
    )


def _unpaid(event: StepEvent, order: _Order) -> Finding:
    return source_finding(
        "unexpected-event",
        event,
        (),
        f'sent for order "{order.number}", which was never paid according to {order.source} ({", ".join(order.states)}); '
        f"it was sent in step {event.step.number} on {event.step.url_of(event.beacon)}",
        hint=f"{_HINT} Write 'receipt due: placed' in the target for bank transfer and invoice.",
        value=order.number,
        allowed=list(order.states),
    )


def _missing(order: _Order) -> Finding:
    is_paid = {"paid", "edited", "accepted"} & set(order.states)
    return step_finding(
        "missing-event",
        order.step,
        f'{_EVENT} is missing: order "{order.number}" is {"paid" if is_paid else "placed"} according to {order.source}, '
        f"but the browser sent no {_EVENT}",
        hint=_HINT,
        event=_EVENT,
        value=None,
        allowed=order.number,
    )
