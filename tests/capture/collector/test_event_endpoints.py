"""The tracker's endpoints for single events over HTTP: wrappers of version 2, and pixels."""

from typing import Any

import pytest
from support.collector_client import JIRAFE, Collector, sent
from support.jirafe_bodies import pixel_query
from support.published_examples import Json

from harness.findings import Severity
from harness.protocols.jirafe.wire.pixel import PIXEL

VISIT: Json = {"id": "11", "visitor": "22"}
VIEW: Json = {
    "org": "",
    "site": "1",
    "timestamp": "2026-01-31T09:00:00.000Z",
    "page": {"page_id": "5", "prev_page_id": "4"},
    "visit": VISIT,
    "pageview": {"page_type": "product", "product": {"product_code": "A", "name": "B"}},
}
LANDING: Json = {
    "landing_url": "https://shop.test/",
    "referrer_url": "",
    "user_agent": "x",
    "rule_attribution": ["direct"],
}
ARRIVAL: Json = {"site": "1", "timestamp": "2026-01-31T09:00:00.000Z", "visit": {**VISIT, **LANDING}}


def test_a_page_view_in_its_wrapper_is_accepted() -> None:
    status, content, _, reading = sent("/v2/tracker/pageview", VIEW, token=None)
    assert (status, content, reading.findings, reading.documents) == (200, {"success": True}, (), ())
    assert [(event.type, event.pointer, event.body["page_type"]) for event in reading.events] == [
        ("pageview", "/pageview", "product")
    ]
    assert (reading.envelope["site"], reading.envelope["visit"]["visitor"]) == ("1", "22")


def test_a_visit_in_its_wrapper_is_accepted() -> None:
    status, content, _, reading = sent("/v2/tracker/visit", ARRIVAL, token=None)
    assert (status, content, reading.findings) == (200, {"success": True}, ())
    assert [(event.type, event.pointer) for event in reading.events] == [("visit", "/visit")]


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("pageview", {"event_type": "pageview", "page_type": "home"}, {
            "site": "'site' is a required property", "pageview": "'pageview' is a required property"}),
        ("pageview", {**VIEW, "pageview": {}}, {"pageview.page_type": "'page_type' is a required property"}),
        ("pageview", {**VIEW, "visit": {"id": "1"}}, {"visit.visitor": "'visitor' is a required property"}),
        ("pageview", {**VIEW, "visit": {"id": 1, "visitor": "2"}}, {"visit.id": "1 is not of type 'string'"}),
        ("pageview", [], {"": "[] is not of type 'object'"}),
        ("visit", {"site": "1"}, {"visit": "'visit' is a required property"}),
        ("visit", {**ARRIVAL, "visit": VISIT}, {
            f"visit.{name}": f"'{name}' is a required property" for name in ("landing_url", "referrer_url", "user_agent")}),
    ],
)  # fmt: skip
def test_an_invalid_wrapper_gets_400_and_has_a_finding_at_each_place(path: str, body: Any, errors: Json) -> None:
    status, content, _, reading = sent(f"/v2/tracker/{path}", body)
    assert (status, content["error_type"], content["errors"]) == (400, "validation", errors)
    found = [finding for finding in reading.findings if finding.severity is Severity.ERROR]
    assert sorted(finding.place[1:].replace("/", ".") for finding in found) == sorted(errors)
    assert {finding.evidence.event for finding in reading.findings} == {path}


def test_the_rules_for_a_page_and_its_subject_apply_in_version_2() -> None:
    status, content, _, reading = sent("/v2/tracker/pageview", {**VIEW, "pageview": {"page_type": "category"}})
    assert (status, list(content["errors"])) == (400, ["pageview.category"])
    assert [(finding.code, finding.place) for finding in reading.findings] == [("missing-field", "/pageview/category")]


def test_version_2_accepts_wrong_formats_lenient_values_and_empty_ids() -> None:
    search = {"page_type": "search", "search": {"term": "x", "page": "1"}}
    visit = {"id": "", "visitor": ""}
    status, _, _, reading = sent(
        "/v2/tracker/pageview", {**VIEW, "timestamp": "now", "visit": visit, "pageview": search}
    )
    assert status == 200
    assert sorted((finding.code, finding.place) for finding in reading.findings) == [
        ("date-format", "/timestamp"),
        ("lenient-value", "/pageview/search/page"),
        ("lenient-value", "/visit/id"),
        ("lenient-value", "/visit/visitor"),
    ]


def test_a_page_view_without_visit_and_time_is_accepted_with_warnings() -> None:
    status, _, _, reading = sent("/v2/tracker/pageview", {"site": "1", "pageview": {"page_type": "other"}})
    assert status == 200
    assert [(finding.code, finding.place) for finding in reading.findings] == [
        ("missing-field", "/visit"),
        ("missing-field", "/timestamp"),
    ]


@pytest.mark.parametrize("address", ["/v1/tracker/pixel.gif", "/v2/tracker/pageview.gif"])
async def test_a_pixel_carries_an_event_and_gets_a_gif(jirafe: Collector, address: str) -> None:
    url = f"{address}?{pixel_query({'event_type': 'pageview', 'page_type': 'other', 'x': 'ä + &'})}"
    async with jirafe.client.get(url) as answer:
        (beacon,) = jirafe.journal
        received = answer.status, answer.content_type, await answer.read()
        reading = JIRAFE.read(beacon)
    assert received == (200, "image/gif", PIXEL)
    assert PIXEL[:10] == b"GIF89a\x01\x00\x01\x00"
    assert [(event.type, event.pointer, event.body["x"]) for event in reading.events] == [
        ("pageview", "/data/0", "ä + &")
    ]
    assert (reading.envelope["site"], reading.envelope["visit"]["visitor"], reading.findings) == ("1", "22", ())


SEEN: Json = {"event_type": "pageview", "page_type": "other"}


@pytest.mark.parametrize(
    ("address", "query", "status", "error_type", "places"),
    [
        ("/v1/tracker/pixel.gif", "", 422, "validation", ["/data", "/site"]),
        ("/v2/tracker/visit.gif", "", 400, "validation", ["/data", "/site"]),
        ("/v1/tracker/pixel.gif", pixel_query(SEEN, sid=None), 422, "validation", ["/site"]),
        ("/v1/tracker/pixel.gif", pixel_query(SEEN, sid=""), 422, "validation", ["/site"]),
        ("/v1/tracker/pixel.gif", pixel_query({"event_type": "view"}), 422, "validation", ["/data/0/event_type"]),
        ("/v2/tracker/visit.gif", pixel_query(SEEN), 400, "validation", ["/data/0/event_type"]),
        ("/v1/tracker/pixel.gif", "sid=1&data=%7B%7D", 422, "validation", ["/data"]),
        ("/v1/tracker/pixel.gif", "sid=1&ev[x]=%ff", 400, "bad_json", [""]),
        ("/v2/tracker/visit.gif", "sid=1&ev[x]=1&ev[x][y]=2", 400, "bad_json", [""]),
    ],
)
def test_an_invalid_pixel_is_refused(address: str, query: str, status: int, error_type: str, places: list[str]) -> None:
    received, content, _, reading = sent(f"{address}?{query}", method="GET")
    assert (received, content["error_type"]) == (status, error_type)
    errors = [finding for finding in reading.findings if finding.severity is Severity.ERROR]
    assert sorted(finding.place for finding in errors) == places
    if error_type == "validation":
        assert sorted(content["errors"]) == [place[1:].replace("/", ".") for place in places]
