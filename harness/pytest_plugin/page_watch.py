"""Record the page views of a test's browser contexts, also those within a document, and changes of their clocks."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, wraps
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

import playwright.async_api
import playwright.sync_api
import pytest

from harness.recording.recorder import Recorder
from harness.recording.records import ClockAdvanced, PageView, UrlReplaced

Context = playwright.sync_api.BrowserContext | playwright.async_api.BrowserContext

_BINDING: Final = "__trackerHarnessView"
_PARTS: Final = (("harness.browser", "page_scripts/page_views.js"), ("harness.pytest_plugin", "page_views.js"))
_CLOCK: Final = ("install", "fast_forward", "run_for", "pause_at", "resume", "set_fixed_time", "set_system_time")

_START: Final = f"""
const report = window.{_BINDING}, key = Symbol.for('tracker harness'), previous = window[key];
if (window !== top || !report || (previous && previous.document === document)) return;
if (previous) previous.onView = () => {{}};  // a popup's first document can share the window of the empty document before
const harness = window[key] = {{}};
"""


@dataclass(kw_only=True)
class PageWatch:
    """Watches contexts and adds their page views to the recorder. `are_routes_pages` as in the target.

    `is_clock_changed` after a test has changed the clock of its pages; `patch` replaces Playwright's methods for that.
    """

    recorder: Recorder
    are_routes_pages: bool
    patch: pytest.MonkeyPatch
    contexts: list[Context] = field(default_factory=list)
    is_clock_changed: bool = False
    _tabs: dict[Any, int] = field(default_factory=dict)
    _clocks: list[type] = field(default_factory=list)

    @property
    def pages(self) -> list[playwright.sync_api.Page]:
        """The open pages of the synchronous API; a waiting test must process their events."""
        contexts = [each for each in self.contexts if isinstance(each, playwright.sync_api.BrowserContext)]
        return [page for context in contexts for page in context.pages if not page.is_closed()]

    def watch(self, context: Context) -> tuple[Any, ...]:
        """Watch the later documents of a context; the results are to be awaited in the asynchronous API."""
        self.contexts.append(context)
        self._note_clock(type(context.clock))
        shopper = len(self.contexts)

        def add(source: Mapping[str, Any], view: Mapping[str, Any]) -> None:
            self._add(view, tab=self._tabs.setdefault(source["page"], len(self._tabs) + 1), shopper=shopper)

        return context.expose_binding(_BINDING, add), context.add_init_script(_script(self.are_routes_pages))

    def _note_clock(self, kind: type) -> None:
        """Note when the test changes a clock of this type."""
        if kind not in self._clocks:
            self._clocks.append(kind)
            for name in _CLOCK:
                self.patch.setattr(kind, name, self._noting(getattr(kind, name)))

    def _noting(self, change: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(change)
        def noting(*positional: Any, **named: Any) -> Any:
            self.is_clock_changed = True
            result = change(*positional, **named)
            if result is None:  # of the synchronous API
                self._record_lead()
            return result

        return noting

    def _record_lead(self) -> None:
        """Record the lead of the pages' clock over the machine's."""
        for page in self.pages[:1]:
            with suppress(playwright.sync_api.Error):  # the page was closed
                lead = page.evaluate("() => Date.now()") / 1000 - time.time()
                self.recorder.add(ClockAdvanced(at=time.time(), clock=lead))

    def _add(self, view: Mapping[str, Any], *, tab: int, shopper: int) -> None:
        url, at = str(view["url"]), view["at"] / 1000
        if urlsplit(url).hostname not in self.recorder.header.store_hosts:
            return
        if view["how"] == "replace":
            self.recorder.add(UrlReplaced(url=url, at=at, tab=tab))
            return
        self.recorder.add(
            PageView(
                url=url,
                at=at,
                clock=0.0,
                tab=tab,
                shopper=shopper,
                referrer=view["referrer"],
                navigation=view["navigation"] if view["how"] == "load" else view["how"],
                left=view["left"],
            )
        )


@cache
def _script(are_routes_pages: bool) -> str:
    """The script that reports the views of a tab's documents; frames have no page views."""
    parts = [(resources.files(package) / name).read_text(encoding="utf-8") for package, name in _PARTS]
    routes = "" if are_routes_pages else "harness.ignoreRoutes();"
    return "\n".join(["(() => {", _START, *parts, routes, "})()"])
