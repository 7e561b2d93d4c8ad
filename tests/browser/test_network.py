"""A browser does not use the proxies of the environment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import ProxySettings

from harness.browser import launch_flags
from harness.browser.discovery import find_browser
from harness.browser.launch import driver, launch_browser
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.socks_proxy import Address, socks_proxy
from harness.capture.tls import make_certificate

NAMES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
SHOP = """<!doctype html><title>Shop</title><script>
document.title = "Shop";
const sent = [fetch("https://beacon.test/", {mode: "no-cors"}), fetch("https://elsewhere.test/"), fetch("http://elsewhere.test/")];
Promise.allSettled(sent).then(all => document.title = all.map(one => one.status).join());
</script>"""


class Trap:
    """A server that counts connections; a browser must make none."""

    def __init__(self) -> None:
        self.connections = 0

    async def count(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()

    @asynccontextmanager
    async def set(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        """Make this server the proxy in every variable."""
        async with await asyncio.start_server(self.count, "127.0.0.1", 0) as server:
            for name in NAMES:
                monkeypatch.setenv(name, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            yield


async def answer(request: web.Request) -> web.Response:
    return web.Response(text=SHOP, content_type="text/html")


async def shop_loads(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[Address]]:
    """Load a page that sends requests to other hosts; return the results of those requests, and the refused hosts."""
    certificate = make_certificate(["shop.test", "beacon.test"])
    refused: list[Address] = []
    app = web.Application()
    app.router.add_get("/", answer)
    async with (
        trap.set(monkeypatch),
        driver() as playwright,
        serve_app(app, Site(ssl_context=certificate.server)) as (port,),
        socks_proxy({("shop.test", 443): port, ("beacon.test", 443): port}, on_refused=refused.append) as proxy,
        launch_browser(
            find_browser(playwright), playwright, headed=False, slow_mo_ms=0, spki=certificate.spki
        ) as chromium,
    ):
        context = await chromium.new_context(proxy=ProxySettings(server=proxy, bypass="<-loopback>"))
        page = await context.new_page()
        await page.goto("https://shop.test/")
        await page.wait_for_function("document.title != 'Shop'")
        return await page.title(), refused


async def open_without_network(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Request a page in a context without the harness's network."""
    async with (
        trap.set(monkeypatch),
        driver() as playwright,
        launch_browser(find_browser(playwright), playwright, headed=False, slow_mo_ms=0, spki="") as chromium,
    ):
        page = await chromium.new_page()
        with pytest.raises(PlaywrightError):
            await page.goto("http://elsewhere.test/")


def test_page_requests_do_not_use_environment_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    trap = Trap()
    title, refused = asyncio.run(shop_loads(trap, monkeypatch))
    assert title == "fulfilled,rejected,rejected"
    assert set(refused) >= {("elsewhere.test", 443)}
    assert trap.connections == 0


def test_page_without_the_harness_network_does_not_use_environment_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    trap = Trap()
    asyncio.run(open_without_network(trap, monkeypatch))
    assert trap.connections == 0


def test_trap_detects_a_browser_that_uses_environment_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap of the other tests works."""
    trap = Trap()
    monkeypatch.setattr(launch_flags, "_PROXIES", set())
    asyncio.run(open_without_network(trap, monkeypatch))
    assert trap.connections > 0
