"""Serve an aiohttp application on this machine: the collector's, a store's."""

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
"""How long a request that is being answered may take when the server stops, in seconds."""

_BACKLOG: Final = 1024
_LONGEST_LINE: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where to listen: port 0 is any free one; with an `ssl_context` it speaks TLS. `flag` is the option that sets the port."""

    host: str = "127.0.0.1"
    port: int = 0
    ssl_context: ssl.SSLContext | None = None
    flag: str = "--port"


@asynccontextmanager
async def serve_app(app: web.Application, *sites: Site) -> AsyncIterator[tuple[int, ...]]:
    """Serve `app` on each site, by default on a free port of 127.0.0.1; gives the ports, in the order of the sites.

    Raises ServerError where a port cannot be had.
    """
    async with prepared_app(app) as runner:
        yield tuple([await listen(runner, site) for site in sites or (Site(),)])


@asynccontextmanager
async def prepared_app(app: web.Application) -> AsyncIterator[web.AppRunner]:
    """`app`, ready for clients, whichever way they come in; `server` makes what talks with one of them.

    At the end requests that are being answered have a second to finish. Bodies are left as they were sent: nothing is
    decompressed.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,
        shutdown_timeout=GRACE_S,
    )
    app.on_response_prepare.append(_hide_server)
    await runner.setup()
    try:
        yield runner
    finally:
        await runner.cleanup()


async def listen(runner: web.AppRunner, site: Site) -> int:
    """Let clients come in here, too, and give the port. Raises ServerError where it cannot be had."""
    listening = _bind(site)
    await web.SockSite(runner, listening, ssl_context=site.ssl_context, backlog=_BACKLOG).start()
    port: int = listening.getsockname()[1]
    return port


def _bind(site: Site) -> socket.socket:
    if not 0 <= site.port <= 65535:
        raise ServerError(f"{site.port} is no port; choose one from 1 to 65535 with {site.flag}")
    family = socket.AF_INET6 if ":" in site.host else socket.AF_INET
    try:
        return socket.create_server((site.host, site.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            trouble = f"port {site.port} on {site.host} is taken"
        else:
            trouble = f"cannot listen on {site.host}, port {site.port}: {error.strerror or error}"
        raise ServerError(f"{trouble}; choose another with {site.flag}") from None


async def _hide_server(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall(hdrs.SERVER, None)
