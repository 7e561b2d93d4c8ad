"""Wait until a step has settled, and record its page views.

A step has *settled* when its pages have loaded, the shopper has dwelt on them, a fence of each page has arrived, and no page has
navigated meanwhile. A *fence* is a marked request that a page sends to the collector after its beacons. When a fence has arrived,
every beacon that the page sent before it has arrived too.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from harness.browser.emulation import Emulation
from harness.browser.errors import ActionError
from harness.browser.first_touch import touch
from harness.browser.page_script import (
    ADVANCE_CLOCK,
    IS_LEAVING,
    NEXT_RETRY,
    PENDING_REQUESTS,
    READ_STATE,
    RESTORE,
    SHORT_PAUSE,
)
from harness.browser.page_state import PageState
from harness.browser.page_views import PageViews
from harness.browser.tab_log import TabLog
from harness.browser.tracker_probe import probe_report
from harness.events import Beacon
from harness.recording.recorder import Recorder
from harness.recording.records import BrowserRefused
from harness.scenario.faults import NONE

DWELL_S = 30
"""How long a shopper stays on every page, in seconds of the page's own clock."""

_MAX_NAVIGATIONS = 10
"""A page that navigates more often than this in one step, without an action, never settles."""

_MAX_BUSY_READINGS = 2
"""How often a page that waited for an answer gets more time to react to it."""

_MAX_RETRIES = 60
"""How many timers a step with faults waits for."""

_MAX_RETRY_PAUSE_MS = 900_000
"""A timer that is due later than this is no retry."""

_NO_LIMIT = 1_000_000


@dataclass(frozen=True, kw_only=True)
class CollectorLink:
    """The collector as the browser needs it.

    `fence_urls` are the addresses of fences, by the collector's host name; the first is used until beacons go elsewhere.
    `is_from_page` distinguishes a page's beacons from those of a back end. `held` returns the bodies of the requests that get
    no answer, by a fault; `release` ends the wait of one of them. `wait_for_fence` waits a few seconds for the fence with a token.
    """

    fence_urls: Mapping[str, str]
    is_from_page: Callable[[Beacon], bool]
    held: Callable[[], list[bytes]] = list
    release: Callable[[bytes], None] = lambda _body: None
    wait_for_fence: Callable[[str], Awaitable[None]] | None = None


