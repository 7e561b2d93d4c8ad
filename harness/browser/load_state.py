"""Which tabs have loaded, by the events that come anyway; Playwright's own way to wait tells its driver of every step."""

import asyncio

from playwright.async_api import Frame, Page

HAS_LOADED = "document.readyState === 'complete'"


class LoadTracker:
    """What each tab that is watched has shown to its end."""

    def __init__(self) -> None:
        self._at_rest: set[Page] = set()
        self._news: dict[Page, asyncio.Event] = {}

    def watch(self, page: Page) -> None:
        """Follow this tab from now on."""
        self._news[page] = asyncio.Event()
        page.on("load", self._loaded)
        page.on("framenavigated", self._navigated)
        page.on("close", self._gone)
        page.on("crash", self._gone)

    async def wait(self, page: Page) -> None:
        """Return once what the tab shows has loaded, or the tab is gone. PlaywrightError where it goes elsewhere meanwhile.

        A document that navigates within itself is as loaded as it was, and only it can tell.
        """
        news = self._news[page] = asyncio.Event()
        if page not in self._at_rest and not await page.evaluate(HAS_LOADED):
            await news.wait()

    def _loaded(self, page: Page) -> None:
        self._at_rest.add(page)
        self._news[page].set()

    def _navigated(self, frame: Frame) -> None:
        if frame == frame.page.main_frame:
            self._at_rest.discard(frame.page)

    def _gone(self, page: Page) -> None:
        self._at_rest.discard(page)
        self._news[page].set()
