"""Mutants of the shipped suite's recordings: which are detected, and which rule and which expectation detects them."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pytest
from support.command import ROOT, Ended
from support.rule_ablation import RuleMonitor, all_rules, monitor_rule

from harness.events import Beacon, is_document_name
from harness.findings import Finding
from harness.judge import judge
from harness.judge.expectations import Expectation
from harness.judge.protocol_rules import protocol_rules
from harness.mutation.model import RecordingMutant
from harness.mutation.recordings.scoring import (
    MutantCase,
    Subject,
    all_cases,
    all_mutations,
    evaluate,
    make_subject,
    recording_mutants,
)
from harness.protocol import get
from harness.recording import ndjson as recordings
from harness.recording.records import LedgerRead, Record, Recording, StepBegun, StepEnded
from harness.recording.timeline import Timeline
from harness.scenario.model import Expect, Step
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

JudgedMutant = tuple[Subject, RecordingMutant]
SOME = 3
"""The minimum number of judged mutants of a kind."""
RARE = ("document-lost", "event-again", "overtaken", "position-skips", "request-late", "time-with-offset")
"""Mutations that some rule needs and few other mutations need; judged first, they save thousands of mutants."""


@pytest.fixture(scope="module")
def subjects(suite: tuple[Ended, Path]) -> list[Subject]:
    """Return every scenario of the shipped suite with its recording."""
    assert suite[0].status == 0, suite[0].out
    return [_subject(recordings.read(file)) for file in sorted(suite[1].glob("*.ndjson"))]


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> RuleMonitor:
    """Monitor every rule of the judge."""
    monitor = RuleMonitor()
    for rule in all_rules():
        monitor_rule(rule, monitor, monkeypatch)
    return monitor


def test_the_docs_list_every_undetected_mutant(subjects: list[Subject]) -> None:
    """Judge some mutants of every kind; `harness run --mutants all` judges all."""
    documentation = (ROOT / "docs" / "mutation-score.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \|", documentation, re.MULTILINE))
    results = [result for case in _spread(all_cases(subjects)) if (result := evaluate(case))]
    passed = {(each.mutation, each.field or "(whole)") for each in results if each.outcome == "passed"}
    assert len(results) > 1000
    assert passed <= known
    assert sum(each.outcome != "passed" and not each.is_detected_by_code for each in results) < 0.05 * len(results)


def test_there_are_more_than_a_hundred_mutations(subjects: list[Subject]) -> None:
    assert len(all_mutations(get())) >= 50
    assert len({mutant.mutation for item in subjects for mutant in recording_mutants(item)}) >= 100


def test_every_rule_is_needed_to_detect_some_mutant(subjects: list[Subject], monitor: RuleMonitor) -> None:
    """Judge mutants with one rule disabled until each rule was needed to detect a mutant under an expected code."""
    rest = set(monitor.names)
    assert len(rest) > 50
    for item, mutant in _likely_first(_many(subjects), rest, monitor):
        monitor.active.clear()
        recording = mutant.make()
        for name in sorted(rest & monitor.active) if _is_detected_by_code(item, mutant, recording) else ():
            monitor.disabled = name
            if not _is_detected_by_code(item, mutant, recording):
                rest.remove(name)
            monitor.disabled = ""
        if not rest:
            return
    pytest.fail(f"no mutant needs these rules: {', '.join(sorted(rest))}")


@pytest.mark.parametrize("event_type", get().event_types)
def test_implicit_expectations_of_every_event_type_detect_some_mutant(
    event_type: str, subjects: list[Subject], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = protocol_rules("jirafe")

    def implied(timeline: Timeline) -> tuple[Expectation, ...]:
        return tuple(expectation for expectation in rules.implied(timeline) if expectation.type != event_type)

    def is_detected_with(implied: Callable[[Timeline], tuple[Expectation, ...]]) -> bool:
        monkeypatch.setattr(judge, "protocol_rules", lambda _name: replace(rules, implied=implied))
        return _is_detected_by_code(item, mutant, recording)

    for item in subjects:
        for mutant in recording_mutants(item):
            recording = mutant.make() if mutant.event == event_type else None
            if recording and not is_detected_with(implied) and is_detected_with(rules.implied):
                return
    pytest.fail(f"implicit expectations of {event_type} detect no mutant")


def test_every_expect_detects_a_step_without_effect(subjects: list[Subject]) -> None:
    idle = [
        f"{item.scenario.file}:{expect.line}"
        for item in subjects
        for expect, steps, after in _segments(item)
        if not any(_guards(item, expect, mutant) for mutant in _idle_recordings(item, steps, after))
    ]
    assert idle == []


def _spread(cases: Sequence[MutantCase]) -> Iterator[MutantCase]:
    kinds: defaultdict[object, list[MutantCase]] = defaultdict(list)
    for case in cases:
        kinds[case.mutant.mutation, case.mutant.event, case.mutant.field].append(case)
    for kind in kinds.values():
        yield from kind[:: max(1, len(kind) // SOME)]


def _subject(recording: Recording) -> Subject:
    header, protocol = recording.header, get()
    scenario = parse_scenario(header.scenario, file=header.scenario_file, target=built_in(), protocol=protocol)
    return make_subject(recording, scenario, protocol)


def _without_ledger(recording: Recording) -> Recording:
    return replace(
        recording, records=tuple(record for record in recording.records if not isinstance(record, LedgerRead))
    )


def _many(subjects: list[Subject]) -> Iterator[JudgedMutant]:
    """Yield mutants of every kind: of the suite, of its journeys without `expect`, and of both without a ledger.

    Two orders alternate: one mutant of each field in turn, and one mutant of each mutation in turn.
    """
    bare = [_subject(_without_ledger(item.healthy.recording)) for item in subjects]
    kinds: defaultdict[tuple[int, str, object], list[JudgedMutant]] = defaultdict(list)
    for number, item in [*((0, item) for item in subjects), *((2, item) for item in bare)]:
        judged = [(number, item)] if number == 0 or not item.known_findings else []
        judged.append((number + 1, _without_expectations(item)))
        for mutant in recording_mutants(item):
            of = item.scenario.name if is_document_name(mutant.event) else _forbids(item, mutant)
            for variant, by in judged:
                kinds[variant, mutant.mutation, (of, mutant.event, mutant.field)].append((by, mutant))
    some = {
        kind: found[:: max(1, len(found) // SOME)] for kind, found in sorted(kinds.items(), key=lambda kind: kind[0][0])
    }
    recording_mutations: defaultdict[tuple[int, str], list[list[JudgedMutant]]] = defaultdict(list)
    for (variant, name, _field), found in some.items():
        recording_mutations[variant, name].append(found)
    rows = [_in_turn(list(some.values())), _in_turn([list(_in_turn(found)) for found in recording_mutations.values()])]
    return _once(each for both in zip(*rows, strict=True) for each in both)


def _forbids(item: Subject, mutant: RecordingMutant) -> bool:
    return any(pattern.type == mutant.event for pattern in item.scenario.never)


def _likely_first(row: Iterable[JudgedMutant], rest: Collection[str], monitor: RuleMonitor) -> Iterator[JudgedMutant]:
    """Yield rare mutants, then those with an expected code of a remaining rule, then all others."""
    row = sorted(row, key=lambda judged: judged[1].mutation not in RARE)
    others: list[JudgedMutant] = []
    for item, mutant in row:
        codes = frozenset[str]().union(*(monitor.codes[name] for name in rest))
        if mutant.mutation not in RARE and codes.isdisjoint(expected.code for expected in mutant.expected):
            others.append((item, mutant))
        else:
            yield item, mutant
    yield from others


def _in_turn(lists: Sequence[Sequence[JudgedMutant]]) -> Iterator[JudgedMutant]:
    """Yield the first of each list, then the second of each, and so on."""
    return (each for some in zip_longest(*lists) for each in some if each)


def _once(row: Iterable[JudgedMutant]) -> Iterator[JudgedMutant]:
    seen: set[tuple[int, int]] = set()
    for item, mutant in row:
        if (id(item), id(mutant)) not in seen:
            seen.add((id(item), id(mutant)))
            yield item, mutant


def _without_expectations(item: Subject) -> Subject:
    """Return the journey without its explicit expectations."""
    return make_subject(item.healthy.recording, replace(item.scenario, items=item.scenario.steps, never=()), get())


def _is_detected_by_code(item: Subject, mutant: RecordingMutant, recording: Recording) -> bool:
    findings = item.new_findings(recording)
    return bool(findings) and any(expected.matches(findings[0]) for expected in mutant.expected)


def _segments(item: Subject) -> Iterator[tuple[Expect, list[int], int | None]]:
    """Yield each expectation, the steps that it covers (but not a single first step), and the next step."""
    steps: list[int] = []
    items = item.scenario.items
    for at, each in enumerate(items):
        if isinstance(each, Step):
            steps.append(each.number)
        if not isinstance(each, Expect):
            continue
        after = next((later.number for later in items[at + 1 :] if isinstance(later, Step)), None)
        yield each, steps if after or steps[0] != items[0].number else steps[1:], after
        steps = []


def _delayed(recording: Recording, steps: Sequence[int], after: int | None) -> Recording:
    """Move the records of these steps to the next step, or remove them."""
    first = next(item for item in recording.records if isinstance(item, StepBegun) and item.number == steps[0])
    records: list[Record] = []
    moved: list[Record] = []
    now: int | None = None
    for record in recording.records:
        if isinstance(record, StepBegun):
            now = record.number
            if now in steps or now == after:
                records.append(replace(record, at=first.at, clock=first.clock))
                records += moved if now == after else [StepEnded(number=now, at=first.at, clock=first.clock)]
            else:
                records.append(record)
        elif now not in steps:
            records.append(record)
        elif not isinstance(record, StepEnded):
            moved.append(record)
    return replace(recording, records=tuple(records))


def _idle_recordings(item: Subject, steps: Sequence[int], after: int | None) -> Iterator[Recording]:
    if steps:
        yield _delayed(item.healthy.recording, steps, after)
    yield _without_documents(item)
    yield from (mutant.make() for mutant in recording_mutants(item))


def _without_documents(item: Subject) -> Recording:
    """Remove every document of the back end."""
    documents = (at for at, record in enumerate(item.healthy.recording.records) if _is_of_back_end(item, record))
    return item.healthy.with_records(dict.fromkeys(documents, ()))


def _is_of_back_end(item: Subject, record: Record) -> bool:
    return isinstance(record, Beacon) and item.protocol.is_of_back_end(record)


def _guards(item: Subject, expect: Expect, mutant: Recording) -> bool:
    """Whether the expectation detects the mutant, and without it only other explicit expectations do."""
    rest = replace(item.scenario, items=tuple(each for each in item.scenario.items if each is not expect))
    findings, without = item.new_findings(mutant), item.new_findings(mutant, rest)
    lines = {f"{expect.file}:{wanted.line}" for wanted in expect.patterns}
    is_detected = any(each.place in lines for each in findings) or _missing(item, findings) > _missing(item, without)
    return is_detected and _explicit(item, without) == list(without)


def _missing(item: Subject, found: Iterable[Finding]) -> int:
    """Count the missing events of explicit expectations. Equal findings are folded into one at the first line."""
    return sum(each.count for each in _explicit(item, found) if each.code.startswith("missing-"))


def _explicit(item: Subject, found: Iterable[Finding]) -> list[Finding]:
    """Return the findings at a line of the scenario."""
    return [each for each in found if each.place.startswith(f"{item.scenario.file}:")]
