"""Record the page views of a journey, each once, from the states that settled pages report."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.browser.page_state import PageState
from harness.recording.recorder import Recorder
from harness.recording.records import PageView, UrlReplaced, read_cookies


@dataclass(kw_only=True)
class PageViews:
    """Adds the store's page views to the recorder. `recorded` counts the recorded views of each document, by its id."""

    recorder: Recorder
    recorded: dict[str, int] = field(default_factory=dict)

    def add_unseen(self, url: str, *, tab: int, shopper: int) -> None:
        """Record a document that was replaced before it settled."""
        self._add(PageView(url=url, at=time.time(), clock=self.recorder.clock, tab=tab, shopper=shopper))

    def add_settled(self, state: PageState, *, is_new: bool, tab: int, shopper: int) -> None:
        """Record the new views of a document. The views of an unknown document that is not new are left out."""
        first = self.recorded.get(state.id, 0 if is_new else len(state.views))
        self.recorded[state.id] = len(state.views)
        for record in self._records(state, first, tab, shopper):
            self._add(record)

    def _records(self, state: PageState, first: int, tab: int, shopper: int) -> Iterator[PageView | UrlReplaced]:
        """The records of the views from `first` on; only the last page view was observed."""
        at = time.time()
        last = max(index for index, view in enumerate(state.views) if view.how != "replace")
        for index, view in enumerate(state.views[first:], start=first):
            if view.how == "replace":
                yield UrlReplaced(url=view.url, at=at, tab=tab)
                continue
            is_last = index == last
            yield PageView(
                url=view.url,
                at=at,
                clock=self.recorder.clock,
                tab=tab,
                shopper=shopper,
                observed=is_last,
                title=state.title if is_last else "",
                titles=tuple(title for title in view.titles if title != state.title) if is_last else (),
                referrer=view.referrer,
                navigation=state.navigation if view.how == "load" else view.how,
                left=view.left,
                cookies=read_cookies(state.cookie) if is_last else {},
            )

    def _add(self, record: PageView | UrlReplaced) -> None:
        if urlsplit(record.url).hostname in self.recorder.header.store_hosts:
            self.recorder.add(record)


def is_script_error(message: str) -> bool:
    """Whether a page error comes from a script; Firefox also reports rejected cookies and blocked resources as page errors."""
    return re.match("Cookie “[^”]*” has been rejected|The page’s settings blocked ", message) is None
