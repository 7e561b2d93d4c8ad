"""What a page said of a shopper's origin is kept, and stands in every later wrapper of the same visit (facts, section 2)."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.expectation import quoted
from harness.finding import Finding
from harness.timeline import Arrival, StepTimeline, Timeline

NAMES = ("tag_attribution", "attribution")
"""Under which a wrapper may have it (errata 8)."""


def check_attribution(timeline: Timeline) -> Iterator[Finding]:
    """Each wrapper against the last page view of its visit that set an attribution."""
    set_by_pages: dict[str, Any] = {}
    for step in timeline.steps:
        for arrival in step.arrivals:
            visit = arrival.reading.envelope.get("visit")
            if not isinstance(visit, dict) or not isinstance(visit.get("id"), str) or not arrival.reading.events:
                continue
            views = [event.body for event in arrival.reading.events if event.type == "pageview"]
            for levels in (view["attribution"] for view in views if view.get("attribution")):
                set_by_pages[visit["id"]] = levels
            expected = set_by_pages.get(visit["id"])
            if expected and not any(visit.get(name) == expected for name in NAMES):
                yield _finding(step, arrival, visit, expected)


def _finding(step: StepTimeline, arrival: Arrival, visit: Mapping[str, Any], expected: Any) -> Finding:
    name = next((name for name in NAMES if name in visit), NAMES[0])
    said = f"is {quoted(visit[name])}, not" if name in visit else "is missing; it was"
    event, pointer = arrival.reading.events[0], f"/visit/{name}"
    return Finding(
        code="wrong-value",
        message=f"{event.type}: visit.{name} {said} {quoted(expected)}, which a page set for this visit",
        hint="keep what a page set for the length of the visit, whatever later pages leave out",
        step=step.number,
        place=pointer,
        evidence={
            "event": None,
            "pointer": pointer,
            "url": step.url_of(arrival.beacon),
            "beacon": arrival.beacon.number,
            "value": visit.get(name),
            "allowed": expected,
        },
    )
