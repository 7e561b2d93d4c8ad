"""What was sent again after a fault struck it: whether it may be, how soon, and how often."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from harness.findings import Evidence, Finding
from harness.recording.timeline import Arrival, StepTimeline, Timeline, is_refused_for_good

MOST_TRIES = 12
"""How often one request may be tried while the collector fails, in one step."""

_ROUNDED_S = 1.0
_ASKED = re.compile(r"retry after (\d+) s")

_Tried = tuple[StepTimeline, Arrival]


def retry_findings(timeline: Timeline) -> Iterator[Finding]:
    """What pages sent again though it was refused for good, before the time that the collector had asked for, or on and on."""
    for tries in _tries(timeline):
        yield from _needless(tries)
        yield from _early(tries)
        yield from _endless(tries)


def _tries(timeline: Timeline) -> list[list[_Tried]]:
    """The attempts at each request that a fault struck, in order. Those that came without their body are left out."""
    groups: dict[tuple[str, str, bytes], list[_Tried]] = defaultdict(list)
    for step in timeline.steps:
        for arrival in sorted((*step.faulted, *step.arrivals), key=lambda each: each.beacon.number):
            beacon = arrival.beacon
            if beacon.body and not arrival.reading.documents:
                groups[beacon.method, beacon.url, beacon.body].append((step, arrival))
    return [tries for tries in groups.values() if tries[0][1].beacon.fault]


def _needless(tries: Sequence[_Tried]) -> Iterator[Finding]:
    for (_step, before), (step, again) in pairwise(tries):
        first = before.beacon
        if is_refused_for_good(first) and first.fault:
            message = f"beacon {first.number} was refused with {first.status}, and sent again all the same"
            yield _finding(
                "needless-retry", message, step, again, f"drop what is answered {first.status}: it stays wrong"
            )
            return


def _early(tries: Sequence[_Tried]) -> Iterator[Finding]:
    for (_step, before), (step, again) in pairwise(tries):
        asked = _ASKED.search(before.beacon.fault)
        waited = again.clock_to - before.clock_to
        if asked and waited < int(asked[1]) - _ROUNDED_S:
            message = (
                f"the collector asked for {asked[1]} seconds (Retry-After), and was tried again after {waited:.1f}"
            )
            yield _finding("early-retry", message, step, again, "wait at least as long as Retry-After says")
            return


def _endless(tries: Sequence[_Tried]) -> Iterator[Finding]:
    by_step: dict[int, list[_Tried]] = defaultdict(list)
    for step, arrival in tries:
        by_step[step.number].append((step, arrival))
    most = max(by_step.values(), key=len)
    if len(most) > MOST_TRIES:
        step, again = most[-1]
        took = again.clock_to - most[0][1].clock_to
        message = f"one request was tried {len(most)} times in {took:.0f} seconds while the collector failed"
        yield _finding("endless-retry", message, step, again, "wait longer from try to try, and give up after a few")


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
