"""The servers of one journey: a collector with its journal, the tracker's script host, the built-in store and sites that refer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from fakewww.app import create_app
from fakewww.referrers import create_referrers
from harness.collector.app import create_collector
from harness.collector.server import Site, serving
from harness.errors import ServerError
from harness.journal import Journal, MemoryJournal
from harness.network import Address, Certificate, Onward, network
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
        table = await _serve(hosts, certificate, stack)
        proxy = await stack.enter_async_context(network(table, on_refused=partial(_refused, recorder)))
        session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=10)))
        scheme = urlsplit(target.url).scheme
        yield Stage(
            proxy=proxy,
            journal=journal,
            fence_urls=_fence_urls(scheme, protocol),
            read_ledger=_ledger_reader(session, target, table[target.host, _HTTP]),
        )


@asynccontextmanager
async def outer_stage(
    *,
    scheme: str,
    protocol: TrackerProtocol,
    recorder: Recorder,
    script: bytes | None,
    certificate: Certificate,
    outside: Onward,
) -> AsyncIterator[Stage]:
    """What a journey through an external store needs on this machine; all other hosts are reached by `outside`.

    `scheme` is that of the store's pages. Without a `script` its host is left to `outside`, too.
    """
    async with AsyncExitStack() as stack:
        journal = MemoryJournal()
        hosts = dict.fromkeys(protocol.collector_hosts, create_collector(journal, protocol, on_arrival=recorder.add))
        if script is not None:
            hosts[protocol.script_host] = _script_host(protocol, script, recorder)
        table = await _serve(hosts, certificate, stack)
        refuse = partial(_refused, recorder)
        yield Stage(
            proxy=await stack.enter_async_context(network(table, on_refused=refuse, onward=outside)),
            journal=journal,
            fence_urls=_fence_urls(scheme, protocol),
            read_ledger=_no_ledger,
        )


async def _serve(
    hosts: Mapping[str, web.Application], certificate: Certificate, stack: AsyncExitStack
) -> dict[Address, int]:
    """Serve each application on a free port for HTTP and one for HTTPS; where each host's are."""
    table: dict[Address, int] = {}
    for app in dict.fromkeys(hosts.values()):
        plain, secure = await stack.enter_async_context(serving(app, Site(), Site(ssl_context=certificate.server)))
        for host in (host for host, its in hosts.items() if its is app):
            table |= {(host, _HTTP): plain, (host, _HTTPS): secure}
    return table


def _fence_urls(scheme: str, protocol: TrackerProtocol) -> dict[str, str]:
    return {host: f"{scheme}://{host}/harness/fence" for host in protocol.collector_hosts}


async def _no_ledger() -> None:
    return None


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
