"""The tabs of a browser context: which documents they show, and waiting until they have settled."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.events import Beacon
from harness.recording import PageError, PageView, Recorder

DWELL_S = 30
"""How long a shopper seems to look at every page, by the page's own clock."""

_MOVES = 10
"""A page that navigates by itself more often than this in one step never settles."""

_BUSY_LOOKS = 2
"""How often a page may be found waiting for an answer, and be given time again to do what it does with it."""

IN_PAGE = (Path(__file__).parent / "in_page.js").read_text(encoding="utf-8")
"""What every document runs first."""

MOVE_ON = "ahead => window[Symbol.for('harness')].moveOn(ahead)"
"""Move a document's clock on, to so many milliseconds ahead of ours."""

_IS_LEAVING = """async () => {
    const real = window[Symbol.for('harness')];
    await new Promise(next => real.setTimeout(next, 0));
    const leaving = real.leaving;
    real.leaving = false;
    return leaving;
}"""
"""Whether the page has begun to go away, or does in the task after this one, as a form does."""

_LOOK = """async ({ahead, fences, withImages}) => {
    const real = window[Symbol.for('harness')];
    await real.moveOn(ahead);
    let waited = 0;
    for (; real.waiting > 0 && waited < 2000; waited += 20) await new Promise(next => real.setTimeout(next, 20));
    for (const fence of fences) {
        const held = real.sendBeacon(fence + '-1') ? '?after=' + fence.split('/').pop() + '-1' : '';
        await real.fetch(fence + '-2' + held, {mode: 'no-cors', cache: 'no-store'}).catch(() => {});
        if (withImages) await new Promise(next => {
            const image = new real.Image();
            image.onload = image.onerror = next;
            image.src = fence + '-3';
        });
    }
    const [navigation] = real.performance.getEntriesByType('navigation');
    let cookie = '';
    try { cookie = document.cookie } catch { }
    const leaving = real.leaving;
    real.leaving = false;
    return {
        url: location.href, title: document.title, referrer: document.referrer, cookie,
        navigation: navigation ? navigation.type : '', leaving, busy: waited > 0,
    };
}"""
"""Move the clock on, wait for answers under way, send a fence over each transport in turn, and read what the page says of itself.

Images go out later than the rest, and cost the most: they are fenced where beacons came as images, and at the end.
"""


