"""Scenarios to results: one browser, and for each scenario a context, a store, a collector and a journal; several at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path

from playwright.async_api import Browser

from harness.actions import Call
from harness.artifacts import Artifacts, file_stems
from harness.browser import driver, find_browser, launched
from harness.errors import HarnessError
from harness.judge import judge
from harness.network import Certificate, make_certificate
from harness.protocols import TrackerProtocol
from harness.recording import Header, Recorder, Recording
from harness.result import RunResult, ScenarioResult
from harness.scenario import Scenario
from harness.shopper import Shopper, make_shopper
from harness.stage import stage
from harness.switches import settled
from harness.target import Target
from harness.views import scenario_result
from harness.walk import Walk

INTERRUPTED = "interrupted"
"""The reason why a scenario did not run, or not to its end, after Ctrl-C; a note of the whole run then, too."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to run. `script` is the tracker's source; `timeout` is what one scenario may wait for events, in seconds.

    `store` sets switches of the built-in store, but for those that a scenario sets itself.
    `artifacts` is a folder for screenshots, traces and recordings of what failed; `keep_all` keeps those of every scenario.
    """

    script: bytes
    store: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    workers: int = 1
    timeout: float = 3.0
    strict: bool = False
    fail_fast: bool = False
    browser_path: Path | None = None
    headed: bool = False
    slow_mo_ms: float = 0.0
    artifacts: Path | None = None
    keep_all: bool = False


@dataclass(frozen=True, kw_only=True)
class Job:
    """One scenario to run, under the name that the report gives it (with a number where it is repeated).

    `script` is the tracker's source, where it is not that of the run.
    """

    scenario: Scenario
    name: str
    script: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one job: the result for the reports, and the recording that it was judged from."""

    result: ScenarioResult
    recording: Recording | None = None


async def run(
    jobs: Sequence[Job],
    *,
    target: Target,
    protocol: TrackerProtocol,
    options: Options,
    on_done: Callable[[Outcome], None] = lambda _outcome: None,
) -> RunResult:
    """Run every job, `options.workers` at a time, and judge each. BrowserError where no browser can be had."""
    started = time.time()
    async with crew([job.scenario for job in jobs], target=target, protocol=protocol, options=options) as at_hand:
        outcomes = await at_hand.run_all(jobs, on_done)
    return RunResult(
        seed=options.seed,
        command="",
        started=started,
        duration_s=round(time.time() - started, 3),
        browser=at_hand.seen,
        scenarios=tuple(outcome.result for outcome in outcomes),
        notes=(INTERRUPTED,) if any(outcome.result.reason == INTERRUPTED for outcome in outcomes) else (),
    )


@asynccontextmanager
async def crew(
    scenarios: Iterable[Scenario], *, target: Target, protocol: TrackerProtocol, options: Options
) -> AsyncIterator["Crew"]:
    """A running browser, and all else that the journeys of these scenarios share. BrowserError where none can be had."""
    hosts = {target.host, protocol.script_host, *protocol.collector_hosts}
    certificate = make_certificate(hosts.union(*(_referrers(scenario, target) for scenario in scenarios)))
    async with driver() as playwright:
        choice = find_browser(playwright, path=options.browser_path, headed=options.headed)
        launch = launched(
            choice, playwright, headed=options.headed, slow_mo_ms=options.slow_mo_ms, spki=certificate.spki
        )
        async with launch as browser:
            seen = {"name": browser.browser_type.name, "version": browser.version, "path": str(choice.path)}
            yield Crew(
                browser=browser, seen=seen, target=target, protocol=protocol, options=options, certificate=certificate
            )


