"""The way to the real network, for stores that are not on this machine: through the user's own proxy where one is set."""

import asyncio
import base64
import ipaddress
import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from harness.capture.socks_proxy import Address, Relay, connect_relay, pump
from harness.errors import UsageError
from harness.protocol import TrackerProtocol

CONNECT_S = 15.0
"""How long a server may take to accept a connection, in seconds."""

_PORTS = {"http": 80, "https": 443}
_HEAD = b"\r\n\r\n"
_PER_CONNECTION = re.compile(rb"\r\n(?:proxy-)?(?:connection|keep-alive):[^\r\n]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A proxy that speaks HTTP: where it listens, and what it wants to hear of who we are."""

    url: str
    host: str
    port: int
    tls: bool
    credentials: str = ""


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """Opens connections to the real network, but for names that are `held_back`.

    `proxies` are by the scheme of what goes through them, or `all`. `failures` tells, by address, why it was not reached.
    """

    is_blocked: Callable[[str], bool]
    proxies: Mapping[str, Proxy] = field(default_factory=dict)
    bypassed: Callable[[str], bool] = lambda _host: False
    failures: dict[Address, str] = field(default_factory=dict)

    async def __call__(self, address: Address) -> Relay | None:
        """An `Onward` for our network. A proxy is spoken to once it is known whether TLS or plain HTTP goes through it."""
        host, port = address
        if self.is_blocked(host.rstrip(".")):
            return None
        if not self.proxies or _is_loopback(host) or self.bypassed(f"{host}:{port}"):
            return await self._direct(address)

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._by_proxy(address, reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
                self.failures.setdefault(address, reason(error))

        return carry

    async def _direct(self, address: Address) -> Relay:
        try:
            async with asyncio.timeout(CONNECT_S):
                return await connect_relay(*address)
        except OSError as error:
            self.failures[address] = await _sinkhole(address[0]) or reason(error)
            raise

    async def _by_proxy(self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(1)
        is_plain = first.isalpha()
        head = first + await reader.readuntil(_HEAD) if is_plain else first
        proxy = self.proxies.get("http" if is_plain else "https") or self.proxies.get("all")
        is_request = is_plain and not re.search(rb"\r\nupgrade:", head, re.IGNORECASE)
        where = (proxy.host, proxy.port) if proxy else address
        inner_reader, inner_writer = await _connect(*where, tls=proxy is not None and proxy.tls)
        try:
            if proxy and is_request:
                head = _for_proxy(head, address, proxy)
            elif proxy:
                await _tunnel(inner_reader, inner_writer, address, proxy)
            inner_writer.write(head)
            answers = _one_answer(inner_reader, writer) if proxy and is_request else pump(inner_reader, writer)
            await asyncio.gather(pump(reader, inner_writer), answers)
        finally:
            inner_writer.close()


def is_tracker_host(host: str, protocol: TrackerProtocol, *, live: bool) -> bool:
    """Whether a name belongs to the tracker's company, so that nothing may reach it; the script's host when `live`."""
    name = host.lower().rstrip(".")
    is_theirs = name == protocol.domain or name.endswith(f".{protocol.domain}")
    return is_theirs and not (live and name == protocol.script_host)


def read_proxy_environment(is_blocked: Callable[[str], bool]) -> Upstream:
    """The way out that http_proxy, https_proxy, all_proxy and no_proxy describe. UsageError for a proxy of another kind."""
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
        raise UsageError(f'{variable} is "{url}"; a proxy is http://HOST:PORT or https://HOST:PORT here')
    who = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return Proxy(
        url=f"{parts.scheme}://{parts.hostname}:{port}",
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "https",
        credentials=base64.b64encode(who.encode()).decode() if who else "",
    )


async def _connect(host: str, port: int, *, tls: bool = False) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(CONNECT_S):
        return await asyncio.open_connection(host, port, ssl=ssl.create_default_context() if tls else None)


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address, proxy: Proxy) -> None:
    """Ask a proxy for a tunnel (RFC 9110, 9.3.6); ConnectionError with its answer where it refuses."""
    name = _authority(address)
    writer.write(f"CONNECT {name} HTTP/1.1\r\nHost: {name}\r\n{_credentials(proxy)}\r\n".encode())
    status = (await reader.readuntil(_HEAD)).split(b"\r\n")[0].decode("latin-1")
    if status.split()[1:2] != ["200"]:
        raise ConnectionError(f"the proxy {proxy.url} answered: {status}")


def _for_proxy(head: bytes, address: Address, proxy: Proxy) -> bytes:
    """A request as a proxy wants it: the whole URL, and one request a connection."""
    method, target, *rest = head.split(b" ", 2)
    if target.startswith(b"/"):
        target = f"http://{_authority(address)}".encode() + target
    return _closing(b" ".join((method, target, *rest)), _credentials(proxy))


async def _one_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The proxy's answer; the browser is told that the connection ends with it."""
    writer.write(_closing(await reader.readuntil(_HEAD), ""))
    await pump(reader, writer)


def _closing(head: bytes, more: str) -> bytes:
    return _PER_CONNECTION.sub(b"", head).removesuffix(_HEAD) + b"\r\nConnection: close\r\n" + more.encode() + b"\r\n"


def _credentials(proxy: Proxy) -> str:
    return f"Proxy-Authorization: Basic {proxy.credentials}\r\n" if proxy.credentials else ""


def _authority(address: Address) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _sinkhole(host: str) -> str:
    """Where a name leads that a blocker answers for; empty where it leads to a real place, or is an address itself."""
    if _is_loopback(host):
        return ""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return ""
    addresses = {ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found}
    nowhere = all(address.is_unspecified or address.is_loopback for address in addresses)
    return f"its name leads to {', '.join(sorted(map(str, addresses)))}" if addresses and nowhere else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def reason(error: Exception) -> str:
    """Why there is no connection, in a few words."""
    if isinstance(error, TimeoutError):
        return f"no answer in {CONNECT_S:g} s"
    if isinstance(error, asyncio.IncompleteReadError):
        return "the connection was closed"
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
