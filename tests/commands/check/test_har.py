"""HAR files as Chromium's and Firefox's tools save them: the recognised requests, and the findings about them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.captures import Json, checked, codes, devtools, fetched, findings, firefox, har, wrappers
from support.recordings import STORE

WRAPPER = wrappers()[0]
BROKEN = {**WRAPPER, "site": 1}


@pytest.mark.parametrize("style", [devtools, firefox])
def test_a_healthy_journey_has_no_finding(tmp_path: Path, style: Callable[..., Json]) -> None:
    done = checked(tmp_path, har(map(style, wrappers())), strict=True)
    (file,) = done.result.scenarios
    assert (file.verdict, file.findings, file.events) == ("pass", (), 15)


@pytest.mark.parametrize("style", [devtools, firefox])
def test_a_broken_beacon_is_named_by_its_entry(tmp_path: Path, style: Callable[..., Json]) -> None:
    (finding,) = findings(tmp_path, har([fetched(f"{STORE}/a.css", kind="text/css"), style(BROKEN)]))
    assert (finding.code, finding.evidence.pointer) == ("schema", "/site")
    assert finding.place == f"{tmp_path / 'shop.har'}: entry 2"


def test_repeats_are_one_finding_with_a_count_and_examples(tmp_path: Path) -> None:
    (finding,) = findings(
        tmp_path, har(devtools({**BROKEN, "timestamp": f"2027-01-15T08:{n:02}:00Z"}) for n in range(50))
    )
    assert finding.count == 50
    assert [item["place"].rpartition(" ")[2] for item in finding.also] == [str(n) for n in range(2, 22)]


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    assert codes(tmp_path, b"\xef\xbb\xbf" + har([devtools(WRAPPER)]).encode()) == []


def test_a_request_of_the_store_is_not_mistaken_for_a_beacon(tmp_path: Path) -> None:
    own = devtools({"no": "document"}, url="https://shop.test/v2/store/cart")
    assert codes(tmp_path, har([own, devtools(WRAPPER)])) == []


def test_a_host_named_with_the_option_is_a_collector(tmp_path: Path) -> None:
    document = devtools({"no": "document"}, url="https://shop.test/v2/store/cart")
    assert "schema" in codes(tmp_path, har([document]), collectors=("shop.test",))


def test_a_collector_on_another_host_is_recognised_by_its_path(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(BROKEN, url="http://127.0.0.1:8001/v1/tracker")])) == ["schema"]


def test_a_request_to_an_unknown_address_of_the_collector_is_reported(tmp_path: Path) -> None:
    astray = devtools(WRAPPER, url="https://events.jirafe.com/v1/track", status=404)
    assert codes(tmp_path, har([astray, devtools(WRAPPER)])) == ["bad-request"]


@pytest.mark.parametrize("headers", [{":authority": "events.jirafe.com"}, {"host": "events.jirafe.com"}])
def test_a_path_is_completed_by_the_host_in_the_headers(tmp_path: Path, headers: dict[str, str]) -> None:
    entry = devtools(BROKEN)
    entry["request"] |= {"url": "/v1/tracker", "headers": [{"name": n, "value": v} for n, v in headers.items()]}
    assert codes(tmp_path, har([entry])) == ["schema"]


def test_headers_may_be_an_object(tmp_path: Path) -> None:
    entry = devtools(BROKEN)
    entry["request"]["headers"] = {"content-type": "text/plain"}
    assert codes(tmp_path, har([entry])) == ["schema"]


def test_an_export_without_headers_fulfils_a_preflight(tmp_path: Path) -> None:
    entry = devtools(WRAPPER)
    entry["request"]["headers"] = []
    del entry["request"]["postData"]["mimeType"]
    assert codes(tmp_path, har([preflight(), entry])) == []


def test_a_wrong_method_is_reported_with_the_right_one(tmp_path: Path) -> None:
    entry = devtools(None)
    entry["request"]["method"] = "GET"
    (finding,) = findings(tmp_path, har([entry, devtools(WRAPPER)]))
    assert finding.code == "bad-request"
    assert "allows POST at this address" in finding.message


# Delivery


def test_a_blocked_beacon_is_reported_with_the_error_of_the_browser(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([devtools(WRAPPER, status=0, error="net::ERR_BLOCKED_BY_CLIENT")]))
    assert finding.code == "not-delivered"
    assert "ERR_BLOCKED_BY_CLIENT" in finding.message


def test_a_beacon_sent_during_unload_is_no_finding(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(WRAPPER, status=0, error="net::ERR_ABORTED")])) == []


def test_a_valid_beacon_that_was_refused_is_reported(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(WRAPPER, status=403)])) == ["not-delivered"]


def preflight() -> Json:
    entry = devtools(None, Access_Control_Request_Method="POST", Access_Control_Request_Headers="content-type")
    entry["request"]["method"] = "OPTIONS"
    return entry


def typed(wrapper: Any, **options: Any) -> Json:
    entry = devtools(wrapper, **options)
    entry["request"]["headers"] = [{"name": "content-type", "value": "application/json"}]
    return entry


def test_a_preflight_without_its_request_is_reported(tmp_path: Path) -> None:
    assert codes(tmp_path, har([preflight(), devtools(WRAPPER)])) == ["preflight-only"]


def test_a_preflight_may_be_listed_after_its_request(tmp_path: Path) -> None:
    assert codes(tmp_path, har([typed(WRAPPER), preflight()])) == []


def test_a_failed_request_does_not_fulfil_its_preflight(tmp_path: Path) -> None:
    failed = typed(WRAPPER, status=0, error="net::ERR_FAILED")
    assert sorted(codes(tmp_path, har([preflight(), failed]))) == ["not-delivered", "preflight-only"]


def test_a_script_that_was_not_found_is_reported(tmp_path: Path) -> None:
    script = fetched("https://beacon.jirafe.com/jirafe_api.js", status=404)
    assert codes(tmp_path, har([script, devtools(WRAPPER)])) == ["bad-request"]


# No beacon


def test_the_finding_for_a_har_without_a_beacon_lists_the_contacted_hosts(tmp_path: Path) -> None:
    entries = [fetched(f"https://{host}/") for host in ("shop.test", "cdn.test", "shop.test")]
    (finding,) = findings(tmp_path, har(entries))
    assert finding.code == "tracker-silent"
    assert "3 requests and no beacon; contacted hosts: shop.test (2), cdn.test (1)" in finding.message
    assert "no page requested the tracker's script" in finding.hint


def test_the_hint_for_a_har_without_a_beacon_names_a_script_that_loaded(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([fetched("https://beacon.jirafe.com/jirafe_api.js", kind="text/javascript")]))
    assert "script loaded but sent nothing" in finding.hint


def test_the_hint_for_a_har_without_a_beacon_names_a_script_that_did_not_load(tmp_path: Path) -> None:
    found = findings(tmp_path, har([fetched("https://beacon.jirafe.com/jirafe_api.js", status=404)]))
    assert [finding.code for finding in found] == ["tracker-silent", "bad-request"]
    assert "did not load" in found[0].hint


def test_the_hint_for_a_har_without_a_beacon_names_the_obsolete_script(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([fetched("https://c.jirafe.com/jirafe.js", kind="text/javascript")]))
    assert finding.code == "tracker-silent"
    assert "Replace the obsolete snippet, which loads c.jirafe.com/jirafe.js, by the current one." in finding.hint
