"""The order in which tracker mutants run against scenarios, and their outcomes; without a browser."""

import asyncio
from collections.abc import Sequence

import pytest

from harness.errors import UsageError
from harness.findings import Finding, Severity
from harness.mutation.model import ExpectedFinding, TrackerMutant
from harness.mutation.trackers import scheduler
from harness.mutation.trackers.scheduler import MutantOutcome, MutationRun, run_mutants
from harness.protocol import get
from harness.results import EventView, RunResult, ScenarioResult, StepView, Verdict
from harness.runner.jobs import Job, Options
from harness.scenario.model import Scenario
from harness.scenario.target import built_in

WRONG = Finding(code="wrong-value", message="it is wrong")
STUCK = Finding(code="action-failed", message="no such button")
NOTE = Finding(code="page-error", message="by the way", severity=Severity.NOTE)
LETTERS = "ABCDEFG"


def mutant(name: str, *near: str) -> TrackerMutant:
    expected = (ExpectedFinding(code="wrong-value"),)
    return TrackerMutant(name=name, description=f"it is {name}", expected=expected, prelude="//", near=near)


def result(name: str, verdict: Verdict, *findings: Finding, events: int = 0) -> ScenarioResult:
    return ScenarioResult(name=name, file=f"{name}.yaml", tags=(), verdict=verdict, findings=findings, events=events)


def mutation_run(letters: str = LETTERS) -> MutationRun:
    """Scenarios named by the letters; each has one event more than the previous one."""
    scenarios = [
        Scenario(name=each, file=f"{each}.yaml", text=f"does {each}, never: [visit]", items=()) for each in letters
    ]
    healthy = {each: result(each, "pass", events=number) for number, each in enumerate(letters)}
    options = Options(script=b"")
    return MutationRun(scenarios=scenarios, healthy=healthy, target=built_in(), protocol=get(), options=options)


class Runner:
    """Replaces the browser: the findings of each job by mutant and scenario, one tuple for each attempt."""

    def __init__(self, found: dict[str, list[tuple[Finding, ...]]], *, interrupted: bool = False) -> None:
        self.found, self.interrupted = found, interrupted
        self.batches: list[list[str]] = []

    async def __call__(self, jobs: Sequence[Job], **_rest: object) -> RunResult:
        self.batches.append([job.name for job in jobs])
        results = []
        for job in jobs:
            left = self.found.get(job.name, [()])
            findings = left.pop(0) if len(left) > 1 else left[0]
            results.append(result(job.name, "fail" if findings else "pass", *findings))
        return RunResult(seed=0, command="", duration_s=0, scenarios=tuple(results), interrupted=self.interrupted)


def tried(
    monkeypatch: pytest.MonkeyPatch, runner: Runner, *mutants: TrackerMutant, where: MutationRun | None = None
) -> list[MutantOutcome]:
    monkeypatch.setattr(scheduler, "run", runner)
    return asyncio.run(run_mutants(mutants, where or mutation_run(), on_detected=lambda _outcome: None))


def test_a_mutant_runs_until_a_scenario_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: B": [(NOTE, WRONG)]})
    [outcome] = tried(monkeypatch, runner, mutant("bad"))
    assert (outcome.tried, outcome.scenario and outcome.scenario.name, outcome.finding) == (2, "B", WRONG)
    assert runner.batches == [["bad: A"], ["bad: B"]]


def test_an_undetected_mutant_runs_in_all_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({})
    [outcome] = tried(monkeypatch, runner, mutant("bad"))
    assert (outcome.tried, outcome.finding) == (len(LETTERS), None)
    assert [name for batch in runner.batches for name in batch] == [f"bad: {each}" for each in LETTERS]


def test_the_first_failed_scenario_of_a_round_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: C": [(WRONG,)], "bad: D": [(STUCK, WRONG)]})
    [outcome] = tried(monkeypatch, runner, mutant("bad"))
    assert (outcome.tried, outcome.finding) == (3, WRONG)


def test_scenarios_with_the_defect_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: E": [(WRONG,)]})
    [outcome] = tried(monkeypatch, runner, mutant("bad", "does E"))
    assert outcome.tried == 1


def test_scenarios_with_the_event_type_come_first() -> None:
    event = EventView(number=1, time=0, type="visit", pointer="/data/0", status=200, body={}, envelope={})
    step = StepView(number=1, title="", line=1, duration_s=0, events=(event,))
    healthy = {
        **mutation_run().healthy,
        "D": ScenarioResult(name="D", file="", tags=(), verdict="pass", steps=(step,), events=9),
    }
    here = MutationRun(
        scenarios=mutation_run().scenarios,
        healthy=healthy,
        target=built_in(),
        protocol=get(),
        options=Options(script=b""),
    )
    assert [each.name for each in here.order_for(mutant("bad", "visit"))] == [*"DABCEFG"]


def test_an_incomplete_journey_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: A": [(STUCK,), ()]})
    [outcome] = tried(monkeypatch, runner, mutant("bad"))
    assert outcome.finding is None
    assert runner.batches[:2] == [["bad: A"], ["bad: A"]]


def test_a_journey_that_is_incomplete_twice_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    [outcome] = tried(monkeypatch, Runner({"bad: A": [(STUCK,)]}), mutant("bad"))
    assert outcome.finding == STUCK
    assert not outcome.is_detected_by_code


def test_ctrl_c_gives_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt):
        tried(monkeypatch, Runner({}, interrupted=True), mutant("bad"))


def test_a_journey_that_did_not_run_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(jobs: Sequence[Job], **_rest: object) -> RunResult:
        gone = ScenarioResult(
            name=jobs[0].name, file="A.yaml", tags=(), verdict="not-run", reason="the browser has gone"
        )
        return RunResult(seed=0, command="", duration_s=0, scenarios=(gone,))

    monkeypatch.setattr(scheduler, "run", run)
    with pytest.raises(UsageError, match=r"A\.yaml: bad: A: the browser has gone"):
        asyncio.run(run_mutants([mutant("bad")], mutation_run("A"), on_detected=lambda _outcome: None))
