"""The crawl of a store in one browser context, until all beacons have arrived."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from harness.browser.access import open_context
from harness.browser.discovery import is_headless_shell
from harness.browser.errors import first_line
from harness.browser.launch import ordinary_user_agent, override_client_hints
from harness.browser.pool import RunningBrowser
from harness.browser.settling import CollectorLink
from harness.browser.tabs import Tabs
from harness.capture.upstream import Upstream
from harness.commands.verify.cart_answers import CartAnswers
from harness.commands.verify.crawl_log import CrawlLog
from harness.commands.verify.crawler import Crawler
from harness.commands.verify.navigation import Navigator, OnPage
from harness.commands.verify.options import VerifyOptions
from harness.commands.verify.page_monitor import PageMonitor
from harness.commands.verify.target_guide import guide_for
from harness.errors import BrowserError, UsageError
from harness.events import Beacon
from harness.recording.records import StepBegun
from harness.runner.artifacts import Artifacts
from harness.runner.browser_trace import traced
from harness.runner.environment import Environment, Services
from harness.runner.event_wait import EventWait
from harness.scenario.shopper import make_shopper

_EVENTS_TIMEOUT_S = 3.0
"""The time that all settled pages together have for their first event, in seconds."""


@dataclass(kw_only=True)
class StoreCrawl:
    """One crawl of the store at `url`. `upstream` connects to it; `on_step` receives a line for each step."""

    url: str
    browser: RunningBrowser
    services: Services
    options: VerifyOptions
    environment: Environment
    upstream: Upstream
    on_step: Callable[[str], None]
    on_page: OnPage | None = None
    _event_wait: EventWait = field(default_factory=lambda: EventWait(seconds=_EVENTS_TIMEOUT_S))

    async def perform(self) -> CrawlLog:
        """Crawl the store. ServerError if its first page does not open, BrowserError if the browser fails."""
        browser, access, artifacts = self.browser.browser, self.options.access, self.artifacts
        try:
            context = await open_context(browser, proxy=self.environment.proxy, url=self.url, access=access)
            async with traced(context, artifacts.trace if artifacts else None):
                return await self._in_context(context)
        except PlaywrightError as error:
            raise BrowserError(f"the browser failed: {first_line(error)}") from error

    @property
    def artifacts(self) -> Artifacts | None:
        folder = self.options.artifacts
        return Artifacts(stem=folder / "verify", keep_all=self.options.keep_all) if folder is not None else None

    async def _in_context(self, context: BrowserContext) -> CrawlLog:
        monitor = PageMonitor(
            context=context,
            protocol=self.services.protocol,
            failures=self.upstream.failures,
            unresolved=self.upstream.unresolved,
        )
        await monitor.start()
        answers = CartAnswers()
        answers.start(context)
        tabs = await self._tabs(context)
        navigator = Navigator(
            tabs=tabs,
            monitor=monitor,
            recorder=self.services.recorder,
            log=CrawlLog(url=self.url),
            wait_for_events=self._wait_for_events,
            on_step=self.on_step,
            first_address=self.options.access.with_credentials(self.url),
            on_page=self.on_page,
            cart_answers=answers,
            takes_screenshots=self.artifacts is not None,
        )
        await self._crawler(navigator).crawl(self.url, self.options.pages)
        await tabs.leave()
        await self._read_ledger()
        return navigator.log

    async def _tabs(self, context: BrowserContext) -> Tabs:
        collector = CollectorLink(
            fence_urls=self.environment.fence_urls,
            is_from_page=lambda beacon: not self.services.protocol.is_of_back_end(beacon),
        )
        tabs = Tabs(context=context, recorder=self.services.recorder, collector=collector, timeout=self.options.timeout)
        await tabs.start()
        if is_headless_shell(self.browser.choice):
            await override_client_hints(tabs.page, await ordinary_user_agent(self.browser.browser))
        return tabs

    def _crawler(self, navigator: Navigator) -> Crawler:
        guide = guide_for(self.options.target, navigator) if self.options.target else None

        async def on_first_page() -> None:
            await self._press_consent_button(navigator)
            if guide is not None:
                await guide.on_arrival()

        shopper = make_shopper(seed=0, name="verify") if self.options.checkout else None
        return Crawler(navigator=navigator, on_first_page=on_first_page, shopper=shopper, guide=guide)

    async def _press_consent_button(self, navigator: Navigator) -> None:
        text = self.options.consent
        if text is None:
            return
        for frame in navigator.tabs.page.frames:
            for role in ("button", "link"):
                button = frame.get_by_role(role, name=text).first
                if await button.count():
                    navigator.log.actions.append(f'pressed "{text}"')
                    await button.click(timeout=self.options.timeout * 1000)
                    await navigator.settle(f'press "{text}"')
                    return
        raise UsageError(f'--consent "{text}": the first page has no such button or link')

    async def _wait_for_events(self) -> None:
        """Wait for the first event of the step, as long as the crawl has time for that."""
        await self._read_ledger()
        await self._event_wait.until(self._has_events, self.environment.journal)

    def _has_events(self) -> bool:
        in_step = takewhile(lambda record: not isinstance(record, StepBegun), reversed(self.services.recorder.records))
        return any(isinstance(record, Beacon) and self.services.protocol.read(record).events for record in in_step)

    async def _read_ledger(self) -> None:
        """Record the new entries of the store's ledger and the beacons of a running collector."""
        entries = await self.environment.read_ledger()
        if entries is not None:
            self.services.recorder.add(entries)
