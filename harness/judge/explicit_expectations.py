"""Findings about the explicit expectations of a scenario: `expect` and `never`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from harness.events import Event, is_document_name
from harness.findings import Finding
from harness.judge.expectation_findings import evidence, missing, nearest_event, wrong
from harness.judge.expectations import Expectation, match_events, match_nearest
from harness.judge.step_expectations import StepExpectations, match_late
from harness.judge.suppression import KnownDefects
from harness.scenario.model import EventPattern, Expect, Scenario, SetFaults, Step
from harness.scenario.variables import Lookup, Variables, substitute


@dataclass(frozen=True, kw_only=True)
class Segment:
    """An `expect` item, the steps since the previous one, and the steps after it."""

    expect: Expect
    steps: tuple[StepExpectations, ...]
    later: tuple[StepExpectations, ...]

    @property
    def events(self) -> list[Event]:
        """The events, then the documents."""
        events = [event for step in self.steps for event in step.events]
        return [*events, *(document for step in self.steps for document in step.documents)]

    def expectation(self, pattern: EventPattern) -> Expectation:
        return _expectation(pattern, self.steps[-1], self.expect.file)

    @property
    def patterns(self) -> list[EventPattern]:
        """The patterns that can be judged: without a ledger, those whose variables all have a value."""
        return [item for item in self.expect.patterns if not _unknown(item, self.steps[-1].variables)]

    @property
    def expectations(self) -> list[Expectation]:
        """One expectation for each required event."""
        return [each for item in self.patterns for each in [self.expectation(item)] * item.least]


def is_met(steps: Sequence[StepExpectations], scenario: Scenario) -> bool:
    """Whether everything that the scenario expects so far has arrived; expectations after the next faults are not due yet."""
    are_set = {faults.number for step in steps for faults in step.timeline.conditions.faults_set}
    coming = [item.number for item in scenario.items if isinstance(item, SetFaults) and item.number not in are_set]
    here = max((step.timeline.number for step in steps), default=0)
    end = min((number for number in coming if number > here), default=None)
    so_far = replace(scenario, items=tuple(item for item in scenario.items if end is None or item.number < end))
    expected = ((segment, segment.expectations) for segment in _segments(steps, so_far))
    return all(len(_match(segment, expectations)) == len(expectations) for segment, expectations in expected)


def explicit_findings(steps: Sequence[StepExpectations], scenario: Scenario, defects: KnownDefects) -> list[Finding]:
    """Forbidden events, and unmet explicit expectations that no implicit one covers. Matched events become explained."""
    found = list(_forbidden(steps, scenario))
    for segment in _segments(steps, scenario):
        found += _segment_findings(segment, defects)
    return found


def unknown_values(steps: Sequence[StepExpectations], scenario: Scenario) -> Iterator[str]:
    """Why the scenario could not be performed or judged: `file:line` and the variable that has no value."""
    for step in steps:
        if step.timeline.failure and step.timeline.failure.is_unknown_value:
            yield f"{step.timeline.failure.place}: {step.timeline.failure.message}"
    for segment in _segments(steps, scenario):
        for pattern in segment.expect.patterns:
            for why in _unknown(pattern, segment.steps[-1].variables):
                yield f"{segment.expect.file}:{pattern.line}: {why}"
    for pattern in scenario.never if steps else ():
        for why in min((_unknown(pattern, step.variables) for step in steps), key=len):
            yield f"{scenario.file}:{pattern.line}: {why}"


def _unknown(pattern: EventPattern, variables: Variables) -> list[str]:
    """Without a ledger, why variables of the pattern have no value."""
    found: list[str] = []

    def lookup(name: str, field: str | None) -> str:
        try:
            return variables(name, field)
        except KeyError as error:
            found.append(str(error.args[0]))
            return ""

    if not variables.has_ledger:
        _filled_in([pattern.pattern, pattern.wrapper], lookup)
    return found


def _segments(steps: Sequence[StepExpectations], scenario: Scenario) -> Iterator[Segment]:
    """Each `expect` that the journey reached."""
    by_number = {step.timeline.number: position for position, step in enumerate(steps)}
    positions: list[int] = []
    for item in scenario.items:
        if isinstance(item, Expect):
            here = tuple(steps[position] for position in positions)
            yield Segment(expect=item, steps=here, later=tuple(steps[positions[-1] + 1 :]))
            positions = []
        if not isinstance(item, Step):
            continue
        position = by_number.get(item.number)
        if position is None or steps[position].timeline.failure:
            return
        positions.append(position)


def _expectation(pattern: EventPattern, step: StepExpectations, file: str) -> Expectation:
    return Expectation(
        type=pattern.type,
        pattern=_filled_in(pattern.pattern, step.variables.or_as_written),
        wrapper=_filled_in(pattern.wrapper, step.variables.or_as_written),
        why="the scenario expects it",
        step=step.timeline.number,
        place=f"{file}:{pattern.line}",
        url=step.timeline.url,
    )


def _filled_in(pattern: Any, lookup: Lookup) -> Any:
    """The pattern with the values of its variables; keys are never variables."""
    if isinstance(pattern, Mapping):
        return {key: _filled_in(value, lookup) for key, value in pattern.items()}
    if isinstance(pattern, list | tuple):
        return [_filled_in(item, lookup) for item in pattern]
    return substitute(pattern, lookup)


def _match(segment: Segment, expectations: Sequence[Expectation]) -> dict[int, int]:
    """The matching events: those in the required order, or else first those that implicit expectations explain."""
    events = segment.events
    met = {id(event) for step in segment.steps for _expectation, event in step.met}
    prefer = {index for index, event in enumerate(events) if id(event) in met}
    in_order = _match_in_order(expectations, events) if segment.expect.in_order else {}
    return in_order or match_events(expectations, events, prefer=prefer)


def _match_in_order(expectations: Sequence[Expectation], events: Sequence[Event]) -> dict[int, int]:
    """The first events that match one after the other; empty if there are none in this order.

    Events and documents are ordered separately: their relative order of arrival has no meaning.
    """
    found: dict[int, int] = {}
    remaining = {False: iter(enumerate(events)), True: iter(enumerate(events))}
    for number, expectation in enumerate(expectations):
        candidates = remaining[expectation.is_document]
        index = next((index for index, event in candidates if expectation.is_met_by(event)), None)
        if index is None:
            return {}
        found[number] = index
    return found


def _segment_findings(segment: Segment, defects: KnownDefects) -> Iterator[Finding]:
    expectations, events = segment.expectations, segment.events
    pairs = _match(segment, expectations)
    used = {id(events[index]) for index in pairs.values()}
    for pattern in segment.patterns:
        yield from _too_many(pattern, segment, used)
    for step in segment.steps:
        step.unexplained = [event for event in step.unexplained if id(event) not in used]
        if not step.variables.has_ledger:
            by_action = [event for expectation, event in step.met if not expectation.origin]
            step.requested += [event for event in by_action if id(event) in used]
    yield from _unmet([item for number, item in enumerate(expectations) if number not in pairs], segment, defects)
    if segment.expect.in_order and len(pairs) == len(expectations):
        for is_document in (False, True):
            same_kind = [number for number, item in enumerate(expectations) if item.is_document == is_document]
            yield from _wrong_order([(expectations[number], pairs[number]) for number in same_kind], events)


def _too_many(pattern: EventPattern, segment: Segment, used: set[int]) -> Iterator[Finding]:
    """Use the events that `$times` allows beyond the required ones; report more events if the store's data explains them."""
    same = [event for event in segment.events if event.type == pattern.type]
    if all(id(event) in used for event in same):
        return
    expectation = segment.expectation(pattern)
    matching = [event for event in same if expectation.is_met_by(event)]
    more = [event for event in matching if id(event) not in used]
    spare = len(more) if pattern.most is None else pattern.most - pattern.least
    used |= {id(event) for event in more[:spare]}
    unexplained = {id(event) for step in segment.steps for event in step.unexplained}
    extra = [event for event in more[spare:] if id(event) not in unexplained]
    if not extra:
        return
    used |= {id(event) for event in extra}
    implied = "" if expectation.is_document else ", which is correct for these steps"
    number = {0: "none", 1: "one"}.get(pattern.most or 0, str(pattern.most))
    how_many = number if number == "none" else f"{'exactly' if pattern.most == pattern.least else 'at most'} {number}"
    yield Finding(
        code="unexpected-document" if expectation.is_document else "unexpected-event",
        message=f"{pattern.type} arrived {_times(len(matching))}{implied}, but the scenario expects {how_many}",
        hint=f"Add fields that match only the event you mean, or set the count: {{$times: {len(matching)}}}.",
        step=expectation.step,
        place=expectation.place,
        evidence=replace(evidence(extra[0], url=expectation.url), body=extra[0].body),
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _unmet(expectations: Sequence[Expectation], segment: Segment, defects: KnownDefects) -> Iterator[Finding]:
    """Late, wrong and missing events, as far as no other finding reports them."""
    events = segment.events
    unmet = [item for item in expectations if not defects.explain_explicit(item, segment.steps, events)]
    unexplained = [event for step in segment.steps for event in step.unexplained]
    instead = match_nearest(unmet, unexplained)
    for number, expectation in enumerate(unmet):
        finding = match_late(expectation, segment.later)
        if finding is not None:
            yield finding
        elif number in instead:
            yield from _wrong(expectation, unexplained[instead[number]], segment, defects)
        elif not any(defects.may_contain_missing(step.timeline) for step in segment.steps):
            yield missing(expectation, events)


def _wrong(expectation: Expectation, event: Event, segment: Segment, defects: KnownDefects) -> Iterator[Finding]:
    """An otherwise unexplained event with other values than expected."""
    for step in segment.steps:
        step.remove_event(event)
    differences = defects.unexplained(event, expectation.differences(event))
    if differences:
        yield wrong(expectation, event, differences)


def _wrong_order(expected: Sequence[tuple[Expectation, int]], events: Sequence[Event]) -> Iterator[Finding]:
    """The first event that arrived before its predecessor."""
    for (_first, earlier), (expectation, index) in pairwise(expected):
        if index < earlier:
            event, before = events[index], events[earlier]
            yield Finding(
                code="wrong-order",
                message=f"{event.type} arrived before {before.type}; the scenario expects {before.type} first",
                hint="Send events in the order in which they happen, also within one request.",
                step=expectation.step,
                place=expectation.place,
                evidence=replace(evidence(event, url=expectation.url), nearest_event=nearest_event(before)),
            )
            return


def _forbidden(steps: Sequence[StepExpectations], scenario: Scenario) -> Iterator[Finding]:
    for pattern in scenario.never:
        for step in steps:
            expectation = _expectation(pattern, step, scenario.file)
            for event in [event for event in (*step.events, *step.documents) if expectation.is_met_by(event)]:
                step.remove_event(event)
                is_document = is_document_name(event.type)
                yield Finding(
                    code="forbidden-document" if is_document else "forbidden-event",
                    message=f"{event.type} arrived, but the scenario forbids it",
                    hint=f"Check why the {'back end' if is_document else 'page'} sends it here.",
                    step=step.timeline.number,
                    place=expectation.place,
                    evidence=replace(evidence(event, url=step.timeline.url_of(event.beacon)), body=event.body),
                )
