"""What `serve` says of the beacons: a line each, and of too many at once how many there were."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

from harness import protocol as protocols
from harness.events import Beacon
from harness.reports.request_log import MOST_A_SECOND, Teller, telling

BEACON = Beacon(number=1, time=0.0, method="POST", url="http://a.test/v1/1/category", headers=(), body=b"[", status=400)


def told(tell: Callable[[Teller], None]) -> list[str]:
    """What was said, the rest included."""
    said: list[str] = []

    async def run() -> None:
        with telling(protocols.get(), said.append) as teller:
            tell(teller)

    asyncio.run(run())
    return said


def tell_of(count: int, beacon: Beacon = BEACON) -> Callable[[Teller], None]:
    def tell(teller: Teller) -> None:
        for number in range(1, count + 1):
            teller.tell(replace(beacon, number=number, status=400 if number % 10 == 0 else 200))

    return tell


def test_each_beacon_has_its_line() -> None:
    assert [line.split()[:2] for line in told(tell_of(3))] == [["1", "200"], ["2", "200"], ["3", "200"]]


def test_of_too_many_in_a_second_the_rest_are_counted_by_their_answers() -> None:
    lines = told(tell_of(MOST_A_SECOND + 30))
    assert len(lines) == MOST_A_SECOND + 1
    assert lines[-1].strip() == "and 30 more in that second: 27 × 200, 3 × 400; see /harness/events?kind=beacon"


def test_as_many_as_are_told_leave_no_rest() -> None:
    assert len(told(tell_of(MOST_A_SECOND))) == MOST_A_SECOND


def test_after_a_second_the_rest_is_told_and_then_each_beacon_again() -> None:
    async def lines() -> list[str]:
        said: asyncio.Queue[str] = asyncio.Queue()
        with telling(protocols.get(), said.put_nowait) as teller:
            tell_of(MOST_A_SECOND + 1)(teller)
            async with asyncio.timeout(30):
                first = [await said.get() for _ in range(MOST_A_SECOND + 1)]
            teller.tell(BEACON)
            return [first[-1], said.get_nowait()]

    rest, line = asyncio.run(lines())
    assert re.match(r" +and 1 more in that second", rest)
    assert re.match(r" +1  400  ", line)


def test_a_terminal_that_is_gone_ends_nothing() -> None:
    async def run() -> int:
        lines = 0

        def say(_line: str) -> None:
            nonlocal lines
            lines += 1
            if lines > MOST_A_SECOND:
                raise BrokenPipeError

        with telling(protocols.get(), say) as teller:
            tell_of(MOST_A_SECOND + 5)(teller)
        return lines

    assert asyncio.run(run()) == MOST_A_SECOND + 1
