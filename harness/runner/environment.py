"""The servers of one journey: a collector with its journal, the tracker's script host, the built-in store and sites that refer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from fakewww.backend.outbox import Wire, pause
from fakewww.referrers import create_referrers
from fakewww.shop import PARTNER, SHOP
from harness.capture.collector.app import FAULTS, create_collector
from harness.capture.collector.fault_injection import FaultInjector
from harness.capture.collector.fences import FENCES
from harness.capture.collector.http_server import Site, listen, prepared_app
from harness.capture.journal import Journal, MemoryJournal
from harness.capture.remote_collector import RemoteCollector, remote_collector
from harness.capture.socks_proxy import Address, BlockedHosts, Connector, InProcessServer, socks_proxy
from harness.capture.tls import Certificate
from harness.collector_faults import DOCUMENTS
from harness.errors import ServerError
from harness.events import Beacon
from harness.protocol import TrackerProtocol
from harness.recording.ledger import check_ledger
from harness.recording.recorder import Recorder
from harness.recording.records import HostRefused, LedgerRead, ScriptServed
from harness.runner.builtin_store import create_store
from harness.scenario.faults import COLLECTOR
from harness.scenario.target import Target

_HTTP, _HTTPS = 80, 443

DRAINED_WITHIN_S = 15.0
"""How long the store's back end may take to send what it has, in seconds."""

_HURRY = 100
"""How much shorter the back end's pauses between two tries are than in a store."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Where a journey takes place.

    `proxy` is the URL of its network, `fence_urls` are the addresses of fences by the collector's host name, and
    `heard_of` waits for the one with a token, for a while. `faults` are the
    collector's; `block` cuts off those of `harness.scenario.faults.HOSTS` that it is given, and no others. `drained` waits until the
    store's back end has sent what it has to, as far as the faults let it (ServerError where it does not come to an end), and
    `read_ledger`, after the same, reads what is new in the store's ledger.
    """

    proxy: str
    journal: Journal
    fence_urls: Mapping[str, str]
    wait_for_fence: Callable[[str], Awaitable[None]]
    read_ledger: Callable[[], Coroutine[Any, Any, LedgerRead | None]]
    faults: FaultInjector
    block: Callable[[Iterable[str]], None]
    drained: Callable[[], Awaitable[None]]


@asynccontextmanager
async def builtin_environment(
    *,
    target: Target,
    protocol: TrackerProtocol,
    recorder: Recorder,
    script: bytes,
    certificate: Certificate,
    referrers: frozenset[str],
    remote: str | None = None,
) -> AsyncIterator[Environment]:
    """Start the built-in store and all that belongs to it on free ports; what arrives goes into the recorder.

    `remote` is the URL of a collector that already runs: what back ends send to that belongs to the journey, too.
    """
    async with AsyncExitStack() as stack:
        journal = MemoryJournal()
        collector, synchronize = await _collector(journal, protocol, recorder, remote, stack)
        table: dict[Address, int] = {}
        store = _store(target, protocol, recorder, table)
        hosts: dict[str, web.Application] = {
            **dict.fromkeys({*referrers, PARTNER}, create_referrers()),
            **dict.fromkeys(protocol.collector_hosts, collector),
            protocol.script_host: _script_host(protocol, script, recorder),
            **dict.fromkeys(target.hosts, store),
        }
        doors = await _serve(hosts, certificate, stack, table)
        blocked = BlockedHosts()
        roads = socks_proxy(doors, on_refused=partial(_refused, recorder), blocked=blocked)
        proxy = await stack.enter_async_context(roads)
        session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=10)))
        scheme = urlsplit(target.url).scheme
        faults, drained = collector[FAULTS], _drain(store, collector[FAULTS])
        read_ledger = _ledger_reader(session, _on_this_machine(target, table[target.host, _HTTP]))

        async def learn() -> LedgerRead | None:
            await drained()
            await synchronize()
            return await read_ledger()

        stack.callback(faults.begin, None)
        await drained()
        yield Environment(
            proxy=proxy,
            journal=journal,
            fence_urls=_fence_urls(scheme, protocol),
            wait_for_fence=collector[FENCES].wait_for_fence,
            read_ledger=learn,
            faults=faults,
            block=lambda names: blocked.set(_hosts_named(names, protocol)),
            drained=drained,
        )


@asynccontextmanager
async def external_environment(
    *,
    scheme: str,
    protocol: TrackerProtocol,
    recorder: Recorder,
    script: bytes | None,
    certificate: Certificate,
    outside: Connector,
    referrers: frozenset[str] = frozenset(),
    ledger: str | None = None,
    remote: str | None = None,
) -> AsyncIterator[Environment]:
    """What a journey through an external store needs on this machine; all other hosts are reached by `outside`.

    `scheme` is that of the store's pages. Without a `script` its host is left to `outside`, too. `ledger` is the URL of the
    store's ledger, which counts from now on; `remote` that of a collector that already runs.
    """
    async with AsyncExitStack() as stack:
        journal = MemoryJournal()
        collector, synchronize = await _collector(journal, protocol, recorder, remote, stack)
        hosts: dict[str, web.Application] = {
            **dict.fromkeys(referrers, create_referrers()),
            **dict.fromkeys(protocol.collector_hosts, collector),
        }
        if script is not None:
            hosts[protocol.script_host] = _script_host(protocol, script, recorder)
        table: dict[Address, int] = {}
        doors = await _serve(hosts, certificate, stack, table)
        session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=10), trust_env=True))
        read_ledger = _ledger_reader(session, ledger, is_external=True)
        await read_ledger()  # what others did before is not the journey's

        async def learn() -> LedgerRead | None:
            await synchronize()
            return await read_ledger()

        blocked = BlockedHosts()
        roads = socks_proxy(doors, on_refused=partial(_refused, recorder), fallback=outside, blocked=blocked)
        yield Environment(
            proxy=await stack.enter_async_context(roads),
            journal=journal,
            fence_urls=_fence_urls(scheme, protocol),
            wait_for_fence=collector[FENCES].wait_for_fence,
            read_ledger=learn,
            faults=collector[FAULTS],
            block=lambda names: blocked.set(_hosts_named(names, protocol)),
            drained=_nothing,
        )


