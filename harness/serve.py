"""`harness serve`: the built-in store and a collector, until Ctrl-C."""

import asyncio
import signal
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from fakewww.app import create_app
from harness.collector.app import create_collector
from harness.collector.intake import LARGE, in_turn
from harness.collector.server import Site, serving
from harness.events import Beacon, Reading
from harness.finding import Finding
from harness.journal import FileJournal, MemoryJournal
from harness.protocols import TrackerProtocol
from harness.switches import store_options
from harness.yamlfile import printable

SCRIPT = "/tracker.js"

_MOST = 20
"""How many findings of one beacon are printed."""


async def serve(
    *,
    protocol: TrackerProtocol,
    script: bytes,
    host: str,
    store_port: int,
    collector_port: int,
    journal_path: Path | None,
    seed: int,
    switches: Mapping[str, str],
    token: str,
    say: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM; `say` gets a line for the start and one for every beacon. ServerError for a taken port.

    `switches` are the store's; where its back end sends, it sends to the collector, with this `token`.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C interrupts anyway
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(FileJournal(journal_path) if journal_path else MemoryJournal())
        lines = _Lines(say)
        collector = create_collector(journal, protocol, on_arrival=_teller(protocol, lines.say), allow_reset=True)
        (port,) = await stack.enter_async_context(
            serving(collector, Site(host=host, port=collector_port, flag="--collector-port"))
        )
        address = f"http://{_for_url(host)}:{port}"
        endpoint = protocol.endpoints[0].path
        store_port = store_port or _free_port(host)
        store = create_app(
            seed=seed,
            script_url=SCRIPT,
            collector_url=f"{address}{endpoint}",
            **store_options(switches),
            backend_url=f"http://{_for_url(_reachable(host))}:{port}",
            backend_token=token,
            store_url=f"http://{_for_url(host)}:{store_port}",
        )
        store.router.add_get(SCRIPT, _script(script))
        (store_at,) = await stack.enter_async_context(
            serving(store, Site(host=host, port=store_port, flag="--store-port"))
        )
        say(f"store      http://{_for_url(host)}:{store_at}/")
        say(f"collector  {address}{endpoint}")
        say(f"events     {address}/harness/events")
        if switches.get("backend", "off") != "off":
            say(f"documents  {address}, of the store's back end, {switches['backend']}")
        say(f"journal    {journal_path or 'in memory'}, {len(journal)} beacon{'s' * (len(journal) != 1)}; Ctrl-C stops")
        lines.open()
        await stop.wait()


class _Lines:
    """Lines of what arrives, kept until it is said where things are: a back end does not wait for that."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._kept: list[str] | None = []

    def say(self, line: str) -> None:
        if self._kept is None:
            self._say(line)
        else:
            self._kept.append(line)

    def open(self) -> None:
        """Say what was kept, and from now on everything at once."""
        kept, self._kept = self._kept or [], None
        for line in kept:
            self._say(line)


def _free_port(host: str) -> int:
    """A port for the store, whose documents name its address before it listens there; 0 where there is none to be had."""
    try:
        with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
            port: int = listening.getsockname()[1]
            return port
    except OSError:
        return 0


def _script(script: bytes) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=script, content_type="text/javascript", charset="utf-8")

    return answer


def _teller(protocol: TrackerProtocol, say: Callable[[str], None]) -> Callable[[Beacon], None]:
    """Say a line for each beacon; for a large one in a thread, so that other requests need not wait for it."""
    telling: set[asyncio.Task[None]] = set()

    async def tell_in_turn(beacon: Beacon) -> None:
        line = await in_turn(partial(_line, protocol=protocol), beacon)
        with suppress(OSError):  # the terminal is gone
            say(line)

    def tell(beacon: Beacon) -> None:
        if len(beacon.body) <= LARGE:
            say(_line(beacon, protocol))
            return
        task = asyncio.create_task(tell_in_turn(beacon))
        telling.add(task)
        task.add_done_callback(telling.discard)

    return tell


def _line(beacon: Beacon, protocol: TrackerProtocol) -> str:
    """A beacon in a line: its number, the answer, its events or documents, and what is wrong with it."""
    reading = protocol.read(beacon)
    what = ", ".join(event.type for event in reading.events) or _documents(reading) or f"{beacon.method} {beacon.url}"
    lines = [f"{beacon.number:>6}  {beacon.status}  {what}", *(_complaint(item) for item in reading.findings[:_MOST])]
    if len(reading.findings) > _MOST:
        lines.append(f"        and {len(reading.findings) - _MOST} more: see /harness/events?kind=beacon")
    return "\n".join(map(printable, lines))


def _documents(reading: Reading) -> str:
    """The types of the documents and their site: `cart of site 1`, `3 order, 2 product of site 1`."""
    counts = Counter(document.type for document in reading.documents)
    types = ", ".join(name if count == 1 else f"{count} {name}" for name, count in counts.items())
    return f"{types} of site {reading.documents[0].site}" if types else ""


def _complaint(finding: Finding) -> str:
    return f"        {finding.severity}: {finding.place} {finding.message}"


def _reachable(host: str) -> str:
    """An address under which this machine reaches what listens there: to listen everywhere is no address to send to."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _for_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
