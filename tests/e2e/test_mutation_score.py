"""The shipped suite, broken on purpose: what it notices, and what each rule and each expectation is there for."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pytest
from support.command import ROOT, Ended
from support.rule_ablation import Ear, all_rules, listen_to

from harness.events import Beacon, is_document_name
from harness.findings import Finding
from harness.judge.expectations import Expectation
from harness.mutation.recordings.mutant import RecordingMutant
from harness.mutation.recordings.scoring import Case, Subject, all_cases, catalogue, copies, subject, trial
from harness.protocol import get
from harness.recording import records as recordings
from harness.recording.records import LedgerRead, Record, Recording, StepBegun, StepEnded
from harness.recording.timeline import Timeline
from harness.scenario.model import Expect, Step
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

BrokenTracker = tuple[Subject, RecordingMutant]
SOME = 3
"""At least so many copies of a kind are judged, where there are so many."""


@pytest.fixture(scope="module")
def subjects(suite: tuple[Ended, Path]) -> list[Subject]:
    """Every scenario of the shipped suite with its recording."""
    assert suite[0].status == 0, suite[0].out
    return [_subject(recordings.read(file)) for file in sorted(suite[1].glob("*.ndjson"))]


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Ear:
    """Hears every rule of the judge."""
    ear = Ear()
    for rule in all_rules():
        listen_to(rule, ear, monkeypatch)
    return ear


def test_nothing_passes_but_what_the_docs_say_nobody_could_notice(subjects: list[Subject]) -> None:
    """Some of every kind, all over the suite; `harness run --sabotage full` judges all."""
    explained = (ROOT / "docs" / "sabotage.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \|", explained, re.MULTILINE))
    trials = [tried for case in _spread(all_cases(subjects)) if (tried := trial(case))]
    passed = {(each.mutation, each.field or "(whole)") for each in trials if each.outcome == "passed"}
    assert len(trials) > 1000
    assert passed <= known
    assert sum(each.outcome != "passed" and not each.is_detected_by_code for each in trials) < 0.05 * len(trials)


def test_there_are_more_than_a_hundred_ways_to_break_a_recording(subjects: list[Subject]) -> None:
    assert len(catalogue(get())) >= 50
    assert len({copy.mutation for item in subjects for copy in copies(item)}) >= 100


def test_without_any_one_rule_something_goes_unnoticed_or_unnamed(subjects: list[Subject], ear: Ear) -> None:
    """Copy by copy: which rules speak of it, and does it go unnoticed, or by another name, when one of them is quiet?

    A rule is done with as soon as it has been missed once. Of the copies those come first that should be called by a code
    which the module of such a rule names.
    """
    rest = set(ear.names)
    assert len(rest) > 50
    for item, copy in _likely_first(_many(subjects), rest, ear):
        ear.heard.clear()
        recording = copy.make()
        for name in sorted(rest & ear.heard) if _is_named(item, copy, recording) else ():
            ear.quiet = name
            if not _is_named(item, copy, recording):
                rest.remove(name)
            ear.quiet = ""
        if not rest:
            return
    pytest.fail(f"dead code, or no sabotage that only these notice: {', '.join(sorted(rest))}")


@pytest.mark.parametrize("event_type", get().event_types)
def test_without_what_a_journey_makes_due_of_one_type_something_goes_unnoticed(
    event_type: str, subjects: list[Subject]
) -> None:
    def implied(timeline: Timeline) -> tuple[Expectation, ...]:
        return tuple(due for due in get().implied(timeline) if due.type != event_type)

    for item in subjects:
        deaf = replace(item, protocol=replace(item.protocol, implied=implied))
        for copy in copies(item):
            if copy.event == event_type and _goes_missing(deaf, item, copy):
                return
    pytest.fail(f"what is due of {event_type} guards nothing")


def test_without_any_one_expectation_a_step_may_do_nothing(subjects: list[Subject]) -> None:
    idle = [
        f"{item.scenario.file}:{expect.line}"
        for item in subjects
        for expect, steps, after in _segments(item)
        if not any(_guards(item, expect, copy) for copy in _idle_copies(item, steps, after))
    ]
    assert idle == []


def _spread(cases: Sequence[Case]) -> Iterator[Case]:
    kinds: defaultdict[object, list[Case]] = defaultdict(list)
    for case in cases:
        kinds[case.copy.mutation, case.copy.event, case.copy.field].append(case)
    for kind in kinds.values():
        yield from kind[:: max(1, len(kind) // SOME)]


def _subject(recording: Recording) -> Subject:
    header, protocol = recording.header, get()
    scenario = parse_scenario(header.scenario, file=header.scenario_file, target=built_in(), protocol=protocol)
    return subject(recording, scenario, protocol)


def _without_ledger(recording: Recording) -> Recording:
    return replace(
        recording, records=tuple(record for record in recording.records if not isinstance(record, LedgerRead))
    )


def _many(subjects: list[Subject]) -> Iterator[BrokenTracker]:
    """Copies of every kind: of the suite, of its journeys alone, and of both in a store that has no ledger.

    In turn from two rows: of every field the first, then the second, and so on; and of every sabotage.
    """
    bare = [_subject(_without_ledger(item.healthy.recording)) for item in subjects]
    kinds: defaultdict[tuple[int, str, object], list[BrokenTracker]] = defaultdict(list)
    for number, item in [*((0, item) for item in subjects), *((2, item) for item in bare)]:
        judged = [(number, item)] if number == 0 or not item.found else []
        judged.append((number + 1, _alone(item)))
        for copy in copies(item):
            of = item.scenario.name if is_document_name(copy.event) else bool(item.scenario.never)
            for variant, by in judged:
                kinds[variant, copy.mutation, (of, copy.event, copy.field)].append((by, copy))
    some = {
        kind: found[:: max(1, len(found) // SOME)] for kind, found in sorted(kinds.items(), key=lambda kind: kind[0][0])
    }
    recording_mutations: defaultdict[tuple[int, str], list[list[BrokenTracker]]] = defaultdict(list)
    for (variant, name, _field), found in some.items():
        recording_mutations[variant, name].append(found)
    rows = [_in_turn(list(some.values())), _in_turn([list(_in_turn(found)) for found in recording_mutations.values()])]
    return _once(each for both in zip(*rows, strict=True) for each in both)


def _likely_first(row: Iterable[BrokenTracker], rest: Collection[str], ear: Ear) -> Iterator[BrokenTracker]:
    others: list[BrokenTracker] = []
    for item, copy in row:
        codes = frozenset[str]().union(*(ear.codes[name] for name in rest))
        if codes.isdisjoint(answer.code for answer in copy.expected):
            others.append((item, copy))
        else:
            yield item, copy
    yield from others


def _in_turn(lists: Sequence[Sequence[BrokenTracker]]) -> Iterator[BrokenTracker]:
    """The first of each list, then the second of each, and so on."""
    return (each for some in zip_longest(*lists) for each in some if each)


def _once(row: Iterable[BrokenTracker]) -> Iterator[BrokenTracker]:
    seen: set[tuple[int, int]] = set()
    for item, copy in row:
        if (id(item), id(copy)) not in seen:
            seen.add((id(item), id(copy)))
            yield item, copy


def _alone(item: Subject) -> Subject:
    """The journey without its expectations: what it makes due, and what events, documents and ledger say of each other."""
    return subject(item.healthy.recording, replace(item.scenario, items=item.scenario.steps, never=()), get())


def _is_named(item: Subject, copy: RecordingMutant, recording: Recording) -> bool:
    heard = item.news(recording)
    return bool(heard) and any(answer.is_given_by(heard[0]) for answer in copy.expected)


def _goes_missing(deaf: Subject, item: Subject, copy: RecordingMutant) -> bool:
    recording = copy.make()
    return not _is_named(deaf, copy, recording) and _is_named(item, copy, recording)


def _segments(item: Subject) -> Iterator[tuple[Expect, list[int], int | None]]:
    """Each expectation, the steps that it looks back on (but for an only first one), and the step after it."""
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
    """Tracker and store alike: what the steps brought about came only in the step after, or not at all."""
    first = next(item for item in recording.records if isinstance(item, StepBegun) and item.number == steps[0])
    records: list[Record] = []
    held: list[Record] = []
    now: int | None = None
    for record in recording.records:
        if isinstance(record, StepBegun):
            now = record.number
            if now in steps or now == after:
                records.append(replace(record, at=first.at, clock=first.clock))
                records += held if now == after else [StepEnded(number=now, at=first.at, clock=first.clock)]
            else:
                records.append(record)
        elif now not in steps:
            records.append(record)
        elif not isinstance(record, StepEnded):
            held.append(record)
    return replace(recording, records=tuple(records))


def _idle_copies(item: Subject, steps: Sequence[int], after: int | None) -> Iterator[Recording]:
    if steps:
        yield _delayed(item.healthy.recording, steps, after)
    yield _untold(item)
    yield from (copy.make() for copy in copies(item))


def _untold(item: Subject) -> Recording:
    """The back end sent nothing at all."""
    documents = (at for at, record in enumerate(item.healthy.recording.records) if _is_of_back_end(item, record))
    return item.healthy.with_records(dict.fromkeys(documents, ()))


def _is_of_back_end(item: Subject, record: Record) -> bool:
    return isinstance(record, Beacon) and item.protocol.is_of_back_end(record)


def _guards(item: Subject, expect: Expect, copy: Recording) -> bool:
    """Whether the expectation notices the copy, and without it nothing speaks but others that are written."""
    rest = replace(item.scenario, items=tuple(each for each in item.scenario.items if each is not expect))
    heard, left = item.news(copy), item.news(copy, rest)
    lines = {f"{expect.file}:{wanted.line}" for wanted in expect.patterns}
    is_heard = any(each.place in lines for each in heard) or _missed(item, heard) > _missed(item, left)
    return is_heard and _written(item, left) == list(left)


def _missed(item: Subject, found: Iterable[Finding]) -> int:
    """How often something is missing that is written. Alike findings are folded into one, at the first line."""
    return sum(each.count for each in _written(item, found) if each.code.startswith("missing-"))


def _written(item: Subject, found: Iterable[Finding]) -> list[Finding]:
    """Those that speak of a line of the scenario."""
    return [each for each in found if each.place.startswith(f"{item.scenario.file}:")]
