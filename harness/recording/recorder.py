"""The recorder: collects records while a journey runs."""

import time

from harness.recording.records import ClockAdvanced, Header, PageView, Record, Recording, Settled, StepBegun, StepEnded

_OF_SETTLING = (PageView, ClockAdvanced, Settled)


class Recorder:
    """Collects records. `clock` is the lead of the page's clock over the machine's, in seconds."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.records: list[Record] = []
        self.clock = 0.0

    def add(self, record: Record) -> None:
        self.records.append(record)

    def begin(self, number: int) -> None:
        self.add(StepBegun(number=number, at=time.time(), clock=self.clock))

    def end(self, number: int) -> None:
        self.add(StepEnded(number=number, at=time.time(), clock=self.clock))

    def advance_clock(self, seconds: float) -> None:
        """Record that the page's clock is about to be advanced."""
        self.clock += seconds
        self.add(ClockAdvanced(at=time.time(), clock=self.clock))

    def settle(self) -> None:
        """Record that an action has settled, unless a page view after the last advance of the clock shows that already."""
        later = next((item for item in reversed(self.records) if isinstance(item, _OF_SETTLING)), None)
        if isinstance(later, ClockAdvanced):
            self.add(Settled(at=time.time(), clock=self.clock))

    def finish(self) -> Recording:
        return Recording(header=self.header, records=tuple(self.records))
