"""The network of one browser context: a SOCKS5 proxy that maps host names to local servers and refuses all others.

A page sends its beacons to the production host's name, and they arrive at the local collector. No other host is reached.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

Address = tuple[str, int]
"""A host name in lower case and a port, as in the browser's request."""

Relay = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Copies the bytes of one connection in both directions, until one side closes it."""

Connector = Callable[[Address], Awaitable[Relay | None]]
"""Connects to an address outside the table; None refuses it. OSError if it is unreachable."""

_GRANTED, _REFUSED, _UNREACHABLE, _NO_SUCH_COMMAND = 0, 2, 4, 7
_CONNECT, _IPV4, _NAME, _IPV6 = 1, 1, 3, 4
_ANY_ADDRESS = b"\x00\x01" + bytes(6)


class BlockedHosts:
    """The hosts of the table that are unreachable now, by a fault."""

    def __init__(self) -> None:
        self._hosts: frozenset[str] = frozenset()
        self._open: dict[asyncio.StreamWriter, str] = {}

    def __contains__(self, address: Address) -> bool:
        return address[0] in self._hosts

    def set(self, hosts: Iterable[str]) -> None:
        """Block these hosts and no others, and break their open connections."""
        self._hosts = frozenset(hosts)
        for writer in [writer for writer, host in self._open.items() if host in self._hosts]:
            writer.transport.abort()

    async def relay(
        self, address: Address, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Relay a connection to this address, until it ends or the address is blocked."""
        self._open[writer] = address[0]
        try:
            await relay(reader, writer)
        finally:
            del self._open[writer]


@dataclass(frozen=True, kw_only=True)
class InProcessServer:
    """A server of this process without a port. `handler` creates the protocol of one connection, over TLS if there is a context."""

    handler: Callable[[], asyncio.Protocol]
    tls: ssl.SSLContext | None = None

    async def relay(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Give the server the connection until it ends, as if the client had connected to it."""
        connection = _Connection(self.handler())
        transport: asyncio.BaseTransport | None = writer.transport
        if self.tls is None:
            writer.transport.set_protocol(connection)
        else:
            loop = asyncio.get_running_loop()
            transport = await loop.start_tls(writer.transport, connection, self.tls, server_side=True)
        if transport is not None:
            connection.begin(transport)
            await connection.ended


class _Connection(asyncio.Protocol):
    """Keeps early data for a handler: over TLS, a request may arrive before the connection is complete."""

    def __init__(self, handler: asyncio.Protocol) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        self._handler = handler
        self._early: list[bytes] | None = []

    def begin(self, transport: asyncio.BaseTransport) -> None:
        if self.ended.done():
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
        if not self.ended.done():
            self.ended.set_result(None)


@asynccontextmanager
async def socks_proxy(
    table: Mapping[Address, int | InProcessServer],
    *,
    on_refused: Callable[[Address], None],
    fallback: Connector | None = None,
    blocked: BlockedHosts | None = None,
) -> AsyncIterator[str]:
    """Serve a SOCKS5 proxy for the table, which maps addresses to loopback ports or servers, and yield its URL.

    `fallback` connects to all other addresses. Without it, and if it refuses one, `on_refused` is called. `blocked` hosts are
    unreachable, and not reported.
    """
    connect = partial(_connect, table, fallback, blocked or BlockedHosts())
    connections: set[asyncio.Task[None]] = set()

    def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(_serve(reader, writer, connect, on_refused))
        connections.add(task)
        # Not in the task: one that is cancelled before it starts closes nothing.
        task.add_done_callback(lambda _task: writer.close())
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    try:
        yield f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    connect: Connector,
    on_refused: Callable[[Address], None],
) -> None:
    """Serve one connection, until the browser closes it or the proxy stops."""
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
        await _answer(reader, writer, connect, on_refused)


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    connect: Connector,
    on_refused: Callable[[Address], None],
) -> None:
    """Greeting, request, answer, then the relay (RFC 1928, without authentication)."""
    _version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    _version, command, _reserved, kind = await reader.readexactly(4)
    address = await _read_address(reader, kind)
    try:
        relay = await connect(address) if command == _CONNECT else None
    except OSError:
        writer.write(bytes([5, _UNREACHABLE]) + _ANY_ADDRESS)
        return
    if relay is None:
        on_refused(address)
        writer.write(bytes([5, _NO_SUCH_COMMAND if command != _CONNECT else _REFUSED]) + _ANY_ADDRESS)
        return
    writer.write(bytes([5, _GRANTED]) + _ANY_ADDRESS)
    await relay(reader, writer)


async def _connect(
    table: Mapping[Address, int | InProcessServer], fallback: Connector | None, blocked: BlockedHosts, address: Address
) -> Relay | None:
    if address in blocked:
        raise ConnectionRefusedError
    server = table.get(address)
    if server is not None:
        relay = server.relay if isinstance(server, InProcessServer) else await connect_relay("127.0.0.1", server)
        return partial(blocked.relay, address, relay)
    return await fallback(address) if fallback else None


async def connect_relay(host: str, port: int) -> Relay:
    """Connect to a server, and return the relay to it. OSError if it is unreachable."""
    server_reader, server_writer = await asyncio.open_connection(host, port)
    return partial(_relay_both, server_reader, server_writer)


async def _relay_both(
    server_reader: asyncio.StreamReader,
    server_writer: asyncio.StreamWriter,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    try:
        await asyncio.gather(copy_bytes(reader, server_writer), copy_bytes(server_reader, writer))
    finally:
        server_writer.close()  # a copy that is cancelled before it starts closes nothing


async def _read_address(reader: asyncio.StreamReader, kind: int) -> Address:
    if kind == _NAME:
        length = (await reader.readexactly(1))[0]
        host = (await reader.readexactly(length)).decode("ascii", "replace").lower()
    else:
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    return host, int.from_bytes(await reader.readexactly(2), "big")


async def copy_bytes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy bytes in one direction until there are no more, then close the writer."""
    try:
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass  # the other direction ends too
    finally:
        writer.close()
