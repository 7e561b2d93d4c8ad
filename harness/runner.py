"""Scenarios to results: one browser, and for each scenario a context, a store, a collector and a journal; several at once."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ProxySettings
from playwright.async_api import Error as PlaywrightError

from harness import recording as recordings
from harness.browser import driver, find_browser, launched
from harness.journey import ActionError, Journey
from harness.judge import is_satisfied, judge
from harness.network import Certificate, make_certificate
from harness.protocols import TrackerProtocol
from harness.recording import ActionFailed, Header, Recorder, Recording
from harness.result import RunResult, ScenarioResult
from harness.scenario import Scenario, Step
from harness.shopper import Shopper, make_shopper
from harness.stage import Stage, stage
from harness.target import Target
from harness.variables import Variables
from harness.views import scenario_result

PAGE_TIMEOUT_S = 15.0
ELEMENT_TIMEOUT_S = 5.0
EVEN_LOOPBACK = "<-loopback>"
"""What makes Chromium send names of this machine, too, through a proxy."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to run. `script` is the tracker's source; `timeout` is what one scenario may wait for events, in seconds.

    `artifacts` is a folder for screenshots, traces and recordings of what failed; `keep_all` keeps those of every scenario.
    """

    script: bytes
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
    """One scenario to run, under the name that the report gives it (with a number where it is repeated)."""

    scenario: Scenario
    name: str


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
    hosts = {target.host, protocol.script_host, *protocol.collector_hosts}
    certificate = make_certificate(hosts.union(*(_referrers(job.scenario) for job in jobs)))
    started = time.time()
    async with driver() as playwright, AsyncExitStack() as stack:
        choice = find_browser(playwright, path=options.browser_path, headed=options.headed)
        browser = await stack.enter_async_context(
            launched(
                choice,
                playwright,
                headed=options.headed,
                slow_mo_ms=options.slow_mo_ms,
                spki=certificate.spki,
            )
        )
        crew = _Crew(browser=browser, target=target, protocol=protocol, options=options, certificate=certificate)
        outcomes = await crew.run_all(jobs, on_done)
        seen = {"name": browser.browser_type.name, "version": browser.version, "path": str(choice.path)}
    return RunResult(
        seed=options.seed,
        command="",
        started=started,
        duration_s=round(time.time() - started, 3),
        browser=seen,
        scenarios=tuple(outcome.result for outcome in outcomes),
    )


@dataclass(frozen=True, kw_only=True)
class _Crew:
    """What all journeys of a run share."""

    browser: Browser
    target: Target
    protocol: TrackerProtocol
    options: Options
    certificate: Certificate

    async def run_all(self, jobs: Sequence[Job], on_done: Callable[[Outcome], None]) -> list[Outcome]:
        """Outcomes in the order of the jobs, whatever the order in which they end."""
        free = asyncio.Semaphore(self.options.workers)
        stop = asyncio.Event()

        async def one(job: Job) -> Outcome:
            async with free:
                outcome = (
                    _not_run(job, "an earlier scenario failed (--fail-fast)")
                    if stop.is_set()
                    else await self.run_one(job)
                )
            if self.options.fail_fast and outcome.result.verdict == "fail":
                stop.set()
            on_done(outcome)
            return outcome

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(job)) for job in jobs]
        return [task.result() for task in tasks]

    async def run_one(self, job: Job) -> Outcome:
        """Walk one journey, record it, and judge the recording."""
        protocol = replace(self.protocol, read=cache(self.protocol.read))
        shopper = _shopper(job.scenario, self.target, self.options.seed)
        recorder = Recorder(_header(job.scenario, self.target, protocol, shopper, self.options.seed))
        walk = _Walk(crew=self, job=job, recorder=recorder, protocol=protocol, shopper=shopper)
        async with stage(
            target=self.target,
            protocol=protocol,
            recorder=recorder,
            script=self.options.script,
            certificate=self.certificate,
            referrers=_referrers(job.scenario),
        ) as where:
            await walk.go(where)
        recording = recorder.finish()
        result = scenario_result(
            recording,
            job.scenario,
            protocol,
            judge(recording, job.scenario, protocol),
            strict=self.options.strict,
            name=job.name,
            screenshots=walk.screenshots,
        )
        outcome = Outcome(result=result, recording=recording)
        if self.options.artifacts and (self.options.keep_all or result.verdict == "fail"):
            _keep(outcome, self.options.artifacts)
        return outcome


class _Walk:
    """One journey from its first step to its last, and the waiting in between."""

    def __init__(
        self, *, crew: _Crew, job: Job, recorder: Recorder, protocol: TrackerProtocol, shopper: Shopper
    ) -> None:
        self.crew, self.job, self.recorder, self.protocol, self.shopper = crew, job, recorder, protocol, shopper
        self.patience = crew.options.timeout
        self.screenshots: dict[int, bytes] = {}

    async def go(self, where: Stage) -> None:
        """Every step in a context of its own, which is closed only when nothing can be lost any more."""
        context: BrowserContext | None = None
        try:
            context = await self.crew.browser.new_context(proxy=ProxySettings(server=where.proxy, bypass=EVEN_LOOPBACK))
            await self._begin_trace(context)
            journey = Journey(
                context=context,
                target=self.crew.target,
                recorder=self.recorder,
                fence_url=where.fence_url,
                read_ledger=where.read_ledger,
                variables=Variables({"shopper": asdict(self.shopper)}),
                page_timeout=max(PAGE_TIMEOUT_S, self.crew.options.timeout),
                element_timeout=max(ELEMENT_TIMEOUT_S, self.crew.options.timeout),
            )
            await journey.start()
            await self._steps(journey, where)
            await journey.leave()
            await self._end_trace(context)
        except PlaywrightError as error:
            reason = error.message.splitlines()[0]
            self.recorder.add(
                ActionFailed(message=f"the browser gave up: {reason}", place=self.job.scenario.file, url="")
            )
        finally:
            if context is not None:
                with suppress(PlaywrightError):  # the browser may have gone already, and said so
                    await context.close()

    async def _steps(self, journey: Journey, where: Stage) -> None:
        for item in self.job.scenario.items:
            if not isinstance(item, Step):
                continue
            self.recorder.begin(item.number)
            try:
                await journey.perform(item.call)
            except ActionError as error:
                self.recorder.add(
                    ActionFailed(message=str(error), place=error.place, url=journey.page.url, hint=error.hint)
                )
                await self._photograph(journey, item)
                return
            if not await self._satisfied(where):
                await self._photograph(journey, item)
            self.recorder.end(item.number)

    async def _satisfied(self, where: Stage) -> bool:
        """Wait until what is due has come. All waits of a scenario share one time-out, so that silence costs it only once."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await where.journal.wait(lambda _journal: self._is_satisfied(), timeout=max(self.patience, 0))
        except TimeoutError:
            return False
        finally:
            self.patience -= loop.time() - began

    def _is_satisfied(self) -> bool:
        return is_satisfied(self.recorder.finish(), self.job.scenario, self.protocol)

    async def _photograph(self, journey: Journey, item: Step) -> None:
        self.screenshots[item.number] = await journey.page.screenshot(timeout=PAGE_TIMEOUT_S * 1000)

    async def _begin_trace(self, context: BrowserContext) -> None:
        if self.crew.options.artifacts:
            await context.tracing.start(screenshots=True, snapshots=True)

    async def _end_trace(self, context: BrowserContext) -> None:
        if self.crew.options.artifacts:
            await context.tracing.stop(path=_stem(self.crew.options.artifacts, self.job.name).with_suffix(".trace.zip"))