class ActionError(Exception):
    """An action that could not be performed on the page: what, where, and what to do."""

    def __init__(self, message: str, *, place: str, hint: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint


@dataclass(kw_only=True)
class Tabs:
    """All tabs of a context. `page` is the one that the shopper looks at; it has `timeout` seconds to load.

    `fence_urls` are the addresses of fences, by the collector's host name; the first is used until beacons went elsewhere.
    `is_a_pages(beacon)` tells whether a page sent it.
    """

    context: BrowserContext
    recorder: Recorder
    fence_urls: Mapping[str, str]
    timeout: float
    is_a_pages: Callable[[Beacon], bool]
    page: Page = field(init=False)
    _all: list[Page] = field(default_factory=list)
    _documents: list[tuple[Page, str]] = field(default_factory=list)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _fences: int = 0

    async def start(self) -> None:
        """Open the first tab, its clock under our control."""
        await self.context.add_init_script(IN_PAGE)
        self.context.on("page", self._watch)
        await self.open()

    async def open(self) -> None:
        """Open another tab and look at it."""
        self.page = await self.context.new_page()

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
                self._note(looks)
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
                if not await self.page.evaluate(_IS_LEAVING):
                    return
        await self._go_along()

    async def leave(self) -> None:
        """Send every tab to about:blank, so that what pages send when they go away still arrives."""
        for tab in self._open_tabs():
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(self.timeout):
                    await tab.goto("about:blank")
                    await tab.evaluate(_LOOK, self._next_look(with_images=True))

    def forget(self) -> None:
        """Count no document that was shown since the last settling: the page never stood still."""
        self._documents.clear()

    def hears_of_a_move(self) -> asyncio.Event:
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
        page.on("domcontentloaded", lambda _page: self._documents.append((page, page.url)))
        page.on("framenavigated", lambda frame: self._moved.set() if frame == page.main_frame else None)
        page.on("download", lambda _download: self._moved.set())
        page.on("pageerror", lambda error: self.recorder.add(PageError(url=page.url, message=first_line(error))))

    async def _look(self, title: str, place: str) -> dict[Page, dict[str, Any]] | None:
        """What each tab with something new says of itself, once it stands still; None where one went away meanwhile."""
        if self.page.is_closed():
            raise ActionError(
                f'"{title}": the page was closed', place=place, hint="does a script on it close the window?"
            )
        news = {page for page, _url in self._documents}
        tabs = [tab for tab in self._open_tabs() if tab is self.page or tab in news]
        try:
            await self._load(tabs)
            self._moved.clear()
            count = len(self._documents)
            async with asyncio.timeout(self.timeout):
                await self._dwell(looked_at=tabs)
                looks = {tab: await tab.evaluate(_LOOK, self._next_look()) for tab in tabs}
            return looks if len(self._documents) == count else None
        except PlaywrightTimeout:
            message = f'"{title}": {self.page.url} did not finish loading in {self.timeout:g} s'
            raise ActionError(message, place=place, hint="is something on the page very slow?") from None
        except TimeoutError:
            message = f'"{title}": a script on {self.page.url} does not end; nothing moved for {self.timeout:g} s'
            raise ActionError(message, place=place, hint="is there an endless loop in a script of the page?") from None
        except PlaywrightError:
            return None

    async def _dwell(self, *, looked_at: Collection[Page]) -> None:
        """Move the clocks of all documents on, also of those to come; pages that are looked at next do it then."""
        self.recorder.dwell(DWELL_S)
        ahead = self._ahead_ms
        await self.context.add_init_script(f"({MOVE_ON})({ahead})")
        soon = [tab.main_frame for tab in looked_at]
        for frame in (frame for tab in self._open_tabs() for frame in tab.frames if frame not in soon):
            with suppress(PlaywrightError):  # it has just gone
                await frame.evaluate(MOVE_ON, ahead)

    async def _load(self, tabs: Iterable[Page]) -> None:
        for tab in tabs:
            await tab.wait_for_load_state("load", timeout=self.timeout * 1000)

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
        urls = [url for host, url in self.fence_urls.items() if host in hosts]
        return {
            "ahead": self._ahead_ms,
            "fences": [f"{url}/{self._fences}" for url in urls or list(self.fence_urls.values())[:1]],
            "withImages": with_images or any(beacon.method == "GET" for beacon in beacons),
        }

    def _note(self, looks: Mapping[Page, Mapping[str, Any]]) -> None:
        """Record the store's documents since the last look; the last one of each tab is the page that was looked at."""
        documents, self._documents = self._documents, []
        now, clock = time.time(), self.recorder.clock
        for index, (page, url) in enumerate(documents):
            if urlsplit(url).hostname not in self.recorder.header.store_hosts:
                continue
            number = self._all.index(page) + 1
            if page in looks and page not in {later for later, _url in documents[index + 1 :]}:
                self.recorder.add(_observed(looks[page], tab=number, at=now, clock=clock))
            else:
                self.recorder.add(PageView(url=url, at=now, clock=clock, tab=number))


def first_line(error: PlaywrightError) -> str:
    """What Playwright says, without its call log."""
    return error.message.splitlines()[0].removeprefix("Error: ")


def _observed(look: Mapping[str, Any], *, tab: int, at: float, clock: float) -> PageView:
    return PageView(
        url=str(look["url"]),
        at=at,
        clock=clock,
        tab=tab,
        observed=True,
        title=str(look["title"]),
        referrer=str(look["referrer"]),
        navigation=str(look["navigation"]),
        cookies=_cookies(str(look["cookie"])),
    )


def _cookies(text: str) -> dict[str, str]:
    """`document.cookie` as names and values, undecoded."""
    pairs = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return {name: value for name, _sign, value in pairs}
