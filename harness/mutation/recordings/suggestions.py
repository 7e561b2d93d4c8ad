"""Suggest a line for a scenario that detects an undetected mutant. Each suggestion is verified first."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from harness.findings import Finding
from harness.mutation.model import HealthyRecording, RecordingMutant
from harness.recording.records import Recording
from harness.results import Suggestion
from harness.scenario.model import EventPattern, Expect, Scenario, Step

NewFindings = Callable[[Recording, Scenario], tuple[Finding, ...]]

_ANY: Final = {"$any": None}
_PLAIN: Final = re.compile(r"[A-Za-z_/][\w./ -]*")
_WORDS: Final = ("null", "true", "false", "yes", "no", "on", "off")


def suggest_line(
    mutant: RecordingMutant, scenario: Scenario, healthy: HealthyRecording, new_findings: NewFindings
) -> Suggestion:
    """Find a line with which the scenario passes the healthy recording and fails the mutant."""
    if mutant.in_payload:
        return Suggestion("", "scenarios check events, not the payload around them")
    for changed, suggestion in _candidates(mutant, scenario, healthy):
        if not new_findings(healthy.recording, changed) and new_findings(mutant.recording, changed):
            return suggestion
    return Suggestion("", "no single line of a scenario detects this")


def _candidates(
    mutant: RecordingMutant, scenario: Scenario, healthy: HealthyRecording
) -> Iterator[tuple[Scenario, Suggestion]]:
    """Yield scenarios with one more expectation, the most natural first."""
    at = next((at for at, item in enumerate(scenario.items) if item.number == mutant.step), None)
    if at is None:
        return
    after = [item for item in scenario.items[at:] if isinstance(item, Expect)]
    for patterns in _patterns(mutant, healthy):
        wanted = [EventPattern(type=name, pattern=pattern, line=0, least=n, most=n) for name, pattern, n in patterns]
        if after and not mutant.is_order:
            yield from _narrowed(scenario, after[0], wanted[0])
            yield _added(scenario, after[0], wanted[0])
        elif after:
            yield _ordered(scenario, after[0], wanted)
        if at + 1 == len(scenario.items) or isinstance(scenario.items[at + 1], Step):
            yield _inserted(scenario, at, wanted, in_order=mutant.is_order)


def _patterns(mutant: RecordingMutant, healthy: HealthyRecording) -> Iterator[list[tuple[str, Mapping[str, Any], int]]]:
    """Yield what to expect: the field exists or has its value, the number of events, or their order."""
    if mutant.is_order:
        yield [(name, {}, 1) for name in mutant.value]
    elif mutant.field:
        for value in (_ANY, mutant.value) if not isinstance(mutant.value, Mapping) else (_ANY,):
            yield [(mutant.event, _nested(mutant.field, value), 1)]
    else:
        requests = (*healthy.requests, *healthy.document_requests)
        readings = [request.reading for request in requests if request.step == mutant.step]
        names = [event.type for reading in readings for event in reading.events]
        names += [document.name for reading in readings for document in reading.documents]
        yield [(mutant.event, {}, names.count(mutant.event))]


def _narrowed(scenario: Scenario, expect: Expect, wanted: EventPattern) -> Iterator[tuple[Scenario, Suggestion]]:
    """Add a field to an event that is expected already."""
    for number, item in enumerate(expect.patterns):
        if item.type == wanted.type:
            more = replace(item, pattern=_merged(item.pattern, wanted.pattern))
            changed = replace(expect, patterns=(*expect.patterns[:number], more, *expect.patterns[number + 1 :]))
            where = f"{expect.file}:{item.line}, instead of this line"
            yield _with(scenario, expect, changed), Suggestion(_line(more), where)


def _added(scenario: Scenario, expect: Expect, wanted: EventPattern) -> tuple[Scenario, Suggestion]:
    changed = replace(expect, patterns=(*expect.patterns, wanted))
    where = f"{expect.file}:{expect.line}, in this expectation"
    return _with(scenario, expect, changed), Suggestion(_line(wanted), where)


def _ordered(scenario: Scenario, expect: Expect, wanted: Sequence[EventPattern]) -> tuple[Scenario, Suggestion]:
    """Expect the same events and the two swapped events in order."""
    first, second = wanted
    items = list(expect.patterns)
    types = [item.type for item in items]
    if second.type not in types:
        items.insert(types.index(first.type) + 1 if first.type in types else len(items), second)
    if first.type not in types:
        items.insert([item.type for item in items].index(second.type), first)
    changed = replace(expect, patterns=tuple(items), in_order=True)
    where = f"{expect.file}:{expect.line}, instead of this expectation"
    return _with(scenario, expect, changed), Suggestion(_expect(items, in_order=True), where)


def _inserted(
    scenario: Scenario, at: int, wanted: Sequence[EventPattern], *, in_order: bool
) -> tuple[Scenario, Suggestion]:
    step = scenario.items[at]
    assert isinstance(step, Step)
    new = Expect(number=0, line=step.line, file=scenario.file, patterns=tuple(wanted), in_order=in_order)
    items = (*scenario.items[: at + 1], new, *scenario.items[at + 1 :])
    where = f"{scenario.file}:{step.line}, after this step ({step.call.title})"
    return replace(scenario, items=items), Suggestion(_expect(wanted, in_order=in_order), where)


def _expect(wanted: Sequence[EventPattern], *, in_order: bool) -> str:
    lines = "\n".join(f"    - {_line(each)}" for each in wanted)
    return f"- expect{' in order' if in_order else ''}:\n{lines}"


def _with(scenario: Scenario, old: Expect, new: Expect) -> Scenario:
    return replace(scenario, items=tuple(new if item is old else item for item in scenario.items))


def _nested(pointer: str, value: Any) -> dict[str, Any]:
    *path, last = pointer.split("/")[1:]
    pattern: dict[str, Any] = {last: value}
    for name in reversed(path):
        pattern = {name: pattern}
    return pattern


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(one)
    for name, value in other.items():
        mine = both.get(name)
        both[name] = _merged(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return both


def _line(wanted: EventPattern) -> str:
    """Return an expected event as YAML on one line."""
    times = {"$times": wanted.least} if (wanted.least, wanted.most) != (1, 1) else {}
    pattern = {**wanted.pattern, **times}
    return f"{wanted.type}: {_flow(pattern)}" if pattern else wanted.type


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if value is None:
        return ""
    if isinstance(value, str) and (value.startswith("$") or _PLAIN.fullmatch(value)) and value.lower() not in _WORDS:
        return value.strip() if value == value.strip() else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