def _not_run(job: Job, reason: str) -> Outcome:
    scenario = job.scenario
    return Outcome(
        result=ScenarioResult(name=job.name, file=scenario.file, tags=scenario.tags, verdict="not-run", reason=reason)
    )


def _referrers(scenario: Scenario) -> frozenset[str]:
    """The other sites that a scenario's shopper comes from."""
    arrivals = [step.call.arguments for step in scenario.steps if step.call.action == "arrive"]
    return frozenset(arrival["from"] for arrival in arrivals if "from" in arrival)


def _shopper(scenario: Scenario, target: Target, seed: int) -> Shopper:
    """A new person, or the one whose account the target names."""
    shopper = make_shopper(seed=seed, name=scenario.name)
    if scenario.shopper == "guest":
        return shopper
    known = {item.name for item in fields(Shopper)}
    return replace(shopper, **{key: value for key, value in target.customer.items() if key in known})


def _header(scenario: Scenario, target: Target, protocol: TrackerProtocol, shopper: Shopper, seed: int) -> Header:
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
        seed=seed,
    )


def _keep(outcome: Outcome, folder: Path) -> None:
    """Write the recording and the screenshots of one scenario into the folder."""
    stem = _stem(folder, outcome.result.name)
    if outcome.recording:
        recordings.write(outcome.recording, stem.with_suffix(".ndjson"))
    for step in outcome.result.steps:
        if step.screenshot:
            stem.with_suffix(f".step-{step.number}.png").write_bytes(step.screenshot)


def _stem(folder: Path, name: str) -> Path:
    """A file name without an ending, made of a scenario's name."""
    return folder / (re.sub(r"[^\w-]+", "-", name).strip("-")[:80] or "scenario")
