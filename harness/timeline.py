"""A recording cut into steps: what the shopper did, which pages were shown, what the store wrote down, what arrived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.events import Beacon, Event, Reading
from harness.protocols import TrackerProtocol
from harness.recording import (
    ActionFailed,
    Dwelt,
    HostRefused,
    LedgerRead,
    PageError,
    PageView,
    Recording,
    ScriptServed,
    StepBegun,
    StepEnded,
)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A beacon with what it decodes to. Its page's clock stood between `clock_from` and `clock_to` (seconds since the epoch)."""

    beacon: Beacon
    reading: Reading
    clock_from: float
    clock_to: float


@dataclass(kw_only=True)
class StepTimeline:
    """What one step brought about. `entries` are the store's ledger; `url` is where the step ended."""

    number: int
    began: float
    ended: float
    url: str = ""
    pages: list[PageView] = field(default_factory=list)
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    scripts: list[ScriptServed] = field(default_factory=list)
    refused: list[HostRefused] = field(default_factory=list)
    errors: list[PageError] = field(default_factory=list)
    failure: ActionFailed | None = None

    @property
    def events(self) -> list[Event]:
        """The events that arrived in this step, in the order in which they were sent."""
        return [event for arrival in self.arrivals for event in arrival.reading.events]


@dataclass(kw_only=True)
class Timeline:
    """All steps in order. `store` is what the store says of itself, empty where it serves no ledger."""

    steps: list[StepTimeline] = field(default_factory=list)
    store: Mapping[str, Any] = field(default_factory=dict)
    has_ledger: bool = False
    store_hosts: tuple[str, ...] = ()
    payment_hosts: tuple[str, ...] = ()


def cut(recording: Recording, protocol: TrackerProtocol) -> Timeline:
    """The recording, cut into steps. What comes after a step has ended and before the next begins belongs to it."""
    header = recording.header
    timeline = Timeline(store_hosts=header.store_hosts, payment_hosts=header.payment_hosts)
    floor = ceiling = 0.0
    for record in recording.records:
        if isinstance(record, StepBegun):
            timeline.steps.append(StepTimeline(number=record.number, began=record.at, ended=record.at))
            floor = ceiling = record.clock
            continue
        if not timeline.steps:
            continue
        step = timeline.steps[-1]
        match record:
            case Dwelt():
                ceiling = record.clock
            case Beacon():
                reading = protocol.read(record)
                window = (record.time + floor, record.time + ceiling)
                step.arrivals.append(Arrival(beacon=record, reading=reading, clock_from=window[0], clock_to=window[1]))
            case PageView():
                step.pages.append(record)
                step.url = record.url
                floor = record.clock
            case LedgerRead():
                step.entries.extend(record.entries)
                timeline.store, timeline.has_ledger = record.store, True
            case StepEnded():
                step.ended = record.at
            case _:
                _note(step, record)
    return timeline


def _note(step: StepTimeline, record: ScriptServed | HostRefused | PageError | ActionFailed) -> None:
    match record:
        case ScriptServed():
            step.scripts.append(record)
        case HostRefused():
            step.refused.append(record)
        case PageError():
            step.errors.append(record)
        case ActionFailed():
            step.failure = record
            step.url = record.url
