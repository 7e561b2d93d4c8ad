"""Judge sabotaged copies: what would have failed, what would have passed, and what was named by its right name."""

import gc
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal

from harness.events import Beacon
from harness.findings import Finding, Severity
from harness.judge.judge import judge
from harness.mutation.recordings import journey_mutations as journeys
from harness.mutation.recordings import request_mutations as requests
from harness.mutation.recordings import retry_mutations as retries
from harness.mutation.recordings.mutant import HealthyRecording, Mutation, Read, RecordingMutant
from harness.mutation.recordings.suggestions import advise
from harness.protocol import TrackerProtocol
from harness.recording.records import Recording
from harness.results import MutantResult, MutationScore
from harness.scenario.parser import Scenario

SAMPLE: Final = 300
"""About how many copies of a run are judged where only a sample is asked for: what takes about a second."""

SELDOM: Final = 50_000
"""So many things more than before are made until garbage is looked for: what a few copies need."""

FEW: Final = 4
"""In so many other recordings a sample looks for one that notices. Where none does, only a full proof can tell."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A passing run of a scenario, to be broken. `protocol` knows what the requests of the healthy recording hold."""

    scenario: Scenario
    healthy: HealthyRecording
    protocol: TrackerProtocol
    found: frozenset[object]

    def news(self, recording: Recording, scenario: Scenario | None = None) -> tuple[Finding, ...]:
        """What is wrong, notes left out, that was not found in the healthy recording; by another scenario, if one is given."""
        found = judge(recording, scenario or self.scenario, self.protocol)
        return tuple(item for item in found if item.severity is not Severity.NOTE and _kind(item) not in self.found)


@dataclass(frozen=True)
class Case:
    """One broken tracker: a copy, and those that the same tracker would have left in the other recordings of the run.

    At `most` so many of these are judged.
    """

    subject: Subject
    copy: RecordingMutant
    others: Iterable[tuple[Subject, RecordingMutant]] = ()
    most: int | None = None


def subject(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> Subject:
    """A recording and its scenario, made ready."""
    remembering = replace(protocol, read=_remembering(recording, protocol.read))
    found = frozenset(map(_kind, judge(recording, scenario, remembering)))
    return Subject(scenario, HealthyRecording(recording, remembering.read), remembering, found)


def _remembering(recording: Recording, read: Read) -> Read:
    """Reads only what is not in the recording itself, so that of a copy only the changed requests are read anew."""
    known = {id(record): read(record) for record in recording.records if isinstance(record, Beacon)}
    return lambda beacon: known[id(beacon)] if id(beacon) in known else read(beacon)


def catalogue(protocol: TrackerProtocol) -> tuple[Mutation, ...]:
    """Every way to break a recording."""
    return (*requests.MUTATIONS, *journeys.MUTATIONS, *retries.MUTATIONS, *protocol.recording_mutations())


def copies(subject: Subject) -> Iterator[RecordingMutant]:
    """Every sabotaged copy of one recording."""
    for mutation in catalogue(subject.protocol):
        yield from mutation(subject.healthy)


def score_mutants(subjects: Sequence[Subject], *, seed: int = 0, thorough: bool = False) -> MutationScore:
    """Break the recordings of a run and judge them again: all copies, or a sample that the seed chooses."""
    cases = all_cases(subjects) if thorough else _some_cases(subjects, seed)
    with uncollected():
        tried = [trial(case) for case in cases]
    return MutationScore(trials=tuple(each for each in tried if each), is_sample=not thorough)


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for garbage less often meanwhile, and not in what lives already: recordings are large, and copies many."""
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SELDOM, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


def trial(case: Case) -> MutantResult | None:
    """What the judge says of a case: the best that it says of any of its copies. None where those looked at do not tell."""
    best, heard = (case.subject, case.copy), case.subject.news(case.copy.recording)
    for number, other in enumerate(case.others if _outcome(heard) != "failed" else ()):
        if number == case.most:
            return None
        found = other[0].news(other[1].recording)
        if not heard or (found and _outcome(found) == "failed"):
            best, heard = (other, found) if found else (best, heard)
        if _outcome(heard) == "failed":
            break
    return _trial(*best, heard)


def key(copy: RecordingMutant) -> object:
    """What is the same in the copies that one broken tracker leaves."""
    return (copy.mutation, copy.event, copy.field, copy.is_around) if copy.everywhere else copy


def all_cases(subjects: Sequence[Subject]) -> list[Case]:
    """Every broken tracker that the recordings of a run can tell of."""
    groups: dict[object, list[tuple[Subject, RecordingMutant]]] = {}
    for item in subjects:
        for copy in copies(item):
            groups.setdefault(key(copy), []).append((item, copy))
    return [Case(*first, others) for first, *others in groups.values()]


def _some_cases(subjects: Sequence[Subject], seed: int) -> Iterator[Case]:
    """For each recording some sabotages, and of each one copy."""
    seen: set[object] = set()
    each = max(5, SAMPLE // max(1, len(subjects)))
    for item in subjects:
        chance = random.Random(f"{seed} {item.scenario.name}")
        recording_mutations = list(catalogue(item.protocol))
        for mutation in chance.sample(recording_mutations, min(each, len(recording_mutations))):
            fitting = list(mutation(item.healthy))
            copy = chance.choice(fitting) if fitting else None
            if copy is not None and key(copy) not in seen:
                seen.add(key(copy))
                yield Case(item, copy, _elsewhere(copy, mutation, item, subjects), FEW)


def _elsewhere(
    copy: RecordingMutant, mutation: Mutation, here: Subject, subjects: Sequence[Subject]
) -> Iterator[tuple[Subject, RecordingMutant]]:
    """The copies that the same broken tracker would have left elsewhere."""
    for item in subjects if copy.everywhere else ():
        if item is not here:
            yield from ((item, other) for other in mutation(item.healthy) if key(other) == key(copy))


def _trial(item: Subject, copy: RecordingMutant, heard: Sequence[Finding]) -> MutantResult:
    scenario = item.scenario
    result = MutantResult(
        mutation=copy.mutation,
        what=copy.what,
        scenario=scenario.name,
        file=scenario.file,
        step=copy.step,
        line=next((step.line for step in scenario.steps if step.number == copy.step), 0),
        event=copy.event,
        field=copy.field,
        outcome=_outcome(heard),
    )
    if heard:
        is_detected_by_code = any(answer.is_given_by(heard[0]) for answer in copy.expected)
        return replace(result, is_detected_by_code=is_detected_by_code, reported=heard[0].message)
    advice = advise(copy, scenario, item.healthy, item.news)
    return replace(result, advice=advice.line, where=advice.where)


def _outcome(heard: Sequence[Finding]) -> Literal["failed", "warned", "passed"]:
    if any(finding.severity is Severity.ERROR for finding in heard):
        return "failed"
    return "warned" if heard else "passed"


def _kind(finding: Finding) -> object:
    about = finding.evidence
    return finding.severity, finding.code, about.get("event"), about.get("pointer"), finding.step, finding.count
