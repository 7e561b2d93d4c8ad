"""What to write in a scenario so that it notices what it let pass: a line, tried before it is told."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from harness.findings import Finding
from harness.mutation.recordings.mutant import HealthyRecording, RecordingMutant
from harness.recording.records import Recording
from harness.scenario.parser import Expect, Scenario, Step, Wanted

News = Callable[[Recording, Scenario], tuple[Finding, ...]]

_ANY: Final = {"$any": None}
_NO_EVENT: Final = "a scenario speaks of events; of what stands around them it can say nothing"
_NO_LINE: Final = "no single line of a scenario tells the two apart"
_PLAIN: Final = re.compile(r"[A-Za-z_/][\w./ -]*")
_WORDS: Final = ("null", "true", "false", "yes", "no", "on", "off")


@dataclass(frozen=True)
class Advice:
    """The line to write, and where; where there is none, `where` says why."""

    line: str
    where: str


def advise(copy: RecordingMutant, scenario: Scenario, healthy: HealthyRecording, news: News) -> Advice:
    """A line with which the scenario passes the healthy recording and fails the copy."""
    if copy.is_around:
        return Advice("", _NO_EVENT)
    for changed, advice in _candidates(copy, scenario, healthy):
        if not news(healthy.recording, changed) and news(copy.recording, changed):
            return advice
    return Advice("", _NO_LINE)


def _candidates(
    copy: RecordingMutant, scenario: Scenario, healthy: HealthyRecording
) -> Iterator[tuple[Scenario, Advice]]:
    """Scenarios with one thing more to ask for, the most natural first."""
    at = next((at for at, item in enumerate(scenario.items) if item.number == copy.step), None)
    if at is None:
        return
    after = [item for item in scenario.items[at:] if isinstance(item, Expect)]
    for patterns in _patterns(copy, healthy):
        wanted = [Wanted(type=name, pattern=pattern, line=0, least=n, most=n) for name, pattern, n in patterns]
        if after and not copy.is_order:
            yield from _narrowed(scenario, after[0], wanted[0])
            yield _added(scenario, after[0], wanted[0])
        elif after:
            yield _ordered(scenario, after[0], wanted)
        if at + 1 == len(scenario.items) or isinstance(scenario.items[at + 1], Step):
            yield _inserted(scenario, at, wanted, in_order=copy.is_order)


def _patterns(copy: RecordingMutant, healthy: HealthyRecording) -> Iterator[list[tuple[str, Mapping[str, Any], int]]]:
    """What to ask for: that the field is there, or what it is; how many such events; or in which order they come."""
    if copy.is_order:
        yield [(name, {}, 1) for name in copy.value]
    elif copy.field:
        for value in (_ANY, copy.value) if not isinstance(copy.value, Mapping) else (_ANY,):
            yield [(copy.event, _nested(copy.field, value), 1)]
    else:
        here = [requests.reading for requests in (*healthy.requests, *healthy.filed) if requests.step == copy.step]
        names = [event.type for reading in here for event in reading.events]
        names += [document.name for reading in here for document in reading.documents]
        yield [(copy.event, {}, names.count(copy.event))]


def _narrowed(scenario: Scenario, expect: Expect, wanted: Wanted) -> Iterator[tuple[Scenario, Advice]]:
    """Something that is asked for already, with one field more."""
    for number, item in enumerate(expect.wanted):
        if item.type == wanted.type:
            more = replace(item, pattern=_merged(item.pattern, wanted.pattern))
            changed = replace(expect, wanted=(*expect.wanted[:number], more, *expect.wanted[number + 1 :]))
            yield (
                _with(scenario, expect, changed),
                Advice(_line(more), f"{expect.file}:{item.line}, in place of this line"),
            )


def _added(scenario: Scenario, expect: Expect, wanted: Wanted) -> tuple[Scenario, Advice]:
    changed = replace(expect, wanted=(*expect.wanted, wanted))
    return _with(scenario, expect, changed), Advice(
        _line(wanted), f"{expect.file}:{expect.line}, among what this expects"
    )


def _ordered(scenario: Scenario, expect: Expect, wanted: Sequence[Wanted]) -> tuple[Scenario, Advice]:
    """What is asked for already, in order, and with it the two events whose order tells."""
    first, second = wanted
    items = list(expect.wanted)
    types = [item.type for item in items]
    if second.type not in types:
        items.insert(types.index(first.type) + 1 if first.type in types else len(items), second)
    if first.type not in types:
        items.insert([item.type for item in items].index(second.type), first)
    changed = replace(expect, wanted=tuple(items), in_order=True)
    return _with(scenario, expect, changed), Advice(
        _expect(items, in_order=True), f"{expect.file}:{expect.line}, in place of this expectation"
    )


def _inserted(scenario: Scenario, at: int, wanted: Sequence[Wanted], *, in_order: bool) -> tuple[Scenario, Advice]:
    step = scenario.items[at]
    assert isinstance(step, Step)
    new = Expect(number=0, line=step.line, file=scenario.file, wanted=tuple(wanted), in_order=in_order)
    items = (*scenario.items[: at + 1], new, *scenario.items[at + 1 :])
    return replace(scenario, items=items), Advice(
        _expect(wanted, in_order=in_order), f"{scenario.file}:{step.line}, behind this step ({step.call.title})"
    )


def _expect(wanted: Sequence[Wanted], *, in_order: bool) -> str:
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


def _line(wanted: Wanted) -> str:
    """What is asked for, as YAML on one line."""
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
