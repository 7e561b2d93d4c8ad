"""The environment of one journey: a collector with its journal, the tracker's script host, and the way to the store."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout, web

from harness.capture.collector.app import FAULTS, create_collector
from harness.capture.collector.fault_injection import FaultInjector
from harness.capture.collector.fences import FENCES
from harness.capture.collector.http_server import Site, listen, prepared_app
from harness.capture.journal import Journal, MemoryJournal
from harness.capture.remote_collector import RemoteCollector, remote_collector
from harness.capture.socks_proxy import Address, BlockedHosts, Connector, InProcessServer, socks_proxy
from harness.capture.tls import Certificate
from harness.collector_faults import DOCUMENTS
from harness.events import Beacon
from harness.protocol import TrackerProtocol
from harness.recording.recorder import Recorder
from harness.recording.records import HostRefused, LedgerRead, ScriptServed
from harness.runner.builtin_store import PARTNER, create_journey_store, create_referrers, drain
from harness.runner.ledger_reader import LedgerReader
from harness.scenario.faults import COLLECTOR, FaultSet
from harness.scenario.target import Target

_HTTP, _HTTPS = 80, 443
_READ_TIMEOUT_S = 10


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The environment of one journey.

    `proxy` is the URL of the browser's proxy. `fence_urls` maps each collector host to its fence, and `wait_for_fence` waits
    for a fence's token. `faults` are injected at the collector; `block` applies faults of hosts and of the script, and no
    others. `drained` waits until the store's back end has sent all documents that the faults let through. `read_ledger` does
    the same, and returns the new entries of the store's ledger.
    """

    proxy: str
    journal: Journal
    fence_urls: Mapping[str, str]
    wait_for_fence: Callable[[str], Awaitable[None]]
    read_ledger: Callable[[], Coroutine[Any, Any, LedgerRead | None]]
    faults: FaultInjector
    block: Callable[[FaultSet], None]
    drained: Callable[[], Awaitable[None]]


@dataclass(kw_only=True)
class StandIn:
    """Whether the script host serves the stand-in of a content blocker in place of the tracker's script."""

    is_used: bool = False


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts of an environment that do not depend on the store.

    `script` is the tracker's source; None leaves the script host to the internet. `referrers` are sites that link to the store.
    `remote` is the URL of a running collector: documents that back ends send to it belong to the journey, too.
    """

    protocol: TrackerProtocol
    recorder: Recorder
    certificate: Certificate
    script: bytes | None
    referrers: frozenset[str] = frozenset()
    remote: str | None = None

    def block(self, blocked: BlockedHosts, stand_in: StandIn, faults: FaultSet) -> None:
        """Block exactly the hosts of these faults, and replace the tracker's script or not."""
        names, stand_in.is_used = faults.blocked, bool(faults.replaced)
        script_hosts = (self.protocol.script_host,)
        blocked.set(
            host for name in names for host in (self.protocol.collector_hosts if name == COLLECTOR else script_hosts)
        )


def open_environment(
    services: Services, *, target: Target, upstream: Connector | None
) -> AbstractAsyncContextManager[Environment]:
    """The environment of a journey through the target's store by `upstream`, or through a new built-in store without one."""
    if upstream is None:
        return builtin_environment(services, target=target)
    return external_environment(services, scheme=urlsplit(target.url).scheme, upstream=upstream, ledger=target.ledger)


@asynccontextmanager
async def builtin_environment(services: Services, *, target: Target) -> AsyncIterator[Environment]:
    """Start the built-in store and its servers on free ports."""
    async with AsyncExitStack() as stack:
        servers = await _Servers.start(services, stack)
        header, document_host = services.recorder.header, services.protocol.document_host
        store = create_journey_store(
            header.store, seed=header.seed, url=target.url, document_host=document_host, ports=servers.ports
        )
        await servers.add({**dict.fromkeys(target.hosts, store), PARTNER: create_referrers()})
        session = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=_READ_TIMEOUT_S)))
        path = urlsplit(target.ledger).path if target.ledger else None
        url = None if path is None else f"http://127.0.0.1:{servers.ports[target.host, _HTTP]}{path}"

        async def drained() -> None:
            await drain(store, partial(servers.faults.wait_until_permanent, DOCUMENTS))

        stack.callback(servers.faults.begin, None)
        await drained()
        yield await servers.environment(
            scheme=urlsplit(target.url).scheme, ledger=LedgerReader(session, url), drained=drained
        )


