"""The request log of `harness serve`: a line for each beacon, with its findings."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from harness.events import LARGE_BODY, Beacon, Reading
from harness.findings import Finding
from harness.protocol import TrackerProtocol
from harness.text_files import printable

MAX_LINES_PER_SECOND: Final = 100
"""Beacons beyond this number are only counted: more cannot be read, and the collector needs the time."""

_MAX_FINDINGS: Final = 20
"""Printed findings of one beacon."""


class RequestLog:
    """Prints a line for each beacon, and a count of the beacons beyond `MAX_LINES_PER_SECOND`. Used in one event loop."""

    def __init__(self, protocol: TrackerProtocol, print_line: Callable[[str], None]) -> None:
        self._line = partial(line_of, protocol=protocol)
        self._print = print_line
        self._second: asyncio.TimerHandle | None = None
        self._printed = 0
        self._skipped = Counter[int]()
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, beacon: Beacon) -> None:
        if self._second is None:
            self._second = asyncio.get_running_loop().call_later(1.0, self.flush)
        if self._printed == MAX_LINES_PER_SECOND:
            self._skipped[beacon.status] += 1
            return
        self._printed += 1
        if len(beacon.body) <= LARGE_BODY:
            self._print(self._line(beacon))
            return
        task = asyncio.create_task(self._add_from_thread(beacon))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def flush(self) -> None:
        """Log the number of skipped beacons of the last second, by status."""
        skipped, self._skipped = self._skipped, Counter()
        if self._second is not None:
            self._second.cancel()
        self._second, self._printed = None, 0
        if skipped:
            statuses = ", ".join(f"{count} × {status}" for status, count in sorted(skipped.items()))
            with suppress(OSError):  # the terminal is gone
                more = f"{skipped.total()} more in that second: {statuses}"
                self._print(f"        and {more}; see /harness/events?kind=beacon")

    async def _add_from_thread(self, beacon: Beacon) -> None:
        line = await asyncio.to_thread(self._line, beacon)
        with suppress(OSError):
            self._print(line)


def line_of(beacon: Beacon, protocol: TrackerProtocol) -> str:
    """A beacon as a line with number, status and contents, followed by its findings."""
    reading = protocol.read(beacon)
    types = ", ".join(event.type for event in reading.events)
    contents = types or _documents(reading) or f"{beacon.method} {beacon.url}"
    findings = [_finding_line(item) for item in reading.findings[:_MAX_FINDINGS]]
    lines = [f"{beacon.number:>6}  {beacon.status}  {contents}", *findings]
    if len(reading.findings) > _MAX_FINDINGS:
        lines.append(f"        and {len(reading.findings) - _MAX_FINDINGS} more: see /harness/events?kind=beacon")
    return "\n".join(map(printable, lines))


def _documents(reading: Reading) -> str:
    """The types of the documents and their site: `cart of site 1`, `3 order, 2 product of site 1`."""
    counts = Counter(document.type for document in reading.documents)
    types = ", ".join(name if count == 1 else f"{count} {name}" for name, count in counts.items())
    return f"{types} of site {reading.documents[0].site}" if types else ""


def _finding_line(finding: Finding) -> str:
    return f"        {finding.severity}: {finding.place} {finding.message}"
