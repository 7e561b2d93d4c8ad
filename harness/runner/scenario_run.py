"""One journey from its first step to its last, in a browser context of its own, and the waiting in between."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Error as PlaywrightError

from harness.browser.access import Access, open_context, unlock
from harness.browser.errors import ActionError, first_line
from harness.browser.launch import proxy_options
from harness.browser.settling import CollectorLink
from harness.browser.tabs import Tabs
from harness.browser_names import CHROMIUM
from harness.judge.progress import is_satisfied
from harness.protocol import TrackerProtocol
from harness.recording.recorder import Recorder
from harness.recording.records import ActionFailed, FaultsSet
from harness.recording.timeline_builder import build_timeline
from harness.runner.action_executor import ActionExecutor
from harness.runner.artifacts import Artifacts
from harness.runner.environment import Environment
from harness.scenario.model import Scenario, SetFaults, Step
from harness.scenario.shopper import Shopper
from harness.scenario.target import Target
from harness.scenario.variables import Variables

_LOG = logging.getLogger(__name__)

PAGE_TIMEOUT_S = 15.0
ELEMENT_TIMEOUT_S = 5.0


@dataclass(kw_only=True)
class ScenarioRun:
    """Everything for one journey. `patience` is how long it may still wait for events that are due, in seconds.

    `screenshots` are PNGs, by the number of the step after which something was amiss. `entrance` is how the browser comes into
    an external store; `log` is told what matched, step by step. Where there is neither a window, as `headed` has, nor a
    film in a trace, pages are not drawn.
    """

    browser: Browser
    scenario: Scenario
    target: Target
    protocol: TrackerProtocol
    shopper: Shopper
    recorder: Recorder
    patience: float
    artifacts: Artifacts | None
    headed: bool = False
    screenshots: dict[int, bytes] = field(default_factory=dict)
    access: Access | None = None
    log: Callable[[str], None] | None = None
    _others: list[BrowserContext] = field(default_factory=list)

    async def go(self, where: Environment) -> None:
        """Walk; the context is closed only when nothing can be lost any more. A browser that gives up is a failed action."""
        try:
            context = await self._context(where)
        except PlaywrightError as error:
            self._gave_up(error)
            return
        try:
            await self._in_context(context, where)
        except PlaywrightError as error:
            self._gave_up(error)
        finally:
            await self._close(context)

    async def _context(self, where: Environment) -> BrowserContext:
        if self.access is not None:
            return await open_context(self.browser, proxy=where.proxy, url=self.target.url, access=self.access)
        return await self.browser.new_context(**proxy_options(self.browser, where.proxy))

    async def _another(self, where: Environment) -> BrowserContext:
        """The browser of another shopper."""
        self._others.append(await self._context(where))
        return self._others[-1]

    async def _in_context(self, context: BrowserContext, where: Environment) -> None:
        is_chromium = self.browser.browser_type.name == CHROMIUM
        if self.artifacts:  # of others than Chromium a film would be picture after picture
            await context.tracing.start(screenshots=is_chromium, snapshots=True)
        tabs = Tabs(
            context=context,
            recorder=self.recorder,
            collector=CollectorLink(
                fence_urls=where.fence_urls,
                is_from_page=lambda beacon: not self.protocol.is_of_back_end(beacon),
                held=lambda: where.faults.held,
                release=where.faults.release,
                wait_for_fence=where.wait_for_fence,
            ),
            trap=self.protocol.trap,
            timeout=PAGE_TIMEOUT_S,
            keeps_pages=self.scenario.browser == "full",
            is_drawn=self.headed or bool(self.artifacts) or not is_chromium,
            open_another=lambda: self._another(where),
        )
        await tabs.start()
        if self.access is not None and self.access.user:
            await unlock(tabs, self.access.with_credentials(self.target.url))
        journey = ActionExecutor(
            tabs=tabs,
            target=self.target,
            recorder=self.recorder,
            read_ledger=where.read_ledger,
            variables=Variables({"shopper": asdict(self.shopper)}),
            timeout=ELEMENT_TIMEOUT_S,
            log=self.log,
        )
        await self._steps(journey, where)
        where.faults.begin(None)
        where.block(())
        await journey.leave()

    async def _steps(self, journey: ActionExecutor, where: Environment) -> None:
        for item in self.scenario.items:
            if isinstance(item, SetFaults):
                await self._set_faults(item, journey, where)
            if not isinstance(item, Step):
                continue
            self.recorder.begin(item.number)
            self._log(f"[{item.number}] {item.call.title}")
            try:
                await journey.perform(item.call)
            except ActionError as error:
                message, url = str(error), journey.page.url
                self._log(f"    failed: {message}")
                _LOG.debug("the action failed", exc_info=error)
                self.recorder.add(ActionFailed(message=message, place=error.place, url=url, hint=error.hint))
                await self._photograph(journey, item)
                return
            if not await self._satisfied(where):
                await self._photograph(journey, item)
            self.recorder.end(item.number)
            if self.log or _LOG.isEnabledFor(logging.DEBUG):
                self._log(f"    sent: {', '.join(self._sent(item.number)) or 'nothing'}")

    def _log(self, line: str) -> None:
        """Add a line about a step to the log, and print it if the user follows the steps."""
        _LOG.debug("%s: %s", self.scenario.name, line)
        if self.log:
            self.log(line)

    def _sent(self, number: int) -> list[str]:
        """The types of the events, and of the documents, that arrived in a step."""
        step = next(step for step in build_timeline(self.recorder.finish(), self.protocol.read).steps if step.number == number)
        return [event.type for event in step.events] + [document.as_event.type for document in step.documents]

    async def _set_faults(self, item: SetFaults, journey: ActionExecutor, where: Environment) -> None:
        """Let these things fail, and no others; what a back end could not send, or a page, arrives when they are over."""
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
        where.faults.begin(faults.script)
        where.block(faults.blocked)
        await journey.tabs.fail(faults, at=at)
        if faults.script is None:
            await where.drained()
            await self._satisfied(where)

    async def _satisfied(self, where: Environment) -> bool:
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
        return is_satisfied(self.recorder.finish(), self.scenario, self.protocol)

    async def _photograph(self, journey: ActionExecutor, item: Step) -> None:
        """A picture of the page, where there still is one to be had."""
        with suppress(PlaywrightError):
            self.screenshots[item.number] = await journey.page.screenshot(timeout=ELEMENT_TIMEOUT_S * 1000)

    async def _close(self, context: BrowserContext) -> None:
        """Keep the trace and close; a browser that has gone, or hangs, has been told of already."""
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(PAGE_TIMEOUT_S):
                if self.artifacts:
                    await context.tracing.stop(path=self.artifacts.trace)
                for each in (context, *self._others):
                    await each.close()

    def _gave_up(self, error: PlaywrightError) -> None:
        message = f"the browser gave up: {first_line(error)}"
        self.recorder.add(ActionFailed(message=message, place=self.scenario.file, url=""))
