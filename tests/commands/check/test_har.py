"""HAR files as Chromium's and Firefox's tools save them: which requests are the protocol's, and what is said of them."""

import base64
import gzip
import json
import zlib
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
    (finding,) = findings(tmp_path, har(devtools(BROKEN) for _ in range(50)))
    assert finding.count == 50
    assert [item["place"].rpartition(" ")[2] for item in finding.also] == [str(n) for n in range(2, 22)]


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    assert codes(tmp_path, b"\xef\xbb\xbf" + har([devtools(WRAPPER)]).encode()) == []


def test_a_request_of_the_shops_own_is_not_taken_for_the_protocols(tmp_path: Path) -> None:
    own = devtools({"no": "document"}, url="https://shop.test/v2/store/cart")
    assert codes(tmp_path, har([own, devtools(WRAPPER)])) == []


def test_the_host_that_is_named_is_a_collector(tmp_path: Path) -> None:
    document = devtools({"no": "document"}, url="https://shop.test/v2/store/cart")
    assert "schema" in codes(tmp_path, har([document]), collectors=("shop.test",))


def test_a_collector_at_another_host_is_known_by_the_trackers_address(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(BROKEN, url="http://127.0.0.1:8001/v1/tracker")])) == ["schema"]


def test_what_goes_to_no_endpoint_of_the_collector_is_told(tmp_path: Path) -> None:
    astray = devtools(WRAPPER, url="https://events.jirafe.com/v1/track", status=404)
    assert codes(tmp_path, har([astray, devtools(WRAPPER)])) == ["bad-request"]


def test_a_wrong_method_is_told_with_the_right_one(tmp_path: Path) -> None:
    entry = devtools(None)
    entry["request"]["method"] = "GET"
    (finding,) = findings(tmp_path, har([entry, devtools(WRAPPER)]))
    assert finding.code == "bad-request"
    assert "allows POST at this address" in finding.message


# Bodies


def with_codes(wrapper: Any, encoding: str = "base64") -> Json:
    entry = devtools(base64.b64encode(json.dumps(wrapper).encode()).decode())
    entry["request"]["postData"]["encoding"] = encoding
    return entry


def test_a_body_in_base64_is_read(tmp_path: Path) -> None:
    assert codes(tmp_path, har([with_codes(BROKEN)])) == ["schema"]


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_body_is_read_and_told_of(
    tmp_path: Path, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    raw = compress(json.dumps(BROKEN).encode())
    in_base64 = devtools(base64.b64encode(raw).decode(), Content_Encoding=encoding)
    in_base64["request"]["postData"]["encoding"] = "base64"
    as_characters = devtools(raw.decode("latin-1"), Content_Encoding=encoding)
    for entry in (in_base64, as_characters):
        assert codes(tmp_path, har([entry])) == ["schema", "lenient-value"]


def test_a_compressed_body_that_the_tool_has_undone_is_read(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(BROKEN, Content_Encoding="gzip")])) == ["schema"]


def test_a_compressed_body_that_was_cut_off_is_told(tmp_path: Path) -> None:
    raw = gzip.compress(json.dumps(WRAPPER).encode())[:-20]
    entry = devtools(raw.decode("latin-1"), Content_Encoding="gzip")
    assert "bad-json" in codes(tmp_path, har([entry]))


def test_a_small_body_that_unpacks_to_a_large_one_is_too_large(tmp_path: Path) -> None:
    raw = gzip.compress(b" " * 50_000_000)
    assert "too-large" in codes(tmp_path, har([devtools(raw.decode("latin-1"), Content_Encoding="gzip")]))


def test_a_body_in_a_file_beside_the_har_is_read(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text(json.dumps(BROKEN))
    entry = devtools(None)
    entry["request"]["postData"] = {"mimeType": "text/plain", "_file": "body.json"}
    assert codes(tmp_path, har([entry])) == ["schema"]


def without(**data: Any) -> Json:
    entry = devtools(None)
    entry["request"]["postData"] = data
    return entry


MISSING = {
    "none": devtools(None),
    "of a length": devtools(None, Content_Length="300"),
    "empty text": devtools(""),
    "a form": without(params=[{"name": "a", "value": "1"}]),
    "spoilt": devtools("\ufffd\ufffd\ufffd", Content_Length="40"),
    "brotli": devtools("\u001b\u0000", Content_Encoding="br"),
    "not base64": without(text="???", encoding="base64"),
    "a file that is elsewhere": without(_file="../../etc/passwd"),
    "not compressed": devtools("abc", Content_Encoding="gzip"),
}


@pytest.mark.parametrize("entry", MISSING.values(), ids=MISSING)
def test_a_body_that_is_not_there_is_said_and_the_others_are_judged(tmp_path: Path, entry: Json) -> None:
    found = findings(tmp_path, har([devtools(BROKEN), entry]))
    assert {finding.code for finding in found} == {"schema", "no-body"}
    assert next(f for f in found if f.code == "no-body").place.endswith("entry 2")


def test_where_no_beacon_has_its_body_nothing_was_checked(tmp_path: Path) -> None:
    done = checked(tmp_path, har([devtools(None), devtools(None)]))
    assert "none of its 2 beacons has a body" in str(done.errors[0])
    assert done.result.scenarios[0].verdict == "not-run"


def test_a_body_that_was_sent_empty_is_no_json(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(None, Content_Length="0")])) == ["bad-json"]


