"""Judge the mutants of a run's recordings: which are detected, and under which code."""

import gc
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal

from harness.events import Beacon
from harness.findings import Finding, Severity
from harness.judge.judge import judge
from harness.mutation.model import HealthyRecording, Read, RecordingMutant, RecordingMutation, protocol_mutations
from harness.mutation.recordings import journey_mutations, request_mutations, retry_mutations
from harness.mutation.recordings.suggestions import suggest_line
from harness.protocol import TrackerProtocol
from harness.recording.records import Recording
from harness.results import MutantResult, MutationScore
from harness.scenario.model import Scenario

SAMPLE_SIZE: Final = 300
"""The approximate number of mutants in a sample. Judging them takes about a second."""

GC_THRESHOLD: Final = 50_000
"""Allocations between two garbage collections: those of a few mutants."""

MAX_RELATED: Final = 4
"""A sample judges a systematic defect in this number of other recordings at most. If none detects it, it does not count."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A passing run of a scenario. `protocol` reads the requests of its recording from a cache."""

    scenario: Scenario
    healthy: HealthyRecording
    protocol: TrackerProtocol
    known_findings: frozenset[object]

    def new_findings(self, recording: Recording, scenario: Scenario | None = None) -> tuple[Finding, ...]:
        """Return the errors and warnings that the healthy recording does not have, judged by the given scenario if any."""
        found = judge(recording, scenario or self.scenario, self.protocol)
        return tuple(
            item for item in found if item.severity is not Severity.NOTE and _kind(item) not in self.known_findings
        )


@dataclass(frozen=True)
class MutantCase:
    """A mutant and the `related` mutants: the same systematic defect in the other recordings of the run."""

    subject: Subject
    mutant: RecordingMutant
    related: Iterable[tuple[Subject, RecordingMutant]] = ()
    max_related: int | None = None


def make_subject(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> Subject:
    cached = replace(protocol, read=_cached_read(recording, protocol.read))
    known_findings = frozenset(map(_kind, judge(recording, scenario, cached)))
    return Subject(scenario, HealthyRecording(recording, cached.read), cached, known_findings)


def _cached_read(recording: Recording, read: Read) -> Read:
    """Read the recording's requests only once, so that of a mutant only the changed requests are read."""
    known = {id(record): read(record) for record in recording.records if isinstance(record, Beacon)}
    return lambda beacon: known[id(beacon)] if id(beacon) in known else read(beacon)


def all_mutations(protocol: TrackerProtocol) -> tuple[RecordingMutation, ...]:
    return (
        *request_mutations.MUTATIONS,
        *journey_mutations.MUTATIONS,
        *retry_mutations.MUTATIONS,
        *protocol_mutations(protocol.name).of_recordings,
    )


def recording_mutants(subject: Subject) -> Iterator[RecordingMutant]:
    for mutation in all_mutations(subject.protocol):
        yield from mutation(subject.healthy)


def score_mutants(subjects: Sequence[Subject], *, seed: int = 0, sample: bool = True) -> MutationScore:
    """Judge all mutants of a run's recordings, or a sample that the seed selects."""
    cases = _sampled_cases(subjects, seed) if sample else all_cases(subjects)
    with rare_garbage_collection():
        results = [evaluate(case) for case in cases]
    return MutationScore(mutants=tuple(each for each in results if each), is_sample=sample)


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Collect garbage less often and ignore the objects that exist already: recordings are large, mutants are many."""
    threshold = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, *threshold[1:])
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        gc.unfreeze()


def evaluate(case: MutantCase) -> MutantResult | None:
    """Return the most severe result among a case's mutants; None if `max_related` were judged and none was detected."""
    best, findings = (case.subject, case.mutant), case.subject.new_findings(case.mutant.recording)
    for number, related in enumerate(case.related if _outcome(findings) != "failed" else ()):
        if number == case.max_related:
            return None
        found = related[0].new_findings(related[1].recording)
        if not findings or (found and _outcome(found) == "failed"):
            best, findings = (related, found) if found else (best, findings)
        if _outcome(findings) == "failed":
            break
    return _result(*best, findings)


def _identity(mutant: RecordingMutant) -> object:
    """The parts that mutants with the same systematic defect have in common."""
    return (mutant.mutation, mutant.event, mutant.field, mutant.in_payload) if mutant.systematic else mutant


def all_cases(subjects: Sequence[Subject]) -> list[MutantCase]:
    groups: dict[object, list[tuple[Subject, RecordingMutant]]] = {}
    for subject in subjects:
        for mutant in recording_mutants(subject):
            groups.setdefault(_identity(mutant), []).append((subject, mutant))
    return [MutantCase(*first, others) for first, *others in groups.values()]


def _sampled_cases(subjects: Sequence[Subject], seed: int) -> Iterator[MutantCase]:
    """Select some mutations for each recording, and one mutant of each."""
    seen: set[object] = set()
    per_subject = max(5, SAMPLE_SIZE // max(1, len(subjects)))
    for subject in subjects:
        random_source = random.Random(f"{seed} {subject.scenario.name}")
        mutations = list(all_mutations(subject.protocol))
        for mutation in random_source.sample(mutations, min(per_subject, len(mutations))):
            mutants = list(mutation(subject.healthy))
            mutant = random_source.choice(mutants) if mutants else None
            if mutant is not None and _identity(mutant) not in seen:
                seen.add(_identity(mutant))
                yield MutantCase(subject, mutant, _related(mutant, mutation, subject, subjects), MAX_RELATED)


def _related(
    mutant: RecordingMutant, mutation: RecordingMutation, own: Subject, subjects: Sequence[Subject]
) -> Iterator[tuple[Subject, RecordingMutant]]:
    """Yield the mutants with the same systematic defect in other recordings."""
    for subject in subjects if mutant.systematic else ():
        if subject is not own:
            others = mutation(subject.healthy)
            yield from ((subject, other) for other in others if _identity(other) == _identity(mutant))


def _result(subject: Subject, mutant: RecordingMutant, findings: Sequence[Finding]) -> MutantResult:
    scenario = subject.scenario
    result = MutantResult(
        mutation=mutant.mutation,
        description=mutant.description,
        scenario=scenario.name,
        file=scenario.file,
        step=mutant.step,
        line=next((step.line for step in scenario.steps if step.number == mutant.step), 0),
        event=mutant.event,
        field=mutant.field,
        outcome=_outcome(findings),
    )
    if findings:
        is_detected_by_code = any(expected.matches(findings[0]) for expected in mutant.expected)
        return replace(result, is_detected_by_code=is_detected_by_code, reported=findings[0].message)
    return replace(result, suggestion=suggest_line(mutant, scenario, subject.healthy, subject.new_findings))


def _outcome(findings: Sequence[Finding]) -> Literal["failed", "warned", "passed"]:
    if any(finding.severity is Severity.ERROR for finding in findings):
        return "failed"
    return "warned" if findings else "passed"


def _kind(finding: Finding) -> object:
    evidence = finding.evidence
    return finding.severity, finding.code, evidence.event, evidence.pointer, finding.step, finding.count
