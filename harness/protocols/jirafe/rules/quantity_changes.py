"""Quick changes of one line's quantity: which of them need an event of their own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from harness.events import Event
from harness.recording.timeline import StepTimeline, Timeline

_BURST_S = 1.0
"""Changes of one line within this number of seconds may be reported together: the stepper of a cart is pressed quickly."""

Entry = Mapping[str, Any]


def needless_changes(timeline: Timeline) -> frozenset[int]:
    """The edits in the ledger (by `id`) that need no event: they changed nothing, or another one followed at once."""
    quantities: dict[tuple[str, str], int] = {}
    found: set[int] = set()
    for step in timeline.steps:
        for burst in _bursts(step.entries):
            before = quantities.get(_line(burst[0]))
            needless = burst if before == burst[-1]["quantity"] else burst[:-1]
            found |= {id(entry) for entry in needless}
            _note(quantities, burst)
        _note(quantities, [entry for entry in step.entries if "cart" in entry])
    return frozenset(found)


def quantities_before(timeline: Timeline) -> Mapping[int, Any]:
    """The quantity of the line before each change in the ledger, by `id` of the change."""
    quantities: dict[tuple[str, str], Any] = {}
    found: dict[int, Any] = {}
    for entry in (entry for step in timeline.steps for entry in step.entries if "cart" in entry):
        if entry["kind"] == "cart":
            found[id(entry)] = quantities.get(_line(entry))
        _note(quantities, [entry])
    return found


def passing_quantities(step: StepTimeline, entry: Entry, before: Any) -> Iterator[Event]:
    """The events of edits on the way from the quantity `before` to an entry's, which the store reported as one change.

    They follow each other at once, each has another quantity than the one before, and the last has that of the entry. So an
    event that is sent twice for one change is none of them.
    """
    events = [
        event
        for event in step.events
        if event.type == "edit_cart" and _field(event, "sku_code") == entry["product"]["sku"]
    ]
    numbers = [str(before), *(_field(event, "quantity") for event in events)]
    times = [event.beacon.time for event in events]
    is_quick = len(events) > 1 and times[-1] - times[0] <= _BURST_S
    if is_quick and numbers[-1] == str(entry["quantity"]) and all(one != other for one, other in pairwise(numbers)):
        yield from events[:-1]


def _bursts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The edits of a step, each with those of the same line that followed it at once."""
    edits = [entry for entry in entries if entry["kind"] == "cart"]
    burst: list[Entry] = []
    for entry in edits:
        follows = bool(burst) and _line(entry) == _line(burst[-1]) and _seconds(entry) - _seconds(burst[-1]) <= _BURST_S
        if burst and not (follows and entry["change"] == "edit"):
            yield burst
            burst = []
        burst = [*burst, entry] if entry["change"] == "edit" else []
    if burst:
        yield burst


def _note(quantities: dict[tuple[str, str], int], entries: Sequence[Entry]) -> None:
    for entry in entries:
        cart = entry["cart"]
        for item in cart["items"]:
            quantities[cart["id"], item["sku"]] = item["quantity"]


def _line(entry: Entry) -> tuple[str, str]:
    return entry["cart"]["id"], entry["product"]["sku"]


def _seconds(entry: Entry) -> float:
    return datetime.fromisoformat(entry["at"].upper()).timestamp()


def _field(event: Event, name: str) -> Any:
    line = event.body.get("line_item")
    return line.get(name) if isinstance(line, Mapping) else None
