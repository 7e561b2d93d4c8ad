"""Broken trackers against scenarios: in which order, until when, and what counts. No browser here."""

import asyncio
from collections.abc import Sequence

import pytest

from harness.errors import UsageError
from harness.findings import Finding, Severity
from harness.mutation.recordings.mutant import ExpectedFinding
from harness.mutation.trackers import scheduler as rounds
from harness.mutation.trackers.mutant import BrokenTracker, Mutant
from harness.mutation.trackers.scheduler import MutantOutcome, MutationRun, fates
from harness.protocol import get
from harness.results import EventView, RunResult, ScenarioResult, StepView, Verdict
from harness.runner.runner import Job, Options
from harness.scenario.model import Scenario
from harness.scenario.target import built_in

WRONG = Finding(code="wrong-value", message="it is wrong")
STUCK = Finding(code="action-failed", message="no such button")
NOTE = Finding(code="page-error", message="by the way", severity=Severity.NOTE)
LETTERS = "ABCDEFG"


def broken(name: str, *near: str) -> BrokenTracker:
    mutant = Mutant(
        name=name, what=f"it is {name}", expected=(ExpectedFinding(code="wrong-value"),), prelude="//", near=near
    )
    return BrokenTracker(mutant=mutant, script=name.encode(), place="around it")


def result(name: str, verdict: Verdict, *findings: Finding, events: int = 0) -> ScenarioResult:
    return ScenarioResult(name=name, file=f"{name}.yaml", tags=(), verdict=verdict, findings=findings, events=events)


def ground(letters: str = LETTERS) -> MutationRun:
    """Scenarios by the names of the letters; in each comes one event more than in the one before."""
    scenarios = [
        Scenario(name=each, file=f"{each}.yaml", text=f"does {each}, never: [visit]", items=()) for each in letters
    ]
    seen = {each: result(each, "pass", events=number) for number, each in enumerate(letters)}
    options = Options(script=b"")
    return MutationRun(scenarios=scenarios, seen=seen, target=built_in(), protocol=get(), options=options)


class Runner:
    """In place of the browser: what comes of each job, by tracker and scenario; one after the other where there are several."""

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
    monkeypatch: pytest.MonkeyPatch, runner: Runner, *trackers: BrokenTracker, where: MutationRun | None = None
) -> list[MutantOutcome]:
    monkeypatch.setattr(rounds, "run", runner)
    return asyncio.run(fates(trackers, where or ground(), on_caught=lambda _fate: None))


def test_a_tracker_is_tried_until_a_scenario_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: B": [(NOTE, WRONG)]})
    [fate] = tried(monkeypatch, runner, broken("bad"))
    assert (fate.tried, fate.scenario and fate.scenario.name, fate.finding) == (2, "B", WRONG)
    assert runner.batches == [["bad: A"], ["bad: B"]]


def test_what_no_scenario_notices_has_walked_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({})
    [fate] = tried(monkeypatch, runner, broken("bad"))
    assert (fate.tried, fate.finding) == (len(LETTERS), None)
    assert [name for batch in runner.batches for name in batch] == [f"bad: {each}" for each in LETTERS]


def test_of_several_scenarios_in_a_round_the_first_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: C": [(WRONG,)], "bad: D": [(STUCK, WRONG)]})
    [fate] = tried(monkeypatch, runner, broken("bad"))
    assert (fate.tried, fate.finding) == (3, WRONG)


def test_scenarios_about_what_is_broken_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: E": [(WRONG,)]})
    [fate] = tried(monkeypatch, runner, broken("bad", "does E"))
    assert fate.tried == 1


def test_a_type_of_event_that_came_tells_what_a_scenario_is_about() -> None:
    event = EventView(number=1, time=0, type="visit", pointer="/data/0", status=200, body={}, envelope={})
    step = StepView(number=1, title="", line=1, duration_s=0, events=(event,))
    seen = {**ground().seen, "D": ScenarioResult(name="D", file="", tags=(), verdict="pass", steps=(step,), events=9)}
    here = MutationRun(
        scenarios=ground().scenarios, seen=seen, target=built_in(), protocol=get(), options=Options(script=b"")
    )
    assert [each.name for each in here.order_for(broken("bad", "visit"))] == [*"DABCEFG"]


def test_a_journey_that_came_to_no_end_is_walked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner({"bad: A": [(STUCK,), ()]})
    [fate] = tried(monkeypatch, runner, broken("bad"))
    assert fate.finding is None
    assert runner.batches[:2] == [["bad: A"], ["bad: A"]]


def test_a_journey_that_comes_to_no_end_twice_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    [fate] = tried(monkeypatch, Runner({"bad: A": [(STUCK,)]}), broken("bad"))
    assert fate.finding == STUCK
    assert not fate.is_detected_by_code


def test_ctrl_c_gives_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt):
        tried(monkeypatch, Runner({}, interrupted=True), broken("bad"))


def test_a_journey_that_could_not_begin_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(jobs: Sequence[Job], **_rest: object) -> RunResult:
        gone = ScenarioResult(
            name=jobs[0].name, file="A.yaml", tags=(), verdict="not-run", reason="the browser has gone"
        )
        return RunResult(seed=0, command="", duration_s=0, scenarios=(gone,))

    monkeypatch.setattr(rounds, "run", run)
    with pytest.raises(UsageError, match=r"A\.yaml: bad: A: the browser has gone"):
        asyncio.run(fates([broken("bad")], ground("A"), on_caught=lambda _fate: None))
