"""The log of a journey's tabs: their order, the documents that they showed, and navigations."""

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from harness.browser.errors import first_line
from harness.browser.load_state import LoadTracker
from harness.browser.page_views import is_script_error
from harness.recording.recorder import Recorder
from harness.recording.records import PageError


@dataclass(kw_only=True)
class TabLog:
    """All tabs in the order of opening, and the `documents` (tab, URL) since the last settling.

    `moved` is set when a tab shows another page or starts a download.
    """

    recorder: Recorder
    tabs: list[Page] = field(default_factory=list)
    documents: list[tuple[Page, str]] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    loads: LoadTracker = field(default_factory=LoadTracker)

    @property
    def open_tabs(self) -> list[Page]:
        return [tab for tab in self.tabs if not tab.is_closed()]

    def watch(self, page: Page) -> None:
        self.tabs.append(page)
        self.loads.watch(page)
        page.on("domcontentloaded", lambda _page: self.documents.append((page, page.url)))
        page.on("framenavigated", lambda frame: self.moved.set() if frame == page.main_frame else None)
        page.on("download", lambda _download: self.moved.set())
        page.on("pageerror", lambda error: self._add_error(page.url, error))

    def _add_error(self, url: str, error: PlaywrightError) -> None:
        message = first_line(error)
        if is_script_error(message):
            self.recorder.add(PageError(url=url, message=message))
