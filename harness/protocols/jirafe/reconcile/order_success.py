"""Orders in the browser's book: exactly one order_success for each that was paid, none for any other."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_event, about_step, near
from harness.protocols.jirafe.reconcile.sources import Filed, Said, Sources
from harness.recording.timeline import StepTimeline

_EVENT = "order_success"
_HINT = "send order_success when the receipt is shown for the first time, and only where the order is paid"


@dataclass(frozen=True, kw_only=True)
class _Sale:
    """An order of this journey. `source` is the book that knows it, `is_left` whether a page other than the receipt followed."""

    number: str
    is_paid: bool
    states: Sequence[str]
    source: str
    step: StepTimeline
    is_left: bool


def check(books: Sources) -> Iterator[Finding]:
    """Against the ledger, or else against the order documents."""
    if books.told.is_silent:
        return
    said: dict[str, list[Said]] = defaultdict(list)
    for event in books.of_type(_EVENT):
        order = event.event.body.get("order")
        number = order.get("num") if isinstance(order, dict) else None
        if isinstance(number, str):
            said[number].append(event)
    taken = {number: [event for event in events if event.is_taken] for number, events in said.items()}
    sales = _by_ledger(books) if books.has_ledger else _by_documents(books)
    known = {*sales, *books.states, *_receipts(books, first=False)}
    for number, events in taken.items() if any(taken.values()) else ():
        yield from _repeated(books, events[:1], events[1:], number)
        if not events:
            continue
        if number not in known and sales and not events[0].is_explained:
            yield _unknown(events[0], number, sales, [other for other in sales if other not in said])
        elif number in sales and not sales[number].is_paid:
            yield from (_unpaid(event, sales[number]) for event in events[:1] if _is_free(books, event))
    strange = any(number not in known for number in said)
    for number, sale in sales.items():
        is_due = sale.is_paid and sale.is_left and number not in said and not strange
        if (
            is_due
            and sale.step.consent_granted
            and not books.told.in_step(sale.step, (_EVENT,))
            and not sale.step.failure
        ):
            yield _missing(sale)


def _by_ledger(books: Sources) -> dict[str, _Sale]:
    receipts, left = {*_receipts(books, first=True), *_receipts(books, first=False)}, _left(books)
    found = {}
    for number, states in books.states.items():
        if not books.is_past(number):
            words = [state.state for state in states]
            paid = next((state for state in states if state.state == "paid"), None)
            found[number] = _Sale(
                number=number,
                is_paid=paid is not None or "edited" in words,
                states=words,
                source="the ledger",
                step=(paid or states[0]).step,
                is_left=number in left and number not in receipts,
            )
    return found


def _by_documents(books: Sources) -> dict[str, _Sale]:
    """Orders that a document says were placed: whatever else there is may be from before."""
    found: dict[str, list[Filed]] = defaultdict(list)
    for document in books.filed("order"):
        found[str(document.body.get("order_number"))].append(document)
    sales = {}
    for number, filed in found.items():
        words = [document.status for document in filed]
        if "placed" in words and all(words):
            accepted = next((document for document in filed if document.status == "accepted"), None)
            first = accepted or filed[0]
            sales[number] = _Sale(
                number=number,
                is_paid=accepted is not None,
                states=words,
                source="the back end",
                step=first.step,
                is_left=_is_left(books, first),
            )
    return sales


def _is_left(books: Sources, filed: Filed) -> bool:
    """Whether a receipt was looked at, or a page came up after a document had arrived."""
    views = [said for said in books.of_type("pageview") if said.step.number >= filed.step.number]
    if any(said.event.body.get("page_type") == _EVENT for said in views):
        return True
    later = [step for step in books.timeline.steps if step.number >= filed.step.number]
    return any(shown.view.at > filed.document.beacon.time for step in later for shown in step.pages)


def _left(books: Sources) -> set[str]:
    """The paid orders after which the store served their shopper another page."""
    paid: dict[str, set[str]] = defaultdict(set)
    left: set[str] = set()
    for step in books.timeline.steps:
        for entry in step.entries:
            if entry["kind"] == "order" and entry["order"]["state"] == "paid":
                paid[entry["session"]].add(entry["order"]["number"])
            elif entry["kind"] == "page":
                left |= paid.pop(entry["session"], set())
    return left


def _receipts(books: Sources, *, first: bool) -> Iterator[str]:
    """The orders whose receipts the store says it served for the first time, or again."""
    shown = (entry["order"] for step in books.timeline.steps for entry in step.served if "order" in entry)
    return (order["number"] for order in shown if order["first"] == first)


def _is_free(books: Sources, said: Said) -> bool:
    """Whether nothing was said of an event but that nothing accounts for it."""
    about = [item for item in books.told.findings if item.evidence.beacon == said.event.beacon.number]
    of_it = [item for item in about if (item.evidence.pointer or "").startswith(said.event.pointer)]
    return all(item.code == "unexpected-event" for item in of_it)


def _repeated(books: Sources, once: Sequence[Said], again: Sequence[Said], number: str) -> Iterator[Finding]:
    for first, said in product(once, again):
        if _is_free(books, said):
            beacons = first.event.beacon.number, said.event.beacon.number
            yield about_event(
                "duplicate-event",
                said,
                (),
                f'order "{number}" was told of more than once: again in request {beacons[1]}, first in request {beacons[0]}',
                hint="send it when the receipt is shown for the first time, not when it is loaded again or come back to",
                value=list(beacons),
                allowed=beacons[0],
            )


def _unknown(said: Said, number: str, sales: Mapping[str, _Sale], free: Sequence[str]) -> Finding:
    source = next(iter(sales.values())).source
    right = f'"{free[0]}" is the number by {source}' if len(free) == 1 else f"{source} knows no such order"
    return about_event(
        "order-number-mismatch",
        said,
        ("order", "num"),
        f'order.num is "{number}", and {right}{"" if len(free) == 1 else near(number, list(sales))}',
        hint="show and send the order's number as the back end has it, letter by letter",
        value=number,
        allowed=free[0] if len(free) == 1 else list(sales),
    )


def _unpaid(said: Said, sale: _Sale) -> Finding:
    return about_event(
        "unexpected-event",
        said,
        (),
        f'it came for order "{sale.number}", which by {sale.source} was never paid: {", ".join(sale.states)}',
        hint=_HINT,
        value=sale.number,
        allowed=list(sale.states),
    )


def _missing(sale: _Sale) -> Finding:
    return about_step(
        "missing-event",
        sale.step,
        f'{_EVENT} is missing: by {sale.source} order "{sale.number}" is paid, and the browser sent none',
        hint=_HINT,
        event=_EVENT,
        value=None,
        allowed=sale.number,
    )