@asynccontextmanager
async def external_environment(
    services: Services, *, scheme: str, upstream: Connector, ledger: str | None = None
) -> AsyncIterator[Environment]:
    """Start the servers for a journey through an external store; `upstream` connects to all other hosts.

    `scheme` is that of the store's pages, `ledger` the URL of the store's ledger, of which only new entries count.
    """
    async with AsyncExitStack() as stack:
        servers = await _Servers.start(services, stack)
        timeout = ClientTimeout(total=_READ_TIMEOUT_S)
        session = await stack.enter_async_context(ClientSession(timeout=timeout, trust_env=True))
        reader = LedgerReader(session, ledger, is_external=True)
        await reader.read()
        yield await servers.environment(scheme=scheme, ledger=reader, upstream=upstream)


async def _nothing() -> None:
    return None


@dataclass(kw_only=True)
class _Servers:
    """The servers of an environment. `ports` maps host names to local ports, for programs that do not use the proxy."""

    services: Services
    stack: AsyncExitStack
    journal: Journal
    collector: web.Application
    synchronize: Callable[[], Awaitable[None]]
    ports: dict[Address, int] = field(default_factory=dict)
    stand_in: StandIn = field(default_factory=StandIn)
    _table: dict[Address, InProcessServer] = field(default_factory=dict)

    @classmethod
    async def start(cls, services: Services, stack: AsyncExitStack) -> "_Servers":
        """Start the collector, the script host and the referring sites."""
        journal, protocol = MemoryJournal(), services.protocol
        collector, synchronize = await _collector(journal, services, stack)
        servers = cls(services=services, stack=stack, journal=journal, collector=collector, synchronize=synchronize)
        hosts = dict.fromkeys(services.referrers, create_referrers())
        hosts |= dict.fromkeys(protocol.collector_hosts, collector)
        if services.script is not None:
            hosts[protocol.script_host] = _script_host(protocol, services.script, services.recorder, servers.stand_in)
        await servers.add(hosts)
        return servers

    @property
    def faults(self) -> FaultInjector:
        return self.collector[FAULTS]

    async def add(self, hosts: Mapping[str, web.Application]) -> None:
        for app in dict.fromkeys(hosts.values()):
            runner = await self.stack.enter_async_context(prepared_app(app))
            port = await listen(runner, Site())
            assert runner.server is not None
            plain = InProcessServer(handler=runner.server)
            secure = InProcessServer(handler=runner.server, tls=self.services.certificate.server)
            for host in (host for host, its_app in hosts.items() if its_app is app):
                self.ports[host, _HTTP] = port
                self._table |= {(host, _HTTP): plain, (host, _HTTPS): secure}

    async def environment(
        self,
        *,
        scheme: str,
        ledger: LedgerReader,
        upstream: Connector | None = None,
        drained: Callable[[], Awaitable[None]] = _nothing,
    ) -> Environment:
        """Start the proxy for these servers."""
        blocked, collector = BlockedHosts(), self.collector

        def on_refused(address: Address) -> None:
            self.services.recorder.add(HostRefused(host=address[0], port=address[1]))

        proxy = socks_proxy(self._table, on_refused=on_refused, fallback=upstream, blocked=blocked)

        async def read_ledger() -> LedgerRead | None:
            await drained()
            await self.synchronize()
            return await ledger.read()

        return Environment(
            proxy=await self.stack.enter_async_context(proxy),
            journal=self.journal,
            fence_urls={host: f"{scheme}://{host}/harness/fence" for host in self.services.protocol.collector_hosts},
            wait_for_fence=collector[FENCES].wait_for_fence,
            read_ledger=read_ledger,
            faults=self.faults,
            block=partial(self.services.block, blocked, self.stand_in),
            drained=drained,
        )


async def _collector(
    journal: Journal, services: Services, stack: AsyncExitStack
) -> tuple[web.Application, Callable[[], Awaitable[None]]]:
    """The journey's collector, and a function that waits for all beacons of the running collector, if there is one."""
    protocol, recorder = services.protocol, services.recorder
    if services.remote is None:
        return create_collector(journal, protocol, on_arrival=recorder.add), _nothing

    async def on_remote_beacon(beacon: Beacon) -> None:
        recorder.add(await journal.append(beacon))

    remote: RemoteCollector = await stack.enter_async_context(
        remote_collector(services.remote, on_beacon=on_remote_beacon, is_wanted=protocol.is_of_back_end)
    )

    def on_arrival(beacon: Beacon) -> None:
        recorder.add(beacon)
        remote.forward(beacon)

    return create_collector(journal, protocol, on_arrival=on_arrival), remote.synchronize


def _script_host(protocol: TrackerProtocol, script: bytes, recorder: Recorder, stand_in: StandIn) -> web.Application:
    """A replacement for the tracker's script host, with the script only."""

    async def respond(request: web.Request) -> web.Response:
        found = request.path == protocol.script_path
        recorder.add(ScriptServed(url=str(request.url), status=200 if found else 404))
        if not found:
            return web.Response(status=404, text="no such script\n")
        body = protocol.stand_in.encode() if stand_in.is_used else script
        return web.Response(body=body, content_type="text/javascript", charset="utf-8")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    return app
