"""Serve an aiohttp application on this machine: a collector or a store."""

import errno
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from harness.errors import ServerError

GRACE_S: Final = 1.0
"""The time for requests under way when the server stops, in seconds."""

_BACKLOG: Final = 1024
_MAX_LINE: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Site:
    """An address to listen on: port 0 is any free one, an `ssl_context` means TLS, `flag` is the option for the port."""

    host: str = "127.0.0.1"
    port: int = 0
    ssl_context: ssl.SSLContext | None = None
    flag: str = "--port"


@asynccontextmanager
async def serve_app(app: web.Application, *sites: Site) -> AsyncIterator[tuple[int, ...]]:
    """Serve `app` on each site, by default on a free port of 127.0.0.1; yield the ports. ServerError if one is not free."""
    async with prepared_app(app) as runner:
        yield tuple([await listen(runner, site) for site in sites or (Site(),)])


@asynccontextmanager
async def prepared_app(app: web.Application) -> AsyncIterator[web.AppRunner]:
    """Set up `app` without a port; the runner's `server` creates the protocol of a connection.

    At the end, requests under way have GRACE_S to finish. Bodies are left as they were sent: nothing is decompressed.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        max_line_size=_MAX_LINE,
        max_field_size=_MAX_LINE,
        shutdown_timeout=GRACE_S,
    )
    app.on_response_prepare.append(_hide_server)
    await runner.setup()
    try:
        yield runner
    finally:
        await runner.cleanup()


async def listen(runner: web.AppRunner, site: Site) -> int:
    """Listen on this site too, and return the port. ServerError if it is not free."""
    server_socket = _bind(site)
    await web.SockSite(runner, server_socket, ssl_context=site.ssl_context, backlog=_BACKLOG).start()
    port: int = server_socket.getsockname()[1]
    return port


def _bind(site: Site) -> socket.socket:
    if not 0 <= site.port <= 65535:
        raise ServerError(f"{site.port} is no port; give one from 1 to 65535 with {site.flag}")
    family = socket.AF_INET6 if ":" in site.host else socket.AF_INET
    try:
        return socket.create_server((site.host, site.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            trouble = f"port {site.port} on {site.host} is in use"
        else:
            trouble = f"cannot listen on {site.host}, port {site.port}: {error.strerror or error}"
        raise ServerError(f"{trouble}; give another with {site.flag}") from error


async def _hide_server(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall(hdrs.SERVER, None)
