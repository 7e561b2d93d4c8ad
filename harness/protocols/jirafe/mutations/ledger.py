"""Ways in which the store itself goes wrong: carts that change unseen, sums, carts of orders. Its ledger says so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.mutation.recordings.mutant import (
    HealthyRecording,
    Mutation,
    RecordingMutant,
    RequestWithEvents,
    with_body,
    with_codes,
)
from harness.protocols.jirafe.mutations.field_edit import CART_EVENTS, packed, unpacked
from harness.recording.records import LedgerRead, Record, StepBegun

Entry = Mapping[str, Any]


def cart_moved(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The cart changed, and neither the ledger's list of changes nor the tracker tells how."""
    for at, step, read in _ledgers(healthy):
        rest = tuple(entry for entry in read.entries if entry["kind"] != "cart")
        told = [
            requests
            for requests in healthy.requests
            if requests.step == step and any(event.type in CART_EVENTS for event in requests.events)
        ]
        if told and len(rest) < len(read.entries) and any(entry["kind"] == "page" for entry in rest):
            changes = {requests.position: _without_cart(requests) for requests in told} | {
                at: [replace(read, entries=rest)]
            }
            what = "the cart changed, and neither the store's list of changes nor the tracker told how"
            yield healthy.copy_around("cart-moved", what, step, changes, with_codes("items-mismatch", "page-count"))


def subtotal(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The store adds up wrongly."""
    codes = ("total-mismatch", "wrong-value")
    yield from _misread(healthy, "ledger-subtotal", "the store's carts come to another subtotal", _dearer, codes)


def order_cart(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An order forgets which cart it was made of."""
    what = "the store says that the order was made of another cart"
    yield from _misread(healthy, "ledger-order-cart", what, _of_another_cart, ("wrong-value",))


MUTATIONS: Final[tuple[Mutation, ...]] = (cart_moved, subtotal, order_cart)


def _misread(
    healthy: HealthyRecording, name: str, what: str, change: Callable[[Entry], Entry], codes: Iterable[str]
) -> Iterator[RecordingMutant]:
    """One copy in which the ledger's entries are other ones throughout."""
    changes: dict[int, Iterable[Record]] = {}
    steps = []
    for at, step, read in _ledgers(healthy):
        entries = tuple(map(change, read.entries))
        if entries != read.entries:
            changes[at] = [replace(read, entries=entries)]
            steps.append(step)
    if changes:
        yield healthy.copy_around(name, what, steps[0], changes, with_codes(*codes))


def _dearer(entry: Entry) -> Entry:
    cart = entry.get("cart")
    if not cart or not cart["items"]:
        return entry
    return {**entry, "cart": {**cart, "subtotal": f"1{cart['subtotal']}"}}


def _of_another_cart(entry: Entry) -> Entry:
    if entry["kind"] != "order" or entry["order"].get("past"):
        return entry
    return {**entry, "order": {**entry["order"], "cart_id": f"9{entry['order']['cart_id']}"}}


def _ledgers(healthy: HealthyRecording) -> Iterator[tuple[int, int, LedgerRead]]:
    """Each reading of the ledger with its position and its step."""
    step = 0
    for at, record in enumerate(healthy.recording.records):
        if isinstance(record, StepBegun):
            step = record.number
        elif isinstance(record, LedgerRead):
            yield at, step, record


def _without_cart(requests: RequestWithEvents) -> list[Record]:
    """The request without its cart events; nothing where it holds no others."""
    body = unpacked(requests)
    body["data"] = [each for each in body["data"] if each.get("event_type") not in CART_EVENTS]
    return [with_body(requests.beacon, packed(body))] if body["data"] else []
