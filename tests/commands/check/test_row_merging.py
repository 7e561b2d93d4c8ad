"""One request that a capture shows as several rows is one beacon; two requests stay two."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.captures import Json, checked, codes, devtools, fetched, findings, har, internal_redirect, wrappers
from support.recordings import COLLECTOR, STORE

from harness.commands.check.models import Request
from harness.commands.check.row_merging import WINDOW, Row, RowMerger
from harness.events import Beacon

ORDER = wrappers()[-1]
"""The payload with order_success, so that a second beacon would be an error."""

HTTP = COLLECTOR.replace("https:", "http:")
OTHER = "https://events.jirafe.com/v1/tracker?moved"


def at(seconds: float, entry: Json, *, took_ms: float = 10) -> Json:
    """The entry, begun this number of seconds after the hour."""
    return {**entry, "startedDateTime": f"2027-01-15T09:00:{seconds:06.3f}Z", "time": took_ms}


def redirect(status: int, target: str, *, url: str = HTTP) -> Json:
    entry = devtools(ORDER, url=url, status=status)
    entry["response"]["redirectURL"] = target
    return entry


def as_get(url: str = COLLECTOR, status: int = 405) -> Json:
    entry = devtools(None, url=url, status=status)
    entry["request"]["method"] = "GET"
    return entry


def by_worker(entry: Json) -> Json:
    entry = json.loads(json.dumps(entry))
    entry["response"]["_fetchedViaServiceWorker"] = True
    return entry


def without_body(entry: Json) -> Json:
    entry = json.loads(json.dumps(entry))
    del entry["request"]["postData"]
    return entry


ONE_REQUEST = {
    "HSTS": [internal_redirect(ORDER), devtools(ORDER)],
    "HSTS with the body in the first row": [internal_redirect(ORDER), without_body(devtools(ORDER))],
    "HSTS with the body in the second row": [without_body(internal_redirect(ORDER)), devtools(ORDER)],
    "HSTS with the rows reversed": [devtools(ORDER), internal_redirect(ORDER)],
    "307": [redirect(307, OTHER), devtools(ORDER, url=OTHER)],
    "308 to a path": [redirect(308, "/v1/tracker?moved", url=COLLECTOR), devtools(ORDER, url=OTHER)],
    "307 from another host": [
        redirect(307, COLLECTOR, url="https://shop.test/collect"),
        without_body(devtools(ORDER)),
    ],
    "two redirects": [internal_redirect(ORDER), redirect(308, OTHER, url=COLLECTOR), devtools(ORDER, url=OTHER)],
    "a redirect whose method is kept": [redirect(301, COLLECTOR), devtools(ORDER)],
    "authentication": [devtools(ORDER, status=401), devtools(ORDER, Authorization="Basic eDp5")],
    "proxy authentication": [devtools(ORDER, status=407), devtools(ORDER)],
    "two attempts at authentication": [devtools(ORDER, status=401), devtools(ORDER, status=401), devtools(ORDER)],
    "another connection": [devtools(ORDER, status=421), devtools(ORDER)],
    "a retry after an error": [devtools(ORDER, status=503), devtools(ORDER)],
    "a retry after a lost connection": [devtools(ORDER, status=0, error="net::ERR_CONNECTION_RESET"), devtools(ORDER)],
    "a revalidation of the cache": [devtools(ORDER) | {"_fromCache": "disk"}, devtools(ORDER, status=304)],
    "a service worker": [at(1, by_worker(devtools(ORDER)), took_ms=50), at(1.02, devtools(ORDER))],
    "a service worker, by Playwright": [
        at(1, devtools(ORDER), took_ms=50),
        at(1.02, devtools(ORDER) | {"_serviceWorkerRef": "worker@1"}),
    ],
    "a service worker, by Safari": [
        at(1, devtools(ORDER) | {"_fetchType": "Service Worker"}),
        at(1.005, devtools(ORDER)),
    ],
    "a service worker, by a tool without flags": [
        at(1, devtools(ORDER), took_ms=50),
        at(1.01, devtools(ORDER) | {"serverIPAddress": "192.0.2.1"}),
    ],
    "a service worker's row first": [at(1.02, devtools(ORDER)), at(1, by_worker(devtools(ORDER)), took_ms=50)],
}


@pytest.mark.parametrize("rows", ONE_REQUEST.values(), ids=ONE_REQUEST)
def test_rows_of_one_request_are_one_beacon(tmp_path: Path, rows: list[Json]) -> None:
    page = fetched(ORDER["page"]["current_url"])
    (file,) = checked(tmp_path, har([page, *rows]), strict=True).result.scenarios
    assert (file.findings, file.events) == ((), len(ORDER["data"]))


TWO_REQUESTS = {
    "the same beacon twice": [devtools(ORDER), devtools(ORDER)],
    "to both addresses": [devtools(ORDER, url=HTTP), devtools(ORDER)],
    "long after a service worker": [at(1, by_worker(devtools(ORDER))), at(9, devtools(ORDER))],
    "by two snippets": [devtools(ORDER) | {"serverIPAddress": "192.0.2.1"} for _ in range(2)],
    "long after a redirect": [at(1, internal_redirect(ORDER)), at(30, devtools(ORDER))],
}


@pytest.mark.parametrize("rows", TWO_REQUESTS.values(), ids=TWO_REQUESTS)
def test_two_requests_are_two_beacons(tmp_path: Path, rows: list[Json]) -> None:
    assert codes(tmp_path, har(rows)) == ["duplicate-event"]


@pytest.mark.parametrize("status", [301, 302, 303])
@pytest.mark.parametrize("follow_up", [[], [as_get()], [as_get(status=0)]], ids=["alone", "as GET", "unanswered"])
def test_a_redirect_that_loses_the_body_is_one_finding(tmp_path: Path, status: int, follow_up: list[Json]) -> None:
    page = fetched(ORDER["page"]["current_url"])
    (finding,) = findings(tmp_path, har([page, redirect(status, COLLECTOR), *follow_up]))
    assert (finding.code, finding.severity, finding.hint) == ("not-delivered", "error", "Send to https.")
    assert f"redirects (status {status}) and the body is lost" in finding.message


def test_a_redirect_from_another_host_that_loses_the_body_is_one_finding(tmp_path: Path) -> None:
    rows = [redirect(302, COLLECTOR, url="https://shop.test/collect"), as_get()]
    (finding,) = findings(tmp_path, har(rows))
    assert (finding.code, finding.hint) == ("not-delivered", f"Send to {COLLECTOR}.")


def test_a_redirect_to_an_unknown_address_loses_the_body(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([redirect(301, "")]))
    assert (finding.code, finding.hint) == ("not-delivered", "Send to the address to which it redirects.")


def test_the_hint_names_the_target_of_another_redirect(tmp_path: Path) -> None:
    found = findings(tmp_path, har([redirect(302, "https://new.test/collect"), as_get("https://new.test/collect")]))
    assert [each.hint for each in found] == ["Send to https://new.test/collect."]


def test_a_request_that_still_fails_is_reported_once(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([devtools(ORDER, status=401), devtools(ORDER, status=401)]))
    assert (finding.code, finding.count) == ("not-delivered", 1)


def test_a_failed_order_is_no_duplicate_of_a_later_one(tmp_path: Path) -> None:
    again = {**ORDER, "timestamp": "2027-01-15T09:00:09.000Z"}
    assert codes(tmp_path, har([devtools(ORDER, status=503), devtools(again)])) == ["not-delivered"]


def test_a_pixel_from_the_cache_did_not_reach_the_collector(tmp_path: Path) -> None:
    entry = {**devtools(ORDER), "_fromCache": "disk"}
    (finding,) = findings(tmp_path, har([entry]))
    assert finding.code == "not-delivered"
    assert "from its cache" in finding.message


def row(number: int, **options: Any) -> Row:
    beacon = Beacon(number=number, time=0, method="POST", url=COLLECTOR, headers=(), body=b"%d" % number, status=200)
    return Row(request=Request(beacon=beacon, place=STORE), **options)


@given(st.integers(0, 3 * WINDOW))
def test_separate_requests_keep_their_order_and_are_not_kept_for_long(count: int) -> None:
    merger, done = RowMerger(), list[int]()
    for number in range(count):
        done += [request.beacon.number for request in merger.push(row(number))]
        assert number - len(done) < WINDOW
    done += [request.beacon.number for request in merger.finish()]
    assert done == list(range(count))
