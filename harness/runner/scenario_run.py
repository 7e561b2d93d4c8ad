"""The run of one scenario: all its items, from the first to the last, in a browser context."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field

from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Error as PlaywrightError

from harness.browser.access import open_context, unlock
from harness.browser.errors import ActionError, first_line
from harness.browser.launch import proxy_options
from harness.browser.settling import CollectorLink
from harness.browser.tabs import Tabs
from harness.browser_names import CHROMIUM
from harness.judge.progress import Progress
from harness.protocol import TrackerProtocol
from harness.recording.recorder import Recorder
from harness.recording.records import ActionFailed, FaultsSet, PageView
from harness.runner.action_executor import ActionExecutor
from harness.runner.artifacts import Artifacts
from harness.runner.browser_trace import traced
from harness.runner.environment import Environment
from harness.runner.event_wait import EventWait
from harness.runner.jobs import Options
from harness.scenario.actions import Call
from harness.scenario.faults import NONE
from harness.scenario.model import Scenario, SetFaults, Step
from harness.scenario.shopper import Shopper
from harness.scenario.target import Target
from harness.scenario.variables import Variables
from harness.urls import plain_url

_LOG = logging.getLogger(__name__)

PAGE_TIMEOUT_S = 15.0
ELEMENT_TIMEOUT_S = 5.0


@dataclass(kw_only=True)
class ScenarioRun:
    """The run of one scenario by one shopper.

    `screenshots` are PNGs by the number of a step with a missing event or a failed action. Pages are painted only in a window
    or for a trace.
    """

    browser: Browser
    scenario: Scenario
    target: Target
    protocol: TrackerProtocol
    shopper: Shopper
    recorder: Recorder
    options: Options
    artifacts: Artifacts | None
    screenshots: dict[int, bytes] = field(default_factory=dict)
    _others: list[BrowserContext] = field(default_factory=list)
    _progress: Progress = field(init=False)
    _event_wait: EventWait = field(init=False)

    def __post_init__(self) -> None:
        self._progress = Progress(self.recorder.header, self.scenario, self.protocol)
        self._event_wait = EventWait(seconds=self.options.timeout)

    async def perform(self, environment: Environment) -> None:
        """Perform all items, and close the browser context once nothing can be lost. A browser error is a failed action."""
        trace = self.artifacts.trace if self.artifacts else None
        with self._recorded_errors():
            context = await self._context(environment)
            async with traced(context, trace, has_film=self._is_chromium, others=self._others):
                with self._recorded_errors():
                    await self._in_context(context, environment)

    @property
    def _is_chromium(self) -> bool:
        return self.browser.browser_type.name == CHROMIUM

    @contextmanager
    def _recorded_errors(self) -> Iterator[None]:
        try:
            yield
        except PlaywrightError as error:
            message = f"the browser failed: {first_line(error)}"
            self.recorder.add(ActionFailed(message=message, place=self.scenario.file, url=""))

    async def _context(self, environment: Environment) -> BrowserContext:
        if not self.target.is_built_in:
            access = self.options.access
            return await open_context(self.browser, proxy=environment.proxy, url=self.target.url, access=access)
        return await self.browser.new_context(**proxy_options(self.browser, environment.proxy))

    async def _open_another(self, environment: Environment) -> BrowserContext:
        self._others.append(await self._context(environment))
        return self._others[-1]

    async def _in_context(self, context: BrowserContext, environment: Environment) -> None:
        faults, access = environment.faults, self.options.access
        tabs = Tabs(
            context=context,
            recorder=self.recorder,
            collector=CollectorLink(
                fence_urls=environment.fence_urls,
                is_from_page=lambda beacon: not self.protocol.is_of_back_end(beacon),
                held=lambda: faults.held,
                release=faults.release,
                wait_for_fence=environment.wait_for_fence,
            ),
            trap=self.protocol.trap,
            timeout=PAGE_TIMEOUT_S,
            keeps_pages=self.scenario.browser == "full",
            is_drawn=self.options.headed or bool(self.artifacts) or not self._is_chromium,
            open_another=lambda: self._open_another(environment),
        )
        if not self.target.external.are_routes_pages:
            await tabs.ignore_hash_routes()
        await tabs.start()
        if not self.target.is_built_in and access.user:
            await unlock(tabs, access.with_credentials(self.target.url))
        executor = ActionExecutor(
            tabs=tabs,
            target=self.target,
            recorder=self.recorder,
            read_ledger=environment.read_ledger,
            variables=Variables(
                {"shopper": asdict(self.shopper)}, has_ledger=self.target.is_built_in or self.target.ledger is not None
            ),
            timeout=ELEMENT_TIMEOUT_S,
            log=self.options.log,
        )
        await self._perform_items(executor, environment)
        faults.begin(None)
        environment.block(NONE)
        await executor.leave()

    async def _perform_items(self, executor: ActionExecutor, environment: Environment) -> None:
        for item in self.scenario.items:
            if isinstance(item, SetFaults):
                await self._set_faults(item, executor, environment)
            elif isinstance(item, Step) and not await self._perform_step(item, executor, environment):
                return

    async def _perform_step(self, step: Step, executor: ActionExecutor, environment: Environment) -> bool:
        """Perform a step, and wait for its events. Return whether the action succeeded."""
        self.recorder.begin(step.number)
        first = len(self.recorder.records)
        self._log(f"[{step.number}] {step.call.title}")
        try:
            await executor.perform(step.call)
            await self._lead_to_page(step, executor, first)
        except ActionError as error:
            message = str(error)
            self._log(f"    failed: {message}")
            _LOG.debug("the action failed", exc_info=error)
            self.recorder.add(
                ActionFailed(
                    message=message,
                    place=error.place,
                    url=executor.page.url,
                    hint=error.hint,
                    target_line=error.target_line,
                    is_unknown_value=error.is_unknown_value,
                )
            )
            await self._take_screenshot(executor, step)
            return False
        if not await self._wait_for_events(environment):
            await self._take_screenshot(executor, step)
        self.recorder.end(step.number)
        if self.options.log or _LOG.isEnabledFor(logging.DEBUG):
            self._log(f"    sent: {', '.join(self._sent_types(step.number)) or 'nothing'}")
        return True

    async def _lead_to_page(self, step: Step, executor: ActionExecutor, first: int) -> None:
        """Open the page that the scenario assumes the step to show, unless it was the last one; `first` is its first record."""
        if not step.leads_to or self.target.is_built_in:
            return
        views = [record.url for record in self.recorder.records[first:] if isinstance(record, PageView)]
        if not views or _path(views[-1]) != _path(self.target.address(step.leads_to)):
            self._log(f'    the scenario assumes the page "{step.leads_to}" here; it is opened')
            arguments = {"value": step.leads_to}
            title = f"goto: {step.leads_to}"
            await executor.perform(Call(action="goto", arguments=arguments, place=step.call.place, title=title))

    def _log(self, line: str) -> None:
        """Add a line about a step to the log, and print it if the user follows the steps."""
        _LOG.debug("%s: %s", self.scenario.name, line)
        if self.options.log:
            self.options.log(line)

    def _sent_types(self, number: int) -> list[str]:
        """The types of the events and documents that arrived in a step."""
        timeline = self._progress.timeline(self.recorder.records)
        step = next(step for step in timeline.steps if step.number == number)
        return [event.type for event in step.events] + [document.as_event.type for document in step.documents]

    async def _set_faults(self, item: SetFaults, executor: ActionExecutor, environment: Environment) -> None:
        """Inject exactly these faults. When they end, wait for the delayed requests of the back end and the pages."""
        faults, at = item.faults, time.time()
        self.recorder.add(
            FaultsSet(
                number=item.number,
                at=at,
                faults=faults.words,
                delays=faults.delays,
                blocks_tracker=faults.blocks_tracker,
                cookies_blocked=faults.cookies_blocked,
                images_only=faults.images_only,
                stops_clock=faults.stops_clock,
                clock_off=faults.clock_off,
            )
        )
        environment.faults.begin(faults.script)
        environment.block(faults)
        await executor.tabs.fail(faults, at=at)
        if faults.script is None:
            await environment.drained()
            await self._wait_for_events(environment)

    async def _wait_for_events(self, environment: Environment) -> bool:
        """Wait for all expected events; return whether they arrived."""
        is_satisfied, records = self._progress.is_satisfied, self.recorder.records
        return await self._event_wait.until(lambda: is_satisfied(records), environment.journal)

    async def _take_screenshot(self, executor: ActionExecutor, step: Step) -> None:
        """A picture of the page, if the browser can still take one."""
        with suppress(PlaywrightError):
            self.screenshots[step.number] = await executor.page.screenshot(timeout=ELEMENT_TIMEOUT_S * 1000)


def _path(url: str) -> str:
    """The address of a page without its query, and without a slash at its end."""
    return plain_url(url).partition("?")[0].rstrip("/")
