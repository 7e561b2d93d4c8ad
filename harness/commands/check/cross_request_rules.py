"""Checks across requests, in the order of the file: repeats, changes within a visit, preflights, pages."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from harness.commands.check.models import Page, Trace
from harness.commands.check.page_rules import PageRules
from harness.findings import Evidence, Finding, NearestEvent, Severity
from harness.protocol import Claim, EventIdentity, TrackerProtocol

MAX_CLAIMS: Final = 10_000
"""The number of remembered claims and events; contradictions and repeats of older ones are not detected."""

MAX_URLS: Final = 2_000
"""The number of distinguished preflight URLs."""

TWICE_S: Final = 1.0
"""Identical events at most this far apart, in seconds, are one event that was sent twice."""

Add = Callable[[Finding, str, int], None]

_Seen = tuple[tuple[EventIdentity, int], int]
"""An event with the number of documents before it, and the number of its beacon."""


class CrossRequestRules:
    """Compares each request with the earlier ones. `add(finding, place, number)` receives the findings."""

    def __init__(self, protocol: TrackerProtocol, add: Add) -> None:
        self._protocol, self._add = protocol, add
        self._claims: OrderedDict[tuple[str, str], tuple[Claim, int]] = OrderedDict()
        self._events: OrderedDict[tuple[str, str], _Seen] = OrderedDict()
        self._announced: dict[str, tuple[str, int]] = {}
        self._fulfilled: set[str] = set()
        self._pages = PageRules()

    def add_request(self, trace: Trace) -> None:
        contradicted = [self._compare(claim, trace) for claim in trace.claims]
        repeated = [again for identity in trace.identities if (again := self._repeated(identity, trace))]
        if repeated and not any(code == "duplicate-event" for code in contradicted):
            self._add(self._sent_twice(repeated), trace.place, trace.number)
        for found in self._pages.add_views(trace, is_repeat=bool(repeated)):
            self._add(*found)
        if trace.announces and len(self._announced) < MAX_URLS:
            self._announced.setdefault(trace.announces, (trace.place, trace.number))
        if trace.fulfils and len(self._fulfilled) < MAX_URLS:
            self._fulfilled.add(trace.fulfils)

    def add_page(self, page: Page) -> None:
        for found in self._pages.add_page(page):
            self._add(*found)

    def finish(self) -> None:
        """Report what only the end of the file shows: unfulfilled preflights, and pages without a page view."""
        for announced, (place, number) in self._announced.items():
            kind, _, url = announced.partition(" ")
            if not {f"typed {url}", *([announced] if kind == "plain" else [])} & self._fulfilled:
                self._add(_preflight_only(url), place, number)
        for found in self._pages.finish():
            self._add(*found)

    def _compare(self, claim: Claim, trace: Trace) -> str:
        """Report a contradiction of an earlier claim. The code of the finding, or an empty string."""
        key = claim.rule, claim.about
        first = self._claims.get(key)
        if first is None:
            _remember(self._claims, key, (claim, trace.number))
            return ""
        self._claims.move_to_end(key)
        finding = self._protocol.contradiction(first[0], claim)
        if finding:
            self._add(_with_earlier(finding, first[1]), trace.place, trace.number)
        return finding.code if finding else ""

    def _repeated(self, identity: EventIdentity, trace: Trace) -> tuple[EventIdentity, int] | None:
        """The event, and the number of the earlier beacon with an identical one; None if there is none.

        It is identical if no page was loaded and no other event changed the same subject in between, or if even the time is the
        same. The latter is only compared between beacons, and only for times with fractions of a second.
        """
        if identity.time is None:
            return None
        now, documents = (identity, self._pages.documents), self._pages.documents
        before = self._recall((trace.stream, identity.subject), now, trace.number)
        copy = self._recall((trace.stream, f"{identity.digest} {identity.time}"), now, trace.number)
        if copy and copy[1] != trace.number and identity.time % 1:
            return identity, copy[1]
        if before is None or before[0][1] != documents or before[0][0].digest != identity.digest:
            return None
        return (identity, before[1]) if abs(identity.time - (before[0][0].time or 0)) <= TWICE_S else None

    def _recall(self, key: tuple[str, str], now: tuple[EventIdentity, int], number: int) -> _Seen | None:
        """The event that was remembered under the key; the new one takes its place."""
        before = self._events.get(key)
        _remember(self._events, key, (now, number))
        return before

    def _sent_twice(self, repeated: list[tuple[EventIdentity, int]]) -> Finding:
        """One finding for all repeated events of a beacon, about the gravest: a purchase if there is one."""
        repeated = sorted(repeated, key=lambda item: item[0].type not in self._protocol.order_events)
        identity, earlier = repeated[0]
        names = ", ".join(dict.fromkeys(each.type for each, _ in repeated))
        return Finding(
            code="duplicate-event",
            severity=Severity.WARNING,
            message=f"{names}: sent twice within a second, with the same content",
            hint="Check for a duplicated snippet, and for two listeners or two tags that send the same event.",
            evidence=Evidence(
                event=identity.type,
                pointer=identity.pointer,
                nearest_event=NearestEvent(event=identity.type, beacon=earlier),
            ),
        )


_Value = TypeVar("_Value")


def _remember(memory: "OrderedDict[tuple[str, str], _Value]", key: tuple[str, str], value: _Value) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > MAX_CLAIMS:
        memory.popitem(last=False)


def _with_earlier(finding: Finding, number: int) -> Finding:
    """The finding with the earlier beacon that it contradicts."""
    earlier = NearestEvent(event=finding.evidence.event or "beacon", beacon=number)
    return replace(finding, place="", step=None, evidence=replace(finding.evidence, nearest_event=earlier))


def _preflight_only(url: str) -> Finding:
    return Finding(
        code="preflight-only",
        message=f"the CORS preflight to {url} was not followed by a request",
        hint="Send as text/plain, which needs no preflight, or let the collector allow the page's origin.",
        evidence=Evidence(event=None, pointer="", value=url),
    )
