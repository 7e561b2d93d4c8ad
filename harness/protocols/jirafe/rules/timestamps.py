"""The times in wrappers: reading them, wording how far they are off, and what a shopper's wrong clock makes of them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from harness.findings import Evidence, Finding, Severity
from harness.recording.timeline import Arrival, StepTimeline, Timeline

CLOCK_TOLERANCE_S = 5


def seconds(value: object) -> float | None:
    """An RFC 3339 time as seconds since the epoch; one without an offset counts as UTC (errata 6)."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def duration(seconds: float) -> str:
    """So many seconds in words, in the greatest unit of which there are two."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if round(seconds / length) >= 2:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} seconds"


def wrong_clocks(timeline: Timeline) -> Iterator[Finding]:
    """Notes of wrappers whose times are off as the shopper's clock is: no fault of a tracker's, which knows no better time."""
    for step in timeline.steps:
        for arrival in step.arrivals if abs(step.clock_off) > CLOCK_TOLERANCE_S else ():
            time = seconds(arrival.reading.envelope.get("timestamp")) if arrival.reading.events else None
            off = 0.0 if time is None else time - (arrival.clock_to - step.clock_off)
            if off * step.clock_off > 0 and abs(off) > CLOCK_TOLERANCE_S:
                yield _note(step, arrival, off)


def _note(step: StepTimeline, arrival: Arrival, off: float) -> Finding:
    value = arrival.reading.envelope["timestamp"]
    return Finding(
        code="clock-skew",
        severity=Severity.NOTE,
        message=f"timestamp {value} is {duration(abs(off))} too {'late' if off > 0 else 'early'}, as the shopper's clock is",
        hint="when a request arrived is known better than when a shopper's clock says that it was sent",
        step=step.number,
        place="/timestamp",
        evidence=Evidence(
            event=None, pointer="/timestamp", url=step.url_of(arrival.beacon), beacon=arrival.beacon.number, value=value
        ),
    )
