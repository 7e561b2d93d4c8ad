"""Run tracker mutants against scenarios in rounds, until a scenario detects each mutant."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.errors import UsageError
from harness.findings import Finding, Severity
from harness.mutation.model import TrackerMutant
from harness.protocol import TrackerProtocol
from harness.results import RunResult, ScenarioResult
from harness.runner.jobs import Job, Options, Outcome
from harness.runner.runner import run
from harness.scenario.model import Scenario
from harness.scenario.purchases import all_calls
from harness.scenario.target import Target

INCOMPLETE: Final = "action-failed"
"""The code of an incomplete journey. It counts only if it occurs twice."""


@dataclass(frozen=True, kw_only=True)
class MutantOutcome:
    """The scenario that detected a mutant and its first finding, or None if none of the `tried` scenarios did."""

    mutant: TrackerMutant
    tried: int
    scenario: Scenario | None = None
    finding: Finding | None = None

    @property
    def is_detected_by_code(self) -> bool:
        return self.finding is not None and any(expected.matches(self.finding) for expected in self.mutant.expected)


@dataclass(frozen=True, kw_only=True)
class MutationRun:
    """The scenarios that pass with the healthy tracker, their results by name, and how to run them."""

    scenarios: Sequence[Scenario]
    healthy: Mapping[str, ScenarioResult]
    target: Target
    protocol: TrackerProtocol
    options: Options

    def order_for(self, mutant: TrackerMutant) -> list[Scenario]:
        """Sort the scenarios: first those in which the mutant's defect occurs, then the shortest."""

        def rank(scenario: Scenario) -> tuple[bool, int, str]:
            result = self.healthy[scenario.name]
            types = {event.type for step in result.steps for event in step.events}
            is_near = bool(mutant.near) and all(
                word in (types if word in self.protocol.event_types else scenario.text) for word in mutant.near
            )
            length = len(list(all_calls([step.call for step in scenario.steps], self.target)))
            return not is_near, length + result.events + result.documents, scenario.name

        return sorted(self.scenarios, key=rank)


async def run_twice_if_incomplete(
    jobs: Sequence[Job],
    *,
    target: Target,
    protocol: TrackerProtocol,
    options: Options,
    on_done: Callable[[Outcome], None] = lambda _outcome: None,
) -> RunResult:
    """Run the jobs, and repeat those with an incomplete journey: a busy machine may be the reason.

    Raises KeyboardInterrupt after Ctrl-C.
    """
    result = await run(jobs, target=target, protocol=protocol, options=options, on_done=on_done)
    _raise_if_interrupted(result)
    failed = {item.name for item in result.scenarios if item.verdict == "not-run"}
    incomplete = failed | {item.name for item in result.scenarios for each in item.findings if each.code == INCOMPLETE}
    if incomplete:
        jobs_again = [job for job in jobs if job.name in incomplete]
        again = await run(jobs_again, target=target, protocol=protocol, options=options, on_done=on_done)
        _raise_if_interrupted(again)
        by_name = {item.name: item for item in (*result.scenarios, *again.scenarios)}
        result = replace(result, scenarios=tuple(by_name[job.name] for job in jobs))
    return result


def _raise_if_interrupted(result: RunResult) -> None:
    if result.interrupted:
        raise KeyboardInterrupt


async def run_mutants(
    mutants: Sequence[TrackerMutant], run: MutationRun, *, on_detected: Callable[[MutantOutcome], None]
) -> list[MutantOutcome]:
    """Run each mutant until a scenario fails with it or all have passed. Outcomes have the order of the mutants."""
    detected: dict[str, MutantOutcome] = {}
    orders = {mutant.name: run.order_for(mutant) for mutant in mutants}
    for span in _spans(len(run.scenarios)):
        undetected = [mutant for mutant in mutants if mutant.name not in detected]
        for outcome in await _round(undetected, run, orders, span) if undetected else ():
            detected[outcome.mutant.name] = outcome
            on_detected(outcome)
    return [detected.get(mutant.name, MutantOutcome(mutant=mutant, tried=len(run.scenarios))) for mutant in mutants]


async def _round(
    mutants: Sequence[TrackerMutant], run: MutationRun, orders: Mapping[str, Sequence[Scenario]], span: slice
) -> list[MutantOutcome]:
    """Return the mutants that a scenario of this span detected."""
    pairs = [(mutant, scenario) for mutant in mutants for scenario in orders[mutant.name][span]]
    jobs = [
        Job(scenario=scenario, name=f"{mutant.name}: {scenario.name}", script=mutant.script(run.options.script))
        for mutant, scenario in pairs
    ]
    results = await run_twice_if_incomplete(jobs, target=run.target, protocol=run.protocol, options=run.options)
    outcomes: dict[str, MutantOutcome] = {}
    for (mutant, scenario), result in zip(pairs, results.scenarios, strict=True):
        if result.verdict == "not-run":
            raise UsageError(f"{scenario.file}: {result.name}: {result.reason}")
        if result.verdict == "fail":
            tried = orders[mutant.name].index(scenario) + 1
            outcome = MutantOutcome(mutant=mutant, tried=tried, scenario=scenario, finding=_first(result))
            outcomes.setdefault(mutant.name, outcome)
    return list(outcomes.values())


def _first(result: ScenarioResult) -> Finding:
    return next(finding for finding in result.findings if finding.severity is not Severity.NOTE)


def _spans(count: int) -> Iterator[slice]:
    """Yield one scenario, one more, then twice as many in each round, so that the last mutants share a browser as well."""
    begin, size = 0, 1
    while begin < count:
        yield slice(begin, begin + size)
        begin, size = begin + size, max(1, begin + size)
