"""Mutations of the store's ledger: unexplained cart changes, wrong sums, wrong carts of orders."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.mutation.model import (
    HealthyRecording,
    RecordingMutant,
    RecordingMutation,
    RequestWithEvents,
    with_body,
    with_codes,
)
from harness.protocols.jirafe.mutations.field_edit import CART_EVENTS, decoded, encoded, is_wrapper
from harness.recording.records import LedgerRead, Record, StepBegun

Entry = Mapping[str, Any]


def cart_moved(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for at, step, read in _ledgers(healthy):
        rest = tuple(entry for entry in read.entries if entry["kind"] != "cart")
        changed = [
            request
            for request in healthy.requests
            if request.step == step and any(event.type in CART_EVENTS for event in request.events)
        ]
        if changed and len(rest) < len(read.entries) and any(entry["kind"] == "page" for entry in rest):
            changes = {request.position: _without_cart(request) for request in changed}
            changes[at] = [replace(read, entries=rest)]
            description = "the cart changed without a ledger entry or a cart event"
            expected = with_codes("items-mismatch", "page-count")
            yield healthy.payload_mutant("cart-moved", description, step, changes, expected)


def subtotal(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    description, codes = "the subtotals in the ledger are wrong", ("total-mismatch", "wrong-value")
    yield from _with_entries(healthy, "ledger-subtotal", description, _wrong_subtotal, codes)


def order_cart(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    description = "the ledger records another cart for the order"
    yield from _with_entries(healthy, "ledger-order-cart", description, _other_cart, ("wrong-value",))


MUTATIONS: Final[tuple[RecordingMutation, ...]] = (cart_moved, subtotal, order_cart)


def _with_entries(
    healthy: HealthyRecording, name: str, description: str, change: Callable[[Entry], Entry], codes: Iterable[str]
) -> Iterator[RecordingMutant]:
    """Make one mutant with changed ledger entries."""
    changes: dict[int, Iterable[Record]] = {}
    steps = []
    for at, step, read in _ledgers(healthy):
        entries = tuple(map(change, read.entries))
        if entries != read.entries:
            changes[at] = [replace(read, entries=entries)]
            steps.append(step)
    if changes:
        yield healthy.payload_mutant(name, description, steps[0], changes, with_codes(*codes))


def _wrong_subtotal(entry: Entry) -> Entry:
    cart = entry.get("cart")
    if not cart or not cart["items"]:
        return entry
    return {**entry, "cart": {**cart, "subtotal": f"1{cart['subtotal']}"}}


def _other_cart(entry: Entry) -> Entry:
    if entry["kind"] != "order" or entry["order"].get("past"):
        return entry
    return {**entry, "order": {**entry["order"], "cart_id": f"9{entry['order']['cart_id']}"}}


def _ledgers(healthy: HealthyRecording) -> Iterator[tuple[int, int, LedgerRead]]:
    """Yield each ledger record with its index and its step."""
    step = 0
    for at, record in enumerate(healthy.recording.records):
        if isinstance(record, StepBegun):
            step = record.number
        elif isinstance(record, LedgerRead):
            yield at, step, record


def _without_cart(request: RequestWithEvents) -> list[Record]:
    """Remove the cart events from a request, and the request if it has no other events, as a pixel."""
    if not is_wrapper(request):
        return []
    body = decoded(request)
    body["data"] = [each for each in body["data"] if each.get("event_type") not in CART_EVENTS]
    return [with_body(request.beacon, encoded(body))] if body["data"] else []
