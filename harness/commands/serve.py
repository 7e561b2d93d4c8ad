"""The command `harness serve`: the built-in store and a collector, until Ctrl-C."""

import asyncio
import secrets
import signal
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from aiohttp import web
from aiohttp.typedefs import Handler

from harness.capture.collector.app import create_collector
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.journal import FileJournal, MemoryJournal
from harness.commands import options as shared
from harness.commands.exit_status import tracker_source
from harness.commands.options import option
from harness.errors import UsageError
from harness.protocol import TrackerProtocol
from harness.protocol import get as get_protocol
from harness.reports.request_log import RequestLog
from harness.runner.builtin_store import SITE, create_store
from harness.scenario.store_options import read_store_options

SCRIPT_PATH = "/tracker.js"
SERVERS = "Servers"
_JOURNAL_HELP = "SQLite file for received requests; an existing one is continued. Default: memory."
_TOKEN_HELP = (
    "Bearer token that may write v2 documents of this site; may be repeated. The collector answers other tokens with 403. "
    "Default: v2 requires a token but accepts any. v1 documents and beacons need no token; in a v1 address with two IDs "
    "(/v1/ID/ID/cart), an ID named as SITE is the site, else the second ID is."
)


@dataclass(frozen=True, kw_only=True)
class Servers:
    """The servers to start. Port 0 is any free port; `token` is that of the store's back end."""

    protocol: TrackerProtocol
    script: bytes
    host: str
    store_port: int
    collector_port: int
    journal_path: Path | None
    seed: int
    settings: Mapping[str, str]
    token: str

    @property
    def back_end(self) -> str:
        """The API version of the store's back end; empty if the store has no back end."""
        version = self.settings.get("backend", "off")
        return "" if version == "off" else version


def serve(
    store_port: Annotated[
        int, option(SERVERS, "PORT", "Port of the store; 0 is any free port.", min=0, max=65535)
    ] = 8000,
    collector_port: Annotated[
        int, option(SERVERS, "PORT", "Port of the collector; 0 is any free port.", min=0, max=65535)
    ] = 8001,
    host: Annotated[str, option(SERVERS, None, "Address to listen on; 0.0.0.0 is every interface.")] = "127.0.0.1",
    journal: Annotated[Path | None, option(SERVERS, "FILE", _JOURNAL_HELP)] = None,
    token: Annotated[shared.Texts, option(SERVERS, "SITE=TOKEN", _TOKEN_HELP)] = None,
    tracker: shared.Tracker = None,
    seed: shared.Seed = 0,
    store: shared.StoreSettings = None,
    debug: shared.Debug = False,
) -> None:
    """Serve the built-in store and a collector until Ctrl-C.

    The first lines contain the addresses. Then the collector prints a line for
    each beacon and each back-end document, followed by its findings. Above 100
    requests a second, it prints only their number.

    [dim]harness serve[/]
    [dim]harness serve --store backend=v2 --journal journal.db[/]
    [dim]harness serve --token 1=secret --token 2=other[/]

    Exit status: 0 after Ctrl-C, 2 if a port is in use or an option is wrong.
    """
    settings = read_store_options(store or ())
    tokens = _tokens(token or (), settings)
    servers = Servers(
        protocol=get_protocol().with_tokens(tokens),
        script=tracker_source(tracker),
        host=host,
        store_port=store_port,
        collector_port=collector_port,
        journal_path=journal,
        seed=seed,
        settings=settings,
        token=dict(tokens).get(SITE, "any"),
    )
    asyncio.run(serve_until_stopped(servers, print_line=lambda line: print(line, flush=True)))  # noqa: T201


def _tokens(texts: Iterable[str], settings: Mapping[str, str]) -> list[tuple[str, str]]:
    tokens = []
    for text in texts:
        site, _, token = text.partition("=")
        if not site or not token:
            raise UsageError(f'--token "{text}" should be SITE=TOKEN')
        tokens.append((site, token))
    if tokens and SITE not in dict(tokens) and settings.get("backend", "off") != "off":
        tokens.append((SITE, secrets.token_hex()))  # for the store's own back end
    return tokens


async def serve_until_stopped(servers: Servers, *, print_line: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; print the addresses, then a line for each request. ServerError if a port is in use."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C interrupts anyway
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        path, protocol = servers.journal_path, servers.protocol
        journal = await stack.enter_async_context(FileJournal(path) if path else MemoryJournal())
        log = _DelayedLog(print_line)
        requests = RequestLog(protocol, log.print)
        stack.callback(requests.flush)
        collector = create_collector(journal, protocol, on_arrival=requests.add, allow_reset=True)
        site = Site(host=servers.host, port=servers.collector_port, flag="--collector-port")
        (collector_port,) = await stack.enter_async_context(serve_app(collector, site))
        store_port = servers.store_port or _free_port(servers.host)
        store = _store(servers, collector_port, store_port)
        site = Site(host=servers.host, port=store_port, flag="--store-port")
        (store_port,) = await stack.enter_async_context(serve_app(store, site))
        base = _url(servers.host, collector_port)
        print_line(f"store      {_url(servers.host, store_port)}/")
        print_line(f"collector  {base}{protocol.endpoints[0].path}")
        print_line(f"events     {base}/harness/events")
        if servers.back_end:
            print_line(f"documents  {base}, sent by the store's back end, {servers.back_end}")
        print_line(f"journal    {path or 'in memory'}, {len(journal)} beacon{'s' * (len(journal) != 1)}; Ctrl-C stops")
        log.open()
        await stop.wait()


def _store(servers: Servers, collector_port: int, store_port: int) -> web.Application:
    """The built-in store; its pages and its back end send to the collector."""
    store = create_store(
        servers.settings,
        seed=servers.seed,
        script_url=SCRIPT_PATH,
        collector_url=_url(servers.host, collector_port) + servers.protocol.endpoints[0].path,
        backend_url=_url({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(servers.host, servers.host), collector_port),
        backend_token=servers.token,
        store_url=_url(servers.host, store_port),
    )
    store.router.add_get(SCRIPT_PATH, _script(servers.script))
    return store


class _DelayedLog:
    """Lines about requests, kept until the addresses are printed: the back end sends before that."""

    def __init__(self, print_line: Callable[[str], None]) -> None:
        self._print_line = print_line
        self._kept: list[str] | None = []

    def print(self, line: str) -> None:
        if self._kept is None:
            self._print_line(line)
        else:
            self._kept.append(line)

    def open(self) -> None:
        """Print the kept lines, and from now on each line at once."""
        kept, self._kept = self._kept or [], None
        for line in kept:
            self._print_line(line)


def _free_port(host: str) -> int:
    """A port for the store, which needs its own address before it listens; 0 if no port is free."""
    try:
        with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
            port: int = listening.getsockname()[1]
            return port
    except OSError:
        return 0


def _script(script: bytes) -> Handler:
    async def respond(_request: web.Request) -> web.Response:
        return web.Response(body=script, content_type="text/javascript", charset="utf-8")

    return respond


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
