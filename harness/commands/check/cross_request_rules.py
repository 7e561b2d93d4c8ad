"""Requests held against each other, in the order of the file: repeats, changes within a visit, preflights, pages."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from harness.commands.check.models import Trace
from harness.findings import Evidence, Finding, NearestEvent, Severity
from harness.protocol import Claim, TrackerProtocol
from harness.urls import plain_url

MOST_CLAIMS: Final = 10_000
"""How many of the latest claims are remembered; of older ones a contradiction goes unnoticed."""

MOST_ADDRESSES: Final = 2_000
"""How many pages, and how many addresses of preflights, are told apart."""

Add = Callable[[Finding, str, int], None]


class Across:
    """What was said so far. `add(finding, place, number)` takes what is wrong, with the request that it is about."""

    def __init__(self, protocol: TrackerProtocol, add: Add) -> None:
        self._protocol, self._add = protocol, add
        self._claims: OrderedDict[tuple[str, str], tuple[Claim, int]] = OrderedDict()
        self._asked: dict[str, tuple[str, int]] = {}
        self._brought: set[str] = set()
        self._shown: dict[str, tuple[str, str, int]] = {}
        self._shown_times: Counter[str] = Counter()
        self._told_times: Counter[str] = Counter()
        self._told_last: dict[str, tuple[str, int]] = {}

    def take(self, trace: Trace) -> None:
        """The next request."""
        for claim in trace.claims:
            self._hold(claim, trace)
        if trace.asks and len(self._asked) < MOST_ADDRESSES:
            self._asked.setdefault(trace.asks, (trace.place, trace.number))
        if trace.brings and len(self._brought) < MOST_ADDRESSES:
            self._brought.add(trace.brings)
        for url in map(plain_url, trace.pages):
            if url in self._told_times or len(self._told_times) < MOST_ADDRESSES:
                self._told_times[url] += 1
                self._told_last[url] = trace.place, trace.number

    def show(self, url: str, place: str, number: int) -> None:
        """A page was shown, as a HAR tells."""
        plain = plain_url(url)
        if plain in self._shown or len(self._shown) < MOST_ADDRESSES:
            self._shown_times[plain] += 1
            self._shown[plain] = url, place, number

    def finish(self) -> None:
        """Nothing comes any more."""
        for asked, (place, number) in self._asked.items():
            kind, _, url = asked.partition(" ")
            if not {f"typed {url}", *([asked] if kind == "plain" else [])} & self._brought:
                self._add(_preflight_only(url), place, number)
        for finding, place, number in self._pages():
            self._add(finding, place, number)

    def _hold(self, claim: Claim, trace: Trace) -> None:
        key = claim.rule, claim.about
        first = self._claims.get(key)
        if first is None:
            self._claims[key] = claim, trace.number
            if len(self._claims) > MOST_CLAIMS:
                self._claims.popitem(last=False)
            return
        self._claims.move_to_end(key)
        finding = self._protocol.contradiction(first[0], claim)
        if finding:
            self._add(_since(finding, first[1]), trace.place, trace.number)

    def _pages(self) -> Iterator[tuple[Finding, str, int]]:
        """Page views told, against pages shown. Pages of hosts that no beacon speaks of are not the store's."""
        if len(self._shown) == MOST_ADDRESSES or len(self._told_times) == MOST_ADDRESSES:
            return
        hosts = {_host(url) for url in self._told_times}
        for plain, (url, place, number) in self._shown.items():
            shown, told = self._shown_times[plain], self._told_times[plain]
            if told < shown and _host(plain) in hosts:
                yield _untold(url, shown, told), place, number
            elif told > shown:
                yield _told_again(url, shown, told), *self._told_last[plain]


def _since(finding: Finding, number: int) -> Finding:
    evidence = replace(
        finding.evidence, nearest_event=NearestEvent(event=finding.evidence.event or "beacon", beacon=number)
    )
    return Finding(
        code=finding.code, message=finding.message, severity=finding.severity, hint=finding.hint, evidence=evidence
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _preflight_only(url: str) -> Finding:
    return Finding(
        code="preflight-only",
        message=f"the browser asked whether it may send to {url}, and then did not send",
        hint="send as text/plain, which needs no asking; with another type the collector must allow the page's origin by name",
        evidence=Evidence(event=None, pointer="", value=url),
    )


def _untold(url: str, shown: int, told: int) -> Finding:
    times = f"{told} of {shown} times" if told else "by no beacon in this file"
    return Finding(
        code="missing-event",
        severity=Severity.WARNING,
        message=f"the page {url} was shown, and told of {times}",
        hint="is the snippet on it? What is sent while a page goes away may be missing from a HAR: 'harness verify' sees it",
        evidence=Evidence(event=None, pointer="", url=url, value=told, allowed=shown),
    )


def _told_again(url: str, shown: int, told: int) -> Finding:
    return Finding(
        code="duplicate-event",
        severity=Severity.WARNING,
        message=f"the page {url} was loaded {_times(shown)}, and its view was told {_times(told)}",
        hint="look for a snippet that stands twice on the page; a page from the browser's history is not loaded again, and told rightly",
        evidence=Evidence(event=None, pointer="", url=url, value=told, allowed=shown),
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
