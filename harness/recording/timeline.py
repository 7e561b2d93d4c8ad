"""A recording cut into steps: what the shopper did, which pages were shown, what the store wrote down, what arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from harness.events import Beacon, Document, Event, Reading
from harness.protocol import TrackerProtocol
from harness.recording.page_records import PageInspected, PageRead, ProbeReport
from harness.recording.records import (
    ActionFailed,
    BrowserRefused,
    Dwelt,
    FaultsSet,
    HostRefused,
    LedgerRead,
    PageError,
    PageView,
    Readdressed,
    Record,
    Recording,
    ScriptServed,
    StepBegun,
    StepEnded,
)

GRANTED = "granted"
"""A shopper's answer to being tracked, in the ledger."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A beacon with what it decodes to.

    What it tells of happened between `clock_from`, when the page before it had settled, and `clock_to`, when it arrived:
    both by the page's clock, in seconds since the epoch. `page` is how many pages the step had shown before.
    """

    beacon: Beacon
    reading: Reading
    clock_from: float
    clock_to: float
    page: int = 0


@dataclass(frozen=True, kw_only=True)
class ShownPage:
    """A page view, and when the page had come up, before the shopper dwelt on it: seconds since the epoch, by its clock.

    `addresses` are further ones that the page took, and stayed the same.
    """

    view: PageView
    at: float
    addresses: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class StepTimeline:
    """What one step brought about. `entries` are the store's ledger, `facts` what its pages said; `url` is where the step ended.

    `faults` were set in it, or after it. `struck` are attempts that these struck: nobody took what was in them, and they
    are held against nobody. `held_up` tells whether faults kept beacons from arriving in it, `recovers` whether it is the
    first step after such: what was held up arrives now, at the latest. In a `silenced` step the pages could not get the
    tracker, in one that `forgets` they could keep no cookies, where it `leaves_pictures` they could send nothing but the
    address of a picture. `clock_off` is by how many seconds the shopper's clock is ahead of the right time in it. `consent` is
    what the shopper had said to being tracked, at its end, by the ledger; empty where the store asks nobody.
    """

    number: int
    began: float
    ended: float
    url: str = ""
    pages: list[ShownPage] = field(default_factory=list)
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    facts: list[Mapping[str, Any]] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    faulted: list[Arrival] = field(default_factory=list)
    scripts: list[ScriptServed] = field(default_factory=list)
    refused: list[HostRefused] = field(default_factory=list)
    errors: list[PageError] = field(default_factory=list)
    browser_refusals: list[BrowserRefused] = field(default_factory=list)
    heard: list[ProbeReport] = field(default_factory=list)
    faults: list[FaultsSet] = field(default_factory=list)
    delayed: bool = False
    recovers: bool = False
    tracker_blocked: bool = False
    cookies_blocked: bool = False
    images_only: bool = False
    clock_off: float = 0.0
    consent: str = ""
    failure: ActionFailed | None = None
    looked: PageInspected | None = None

    @property
    def may_miss_events(self) -> bool:
        """Whether faults of the scenario may have moved events of this step to another, or kept them away for good."""
        refused = (arrival for arrival in self.faulted if is_refused_for_good(arrival.beacon))
        return self.delayed or self.recovers or self.tracker_blocked or not self.consent_granted or any(refused)

    @property
    def consent_granted(self) -> bool:
        """Whether the shopper has let the store track."""
        return self.consent in ("", GRANTED)

    @property
    def tries(self) -> list[Arrival]:
        """All that was sent in this step, in the order of the journal, whether or not a fault struck it."""
        return sorted((*self.arrivals, *self.faulted), key=lambda arrival: arrival.beacon.number)

    @property
    def events(self) -> list[Event]:
        """The events that arrived in this step, in the order in which they were sent."""
        return [event for arrival in self.arrivals for event in arrival.reading.events]

    @property
    def documents(self) -> list[Document]:
        """The documents that arrived in this step, in the order in which they were sent."""
        return [document for arrival in self.arrivals for document in arrival.reading.documents]

    @property
    def served(self) -> list[Mapping[str, Any]]:
        """The pages that the store says it served."""
        return [entry for entry in self.entries if entry["kind"] == "page"]

    def url_of(self, beacon: Beacon) -> str:
        """The page that was up when a beacon of this step arrived."""
        arrivals = (*self.arrivals, *self.faulted)
        index = next((arrival.page for arrival in arrivals if arrival.beacon is beacon), len(self.pages))
        return self.pages[index].view.url if index < len(self.pages) else self.url


@dataclass(kw_only=True, eq=False)
class Timeline:
    """All steps in order; nothing in it changes once it is cut. `store` is what the store says of itself; without a ledger,
    only what its target says.

    `opening` holds what arrived before the first step began, as a step of number 0: what a back end pushes at the start.
    `failure` is what ended the journey before its first step.
    """

    steps: list[StepTimeline] = field(default_factory=list)
    opening: StepTimeline = field(default_factory=lambda: StepTimeline(number=0, began=0.0, ended=0.0))
    store: Mapping[str, Any] = field(default_factory=dict)
    has_ledger: bool = False
    failure: ActionFailed | None = None
    store_hosts: tuple[str, ...] = ()
    payment_hosts: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Clock:
    """The page's clock while a recording is read: how far it is ahead, in seconds, and the moment since when.

    `settled` is how far it was when the last page had settled, `loading` when the one before had, `ahead` is now. `held` is
    the time since which beacons are held up, in seconds since the epoch, None where none are. Where it has `stopped`, then,
    in seconds since the epoch, it goes on only by what it is moved on. `off` is by how many seconds it is ahead of the right
    time besides.
    """

    held: float | None = None
    settled: float = 0.0
    loading: float = 0.0
    ahead: float = 0.0
    since: float = 0.0
    stopped: float | None = None
    off: float = 0.0

    def reads(self, at: float, ahead: float) -> float:
        """What it shows at that moment, when it is so far ahead."""
        return (at if self.stopped is None else self.stopped) + ahead + self.off


def is_refused_for_good(beacon: Beacon) -> bool:
    """Whether the answer says that trying again is no use: a 4xx, but for a time-out and too many requests."""
    return 400 <= beacon.status < 500 and beacon.status not in (408, 429)


def latest_consent(entries: Sequence[Mapping[str, Any]], *, before: str) -> str:
    """What the shopper had said to being tracked by the last of these entries of the ledger that tells."""
    return next((entry["consent"] for entry in reversed(entries) if "consent" in entry), before)


@lru_cache(maxsize=4096)
def plain_url(url: str) -> str:
    """What URLs of one page have in common: fragments and the way of escaping do not count."""
    return unquote(url.partition("#")[0]).replace("+", " ")


def cut(recording: Recording, protocol: TrackerProtocol) -> Timeline:
    """The recording, cut into steps. What comes after a step has ended and before the next begins belongs to it."""
    header = recording.header
    timeline = Timeline(store_hosts=header.store_hosts, payment_hosts=header.payment_hosts)
    if header.currency:
        timeline.store = {"currency": header.currency}
    clock = _Clock()
    for record in recording.records:
        if isinstance(record, StepBegun):
            url = timeline.steps[-1].url if timeline.steps else ""
            timeline.steps.append(StepTimeline(number=record.number, began=record.at, ended=record.at, url=url))
            clock = _begun(record, timeline, clock)
        elif timeline.steps:
            _take(record, timeline, clock, protocol)
        elif isinstance(record, FaultsSet):
            _set_faults(record, timeline.opening, clock)
        elif isinstance(record, Beacon):
            timeline.opening.arrivals.append(_arrival(record, protocol.read(record), clock, 0))
        elif isinstance(record, ActionFailed):
            timeline.failure = timeline.failure or record
    return timeline


def _begun(record: StepBegun, timeline: Timeline, before: _Clock) -> _Clock:
    """The clock in a step that begins now, which is marked where faults hold beacons up, or have just done so."""
    step, *earlier = reversed(timeline.steps)
    last = earlier[0] if earlier else step
    set_last = next((each.faults[-1] for each in (*earlier, timeline.opening) if each.faults), None)
    step.consent = earlier[0].consent if earlier else ""
    step.delayed = set_last is not None and set_last.delays
    step.tracker_blocked = set_last is not None and set_last.blocks_tracker
    step.cookies_blocked = set_last is not None and set_last.cookies_blocked
    step.images_only = set_last is not None and set_last.images_only
    step.recovers = not step.delayed and last.delayed
    held = before.held if step.delayed or step.recovers else None
    far = record.clock
    step.clock_off = before.off
    return _Clock(
        held=held, settled=far, loading=far, ahead=far, since=record.at, stopped=before.stopped, off=before.off
    )


def _set_faults(record: FaultsSet, step: StepTimeline, clock: _Clock) -> None:
    step.faults.append(record)
    clock.stopped, clock.off = record.at if record.stops_clock else None, record.clock_off
    if record.delays and clock.held is None:
        clock.held = clock.reads(record.at, clock.settled)


def _take(record: Record, timeline: Timeline, clock: _Clock, protocol: TrackerProtocol) -> None:
    step = timeline.steps[-1]
    match record:
        case FaultsSet():
            _set_faults(record, step, clock)
        case Dwelt():
            clock.ahead = record.clock
        case Beacon():
            arrival = _arrival(record, protocol.read(record), clock, len(step.pages))
            if record.fault:
                step.faulted.append(arrival)
            else:
                step.arrivals.append(_since_first_try(arrival, timeline))
        case PageView():
            if record.clock > clock.settled:
                clock.loading, clock.settled = clock.settled, record.clock
            clock.since = record.at
            step.pages.append(ShownPage(view=record, at=clock.reads(record.at, clock.loading)))
            step.url = record.url
        case Readdressed():
            views = (shown for each in reversed(timeline.steps) for shown in reversed(each.pages))
            same = next((shown for shown in views if shown.view.tab == record.tab), None)
            if same is not None:
                same.addresses.append(record.url)
        case LedgerRead():
            step.entries.extend(record.entries)
            step.consent = latest_consent(record.entries, before=step.consent)
            timeline.store, timeline.has_ledger = record.store, True
        case StepEnded():
            step.ended = record.at
        case _:
            _note(step, record)


def _arrival(beacon: Beacon, reading: Reading, clock: _Clock, page: int) -> Arrival:
    earliest = clock.reads(min(clock.since, beacon.time), clock.settled)
    earliest = earliest if clock.held is None else min(earliest, clock.held)
    latest = clock.reads(beacon.time, clock.ahead)
    return Arrival(beacon=beacon, reading=reading, clock_from=earliest, clock_to=latest, page=page)


def _since_first_try(arrival: Arrival, timeline: Timeline) -> Arrival:
    """What was struck before and is sent again tells of what happened then."""
    tries = (faulted for step in timeline.steps for faulted in step.faulted if _is_same(faulted.beacon, arrival.beacon))
    first = next(tries, None)
    return replace(arrival, clock_from=min(first.clock_from, arrival.clock_from)) if first else arrival


def _is_same(one: Beacon, other: Beacon) -> bool:
    return (one.method, one.url, one.body) == (other.method, other.url, other.body)


def _note(step: StepTimeline, record: Record) -> None:
    match record:
        case ScriptServed():
            step.scripts.append(record)
        case HostRefused():
            step.refused.append(record)
        case BrowserRefused():
            step.browser_refusals.append(record)
        case PageError():
            step.errors.append(record)
        case ProbeReport():
            step.heard.append(record)
        case PageInspected():
            step.looked = record
        case PageRead():
            step.facts.append(record.facts)
        case ActionFailed():
            step.failure = step.failure or record
            step.url = record.url or step.url
