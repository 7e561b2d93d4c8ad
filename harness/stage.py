"""The servers of one scenario: a store, a collector with its journal, the tracker's script host, and the sites that refer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from fakewww.app import create_app
from fakewww.referrers import create_referrers
from harness.collector.app import create_collector
from harness.collector.server import Site, serving
from harness.errors import ServerError
from harness.journal import Journal, MemoryJournal
from harness.network import Address, Certificate, network
from harness.protocols import TrackerProtocol
from harness.recording import HostRefused, LedgerRead, Recorder, ScriptServed
from harness.target import Target

_HTTP, _HTTPS = 80, 443


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where a journey takes place.

    `proxy` is the URL of its network, `fence_urls` are the addresses of fences by the collector's host name, `read_ledger`
    reads what is new in the store's ledger.
    """

    proxy: str
    journal: Journal
    fence_urls: Mapping[str, str]
    read_ledger: Callable[[], Awaitable[LedgerRead | None]]


@asynccontextmanager
async def stage(
    *,
    target: Target,
    protocol: TrackerProtocol,
    recorder: Recorder,
    script: bytes,
    certificate: Certificate,
    referrers: frozenset[str],
) -> AsyncIterator[Stage]:
    """Start the built-in store and all that belongs to it on free ports; what arrives goes into the recorder."""
    async with AsyncExitStack() as stack:
        journal = MemoryJournal()
        collector = create_collector(journal, protocol, on_arrival=recorder.add)
        hosts: dict[str, web.Application] = {
            **dict.fromkeys(referrers, create_referrers()),
            **dict.fromkeys(protocol.collector_hosts, collector),
            protocol.script_host: _script_host(protocol, script, recorder),
            target.host: create_app(seed=recorder.header.seed),
        }
        table: dict[Address, int] = {}
        for app in dict.fromkeys(hosts.values()):
            sites = (Site(), Site(ssl_context=certificate.server))
            plain, secure = await stack.enter_async_context(serving(app, *sites))
            for host in (host for host, its in hosts.items() if its is app):
                table |= {(host, _HTTP): plain, (host, _HTTPS): secure}
        proxy = await stack.enter_async_context(network(table, on_refused=lambda address: _refused(recorder, address)))
        session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=10)))
        scheme = urlsplit(target.url).scheme
        yield Stage(
            proxy=proxy,
            journal=journal,
            fence_urls={host: f"{scheme}://{host}/harness/fence" for host in protocol.collector_hosts},
            read_ledger=_ledger_reader(session, target, table[target.host, _HTTP]),
        )


def _script_host(protocol: TrackerProtocol, script: bytes, recorder: Recorder) -> web.Application:
    """Stands in for the host of the tracker's script: its published path, and nothing else."""

    async def answer(request: web.Request) -> web.Response:
        found = request.path == protocol.script_path
        recorder.add(ScriptServed(url=str(request.url), status=200 if found else 404))
        if not found:
            return web.Response(status=404, text="no such script\n")
        return web.Response(body=script, content_type="text/javascript", charset="utf-8")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    return app


def _refused(recorder: Recorder, address: Address) -> None:
    recorder.add(HostRefused(host=address[0], port=address[1]))


def _ledger_reader(session: ClientSession, target: Target, port: int) -> Callable[[], Awaitable[LedgerRead | None]]:
    """A function that gives the ledger's entries since it was called last; None where there is nothing new, or no ledger."""
    read = 0

    async def reader() -> LedgerRead | None:
        nonlocal read
        if target.ledger is None:
            return None
        path = urlsplit(target.ledger).path
        try:
            async with session.get(f"http://127.0.0.1:{port}{path}", params={"since": read}) as response:
                ledger = await response.json()
        except (ClientError, TimeoutError, ValueError) as error:
            raise ServerError(f"{target.ledger}: the store's ledger cannot be read: {error}") from None
        entries = ledger["entries"]
        if not entries and read:
            return None
        read = max((entry["n"] for entry in entries), default=read)
        return LedgerRead(store=ledger["store"], entries=tuple(entries))

    return reader
