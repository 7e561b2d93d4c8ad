"""The Events API for single events over HTTP: paths, rules, pixels."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from support.collector_client import JIRAFE, Collector, sent
from support.published_examples import EVENTS, Json

from harness.protocols.jirafe.wire.v2 import PIXEL


def test_single_event_is_accepted() -> None:
    status, content, _, reading = sent("/v2/tracker/pageview", EVENTS["product page"], token=None)
    assert (status, content) == (200, {"success": True})
    assert [(event.type, event.pointer, event.body) for event in reading.events] == [
        ("pageview", "", EVENTS["product page"])
    ]
    assert (reading.findings, reading.documents) == ((), ())


@pytest.mark.parametrize(
    ("path", "event", "errors"),
    [
        ("visit", {"event_type": "pageview"}, {"event_type": "'pageview' is not one of ['visit']"}),
        ("visit", {}, {"event_type": "'event_type' is a required property"}),
        ("visit", [], {"": "[] is not of type 'object'"}),
        ("pageview", {"event_type": "pageview"}, {"page_type": "'page_type' is a required property"}),
    ],
)
def test_event_of_another_type_than_its_path_is_rejected_with_400(path: str, event: Any, errors: Json) -> None:
    status, content, _, reading = sent(f"/v2/tracker/{path}", event)
    assert (status, content["error_type"], content["errors"]) == (400, "validation", errors)
    assert [finding.evidence.event for finding in reading.findings] == [path]


def test_event_rules_apply_in_version_2() -> None:
    status, content, _, reading = sent("/v2/tracker/pageview", {"event_type": "pageview", "page_type": "product"})
    assert (status, list(content["errors"])) == (400, ["product"])
    assert [(finding.code, finding.place) for finding in reading.findings] == [("missing-field", "/product")]


def test_version_2_accepts_events_with_wrong_format_and_lenient_values() -> None:
    search = {"event_type": "pageview", "page_type": "search", "search": {"keyword": "x", "page": "1"}}
    status, _, _, reading = sent("/v2/tracker/pageview", {**search, "customer": {"email": "nobody"}})
    assert status == 200
    assert sorted(finding.code for finding in reading.findings) == ["lenient-value", "schema"]


def pixel(data: Any = None, **others: str) -> str:
    """The query of a pixel."""
    given = others if data is None else {"data": data if isinstance(data, str) else json.dumps(data), **others}
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())


async def test_pixel_carries_an_event_and_gets_a_gif(jirafe: Collector) -> None:
    url = f"/v2/tracker/visit.gif?{pixel({'event_type': 'visit', 'x': 'ä + &'}, org='', site='1')}"
    async with jirafe.client.get(url) as answer:
        (beacon,) = jirafe.journal
        status, content_type, body, reading = (
            answer.status,
            answer.content_type,
            await answer.read(),
            JIRAFE.read(beacon),
        )
    assert (status, content_type, body) == (200, "image/gif", PIXEL)
    assert body[:10] == b"GIF89a\x01\x00\x01\x00"
    assert [(event.type, event.pointer, event.body["x"]) for event in reading.events] == [("visit", "/data", "ä + &")]
    assert (reading.envelope["org"], reading.envelope["site"], reading.findings) == ("", "1", ())


@pytest.mark.parametrize(
    ("query", "error_type", "places"),
    [
        (pixel(site="1"), "validation", ["/data"]),
        (pixel({"event_type": "visit"}), "validation", ["/site"]),
        (pixel({"event_type": "visit"}, site=""), "validation", ["/site"]),
        (pixel({"event_type": "visits"}, site="1"), "validation", ["/data/event_type"]),
        (pixel("{", site="1"), "bad_json", ["/data"]),
        ("data=%ff&site=1", "bad_json", ["/data"]),
        ("", "validation", ["/data", "/site"]),
    ],
)
def test_invalid_pixel_gets_400(query: str, error_type: str, places: list[str]) -> None:
    status, content, _, reading = sent(f"/v2/tracker/visit.gif?{query}", method="GET")
    assert (status, content["error_type"]) == (400, error_type)
    assert sorted(finding.place for finding in reading.findings) == places
    if error_type == "validation":
        assert sorted(content["errors"]) == [place[1:].replace("/", ".") for place in places]
