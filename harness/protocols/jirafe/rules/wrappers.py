"""Wrappers: beacons that contain events, and findings about the parts of their bodies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.events import Beacon
from harness.findings import Evidence, Finding, Severity
from harness.judge.expectation_findings import quoted
from harness.protocols.jirafe.rules.visits import VisitedPage
from harness.recording.timeline import Arrival, StepTimeline
from harness.urls import plain_url

HINTS: Final = {
    "swapped-ids": "Read visit.id from the cookie jirafe_vid and visit.visitor from jirafe_vis.",
    "visit-changed": "Keep the value in a cookie for as long as the visit lasts. Change it only when a new visit starts.",
    "clock-skew": "Set the timestamp in UTC when the event happens; check for a stored time.",
    "wrong-value": "Read the value from the page, the cookie or the store when the event happens.",
}


@dataclass(frozen=True, kw_only=True)
class Wrapper:
    step: StepTimeline
    arrival: Arrival

    @property
    def beacon(self) -> Beacon:
        return self.arrival.beacon

    @property
    def timestamp(self) -> Any:
        return self.arrival.reading.envelope.get("timestamp")

    @property
    def is_delayed(self) -> bool:
        """Whether faults may have kept it from arriving when it was sent."""
        return self.step.conditions.delayed or self.step.conditions.recovers

    def part(self, name: str) -> Mapping[str, Any]:
        """An object in the body, empty where there is none."""
        value = self.arrival.reading.envelope.get(name)
        return value if isinstance(value, Mapping) else {}

    def contains(self, event_type: str) -> bool:
        return any(event.type == event_type for event in self.arrival.reading.events)

    def named_pages(self, candidates: Sequence[VisitedPage]) -> list[VisitedPage]:
        url = self.part("page").get("current_url")
        if not isinstance(url, str):
            return []
        return [page for page in candidates if plain_url(url) in map(plain_url, (page.view.url, *page.addresses))]


def wrappers(step: StepTimeline) -> Iterator[Wrapper]:
    return (Wrapper(step=step, arrival=arrival) for arrival in step.arrivals if arrival.reading.events)


def wrapper_finding(
    code: str,
    wrapper: Wrapper,
    pointer: str,
    text: str,
    *,
    value: object,
    allowed: object = None,
    hint: str = "",
    event: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding about a place in a wrapper. The message begins with `event`, by default with the wrapper's first event."""
    return Finding(
        code=code,
        severity=severity,
        message=f"{event or wrapper.arrival.reading.events[0].type}: {text}",
        hint=hint or HINTS[code],
        step=wrapper.step.number,
        place=pointer,
        evidence=Evidence(
            event=event,
            pointer=pointer,
            url=wrapper.step.url_of(wrapper.beacon),
            beacon=wrapper.beacon.number,
            value=value,
            allowed=allowed,
        ),
    )


def wrong_value(wrapper: Wrapper, pointer: str, expected: object, value: object, *, source: str = "") -> Finding:
    """A finding that a value is not the expected one; `source` names where the expected one comes from."""
    name = pointer.lstrip("/").replace("/", ".")
    text = f"{name} is {quoted(value)}; expected {quoted(expected)}{f' ({source})' if source else ''}"
    return wrapper_finding("wrong-value", wrapper, pointer, text, allowed=expected, value=value)
