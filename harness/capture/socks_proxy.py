"""The network of one browser context: a SOCKS5 proxy that maps host names to our servers and refuses every other name.

A beacon therefore goes to the production host's name, and arrives at our collector; what is not in the table cannot leave.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

Address = tuple[str, int]
"""A host name in lower case and a port, as the browser asks for them."""

Relay = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Carries the bytes of one connection both ways, until either side is done."""

Connector = Callable[[Address], Awaitable[Relay | None]]
"""What becomes of an address that is not in the table: a carrier, or None where it is refused. OSError: unreachable."""

_GRANTED, _REFUSED, _UNREACHABLE, _NO_SUCH_COMMAND = 0, 2, 4, 7
_CONNECT, _IPV4, _NAME, _IPV6 = 1, 1, 3, 4
_ANY_ADDRESS = b"\x00\x01" + bytes(6)


class BlockedHosts:
    """Hosts in the table that nobody reaches for now."""

    def __init__(self) -> None:
        self._hosts: frozenset[str] = frozenset()
        self._open: dict[asyncio.StreamWriter, str] = {}

    def __contains__(self, address: Address) -> bool:
        return address[0] in self._hosts

    def set(self, hosts: Iterable[str]) -> None:
        """From here on these hosts and no others; connections to them that are open break."""
        self._hosts = frozenset(hosts)
        for writer in [writer for writer, host in self._open.items() if host in self._hosts]:
            writer.transport.abort()

    async def carry(
        self, address: Address, carrier: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry bytes to this address, until it is done or the address is blocked."""
        self._open[writer] = address[0]
        try:
            await carrier(reader, writer)
        finally:
            del self._open[writer]


@dataclass(frozen=True, kw_only=True)
class InProcessServer:
    """A way into a server of this process. `handler` makes what talks with one client, over TLS where there is a context."""

    handler: Callable[[], asyncio.Protocol]
    tls: ssl.SSLContext | None = None

    async def carry(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let the server have the connection until it is over, as if the client had come to it."""
        client = _Client(self.handler())
        transport: asyncio.BaseTransport | None = writer.transport
        if self.tls is None:
            writer.transport.set_protocol(client)
        else:
            loop = asyncio.get_running_loop()
            transport = await loop.start_tls(writer.transport, client, self.tls, server_side=True)
        if transport is not None:
            client.begin(transport)
            await client.over


class _Client(asyncio.Protocol):
    """A connection that a handler gets once it is complete: over TLS a request may be there before the connection is made."""

    def __init__(self, handler: asyncio.Protocol) -> None:
        self.over = asyncio.get_running_loop().create_future()
        self._handler = handler
        self._early: list[bytes] | None = []

    def begin(self, transport: asyncio.BaseTransport) -> None:
        if self.over.done():
            return
        self._handler.connection_made(transport)
        early, self._early = self._early or (), None
        for data in early:
            self._handler.data_received(data)

    def data_received(self, data: bytes) -> None:
        if self._early is None:
            self._handler.data_received(data)
        else:
            self._early.append(data)

    def eof_received(self) -> bool | None:
        return self._handler.eof_received()

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        if self._early is None:
            self._handler.connection_lost(error)
        if not self.over.done():
            self.over.set_result(None)


@asynccontextmanager
async def socks_proxy(
    table: Mapping[Address, int | InProcessServer],
    *,
    on_refused: Callable[[Address], None],
    onward: Connector | None = None,
    blocked: BlockedHosts | None = None,
) -> AsyncIterator[str]:
    """Serve the table from names to loopback ports, or to doors, as a SOCKS5 proxy, and yield its URL.

    What is not in it goes where `onward` says; without one, and where that refuses, it is refused and told. What is
    `blocked` cannot be reached, on purpose, and that is not told.
    """
    find = partial(_carrier, table, onward, blocked or BlockedHosts())
    open_connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_connections.add(task)
        task.add_done_callback(open_connections.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):  # the browser went away, or we do
            await _serve(reader, writer, find, on_refused)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in open_connections:
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, find: Connector, on_refused: Callable[[Address], None]
) -> None:
    """One connection: greeting, request, answer, then bytes both ways (RFC 1928, without authentication)."""
    _version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    _version, command, _reserved, kind = await reader.readexactly(4)
    address = await _read_address(reader, kind)
    try:
        carry = await find(address) if command == _CONNECT else None
    except OSError:
        writer.write(bytes([5, _UNREACHABLE]) + _ANY_ADDRESS)
        return
    if carry is None:
        on_refused(address)
        writer.write(bytes([5, _NO_SUCH_COMMAND if command != _CONNECT else _REFUSED]) + _ANY_ADDRESS)
        return
    writer.write(bytes([5, _GRANTED]) + _ANY_ADDRESS)
    await carry(reader, writer)


async def _carrier(
    table: Mapping[Address, int | InProcessServer], onward: Connector | None, blocked: BlockedHosts, address: Address
) -> Relay | None:
    if address in blocked:
        raise ConnectionRefusedError
    server = table.get(address)
    if server is not None:
        carrier = server.carry if isinstance(server, InProcessServer) else await connect_relay("127.0.0.1", server)
        return partial(blocked.carry, address, carrier)
    return await onward(address) if onward else None


async def connect_relay(host: str, port: int) -> Relay:
    """A carrier to a server that has been reached. OSError where it cannot be."""
    inner_reader, inner_writer = await asyncio.open_connection(host, port)
    return partial(_both_ways, inner_reader, inner_writer)


async def _both_ways(
    inner_reader: asyncio.StreamReader,
    inner_writer: asyncio.StreamWriter,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))


async def _read_address(reader: asyncio.StreamReader, kind: int) -> Address:
    if kind == _NAME:
        length = (await reader.readexactly(1))[0]
        host = (await reader.readexactly(length)).decode("ascii", "replace").lower()
    else:
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    return host, int.from_bytes(await reader.readexactly(2), "big")


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until there are no more, and say so to the other side."""
    try:
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass  # the other side says so too
    finally:
        writer.close()
