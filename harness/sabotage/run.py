"""After a passing run: prove it by sabotage, and tell what it has exercised."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum

from harness.protocols import TrackerProtocol
from harness.result import RunResult
from harness.runner import Job, Outcome
from harness.sabotage.coverage import coverage
from harness.sabotage.memory import remember
from harness.sabotage.score import Subject, prove, subject
from harness.target import Target


class Amount(Enum):
    """How many sabotaged copies of a passing run are judged."""

    off = "off"
    summary = "summary"
    full = "full"


def proved(
    result: RunResult,
    outcomes: Iterable[Outcome],
    jobs: Sequence[Job],
    *,
    target: Target,
    protocol: TrackerProtocol,
    amount: Amount,
) -> RunResult:
    """The result with its proof, where it passed and one is asked for. Of a scenario that was repeated one recording is taken."""
    subjects = _subjects(outcomes, jobs, protocol) if result.verdict == "pass" and amount is not Amount.off else []
    if not subjects:
        remember(())
        return result
    proof = prove(subjects, seed=result.seed, thorough=amount is Amount.full)
    remember(proof.survivors)
    events = (event for item in subjects for said in item.healthy.said for event in said.events)
    exercised = coverage(events, [item.scenario for item in subjects], target, protocol)
    return replace(result, proof=proof, coverage=exercised)


def _subjects(outcomes: Iterable[Outcome], jobs: Sequence[Job], protocol: TrackerProtocol) -> list[Subject]:
    recordings = {outcome.result.name: outcome.recording for outcome in outcomes if outcome.result.verdict == "pass"}
    made: dict[str, Subject] = {}
    for job in jobs:
        recording = recordings.get(job.name)
        if recording is not None and job.scenario.name not in made:
            made[job.scenario.name] = subject(recording, job.scenario, protocol)
    return list(made.values())
