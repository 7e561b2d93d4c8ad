"""Requests to the collector without events: their findings, and the missing events that they explain."""

from dataclasses import replace

import pytest
from support.recordings import COLLECTOR, DROPPED, Story, beacons, codes, on, purchase, rewritten, verdict

from harness.judge.request_rules import unanswered_preflights
from harness.protocol import get
from harness.recording.timeline_builder import build_timeline

ASKING = {
    "method": "OPTIONS",
    "access_control_request_method": "POST",
    "access_control_request_headers": "content-type",
}
STEP = "- arrive\n"


def asked(*then: str) -> Story:
    """A page whose beacon is followed by a preflight, and by requests with these content types."""
    story = Story().step().show("/").request(b"", **ASKING)
    for content_type in then:
        story.request(beacons(story.tale())[0].body, content_type=content_type)
    return story


def test_a_preflight_without_its_request_is_a_finding() -> None:
    [finding] = verdict(asked().tale(), STEP)
    assert finding.code == "preflight-only"
    assert finding.message == f"the CORS preflight to {COLLECTOR} was not followed by a request"
    assert finding.evidence.beacon == 2


@pytest.mark.parametrize(
    ("then", "unanswered"),
    [((), 1), (("application/json",), 0), (("text/plain",), 1), (("text/plain", "application/json; charset=utf-8"), 0)],
)
def test_only_a_request_that_needs_a_preflight_answers_one(then: tuple[str, ...], unanswered: int) -> None:
    timeline = build_timeline(asked(*then).tale(), get().read)
    assert len(list(unanswered_preflights(timeline))) == unanswered


def test_a_request_to_another_address_answers_no_preflight() -> None:
    story = asked().request(b"{}", url="https://event.jirafe.com/v1/tracker", content_type="application/json")
    assert len(list(unanswered_preflights(build_timeline(story.tale(), get().read)))) == 1


def test_unanswered_preflights_explain_missing_events() -> None:
    story = Story().step()
    for _ in range(3):
        story.request(b"", **ASKING)
    silent = rewritten(Story().step().show("/").tale(), lambda _wrapper: DROPPED)
    recording = type(silent)(header=silent.header, records=(silent.records[0], *story.records[1:], *silent.records[1:]))
    [finding] = verdict(recording, STEP)
    assert (finding.code, finding.count) == ("preflight-only", 3)


@pytest.mark.parametrize(
    ("method", "url", "status", "words"),
    [
        ("POST", "https://events.jirafe.com/v1/trackers", 404, "the collector has no such address"),
        ("GET", COLLECTOR, 405, "the collector does not accept GET there"),
    ],
)
def test_a_request_that_is_no_beacon_is_a_finding(method: str, url: str, status: int, words: str) -> None:
    story = Story().step().show("/").request(b"{}", method=method, url=url, status=status)
    [finding] = verdict(story.tale(), STEP)
    assert finding.code == "bad-request"
    assert finding.message == f"{method} {url} was refused with {status}: {words}"


def test_a_tracker_that_sends_to_a_wrong_address_is_not_silent() -> None:
    silent = rewritten(Story().step().show("/").tale(), lambda _wrapper: DROPPED)
    lost = Story().step().request(b"{}", url="https://events.jirafe.com/v2/tracker", status=404).records[1]
    recording = type(silent)(header=silent.header, records=(silent.records[0], lost, *silent.records[1:]))
    assert codes(recording, STEP) == [("bad-request", None)]


def silent_with(method: str, path: str) -> list[str]:
    """The codes for a page whose only request is this one."""
    silent = rewritten(Story().step().show("/").tale(), lambda _wrapper: DROPPED)
    stray = Story().step().request(b"", method=method, url=f"https://events.jirafe.com{path}", status=404).records[1]
    recording = replace(silent, records=(silent.records[0], stray, *silent.records[1:]))
    return [code for code, _event in codes(recording, STEP)]


def test_an_empty_request_to_the_collectors_host_does_not_end_the_silence() -> None:
    assert silent_with("GET", "/favicon.ico") == ["tracker-silent", "bad-request"]
    assert silent_with("HEAD", "/v1/tracker") == ["tracker-silent", "bad-request"]


def test_a_tracker_that_sends_an_image_request_is_not_silent() -> None:
    assert silent_with("GET", "/v1/tracker?data=1") == ["bad-request"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null", b'{"data": []}', b'{"data": {}}'])
def test_an_unreadable_body_explains_missing_events(body: bytes) -> None:
    found = codes(rewritten(purchase(), on("/cart", lambda _wrapper: body)))
    assert found
    assert not {code for code, _event in found} & {"missing-event", "unexpected-event", "late-event"}
