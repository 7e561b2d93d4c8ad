"""After a passing run: prove it by sabotage, and tell what it has exercised."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from harness.mutation.recordings.coverage import coverage
from harness.mutation.recordings.last_run import remember
from harness.mutation.recordings.scoring import Subject, score_mutants, subject
from harness.protocol import TrackerProtocol
from harness.recording.timeline import cut
from harness.results import RunResult
from harness.runner.runner import Job, Outcome
from harness.scenario.target import Target


class MutantSelection(Enum):
    """How many sabotaged copies of a passing run are judged."""

    off = "off"
    summary = "summary"
    full = "full"


def with_mutation_score(
    result: RunResult,
    outcomes: Iterable[Outcome],
    jobs: Sequence[Job],
    *,
    target: Target,
    protocol: TrackerProtocol,
    amount: MutantSelection,
) -> RunResult:
    """The result with its proof, where it passed and one is asked for. Of a scenario that was repeated one recording is taken."""
    subjects = _subjects(outcomes, jobs) if result.verdict == "pass" and amount is not MutantSelection.off else []
    if not subjects:
        remember(())
        return result
    try:
        score = score_mutants(subjects, seed=result.seed, thorough=amount is MutantSelection.full)
    except KeyboardInterrupt:
        note = "interrupted while its mutants were judged; there is no mutation score"
        return replace(result, interrupted=True, notes=(*result.notes, note))
    remember(score.undetected)
    sent = [each for item in subjects for each in _sent(item)]
    exercised = coverage(sent, [item.scenario for item in subjects], target, protocol)
    return replace(result, mutation_score=score, coverage=exercised)


def _sent(item: Subject) -> Iterator[tuple[str, Any]]:
    """Every event and document of a recording, by the name that scenarios call it."""
    timeline = cut(item.healthy.recording, item.protocol)
    for step in (timeline.opening, *timeline.steps):
        for arrival in step.arrivals:
            yield from ((event.type, event.body) for event in arrival.reading.events)
            yield from ((each.name, each.body) for each in arrival.reading.documents)


def _subjects(outcomes: Iterable[Outcome], jobs: Sequence[Job]) -> list[Subject]:
    passed = {outcome.result.name: outcome for outcome in outcomes if outcome.result.verdict == "pass"}
    made: dict[str, Subject] = {}
    for job in jobs:
        outcome = passed.get(job.name)
        if outcome and outcome.recording and outcome.protocol and job.scenario.name not in made:
            made[job.scenario.name] = subject(outcome.recording, job.scenario, outcome.protocol)
    return list(made.values())
