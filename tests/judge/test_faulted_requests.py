"""What the scenario lets fail: nobody took it, a second try is no duplicate, and what was never tried again is lost."""

import json
from dataclasses import replace
from typing import Any

from support.published_examples import CATEGORY, changed
from support.recordings import IN_CART, START, Story, codes, iso, scenario, verdict

from harness.events import Beacon
from harness.judge.progress import is_satisfied
from harness.protocol import get
from harness.recording.ndjson import dumps, loads
from harness.recording.records import FaultsSet, Recording
from harness.recording.timeline_builder import build_timeline

STEP = "- arrive\n"
MISSPELT = changed(CATEGORY, name=None)


def faulted(recording: Recording, *numbers: int, again: bool = True) -> Recording:
    """The recording with a fault at the beacons of these numbers, each of them tried again, if it was."""
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


def test_a_second_try_is_no_duplicate() -> None:
    assert verdict(faulted(home(), 1), STEP) == []


def test_what_was_not_tried_again_is_lost_and_the_finding_says_where_it_was() -> None:
    whole = Story().step().show("/").show("/cart", "cart").tale()
    found = verdict(faulted(whole, 2, again=False), STEP)
    assert [(finding.code, finding.evidence.beacon) for finding in found] == [("missing-event", 2)]
    assert (
        "pageview is lost: the shopper saw the cart page https://shop.test/cart; beacon 2 held it" in found[0].message
    )
    assert "(503)" in found[0].message


def test_an_order_that_was_sent_twice_is_a_duplicate_though_a_third_one_was_struck() -> None:
    twice = Story().step().show("/").tale()
    again = replace(next(record for record in twice.records if isinstance(record, Beacon)), number=50)
    records = [
        record for record in twice.records for record in ([record, again] if isinstance(record, Beacon) else [record])
    ]
    found = codes(faulted(replace(twice, records=tuple(records)), 1), STEP)
    assert {code for code, _ in found} == {"duplicate-event"}


def test_a_struck_body_is_held_against_nobody() -> None:
    story = Story().step().show("/")
    body = json.dumps(MISSPELT).encode()
    story.request(body, url="https://events.jirafe.com/v1/1/category", status=503)
    assert verdict(faulted(story.tale(), 2, again=False), STEP) == []
    assert [finding.code for finding in verdict(story.tale(), STEP)] == ["schema", "missing-document"]


def test_a_preflight_whose_request_was_struck_was_not_in_vain() -> None:
    story = Story().step().show("/")
    story.request(b"", method="OPTIONS", access_control_request_headers="content-type")
    story.request(json.dumps({}).encode(), content_type="application/json")
    assert verdict(faulted(story.tale(), 3, again=False), STEP) == []


def test_faults_survive_the_file() -> None:
    recording = faulted(home(), 1)
    assert loads(dumps(recording), file="a.ndjson") == recording


def test_a_second_try_long_after_the_first_has_the_time_of_the_first() -> None:
    story = Story().step().show("/")
    beacon = next(record for record in story.records if isinstance(record, Beacon))
    story.records[story.records.index(beacon)] = replace(beacon, status=503, fault="503")
    story.dwell(600).request(beacon.body)
    assert verdict(story.tale(), STEP) == []


def test_what_is_expected_behind_faults_is_not_waited_for_before_they_are_set() -> None:
    steps = scenario("- arrive\n- faults: {collector: 503}\n- home\n- faults: off\n- expect: {order_success: {}}\n")
    story = Story().step().show("/")
    story.add(FaultsSet(number=2, at=0.0, faults="collector: 503"))
    story.step(3).show("/")
    assert is_satisfied(story.tale(), steps, get())
    story.add(FaultsSet(number=4, at=0.0, faults=""))
    assert not is_satisfied(story.tale(), steps, get())


def test_a_clock_that_stands_still_goes_on_only_as_it_is_moved_on() -> None:
    story = Story().step().show("/")
    stopped_at = story.now
    story.add(FaultsSet(number=2, at=story.now, faults="clock: stands still", stops_clock=True))
    story.now += 600
    story.step(3).dwell(1769).step(4).show("/cart", "cart")
    _first, _wait, step = build_timeline(story.tale(), get().read).steps
    assert step.pages[0].at == stopped_at + 30 + 1769
    assert step.arrivals[0].clock_to == stopped_at + 30 + 1769


def test_where_no_cookies_are_kept_each_page_may_tell_of_a_visit() -> None:
    for starts in (True, False):
        story = Story()
        story.add(FaultsSet(number=1, at=story.now, faults="lacks: cookies", cookies_blocked=True))
        story.step(2).show("/").step(3).show("/cart", "cart", starts_visit=starts)
        assert verdict(story.tale(), "- faults: {lacks: cookies}\n- arrive\n- cart\n") == []


def test_what_was_held_up_has_the_time_of_its_page() -> None:
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


def test_what_no_picture_carries_was_not_to_be_sent_by_a_browser_that_has_nothing_else() -> None:
    story = Story()
    story.add(FaultsSet(number=1, at=story.now, faults="lacks: all", images_only=True))
    story.step(2).show("/cart", "cart", changes=[IN_CART])
    [finding] = verdict(story.tale(), "- faults: {lacks: [fetch, sendBeacon, XMLHttpRequest]}\n- arrive\n")
    assert finding.code == "transport-unavailable"
    assert finding.message.startswith("add_item_to_cart was due and could not be sent")
