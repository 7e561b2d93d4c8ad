"""Broken trackers against scenarios, in rounds: each that no scenario has caught yet tries those that come next for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.errors import UsageError
from harness.findings import Finding, Severity
from harness.mutation.trackers.mutant import BrokenTracker
from harness.protocol import TrackerProtocol
from harness.results import RunResult, ScenarioResult
from harness.runner.runner import Job, Options, Outcome, run
from harness.scenario.parser import Scenario
from harness.scenario.purchases import all_calls
from harness.scenario.target import Target

UNWALKED: Final = "action-failed"
"""A finding that speaks of the journey; it counts where it comes a second time."""


@dataclass(frozen=True, kw_only=True)
class MutantOutcome:
    """What became of a broken tracker: the scenario that failed with it and what that found first, None where none of the
    `tried` ones failed.
    """

    broken: BrokenTracker
    tried: int
    scenario: Scenario | None = None
    finding: Finding | None = None

    @property
    def is_detected_by_code(self) -> bool:
        """Whether the first finding speaks of what the tracker does."""
        return self.finding is not None and any(
            answer.is_given_by(self.finding) for answer in self.broken.mutant.expected
        )


@dataclass(frozen=True, kw_only=True)
class MutationRun:
    """Where trackers are tried: scenarios in which the healthy one passed, and what was seen in each, by its name."""

    scenarios: Sequence[Scenario]
    seen: Mapping[str, ScenarioResult]
    target: Target
    protocol: TrackerProtocol
    options: Options

    def order_for(self, broken: BrokenTracker) -> list[Scenario]:
        """All scenarios: first those where the mutant says that it shows, and of these the shortest first."""

        def rank(scenario: Scenario) -> tuple[bool, int, str]:
            seen = self.seen[scenario.name]
            types = {event.type for step in seen.steps for event in step.events}
            is_near = all(
                word in (types if word in self.protocol.event_types else scenario.text) for word in broken.mutant.near
            )
            length = len(list(all_calls([step.call for step in scenario.steps], self.target)))
            return not (is_near and broken.mutant.near), length + seen.events + seen.documents, scenario.name

        return sorted(self.scenarios, key=rank)


async def walk(
    jobs: Sequence[Job],
    *,
    target: Target,
    protocol: TrackerProtocol,
    options: Options,
    on_done: Callable[[Outcome], None] = lambda _outcome: None,
) -> RunResult:
    """Run the jobs; those whose journey came to no end once more, as a busy machine may have been the reason.

    KeyboardInterrupt after Ctrl-C.
    """
    result = await run(jobs, target=target, protocol=protocol, options=options, on_done=on_done)
    _refuse_interrupted(result)
    stuck = {item.name for item in result.scenarios if _is_stuck(item)}
    if stuck:
        rest = [job for job in jobs if job.name in stuck]
        again = await run(rest, target=target, protocol=protocol, options=options, on_done=on_done)
        _refuse_interrupted(again)
        by_name = {item.name: item for item in (*result.scenarios, *again.scenarios)}
        result = replace(result, scenarios=tuple(by_name[job.name] for job in jobs))
    return result


def _refuse_interrupted(result: RunResult) -> None:
    if result.interrupted:
        raise KeyboardInterrupt


def _is_stuck(result: ScenarioResult) -> bool:
    return result.verdict == "not-run" or any(finding.code == UNWALKED for finding in result.findings)


async def fates(
    trackers: Sequence[BrokenTracker], ground: MutationRun, *, on_caught: Callable[[MutantOutcome], None]
) -> list[MutantOutcome]:
    """Try every broken tracker until a scenario fails with it, or all have passed; in the order of the trackers."""
    caught: dict[str, MutantOutcome] = {}
    orders = {broken.mutant.name: ground.order_for(broken) for broken in trackers}
    for span in _spans(len(ground.scenarios)):
        left = [broken for broken in trackers if broken.mutant.name not in caught]
        for fate in await _round(left, ground, orders, span) if left else ():
            caught[fate.broken.mutant.name] = fate
            on_caught(fate)
    return [
        caught.get(broken.mutant.name, MutantOutcome(broken=broken, tried=len(ground.scenarios))) for broken in trackers
    ]


async def _round(
    trackers: Sequence[BrokenTracker], ground: MutationRun, orders: Mapping[str, Sequence[Scenario]], span: slice
) -> list[MutantOutcome]:
    """Those that are caught by a scenario of this span in their order."""
    pairs = [(broken, scenario) for broken in trackers for scenario in orders[broken.mutant.name][span]]
    jobs = [
        Job(scenario=scenario, name=f"{broken.mutant.name}: {scenario.name}", script=broken.script)
        for broken, scenario in pairs
    ]
    walked = await walk(jobs, target=ground.target, protocol=ground.protocol, options=ground.options)
    found: dict[str, MutantOutcome] = {}
    for (broken, scenario), result in zip(pairs, walked.scenarios, strict=True):
        if result.verdict == "not-run":
            raise UsageError(f"{scenario.file}: {result.name}: {result.reason}")
        if result.verdict == "fail":
            tried = orders[broken.mutant.name].index(scenario) + 1
            fate = MutantOutcome(broken=broken, tried=tried, scenario=scenario, finding=_first(result))
            found.setdefault(broken.mutant.name, fate)
    return list(found.values())


def _first(result: ScenarioResult) -> Finding:
    return next(finding for finding in result.findings if finding.severity is not Severity.NOTE)


def _spans(count: int) -> Iterator[slice]:
    """One scenario, another, and then twice as many in each round, so that the few that are left share a browser, too."""
    begin, size = 0, 1
    while begin < count:
        yield slice(begin, begin + size)
        begin, size = begin + size, max(1, begin + size)
