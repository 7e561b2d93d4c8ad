"""The page views of a journey, as records: what documents say of themselves, once they stand still, each told once."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from harness.recording.page_records import read_cookies
from harness.recording.records import PageView, Readdressed, Recorder


@dataclass(kw_only=True)
class PageViews:
    """Records the store's page views. `known` is how many of a document's were told of, by the name that we gave it."""

    recorder: Recorder
    known: dict[str, int] = field(default_factory=dict)

    def went_by(self, url: str, *, tab: int, shopper: int) -> None:
        """A document was loaded, and was gone before anybody looked at it."""
        self._add(PageView(url=url, at=time.time(), clock=self.recorder.clock, tab=tab, shopper=shopper))

    def looked_at(self, look: Mapping[str, Any], *, is_new: bool, tab: int, shopper: int) -> None:
        """A document gave the answer to `harness.browser.page_script.LOOK`; one that is not new, and not known, is to be left out."""
        shown = look["shown"]
        since = self.known.get(look["id"], 0 if is_new else len(shown))
        self.known[look["id"]] = len(shown)
        for record in self._told(look, since, tab, shopper):
            self._add(record)

    def _told(self, look: Mapping[str, Any], since: int, tab: int, shopper: int) -> Iterator[PageView | Readdressed]:
        """What it has shown since; the last page view is the one that was looked at."""
        shown, at = look["shown"], time.time()
        last = max(index for index, view in enumerate(shown) if view["how"] != "replace")
        for index, view in enumerate(shown[since:], start=since):
            if view["how"] == "replace":
                yield Readdressed(url=str(view["url"]), at=at, tab=tab)
                continue
            is_last = index == last
            yield PageView(
                url=str(view["url"]),
                at=at,
                clock=self.recorder.clock,
                tab=tab,
                shopper=shopper,
                observed=is_last,
                title=str(look["title"]) if is_last else "",
                referrer=str(view["referrer"]),
                navigation=str(look["navigation"] if view["how"] == "load" else view["how"]),
                left=str(view["left"]),
                cookies=read_cookies(str(look["cookie"])) if is_last else {},
            )

    def _add(self, record: PageView | Readdressed) -> None:
        if urlsplit(record.url).hostname in self.recorder.header.store_hosts:
            self.recorder.add(record)


def is_thrown(message: str) -> bool:
    """Whether an error of the page's is a script's; what it does not take or let through, Firefox says in the same way."""
    return re.match("Cookie “[^”]*” has been rejected|The page’s settings blocked ", message) is None
