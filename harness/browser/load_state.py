"""Track which tabs have loaded by page events; Playwright's own wait reports every step to its driver."""

import asyncio

from playwright.async_api import Frame, Page


class LoadTracker:
    def __init__(self) -> None:
        self._loaded: set[Page] = set()
        self._changes: dict[Page, asyncio.Event] = {}

    def watch(self, page: Page) -> None:
        self._changes[page] = asyncio.Event()
        page.on("load", self._on_load)
        page.on("framenavigated", self._on_navigation)
        page.on("close", self._on_end)
        page.on("crash", self._on_end)

    async def wait(self, page: Page) -> None:
        """Wait until the tab's document has loaded or the tab has ended. PlaywrightError if it navigates meanwhile.

        A navigation within a loaded document fires no load event; then only the document has the answer.
        """
        change = self._changes[page] = asyncio.Event()
        if page not in self._loaded and not await page.evaluate("document.readyState === 'complete'"):
            await change.wait()

    def _on_load(self, page: Page) -> None:
        self._loaded.add(page)
        self._changes[page].set()

    def _on_navigation(self, frame: Frame) -> None:
        if frame == frame.page.main_frame:
            self._loaded.discard(frame.page)

    def _on_end(self, page: Page) -> None:
        self._loaded.discard(page)
        self._changes[page].set()
