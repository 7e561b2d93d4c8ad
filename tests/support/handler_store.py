"""A store of a few handlers, and its verification in this process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

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
T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def page(body: str = "", *, kind: str = "homepage", data: str = "{}", snippet: str = SNIPPET) -> web.Response:
    script = snippet % (kind, data) if "%s" in snippet else snippet
    html = f"<!doctype html><html><head><title>A store</title>{script}</head><body><h1>A store</h1>{body}</body></html>"
    return web.Response(text=html, content_type="text/html")


@dataclass
class Store:
    """A store of handlers by path; `requested` are the paths of its requests, in order."""

    pages: dict[str, Handler]
    port: int = 0
    requested: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requested.append(request.path)
        handler = self.pages.get(request.path)
        return await handler(request) if handler else web.Response(status=404, text="not found")


def always(response: Callable[[], web.Response]) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return response()

    return handler


@asynccontextmanager
async def opened(pages: dict[str, Handler], certificate: Certificate | None = None) -> AsyncIterator[Store]:
    store = Store(pages)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", store.answer)
    async with serve_app(app, Site(ssl_context=certificate.server if certificate else None)) as (port,):
        store.port = port
        yield store


async def verified(url: str, **options: Any) -> RunResult:
    access = Access(user=options.pop("user")) if "user" in options else Access()
    defaults = {"script": TRACKER.read_bytes(), "script_name": "the built-in tracker", "timeout": 120, "access": access}
    return await verify(url, protocol=get(), options=VerifyOptions(**defaults | options), on_step=lambda _line: None)


async def verified_pages(pages: dict[str, Handler], **options: Any) -> RunResult:
    """The result for a store of these pages."""
    async with opened(pages) as store:
        return await verified(store.url, **options)


def error_of(pages: dict[str, Handler], **options: Any) -> str:
    """The reason why a store could not be verified."""

    async def scene() -> str:
        async with opened(pages) as store:
            with pytest.raises(HarnessError) as caught:
                await verified(store.url, **options)
            return str(caught.value).replace(store.url, "STORE ")

    return run(scene())


def run(scene: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(scene)


def codes(result: RunResult) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for entry in result.scenarios for finding in entry.findings]
