"""Visits: the page views that start one (facts, section 2; errata 21), and each page view's entry in the ledger."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.recording.records import PageView
from harness.recording.timeline import GRANTED, ShownPage, StepTimeline, Timeline
from harness.urls import plain_url

IDLE_S = 30 * 60
"""A visit ends after this number of seconds without activity."""

NO_TYPE = "*none*"
"""The referrer type of a page that was not reached from the store."""

_REPEATED = ("reload", "back_forward", "restore")
"""Navigations to a page that keeps its earlier referrer."""

_CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign")


@dataclass(frozen=True, kw_only=True)
class VisitedPage:
    """A page view and its visit.

    `visit` counts from 1; `previous_visit` is the same shopper's visit before, 0 for none. `entry` is the ledger's, empty
    for none; `is_fresh` if the store served it in this step. `at` is the time by the page's clock at which the page had
    loaded. `awaited_consent` if the shopper consented to tracking only later, on the page. `addresses` are URLs that the
    page took later. `referrer_types` are the allowed values (errata 7), empty if unknown.
    """

    step: StepTimeline
    view: PageView
    visit: int
    previous_visit: int
    starts_visit: bool
    landing: PageView
    entry: Mapping[str, Any]
    is_fresh: bool
    at: float
    awaited_consent: bool = False
    addresses: tuple[str, ...] = ()
    referrer_types: tuple[str, ...] = ()


@lru_cache(maxsize=1)  # all rules of a verdict use the same pages
def visited_pages(timeline: Timeline) -> tuple[VisitedPage, ...]:
    """Every page view that may be tracked, in order. Each shopper has visits of their own."""
    reader = _PageReader(store_hosts=frozenset((*timeline.store_hosts, *timeline.payment_hosts)))
    for step in timeline.steps:
        reader.read(step)
    return tuple(reader.pages)


@dataclass(kw_only=True)
class _RunningVisit:
    """The current visit of a shopper, and the one before. `active` is the last activity by the page's clock."""

    store_hosts: frozenset[str]
    number: int = 0
    previous: int = 0
    landing: PageView | None = None
    active: float = 0.0
    attribution: tuple[str, ...] = ()

    def starts_at(self, shown: ShownPage) -> bool:
        """Whether a visit starts here: none is running, the attribution is new, or the shopper comes from another site."""
        host = hostname(shown.view.referrer)
        is_running = self.number > 0 and shown.at - self.active < IDLE_S
        attribution = () if is_running and host in self.store_hosts else _campaign(shown.view.url)
        is_new = bool(attribution) and attribution != self.attribution
        is_arrival = bool(host) and host not in self.store_hosts and shown.view.navigation not in _REPEATED
        starts = not is_running or is_new or is_arrival
        if starts:
            self.attribution = attribution
        self.active = shown.at
        return starts

    def note_activity(self, step: StepTimeline) -> None:
        """Beacons keep a visit running."""
        self.active = max([self.active, *(arrival.clock_from for arrival in step.arrivals if arrival.reading.events)])