async def _collector(
    journal: Journal, protocol: TrackerProtocol, recorder: Recorder, remote: str | None, stack: AsyncExitStack
) -> tuple[web.Application, Callable[[], Awaitable[None]]]:
    """The journey's own collector, and what waits until nothing new is at the one that already runs, if one does."""
    if remote is None:
        return create_collector(journal, protocol, on_arrival=recorder.add), _nothing

    async def take(beacon: Beacon) -> None:
        recorder.add(await journal.append(beacon))

    there: RemoteCollector = await stack.enter_async_context(
        remote_collector(remote, on_beacon=take, is_wanted=protocol.is_of_back_end)
    )

    def arrived(beacon: Beacon) -> None:
        recorder.add(beacon)
        there.forward(beacon)

    return create_collector(journal, protocol, on_arrival=arrived), there.synchronize


async def _serve(
    hosts: Mapping[str, web.Application], certificate: Certificate, stack: AsyncExitStack, table: dict[Address, int]
) -> dict[Address, InProcessServer]:
    """Let the browser in at each host's doors. The store's back end and the ledger's reader need a port; it goes into the table."""
    doors: dict[Address, InProcessServer] = {}
    for app in dict.fromkeys(hosts.values()):
        runner = await stack.enter_async_context(prepared_app(app))
        port = await listen(runner, Site())
        assert runner.server is not None
        plain, secure = InProcessServer(handler=runner.server), InProcessServer(handler=runner.server, tls=certificate.server)
        for host in (host for host, its in hosts.items() if its is app):
            table[host, _HTTP] = port
            doors |= {(host, _HTTP): plain, (host, _HTTPS): secure}
    return doors


def _fence_urls(scheme: str, protocol: TrackerProtocol) -> dict[str, str]:
    return {host: f"{scheme}://{host}/harness/fence" for host in protocol.collector_hosts}


async def _nothing() -> None:
    return None


def _store(
    target: Target, protocol: TrackerProtocol, recorder: Recorder, table: Mapping[Address, int]
) -> web.Application:
    """The built-in store, its switches as in the recording's header. Its back end sends to the collector by the production
    name, and pauses between two tries for a fraction of the time.
    """
    switches = recorder.header.store
    return create_store(
        switches,
        seed=recorder.header.seed,
        backend_url=f"http://{protocol.document_host}",
        backend_token="any",
        backend_wire=Wire(resolve=table, pause=_short_pause),
        store_url=target.url,
    )


def _hosts_named(names: Iterable[str], protocol: TrackerProtocol) -> Iterator[str]:
    for name in names:
        yield from protocol.collector_hosts if name == COLLECTOR else (protocol.script_host,)


async def _short_pause(seconds: float, closing: asyncio.Event) -> None:
    await pause(seconds / _HURRY, closing)


def _drain(store: web.Application, faults: FaultInjector) -> Callable[[], Awaitable[None]]:
    """A function that waits until the store's back end has sent everything, or is kept from it by what strikes every try."""
    backend = store[SHOP].backend

    async def drained() -> None:
        if not backend.state()["pending"]:
            return
        waiting = [asyncio.ensure_future(each) for each in (backend.drained(), faults.wait_until_permanent(DOCUMENTS))]
        try:
            done, _rest = await asyncio.wait(waiting, timeout=DRAINED_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        if not done:
            raise ServerError(f"the store's back end did not come to an end: {backend.state()}")

    return drained


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


def _on_this_machine(target: Target, port: int) -> str | None:
    """Where the built-in store's ledger is."""
    return f"http://127.0.0.1:{port}{urlsplit(target.ledger).path}" if target.ledger else None


def _ledger_reader(
    session: ClientSession, url: str | None, *, is_external: bool = False
) -> Callable[[], Awaitable[LedgerRead | None]]:
    """A function that gives the ledger's entries since it was called last; None where there is nothing new, or no ledger.

    An external store's is held against the ledger's schema, and what the first call finds is not told: it was there before.
    ServerError where it cannot be read, or is not as the schema asks.
    """
    read = 0
    is_explained = False
    is_old = is_external

    async def reader() -> LedgerRead | None:
        nonlocal read, is_explained, is_old
        if url is None:
            return None
        ledger = await _ledger_at(session, url, since=read, is_external=is_external)
        entries = [entry for entry in ledger["entries"] if entry["n"] > read]
        read = max((entry["n"] for entry in entries), default=read)
        if is_old or (is_explained and not entries):
            is_old = False
            return None
        is_explained = True
        return LedgerRead(store=ledger["store"], entries=tuple(entries))

    return reader


async def _ledger_at(session: ClientSession, url: str, *, since: int, is_external: bool) -> dict[str, Any]:
    try:
        async with session.get(url, params={"since": since}) as response:
            response.raise_for_status()
            ledger: dict[str, Any] = await response.json(content_type=None)
        if is_external:
            check_ledger(ledger["store"], ledger["entries"])
    except (ClientError, TimeoutError, ValueError, TypeError, KeyError) as error:
        why = f"it has no {error}" if isinstance(error, KeyError) else error
        raise ServerError(f"{url}: the store's ledger cannot be read: {why}") from None
    return ledger
