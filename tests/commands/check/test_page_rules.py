"""Page views compared with documents: what a capture shows is reported, what it cannot show is not claimed."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.captures import Json, codes, devtools, fetched, findings, har, wrappers
from support.recordings import STORE

WRAPPER = wrappers()[0]
HOME, LAMP, SHELF = f"{STORE}/", f"{STORE}/lamp", f"{STORE}/shelf"


def iso(seconds: float) -> str:
    return f"2027-01-15T09:00:{seconds:06.3f}Z"


def page(seconds: float, url: str = HOME, *, status: int = 200, more: Json | None = None, **headers: str) -> Json:
    """A navigation in a browser."""
    named = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return fetched(url, status=status, headers=named) | {"startedDateTime": iso(seconds), "time": 100} | (more or {})


def document(seconds: float, url: str, headers: Json, **more: Any) -> Json:
    """An HTML document with exactly these headers."""
    return fetched(url, headers=headers, **more) | {"startedDateTime": iso(seconds)}


def view(seconds: float, url: str = HOME, *, site: str = "7", headers: Json | None = None) -> Json:
    """A beacon with one page view."""
    payload = {
        **WRAPPER,
        "timestamp": iso(seconds),
        "site": site,
        "page": {**WRAPPER["page"], "current_url": url},
        "data": [{"event_type": "pageview", "page_type": "homepage"}],
    }
    return devtools(payload, **(headers or {}))


PRERENDER = {"sec_purpose": "prefetch;prerender"}
PREFETCH = {"sec_purpose": "prefetch"}
WORKER = {"response": {"status": 200, "content": {"mimeType": "text/html"}, "_fetchedViaServiceWorker": True}}
FIREFOX_HTTP = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Upgrade-Insecure-Requests": "1"}

UNKNOWN = {
    "a reload answered by 304": [page(1), view(1.5), page(5, status=304, if_none_match="x"), view(5.5)],
    "a fast reload": [page(1), view(1.2), page(1.6), view(1.9)],
    "routes": [page(1), view(1.5), view(3, f"{STORE}/a"), view(6)],
    "routes that are repeated": [page(1), view(1.5), view(3, f"{STORE}/a"), view(6, f"{STORE}/a")],
    "one route, opened twice": [page(1), view(1.5), view(6)],
    "hash routes": [page(1), view(1.5), view(3, f"{HOME}#/a"), view(6, f"{HOME}#/b"), view(9, f"{HOME}#/a")],
    "a route in place of the document": [
        page(1),
        view(1.2, f"{STORE}/en"),
        page(2, LAMP),
        view(2.2, LAMP),
        page(4),
        view(4.5, f"{STORE}/en"),
    ],
    "an address without its campaign": [page(1, f"{HOME}?utm_source=x"), view(1.5), page(3, LAMP), view(3.5, LAMP)],
    "back, from the browser's history": [page(1), view(1.5), page(3, LAMP), view(3.5, LAMP), view(6)],
    "a fragment for a script": [page(1), view(1.5), document(2, f"{STORE}/cart/fragment", {"accept": "*/*"})],
    "a fragment for jQuery": [
        page(1),
        view(1.5),
        document(2, LAMP, {"accept": "text/html, */*", "x-requested-with": "X"}),
    ],
    "a document without headers": [page(1), view(1.5), document(2, LAMP, {})],
    "a document over http": [page(1), view(1.5), document(2, LAMP, FIREFOX_HTTP)],
    "a frame": [page(1), view(1.5), page(2, LAMP, sec_fetch_dest="iframe")],
    "a request of a script": [page(1), view(1.5), page(2, LAMP, sec_fetch_dest="empty")],
    "a page of another host": [page(1), view(1.5), page(2, "https://pay.test/")],
    "an error page": [page(1), view(1.5), page(2, LAMP, status=404)],
    "a redirect": [page(1, LAMP, status=302), page(1.2), view(1.5)],
    "prefetched": [page(1), view(1.5), page(2, LAMP, **PREFETCH)],
    "prefetched by Safari": [page(1), view(1.5), page(2, LAMP, x_purpose="preview")],
    "prefetched by Firefox": [page(1), view(1.5), page(2, LAMP, x_moz="prefetch")],
    "prefetched, then shown": [page(1), view(1.5), page(2, LAMP, **PREFETCH), view(4, LAMP)],
    "prefetched, then loaded": [page(1), view(1.5), page(2, LAMP, **PREFETCH), page(4, LAMP), view(4.5, LAMP)],
    "prerendered": [page(1), view(1.5), page(2, LAMP, **PRERENDER)],
    "prerendered, then shown": [page(1), view(1.5), page(2, LAMP, **PRERENDER), view(4, LAMP)],
    "prerendered, then loaded": [page(1), view(1.5), page(2, LAMP, **PRERENDER), page(4, LAMP), view(4.5, LAMP)],
    "prerendered, then shown, then loaded": [
        *(page(1), view(1.5), page(2, LAMP, **PRERENDER), view(4, LAMP, headers={"Sec_Fetch_Dest": "empty"})),
        *(page(8, LAMP), view(8.5, LAMP)),
    ],
    "pushed": [page(1), view(1.5), page(2, LAMP, more={"_was_pushed": 1})],
    "a service worker": [page(1, more=WORKER), page(1.02), view(1.5)],
    "a service worker without headers": [document(1, HOME, {}, _resourceType="document"), page(1.02), view(1.5)],
    "a revalidation": [page(1, more={"_fromCache": "disk"}), page(1.3), view(1.5)],
    "a default port": [page(1, "https://shop.test:443/"), view(1.5)],
    "two sites on one page": [
        page(1),
        view(1.5),
        view(1.5, site="8"),
        page(3, LAMP),
        view(3.5, LAMP),
        view(3.5, LAMP, site="8"),
    ],
    "a second site on some pages": [page(1), view(1.5), page(3, LAMP), view(3.5, LAMP), view(3.5, LAMP, site="8")],
}


@pytest.mark.parametrize("entries", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_pages_and_routes_have_no_finding(tmp_path: Path, entries: list[Json]) -> None:
    assert codes(tmp_path, har(entries)) == []


CHROMIUM_HTTP = {"Upgrade-Insecure-Requests": "1", "Accept": "text/html,*/*"}
MISSING = {
    "without a beacon": [page(1), view(1.5), page(3, LAMP)],
    "reloaded": [page(1), view(1.5), page(5, status=304)],
    "over http in Chromium": [
        page(1),
        view(1.5),
        document(3, LAMP, CHROMIUM_HTTP, pageref="page_2", _resourceType="document"),
    ],
    "before a route": [page(1), page(3, LAMP), view(3.5, LAMP), view(6, f"{STORE}/a")],
    "loaded after a prefetch": [page(1), view(1.5), page(2, LAMP, **PREFETCH), page(4, LAMP)],
    "for both sites": [page(1), view(1.5), view(1.5, site="8"), page(3, LAMP)],
}


@pytest.mark.parametrize("entries", MISSING.values(), ids=MISSING)
def test_a_page_without_a_page_view_is_a_warning(tmp_path: Path, entries: list[Json]) -> None:
    (finding,) = findings(tmp_path, har(entries))
    assert (finding.code, finding.severity) == ("missing-event", "warning")


REPEATED = {
    "at once": [page(1), view(1.5), view(1.6)],
    "at once, on a route": [page(1), view(1.5), view(3, LAMP), view(3.1, LAMP)],
    "for one of two sites": [page(1), view(1.5), view(1.5, site="8"), view(1.6, site="8")],
    "when the page is left": [page(1), view(1.5), page(3, LAMP), view(3.5, LAMP), view(9, LAMP), page(9.1), view(9.5)],
}


@pytest.mark.parametrize("entries", REPEATED.values(), ids=REPEATED)
def test_a_page_view_sent_twice_is_a_warning(tmp_path: Path, entries: list[Json]) -> None:
    (finding,) = findings(tmp_path, har(entries))
    assert (finding.code, finding.severity, finding.count) == ("duplicate-event", "warning", 1)


PRERENDERED = {
    "loaded later": [page(1), view(1.5), page(2, LAMP, **PRERENDER), view(3, LAMP), page(6, LAMP), view(6.5, LAMP)],
    "by its own header": [
        page(1),
        view(1.5),
        page(2, LAMP, **PRERENDER),
        view(3, LAMP, headers={"Sec_Purpose": "prefetch;prerender"}),
    ],
}


@pytest.mark.parametrize("entries", PRERENDERED.values(), ids=PRERENDERED)
def test_a_page_view_of_a_prerendered_page_is_a_warning(tmp_path: Path, entries: list[Json]) -> None:
    (finding,) = findings(tmp_path, har(entries))
    assert (finding.code, finding.severity, finding.evidence.url) == ("unexpected-event", "warning", LAMP)
    assert "while the page was prerendered" in finding.message


def test_a_page_view_before_its_document_in_the_file_is_no_finding(tmp_path: Path) -> None:
    assert codes(tmp_path, har([view(1.5), page(1), view(3.5, LAMP), page(3, LAMP)])) == []


def test_the_number_of_pages_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [page(1), view(1.5), *(page(2, f"{STORE}/{n}") for n in range(5))]
    assert len(json.loads(har(entries))["log"]["entries"]) == 7
    monkeypatch.setattr("harness.commands.check.page_rules.MAX_URLS", 3)
    assert codes(tmp_path, har(entries)) == []
