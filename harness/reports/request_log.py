"""What `harness serve` says of each beacon that arrives: a line, and what is wrong with it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

from harness.capture.collector.receive import LARGE, call_off_loop
from harness.events import Beacon, Reading
from harness.findings import Finding
from harness.protocol import TrackerProtocol
from harness.text_files import printable

MOST_A_SECOND: Final = 100
"""How many beacons are told one by one; nobody reads more, and a busy collector has better things to do."""

_MOST_FINDINGS: Final = 20
"""How many findings of one beacon are printed."""


@contextmanager
def telling(protocol: TrackerProtocol, say: Callable[[str], None]) -> Iterator["Teller"]:
    """A teller that at the end has told of everything."""
    teller = Teller(protocol, say)
    try:
        yield teller
    finally:
        teller.tell_rest()


class Teller:
    """Says a line for each beacon; of those beyond `MOST_A_SECOND` how many there were. Belongs to one event loop."""

    def __init__(self, protocol: TrackerProtocol, say: Callable[[str], None]) -> None:
        self._line = partial(line_of, protocol=protocol)
        self._say = say
        self._second: asyncio.TimerHandle | None = None
        self._told = 0
        self._untold = Counter[int]()
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, beacon: Beacon) -> None:
        """Tell of a beacon; of a large one in a thread, so that other requests need not wait for it."""
        if self._second is None:
            self._second = asyncio.get_running_loop().call_later(1.0, self.tell_rest)
        if self._told == MOST_A_SECOND:
            self._untold[beacon.status] += 1
            return
        self._told += 1
        if len(beacon.body) <= LARGE:
            self._say(self._line(beacon))
            return
        task = asyncio.create_task(self._tell_in_turn(beacon))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def tell_rest(self) -> None:
        """Tell how many beacons of the last second have not been told of, and by which answer."""
        untold, self._untold = self._untold, Counter()
        if self._second is not None:
            self._second.cancel()
        self._second, self._told = None, 0
        if untold:
            answers = ", ".join(f"{count} × {status}" for status, count in sorted(untold.items()))
            with suppress(OSError):  # the terminal is gone
                self._say(
                    f"        and {untold.total()} more in that second: {answers}; see /harness/events?kind=beacon"
                )

    async def _tell_in_turn(self, beacon: Beacon) -> None:
        line = await call_off_loop(self._line, beacon)
        with suppress(OSError):
            self._say(line)


def line_of(beacon: Beacon, protocol: TrackerProtocol) -> str:
    """A beacon in a line: its number, the answer, its events or documents, and what is wrong with it."""
    reading = protocol.read(beacon)
    what = ", ".join(event.type for event in reading.events) or _documents(reading) or f"{beacon.method} {beacon.url}"
    complaints = [_complaint(item) for item in reading.findings[:_MOST_FINDINGS]]
    lines = [f"{beacon.number:>6}  {beacon.status}  {what}", *complaints]
    if len(reading.findings) > _MOST_FINDINGS:
        lines.append(f"        and {len(reading.findings) - _MOST_FINDINGS} more: see /harness/events?kind=beacon")
    return "\n".join(map(printable, lines))


def _documents(reading: Reading) -> str:
    """The types of the documents and their site: `cart of site 1`, `3 order, 2 product of site 1`."""
    counts = Counter(document.type for document in reading.documents)
    types = ", ".join(name if count == 1 else f"{count} {name}" for name, count in counts.items())
    return f"{types} of site {reading.documents[0].site}" if types else ""


def _complaint(finding: Finding) -> str:
    return f"        {finding.severity}: {finding.place} {finding.message}"