@dataclass(kw_only=True)
class _PageReader:
    """Reads the steps of a journey in order.

    `undecided` is the page on screen while its shopper has not consented to tracking. `untracked` are the URLs of pages
    unknown to the tracker. `entries` are the ledger's by URL, `current` and `referrers` the URLs of each tab.
    """

    store_hosts: frozenset[str]
    pages: list[VisitedPage] = field(default_factory=list)
    entries: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    untracked: set[str] = field(default_factory=set)
    visits: dict[int, _RunningVisit] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    undecided: ShownPage | None = None
    current: dict[int, str] = field(default_factory=dict)
    referrers: dict[int, str] = field(default_factory=dict)

    def read(self, step: StepTimeline) -> None:
        served = step.served
        for shown in step.pages:
            url = plain_url(shown.view.url)
            entry = next((entry for entry in served if plain_url(entry["page"]["url"]) == url), None)
            if entry is not None:
                served = [other for other in served if other is not entry]
                self.entries[url] = entry
            (self.untracked.add if step.conditions.tracker_blocked else self.untracked.discard)(url)
            self._note_referrer(shown.view)
            may_track = self.entries.get(url, {}).get("consent", GRANTED) == GRANTED
            self.undecided = None if may_track else shown
            if may_track:
                self._add(step, shown, is_fresh=entry is not None)
            else:
                self.untracked.add(url)
        if self.undecided and step.conditions.consent_granted:
            self._add(step, self.undecided, is_fresh=True, awaited_consent=True)
            self.undecided = None
        self._note_activity(step)
        if step.conditions.consent == "denied":
            self.visits.clear()  # the tracker must forget the shopper

    def _add(self, step: StepTimeline, shown: ShownPage, *, is_fresh: bool, awaited_consent: bool = False) -> None:
        visit = self.visits.setdefault(shown.view.shopper, _RunningVisit(store_hosts=self.store_hosts))
        starts = not step.conditions.cookies_blocked and visit.starts_at(shown)
        if starts:
            visit.previous, visit.number, visit.landing = visit.number, next(self.numbers), shown.view
        url = plain_url(shown.view.url)
        if awaited_consent:
            self.untracked.discard(url)
        self.pages.append(
            VisitedPage(
                step=step,
                view=shown.view,
                visit=visit.number,
                previous_visit=visit.previous,
                starts_visit=starts,
                landing=visit.landing or shown.view,
                entry=self.entries.get(url, {}),
                is_fresh=is_fresh,
                at=shown.at,
                awaited_consent=awaited_consent,
                addresses=tuple(shown.addresses),
                referrer_types=self._referrer_types(step, shown.view, starts=starts),
            )
        )

    def _note_referrer(self, view: PageView) -> None:
        """Where a policy reduces the referrer to its origin or removes it, the tab's previous page referred."""
        previous = self.current.get(view.tab, "")
        if view.navigation != "reload":
            is_previous = not view.referrer or _is_origin_of(view.referrer, previous)
            self.referrers[view.tab] = previous if is_previous else view.referrer
        self.referrers.setdefault(view.tab, view.referrer)
        self.current[view.tab] = view.url

    def _note_activity(self, step: StepTimeline) -> None:
        present = {shown.view.shopper for shown in step.pages}
        for shopper, visit in self.visits.items():
            if shopper in present or not present:
                visit.note_activity(step)

    def _referrer_types(self, step: StepTimeline, view: PageView, *, starts: bool) -> tuple[str, ...]:
        """The allowed types of the referring page, empty if unknown.

        `*none*` is allowed at the start of a visit and without a referrer. A tracker that keeps one type per visit may
        send that of the shopper's last page after a change of tabs.
        """
        referrer = self.referrers[view.tab]
        is_untracked = step.conditions.cookies_blocked or plain_url(referrer) in self.untracked
        if is_untracked or not view.observed or view.navigation in ("back_forward", "restore"):
            return ()
        if hostname(referrer) not in self.store_hosts:
            return (NO_TYPE,)
        entry = self.entries.get(plain_url(referrer))
        if entry is None:
            return ()
        last = next((page for page in reversed(self.pages) if page.view.shopper == view.shopper), None)
        is_other_tab = last is not None and last.entry and last.view.tab != view.tab
        kept = last.entry["page"]["type"] if last is not None and is_other_tab else entry["page"]["type"]
        return (*[NO_TYPE] * (starts or not view.referrer), kept, entry["page"]["type"])


def _is_origin_of(referrer: str, url: str) -> bool:
    return referrer.endswith("/") and referrer.count("/") == 3 and url.startswith(referrer)


@lru_cache(maxsize=4096)
def _campaign(url: str) -> tuple[str, ...]:
    query = parse_qs(url.partition("#")[0].partition("?")[2])
    return tuple(query[name][0] for name in _CAMPAIGN if name in query)


@lru_cache(maxsize=4096)
def hostname(url: str) -> str:
    """The host's name, empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
