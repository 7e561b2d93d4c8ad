"""`harness serve`: the built-in store and a collector, until Ctrl-C."""

import asyncio
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from fakewww.app import create_app
from harness.capture.collector.app import create_collector
from harness.capture.collector.http_server import Site, serving
from harness.capture.journal import FileJournal, MemoryJournal
from harness.protocol import TrackerProtocol
from harness.reports.request_log import telling
from harness.scenario.store_options import store_options

SCRIPT = "/tracker.js"


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
        teller = stack.enter_context(telling(protocol, lines.say))
        collector = create_collector(journal, protocol, on_arrival=teller.tell, allow_reset=True)
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


def _reachable(host: str) -> str:
    """An address under which this machine reaches what listens there: to listen everywhere is no address to send to."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _for_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
