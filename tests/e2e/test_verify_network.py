"""`harness verify` and the network: proxies, blocked hosts and scripts, the user agent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from support.handler_store import SNIPPET, Handler, always, codes, opened, page, verified, verified_pages

from fakewww.app import TRACKER
from harness.capture.socks_proxy import copy_bytes
from harness.capture.tls import make_certificate
from harness.commands.verify import verifier
from harness.errors import HarnessError
from harness.results import RunResult


@pytest.fixture(autouse=True)
def headless_shell(browser_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the browser that starts fastest."""
    monkeypatch.setenv("HARNESS_BROWSER", str(browser_path))


def test_the_user_agent_is_that_of_a_shoppers_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARNESS_BROWSER")
    agents: list[str] = []

    async def home(request: web.Request) -> web.Response:
        agents.extend(request.headers.get(name, "") for name in ("User-Agent", "Sec-CH-UA"))
        return page("<script>new Image().src = '/seen?' + navigator.userAgent</script>")

    async def record_agent(request: web.Request) -> web.Response:
        agents.append(request.query_string)
        return web.Response()

    verified_pages({"/": home, "/seen": record_agent})
    assert "Chrome/" in agents[0]
    assert not any("headless" in agent.lower() for agent in agents)


@asynccontextmanager
async def company_proxy(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """The proxy of a company: it resolves every name to one store, and yields the request lines."""
    requests: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _rest = head.decode("latin-1").split(" ", 2)
        requests.append(f"{method} {target}")
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            path = "/" + target.split("/", 3)[3]
            inner_writer.write(head.replace(target.encode(), path.encode(), 1))
        await asyncio.gather(copy_bytes(reader, inner_writer), copy_bytes(inner_reader, writer))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        for variable in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(variable, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        yield requests


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_requests_to_the_store_use_the_company_proxy_and_requests_to_the_collector_do_not(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = ["shop.example", "beacon.jirafe.com", "events.jirafe.com", "event.jirafe.com"]
    certificate = make_certificate(hosts)
    monkeypatch.setattr(verifier, "make_certificate", lambda _hosts: certificate)
    refused = '<img src="//www.jirafe.com/pixel.gif"><img src="//events.jirafe.com:8443/x">'

    async def scene() -> tuple[RunResult, list[str]]:
        pages = {"/": always(lambda: page(refused))}
        async with (
            opened(pages, certificate if scheme == "https" else None) as url,
            company_proxy(url, monkeypatch) as requests,
        ):
            return await verified(f"{scheme}://shop.example/"), requests

    result, requests = asyncio.run(scene())
    assert requests[0] == ("CONNECT shop.example:443" if scheme == "https" else "GET http://shop.example:80/")
    assert not [line for line in requests if "jirafe" in line]
    assert result.scenarios[0].events == 2
    assert codes(result).count(("host-refused", "error")) == 2


def test_an_unusable_proxy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(HarnessError, match=r'https_proxy is "socks5://127\.0\.0\.1:1080"'):
        asyncio.run(verified("https://shop.example/"))


def test_only_the_live_option_requests_the_real_script(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(live: bool) -> list[str]:
        script = always(lambda: web.Response(body=TRACKER.read_bytes(), content_type="text/javascript"))
        pages = {"/": always(page), "/jirafe_api.js": script}
        async with opened(pages) as url, company_proxy(url, monkeypatch) as requests:
            await verified("http://shop.example/", **({"script": None} if live else {}))
            return [line for line in requests if "jirafe" in line]

    assert asyncio.run(scene(live=False)) == []
    assert asyncio.run(scene(live=True)) == ["GET http://beacon.jirafe.com:80/jirafe_api.js"]


def test_a_blocked_script_is_reported_as_blocked() -> None:
    def page_loading(script: str) -> Handler:
        return always(lambda: page(snippet=SNIPPET.replace("//beacon.jirafe.com/jirafe_api.js", script)))

    async def scene() -> RunResult:
        empty = always(lambda: web.Response(content_type="text/javascript"))
        pages = {
            "/": page_loading("/jirafe_api.js"),
            "/jirafe_api.js": empty,
            "/other": page_loading("//jirafe.invalid/api.js"),
        }
        async with opened(pages) as url:
            return await verified(url, pages=[f"{url}other"])

    home, other = (entry for entry in asyncio.run(scene()).scenarios if entry.verdict == "fail")
    assert home.findings[0].code == other.findings[0].code == "script-failed"
    assert "an empty response (0 bytes), as from some ad blockers" in home.findings[0].message
    assert "its host name does not resolve" in other.findings[0].message
    assert "a blocker that uses DNS" in other.findings[0].message
