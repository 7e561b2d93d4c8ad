"""Suppression: which defect explains which other defect, so that one cause is reported once."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from harness.events import Beacon, Event
from harness.findings import Finding, Severity
from harness.json_matching import MISSING, Difference, is_inside, matches
from harness.judge.expectations import Expectation, place_of
from harness.judge.protocol_rules import Inspection
from harness.judge.request_rules import all_arrivals, is_no_beacon, unanswered_preflights
from harness.judge.step_expectations import ExplainedExpectation, StepExpectations
from harness.recording.timeline import Arrival, StepTimeline, Timeline


class Source(StrEnum):
    """The part of the judge that found a defect."""

    REQUESTS = "requests"
    EXPECTATIONS = "expectations"
    CONSISTENCY = "consistency"
    JUDGE = "all of these"
    RECONCILIATION = "reconciliation"
    PAGES = "pages"


Findings = Mapping[Source, Sequence[Finding]]


@dataclass(frozen=True)
class Rule:
    """A finding of `source` that `causes` selects explains each finding of `effects_of` that `effects` selects.

    They must share a subject; `subjects` are those of a cause, `subject` is that of an effect.
    """

    source: Source
    effects_of: Source
    subject: Callable[[Finding], Hashable]
    causes: Callable[[Finding], bool] = lambda _finding: True
    effects: Callable[[Finding], bool] = lambda _finding: True
    subjects: Callable[[Finding], Iterable[Hashable]] | None = None

    def explained(self, found: Findings) -> Callable[[Finding], bool]:
        """A function that returns whether this rule explains a finding of `effects_of`."""
        subjects_of = self.subjects or (lambda cause: (self.subject(cause),))
        known = {each for cause in found.get(self.source, ()) if self.causes(cause) for each in subjects_of(cause)}
        return lambda finding: bool(known) and self.effects(finding) and self.subject(finding) in known


def _beacon(finding: Finding) -> Hashable:
    return finding.evidence.beacon


def _place(finding: Finding) -> Hashable:
    return finding.evidence.beacon, finding.place


def _parent(finding: Finding) -> Hashable:
    return finding.evidence.beacon, finding.place.rpartition("/")[0]


def _payload_part(finding: Finding) -> Hashable:
    """The beacon and the top-level field of its body."""
    return finding.evidence.beacon, finding.place.lstrip("/").partition("/")[0]


def _places(finding: Finding) -> Iterable[Hashable]:
    return [(finding.evidence.beacon, place) for place in (finding.place, *finding.scope.explains)]


def _in_event(finding: Finding) -> Hashable:
    """The step and the field, whichever event of the beacon has it; None without a pointer."""
    field = re.sub(r"^/data/\d+", "", finding.evidence.pointer or "")
    return (finding.step, field) if field else None


def _host(finding: Finding) -> Hashable:
    return re.split("[:/]", str(finding.evidence.value), maxsplit=1)[0]


def _code(*codes: str) -> Callable[[Finding], bool]:
    return lambda finding: finding.code in codes


def _is_late(finding: Finding) -> bool:
    return finding.code == "late-event" or finding.scope.whole_beacon


def _is_in_payload(finding: Finding) -> bool:
    return finding.code == "wrong-value" and not finding.evidence.event and not finding.scope.other_page


def _is_contradiction(finding: Finding) -> bool:
    return bool(finding.evidence.beacon) and finding.severity is Severity.ERROR


def _is_vague(finding: Finding) -> bool:
    return finding.code == "unexpected-event" or finding.severity is Severity.WARNING


RULES: Final = (
    # A wrong value of an item explains the wrong total of the same item.
    Rule(Source.EXPECTATIONS, Source.REQUESTS, _parent, _code("wrong-value"), _code("total-mismatch")),
    # A delayed beacon explains its old timestamp and its old values.
    Rule(Source.EXPECTATIONS, Source.CONSISTENCY, _beacon, _is_late, _code("clock-skew", "wrong-value")),
    # A change within the visit explains the wrong value at the same place of each beacon.
    Rule(Source.CONSISTENCY, Source.CONSISTENCY, lambda each: each.place, _code("visit-changed"), _code("wrong-value")),
    # An event from another page explains the other values of that page.
    Rule(Source.EXPECTATIONS, Source.CONSISTENCY, _payload_part, lambda cause: cause.scope.other_origin),
    # A surplus event explains the wrong values of the payload around it, but not those of another page.
    Rule(
        Source.EXPECTATIONS, Source.CONSISTENCY, _beacon, _code("duplicate-event", "unexpected-event"), _is_in_payload
    ),
    # An invalid value explains its inconsistency.
    Rule(Source.REQUESTS, Source.CONSISTENCY, _place),
    # A contradiction between sources explains a warning or an unexpected event at the same place.
    Rule(Source.RECONCILIATION, Source.JUDGE, _place, _is_contradiction, _is_vague, _places),
    # The inspection of a page explains a wrong field in the events of the page.
    Rule(Source.PAGES, Source.JUDGE, _in_event, lambda cause: _in_event(cause) is not None),
    # An obsolete snippet explains the refused request to the host of its script.
    Rule(Source.PAGES, Source.JUDGE, _host, _code("obsolete-snippet"), _code("host-refused")),
)

_SILENCE = ("missing-event", "tracker-silent", "late-event", "browser-refused")


def without_explained(found: Findings, *sources: Source) -> list[Finding]:
    """The findings of these sources, in their order, except those that the rules explain."""
    kept: list[Finding] = []
    for source in sources:
        rules = [rule.explained(found) for rule in RULES if rule.effects_of is source]
        kept += [finding for finding in found[source] if not any(is_explained(finding) for is_explained in rules)]
    return kept


def without_expected(findings: Iterable[Finding], steps: Iterable[StepExpectations]) -> list[Finding]:
    """The findings of the reconciliation except those about events that only the scenario expects."""
    expected = set()
    for step in steps:
        implied = [event for _expectation, event in step.met] + [each.event for each in step.explained]
        others = {id(event) for event in (*implied, *step.unexplained)}
        only = [event for event in step.events if id(event) not in others] + step.requested
        expected |= {(event.beacon.number, event.pointer) for event in only}
    return [finding for finding in findings if _place(finding) not in expected]


def without_page_causes(
    findings: Sequence[Finding], inspection: Inspection, inspected: Collection[int]
) -> list[Finding]:
    """The findings on the inspected pages (their steps) except those that the inspection explains."""
    blocked = inspection.tracker_blocked
    is_all_blocked = not set(inspected) - blocked
    found = {Source.PAGES: inspection.findings, Source.JUDGE: findings}
    return [
        finding
        for finding in without_explained(found, Source.JUDGE)
        if finding.step in inspected
        and finding.place not in inspection.lost
        and not (finding.code in _SILENCE and (finding.step in blocked or is_all_blocked))
        and not (finding.code == "bad-request" and finding.evidence.beacon is None and finding.step in blocked)
    ]


class KnownDefects:
    """The places in request bodies that are known to be wrong; they explain differences and missing events."""

    def __init__(
        self, timeline: Timeline, event_types: Collection[str], *, consistency: Iterable[Finding] = ()
    ) -> None:
        self._event_types = frozenset(event_types)
        self._errors: dict[int, list[str]] = defaultdict(list)
        self._renamed: dict[int, dict[str, str]] = defaultdict(dict)
        for _step, arrival in all_arrivals(timeline):
            for finding in arrival.reading.findings:
                self._add(arrival.beacon.number, finding)
        for finding in consistency:
            self._add(finding.evidence.beacon or 0, finding)
        self._unreadable = {step.number for step, _beacon in unanswered_preflights(timeline)}
        self._unreadable |= {step.number for step, arrival in all_arrivals(timeline) if _is_unreadable(arrival)}

    def explain(self, event: Event, difference: Difference) -> bool:
        """Whether a difference is at a place that is known to be wrong, or the field has another name."""
        place, number = place_of(event, difference), event.beacon.number
        if any(is_inside(place, error) or is_inside(error, place) for error in self._errors.get(number, ())):
            return True
        return difference.got is MISSING and place in self._renamed.get(number, ())

    def explain_all(self, event: Event, found: Iterable[Difference]) -> bool:
        return all(self.explain(event, difference) for difference in found)

    def unexplained(self, event: Event, found: Iterable[Difference]) -> list[Difference]:
        return [difference for difference in found if not self.explain(event, difference)]

    def may_contain_missing(self, step: StepTimeline) -> bool:
        """Whether a request of this step was unreadable: it may have contained the missing events."""
        return step.number in self._unreadable

    def explain_unmet(self, step: StepExpectations) -> None:
        """Explain expectations by events of a misspelt type, by a failed step, or by a blocked tracker."""
        for event in list(step.unexplained):
            meant = self._meant_type(event)
            if meant is None:
                continue
            step.remove_event(event)
            candidates = [item for item in step.unmet if meant in ("", item.type)]
            if candidates:
                step.explain(min(candidates, key=lambda item: _distance(item, event)), event)
        if step.timeline.failure or step.timeline.conditions.tracker_blocked:
            for expectation in step.unmet:
                step.explain(expectation)

    def explain_explicit(
        self, expectation: Expectation, steps: Iterable[StepExpectations], events: Iterable[Event]
    ) -> bool:
        """Whether an unmet explicit expectation is already reported.

        It is if all differences of an event are at known defects, or if the expectation only narrows an implicit one that is
        explained.
        """
        for event in (event for event in events if event.type == expectation.type):
            if self.explain_all(event, expectation.differences(event)) and not expectation.is_met_by(event):
                return True
        explained = (each for step in steps for each in step.explained)
        return any(self._is_narrower(expectation, each) for each in explained)

    def _is_narrower(self, expectation: Expectation, explained: ExplainedExpectation) -> bool:
        implied, event = explained.expectation, explained.event
        if implied.type != expectation.type or not _compatible(expectation.pattern, implied.pattern):
            return False
        if event is None:
            return True
        reported = {item.pointer for item in implied.differences(event)}
        others = (each for each in expectation.differences(event) if each.pointer not in reported)
        return self.explain_all(event, others)

    def _meant_type(self, event: Event) -> str | None:
        """The type that an event of an unknown type probably has; empty if none is similar, None for a known type."""
        if event.type in self._event_types:
            return None
        names = self._renamed.get(event.beacon.number, {})
        similar = (name for place, name in names.items() if is_inside(place, event.pointer))
        return next((name for name in similar if name in self._event_types), "")

    def _add(self, beacon: int, finding: Finding) -> None:
        pointer, nearest = finding.evidence.pointer or "", finding.evidence.nearest
        if finding.severity is Severity.ERROR:
            self._errors[beacon] += (pointer, *finding.scope.explains)
        if isinstance(nearest, str):
            self._renamed[beacon][f"{pointer.rpartition('/')[0]}/{nearest}"] = nearest


class ReportedErrors:
    """The errors found so far; the events that they concern are no evidence in a reconciliation."""

    def __init__(self, findings: Sequence[Finding], event_types: Collection[str]) -> None:
        self._event_types = event_types
        self.errors = [item for item in findings if item.severity is Severity.ERROR]
        self.is_silent = any(item.code == "tracker-silent" for item in findings)
        self._by_beacon: dict[Any, list[str]] = defaultdict(list)
        for item in self.errors:
            pointer = item.place if item.evidence.pointer is None else item.evidence.pointer
            self._by_beacon[item.evidence.beacon].append(pointer)

    def concern(self, beacon: Beacon, pointer: str) -> bool:
        """Whether an error is at this place of the beacon, or inside it."""
        return any(is_inside(place, pointer) for place in self._by_beacon.get(beacon.number, ()))

    def may_concern(self, step: StepTimeline, types: Sequence[str]) -> bool:
        """Whether an error of the step is about events of these types, or may be."""
        return any(item.step == step.number and self._is_about(item, types) for item in self.errors)

    def _is_about(self, finding: Finding, types: Sequence[str]) -> bool:
        proof = finding.evidence
        if proof.document is not None or finding.code == "page-count":
            return False
        if proof.event in types or finding.scope.page_events or finding.scope.whole_beacon:
            return True
        pointer = proof.pointer or ""
        return proof.event not in self._event_types and (not pointer or pointer.startswith("/data"))


def _distance(expectation: Expectation, event: Event) -> tuple[bool, int]:
    return bool(expectation.origin_differences(event)), len(expectation.differences(event))


def _is_unreadable(arrival: Arrival) -> bool:
    """Whether a request may have contained more events than could be read."""
    reading = arrival.reading
    broken = {finding.place for finding in reading.findings} & {event.pointer for event in reading.events}
    of_a_tracker = [finding for finding in reading.findings if finding.evidence.document is None]
    return is_no_beacon(arrival.beacon) or bool(broken) or bool(of_a_tracker and not reading.events)


def _compatible(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether one event can match both patterns: no common field with different values."""
    for name in one.keys() & other.keys():
        left, right = one[name], other[name]
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            if not _compatible(left, right):
                return False
        elif not matches(right, left) and not matches(left, right):
            return False
    return True
