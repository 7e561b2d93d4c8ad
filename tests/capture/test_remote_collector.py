"""Connect to a running collector: copy a back end's requests, and forward the browser's beacons."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import ClientSession, web

from harness.capture.collector.app import create_collector
from harness.capture.collector.http_server import serve_app
from harness.capture.journal import MemoryJournal
from harness.capture.remote_collector import FORWARDED_HEADER, RemoteCollector, parse_collector_url, remote_collector
from harness.errors import HarnessError, ServerError
from harness.events import Beacon
from harness.protocol import get

ORDER = b'{"order_number": "7"}'
PROTOCOL = get()


@dataclass
class Connection:
    """The running collector, and the requests copied from it."""

    url: str
    journal: MemoryJournal
    remote: RemoteCollector
    copied: list[Beacon] = field(default_factory=list)

    async def send(self, path: str, body: bytes = ORDER) -> None:
        async with ClientSession() as session, session.post(f"{self.url}{path}", data=body):
            pass


@asynccontextmanager
async def connected(before: Callable[[str], Awaitable[None]] | None = None) -> AsyncIterator[Connection]:
    journal = MemoryJournal()
    async with serve_app(create_collector(journal, PROTOCOL)) as (port,):
        url = f"http://127.0.0.1:{port}"
        if before:
            await before(url)
        copied: list[Beacon] = []

        async def take(beacon: Beacon) -> None:
            copied.append(beacon)

        async with remote_collector(url, on_beacon=take, is_wanted=PROTOCOL.is_of_back_end) as remote:
            yield Connection(url, journal, remote, copied)


def beacon(**changes: object) -> Beacon:
    plain = Beacon(
        number=3,
        time=0.0,
        method="POST",
        url="https://events.jirafe.com/v1/tracker?a=%20b",
        headers=(("Host", "events.jirafe.com"), ("Content-Type", "text/plain"), ("Content-Length", "2")),
        body=b"{}",
        status=200,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


async def test_only_new_back_end_requests_are_copied() -> None:
    async def before(url: str) -> None:
        async with ClientSession() as session, session.post(f"{url}/v2/1/order", data=b"old"):
            pass

    async with connected(before) as connection:
        await connection.send("/v2/1/order")
        await connection.send("/v1/tracker", b"{}")
        await connection.send("/v1/1/cart", b"cart")
        await connection.remote.synchronize()
        assert [each.body for each in connection.copied] == [ORDER, b"cart"]


async def test_later_requests_are_copied_without_a_call() -> None:
    async with connected() as connection:
        arrived = asyncio.Event()

        async def take(_beacon: Beacon) -> None:
            arrived.set()

        connection.remote.on_beacon = take
        await connection.send("/v2/1/order")
        await asyncio.wait_for(arrived.wait(), timeout=30)
        assert len(connection.journal) == 1


async def test_browser_beacons_are_forwarded_unchanged_and_not_copied_back() -> None:
    async with connected() as connection:
        connection.remote.forward(beacon())
        connection.remote.forward(beacon(url="https://event.jirafe.com/v2/1/order", body=ORDER))
        connection.remote.forward(beacon(fault="503"))
        await connection.remote.synchronize()
        journaled = list(connection.journal)
    assert [(each.method, each.url.partition("/v")[2], each.body) for each in journaled] == [
        ("POST", "1/tracker?a=%20b", b"{}"),
        ("POST", "2/1/order", ORDER),
    ]
    assert journaled[0].header("content-type") == "text/plain"
    assert journaled[0].header(FORWARDED_HEADER) == "1"
    assert connection.copied == []


def test_ended_collector_is_an_error() -> None:
    async def scene() -> None:
        async with serve_app(create_collector(MemoryJournal(), PROTOCOL)) as (port,):
            context = remote_collector(f"http://127.0.0.1:{port}", on_beacon=ignore, is_wanted=PROTOCOL.is_of_back_end)
            remote = await context.__aenter__()
        with pytest.raises(ServerError, match="its journal cannot be read"):
            await remote.synchronize()
        remote.forward(beacon())
        with pytest.raises(ServerError, match="a beacon could not be forwarded"):
            await remote.synchronize()
        await context.__aexit__(None, None, None)

    async def ignore(_beacon: Beacon) -> None:
        pass

    asyncio.run(scene())


def test_missing_collector_is_a_one_line_error() -> None:
    async def scene(url: str) -> str:
        with pytest.raises(ServerError) as caught:
            async with remote_collector(url, on_beacon=ignore, is_wanted=PROTOCOL.is_of_back_end):
                pass
        return str(caught.value)

    async def ignore(_beacon: Beacon) -> None:
        pass

    async def elsewhere() -> str:
        async def answer(_request: web.Request) -> web.Response:
            return web.json_response([])

        app = web.Application()
        app.router.add_get("/harness/health", answer)
        async with serve_app(app) as (port,):
            return await scene(f"http://127.0.0.1:{port}")

    assert "no answer (Connect" in asyncio.run(scene("http://127.0.0.1:1"))
    assert "the server there is no harness collector; start one with 'harness serve'" in asyncio.run(elsewhere())


@pytest.mark.parametrize("url", ["127.0.0.1:8001", "ftp://a", "http://", "http://a:b", "http://[", ""])
def test_invalid_collector_url_is_an_error(url: str) -> None:
    with pytest.raises(HarnessError, match="give the address of a running collector"):
        parse_collector_url(url)


def test_path_of_a_collector_url_is_ignored() -> None:
    assert parse_collector_url("http://127.0.0.1:8001/v1/tracker") == "http://127.0.0.1:8001"
