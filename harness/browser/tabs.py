"""The tabs of a browser context: which documents they show, and waiting until they have settled."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from harness.browser.emulation import Emulation
from harness.browser.launch import limit_painting
from harness.browser.load_state import LoadTracker
from harness.browser.page_script import A_MOMENT, IS_LEAVING, LOOK, MOVE_ON, NEXT_TRY, PENDING, SLEEP, WAKE
from harness.browser.page_views import PageViews, is_thrown
from harness.browser.tracker_probe import LISTEN, probe_report
from harness.browser.visibility import kill
from harness.events import Beacon
from harness.recording.records import BrowserRefused, PageError, Recorder
from harness.scenario.faults import NONE, FaultSet

DWELL_S = 30
"""How long a shopper seems to look at every page, by the page's own clock."""

_MOVES = 10
"""A page that navigates by itself more often than this in one step never settles."""

_BUSY_LOOKS = 2
"""How often a page may be found waiting for an answer, and be given time again to do what it does with it."""

_MOST_TRIES = 60
"""How many timers are waited for in one step where something fails."""

_LONGEST_PAUSE_MS = 900_000
"""A timer that is further away than this is not set to try again."""


class ActionError(Exception):
    """An action that could not be performed on the page: what, where, and what to do."""

    def __init__(self, message: str, *, place: str, hint: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint


async def _never_mind(_token: str) -> None:
    """Where nobody tells which fences have arrived."""


@dataclass(kw_only=True)
class Tabs:
    """All tabs of a context, and of those that `another()` gives to other shoppers. `page` is the one that the shopper looks
    at; it has `timeout` seconds to load.

    `fence_urls` are the addresses of fences, by the collector's host name; the first is used until beacons went elsewhere.
    `heard_of(token)` waits until the fence with that token has arrived, for a while. `is_a_pages(beacon)` tells whether a page
    sent it, `held()` which bodies were sent that get no answer, and `release(body)` is called when a page no longer waits for
    that. `trap` is the protocol's, empty where others listen to the pages. Where the browser `keeps_pages` that were left, those
    that it brings back are told the time. What is not drawn costs less; Chromium alone can do without.
    """

    context: BrowserContext
    recorder: Recorder
    fence_urls: Mapping[str, str]
    timeout: float
    is_a_pages: Callable[[Beacon], bool]
    another: Callable[[], Awaitable[BrowserContext]] | None = None
    held: Callable[[], list[bytes]] = list
    release: Callable[[bytes], None] = lambda _body: None
    wait_for_fence: Callable[[str], Awaitable[None]] = _never_mind
    keeps_pages: bool = False
    is_drawn: bool = True
    trap: str = ""
    page: Page = field(init=False)
    _all: list[Page] = field(default_factory=list)
    _around: Emulation = field(init=False)
    _documents: list[tuple[Page, str]] = field(default_factory=list)
    _views: PageViews = field(init=False)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _loads: LoadTracker = field(default_factory=LoadTracker)
    _fences: int = 0
    _in_vain: int = 0

    def __post_init__(self) -> None:
        self._views = PageViews(recorder=self.recorder)
        self._around = Emulation(timeout=self.timeout)

    async def start(self) -> None:
        """Open the first tab, its clock under our control."""
        if self.keeps_pages:
            await self._around.put(SLEEP, SLEEP)
        if self.trap:
            await self._around.put(LISTEN, LISTEN % self.trap)
        await self._open_in(self.context)

    async def open(self) -> None:
        """Open another tab and look at it."""
        self.page = await self._new_tab(self.page.context)

    async def open_for_another(self) -> None:
        """Go on as another shopper, whose browser knows nothing of the others'."""
        assert self.another is not None
        await self._open_in(await self.another())

    async def _open_in(self, context: BrowserContext) -> None:
        await self._around.surround(context)
        context.on("page", self._watch)
        self.page = await self._new_tab(context)

    async def _new_tab(self, context: BrowserContext) -> Page:
        page = await context.new_page()
        if not self.is_drawn:
            await limit_painting(page)
        return page

    async def close(self) -> bool:
        """Close the tab and look at the one that was opened before, if there is one."""
        others = [tab for tab in self._open_tabs() if tab is not self.page]
        if not others:
            return False
        closing, self.page = self.page, others[-1]
        await closing.close()
        return True

    async def kill(self) -> None:
        """Let the page end without a word, and go on in a new tab."""
        context = self.page.context
        await kill(self.page, timeout=self.timeout)
        self.page = await self._new_tab(context)

    @property
    def now(self) -> datetime:
        """What the clock on the shopper's wall says."""
        return self._around.now(self.recorder.clock)

    async def wait(self, seconds: float) -> None:
        """Let so much time pass, by the clocks of all pages."""
        await self._dwell(seconds)

    async def fail(self, faults: FaultSet, *, at: float) -> None:
        """From now on, which is `at`, the browser fails in these ways, and no others; what it lacks it lacks on the pages that come."""
        await self._around.fail(faults, at=at, tabs=self._open_tabs())

    async def settle(self, title: str, *, place: str) -> None:
        """Wait until pages have loaded, the shopper has dwelt on them, the fences have come through, and nothing moved.

        Raises ActionError with `title` and `place` where that does not happen.
        """
        busy_looks = 0
        for _ in range(_MOVES):
            looks = await self._look(title, place)
            if looks is None:
                continue
            if any(look["leaving"] for look in looks.values()):
                await self._go_along()
            elif any(look["busy"] for look in looks.values()) and busy_looks < _BUSY_LOOKS:
                busy_looks += 1
            else:
                self._note_refusals(looks)
                self._note(looks)
                await self._listen(looks)
                return
        message = (
            f'"{title}": the page never settles; it has navigated by itself {_MOVES} times, now to {self.page.url}'
        )
        raise ActionError(message, place=place, hint="is there a redirect loop?")

    async def follow(self) -> None:
        """Where the page is on its way to another, since `hears_of_a_move`, wait until that has come."""
        with suppress(
            PlaywrightError, TimeoutError
        ):  # it has gone already, or does not answer, which is found out later
            async with asyncio.timeout(self.timeout):
                if not await self.page.evaluate(IS_LEAVING):
                    return
        await self._go_along()

    async def leave(self) -> None:
        """Send every tab to about:blank, so that what pages send when they go away still arrives."""
        for tab in self._open_tabs():
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(self.timeout):
                    await tab.goto("about:blank")
                    await tab.evaluate(LOOK, self._next_look(with_images=True))

    def forget(self) -> None:
        """Count no document that was shown since the last settling: the page never stood still."""
        self._documents.clear()

    def watch_navigation(self) -> asyncio.Event:
        """An event that is set as soon as a tab shows another page, from now on."""
        self._moved.clear()
        return self._moved

    @property
    def _ahead_ms(self) -> float:
        return self.recorder.clock * 1000

    def _open_tabs(self) -> list[Page]:
        return [tab for tab in self._all if not tab.is_closed()]

    def _watch(self, page: Page) -> None:
        """Count every document that a tab shows."""
        self._all.append(page)
        self._loads.watch(page)
        page.on("domcontentloaded", lambda _page: self._documents.append((page, page.url)))
        page.on("framenavigated", lambda frame: self._moved.set() if frame == page.main_frame else None)
        page.on("download", lambda _download: self._moved.set())
        page.on("pageerror", lambda error: self._note_error(page.url, first_line(error)))

    def _note_error(self, url: str, message: str) -> None:
        if is_thrown(message):
            self.recorder.add(PageError(url=url, message=message))

    async def _look(self, title: str, place: str) -> dict[Page, dict[str, Any]] | None:
        """What each tab with something new says of itself, once it stands still; None where one went away meanwhile."""
        if self.page.is_closed():
            raise ActionError(
                f'"{title}": the page was closed', place=place, hint="does a script on it close the window?"
            )
        news = {page for page, _url in self._documents}
        tabs = [tab for tab in self._open_tabs() if tab is self.page or tab in news]
        try:
            await self._load(tabs, title, place)
            self._moved.clear()
            count = len(self._documents)
            self._in_vain = 0
            if self._around.faults.hurries:
                looks = {tab: await tab.evaluate(LOOK, self._glance()) | {"busy": False} for tab in tabs}
                return looks if len(self._documents) == count else None
            if self._around.faults is not NONE:
                await self._let_try_again(tabs)
            async with asyncio.timeout(self.timeout):
                await self._dwell(DWELL_S, looked_at=tabs)
                looks = {tab: await tab.evaluate(LOOK, self._next_look()) for tab in tabs}
                for url in (url for look in looks.values() for url in look["sent"]):
                    await self.wait_for_fence(f"{url.rpartition('/')[2]}-1")
            return looks if len(self._documents) == count else None
        except TimeoutError:
            message = f'"{title}": a script on {self.page.url} does not end; nothing moved for {self.timeout:g} s'
            raise ActionError(message, place=place, hint="is there an endless loop in a script of the page?") from None
        except PlaywrightError:
            return None

    async def _let_try_again(self, tabs: Collection[Page]) -> None:
        """Where something fails, let pages try again; each pause takes as long, by their clock, as they make it."""
        for _ in range(_MOST_TRIES):
            stuck = await self._answered(tabs)
            pauses = [await tab.evaluate(NEXT_TRY, stuck) for tab in tabs]
            soonest = min((pause for pause in pauses if pause is not None), default=_LONGEST_PAUSE_MS)
            if soonest >= _LONGEST_PAUSE_MS:
                return
            await self._dwell((soonest + 1) / 1000)

    async def _answered(self, tabs: Collection[Page]) -> bool:
        """Wait until pages wait for nothing but what is held on purpose; whether there is such."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timeout):
                while await self._wait_for_others(tabs):
                    await self.page.evaluate(A_MOMENT)
        return self._in_vain > 0

    async def _wait_for_others(self, tabs: Collection[Page]) -> bool:
        """Whether pages wait for more than what is held on purpose."""
        waits = [await tab.evaluate(PENDING) for tab in tabs]
        for body in (body for wait in waits for body in wait["givenUp"]):
            self.release(body.encode())
        held = Counter(self.held())
        self._in_vain = (held & Counter(body.encode() for wait in waits for body in wait["bodies"])).total()
        return sum(int(wait["pending"]) for wait in waits) > self._in_vain

    async def _dwell(self, seconds: float, *, looked_at: Collection[Page] = ()) -> None:
        """Move the clocks of all documents on, also of those to come; pages that are looked at next do it then."""
        self.recorder.dwell(seconds)
        ahead = self._ahead_ms
        await self._around.put(MOVE_ON, f"({MOVE_ON})([{ahead}, 0])")
        soon = [tab.main_frame for tab in looked_at]
        for frame in (frame for tab in self._open_tabs() for frame in tab.frames if frame not in soon):
            with suppress(PlaywrightError):  # it has just gone
                await frame.evaluate(MOVE_ON, [ahead, self._in_vain])

    async def _load(self, tabs: Iterable[Page], title: str, place: str) -> None:
        try:
            async with asyncio.timeout(self.timeout):
                for tab in tabs:
                    await self._loads.wait(tab)
                    await self._wake(tab)
        except TimeoutError:
            message = f'"{title}": {self.page.url} did not finish loading in {self.timeout:g} s'
            raise ActionError(message, place=place, hint="is something on the page very slow?") from None

    async def _wake(self, tab: Page) -> None:
        """Tell a page that the browser had kept what time it is, and then that it is back."""
        if self.keeps_pages:
            await tab.evaluate(WAKE, {"ahead": self._ahead_ms, **self._around.clock})

    async def _go_along(self) -> None:
        """Wait until the page that is on its way has come, or turned out to be none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timeout):
                await self._moved.wait()

    def _next_look(self, *, with_images: bool = False) -> dict[str, Any]:
        """How far the clock shall be, and a fence for each host that beacons went to, over the transports that they took."""
        self._fences += 1
        records = self.recorder.records
        beacons = [record for record in records if isinstance(record, Beacon) and self.is_a_pages(record)]
        hosts = {urlsplit(beacon.url).hostname for beacon in beacons}
        with_images = with_images or any(beacon.method == "GET" for beacon in beacons)
        urls = [url for host, url in self.fence_urls.items() if host in hosts]
        return {
            "ahead": self._ahead_ms,
            "fences": [f"{url}/{self._fences}" for url in urls or list(self.fence_urls.values())[:1]],
            "held": self._in_vain,
            "areHeard": self.wait_for_fence is not _never_mind and self._around.faults is NONE and not with_images,
            "withImages": with_images,
        }

    async def _listen(self, tabs: Collection[Page]) -> None:
        """While nothing has come from any page, note what went on in these."""
        if not self.trap or any(isinstance(each, Beacon) and self.is_a_pages(each) for each in self.recorder.records):
            return
        with suppress(PlaywrightError):  # it has just gone
            for tab in tabs:
                self.recorder.add(await probe_report(tab))

    def _glance(self) -> dict[str, Any]:
        """Read what the page says of itself, and wait for nothing."""
        return self._next_look() | {"fences": [], "held": 1_000_000}

    def _note_refusals(self, looks: Mapping[Page, Mapping[str, Any]]) -> None:
        for look in looks.values():
            for reason in look["refused"]:
                self.recorder.add(BrowserRefused(url=str(look["url"]), reason=str(reason)))

    def _note(self, looks: Mapping[Page, Mapping[str, Any]]) -> None:
        """Record the store's page views since the last look: documents that went by, and what those that were looked at tell."""
        documents, self._documents = self._documents, []
        for index, (page, url) in enumerate(documents):
            if page not in looks or page in {later for later, _url in documents[index + 1 :]}:
                self._views.went_by(url, **self._whose(page))
        for page, look in looks.items():
            is_new = page in {tab for tab, _url in documents}
            self._views.looked_at(look, is_new=is_new, **self._whose(page))

    def _whose(self, page: Page) -> dict[str, int]:
        return {"tab": self._all.index(page) + 1, "shopper": self._around.contexts.index(page.context) + 1}


def first_line(error: PlaywrightError) -> str:
    """What Playwright says, without its call log."""
    return error.message.splitlines()[0].removeprefix("Error: ")
