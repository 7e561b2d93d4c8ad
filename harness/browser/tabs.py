"""The tabs of a journey: open and close them, change between them and between shoppers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from playwright.async_api import BrowserContext, Page

from harness.browser.emulation import Emulation
from harness.browser.launch import limit_painting
from harness.browser.page_script import DELAY_RESTORE, IGNORE_ROUTES, PROBE
from harness.browser.settling import CollectorLink, Settler
from harness.browser.tab_log import TabLog
from harness.browser.visibility import kill
from harness.recording.recorder import Recorder
from harness.scenario.faults import FaultSet


@dataclass(kw_only=True)
class Tabs:
    """All tabs of a context, and of the contexts that `open_another` creates for other shoppers.

    `page` is the tab that the shopper sees; it has `timeout` seconds to load. `trap` is the protocol's script that reports
    calls to the tracker, empty without a probe. The browser `keeps_pages` in a back/forward cache, and Chromium alone can do
    without painting where a page `is_drawn` for no one.
    """

    context: BrowserContext
    recorder: Recorder
    collector: CollectorLink
    timeout: float
    open_another: Callable[[], Awaitable[BrowserContext]] | None = None
    keeps_pages: bool = False
    is_drawn: bool = True
    trap: str = ""
    page: Page = field(init=False)
    _emulation: Emulation = field(init=False)
    _log: TabLog = field(init=False)
    _settler: Settler = field(init=False)

    def __post_init__(self) -> None:
        self._emulation = Emulation(timeout=self.timeout)
        self._log = TabLog(recorder=self.recorder)
        self._settler = Settler(
            recorder=self.recorder,
            collector=self.collector,
            emulation=self._emulation,
            log=self._log,
            timeout=self.timeout,
            keeps_pages=self.keeps_pages,
            is_probed=bool(self.trap),
        )

    async def start(self) -> None:
        """Open the first tab, with its clock under the harness's control."""
        if self.keeps_pages:
            await self._emulation.put(DELAY_RESTORE, DELAY_RESTORE)
        if self.trap:
            await self._emulation.put(PROBE, PROBE % self.trap)
        await self._open_in(self.context)

    async def ignore_hash_routes(self) -> None:
        """Treat the fragments `#/…` and `#!/…` of later documents as parts of their pages."""
        await self._emulation.put(IGNORE_ROUTES, IGNORE_ROUTES)

    async def open(self) -> None:
        """Open another tab and change to it."""
        self.page = await self._new_tab(self.page.context)

    async def open_for_another(self) -> None:
        """Continue as another shopper, in a browser context without the others' cookies and storage."""
        assert self.open_another is not None
        await self._open_in(await self.open_another())

    async def close(self) -> bool:
        """Close the tab and change to the tab opened before it; return False if it is the only one."""
        others = [tab for tab in self._log.open_tabs if tab is not self.page]
        if not others:
            return False
        closed, self.page = self.page, others[-1]
        await closed.close()
        return True

    async def kill(self) -> None:
        """End the page's process without any event in the page, and continue in a new tab."""
        context = self.page.context
        await kill(self.page, timeout=self.timeout)
        self.page = await self._new_tab(context)

    @property
    def now(self) -> datetime:
        """The time of the shopper's clock."""
        return self._emulation.now(self.recorder.clock)

    async def wait(self, seconds: float) -> None:
        """Advance the clocks of all pages."""
        await self._settler.dwell(seconds)

    async def fail(self, faults: FaultSet, *, at: float) -> None:
        """Set the faults of the browser from the time `at` on; they replace all others."""
        await self._emulation.fail(faults, at=at, tabs=self._log.open_tabs)

    async def settle(self, title: str, *, place: str) -> None:
        """Wait until the step with this title has settled; see `settling`. ActionError if it does not."""
        await self._settler.settle(self.page, title, place=place)

    async def follow(self) -> None:
        """Wait for the next document, if the page has begun a navigation since `watch_navigation`."""
        await self._settler.follow(self.page)

    async def leave(self) -> None:
        """Leave all pages, and wait for the beacons that they send at their end."""
        await self._settler.leave()

    def forget(self) -> None:
        """Record no page view of the documents since the last settling."""
        self._log.documents.clear()

    def watch_navigation(self) -> asyncio.Event:
        """Return an event that is set when a tab next shows another page."""
        self._log.moved.clear()
        return self._log.moved

    async def _open_in(self, context: BrowserContext) -> None:
        await self._emulation.apply(context)
        context.on("page", self._log.watch)
        self.page = await self._new_tab(context)

    async def _new_tab(self, context: BrowserContext) -> Page:
        page = await context.new_page()
        if not self.is_drawn:
            await limit_painting(page)
        return page
