"""Connections to the real network: blocked names, the user's proxies, and the reasons of failures."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from harness.capture.upstream import Proxy, Upstream, read_proxy_environment
from harness.errors import UsageError

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def never_blocked(_host: str) -> bool:
    return False


async def through(proxy_talk: Talk, sent: bytes, *, scheme: str, credentials: str = "") -> tuple[bytes, dict[str, str]]:
    """Connect a browser to shop.example through a proxy; return the bytes that it gets, and the failures by host."""
    async with await asyncio.start_server(proxy_talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        proxy = Proxy(url=f"http://127.0.0.1:{port}", host="127.0.0.1", port=port, tls=False, credentials=credentials)
        upstream = Upstream(is_blocked=never_blocked, proxies={scheme: proxy})
        carry = await upstream(("shop.example", 8080))
        assert carry is not None

        async def browser(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await carry(reader, writer)
            writer.close()

        async with await asyncio.start_server(browser, "127.0.0.1", 0) as ours:
            reader, writer = await asyncio.open_connection(*ours.sockets[0].getsockname())
            writer.write(sent)
            async with asyncio.timeout(5):
                received = await reader.read()
            writer.close()
        return received, {host: reason for (host, _port), reason in upstream.failures.items()}


def test_plain_http_sends_the_proxy_an_absolute_url_and_one_request_per_connection() -> None:
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        heads.append(await reader.readexactly(4))
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi")
        writer.close()

    sent = b"POST /a?b=c HTTP/1.1\r\nHost: shop.example:8080\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody"
    received, _failures = asyncio.run(through(proxy, sent, scheme="http", credentials="YW5uOng="))
    assert heads[0].startswith(b"POST http://shop.example:8080/a?b=c HTTP/1.1\r\nHost: shop.example:8080\r\n")
    assert heads[0].lower().count(b"connection:") == 1
    assert b"\r\nConnection: close\r\nProxy-Authorization: Basic YW5uOng=\r\n" in heads[0]
    assert heads[1] == b"body"
    assert received == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"


def test_tls_uses_a_tunnel() -> None:
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        writer.write((await reader.readexactly(6)).upper())
        writer.close()

    received, _failures = asyncio.run(through(proxy, b"\x16hello", scheme="https"))
    assert heads == [b"CONNECT shop.example:8080 HTTP/1.1\r\nHost: shop.example:8080\r\n\r\n"]
    assert received == b"\x16HELLO"


def test_refusal_of_the_proxy_is_quoted() -> None:
    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden by policy\r\n\r\n")
        writer.close()

    received, failures = asyncio.run(through(proxy, b"\x16hello", scheme="all"))
    assert received == b""
    assert failures["shop.example"].endswith("answered: HTTP/1.1 403 Forbidden by policy")


async def test_blocked_name_is_refused_in_every_spelling() -> None:
    upstream = Upstream(is_blocked=lambda host: host == "events.example.com")

    assert await upstream(("events.example.com", 8443)) is None
    assert await upstream(("events.example.com.", 443)) is None


async def test_reason_of_a_failed_connection_is_noted() -> None:
    upstream = Upstream(is_blocked=never_blocked)

    with pytest.raises(ConnectionRefusedError):
        await upstream(("127.0.0.1", 1))
    assert upstream.failures == {("127.0.0.1", 1): "Connection refused"}


def test_environment_proxies_are_read_with_credentials_and_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ann:s%40x@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "shop.example,.internal.example")
    upstream = read_proxy_environment(never_blocked)
    proxy = upstream.proxies["https"]
    assert (proxy.host, proxy.port, proxy.credentials) == ("proxy.example", 3128, "YW5uOnNAeA==")
    assert "ann" not in proxy.url
    assert upstream.bypassed("shop.example:443")
    assert upstream.bypassed("a.internal.example:443")
    assert not upstream.bypassed("other.example:443")


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1080", "http://:3128", "http://proxy.example:port"])
def test_proxy_other_than_http_is_an_error(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", url)
    with pytest.raises(UsageError, match="http_proxy is"):
        read_proxy_environment(never_blocked)
