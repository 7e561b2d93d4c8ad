"""`harness verify` on stores with obstacles: passwords, TLS errors, banners, proxies, sign-out links."""

import asyncio
import json
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from support.command import Ended, call

from fakewww.app import TRACKER
from harness.browser.access import Access
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.socks_proxy import copy_bytes
from harness.capture.tls import Certificate, make_certificate
from harness.commands.verify import verifier
from harness.commands.verify.verifier import VerifyOptions, verify
from harness.errors import HarnessError
from harness.protocol import get
from harness.reports.html import render
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
        return await handler(request) if handler else web.Response(status=404, text="nothing here")


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
    return await verify(url, protocol=get(), options=VerifyOptions(**defaults | options), say=lambda _line: None)


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


@pytest.fixture(autouse=True)
def headless_shell(browser_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the browser that starts fastest."""
    monkeypatch.setenv("HARNESS_BROWSER", str(browser_path))


def codes(result: RunResult) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for entry in result.scenarios for finding in entry.findings]


async def locked(request: web.Request) -> web.Response:
    given = request.headers.get("Authorization", "")
    if given == f"Basic {b64encode(b'ann:s:cret@1').decode()}":
        return page()
    return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="staging"'}, text="who are you?")


async def hanging(_request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


def test_a_store_behind_a_password_is_reported_and_opened_with_it() -> None:
    assert error_of({"/": locked}) == "STORE  requires a name and a password (401); give them with --user NAME:PASSWORD"
    assert "rejects those of --user" in error_of({"/": locked}, user="ann:wrong")
    result = run(verified_pages({"/": locked}, user="ann:s:cret@1"))
    assert result.scenarios[0].verdict == "pass"
    assert result.scenarios[0].events == 2
    assert "cret" not in render(result)
    assert codes(result) == []


def test_a_store_that_redirects_in_a_circle() -> None:
    async def redirect_to_itself(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.path)

    assert error_of({"/": redirect_to_itself}) == "STORE  redirects in a circle and never shows a page"


def test_a_page_that_never_answers() -> None:
    assert error_of({"/": hanging}, timeout=2) == "STORE  gave no answer in 2 s; check that the store runs"


def test_a_page_that_never_finishes_loading_names_what_it_waits_for() -> None:
    pages = {"/": always(lambda: page('<img src="/slow.png">')), "/slow.png": hanging}
    message = error_of(pages, timeout=3)
    assert "did not finish loading in 3 s" in message
    assert "still waiting for STORE slow.png" in message


def test_a_response_that_is_no_page() -> None:
    pages = {"/": always(lambda: web.json_response({}))}
    assert error_of(pages) == "STORE  is no web page; it is answered with application/json; charset=utf-8"


def test_a_first_page_with_status_404() -> None:
    assert error_of({}) == "STORE  answers 404; is that the store's address?"


def test_an_unreachable_store() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    with pytest.raises(HarnessError, match="cannot be reached: Connection refused"):
        run(verified(url))


def test_a_certificate_that_browsers_refuse() -> None:
    async def scene() -> None:
        async with opened({"/": always(page)}, make_certificate(["127.0.0.1"])) as store:
            with pytest.raises(HarnessError, match=r"TLS fails .*ERR_CERT_AUTHORITY_INVALID"):
                await verified(store.url.replace("http:", "https:"))

    run(scene())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("shop.example", "is no store's address"),
        ("ftp://shop.example/", "is no store's address"),
        ("http://[", "is no address"),
        ("http://ann:secret@shop.example/", "--user NAME:PASSWORD"),
        ("https://events.jirafe.com/", "the tracker's own host"),
        ("https://JIRAFE.com./", "the tracker's own host"),
    ],
)
def test_an_unusable_url(url: str, words: str) -> None:
    with pytest.raises(HarnessError, match=words):
        run(verified(url))


def test_links_that_sign_out_or_remove_are_not_followed_and_followed_links_are_listed() -> None:
    links = "".join(
        f'<nav><a href="{path}">{text}</a></nav>'
        for path, text in {
            "/collections/logout": "Sign out",
            "/collections/delete": "Chairs",
            "/collections/lamps": "Lamps",
        }.items()
    )
    pages = {
        "/": always(lambda: page(links)),
        "/collections/lamps": always(lambda: page(kind="category", data='{category: {id: "1"}}')),
    }

    async def scene() -> tuple[RunResult, Store]:
        async with opened(pages) as store:
            return await verified(store.url), store

    result, store = run(scene())
    assert "/collections/lamps" in store.requested
    assert not {"/collections/logout", "/collections/delete"} & set(store.requested)
    assert 'done on the pages: followed "Lamps"' in result.notes


CONSENT = """<div role="dialog" style="position: fixed; bottom: 0"><p>We use cookies. Do you consent?</p>
<button onclick="document.cookie = 'yes=1'; location.reload()">Yes, all of them</button><button>No</button></div>"""


async def asks_first(request: web.Request) -> web.Response:
    return page() if "yes" in request.cookies else page(CONSENT, snippet="<!-- not yet -->")


def test_a_consent_banner_is_reported_as_the_likely_cause_of_silence() -> None:
    result = run(verified_pages({"/": asks_first}))
    first = result.scenarios[0].findings[0]
    assert (first.code, first.severity.value) == ("consent-banner", "error")
    assert '--consent "Yes, all of them"' in first.hint


def test_a_consent_button_is_pressed() -> None:
    result = run(verified_pages({"/": asks_first}, consent="Yes, all of them"))
    assert ("consent-banner", "error") not in codes(result)
    assert result.scenarios[0].events == 2
    assert 'done on the pages: pressed "Yes, all of them"' in result.notes
    assert "no such button" in error_of({"/": asks_first}, consent="Accept")


LATER = """<script>setTimeout(function () { var loader = document.createElement("script"); loader.src = "/tags.js";
document.head.appendChild(loader) }, 1500)</script>"""


def test_a_snippet_of_a_tag_manager_is_checked() -> None:
    tags = (SNIPPET % ("homepage", '{search: {term: "x"}}')).replace("<script>", "").replace("</script>", "")
    pages = {
        "/": always(lambda: page(snippet=LATER)),
        "/tags.js": always(lambda: web.Response(text=tags, content_type="text/javascript")),
    }
    result = run(verified_pages(pages))
    assert result.scenarios[0].events == 2
    assert ("wrong-field", "error") in codes(result)


def test_a_beacon_sent_on_pagehide_is_recorded() -> None:
    farewell = SNIPPET.replace(
        "jirafe_api.pageview",
        """addEventListener("pagehide", function () { navigator.sendBeacon("http://events.jirafe.com/v1/tracker", "{}") });
        jirafe_api.pageview""",
    )
    result = run(verified_pages({"/": always(lambda: page(snippet=farewell))}))
    assert ("schema", "error") in codes(result)


def test_the_user_agent_is_that_of_a_shoppers_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HARNESS_BROWSER")
    agents: list[str] = []

    async def front(request: web.Request) -> web.Response:
        agents.extend(request.headers.get(name, "") for name in ("User-Agent", "Sec-CH-UA"))
        return page("<script>new Image().src = '/seen?' + navigator.userAgent</script>")

    async def seen(request: web.Request) -> web.Response:
        agents.append(request.query_string)
        return web.Response()

    async def scene() -> None:
        async with opened({"/": front, "/seen": seen}) as store:
            await verified(store.url)

    run(scene())
    assert "Chrome/" in agents[0]
    assert not any("headless" in agent.lower() for agent in agents)


@dataclass
class CompanyProxy:
    """A proxy as companies have one: it resolves every name to one store, and records the request lines."""

    port: int
    requests: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _rest = head.decode("latin-1").split(" ", 2)
        self.requests.append(f"{method} {target}")
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            path = "/" + target.split("/", 3)[3]
            inner_writer.write(head.replace(target.encode(), path.encode(), 1))
        await asyncio.gather(copy_bytes(reader, inner_writer), copy_bytes(inner_reader, writer))
        writer.close()


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
        async with opened(pages, certificate if scheme == "https" else None) as store:
            proxy = CompanyProxy(store.port)
            async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
                for variable in ("http_proxy", "https_proxy"):
                    monkeypatch.setenv(variable, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
                monkeypatch.delenv("no_proxy", raising=False)
                return await verified(f"{scheme}://shop.example/"), proxy.requests

    result, requests = run(scene())
    assert requests[0] == ("CONNECT shop.example:443" if scheme == "https" else "GET http://shop.example:80/")
    assert not [line for line in requests if "jirafe" in line]
    assert result.scenarios[0].events == 2
    assert codes(result).count(("host-refused", "error")) == 2


def test_an_unusable_proxy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(HarnessError, match=r'https_proxy is "socks5://127\.0\.0\.1:1080"'):
        run(verified("https://shop.example/"))


def test_the_real_script_is_requested_only_with_live(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(live: bool) -> list[str]:
        script = always(lambda: web.Response(body=TRACKER.read_bytes(), content_type="text/javascript"))
        async with opened({"/": always(page), "/jirafe_api.js": script}) as store:
            proxy = CompanyProxy(store.port)
            async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
                monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
                options = {"script": None} if live else {}
                await verified("http://shop.example/", **options)
            return [line for line in proxy.requests if "jirafe" in line]

    assert run(scene(live=False)) == []
    assert run(scene(live=True)) == ["GET http://beacon.jirafe.com:80/jirafe_api.js"]


def test_a_blocked_script_is_reported_as_blocked() -> None:
    def loading(script: str) -> Handler:
        return always(lambda: page(snippet=SNIPPET.replace("//beacon.jirafe.com/jirafe_api.js", script)))

    async def scene() -> RunResult:
        empty = always(lambda: web.Response(content_type="text/javascript"))
        pages = {"/": loading("/jirafe_api.js"), "/jirafe_api.js": empty, "/other": loading("//jirafe.invalid/api.js")}
        async with opened(pages) as store:
            return await verified(store.url, pages=[f"{store.url}other"])

    home, other = (entry for entry in run(scene()).scenarios if entry.verdict == "fail")
    assert home.findings[0].code == other.findings[0].code == "script-failed"
    assert "an empty response (0 bytes), as from some ad blockers" in home.findings[0].message
    assert "its host name does not resolve" in other.findings[0].message
    assert "a blocker that uses DNS" in other.findings[0].message


OTHER_TRACKER = """addEventListener('load', () => {
  jirafe_deferred({pageview: (org, site, type) => navigator.sendBeacon('//events.jirafe.com/v1/tracker', JSON.stringify(
    {org, site, data: [{event_type: 'pageview', page_type: type, pages_marker: 'mine'}]}))});
});"""


def test_access_pages_tracker_and_artifacts_of_the_command_line_are_used(tmp_path: Path) -> None:
    accesses: list[tuple[str, str, str, str]] = []

    async def guarded(request: web.Request) -> web.Response:
        given = (
            request.path,
            *(request.cookies.get(name, "") for name in ("door", "saved")),
            request.headers.get("X-Staging", ""),
        )
        accesses.append(given)
        return page()

    async def scene() -> Ended:
        async with opened({"/": guarded, "/extra": guarded}) as store:
            state = {"cookies": [{"name": "saved", "value": "yes", "url": store.url}], "origins": []}
            (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
            (tmp_path / "tracker.js").write_text(OTHER_TRACKER, encoding="utf-8")
            options = {
                "--cookie": "door=open",
                "--header": "X-Staging=17",
                "--storage-state": tmp_path / "state.json",
                "--pages": f"{store.url}extra",
                "--tracker": tmp_path / "tracker.js",
                "--report": f"json={tmp_path / 'out.json'}",
                "--artifacts": tmp_path / "artifacts",
                "--keep": "all",
            }
            flat = [part for pair in options.items() for part in pair]
            return await asyncio.to_thread(call, "verify", store.url, *flat, "--report", "text")

    ended = run(scene())
    assert set(accesses) == {("/", "open", "yes", "17"), ("/extra", "open", "yes", "17")}
    assert f"was stood in for by {tmp_path / 'tracker.js'}" in " ".join(ended.out.split())
    entries = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["scenarios"]
    assert [entry["events"] for entry in entries if entry["verdict"] != "not-run"] == [1, 1]
    kept = {path.name for path in (tmp_path / "artifacts").iterdir()}
    assert kept == {"verify.ndjson", "verify.trace.zip", "verify.step-1.png", "verify.step-2.png"}
    assert "pages_marker" in (tmp_path / "artifacts" / "verify.ndjson").read_text(encoding="utf-8")
