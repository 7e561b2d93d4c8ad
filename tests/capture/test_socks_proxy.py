"""The SOCKS proxy relays the addresses of its table, refuses and reports the rest, and survives bad clients."""

import asyncio
import base64
import gc
import hashlib
import ssl
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate

from harness.capture.collector.http_server import prepared_app
from harness.capture.socks_proxy import Address, BlockedHosts, InProcessServer, _Connection, socks_proxy
from harness.capture.tls import make_certificate

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GREETING = b"\x05\x01\x00"


def request(host: str, port: int, *, command: int = 1) -> bytes:
    name = host.encode()
    return bytes([5, command, 0, 3, len(name)]) + name + port.to_bytes(2, "big")


async def shouting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.readline()).upper())
    writer.close()


async def through_proxy(talk: Talk, *, table_port: int | None = None) -> list[Address]:
    """Run `talk` on a connection to a proxy for `shop.test:80`; return the refused addresses."""
    refused: list[Address] = []
    async with await asyncio.start_server(shouting, "127.0.0.1", 0) as server:
        port = table_port or server.sockets[0].getsockname()[1]
        async with socks_proxy({("shop.test", 80): port}, on_refused=refused.append) as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            async with asyncio.timeout(5):
                await talk(reader, writer)
            writer.close()
    return refused


def test_known_name_is_relayed() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + request("Shop.Test", 80) + b"hello\n")
        assert await reader.readexactly(2) == b"\x05\x00"
        assert (await reader.readexactly(10))[1] == 0
        assert await reader.read() == b"HELLO\n"

    assert asyncio.run(through_proxy(talk)) == []


@pytest.mark.parametrize(("host", "port"), [("events.example.com", 443), ("shop.test", 8080), ("127.0.0.1", 80)])
def test_unknown_address_is_refused_and_reported(host: str, port: int) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + request(host, port))
        await reader.readexactly(2)
        assert (await reader.readexactly(10))[1] == 2
        assert await reader.read() == b""

    assert asyncio.run(through_proxy(talk)) == [(host, port)]


def test_unknown_ip_address_is_refused_and_reported() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + b"\x05\x01\x00\x01\x08\x08\x08\x08\x01\xbb")
        assert (await reader.readexactly(12))[3] == 2

    assert asyncio.run(through_proxy(talk)) == [("8.8.8.8", 443)]


def test_command_other_than_connect_is_refused() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + request("shop.test", 80, command=2))
        assert (await reader.readexactly(12))[3] == 7

    assert asyncio.run(through_proxy(talk)) == [("shop.test", 80)]


def test_ended_server_is_unreachable() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + request("shop.test", 80))
        assert (await reader.readexactly(12))[3] == 4

    with_no_listener = 9  # the discard port
    assert asyncio.run(through_proxy(talk, table_port=with_no_listener)) == []


@pytest.mark.parametrize("beginning", [b"", b"\x05", b"\x05\x01\x00\x05\x01", b"GET / HTTP/1.1\r\n\r\n"])
def test_client_that_disconnects_early_is_harmless(beginning: bytes) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        writer.write_eof()

    asyncio.run(through_proxy(talk))


def test_open_connection_does_not_delay_the_end() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + request("shop.test", 80))
        assert (await reader.readexactly(12))[3] == 0

    asyncio.run(asyncio.wait_for(through_proxy(talk), 5))


@pytest.mark.parametrize("loop_passes", range(12))
def test_the_end_of_the_proxy_closes_a_connection_at_any_stage(loop_passes: int) -> None:
    """The browser connects while the proxy stops. An unclosed connection is a ResourceWarning when it is collected."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + request("shop.test", 80))
        for _ in range(loop_passes):
            await asyncio.sleep(0)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(through_proxy(talk))
        gc.collect()
    assert [str(each.message) for each in caught] == []


async def with_granted(server: InProcessServer, talk: Talk, *, blocked: BlockedHosts | None = None) -> None:
    """Run `talk` on a granted connection, before any TLS."""
    async with socks_proxy({("shop.test", 80): server}, on_refused=lambda _address: None, blocked=blocked) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(GREETING + request("shop.test", 80))
        assert (await reader.readexactly(12))[3] == 0
        async with asyncio.timeout(5):
            await talk(reader, writer)
        writer.close()


async def through_server(talk: Talk, *, secure: bool, blocked: BlockedHosts | None = None) -> None:
    """Run `talk` on a connection to an in-process server, after TLS; the server answers with the scheme and the path."""

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if secure:
            await writer.start_tls(trusting(), server_hostname="shop.test")
        await talk(reader, writer)

    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.scheme} {request.path}\n")

    app = web.Application()
    app.router.add_get("/{path:.*}", echo)
    async with prepared_app(app) as runner:
        assert runner.server is not None
        certificate = make_certificate({"shop.test"})
        server = InProcessServer(handler=runner.server, tls=certificate.server if secure else None)
        await with_granted(server, begin, blocked=blocked)


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.mark.parametrize(("secure", "scheme"), [(False, b"http"), (True, b"https")])
def test_in_process_server_gets_the_connection(secure: bool, scheme: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for path in (b"/one", b"/two"):
            writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: shop.test\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readline() == scheme + b" " + path + b"\n"

    asyncio.run(through_server(talk, secure=secure))


async def test_data_before_the_connection_is_complete_is_kept() -> None:
    class Handler(asyncio.Protocol):
        received = b""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.received += b"made "

        def data_received(self, data: bytes) -> None:
            self.received += data

    handler = Handler()
    connection = _Connection(handler)
    connection.data_received(b"GET ")
    connection.begin(asyncio.Transport())
    connection.data_received(b"/")
    assert handler.received == b"made GET /"


def test_client_that_disconnects_during_tls_is_harmless() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x16\x03\x01\x00")
        writer.write_eof()
        assert await reader.read() == b""

    server = InProcessServer(handler=asyncio.Protocol, tls=make_certificate({"shop.test"}).server)
    asyncio.run(with_granted(server, talk))


@pytest.mark.parametrize("secure", [False, True])
def test_blocking_a_host_breaks_its_open_connections(secure: bool) -> None:
    blocked = BlockedHosts()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /one HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        assert await reader.readuntil(b"/one\n")
        blocked.set({"shop.test"})
        with suppress(ConnectionError):
            assert await reader.read() == b""

    asyncio.run(through_server(talk, secure=secure, blocked=blocked))


async def test_spki_is_the_hash_of_the_certificate_key() -> None:
    certificate = make_certificate({"shop.test", "www.example.com"})

    async with await asyncio.start_server(shouting, "127.0.0.1", 0, ssl=certificate.server) as server:
        _reader, writer = await asyncio.open_connection(
            "127.0.0.1", server.sockets[0].getsockname()[1], ssl=trusting(), server_hostname="shop.test"
        )
        der: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        key = load_der_x509_certificate(der).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    assert base64.b64encode(digest).decode() == certificate.spki
