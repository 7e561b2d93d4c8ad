"""The runner: performs and judges scenarios, several at a time, over shared browsers."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, fields, replace
from functools import cache

from harness.browser.pool import BrowserPool, LaunchOptions, open_pool
from harness.capture.remote_collector import require_collector
from harness.capture.tls import Certificate, make_certificate
from harness.capture.upstream import Upstream
from harness.errors import HarnessError
from harness.judge.judge import judge
from harness.judge.result_builder import scenario_result
from harness.protocol import TrackerProtocol
from harness.recording.recorder import Recorder
from harness.recording.records import Header
from harness.results import RunResult
from harness.runner.artifacts import Artifacts, file_stems
from harness.runner.builtin_store import PARTNER
from harness.runner.environment import Services, open_environment
from harness.runner.external_store import notes, reach, upstream_for
from harness.runner.jobs import INTERRUPTED, Job, Options, Outcome, not_run
from harness.runner.scenario_run import ScenarioRun
from harness.scenario.model import Scenario
from harness.scenario.purchases import all_calls
from harness.scenario.shopper import Shopper, make_shopper
from harness.scenario.store_options import with_defaults
from harness.scenario.target import Target, receipt_setting

_LOG = logging.getLogger(__name__)


async def run(
    jobs: Sequence[Job],
    *,
    target: Target,
    protocol: TrackerProtocol,
    options: Options,
    on_done: Callable[[Outcome], None] = lambda _outcome: None,
) -> RunResult:
    """Run and judge all jobs, `options.workers` at a time.

    BrowserError without a usable browser, ServerError if an external store or collector does not respond.
    """
    started = time.time()
    if jobs and all(job.scenario.incompatible for job in jobs):
        return _nothing_ran(jobs, target, protocol, options, started)
    async with open_runner([job.scenario for job in jobs], target=target, protocol=protocol, options=options) as runner:
        outcomes = await runner.run_all(jobs, on_done)
    results = [outcome.result for outcome in outcomes]
    interrupted = any(result.reason == INTERRUPTED for result in results)
    extra_notes = notes(results, target, protocol, script_name=options.script_name, collector=options.collector)
    return RunResult(
        seed=options.seed,
        command="",
        started=started,
        duration_s=round(time.time() - started, 3),
        browser=runner.browsers.usual.info,
        scenarios=tuple(outcome.result for outcome in outcomes),
        notes=(*((INTERRUPTED,) if interrupted else ()), *runner.browsers.notes, *extra_notes),
        interrupted=interrupted,
    )


def _nothing_ran(
    jobs: Sequence[Job], target: Target, protocol: TrackerProtocol, options: Options, started: float
) -> RunResult:
    """The result if the store can perform none of the scenarios; that needs no browser."""
    results = tuple(not_run(job, job.scenario.incompatible).result for job in jobs)
    extra_notes = notes(results, target, protocol, script_name=options.script_name, collector=options.collector)
    return RunResult(
        seed=options.seed, command="", started=started, duration_s=0.0, scenarios=results, notes=extra_notes
    )


@asynccontextmanager
async def open_runner(
    scenarios: Iterable[Scenario], *, target: Target, protocol: TrackerProtocol, options: Options
) -> AsyncIterator["ScenarioRunner"]:
    """A runner for these scenarios with running browsers.

    BrowserError without a usable browser, ServerError if an external store or collector does not respond.
    """
    upstream = upstream_for(target, protocol)
    hosts = {*target.hosts, PARTNER, protocol.script_host, *protocol.collector_hosts}
    certificate = make_certificate(hosts.union(*(_referrers(scenario, target) for scenario in scenarios)))
    if options.collector is not None:
        await require_collector(options.collector)
    async with open_pool(_launch_options(options, prefer_full=upstream is not None), spki=certificate.spki) as browsers:
        if upstream is not None:
            await reach(browsers.usual.browser, target, upstream, options.access)
        yield ScenarioRunner(
            browsers=browsers,
            target=target,
            protocol=protocol,
            options=options,
            certificate=certificate,
            upstream=upstream,
        )


@dataclass(frozen=True, kw_only=True)
class ScenarioRunner:
    """Runs scenarios with the parts that all journeys of a run share; `upstream` connects to an external store."""

    browsers: BrowserPool
    target: Target
    protocol: TrackerProtocol
    options: Options
    certificate: Certificate
    upstream: Upstream | None = None

    async def run_all(self, jobs: Sequence[Job], on_done: Callable[[Outcome], None]) -> list[Outcome]:
        """The outcomes in the order of the jobs; after Ctrl-C, unfinished jobs did not run."""
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
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()  # to report the finished jobs
        return [outcomes.get(job.name) or not_run(job, INTERRUPTED) for job in jobs]

    def _length(self, job: Job) -> int:
        """The number of actions; the longest journeys start first, so that the workers end at about the same time."""
        return len(list(all_calls([step.call for step in job.scenario.steps], self.target)))

    async def _outcome(self, job: Job, stem: str, *, stop: bool) -> Outcome:
        """Run one job, or return why it did not run."""
        if job.scenario.incompatible:
            return not_run(job, job.scenario.incompatible)
        if stop:
            return not_run(job, "an earlier scenario failed (--fail-fast)")
        _LOG.debug("%s: starts", job.name)
        try:
            outcome = await self.perform(job, stem=stem)
        except HarnessError as error:
            _LOG.debug("%s: not run", job.name, exc_info=error)
            return not_run(job, str(error))
        _LOG.debug("%s: %s, %d findings", job.name, outcome.result.verdict, len(outcome.result.findings))
        return outcome

    async def perform(self, job: Job, *, stem: str) -> Outcome:
        """Perform, record and judge one scenario; the names of its artifacts begin with `stem`. HarnessError on failure."""
        scenario, options = job.scenario, self.options
        browser = await self.browsers.for_scenario(scenario)
        protocol = replace(self.protocol, read=cache(self.protocol.read))
        shopper = _shopper(scenario, self.target, options.seed)
        store = with_defaults(options.store, scenario.store)
        header = header_of(scenario, self.target, protocol, shopper, store=store, seed=options.seed)
        recorder = Recorder(replace(header, browser=browser.info))
        artifacts = Artifacts(stem=options.artifacts / stem, keep_all=options.keep_all) if options.artifacts else None
        scenario_run = ScenarioRun(
            browser=browser.browser,
            scenario=scenario,
            target=self.target,
            protocol=protocol,
            shopper=shopper,
            recorder=recorder,
            options=options,
            artifacts=artifacts,
        )
        services = self._services(job, protocol, recorder)
        async with open_environment(services, target=self.target, upstream=self.upstream) as environment:
            await scenario_run.perform(environment)
        recording = recorder.finish()
        result = scenario_result(
            recording,
            scenario,
            protocol,
            judge(recording, scenario, protocol),
            strict=options.strict,
            name=job.name,
            screenshots=scenario_run.screenshots,
        )
        if artifacts:
            artifacts.save(result, recording)
        return Outcome(result=result, recording=recording, protocol=protocol)

    def _services(self, job: Job, protocol: TrackerProtocol, recorder: Recorder) -> Services:
        return Services(
            protocol=protocol,
            recorder=recorder,
            certificate=self.certificate,
            script=self.options.script if job.script is None else job.script,
            referrers=_referrers(job.scenario, self.target),
            remote=self.options.collector,
        )


def _launch_options(options: Options, *, prefer_full: bool) -> LaunchOptions:
    return LaunchOptions(
        prefer_full=prefer_full,
        name=options.browser,
        path=options.browser_path,
        channel=options.channel,
        headed=options.headed,
        slow_mo_ms=options.slow_mo_ms,
    )


def _referrers(scenario: Scenario, target: Target) -> frozenset[str]:
    """The other sites from which a scenario's shopper arrives."""
    arrivals = [
        call.arguments for call in all_calls([step.call for step in scenario.steps], target) if call.action == "arrive"
    ]
    return frozenset(str(arrival["from"]) for arrival in arrivals if "from" in arrival)


def _shopper(scenario: Scenario, target: Target, seed: int) -> Shopper:
    """A new person, or the customer with the account in the target."""
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
    return Header(
        protocol=protocol.name,
        scenario_file=scenario.file,
        scenario=scenario.text,
        target_file=target.file,
        target=target.text,
        shopper=asdict(shopper),
        store_hosts=target.hosts,
        payment_hosts=target.payment_hosts,
        currency=target.external.currency or "",
        store={**store, **receipt_setting(target)},
        seed=seed,
    )
