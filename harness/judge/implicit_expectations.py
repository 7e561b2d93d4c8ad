"""Findings about implicit expectations: every event that the journey implies arrived, and no other."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from harness.events import Event
from harness.findings import Finding, Scope
from harness.judge.expectation_findings import evidence, lost, missing, nearest_event, unsendable, wrong, wrong_origin
from harness.judge.expectations import match_events, match_nearest
from harness.judge.step_expectations import StepExpectations, match_late
from harness.judge.suppression import KnownDefects
from harness.scenario.model import Scenario


def is_overdue(steps: Sequence[StepExpectations]) -> bool:
    """Whether an event is unmet that no injected fault delays."""
    for position, step in enumerate(steps):
        conditions, in_time = step.timeline.conditions, _in_time(position, steps)
        if conditions.tracker_blocked:
            continue
        if conditions.delayed and not (in_time and in_time[-1].timeline.conditions.recovers):
            continue
        candidates = [event for later in in_time for event in later.unexplained]
        if len(match_events(step.unmet, candidates)) < len(step.unmet):
            return True
    return False


def implicit_findings(
    steps: Sequence[StepExpectations], defects: KnownDefects, image_events: Collection[str]
) -> list[Finding]:
    """Late, wrong and missing events; unmet expectations that known defects explain are left out."""
    for step in steps:
        defects.explain_unmet(step)
    found = _late(steps)
    for step in steps:
        found += _wrong(step, defects)
        found += _missing(step, image_events)
    return found


def surplus_findings(
    steps: Sequence[StepExpectations], scenario: Scenario, *, known: Collection[str] | None, gravity: Sequence[str] = ()
) -> list[Finding]:
    """Duplicate events, and unexpected ones if the scenario forbids others.

    Only events of the `known` types can be unexpected; None means all types. `gravity` are the event types, the gravest
    first: a beacon that was sent twice is named by the gravest of its events.
    """
    originals: dict[str, Event] = {}
    found = []
    for step in steps:
        may_report = step.timeline.conditions.consent_granted and not step.timeline.failure
        unexplained = step.unexplained if may_report else []
        here = {_text(event): event for event in reversed(step.events)} if unexplained else {}
        here.update((_text(event), event) for _expectation, event in step.met if unexplained)
        twins: list[tuple[Event, Event]] = []
        for event in unexplained:
            twin = here[_text(event)]
            twin = originals.get(_text(event), event) if twin is event else twin
            if twin is not event:
                twins.append((event, twin))
            elif scenario.others == "error" and (known is None or event.type in known):
                found.append(_unexpected(event, step))
        found += _duplicates(twins, step, gravity)
        originals.update((_text(event), event) for expectation, event in step.met if not expectation.recurs)
    return found


def _text(event: Event) -> str:
    return json.dumps([event.type, event.body], sort_keys=True)


def _in_time(position: int, steps: Sequence[StepExpectations]) -> list[StepExpectations]:
    """The later steps in which a delayed event of this step is still in time."""
    found = []
    for step in steps[position + 1 :] if steps[position].timeline.conditions.delayed else ():
        conditions = step.timeline.conditions
        if not (conditions.delayed or conditions.recovers):
            break
        found.append(step)
        if conditions.recovers:
            break
    return found


def _late(steps: Sequence[StepExpectations]) -> list[Finding]:
    found = []
    for position, step in enumerate(steps):
        _explain_delayed(step, _in_time(position, steps))
        for expectation in step.unmet:
            finding = match_late(expectation, steps[position + 1 :])
            if finding is not None:
                step.explain(expectation)
                found.append(finding)
    return found


def _explain_delayed(step: StepExpectations, later: Sequence[StepExpectations]) -> None:
    """Explain the expectations whose events were delayed by faults and arrived as soon as possible."""
    for expectation in step.unmet:
        for other in later:
            event = next((event for event in other.unexplained if expectation.is_met_by(event)), None)
            if event is not None:
                other.remove_event(event)
                step.explain(expectation)
                break


def _wrong(step: StepExpectations, defects: KnownDefects) -> list[Finding]:
    """Events with other values than expected, as far as no known defect explains the differences."""
    found = []
    unmet, unexplained = step.unmet, step.unexplained
    for number, index in match_nearest(unmet, unexplained).items():
        expectation, event = unmet[number], unexplained[index]
        step.explain(expectation, event)
        differences = defects.unexplained(event, expectation.differences(event))
        origin = expectation.wrong_origin(event)
        if differences:
            found.append(wrong(expectation, event, differences))
        elif origin is not None:
            found.append(wrong_origin(expectation, event, origin))
    if defects.may_contain_missing(step.timeline):
        for expectation in step.unmet:
            step.explain(expectation)
    return found


def _missing(step: StepExpectations, image_events: Collection[str]) -> Iterator[Finding]:
    """Events that did not arrive; one finding for a page from which several events were expected and none arrived."""
    active = {expectation.url for expectation, _event in step.met}
    active |= {each.expectation.url for each in step.explained}
    images_only = step.timeline.conditions.images_only
    yield from _lost(step)
    for url in dict.fromkeys(expectation.url for expectation in step.unmet):
        unmet = [expectation for expectation in step.unmet if expectation.url == url]
        findings = [missing(expectation, step.events) for expectation in unmet]
        if len(unmet) > 1 and url not in active and not images_only:
            yield _silent_page(findings, url)
        else:
            pairs = zip(unmet, findings, strict=True)
            for each, finding in pairs:
                yield unsendable(finding, each.type) if images_only and each.type not in image_events else finding
        for expectation in unmet:
            step.explain(expectation)


def _lost(step: StepExpectations) -> Iterator[Finding]:
    """Events that arrived only in faulted requests."""
    faulted = [event for arrival in step.timeline.faulted for event in arrival.reading.events]
    unmet = step.unmet
    for number, index in match_events(unmet, faulted).items():
        step.explain(unmet[number])
        yield lost(unmet[number], faulted[index])


def _silent_page(findings: Sequence[Finding], url: str) -> Finding:
    types = [finding.evidence.event or "" for finding in findings]
    return replace(
        findings[0],
        message=f"{', '.join(types[:-1])} and {types[-1]} are missing: nothing was received from {url}",
        hint="Check that the page has the tracker's snippet and that no script fails before it (see the page's console).",
        evidence=replace(findings[0].evidence, nearest_event=None, differences=()),
        scope=Scope(page_events=tuple(types)),
        also=tuple({"step": finding.step, "message": finding.message} for finding in findings),
    )


def _duplicates(
    twins: Sequence[tuple[Event, Event]], step: StepExpectations, gravity: Sequence[str]
) -> Iterator[Finding]:
    """A finding for each event that was sent twice, and one for each beacon that was sent twice as a whole."""
    wholes: dict[tuple[int, int], list[tuple[Event, Event]]] = {}
    for event, twin in twins:
        first, again = sorted((twin.beacon.number, event.beacon.number))
        if first != again and _payload(event) == _payload(twin):
            wholes.setdefault((first, again), []).append((event, twin))
        else:
            times = f"first in beacon {first}, then in beacon {again}" if first != again else f"in beacon {first}"
            text = f"{event.type} was sent twice{':' * (first != again)} {times}"
            yield _duplicate(
                text,
                event,
                twin,
                step,
                "Call the tracker once for each event; check for a duplicated snippet or a repeated call.",
            )
    rank = {name: number for number, name in enumerate(gravity)}
    for (first, again), pairs in wholes.items():
        pairs.sort(key=lambda pair: rank.get(pair[0].type, len(rank)))
        names = ", ".join(dict.fromkeys(event.type for event, _twin in pairs))
        text = f"beacon {first} was sent twice: {names}; beacon {again} repeats all events of beacon {first}"
        whole = _duplicate(
            text, *pairs[0], step, "Check whether the tracker resends a beacon that was already accepted."
        )
        yield replace(whole, count=len(pairs), scope=Scope(whole_beacon=True))


def _duplicate(text: str, event: Event, twin: Event, step: StepExpectations, hint: str) -> Finding:
    url = step.timeline.url_of(event.beacon)
    return Finding(
        code="duplicate-event",
        message=text,
        hint=hint,
        step=step.timeline.number,
        place=event.pointer,
        evidence=replace(evidence(event, url=url), nearest_event=nearest_event(twin)),
    )


def _payload(event: Event) -> Any:
    """The events of the beacon, at most 100."""
    if not event.pointer:
        return event.body
    data = event.envelope.get(event.pointer.split("/")[1])
    return data[:100] if isinstance(data, list) else data


def _unexpected(event: Event, step: StepExpectations) -> Finding:
    expected = sum(expectation.type == event.type for expectation, _event in step.met)
    came = sum(other.type == event.type for other in step.events)
    why = f"arrived {came} times in this step, but the journey explains only {expected}" if expected else ""
    return Finding(
        code="unexpected-event",
        message=f"{event.type} {why or 'arrived, but nothing in this step explains it'}",
        hint="Remove the call if the page should not send this event here. "
        "If it should, add it to this step's expect, or set 'others: allow'.",
        step=step.timeline.number,
        place=event.pointer,
        evidence=replace(evidence(event, url=step.timeline.url_of(event.beacon)), body=event.body),
    )
