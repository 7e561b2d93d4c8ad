"""The timeline builder: turns records into a timeline, one at a time and in order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from harness.events import Beacon, Reading
from harness.recording.records import (
    ActionFailed,
    ClockAdvanced,
    FaultsSet,
    Header,
    LedgerRead,
    PageRead,
    PageView,
    Record,
    Recording,
    Settled,
    StepBegun,
    StepEnded,
    UrlReplaced,
)
from harness.recording.timeline import Arrival, ShownPage, StepConditions, StepTimeline, Timeline, latest_consent

Read = Callable[[Beacon], Reading]
"""A protocol's decoder."""

_STORE_SETTINGS: Final = ("receipt due",)
"""Settings of a target that its ledger need not repeat."""

_NO_FAULTS: Final = FaultsSet(number=0, at=0.0, faults="")


def build_timeline(recording: Recording, read: Read) -> Timeline:
    """The timeline of a recording. Records between the end of a step and the next step belong to the earlier step."""
    builder = TimelineBuilder(recording.header, read)
    for record in recording.records:
        builder.add(record)
    return builder.timeline()


@dataclass(kw_only=True)
class _PageClock:
    """The page's clock while records are added. Its lead over the machine's clock is in seconds.

    `settled` is the lead when the last page had settled, `loading` when the page before had, `ahead` the current one. `since`
    is when the page was shown. `delayed_since` is when delays began, None without delays. A clock that `stopped` at a time
    only moves by advances. `off` is the error of the clock in seconds. All times are in seconds since the epoch.
    """

    settled: float = 0.0
    loading: float = 0.0
    ahead: float = 0.0
    since: float = 0.0
    delayed_since: float | None = None
    stopped: float | None = None
    off: float = 0.0

    def settle(self, record: Settled) -> None:
        """Later pages and events are no earlier than this."""
        self.loading = self.settled = record.clock
        self.since = record.at

    def reads(self, at: float, ahead: float) -> float:
        """The time on the clock at that moment with that lead."""
        return (at if self.stopped is None else self.stopped) + ahead + self.off


