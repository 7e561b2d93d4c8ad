"""Wrappers that faults kept from arriving come in the order in which they were made, and before what was said later."""

from collections.abc import Iterator

from harness.findings import Evidence, Finding
from harness.protocols.jirafe.rules.timestamps import seconds
from harness.recording.timeline import Arrival, StepTimeline, Timeline


def check_sequence(timeline: Timeline) -> Iterator[Finding]:
    """Told only where faults struck or held something up, in one tab: what several tabs send may come in any order."""
    if len({page.view.tab for step in timeline.steps for page in step.pages}) > 1:
        return
    latest: tuple[float, Arrival] | None = None
    for step in timeline.steps:
        for arrival in step.arrivals:
            time = seconds(arrival.reading.envelope.get("timestamp"))
            if time is None or not arrival.reading.events:
                continue
            if latest and time < latest[0] and (step.faulted or step.delayed or step.recovers):
                if arrival.beacon.body != latest[1].beacon.body:
                    yield _finding(step, arrival, latest[1])
            elif latest is None or time > latest[0]:
                latest = time, arrival


def _finding(step: StepTimeline, arrival: Arrival, before: Arrival) -> Finding:
    number, event = arrival.beacon.number, arrival.reading.events[0]
    envelope = arrival.reading.envelope
    return Finding(
        code="wrong-order",
        message=f"{event.type}: beacon {number}, of {envelope['timestamp']}, came after what was said later, beacon "
        f"{before.beacon.number}, of {before.reading.envelope['timestamp']}",
        hint="send again what was not taken before anything else goes out",
        step=step.number,
        place="/timestamp",
        evidence=Evidence(
            event=event.type,
            pointer="/timestamp",
            url=step.url_of(arrival.beacon),
            beacon=number,
            value=envelope["timestamp"],
            allowed=before.reading.envelope["timestamp"],
        ),
    )