@dataclass(frozen=True, kw_only=True)
class Crew:
    """What all journeys of a run share. `seen` is the browser as reports show it."""

    browser: Browser
    seen: Mapping[str, str]
    target: Target
    protocol: TrackerProtocol
    options: Options
    certificate: Certificate

    async def run_all(self, jobs: Sequence[Job], on_done: Callable[[Outcome], None]) -> list[Outcome]:
        """Outcomes in the order of the jobs, whatever the order in which they end. After Ctrl-C those that there are."""
        free = asyncio.Semaphore(self.options.workers)
        stems = file_stems([job.name for job in jobs])
        failed = asyncio.Event()
        outcomes: dict[str, Outcome] = {}

        async def one(job: Job) -> None:
            async with free:
                outcome = outcomes[job.name] = await self._outcome(job, stems[job.name], stop=failed.is_set())
            if self.options.fail_fast and outcome.result.verdict == "fail":
                failed.set()
            on_done(outcome)

        try:
            async with asyncio.TaskGroup() as group:
                for job in sorted(jobs, key=self._length, reverse=True):
                    group.create_task(one(job))
        except asyncio.CancelledError:
            _uncancel()
        return [outcomes.get(job.name) or not_run(job, INTERRUPTED) for job in jobs]

    def _length(self, job: Job) -> int:
        """How much there is to do; the longest journey goes first, so that none is left alone at the end."""
        return len(list(_calls([step.call for step in job.scenario.steps], self.target)))

    async def _outcome(self, job: Job, stem: str, *, stop: bool) -> Outcome:
        """Run one job where that can be done."""
        if stop:
            return not_run(job, "an earlier scenario failed (--fail-fast)")
        if not self.browser.is_connected():
            return not_run(job, "the browser has gone")
        try:
            return await self.perform(job, stem=stem)
        except HarnessError as error:
            return not_run(job, str(error))

    async def perform(self, job: Job, *, stem: str) -> Outcome:
        """Walk one journey, record it, and judge the recording; the names of its artifacts begin with `stem`. HarnessError
        where that cannot be.
        """
        scenario, options = job.scenario, self.options
        protocol = replace(self.protocol, read=cache(self.protocol.read))
        shopper = _shopper(scenario, self.target, options.seed)
        store = settled(options.store, scenario.store)
        recorder = Recorder(header_of(scenario, self.target, protocol, shopper, store=store, seed=options.seed))
        artifacts = Artifacts(stem=options.artifacts / stem, keep_all=options.keep_all) if options.artifacts else None
        walk = Walk(
            browser=self.browser,
            scenario=scenario,
            target=self.target,
            protocol=protocol,
            shopper=shopper,
            recorder=recorder,
            patience=options.timeout,
            artifacts=artifacts,
        )
        async with stage(
            target=self.target,
            protocol=protocol,
            recorder=recorder,
            script=options.script if job.script is None else job.script,
            certificate=self.certificate,
            referrers=_referrers(scenario, self.target),
        ) as where:
            await walk.go(where)
        recording = recorder.finish()
        result = scenario_result(
            recording,
            scenario,
            protocol,
            judge(recording, scenario, protocol),
            strict=options.strict,
            name=job.name,
            screenshots=walk.screenshots,
        )
        if artifacts:
            artifacts.sort_out(result, recording)
        return Outcome(result=result, recording=recording)


def _uncancel() -> None:
    """Go on although this task was cancelled: what there is shall be reported."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


def not_run(job: Job, reason: str) -> Outcome:
    scenario = job.scenario
    return Outcome(
        result=ScenarioResult(name=job.name, file=scenario.file, tags=scenario.tags, verdict="not-run", reason=reason)
    )


def _referrers(scenario: Scenario, target: Target) -> frozenset[str]:
    """The other sites that a scenario's shopper comes from."""
    arrivals = [
        call.arguments for call in _calls([step.call for step in scenario.steps], target) if call.action == "arrive"
    ]
    return frozenset(str(arrival["from"]) for arrival in arrivals if "from" in arrival)


def _calls(calls: Iterable[Call], target: Target) -> Iterator[Call]:
    """These calls and all that they lead to."""
    for call in calls:
        yield call
        if call.action in target.actions:
            yield from _calls(target.actions[call.action].do, target)


def _shopper(scenario: Scenario, target: Target, seed: int) -> Shopper:
    """A new person, or the one whose account the target names."""
    shopper = make_shopper(seed=seed, name=scenario.name)
    if scenario.shopper == "guest":
        return shopper
    known = {item.name for item in fields(Shopper)}
    return replace(shopper, **{key: value for key, value in target.customer.items() if key in known})


def header_of(
    scenario: Scenario,
    target: Target,
    protocol: TrackerProtocol,
    shopper: Shopper,
    *,
    store: Mapping[str, str],
    seed: int,
) -> Header:
    """What a recording of this scenario begins with."""
    return Header(
        protocol=protocol.name,
        scenario_file=scenario.file,
        scenario=scenario.text,
        target_file=target.file,
        target=target.text,
        shopper=asdict(shopper),
        store_hosts=(target.host,),
        payment_hosts=target.payment_hosts,
        currency=target.currency or "",
        store=store,
        seed=seed,
    )
