"""Convert a test to a recording and a scenario with one step for each page, as input for the judge."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from harness.events import Beacon
from harness.recording.records import (
    ClockAdvanced,
    Header,
    LedgerRead,
    PageView,
    Record,
    Recording,
    StepBegun,
    UrlReplaced,
)
from harness.scenario.actions import Call
from harness.scenario.model import EventPattern, Expect, Scenario, Step
from harness.urls import plain_url

_WITHIN_DOCUMENT = ("push", "traverse", "restore")
"""Navigations for which the store serves no page."""

_Timed = tuple[float, tuple[Record, ...]]
"""A time in seconds since the epoch, and the records of that time."""

_OTHERS = (Beacon, ClockAdvanced, UrlReplaced)


def as_recording(header: Header, records: Sequence[Record]) -> Recording:
    """The records of a test in order of time, with a step for each page.

    The browser may report a page long after it was shown; the ledger has the time.
    """
    others: list[_Timed] = [(_time_of(record), (record,)) for record in records if isinstance(record, _OTHERS)]
    shown = [record for record in records if isinstance(record, PageView)]
    read = [_of_entry(record, shown) for record in _entry_by_entry(records)]
    pages: list[_Timed] = [(view.at, (view,)) for view in shown]
    ordered = sorted((*read, *others, *pages), key=lambda item: item[0])
    return Recording(header=header, records=tuple(_with_steps(ordered)))


def as_scenario(recording: Recording, *, file: str, patterns: Iterable[EventPattern]) -> Scenario:
    """A scenario with the steps of the recording and, at its end, the patterns that the test waited for."""
    numbers = [record.number for record in recording.records if isinstance(record, StepBegun)]
    call = Call(action="test", arguments={}, place=file, title="test")
    steps = [Step(number=number, line=0, call=call) for number in numbers]
    expect = Expect(number=len(steps) + 1, line=0, file=file, patterns=tuple(patterns))
    return Scenario(name=file, file=file, text="", items=(*steps, expect))


def _time_of(record: Beacon | ClockAdvanced | UrlReplaced) -> float:
    return record.time if isinstance(record, Beacon) else record.at


def _entry_by_entry(records: Iterable[Record]) -> Iterator[LedgerRead]:
    for record in records:
        if isinstance(record, LedgerRead):
            yield from (replace(record, entries=(entry,)) for entry in record.entries)


def _of_entry(read: LedgerRead, shown: list[PageView]) -> _Timed:
    """A ledger entry; for a page with its view, which is removed from `shown`, or is built from the entry."""
    [entry] = read.entries
    at = datetime.fromisoformat(entry["at"]).timestamp()
    if entry["kind"] != "page":
        return at, (read,)
    url = entry["page"]["url"]
    loaded = (view for view in shown if view.navigation not in _WITHIN_DOCUMENT)
    view = next((view for view in loaded if plain_url(view.url) == plain_url(url)), None)
    if view is None:
        return at, (read, PageView(url=url, at=at, clock=0.0))
    shown.remove(view)
    return at, (read, replace(view, at=at))


def _with_steps(ordered: Sequence[_Timed]) -> Iterator[Record]:
    """Insert the steps. Records before the first page belong to its step, except for beacons of the back end."""
    is_page = [any(isinstance(record, PageView) for record in records) for _at, records in ordered]
    first = is_page.index(True) if any(is_page) else 0
    opening = [record for _at, records in ordered[:first] for record in records]
    yield from (record for record in opening if isinstance(record, Beacon))
    number = 0
    clock = next((record.clock for record in reversed(opening) if isinstance(record, ClockAdvanced)), 0.0)
    for (at, records), begins in zip(ordered[first:], is_page[first:], strict=True):
        if begins or not number:
            number += 1
            yield StepBegun(number=number, at=at, clock=clock)
        if number == 1 and opening:
            yield from (record for record in opening if not isinstance(record, Beacon))
            opening = []
        for record in records:
            clock = record.clock if isinstance(record, ClockAdvanced) else clock
            yield replace(record, clock=clock) if isinstance(record, PageView) else record
