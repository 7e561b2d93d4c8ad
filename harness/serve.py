"""`harness serve`: the built-in store and a collector, until Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from fakewww.app import create_app
from harness.collector.app import create_collector
from harness.collector.server import Site, serving
from harness.journal import FileJournal, MemoryJournal
from harness.protocols import TrackerProtocol
from harness.telling import telling

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
    say: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM; `say` gets a line for the start and one for every beacon. ServerError for a taken port."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C interrupts anyway
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(FileJournal(journal_path) if journal_path else MemoryJournal())
        teller = stack.enter_context(telling(protocol, say))
        collector = create_collector(journal, protocol, on_arrival=teller.tell, allow_reset=True)
        (port,) = await stack.enter_async_context(
            serving(collector, Site(host=host, port=collector_port, flag="--collector-port"))
        )
        address = f"http://{_for_url(host)}:{port}"
        endpoint = protocol.endpoints[0].path
        store = create_app(seed=seed, script_url=SCRIPT, collector_url=f"{address}{endpoint}")
        store.router.add_get(SCRIPT, _script(script))
        (store_at,) = await stack.enter_async_context(
            serving(store, Site(host=host, port=store_port, flag="--store-port"))
        )
        say(f"store      http://{_for_url(host)}:{store_at}/")
        say(f"collector  {address}{endpoint}")
        say(f"events     {address}/harness/events")
        say(f"journal    {journal_path or 'in memory'}, {len(journal)} beacon{'s' * (len(journal) != 1)}; Ctrl-C stops")
        await stop.wait()


def _script(script: bytes) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=script, content_type="text/javascript", charset="utf-8")

    return answer


def _for_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
