"""Add the mutation score and the coverage to the result of a passing run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from harness.mutation.recordings.coverage import measure_coverage
from harness.mutation.recordings.last_run import remember
from harness.mutation.recordings.scoring import Subject, make_subject, score_mutants
from harness.protocol import TrackerProtocol
from harness.recording.timeline_builder import build_timeline
from harness.results import RunResult
from harness.runner.jobs import Job, Outcome
from harness.scenario.target import Target


class MutantSelection(Enum):
    """Which mutants of a passing run are judged."""

    off = "off"
    sample = "sample"
    all = "all"


def with_mutation_score(
    result: RunResult,
    outcomes: Iterable[Outcome],
    jobs: Sequence[Job],
    *,
    target: Target,
    protocol: TrackerProtocol,
    selection: MutantSelection,
) -> RunResult:
    """Add the score to a passing result. A repeated scenario counts with one recording."""
    is_scored = result.verdict == "pass" and selection is not MutantSelection.off
    subjects = _subjects(outcomes, jobs) if is_scored else []
    if not subjects:
        remember(())
        return result
    try:
        score = score_mutants(subjects, seed=result.seed, sample=selection is MutantSelection.sample)
    except KeyboardInterrupt:
        return replace(result, notes=(*result.notes, "interrupted while mutants were judged; there is no score"))
    remember(score.undetected)
    sent = [each for subject in subjects for each in _sent(subject)]
    coverage = measure_coverage(sent, [subject.scenario for subject in subjects], target, protocol)
    return replace(result, mutation_score=score, coverage=coverage)


def _sent(subject: Subject) -> Iterator[tuple[str, Any]]:
    """Yield the name and the body of each event and document."""
    timeline = build_timeline(subject.healthy.recording, subject.protocol.read)
    for step in (timeline.opening, *timeline.steps):
        for arrival in step.arrivals:
            yield from ((event.type, event.body) for event in arrival.reading.events)
            yield from ((document.name, document.body) for document in arrival.reading.documents)


def _subjects(outcomes: Iterable[Outcome], jobs: Sequence[Job]) -> list[Subject]:
    passed = {outcome.result.name: outcome for outcome in outcomes if outcome.result.verdict == "pass"}
    subjects: dict[str, Subject] = {}
    for job in jobs:
        outcome = passed.get(job.name)
        if outcome and outcome.recording and outcome.protocol and job.scenario.name not in subjects:
            subjects[job.scenario.name] = make_subject(outcome.recording, job.scenario, outcome.protocol)
    return list(subjects.values())
