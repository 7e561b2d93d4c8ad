"""Findings about retries after an injected fault: whether they are allowed, how soon and how often they come."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from harness.collector_faults import Fault, read_fault
from harness.findings import Evidence, Finding
from harness.recording.timeline import Arrival, StepTimeline, Timeline, is_refused_for_good

MOST_TRIES = 12
"""The greatest number of attempts at one request in one step while the collector fails."""

_ROUNDED_S = 1.0

_Attempt = tuple[StepTimeline, Arrival]


def retry_findings(timeline: Timeline) -> Iterator[Finding]:
    """Retries of requests that were refused for good, retries before Retry-After, and endless retries."""
    for attempts in _attempts(timeline):
        yield from _needless(attempts)
        yield from _early(attempts)
        yield from _endless(attempts)


def _attempts(timeline: Timeline) -> list[list[_Attempt]]:
    """The attempts at each request whose first attempt was faulted, in order; requests without a body are left out."""
    groups: dict[tuple[str, str, bytes], list[_Attempt]] = defaultdict(list)
    for step in timeline.steps:
        for arrival in step.attempts:
            beacon = arrival.beacon
            if beacon.body and not arrival.reading.documents:
                groups[beacon.method, beacon.url, beacon.body].append((step, arrival))
    return [attempts for attempts in groups.values() if attempts[0][1].beacon.fault]


def _needless(attempts: Sequence[_Attempt]) -> Iterator[Finding]:
    for (_step, before), (step, again) in pairwise(attempts):
        first = before.beacon
        if is_refused_for_good(first) and first.fault:
            message = f"beacon {first.number} was refused with {first.status} but sent again"
            hint = f"Stop retrying a request that was answered with {first.status}: it will be refused again."
            yield _finding("needless-retry", message, step, again, hint)
            return


def _early(attempts: Sequence[_Attempt]) -> Iterator[Finding]:
    for (_step, before), (step, again) in pairwise(attempts):
        fault = _fault_of(before)
        waited = again.clock_to - before.clock_to
        if fault and fault.retry_after is not None and waited < fault.retry_after - _ROUNDED_S:
            seconds = fault.retry_after
            message = (
                f"the collector requested a pause of {seconds} s (Retry-After), but the retry came after {waited:.1f} s"
            )
            yield _finding("early-retry", message, step, again, "Wait at least as long as Retry-After requires.")
            return


def _endless(attempts: Sequence[_Attempt]) -> Iterator[Finding]:
    by_step: dict[int, list[_Attempt]] = defaultdict(list)
    for step, arrival in attempts:
        by_step[step.number].append((step, arrival))
    most = max(by_step.values(), key=len)
    if len(most) > MOST_TRIES:
        step, again = most[-1]
        took = again.clock_to - most[0][1].clock_to
        message = f"one request was tried {len(most)} times in {took:.0f} seconds while the collector failed"
        yield _finding("endless-retry", message, step, again, "Wait longer before each retry, and stop after a few.")


def _fault_of(arrival: Arrival) -> Fault | None:
    """The injected fault; None for a text in a recording that is no fault."""
    try:
        return read_fault(arrival.beacon.fault)
    except ValueError:
        return None


def _finding(code: str, message: str, step: StepTimeline, again: Arrival, hint: str) -> Finding:
    beacon = again.beacon
    event = again.reading.events[0].type if again.reading.events else None
    return Finding(
        code=code,
        message=message,
        hint=hint,
        step=step.number,
        place=beacon.url,
        evidence=Evidence(event=event, pointer="", url=step.url_of(beacon), beacon=beacon.number),
    )