@dataclass(kw_only=True)
class Settler:
    """Settles the tabs of a journey. Pages have `timeout` seconds to load and to answer.

    Where the browser `keeps_pages` in the back/forward cache, restored pages get the current time. Where `is_probed`, pages
    report their calls to the tracker until the first beacon arrives.
    """

    recorder: Recorder
    collector: CollectorLink
    emulation: Emulation
    log: TabLog
    timeout: float
    keeps_pages: bool
    is_probed: bool
    _views: PageViews = field(init=False)
    _fences: int = 0
    _beacons_seen: int = 0
    _held: int = 0
    _touched: Page | None = None

    def __post_init__(self) -> None:
        self._views = PageViews(recorder=self.recorder)

    async def settle(self, page: Page, title: str, *, place: str) -> None:
        """Wait until the step has settled; `page` is the one that the shopper sees. ActionError if it does not settle."""
        busy_readings = 0
        self._touched = None
        for _ in range(_MAX_NAVIGATIONS):
            states = await self._read_states(page, title, place)
            if states is None:
                continue
            if any(state.is_leaving for state in states.values()):
                await self._wait_for_move()
            elif any(state.is_busy for state in states.values()) and busy_readings < _MAX_BUSY_READINGS:
                busy_readings += 1
            elif await self._is_woken(page):
                busy_readings = 0
            else:
                await self._record(states)
                return
        message = f'"{title}": the page does not settle: it navigated {_MAX_NAVIGATIONS} times, last to {page.url}'
        raise ActionError(message, place=place, hint="Check the page for a redirect loop.")

    async def _is_woken(self, page: Page) -> bool:
        """Touch a new page that has sent nothing, once; return whether it loaded a script then."""
        count, self._beacons_seen = self._beacons_seen, len(self._beacons())
        is_new = self._touched is not page and page in {tab for tab, _url in self.log.documents}
        if not is_new or count < self._beacons_seen or self.emulation.faults.hurries:
            return False
        self._touched = page
        with suppress(PlaywrightError):  # it has just gone
            return await touch(page)
        return False

    async def follow(self, page: Page) -> None:
        """Wait for the next document, if the page has begun a navigation since `log.moved` was cleared."""
        with suppress(PlaywrightError, TimeoutError):  # it has gone, or gives no answer, which the settling reports
            async with asyncio.timeout(self.timeout):
                if not await page.evaluate(IS_LEAVING):
                    return
        await self._wait_for_move()

    async def leave(self) -> None:
        """Send every tab to about:blank, and wait for the beacons that pages send when they are left."""
        for tab in self.log.open_tabs:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(self.timeout):
                    await tab.goto("about:blank")
                    await tab.evaluate(READ_STATE, self._next_request(with_images=True))

    async def dwell(self, seconds: float, *, except_in: Collection[Page] = ()) -> None:
        """Advance the clocks of all documents, also of those to come; the main frames of `except_in` follow when they are read."""
        self.recorder.advance_clock(seconds)
        ahead = self._ahead_ms
        await self.emulation.put(ADVANCE_CLOCK, f"({ADVANCE_CLOCK})([{ahead}, 0])")
        read_next = [tab.main_frame for tab in except_in]
        for frame in (frame for tab in self.log.open_tabs for frame in tab.frames if frame not in read_next):
            with suppress(PlaywrightError):  # it has just gone
                await frame.evaluate(ADVANCE_CLOCK, [ahead, self._held])

    @property
    def _ahead_ms(self) -> float:
        return self.recorder.clock * 1000

    async def _read_states(self, page: Page, title: str, place: str) -> dict[Page, PageState] | None:
        """The states of the page and of all tabs with a new document; None if one of them navigated meanwhile."""
        if page.is_closed():
            hint = "Check whether a script on the page closes the window."
            raise ActionError(f'"{title}": the page was closed', place=place, hint=hint)
        changed = {tab for tab, _url in self.log.documents}
        tabs = [tab for tab in self.log.open_tabs if tab is page or tab in changed]
        try:
            await self._wait_for_load(tabs, page, title, place)
            self.log.moved.clear()
            count = len(self.log.documents)
            self._held = 0
            states = await (self._glance(tabs) if self.emulation.faults.hurries else self._look(page, tabs))
            return states if len(self.log.documents) == count else None
        except TimeoutError as error:
            message = f'"{title}": a script on {page.url} does not end; the page gave no answer for {self.timeout:g} s'
            raise ActionError(message, place=place, hint="Check the page's scripts for an endless loop.") from error
        except PlaywrightError:
            return None

    async def _glance(self, tabs: Collection[Page]) -> dict[Page, PageState]:
        """Read the states of a shopper in a hurry: without fences, and without a wait for answers."""
        request = self._next_request() | {"fences": [], "held": _NO_LIMIT}
        return {tab: PageState.from_json(await tab.evaluate(READ_STATE, request) | {"isBusy": False}) for tab in tabs}

    async def _look(self, page: Page, tabs: Collection[Page]) -> dict[Page, PageState]:
        """Read the states after the retries, the dwell time and the fences."""
        if self.emulation.faults is not NONE:
            await self._let_retry(page, tabs)
        async with asyncio.timeout(self.timeout):
            await self.dwell(DWELL_S, except_in=tabs)
            states = {tab: PageState.from_json(await tab.evaluate(READ_STATE, self._next_request())) for tab in tabs}
            for url in (url for state in states.values() for url in state.fences):
                assert self.collector.wait_for_fence is not None
                await self.collector.wait_for_fence(f"{url.rpartition('/')[2]}-1")
            return states

    async def _let_retry(self, page: Page, tabs: Collection[Page]) -> None:
        """Let pages retry what failed by a fault; each pause advances the clock by the page's own delay."""
        for _ in range(_MAX_RETRIES):
            is_stuck = await self._is_stuck(page, tabs)
            pauses = [await tab.evaluate(NEXT_RETRY, is_stuck) for tab in tabs]
            next_ms = min((pause for pause in pauses if pause is not None), default=_MAX_RETRY_PAUSE_MS)
            if next_ms >= _MAX_RETRY_PAUSE_MS:
                return
            await self.dwell((next_ms + 1) / 1000)

    async def _is_stuck(self, page: Page, tabs: Collection[Page]) -> bool:
        """Wait until pages have all answers except those that a fault holds; return whether one is held."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timeout):
                while await self._count_pending(tabs) > self._held:
                    await page.evaluate(SHORT_PAUSE)
        return self._held > 0

    async def _count_pending(self, tabs: Collection[Page]) -> int:
        """The number of requests under way; counts those that a fault holds, and releases those that pages gave up."""
        requests = [await tab.evaluate(PENDING_REQUESTS) for tab in tabs]
        for body in (body for request in requests for body in request["aborted"]):
            self.collector.release(body.encode())
        held = Counter(self.collector.held())
        self._held = (held & Counter(body.encode() for request in requests for body in request["bodies"])).total()
        return sum(int(request["pending"]) for request in requests)

    async def _wait_for_load(self, tabs: Collection[Page], page: Page, title: str, place: str) -> None:
        try:
            async with asyncio.timeout(self.timeout):
                for tab in tabs:
                    await self.log.loads.wait(tab)
                    if self.keeps_pages:
                        await tab.evaluate(RESTORE, {"ahead": self._ahead_ms, **self.emulation.clock})
        except TimeoutError as error:
            message = f'"{title}": {page.url} did not finish loading in {self.timeout:g} s'
            raise ActionError(message, place=place, hint="Check which request of the page is slow.") from error

    async def _wait_for_move(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timeout):
                await self.log.moved.wait()

    def _next_request(self, *, with_images: bool = False) -> dict[str, Any]:
        """The argument of `READ_STATE`: one fence for each collector host with beacons, over the transports of the beacons."""
        self._fences += 1
        beacons = list(self._beacons())
        hosts = {urlsplit(beacon.url).hostname for beacon in beacons}
        with_images = with_images or any(beacon.method == "GET" for beacon in beacons)
        fence_urls = self.collector.fence_urls
        urls = [url for host, url in fence_urls.items() if host in hosts] or list(fence_urls.values())[:1]
        is_reported = self.collector.wait_for_fence is not None and self.emulation.faults is NONE
        return {
            "ahead": self._ahead_ms,
            "fences": [f"{url}/{self._fences}" for url in urls],
            "held": self._held,
            "areReported": is_reported and not with_images,
            "withImages": with_images,
        }

    def _beacons(self) -> list[Beacon]:
        records = self.recorder.records
        return [record for record in records if isinstance(record, Beacon) and self.collector.is_from_page(record)]

    async def _record(self, states: Mapping[Page, PageState]) -> None:
        """Record the step's refusals, its page views and, until the first beacon, the calls to the tracker."""
        for state in states.values():
            for reason in state.refusals:
                self.recorder.add(BrowserRefused(url=state.url, reason=reason))
        self._record_views(states)
        self.recorder.settle()
        if self.is_probed and not self._beacons():
            with suppress(PlaywrightError):  # it has just gone
                for tab in states:
                    self.recorder.add(await probe_report(tab))

    def _record_views(self, states: Mapping[Page, PageState]) -> None:
        documents, self.log.documents = self.log.documents, []
        for index, (page, url) in enumerate(documents):
            if page not in states or page in {later for later, _url in documents[index + 1 :]}:
                self._views.add_unseen(url, **self._numbers(page))
        for page, state in states.items():
            is_new = page in {tab for tab, _url in documents}
            self._views.add_settled(state, is_new=is_new, **self._numbers(page))

    def _numbers(self, page: Page) -> dict[str, int]:
        """The numbers of the tab and of its shopper, from 1."""
        return {"tab": self.log.tabs.index(page) + 1, "shopper": self.emulation.contexts.index(page.context) + 1}
