"""Send documents to `harness serve --journal` at a steady rate, and check rate, journal and memory. Linux only.

`python tests/bench/endurance.py --rate 2000 --seconds 30`: one complete round, and one with `kill -9` in the middle. The journal must
contain each answered document once, unchanged, and nothing else. The exit status is 1 if it does not, or if the memory grows.
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
"""The maximal growth of the memory after the warm-up, in bytes."""

_SAMPLE_S = 0.25
_MIB = 1024 * 1024
_WARM_UP = 1000

_BARE = """
import asyncio
from aiohttp import web

async def respond(request):
    await request.read()
    return web.Response()

async def main():
    app = web.Application()
    app.router.add_post("/{rest:.*}", respond)
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
    """Seconds of processor time per document, and samples of the memory in bytes."""

    processor: float
    memory: list[int]

    @property
    def growth(self) -> int:
        """Bytes from the second fifth of the time to the last; the first fifth is the warm-up."""
        fifth = max(1, len(self.memory) // 5)
        return int(median(self.memory[-fifth:]) - median(self.memory[fifth : 2 * fifth] or self.memory))


def main() -> int:
    """Run both rounds. Return 1 if one failed."""
    given = _options()
    size = sum(len(body(number)) for number in range(100)) / 100
    _print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; documents of {size:.0f} bytes on average"
    )
    wrong = asyncio.run(endure(given.rate, given.seconds, given.connections))
    for line in wrong:
        _print(f"broken: {line}")
    return 1 if wrong else 0


async def endure(rate: float, seconds: float, connections: int = 16) -> list[str]:
    """Run both rounds and print the figures. Return the failures."""
    count = int(rate * seconds)
    sent, kept, use = await _round(rate, count, connections)
    _print(
        f"{len(sent.answers)} of {count} documents answered, {len(sent.answers) / sent.seconds:.0f} per second of {rate:.0f} requested"
    )
    _print(
        f"  in the journal: {kept.records}; processor time of the server: {1000 * use.processor:.3f} ms per document"
    )
    _print(
        f"  memory: {max(use.memory) / _MIB:.1f} MiB at most; after the warm-up {use.growth / _MIB:+.2f} MiB to the end"
    )
    wrong = [*_wrong(sent, kept), *_unfinished(sent, kept, count)]
    if use.growth > FLAT:
        wrong.append(f"memory grew by {use.growth / _MIB:.1f} MiB")
    sent, kept, _ = await _round(rate, count, connections, kill_after=count // 2)
    unanswered = len(sent.numbers) - len(sent.answers)
    _print(
        f"kill -9 after {len(sent.answers)} answers, {unanswered} documents unanswered; in the journal: {kept.records}"
    )
    return [*wrong, *_wrong(sent, kept)]


async def most(server: AbstractAsyncContextManager[Server], count: int, connections: int = 16) -> tuple[float, float]:
    """The maximal number of documents per second, and the server's processor seconds for each."""
    async with server as running_server:
        await send(running_server, _WARM_UP, rate=math.inf, connections=connections)
        before = running_server.processor()
        sent = await send(running_server, count, rate=math.inf, connections=connections)
        return count / sent.seconds, (running_server.processor() - before) / count


def bare() -> AbstractAsyncContextManager[Server]:
    """A bare aiohttp handler that reads the body and responds with 200."""
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
    with suppress(FileNotFoundError):  # the server was killed
        while server.process.returncode is None:
            memory.append(server.resident())
            await asyncio.sleep(_SAMPLE_S)


def _wrong(sent: Sent, kept: JournalCheck) -> Iterator[str]:
    for problem, numbers in (
        ("lost", kept.lost),
        ("kept twice", kept.duplicated),
        ("answered wrongly", sent.wrong_answers),
    ):
        if numbers:
            yield f"{len(numbers)} documents {problem}: {', '.join(map(str, numbers[:5]))}"
    if kept.unexpected:
        yield f"{len(kept.unexpected)} records without a sent document: {kept.unexpected[0]}"


def _unfinished(sent: Sent, kept: JournalCheck, count: int) -> Iterator[str]:
    if not len(sent.answers) == kept.records == count:
        yield f"{count} documents were requested, {len(sent.answers)} were answered, {kept.records} are in the journal"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="endurance.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=float, default=2000, help="documents per second; default: 2000")
    parser.add_argument("--seconds", type=float, default=30, help="default: 30")
    parser.add_argument("--connections", type=int, default=16, help="default: 16")
    return parser.parse_args()


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
