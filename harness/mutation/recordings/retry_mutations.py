"""Mutations of retries after a fault: needless, early, endless, out of order; and requests that the browser refused."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from harness.events import Beacon
from harness.judge.retry_rules import MOST_TRIES
from harness.mutation.model import HealthyRecording, RecordingMutant, RecordingMutation, RequestWithEvents, with_codes
from harness.recording.records import BrowserRefused, FaultsSet, Record, StepBegun
from harness.recording.timeline import is_refused_for_good

_Placed = tuple[int, int, Beacon]
"""A request, with the step in which it arrived and its index among the records."""


def needless(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for step, at, beacon in _faulted(healthy):
        if is_refused_for_good(beacon):
            again = replace(beacon, number=healthy.next_number, time=beacon.time + 2, status=200, fault="")
            description = f"a request with status {beacon.status} was retried"
            changes = {at: [beacon, again]}
            yield healthy.payload_mutant("sent-in-vain", description, step, changes, with_codes("needless-retry"))


def early(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for step, at, beacon in _faulted(healthy):
        later = (request for request in healthy.requests if request.position > at)
        again = next((request for request in later if request.beacon.body == beacon.body), None)
        if again and "retry after" in beacon.fault:
            soon = replace(again.beacon, time=beacon.time + 0.01)
            description = "a request with Retry-After was retried at once"
            changes: dict[int, Sequence[Record]] = {at: [beacon, soon], again.position: ()}
            yield healthy.payload_mutant("sent-too-soon", description, step, changes, with_codes("early-retry"))


def endless(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for step, at, beacon in _faulted(healthy)[:1]:
        tries = [replace(beacon, number=healthy.next_number + more) for more in range(MOST_TRIES)]
        description, expected = "a request was retried without a limit", with_codes("endless-retry", "early-retry")
        yield healthy.payload_mutant("sent-on-and-on", description, step, {at: [beacon, *tries]}, expected)


def overtaken(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Two requests in reverse order. Requests without a body are images, which have no order."""
    has_faults = any(isinstance(record, FaultsSet) for record in healthy.recording.records)
    with_body = [request for request in healthy.requests if request.beacon.body]
    for first, second in pairwise(with_body) if has_faults else ():
        if first.step == second.step and first.beacon.method == second.beacon.method:
            changes: dict[int, Sequence[Record]] = {
                first.position: [_at_position_of(first, second)],
                second.position: [_at_position_of(second, first)],
            }
            description = "two requests arrived in reverse order"
            yield healthy.payload_mutant("overtaken", description, first.step, changes, with_codes("wrong-order"))


def browser_refusals(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests:
        refused = BrowserRefused(url=request.beacon.url, reason="the page's policy (connect-src) forbids it")
        description = "the browser refused to send a request"
        changes = {request.position: [refused]}
        yield healthy.payload_mutant("kept-back", description, request.step, changes, with_codes("browser-refused"))


MUTATIONS: Final[tuple[RecordingMutation, ...]] = (needless, early, endless, overtaken, browser_refusals)


def _faulted(healthy: HealthyRecording) -> list[_Placed]:
    """Return the faulted requests with events."""
    found, step = [], 0
    for at, record in enumerate(healthy.recording.records):
        if isinstance(record, StepBegun):
            step = record.number
        elif isinstance(record, Beacon) and record.fault and record.body and healthy.read(record).events:
            found.append((step, at, record))
    return found


def _at_position_of(request: RequestWithEvents, other: RequestWithEvents) -> Beacon:
    return replace(other.beacon, number=request.beacon.number, time=request.beacon.time)
