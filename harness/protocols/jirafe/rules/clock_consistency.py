"""The timestamp of a wrapper against the page's clock, and notes where the shopper's own clock is wrong."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from harness.findings import Finding, Severity
from harness.protocols.jirafe.rules.visits import VisitedPage
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrapper_finding, wrappers
from harness.recording.timeline import Timeline

CLOCK_TOLERANCE_S = 5


def clock_findings(wrapper: Wrapper, candidates: Sequence[VisitedPage]) -> Iterator[Finding]:
    """The timestamp is at most five seconds away from the time at which the page can have sent the wrapper.

    A delayed pageview was created when its page was shown, whenever it arrives.
    """
    time = seconds(wrapper.timestamp)
    if time is None:
        return
    earliest, latest = wrapper.arrival.clock_from, wrapper.arrival.clock_to
    named = wrapper.named_pages(candidates)
    earliest = min([earliest, *(page.at for page in named if page.awaited_consent)])
    if wrapper.contains("pageview") and wrapper.is_delayed:
        shown = [page.view.at + page.view.clock + wrapper.step.conditions.clock_off for page in named[-1:]]
        latest = min([latest, *shown])
    off = max(time - latest, 0) or min(time - earliest, 0)
    if abs(off) > CLOCK_TOLERANCE_S:
        now = datetime.fromtimestamp(latest, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = f"timestamp {wrapper.timestamp} is {_deviation(off)}; expected about {now}"
        yield wrapper_finding("clock-skew", wrapper, "/timestamp", text, allowed=now, value=wrapper.timestamp)


def wrong_clocks(timeline: Timeline) -> Iterator[Finding]:
    """Notes on timestamps that are wrong because the shopper's clock is: a tracker has no other clock."""
    for step in timeline.steps:
        for wrapper in wrappers(step) if abs(step.conditions.clock_off) > CLOCK_TOLERANCE_S else ():
            time = seconds(wrapper.timestamp)
            off = 0.0 if time is None else time - (wrapper.arrival.clock_to - step.conditions.clock_off)
            if off * step.conditions.clock_off > 0 and abs(off) > CLOCK_TOLERANCE_S:
                yield wrapper_finding(
                    "clock-skew",
                    wrapper,
                    "/timestamp",
                    f"timestamp {wrapper.timestamp} is {_deviation(off)}, because the shopper's clock is wrong",
                    hint="Use the time of arrival where it matters. A shopper's clock can be wrong.",
                    severity=Severity.NOTE,
                    value=wrapper.timestamp,
                )


def seconds(value: object) -> float | None:
    """An RFC 3339 time in seconds since the epoch, in UTC where it has no offset (errata 6). None if it is no time."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value.upper())  # RFC 3339 allows t and z
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _deviation(off: float) -> str:
    return f"{_duration(abs(off))} too {'late' if off > 0 else 'early'}"


def _duration(seconds: float) -> str:
    """A number of seconds in words, in the greatest unit of which there are at least two."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if round(seconds / length) >= 2:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} seconds"
