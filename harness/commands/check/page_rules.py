"""Reported page views compared with the documents in a capture, as far as a capture can show them.

A capture shows documents, but no routes of a single-page application, and no pages restored from the browser's history.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from harness.commands.check.har_entry import PageKind, without_default_port
from harness.commands.check.models import Page, Trace
from harness.findings import Evidence, Finding, Severity
from harness.urls import plain_url

MAX_URLS: Final = 2_000
"""The number of distinguished pages."""

_SAME_LOAD_S: Final = 1.0
"""Rows of one document that begin within this time, in seconds, may be one load: a service worker's, or a revalidation."""

Placed = tuple[Finding, str, int]
"""A finding, its place, and the number of its entry."""


@dataclass(kw_only=True)
class _Address:
    """One page's address: its surely shown loads, the first of them, and the page views of each stream.

    `under` are the addresses that page views reported while this was the latest document. `ahead` is the place of the page
    view that came after a prerendering and before a load; None if the page is not being prerendered.
    """

    url: str
    first: tuple[str, int] | None = None
    loads: int = 0
    possible: int = 0
    last_began: float | None = None
    last_ended: float | None = None
    reports: Counter[str] = field(default_factory=Counter)
    under: set[str] = field(default_factory=set)
    prerendered: bool = False
    ahead: tuple[str, int] | None = None

    @property
    def reported(self) -> int:
        return max(self.reports.values(), default=0)


@dataclass(kw_only=True)
class _Host:
    """One host: its latest document, and each stream's last page view with the number of documents before it."""

    latest: str = ""
    last_view: dict[str, tuple[str, int]] = field(default_factory=dict)
    repeats: dict[str, Placed] = field(default_factory=dict)


class PageRules:
    """Compares documents and page views, which are added in the order of the capture. `documents` counts the documents."""

    def __init__(self) -> None:
        self._addresses: dict[str, _Address] = {}
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self.documents = 0
        self._is_full = False

    def add_page(self, page: Page) -> Iterator[Placed]:
        """Add a document. Yield a page view that was sent while it was prerendered."""
        plain = plain_url(without_default_port(page.url))
        address = self._address(plain, page.url)
        if address is None:
            return
        self.documents += 1
        address.possible += 1
        if page.kind is PageKind.PRERENDERED:
            address.prerendered = True
        elif page.kind is PageKind.CERTAIN:
            if address.ahead:
                yield _while_prerendered(page.url), *address.ahead
            address.prerendered, address.ahead = False, None
            if not _is_same_load(address, page):
                address.loads += 1
            address.first = address.first or (page.place, page.number)
            self._hosts[_host(plain)].latest = plain
        address.last_began, address.last_ended = page.began, page.ended

    def add_views(self, trace: Trace, *, is_repeat: bool) -> Iterator[Placed]:
        """Add the page views of a beacon. `is_repeat` is true if another finding reports it as sent twice."""
        for url in trace.pages:
            full = without_default_port(url)
            plain = plain_url(full)
            address = self._address(plain, url)
            if address is None:
                continue
            address.reports[trace.stream] += 1
            if trace.is_prerendered:
                yield _while_prerendered(url), trace.place, trace.number
            elif address.prerendered and address.ahead is None and trace.is_prerendered is None:
                address.ahead = trace.place, trace.number
            host = self._hosts[_host(plain)]
            if host.latest and host.latest != plain:
                self._addresses[host.latest].under.add(plain)
            view = full, self.documents
            if host.last_view.get(trace.stream) == view and not is_repeat and not trace.is_prerendered:
                host.repeats.setdefault(plain, (_reported_again(url), trace.place, trace.number))
            host.last_view[trace.stream] = view

    def finish(self) -> Iterator[Placed]:
        """Pages without a page view, and pages with two in a row. Hosts without any page view are not the store's."""
        if self._is_full:
            return
        reporting = {_host(plain) for plain, address in self._addresses.items() if address.reports}
        for plain, address in self._addresses.items():
            others = sum(self._addresses[each].reported for each in address.under if not self._addresses[each].possible)
            reports = address.reported + others
            if address.first and reports < address.loads and _host(plain) in reporting:
                yield _unreported(address.url, address.loads, reports), *address.first
        for name, host in self._hosts.items():
            if not self._has_routes(name):
                yield from host.repeats.values()

    def _has_routes(self, host: str) -> bool:
        """Whether the host may show pages without loading them: one has no document, or there is only one document."""
        own = [address for plain, address in self._addresses.items() if _host(plain) == host]
        return any(not address.possible for address in own) or sum(address.loads > 0 for address in own) < 2

    def _address(self, plain: str, url: str) -> _Address | None:
        if plain not in self._addresses:
            if len(self._addresses) >= MAX_URLS:
                self._is_full = True
                return None
            self._addresses[plain] = _Address(url=url)
        return self._addresses[plain]


def _is_same_load(address: _Address, page: Page) -> bool:
    """Whether the row may belong to the load of the row before it."""
    if address.last_began is None or page.began is None:
        return False
    return address.last_began <= page.began <= max(address.last_ended or 0, address.last_began + _SAME_LOAD_S)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _unreported(url: str, loads: int, reports: int) -> Finding:
    some = f"only {reports} of {loads} page views were reported"
    times = some if reports else "no beacon in this file reports its page view"
    return Finding(
        code="missing-event",
        severity=Severity.WARNING,
        message=f"the page {url} was loaded, but {times}",
        hint="Check that the page has the snippet. A HAR may lack beacons that were sent during unload; 'harness verify' captures them.",
        evidence=Evidence(event=None, pointer="", url=url, value=reports, allowed=loads),
    )


def _reported_again(url: str) -> Finding:
    return Finding(
        code="duplicate-event",
        severity=Severity.WARNING,
        message=f"the page view of {url} was reported twice, and no other page was loaded or reported in between",
        hint="Check for a duplicated snippet, and for a call that is made again when the page is hidden or shown.",
        evidence=Evidence(event=None, pointer="", url=url, value=2, allowed=1),
    )


def _while_prerendered(url: str) -> Finding:
    return Finding(
        code="unexpected-event",
        severity=Severity.WARNING,
        message=f"the page view of {url} was sent while the page was prerendered, before it was shown",
        hint="Wait for the event prerenderingchange before the call if document.prerendering is true.",
        evidence=Evidence(event=None, pointer="", url=url),
    )
