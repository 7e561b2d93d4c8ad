"""`harness verify` on stores with obstacles: passwords, TLS errors, banners, sign-out links."""

import asyncio
import json
import socket
from base64 import b64encode
from pathlib import Path

import pytest
from aiohttp import web
from support.command import Ended, call
from support.handler_store import SNIPPET, always, codes, error_of, opened, page, verified, verified_pages

from harness.capture.tls import make_certificate
from harness.errors import HarnessError
from harness.reports.html import render


@pytest.fixture(autouse=True)
def headless_shell(browser_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the browser that starts fastest."""
    monkeypatch.setenv("HARNESS_BROWSER", str(browser_path))


async def locked(request: web.Request) -> web.Response:
    given = request.headers.get("Authorization", "")
    if given == f"Basic {b64encode(b'ann:s:cret@1').decode()}":
        return page()
    return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="staging"'}, text="password required")


async def never_responding(_request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


def test_a_store_behind_a_password_is_reported_and_opened_with_it() -> None:
    assert error_of({"/": locked}) == "STORE  requires a name and a password (401); give them with --user NAME:PASSWORD"
    assert "rejects those of --user" in error_of({"/": locked}, user="ann:wrong")
    result = verified_pages({"/": locked}, user="ann:s:cret@1")
    assert result.scenarios[0].verdict == "pass"
    assert result.scenarios[0].events == 2
    assert "cret" not in render(result)
    assert codes(result) == []


def test_a_redirect_loop_is_an_error() -> None:
    async def redirect_to_itself(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.path)

    assert error_of({"/": redirect_to_itself}) == "STORE  redirects in a circle and never shows a page"


def test_a_page_without_a_response_is_an_error() -> None:
    assert error_of({"/": never_responding}, timeout=2) == "STORE  gave no answer in 2 s; check that the store runs"


def test_the_error_of_a_page_that_does_not_finish_loading_names_pending_requests() -> None:
    pages = {"/": always(lambda: page('<img src="/slow.png">')), "/slow.png": never_responding}
    message = error_of(pages, timeout=3)
    assert "did not finish loading in 3 s" in message
    assert "still waiting for STORE slow.png" in message


def test_a_first_page_of_another_type_is_an_error() -> None:
    pages = {"/": always(lambda: web.json_response({}))}
    assert error_of(pages) == "STORE  is not a web page; its type is application/json; charset=utf-8"


def test_a_first_page_with_status_404_is_an_error() -> None:
    assert error_of({}) == "STORE  responds with status 404; check that this is the store's address"


def test_an_unreachable_store_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    with pytest.raises(HarnessError, match="cannot be reached: Connection refused"):
        asyncio.run(verified(url))


def test_a_certificate_that_browsers_reject_is_an_error() -> None:
    async def scene() -> None:
        async with opened({"/": always(page)}, make_certificate(["127.0.0.1"])) as url:
            with pytest.raises(HarnessError, match=r"TLS fails .*ERR_CERT_AUTHORITY_INVALID"):
                await verified(url.replace("http:", "https:"))

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("shop.example", "is not the URL of a store"),
        ("ftp://shop.example/", "is not the URL of a store"),
        ("http://[", "is not a URL"),
        ("http://ann:secret@shop.example/", "--user NAME:PASSWORD"),
        ("https://events.jirafe.com/", "the tracker's own host"),
        ("https://JIRAFE.com./", "the tracker's own host"),
    ],
)
def test_an_unusable_url_is_an_error(url: str, words: str) -> None:
    with pytest.raises(HarnessError, match=words):
        asyncio.run(verified(url))


def test_links_that_sign_out_or_remove_are_not_followed_and_followed_links_are_listed() -> None:
    texts = {"/collections/logout": "Sign out", "/collections/delete": "Chairs", "/collections/lamps": "Lamps"}
    links = "".join(f'<nav><a href="{path}">{text}</a></nav>' for path, text in texts.items())
    requested: set[str] = set()

    async def category(request: web.Request) -> web.Response:
        requested.add(request.path)
        return page(kind="category", data='{category: {id: "1"}}')

    result = verified_pages({"/": always(lambda: page(links)), **dict.fromkeys(texts, category)})
    assert requested == {"/collections/lamps"}
    assert 'actions on the pages: followed "Lamps"' in result.notes


CONSENT = """<div role="dialog" style="position: fixed; bottom: 0"><p>We use cookies. Do you consent?</p>
<button onclick="document.cookie = 'yes=1'; location.reload()">Yes, all of them</button><button>No</button></div>"""


async def sends_after_consent(request: web.Request) -> web.Response:
    return page() if "yes" in request.cookies else page(CONSENT, snippet="<!-- no consent yet -->")


def test_a_consent_banner_is_reported_as_the_likely_cause_of_silence() -> None:
    result = verified_pages({"/": sends_after_consent})
    first = result.scenarios[0].findings[0]
    assert (first.code, first.severity.value) == ("consent-banner", "error")
    assert '--consent "Yes, all of them"' in first.hint


def test_a_consent_button_is_pressed() -> None:
    result = verified_pages({"/": sends_after_consent}, consent="Yes, all of them")
    assert ("consent-banner", "error") not in codes(result)
    assert result.scenarios[0].events == 2
    assert 'actions on the pages: pressed "Yes, all of them"' in result.notes
    assert "no such button" in error_of({"/": sends_after_consent}, consent="Accept")


TAG_MANAGER = """<script>setTimeout(function () { var loader = document.createElement("script"); loader.src = "/tags.js";
document.head.appendChild(loader) }, 1500)</script>"""


def test_a_snippet_of_a_tag_manager_is_checked() -> None:
    tags = (SNIPPET % ("homepage", '{search: {term: "x"}}')).replace("<script>", "").replace("</script>", "")
    pages = {
        "/": always(lambda: page(snippet=TAG_MANAGER)),
        "/tags.js": always(lambda: web.Response(text=tags, content_type="text/javascript")),
    }
    result = verified_pages(pages)
    assert result.scenarios[0].events == 2
    assert ("wrong-field", "error") in codes(result)


def test_a_beacon_sent_on_pagehide_is_recorded() -> None:
    sends_on_pagehide = SNIPPET.replace(
        "jirafe_api.pageview",
        """addEventListener("pagehide", function () { navigator.sendBeacon("http://events.jirafe.com/v1/tracker", "{}") });
        jirafe_api.pageview""",
    )
    result = verified_pages({"/": always(lambda: page(snippet=sends_on_pagehide))})
    assert ("schema", "error") in codes(result)


OTHER_TRACKER = """addEventListener('load', () => {
  jirafe_deferred({pageview: (org, site, type) => navigator.sendBeacon('//events.jirafe.com/v1/tracker', JSON.stringify(
    {org, site, data: [{event_type: 'pageview', page_type: type, pages_marker: 'mine'}]}))});
});"""


def test_access_pages_tracker_and_artifacts_of_the_command_line_are_used(tmp_path: Path) -> None:
    accesses: list[tuple[str, str, str, str]] = []

    async def guarded(request: web.Request) -> web.Response:
        given = (
            request.path,
            *(request.cookies.get(name, "") for name in ("access", "saved")),
            request.headers.get("X-Staging", ""),
        )
        accesses.append(given)
        return page()

    async def scene() -> Ended:
        async with opened({"/": guarded, "/extra": guarded}) as url:
            state = {"cookies": [{"name": "saved", "value": "yes", "url": url}], "origins": []}
            (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
            (tmp_path / "tracker.js").write_text(OTHER_TRACKER, encoding="utf-8")
            options = {
                "--cookie": "access=granted",
                "--header": "X-Staging=17",
                "--storage-state": tmp_path / "state.json",
                "--pages": f"{url}extra",
                "--tracker": tmp_path / "tracker.js",
                "--report": f"json={tmp_path / 'out.json'}",
                "--artifacts": tmp_path / "artifacts",
                "--keep": "all",
            }
            flat = [part for pair in options.items() for part in pair]
            return await asyncio.to_thread(call, "verify", url, *flat, "--report", "text")

    ended = asyncio.run(scene())
    assert set(accesses) == {("/", "granted", "yes", "17"), ("/extra", "granted", "yes", "17")}
    assert f"was replaced by {tmp_path / 'tracker.js'}" in " ".join(ended.out.split())
    entries = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["scenarios"]
    assert [entry["events"] for entry in entries if entry["verdict"] != "not-run"] == [1, 1]
    kept = {path.name for path in (tmp_path / "artifacts").iterdir()}
    assert kept == {"verify.ndjson", "verify.trace.zip", "verify.step-1.png", "verify.step-2.png"}
    assert "pages_marker" in (tmp_path / "artifacts" / "verify.ndjson").read_text(encoding="utf-8")
