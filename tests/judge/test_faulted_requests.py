"""Faulted requests count as not received: a retry is no duplicate, and an event without a retry is lost."""

import json
from dataclasses import replace
from typing import Any

import pytest
from support.published_examples import CATEGORY, changed
from support.recordings import IN_CART, START, Story, codes, iso, scenario, verdict

from harness.events import Beacon
from harness.judge.progress import is_satisfied
from harness.protocol import get
from harness.protocols.jirafe import judge_rules
from harness.recording.ndjson import dumps, loads
from harness.recording.records import FaultsSet, Recording
from harness.recording.timeline_builder import build_timeline

STEP = "- arrive\n"
MISSPELT = changed(CATEGORY, name=None)


def faulted(recording: Recording, *numbers: int, again: bool = True) -> Recording:
    """The recording with faults at the beacons with these numbers, followed by retries if they come `again`."""
    records: list[Any] = [FaultsSet(number=1, at=0.0, faults="collector: 503")]
    for record in recording.records:
        if isinstance(record, Beacon) and record.number in numbers:
            records.append(replace(record, status=503, fault="503"))
            if again:
                records.append(replace(record, number=record.number + 100))
        else:
            records.append(record)
    return replace(recording, records=tuple(records))


def home() -> Recording:
    return Story().step().show("/").tale()


def test_a_retry_is_no_duplicate() -> None:
    assert verdict(faulted(home(), 1), STEP) == []


def test_an_event_without_a_retry_is_lost_and_the_finding_names_the_beacon() -> None:
    whole = Story().step().show("/").show("/cart", "cart").tale()
    found = verdict(faulted(whole, 2, again=False), STEP)
    assert [(finding.code, finding.evidence.beacon) for finding in found] == [("missing-event", 2)]
    assert (
        "pageview is lost: the shopper saw the cart page https://shop.test/cart; beacon 2 contained it"
        in found[0].message
    )
    assert "(503)" in found[0].message


def test_two_accepted_beacons_are_duplicates_although_a_third_one_was_faulted() -> None:
    twice = Story().step().show("/").tale()
    again = replace(next(record for record in twice.records if isinstance(record, Beacon)), number=50)
    records = [
        record for record in twice.records for record in ([record, again] if isinstance(record, Beacon) else [record])
    ]
    found = codes(faulted(replace(twice, records=tuple(records)), 1), STEP)
    assert {code for code, _ in found} == {"duplicate-event"}


def test_the_body_of_a_faulted_request_is_not_checked() -> None:
    story = Story().step().show("/")
    body = json.dumps(MISSPELT).encode()
    story.request(body, url="https://events.jirafe.com/v1/1/category", status=503)
    assert verdict(faulted(story.tale(), 2, again=False), STEP) == []
    assert [finding.code for finding in verdict(story.tale(), STEP)] == ["schema", "missing-document"]


def test_a_faulted_request_answers_its_preflight() -> None:
    story = Story().step().show("/")
    story.request(b"", method="OPTIONS", access_control_request_headers="content-type")
    story.request(json.dumps({}).encode(), content_type="application/json")
    assert verdict(faulted(story.tale(), 3, again=False), STEP) == []


def test_faults_are_read_from_the_file() -> None:
    recording = faulted(home(), 1)
    assert loads(dumps(recording), file="a.ndjson") == recording


def test_a_late_retry_may_have_the_timestamp_of_the_first_attempt() -> None:
    story = Story().step().show("/")
    beacon = next(record for record in story.records if isinstance(record, Beacon))
    story.records[story.records.index(beacon)] = replace(beacon, status=503, fault="503")
    story.dwell(600).request(beacon.body)
    assert verdict(story.tale(), STEP) == []


def test_expectations_after_faults_are_not_due_before_the_faults() -> None:
    steps = scenario("- arrive\n- faults: {collector: 503}\n- home\n- faults: off\n- expect: {order_success: {}}\n")
    story = Story().step().show("/")
    story.add(FaultsSet(number=2, at=0.0, faults="collector: 503"))
    story.step(3).show("/")
    assert is_satisfied(story.tale(), steps, get())
    story.add(FaultsSet(number=4, at=0.0, faults=""))
    assert not is_satisfied(story.tale(), steps, get())


def test_a_stopped_clock_only_moves_by_advances() -> None:
    story = Story().step().show("/")
    stopped_at = story.now
    story.add(FaultsSet(number=2, at=story.now, faults="clock: stands still", stops_clock=True))
    story.now += 600
    story.step(3).dwell(1769).step(4).show("/cart", "cart")
    _first, _wait, step = build_timeline(story.tale(), get().read).steps
    assert step.pages[0].at == stopped_at + 30 + 1769
    assert step.arrivals[0].clock_to == stopped_at + 30 + 1769


def test_without_cookies_each_page_may_start_a_visit() -> None:
    for starts in (True, False):
        story = Story()
        story.add(FaultsSet(number=1, at=story.now, faults="lacks: cookies", cookies_blocked=True))
        story.step(2).show("/").step(3).show("/cart", "cart", starts_visit=starts)
        assert verdict(story.tale(), "- faults: {lacks: cookies}\n- arrive\n- cart\n") == []


def test_a_delayed_beacon_has_the_timestamp_of_its_page() -> None:
    story = Story()
    story.add(FaultsSet(number=1, at=story.now, faults="offline", delays=True))
    story.step(2).show("/")
    sent = next(record for record in story.records if isinstance(record, Beacon))
    story.records.remove(sent)
    story.step(3).dwell(7200)
    for late, found in ((0, []), (7200, ["clock-skew"])):
        body = json.loads(sent.body)
        body["timestamp"] = iso(START + late)
        arrives = replace(sent, time=story.now, body=json.dumps(body).encode())
        told = replace(story.tale(), records=(*story.records, arrives))
        assert [code for code, _event in codes(told, "- faults: {offline: true}\n- arrive\n- wait: 2 hours\n")] == found


def test_an_event_that_no_image_request_can_carry_could_not_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge_rules, "RULES", replace(judge_rules.RULES, image_events=frozenset({"pageview"})))
    story = Story()
    story.add(FaultsSet(number=1, at=story.now, faults="lacks: all", images_only=True))
    story.step(2).show("/cart", "cart", changes=[IN_CART])
    [finding] = verdict(story.tale(), "- faults: {lacks: [fetch, sendBeacon, XMLHttpRequest]}\n- arrive\n")
    assert finding.code == "transport-unavailable"
    assert finding.message.startswith("add_item_to_cart is missing: only image requests were available")
