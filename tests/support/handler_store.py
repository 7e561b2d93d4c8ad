"""A store of a few handlers, and its verification in this process."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from fakewww.app import TRACKER
from harness.browser.access import Access
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.tls import Certificate
from harness.commands.verify.options import VerifyOptions
from harness.commands.verify.verifier import verify
from harness.errors import HarnessError
from harness.protocol import get
from harness.results import RunResult

SNIPPET = """<script>
var jirafe_site_id = "7", jirafe_org_id = "";
function jirafe_deferred(jirafe_api) { jirafe_api.pageview(jirafe_org_id, jirafe_site_id, "%s", %s) }
(function () { var script = document.createElement("script"); script.async = true;
script.src = "//beacon.jirafe.com/jirafe_api.js"; document.head.appendChild(script) })();
</script>"""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def page(body: str = "", *, kind: str = "homepage", data: str = "{}", snippet: str = SNIPPET) -> web.Response:
    script = snippet % (kind, data) if "%s" in snippet else snippet
    html = f"<!doctype html><html><head><title>A store</title>{script}</head><body><h1>A store</h1>{body}</body></html>"
    return web.Response(text=html, content_type="text/html")


def always(response: Callable[[], web.Response]) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return response()

    return handler


@asynccontextmanager
async def opened(pages: dict[str, Handler], certificate: Certificate | None = None) -> AsyncIterator[str]:
    """Serve a store of handlers by path; yields its URL with `http`."""

    async def respond(request: web.Request) -> web.StreamResponse:
        handler = pages.get(request.path)
        return await handler(request) if handler else web.Response(status=404, text="not found")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    async with serve_app(app, Site(ssl_context=certificate.server if certificate else None)) as (port,):
        yield f"http://127.0.0.1:{port}/"


async def verified(url: str, **options: Any) -> RunResult:
    access = Access(user=options.pop("user")) if "user" in options else Access()
    defaults = {"script": TRACKER.read_bytes(), "script_name": "the built-in tracker", "timeout": 120, "access": access}
    return await verify(url, protocol=get(), options=VerifyOptions(**defaults | options), on_step=lambda _line: None)


def verified_pages(pages: dict[str, Handler], **options: Any) -> RunResult:
    """The result for a store of these pages."""

    async def scene() -> RunResult:
        async with opened(pages) as url:
            return await verified(url, **options)

    return asyncio.run(scene())


def error_of(pages: dict[str, Handler], **options: Any) -> str:
    """The reason why a store could not be verified."""
    with pytest.raises(HarnessError) as caught:
        verified_pages(pages, **options)
    return re.sub(r"http://127.0.0.1:\d+/", "STORE ", str(caught.value))


def codes(result: RunResult) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for entry in result.scenarios for finding in entry.findings]
