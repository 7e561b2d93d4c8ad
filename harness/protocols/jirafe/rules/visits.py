"""Visits: at which page views one starts (facts, section 2; errata 21), and what the ledger says of each page view."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.recording.records import PageView
from harness.recording.timeline import GRANTED, ShownPage, StepTimeline, Timeline, plain_url

IDLE_S = 30 * 60
"""A visit ends after this many seconds without activity."""

NO_TYPE = "*none*"
"""The type of the page that referred, where none of the store did."""

_SHOWN_AGAIN = ("reload", "back_forward", "restore")
"""Navigations that lead to a page with the referrer that it had before."""

_CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign")


@dataclass(frozen=True, kw_only=True)
class SeenPage:
    """A page view in its visit, numbered from 1; `before` is the visit that the same shopper made before, 0 where that is
    none. `entry` is the ledger's word on it, empty where there is none; `is_fresh` tells whether the store served it in this
    very step (a page shown again from the browser's history has an old entry). `referrer_types` are what may be said of the
    page that referred (errata 7); empty where nobody knows. Where the step `forgets`, nobody can know which visit it is. `at`
    is when the page had come up, by its clock; where it `waited`, the shopper allowed it to be told of only in this step.
    `addresses` are further ones that the page took.
    """

    step: StepTimeline
    view: PageView
    visit: int
    before: int
    starts_visit: bool
    landing: PageView
    entry: Mapping[str, Any]
    is_fresh: bool
    at: float
    waited: bool = False
    addresses: tuple[str, ...] = ()
    referrer_types: tuple[str, ...] = ()


@lru_cache(maxsize=1)  # each rule of a verdict asks for the same
def seen_pages(timeline: Timeline) -> tuple[SeenPage, ...]:
    """Every page view that may be told of, in order, with the visit that it belongs to; each shopper has their own."""
    reader = _Reader(inside=frozenset((*timeline.store_hosts, *timeline.payment_hosts)))
    for step in timeline.steps:
        reader.read(step)
    return tuple(reader.seen)


@dataclass(kw_only=True)
class _Reader:
    """Goes through the steps of a journey. `waiting` is the page that is up while its shopper has not agreed to be tracked,
    `unheard` are the pages of which the tracker knows nothing. By the tab, `up` is the page that it shows, and `referring` the
    one that referred to that.
    """

    inside: frozenset[str]
    seen: list[SeenPage] = field(default_factory=list)
    history: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)
    visits: "dict[int, _Visits]" = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    waiting: ShownPage | None = None
    up: dict[int, str] = field(default_factory=dict)
    referring: dict[int, str] = field(default_factory=dict)

    def read(self, step: StepTimeline) -> None:
        entries = step.served
        for shown in step.pages:
            url = plain_url(shown.view.url)
            entry = next((entry for entry in entries if plain_url(entry["page"]["url"]) == url), None)
            if entry is not None:
                entries = [other for other in entries if other is not entry]
                self.history[url] = entry
            (self.unheard.add if step.tracker_blocked else self.unheard.discard)(url)
            self._note_referrer(shown.view)
            is_allowed = self.history.get(url, {}).get("consent", GRANTED) == GRANTED
            self.waiting = None if is_allowed else shown
            if is_allowed:
                self._see(step, shown, is_fresh=entry is not None)
            else:
                self.unheard.add(url)
        if self.waiting and step.consent_granted:
            self._see(step, self.waiting, is_fresh=True, waited=True)
            self.waiting = None
        self._note_activity(step)
        if step.consent == "denied":
            self.visits.clear()  # who refuses is forgotten

    def _see(self, step: StepTimeline, shown: ShownPage, *, is_fresh: bool, waited: bool = False) -> None:
        visits = self.visits.setdefault(shown.view.shopper, _Visits(inside=self.inside))
        starts = not step.cookies_blocked and visits.starts_at(shown)
        if starts:
            visits.before, visits.number, visits.landing = visits.number, next(self.numbers), shown.view
        url, referrer = plain_url(shown.view.url), self.referring[shown.view.tab]
        last = next((page for page in reversed(self.seen) if page.view.shopper == shown.view.shopper), None)
        types = _referrer_types(shown.view, referrer, self.history, self.inside, starts=starts, last=last)
        if waited:
            self.unheard.discard(url)
        self.seen.append(
            SeenPage(
                step=step,
                view=shown.view,
                visit=visits.number,
                before=visits.before,
                starts_visit=starts,
                landing=visits.landing or shown.view,
                entry=self.history.get(url, {}),
                is_fresh=is_fresh,
                at=shown.at,
                waited=waited,
                addresses=tuple(shown.addresses),
                referrer_types=() if plain_url(referrer) in self.unheard or step.cookies_blocked else types,
            )
        )

    def _note_referrer(self, view: PageView) -> None:
        """Which page referred. Where a policy leaves only its origin, or nothing, it is the one that the tab showed before."""
        before = self.up.get(view.tab, "")
        if view.navigation != "reload":
            is_before = not view.referrer or _is_origin_of(view.referrer, before)
            self.referring[view.tab] = before if is_before else view.referrer
        self.referring.setdefault(view.tab, view.referrer)
        self.up[view.tab] = view.url

    def _note_activity(self, step: StepTimeline) -> None:
        here = {shown.view.shopper for shown in step.pages}
        for shopper, visits in self.visits.items():
            if shopper in here or not here:
                visits.note_activity(step)


@dataclass(kw_only=True)
class _Visits:
    """A shopper's running visit, and the one before, while page views go by.

    `active` is when it was last heard of, by the page's clock.
    """

    inside: frozenset[str]
    number: int = 0
    before: int = 0
    landing: PageView | None = None
    active: float = 0.0
    attribution: tuple[str, ...] = ()

    def starts_at(self, shown: ShownPage) -> bool:
        """Whether a visit starts here: none is running, new attribution comes, or the shopper comes from outside."""
        host = hostname(shown.view.referrer)
        is_running = self.number > 0 and shown.at - self.active < IDLE_S
        brought = () if is_running and host in self.inside else _campaign(shown.view.url)
        is_new = bool(brought) and brought != self.attribution
        is_arrival = bool(host) and host not in self.inside and shown.view.navigation not in _SHOWN_AGAIN
        starts = not is_running or is_new or is_arrival
        if starts:
            self.attribution = brought
        self.active = shown.at
        return starts

    def note_activity(self, step: StepTimeline) -> None:
        """What a page sends keeps its visit running."""
        self.active = max([self.active, *(arrival.clock_from for arrival in step.arrivals if arrival.reading.events)])


def _referrer_types(
    view: PageView,
    referrer: str,
    history: Mapping[str, Mapping[str, Any]],
    inside: frozenset[str],
    *,
    starts: bool,
    last: SeenPage | None,
) -> tuple[str, ...]:
    """The type of the page that referred, if it was seen; a visit that starts need not know what came before it, nor does a
    page to which the browser names no `referrer`: a link whose policy forbids it, or an address that was typed.

    A tracker may keep one type a visit: then it knows no more of the page that the shopper went back to, and after a change
    of tabs takes the `last` page for the one before.
    """
    if not view.observed or view.navigation in ("back_forward", "restore"):
        return ()
    if hostname(referrer) not in inside:
        return (NO_TYPE,)
    entry = history.get(plain_url(referrer))
    if entry is None:
        return ()
    other = last.entry["page"]["type"] if last and last.entry and last.view.tab != view.tab else entry["page"]["type"]
    return (*[NO_TYPE] * (starts or not view.referrer), other, entry["page"]["type"])


def _is_origin_of(referrer: str, url: str) -> bool:
    """Whether the referrer is no more than the origin of this address."""
    return referrer.endswith("/") and referrer.count("/") == 3 and url.startswith(referrer)


@lru_cache(maxsize=4096)
def _campaign(url: str) -> tuple[str, ...]:
    """What the landing URL says of the campaign that brought the shopper."""
    query = parse_qs(url.partition("#")[0].partition("?")[2])
    return tuple(query[name][0] for name in _CAMPAIGN if name in query)


@lru_cache(maxsize=4096)
def hostname(url: str) -> str:
    """The host's name, empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
