"""Connect to the real network for external stores, through the user's own proxy if one is set."""

import asyncio
import base64
import ipaddress
import os
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from harness.capture.socks_proxy import Address, Relay, connect_relay, copy_bytes
from harness.errors import UsageError
from harness.protocol import TrackerProtocol

CONNECT_S = 15.0
"""The time limit for a connection, in seconds."""

_PORTS = {"http": 80, "https": 443}
_HEAD = b"\r\n\r\n"
_PER_CONNECTION = re.compile(rb"\r\n(?:proxy-)?(?:connection|keep-alive):[^\r\n]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """An HTTP proxy: its address, and the base64 `credentials` of the basic authentication."""

    url: str
    host: str
    port: int
    tls: bool
    credentials: str = ""


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """Connects to the real network, except to names for which `is_blocked` is true.

    `proxies` are by scheme, or `all`; names for which `bypassed` is true need none. `failures` are the reasons by
    address, `unresolved` the addresses whose name has no real address.
    """

    is_blocked: Callable[[str], bool]
    proxies: Mapping[str, Proxy] = field(default_factory=dict)
    bypassed: Callable[[str], bool] = lambda _host: False
    failures: dict[Address, str] = field(default_factory=dict)
    unresolved: set[Address] = field(default_factory=set)

    async def __call__(self, address: Address) -> Relay | None:
        """Connect to an address, as a `Connector`. The first byte decides between TLS and HTTP, and so between proxies."""
        host, port = address
        if self.is_blocked(host.rstrip(".")):
            return None
        if not self.proxies or _is_loopback(host) or self.bypassed(f"{host}:{port}"):
            return await self._direct(address)

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._relay_by_proxy(address, reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
                self.failures.setdefault(address, connection_error(error))

        return relay

    async def _direct(self, address: Address) -> Relay:
        try:
            async with asyncio.timeout(CONNECT_S):
                return await connect_relay(*address)
        except OSError as error:
            sinkhole = await _sinkhole(address[0])
            self.failures[address] = sinkhole or connection_error(error)
            if sinkhole or isinstance(error, socket.gaierror):
                self.unresolved.add(address)
            raise

    async def _relay_by_proxy(
        self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        first = await reader.readexactly(1)
        is_plain = first.isalpha()
        head = first + await reader.readuntil(_HEAD) if is_plain else first
        proxy = self.proxies.get("http" if is_plain else "https") or self.proxies.get("all")
        is_request = is_plain and not re.search(rb"\r\nupgrade:", head, re.IGNORECASE)
        server = (proxy.host, proxy.port) if proxy else address
        server_reader, server_writer = await _connect(*server, tls=proxy is not None and proxy.tls)
        try:
            if proxy and is_request:
                head = _for_proxy(head, address, proxy)
            elif proxy:
                await _tunnel(server_reader, server_writer, address, proxy)
            server_writer.write(head)
            answer = _relay_answer(server_reader, writer) if proxy and is_request else copy_bytes(server_reader, writer)
            await asyncio.gather(copy_bytes(reader, server_writer), answer)
        finally:
            server_writer.close()


def is_tracker_host(host: str, protocol: TrackerProtocol, *, live: bool) -> bool:
    """Whether a host is the tracker vendor's, which no run may reach; when `live`, the script's host is allowed."""
    name = host.lower().rstrip(".")
    is_vendors = name == protocol.domain or name.endswith(f".{protocol.domain}")
    return is_vendors and not (live and name == protocol.script_host)


def read_proxy_environment(is_blocked: Callable[[str], bool]) -> Upstream:
    """Read http_proxy, https_proxy, all_proxy and no_proxy. UsageError for a proxy that is not HTTP."""
    named = getproxies_environment()
    schemes: tuple[str, ...] = ("http", "https", "all")
    proxies = {scheme: _proxy(f"{scheme}_proxy", named[scheme]) for scheme in schemes if scheme in named}
    return Upstream(
        is_blocked=is_blocked, proxies=proxies, bypassed=lambda host: bool(proxy_bypass_environment(host, named))
    )


def _proxy(variable: str, url: str) -> Proxy:
    text = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        port = None
    if port is None or not parts.hostname or parts.scheme not in _PORTS:
        raise UsageError(f'{variable} is "{url}"; allowed: http://HOST:PORT or https://HOST:PORT')
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return Proxy(
        url=f"{parts.scheme}://{parts.hostname}:{port}",
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "https",
        credentials=base64.b64encode(credentials.encode()).decode() if credentials else "",
    )


async def _connect(host: str, port: int, *, tls: bool = False) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(CONNECT_S):
        return await asyncio.open_connection(host, port, ssl=ssl.create_default_context() if tls else None)


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address, proxy: Proxy) -> None:
    """Request a tunnel from a proxy (RFC 9110, 9.3.6). ConnectionError with its answer if it refuses."""
    name = _authority(address)
    writer.write(f"CONNECT {name} HTTP/1.1\r\nHost: {name}\r\n{_credentials(proxy)}\r\n".encode())
    status = (await reader.readuntil(_HEAD)).split(b"\r\n")[0].decode("latin-1")
    if status.split()[1:2] != ["200"]:
        raise ConnectionError(f"the proxy {proxy.url} answered: {status}")


def _for_proxy(head: bytes, address: Address, proxy: Proxy) -> bytes:
    """Convert a request for a proxy: the absolute URL, and one request a connection."""
    method, target, *rest = head.split(b" ", 2)
    if target.startswith(b"/"):
        target = f"http://{_authority(address)}".encode() + target
    return _with_close(b" ".join((method, target, *rest)), _credentials(proxy))


async def _relay_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Relay the proxy's answer, marked as the last one of the connection."""
    writer.write(_with_close(await reader.readuntil(_HEAD), ""))
    await copy_bytes(reader, writer)


def _with_close(head: bytes, more: str) -> bytes:
    return _PER_CONNECTION.sub(b"", head).removesuffix(_HEAD) + b"\r\nConnection: close\r\n" + more.encode() + b"\r\n"


def _credentials(proxy: Proxy) -> str:
    return f"Proxy-Authorization: Basic {proxy.credentials}\r\n" if proxy.credentials else ""


def _authority(address: Address) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _sinkhole(host: str) -> str:
    """Describe the addresses that a DNS blocker returns for a name; empty for a real address."""
    if _is_loopback(host):
        return ""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return ""
    addresses = {ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found}
    is_blocked = all(address.is_unspecified or address.is_loopback for address in addresses)
    return f"its name resolves to {', '.join(sorted(map(str, addresses)))}" if addresses and is_blocked else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def connection_error(error: Exception) -> str:
    """Describe a failed connection in a few words."""
    if isinstance(error, TimeoutError):
        return f"no answer in {CONNECT_S:g} s"
    if isinstance(error, asyncio.IncompleteReadError):
        return "the connection was closed"
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
