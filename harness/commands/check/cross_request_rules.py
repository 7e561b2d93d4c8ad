"""Checks across requests, in the order of the file: repeats, changes within a visit, preflights, pages."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from harness.commands.check.models import Trace
from harness.findings import Evidence, Finding, NearestEvent, Severity
from harness.protocol import Claim, TrackerProtocol
from harness.urls import plain_url

MAX_CLAIMS: Final = 10_000
"""The number of remembered claims; contradictions of older ones are not detected."""

MAX_URLS: Final = 2_000
"""The number of distinguished pages, and of distinguished preflight URLs."""

Add = Callable[[Finding, str, int], None]


class CrossRequestRules:
    """Compares each request with the earlier ones. `add(finding, place, number)` receives the findings."""

    def __init__(self, protocol: TrackerProtocol, add: Add) -> None:
        self._protocol, self._add = protocol, add
        self._claims: OrderedDict[tuple[str, str], tuple[Claim, int]] = OrderedDict()
        self._announced: dict[str, tuple[str, int]] = {}
        self._fulfilled: set[str] = set()
        self._pages_loaded: dict[str, tuple[str, str, int]] = {}
        self._load_times: Counter[str] = Counter()
        self._reported_times: Counter[str] = Counter()
        self._last_report: dict[str, tuple[str, int]] = {}

    def add_request(self, trace: Trace) -> None:
        for claim in trace.claims:
            self._compare(claim, trace)
        if trace.announces and len(self._announced) < MAX_URLS:
            self._announced.setdefault(trace.announces, (trace.place, trace.number))
        if trace.fulfils and len(self._fulfilled) < MAX_URLS:
            self._fulfilled.add(trace.fulfils)
        for url in map(plain_url, trace.pages):
            if url in self._reported_times or len(self._reported_times) < MAX_URLS:
                self._reported_times[url] += 1
                self._last_report[url] = trace.place, trace.number

    def add_page(self, url: str, place: str, number: int) -> None:
        plain = plain_url(url)
        if plain in self._pages_loaded or len(self._pages_loaded) < MAX_URLS:
            self._load_times[plain] += 1
            self._pages_loaded[plain] = url, place, number

    def finish(self) -> None:
        """Report what only the end of the file shows: unfulfilled preflights, and pages without a page view."""
        for announced, (place, number) in self._announced.items():
            kind, _, url = announced.partition(" ")
            if not {f"typed {url}", *([announced] if kind == "plain" else [])} & self._fulfilled:
                self._add(_preflight_only(url), place, number)
        for finding, place, number in self._pages():
            self._add(finding, place, number)

    def _compare(self, claim: Claim, trace: Trace) -> None:
        key = claim.rule, claim.about
        first = self._claims.get(key)
        if first is None:
            self._claims[key] = claim, trace.number
            if len(self._claims) > MAX_CLAIMS:
                self._claims.popitem(last=False)
            return
        self._claims.move_to_end(key)
        finding = self._protocol.contradiction(first[0], claim)
        if finding:
            self._add(_with_earlier(finding, first[1]), trace.place, trace.number)

    def _pages(self) -> Iterator[tuple[Finding, str, int]]:
        """Compare reported page views with loaded pages. Hosts without any reported page view are not the store's."""
        if len(self._pages_loaded) == MAX_URLS or len(self._reported_times) == MAX_URLS:
            return
        hosts = {_host(url) for url in self._reported_times}
        for plain, (url, place, number) in self._pages_loaded.items():
            loads, reports = self._load_times[plain], self._reported_times[plain]
            if reports < loads and _host(plain) in hosts:
                yield _unreported(url, loads, reports), place, number
            elif reports > loads:
                yield _reported_again(url, loads, reports), *self._last_report[plain]


def _with_earlier(finding: Finding, number: int) -> Finding:
    """The finding with the earlier beacon that it contradicts."""
    earlier = NearestEvent(event=finding.evidence.event or "beacon", beacon=number)
    return replace(finding, place="", step=None, evidence=replace(finding.evidence, nearest_event=earlier))


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _preflight_only(url: str) -> Finding:
    return Finding(
        code="preflight-only",
        message=f"the CORS preflight to {url} was not followed by a request",
        hint="Send as text/plain, which needs no preflight, or let the collector allow the page's origin.",
        evidence=Evidence(event=None, pointer="", value=url),
    )


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


def _reported_again(url: str, loads: int, reports: int) -> Finding:
    return Finding(
        code="duplicate-event",
        severity=Severity.WARNING,
        message=f"the page {url} was loaded {_times(loads)}, but its page view was reported {_times(reports)}",
        hint="Check for a duplicated snippet. A page restored from the browser's history is a page view without a load.",
        evidence=Evidence(event=None, pointer="", url=url, value=reports, allowed=loads),
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
