"""The tracker endpoint of the Jirafe protocol over HTTP."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.collector_client import Collector, ask, collecting

from harness import protocol as protocols
from harness.errors import UsageError
from harness.events import Beacon, Reading

JIRAFE = protocols.get()
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)
MIB = 1_048_576

WRAPPER = {
    "org": "o",
    "site": "s",
    "timestamp": "2013-06-17T15:16:10.000Z",
    "page": {"current_type": "homepage", "current_url": "https://shop.test/", "current_title": "Shop"},
    "visit": {
        "id": "1234",
        "visitor": "4321",
        "landing_url": "https://shop.test/",
        "referrer_url": "",
        "user_agent": "x",
    },
    "data": [{"event_type": "pageview", "page_type": "homepage"}],
}


def sent(data: Any, *, method: str = "POST", path: str = "/v1/tracker", **headers: str) -> tuple[int, Any, Beacon]:
    """Send one request; return its status, its JSON, and the journaled beacon."""

    async def act(collector: Collector) -> tuple[int, Any, Beacon]:
        async with collector.client.request(method, path, data=data, headers=headers) as answer:
            content = await answer.read()
        (beacon,) = collector.journal
        return answer.status, json.loads(content) if content else None, beacon

    return ask(act, JIRAFE)


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/plain", "text/plain;charset=UTF-8", "application/json", "application/json; charset=utf-8"),
        *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "no type at all"),
    ],
)
def test_beacon_of_any_content_type_is_accepted(content_type: str) -> None:
    assert sent(json.dumps(WRAPPER), **{"Content-Type": content_type})[:2] == (200, {"success": True})


async def test_beacon_without_content_type_is_accepted() -> None:
    body = json.dumps(WRAPPER).encode()
    async with collecting(JIRAFE) as collector:
        head = b"POST /v1/tracker HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
        assert (await collector.raw(head + body)).startswith(b"HTTP/1.1 200 ")


def test_invalid_json_gets_bad_json() -> None:
    status, answer, beacon = sent(b"\xff{")
    assert (status, answer["success"], answer["error_type"]) == (400, False, "bad_json")
    assert (beacon.status, beacon.body) == (400, b"\xff{")


def test_schema_violation_gets_an_answer_with_the_field() -> None:
    status, answer, _ = sent(json.dumps({**WRAPPER, "site": 1}))
    assert (status, answer["error_type"]) == (422, "validation")
    assert list(answer["errors"]) == ["site"]


def test_wrong_method_gets_invalid_method() -> None:
    status, answer, beacon = sent(None, method="GET")
    assert (status, answer["error_type"], beacon.status) == (405, "invalid_method", 405)


def test_other_path_gets_not_found() -> None:
    status, answer, _ = sent(b"{}", path="/v1/trackers")
    assert (status, answer["success"]) == (404, False)


def test_body_of_one_mebibyte_is_accepted() -> None:
    body = json.dumps(WRAPPER).encode().ljust(MIB)
    status, _, beacon = sent(io.BytesIO(body))
    assert (status, len(beacon.body), beacon.truncated) == (200, MIB, False)


async def chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body


@pytest.mark.parametrize(("wrap", "declared"), [(io.BytesIO, MIB + 1), (chunks, None)])
def test_one_byte_more_is_too_large(wrap: Any, declared: int | None) -> None:
    body = json.dumps(WRAPPER).encode().ljust(MIB + 1)
    status, answer, beacon = sent(wrap(body))
    assert (status, answer["error_type"]) == (413, "too_large")
    assert (beacon.body, beacon.truncated, beacon.declared_length) == (body[:MIB], True, declared)
    assert [finding.code for finding in JIRAFE.read(beacon).findings] == ["too-large"]


def test_valid_beacon_decodes_to_its_events() -> None:
    _, _, beacon = sent(json.dumps(WRAPPER))
    reading = JIRAFE.read(beacon)
    assert [(event.type, event.pointer) for event in reading.events] == [("pageview", "/data/0")]
    assert reading.envelope == WRAPPER
    assert reading.findings == ()


def test_invalid_beacon_decodes_to_its_findings() -> None:
    _, _, beacon = sent(json.dumps({**WRAPPER, "site": 1}))
    assert [(finding.code, finding.place) for finding in JIRAFE.read(beacon).findings] == [("schema", "/site")]
    _, _, beacon = sent(b"{")
    assert [finding.code for finding in JIRAFE.read(beacon).findings] == ["bad-json"]


@pytest.mark.parametrize("elsewhere", [{"method": "OPTIONS"}, {"method": "GET"}, {"path": "/v1/trackers"}])
def test_other_requests_decode_to_nothing(elsewhere: dict[str, str]) -> None:
    _, _, beacon = sent(json.dumps(WRAPPER), **elsewhere)
    assert JIRAFE.read(beacon) == Reading(envelope={}, events=(), findings=())


async def test_escaped_tracker_path_is_recognized() -> None:
    body = json.dumps(WRAPPER).encode()
    head = b"POST /v1/track%%65r?a=/b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with collecting(JIRAFE) as collector:
        answer = await collector.raw(head + body)
        (beacon,) = collector.journal
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert len(JIRAFE.read(beacon).events) == 1


async def test_incomplete_body_gets_an_error_that_names_it(jirafe: Collector) -> None:
    await jirafe.raw(b'POST /v1/tracker HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"site', hang_up=True)
    await jirafe.journal.wait(len, timeout=10)
    (beacon,) = jirafe.journal
    (finding,) = JIRAFE.read(beacon).findings
    assert (finding.code, finding.message) == ("bad-json", "the body ended after 6 bytes of 100")


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*WRAPPER, "x"]), inner, max_size=4),
)


@at_leisure
@given(st.lists(st.binary() | jsons.map(lambda value: json.dumps(value).encode()), min_size=1))
def test_any_post_gets_200_400_or_422_and_is_journaled_once(bodies: list[bytes]) -> None:
    async def send() -> tuple[set[int], list[bytes]]:
        statuses = set()
        async with collecting(JIRAFE) as collector:
            for body in bodies:
                async with collector.client.post("/v1/tracker", data=body) as answer:
                    statuses.add(answer.status)
            for beacon in collector.journal:
                JIRAFE.read(beacon)
            return statuses, [beacon.body for beacon in collector.journal]

    statuses, journaled = asyncio.run(send())
    assert statuses <= {200, 400, 422}
    assert journaled == bodies


def test_unknown_protocol_error_names_the_closest() -> None:
    with pytest.raises(UsageError, match=r'unknown protocol "other"; allowed: jirafe'):
        protocols.get("other")
    with pytest.raises(UsageError, match=r'unknown protocol "jiraffe"; did you mean "jirafe"\?'):
        protocols.get("jiraffe")