class TimelineBuilder:
    """Builds a timeline from records, one at a time and in order."""

    def __init__(self, header: Header, read: Read) -> None:
        self._read = read
        self._clock = _PageClock()
        self._timeline = Timeline(store_hosts=header.store_hosts, payment_hosts=header.payment_hosts)
        self._timeline.store = {name: header.store[name] for name in _STORE_SETTINGS if name in header.store}
        if header.currency:
            self._timeline.store = {**self._timeline.store, "currency": header.currency}

    def timeline(self) -> Timeline:
        """The timeline so far: a new object each time, with steps that later records may still change."""
        return replace(self._timeline, steps=list(self._timeline.steps))

    def add(self, record: Record) -> None:
        timeline = self._timeline
        if isinstance(record, StepBegun):
            self._begin_step(record)
        elif timeline.steps:
            self._add_to_step(record, timeline.steps[-1])
        elif isinstance(record, FaultsSet):
            self._set_faults(record, timeline.opening)
        elif isinstance(record, Beacon):
            timeline.opening.arrivals.append(self._arrival(record, 0))
        elif isinstance(record, ActionFailed):
            timeline.failure = timeline.failure or record

    def _begin_step(self, record: StepBegun) -> None:
        earlier, clock = self._timeline.steps, self._clock
        url = earlier[-1].url if earlier else ""
        step = StepTimeline(number=record.number, began=record.at, ended=record.at, url=url)
        conditions = step.conditions = self._conditions(record.number)
        is_delayed = conditions.delayed or conditions.recovers
        self._timeline.steps.append(step)
        self._clock = _PageClock(
            settled=record.clock,
            loading=record.clock,
            ahead=record.clock,
            since=record.at,
            delayed_since=clock.delayed_since if is_delayed else None,
            stopped=clock.stopped,
            off=clock.off,
        )

    def _conditions(self, number: int) -> StepConditions:
        """The conditions of the step with this number, which begins now."""
        timeline = self._timeline
        last = timeline.steps[-1].conditions if timeline.steps else StepConditions()
        every_step = (*reversed(timeline.steps), timeline.opening)
        every_set = (step.conditions.faults_set for step in every_step)
        faults = next((faults_set[-1] for faults_set in every_set if faults_set), _NO_FAULTS)
        earlier = last.delayed_since if last.delayed else None
        return StepConditions(
            delayed=faults.delays,
            recovers=last.delayed and not faults.delays,
            delayed_since=number if faults.delays and earlier is None else earlier,
            tracker_blocked=faults.blocks_tracker,
            cookies_blocked=faults.cookies_blocked,
            images_only=faults.images_only,
            clock_off=self._clock.off,
            consent=last.consent,
        )

    def _set_faults(self, record: FaultsSet, step: StepTimeline) -> None:
        clock = self._clock
        step.conditions.faults_set.append(record)
        clock.stopped, clock.off = record.at if record.stops_clock else None, record.clock_off
        if record.delays and clock.delayed_since is None:
            clock.delayed_since = clock.reads(record.at, clock.settled)

    def _add_to_step(self, record: Record, step: StepTimeline) -> None:
        match record:
            case FaultsSet():
                self._set_faults(record, step)
            case ClockAdvanced():
                self._clock.ahead = record.clock
            case Beacon():
                self._add_beacon(record, step)
            case PageView():
                self._add_page(record, step)
            case UrlReplaced():
                self._replace_url(record)
            case LedgerRead():
                step.entries.extend(record.entries)
                step.conditions.consent = latest_consent(record.entries, before=step.conditions.consent)
                settings = {
                    name: self._timeline.store[name] for name in _STORE_SETTINGS if name in self._timeline.store
                }
                self._timeline.store, self._timeline.has_ledger = {**settings, **record.store}, True
            case Settled():
                self._clock.settle(record)
            case PageRead():
                step.facts.append(record.facts)
            case ActionFailed():
                step.failure = step.failure or record
                step.url = record.url or step.url
            case StepEnded():
                step.ended = record.at
            case _:
                step.browser.add(record)

    def _add_beacon(self, beacon: Beacon, step: StepTimeline) -> None:
        arrival = self._arrival(beacon, len(step.pages))
        if beacon.fault:
            step.faulted.append(arrival)
        else:
            step.arrivals.append(self._since_first_attempt(arrival))

    def _add_page(self, view: PageView, step: StepTimeline) -> None:
        clock = self._clock
        if view.clock > clock.settled:
            clock.loading, clock.settled = clock.settled, view.clock
        clock.since = view.at
        step.pages.append(ShownPage(view=view, at=clock.reads(view.at, clock.loading)))
        step.url = view.url

    def _replace_url(self, record: UrlReplaced) -> None:
        pages = (shown for step in reversed(self._timeline.steps) for shown in reversed(step.pages))
        same = next((shown for shown in pages if shown.view.tab == record.tab), None)
        if same is not None:
            same.addresses.append(record.url)

    def _arrival(self, beacon: Beacon, page: int) -> Arrival:
        clock = self._clock
        earliest = clock.reads(min(clock.since, beacon.time), clock.settled)
        earliest = earliest if clock.delayed_since is None else min(earliest, clock.delayed_since)
        latest = clock.reads(beacon.time, clock.ahead)
        return Arrival(beacon=beacon, reading=self._read(beacon), clock_from=earliest, clock_to=latest, page=page)

    def _since_first_attempt(self, arrival: Arrival) -> Arrival:
        """A retry of a faulted request may report what happened before the first attempt."""
        key = _request(arrival.beacon)
        faulted = (other for step in self._timeline.steps for other in step.faulted)
        first = next((other for other in faulted if _request(other.beacon) == key), None)
        return replace(arrival, clock_from=min(first.clock_from, arrival.clock_from)) if first else arrival


def _request(beacon: Beacon) -> tuple[str, str, bytes]:
    return beacon.method, beacon.url, beacon.body
