"""The request log of `serve`: a line for each beacon, and a count of those beyond the limit of a second."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

from harness import protocol as protocols
from harness.events import Beacon
from harness.reports.request_log import MAX_LINES_PER_SECOND, RequestLog

BEACON = Beacon(number=1, time=0.0, method="POST", url="http://a.test/v1/1/category", headers=(), body=b"[", status=400)


def add(count: int, log: RequestLog) -> None:
    for number in range(1, count + 1):
        log.add(replace(BEACON, number=number, status=400 if number % 10 == 0 else 200))


def lines_of(count: int, print_line: Callable[[str], None] | None = None) -> list[str]:
    """The lines of a log with that many beacons, flushed at the end."""
    lines: list[str] = []

    async def run() -> None:
        log = RequestLog(protocols.get(), print_line or lines.append)
        add(count, log)
        log.flush()

    asyncio.run(run())
    return lines


def test_each_beacon_has_a_line() -> None:
    assert [line.split()[:2] for line in lines_of(3)] == [["1", "200"], ["2", "200"], ["3", "200"]]


def test_beacons_beyond_the_limit_are_counted_by_status() -> None:
    lines = lines_of(MAX_LINES_PER_SECOND + 30)
    assert len(lines) == MAX_LINES_PER_SECOND + 1
    assert lines[-1].strip() == "and 30 more in that second: 27 × 200, 3 × 400; see /harness/events?kind=beacon"


def test_no_count_follows_when_the_limit_is_not_exceeded() -> None:
    assert len(lines_of(MAX_LINES_PER_SECOND)) == MAX_LINES_PER_SECOND


def test_after_a_second_the_count_is_printed_and_the_limit_starts_anew() -> None:
    async def run() -> list[str]:
        lines: asyncio.Queue[str] = asyncio.Queue()
        log = RequestLog(protocols.get(), lines.put_nowait)
        add(MAX_LINES_PER_SECOND + 1, log)
        async with asyncio.timeout(30):
            first = [await lines.get() for _ in range(MAX_LINES_PER_SECOND + 1)]
        log.add(BEACON)
        log.flush()
        return [first[-1], lines.get_nowait()]

    count, line = asyncio.run(run())
    assert re.match(r" +and 1 more in that second", count)
    assert re.match(r" +1  400  ", line)


def test_a_closed_terminal_does_not_stop_the_log() -> None:
    printed = 0

    def print_line(_line: str) -> None:
        nonlocal printed
        printed += 1
        if printed > MAX_LINES_PER_SECOND:
            raise BrokenPipeError

    lines_of(MAX_LINES_PER_SECOND + 5, print_line)
    assert printed == MAX_LINES_PER_SECOND + 1
