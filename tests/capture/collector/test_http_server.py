"""Serve an application: ports, TLS, and a stop without losses."""

import asyncio
import json
import socket
import ssl

import pytest
import trustme
from aiohttp import ClientSession, web
from support.collector_client import DOUBLE, Collector, collecting

from harness.capture.collector import http_server as server
from harness.capture.collector.app import create_collector
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.journal import MemoryJournal
from harness.errors import ServerError
from harness.events import Beacon


def test_port_in_use_error_names_the_option() -> None:
    async def start(port: int) -> None:
        async with serve_app(web.Application(), Site(port=port, flag="--collector-port")):
            pytest.fail("two servers on one port")

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerError) as caught:
            asyncio.run(start(port))
    assert str(caught.value) == f"port {port} on 127.0.0.1 is in use; give another with --collector-port"


@pytest.mark.parametrize(
    ("site", "message"),
    [
        (Site(port=70000), "70000 is no port; give one from 1 to 65535 with --port"),
        (Site(host="192.0.2.1", port=8000, flag="--store-port"), "cannot listen on 192.0.2.1, port 8000: "),
    ],
)
def test_unavailable_address_is_a_one_line_error(site: Site, message: str) -> None:
    async def start() -> None:
        async with serve_app(web.Application(), site):
            pytest.fail("it serves")

    with pytest.raises(ServerError) as caught:
        asyncio.run(start())
    assert str(caught.value).startswith(message)


async def test_port_is_free_afterwards() -> None:
    async with serve_app(web.Application()) as (port,):
        pass
    async with serve_app(web.Application(), Site(port=port)) as again:
        assert again == (port,)


async def test_one_application_serves_http_and_https() -> None:
    authority = trustme.CA()
    for_server, for_client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(for_server)
    authority.configure_trust(for_client)

    journal = MemoryJournal()
    app = create_collector(journal, DOUBLE)
    async with serve_app(app, Site(), Site(ssl_context=for_server)) as (plain, tls), ClientSession() as client:
        for url in (f"http://127.0.0.1:{plain}/look", f"https://127.0.0.1:{tls}/look"):
            async with client.post(url, data=b"{}", ssl=for_client, headers={"Host": "collector.test"}) as answer:
                assert answer.status == 200
        assert [beacon.url for beacon in journal] == ["http://collector.test/look", "https://collector.test/look"]


async def test_answers_have_no_server_header() -> None:
    async with collecting() as collector, collector.client.get("/harness/health") as answer:
        assert answer.headers.get("Server") is None


async def test_request_under_way_when_the_server_stops_is_journaled_and_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "GRACE_S", 60)

    begun, may_end = asyncio.Event(), asyncio.Event()

    class Slow(MemoryJournal):
        async def append(self, beacon: Beacon) -> Beacon:
            begun.set()
            await may_end.wait()
            return await super().append(beacon)

    journal = Slow()
    async with ClientSession() as client:
        async with serve_app(create_collector(journal, DOUBLE)) as (port,):
            sending = asyncio.create_task(client.post(f"http://127.0.0.1:{port}/look", data=b"{}"))
            await begun.wait()
            asyncio.get_running_loop().call_soon(may_end.set)
        assert ((await sending).status, len(journal)) == (200, 1)


async def test_incomplete_body_when_the_server_stops_is_journaled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "GRACE_S", 0.01)

    journal = MemoryJournal()
    app = create_collector(journal, DOUBLE)
    async with serve_app(app) as (port,):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b'POST /look HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n{"half')
        await writer.drain()
        await reader.readuntil(b"100 Continue\r\n\r\n")
    writer.close()
    assert [(beacon.body, beacon.truncated) for beacon in journal] == [(b'{"half', True)]


async def test_stop_does_not_wait_for_idle_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "GRACE_S", 60)

    loop = asyncio.get_running_loop()
    async with collecting() as collector:
        await asyncio.gather(*(collector.see() for _ in range(10)))
        begun = loop.time()
    assert loop.time() - begun < 30


async def test_long_url_is_accepted(collector: Collector) -> None:
    async with collector.client.get("/look", params={"data": json.dumps(["x" * 30_000])}) as answer:
        assert answer.status == 405
    (beacon,) = collector.journal
    assert len(beacon.url) > 30_000
