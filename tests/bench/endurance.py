"""`harness serve --journal` under documents at a steady rate: does it keep up, does it lose any, does it grow? Linux.

`python tests/bench/endurance.py --rate 2000 --seconds 30`: one round to the end, and one with `kill -9` in the middle. What was
answered must be in the journal once, as it was sent, and nothing else. Exits with 1 where it is not, or where memory grows.
"""

import argparse
import asyncio
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.document_load import JournalCheck, Sent, Server, body, check_journal, running, send, serve_app  # noqa: E402

FLAT = 4 * 1024 * 1024
"""How many bytes the memory may have grown at the end, since the server was warm."""

_SAMPLE_S = 0.25
_MIB = 1024 * 1024
_WARMING = 1000

_BARE = """
import asyncio
from aiohttp import web

async def take(request):
    await request.read()
    return web.Response()

async def main():
    app = web.Application()
    app.router.add_post("/{rest:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print("collector  http://127.0.0.1:%d/" % runner.addresses[0][1])
    print("journal    none", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a server used: seconds of processor time for each document, and bytes of memory, a sample each quarter second."""

    processor: float
    memory: list[int]

    @property
    def growth(self) -> int:
        """Bytes from the second fifth of the time to the last; what comes before is warming up."""
        fifth = max(1, len(self.memory) // 5)
        return int(median(self.memory[-fifth:]) - median(self.memory[fifth : 2 * fifth] or self.memory))


def main() -> int:
    """Both rounds; 1 where something is lost, or where memory grows."""
    given = _options()
    size = sum(len(body(number)) for number in range(100)) / 100
    _say(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start; documents of {size:.0f} bytes on average"
    )
    wrong = asyncio.run(endure(given.rate, given.seconds, given.connections))
    for line in wrong:
        _say(f"broken: {line}")
    return 1 if wrong else 0


async def endure(rate: float, seconds: float, connections: int = 16) -> list[str]:
    """Both rounds, and their figures printed; what was wrong."""
    count = int(rate * seconds)
    sent, kept, use = await _round(rate, count, connections)
    _say(
        f"{len(sent.answers)} of {count} documents answered, {len(sent.answers) / sent.seconds:.0f} a second of {rate:.0f} meant"
    )
    _say(f"  in the journal: {kept.records}; processor time of the server: {1000 * use.processor:.3f} ms a document")
    _say(f"  memory: {max(use.memory) / _MIB:.1f} MiB at most; once warm {use.growth / _MIB:+.2f} MiB to the end")
    wrong = [*_wrong(sent, kept), *_unfinished(sent, kept, count)]
    if use.growth > FLAT:
        wrong.append(f"memory grew by {use.growth / _MIB:.1f} MiB")
    sent, kept, _ = await _round(rate, count, connections, kill_after=count // 2)
    under_way = len(sent.numbers) - len(sent.answers)
    _say(f"kill -9 after {len(sent.answers)} answers, {under_way} documents under way; in the journal: {kept.records}")
    return [*wrong, *_wrong(sent, kept)]


async def most(server: AbstractAsyncContextManager[Server], count: int, connections: int = 16) -> tuple[float, float]:
    """Documents a second, sent as fast as they are answered, and the server's processor seconds for each."""
    async with server as running_server:
        await send(running_server, _WARMING, rate=math.inf, connections=connections)
        before = running_server.processor()
        sent = await send(running_server, count, rate=math.inf, connections=connections)
        return count / sent.seconds, (running_server.processor() - before) / count


def bare() -> AbstractAsyncContextManager[Server]:
    """A bare aiohttp handler that reads the body and answers 200."""
    return running("-c", _BARE)


async def _round(
    rate: float, count: int, connections: int, *, kill_after: int | None = None
) -> tuple[Sent, JournalCheck, Use]:
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "journal"
        async with serve_app("--journal", journal) as server:
            before, memory = server.processor(), list[int]()
            sampling = asyncio.create_task(_sample(server, memory))
            sent = await send(server, count, rate=rate, connections=connections, kill_after=kill_after)
            sampling.cancel()
            spent = 0.0 if kill_after else (server.processor() - before) / count
        return sent, await check_journal(journal, sent), Use(processor=spent, memory=memory)


async def _sample(server: Server, memory: list[int]) -> None:
    with suppress(FileNotFoundError):  # it was killed
        while server.process.returncode is None:
            memory.append(server.resident())
            await asyncio.sleep(_SAMPLE_S)


def _wrong(sent: Sent, kept: JournalCheck) -> Iterator[str]:
    for what, numbers in (
        ("lost", kept.lost),
        ("kept twice", kept.duplicated),
        ("answered wrongly", sent.wrong_answers),
    ):
        if numbers:
            yield f"{len(numbers)} documents {what}: {', '.join(map(str, numbers[:5]))}"
    if kept.unexpected:
        yield f"{len(kept.unexpected)} records that nobody sent: {kept.unexpected[0]}"


def _unfinished(sent: Sent, kept: JournalCheck, count: int) -> Iterator[str]:
    if not len(sent.answers) == kept.records == count:
        yield f"{count} documents were to be sent, {len(sent.answers)} were answered, {kept.records} are in the journal"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="endurance.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=float, default=2000, help="documents a second; default: 2000")
    parser.add_argument("--seconds", type=float, default=30, help="default: 30")
    parser.add_argument("--connections", type=int, default=16, help="default: 16")
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