def test_a_body_shorter_than_announced_broke_off(tmp_path: Path) -> None:
    entry = devtools(json.dumps(WRAPPER)[:-10], Content_Length=str(len(json.dumps(WRAPPER))))
    (finding,) = findings(tmp_path, har([entry]))
    assert finding.code == "bad-json"
    assert "ended after" in finding.message


# What became of a request


def test_a_beacon_that_was_blocked_is_told_with_the_browsers_words(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([devtools(WRAPPER, status=0, error="net::ERR_BLOCKED_BY_CLIENT")]))
    assert finding.code == "not-delivered"
    assert "ERR_BLOCKED_BY_CLIENT" in finding.message


def test_a_beacon_whose_answer_the_page_did_not_wait_for_is_none(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(WRAPPER, status=0, error="net::ERR_ABORTED")])) == []


def test_a_healthy_beacon_that_was_refused_is_told(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(WRAPPER, status=403)])) == ["not-delivered"]


def preflight() -> Json:
    entry = devtools(None, Access_Control_Request_Method="POST", Access_Control_Request_Headers="content-type")
    entry["request"]["method"] = "OPTIONS"
    return entry


def typed(wrapper: Any, **options: Any) -> Json:
    entry = devtools(wrapper, **options)
    entry["request"]["headers"] = [{"name": "content-type", "value": "application/json"}]
    return entry


def test_a_preflight_that_nothing_follows_is_told(tmp_path: Path) -> None:
    assert codes(tmp_path, har([preflight(), devtools(WRAPPER)])) == ["preflight-only"]


def test_a_preflight_is_answered_by_its_request_wherever_the_tools_put_it(tmp_path: Path) -> None:
    assert codes(tmp_path, har([typed(WRAPPER), preflight()])) == []


def test_a_request_that_did_not_get_through_answers_no_preflight(tmp_path: Path) -> None:
    failed = typed(WRAPPER, status=0, error="net::ERR_FAILED")
    assert sorted(codes(tmp_path, har([preflight(), failed]))) == ["not-delivered", "preflight-only"]


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    script = fetched("https://beacon.jirafe.com/jirafe_api.js", status=404)
    assert codes(tmp_path, har([script, devtools(WRAPPER)])) == ["bad-request"]


# Pages


def test_a_page_that_is_told_is_no_finding(tmp_path: Path) -> None:
    assert codes(tmp_path, har([fetched(f"{STORE}/"), devtools(WRAPPER)])) == []


@pytest.mark.parametrize(
    "entry",
    [
        fetched(f"{STORE}/gone", status=404),
        fetched(f"{STORE}/moved", status=302),
        fetched(f"{STORE}/frame", _resourceType="xhr"),
        fetched("https://pay.test/"),
        {
            **fetched(f"{STORE}/ahead"),
            "request": {
                "method": "GET",
                "url": f"{STORE}/ahead",
                "headers": [{"name": "Sec-Purpose", "value": "prefetch"}],
            },
        },
    ],
    ids=["an error", "a redirect", "no document", "another site's", "fetched ahead"],
)
def test_what_is_no_page_of_the_store_need_not_be_told(tmp_path: Path, entry: Json) -> None:
    assert codes(tmp_path, har([entry, devtools(WRAPPER)])) == []


def test_a_page_that_is_not_told_is_a_warning(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([fetched(f"{STORE}/"), fetched(f"{STORE}/b"), devtools(WRAPPER)]))
    assert (finding.code, finding.severity, finding.evidence.url) == ("missing-event", "warning", f"{STORE}/b")


# Nothing at all


def test_a_har_without_a_beacon_says_which_hosts_were_asked(tmp_path: Path) -> None:
    entries = [fetched(f"https://{host}/") for host in ("shop.test", "cdn.test", "shop.test")]
    (finding,) = findings(tmp_path, har(entries))
    assert finding.code == "tracker-silent"
    assert "3 requests and no beacon; contacted hosts: shop.test (2), cdn.test (1)" in finding.message
    assert "no page requested the tracker's script" in finding.hint


def test_a_har_without_a_beacon_says_that_the_script_was_loaded(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([fetched("https://beacon.jirafe.com/jirafe_api.js", kind="text/javascript")]))
    assert "script loaded but sent nothing" in finding.hint


def test_a_har_without_a_beacon_says_that_the_script_did_not_load(tmp_path: Path) -> None:
    found = findings(tmp_path, har([fetched("https://beacon.jirafe.com/jirafe_api.js", status=404)]))
    assert [finding.code for finding in found] == ["tracker-silent", "bad-request"]
    assert "did not load" in found[0].hint
