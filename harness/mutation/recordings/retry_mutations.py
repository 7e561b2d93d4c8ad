"""Ways to break what comes after a fault: sent again in vain, too soon, on and on, after what was said later; or kept back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from harness.events import Beacon
from harness.judge.retry_rules import MOST_TRIES
from harness.mutation.recordings.mutant import (
    HealthyRecording,
    Mutation,
    RecordingMutant,
    RequestWithEvents,
    with_codes,
)
from harness.recording.records import BrowserRefused, FaultsSet, Record, StepBegun
from harness.recording.timeline import is_refused_for_good

_Placed = tuple[int, int, Beacon]
"""The step in which a request arrived, its place among the records, and the request."""


def needless(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """What was refused for good was sent again."""
    for step, at, beacon in _struck(healthy):
        if is_refused_for_good(beacon):
            again = replace(beacon, number=healthy.next_number, time=beacon.time + 2, status=200, fault="")
            what = f"what was answered {beacon.status} was sent again"
            yield healthy.copy_around("sent-in-vain", what, step, {at: [beacon, again]}, with_codes("needless-retry"))


def early(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker did not wait as long as it was asked to."""
    for step, at, beacon in _struck(healthy):
        again = next(
            (
                requests
                for requests in healthy.requests
                if requests.position > at and requests.beacon.body == beacon.body
            ),
            None,
        )
        if again and "retry after" in beacon.fault:
            soon = replace(again.beacon, time=beacon.time + 0.01)
            what = "what was answered with Retry-After was sent again at once"
            changes: dict[int, Sequence[Record]] = {at: [beacon, soon], again.position: ()}
            yield healthy.copy_around("sent-too-soon", what, step, changes, with_codes("early-retry"))


def endless(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker went on and on while nobody answered."""
    for step, at, beacon in _struck(healthy)[:1]:
        tries = [replace(beacon, number=healthy.next_number + more) for more in range(MOST_TRIES)]
        what = "one request was tried again and again"
        yield healthy.copy_around(
            "sent-on-and-on", what, step, {at: [beacon, *tries]}, with_codes("endless-retry", "early-retry")
        )


def overtaken(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """What was left over was sent after what was new."""
    is_held_up = any(isinstance(record, FaultsSet) for record in healthy.recording.records)
    for first, second in pairwise(healthy.requests) if is_held_up else ():
        if first.step == second.step and first.beacon.method == second.beacon.method:
            changes: dict[int, Sequence[Record]] = {
                first.position: [_in_place_of(first, second)],
                second.position: [_in_place_of(second, first)],
            }
            what = "two requests came the other way round"
            yield healthy.copy_around("overtaken", what, first.step, changes, with_codes("wrong-order"))


def browser_refusals(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The browser did not let a page send."""
    for requests in healthy.requests:
        refused = BrowserRefused(url=requests.beacon.url, reason="the page's policy (connect-src) forbids it")
        what = "the browser kept a request back"
        changes = {requests.position: [refused]}
        yield healthy.copy_around("kept-back", what, requests.step, changes, with_codes("browser-refused"))


MUTATIONS: Final[tuple[Mutation, ...]] = (needless, early, endless, overtaken, browser_refusals)


def _struck(healthy: HealthyRecording) -> list[_Placed]:
    """The requests of pages that a fault struck, with their bodies."""
    found, step = [], 0
    for at, record in enumerate(healthy.recording.records):
        if isinstance(record, StepBegun):
            step = record.number
        elif isinstance(record, Beacon) and record.fault and record.body and healthy.read(record).events:
            found.append((step, at, record))
    return found


def _in_place_of(requests: RequestWithEvents, other: RequestWithEvents) -> Beacon:
    return replace(other.beacon, number=requests.beacon.number, time=requests.beacon.time)
