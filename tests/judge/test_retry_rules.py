"""Retries: none after a refusal, none too soon, a limited number; and delayed beacons arrive when the faults end."""

from dataclasses import replace
from typing import Any

from support.recordings import Story, codes, verdict

from harness.events import Beacon
from harness.recording.records import BrowserRefused, FaultsSet, Recording

STEP = "- arrive\n"
TWO = "- faults: {blocked: collector}\n- arrive\n- faults: off\n- home\n"
THREE = "- faults: {blocked: collector}\n- arrive\n- faults: off\n- home\n- home\n"


def tried(*tries: tuple[int, str, float]) -> Recording:
    """The home page with these attempts at its beacon: status, fault, and the seconds by the page's clock after it."""
    story = Story().step().show("/")
    at = next(number for number, record in enumerate(story.records) if isinstance(record, Beacon))
    beacon = story.records.pop(at)
    assert isinstance(beacon, Beacon)
    attempts: list[Any] = []
    passed = 0.0
    for number, (status, fault, pause) in enumerate(tries, start=1):
        attempts.append(replace(beacon, number=number, time=beacon.time + passed, status=status, fault=fault))
        passed += pause
    story.records[at:at] = attempts
    return story.tale()


def test_an_event_that_is_refused_for_good_is_not_missing() -> None:
    assert verdict(tried((400, "400", 0)), STEP) == []
    assert {code for code, _ in codes(tried((503, "503", 0)), STEP)} == {"missing-event"}
    assert {code for code, _ in codes(tried((429, "429", 0)), STEP)} == {"missing-event"}


def test_a_retry_after_a_final_refusal_is_a_finding() -> None:
    (finding,) = verdict(tried((403, "403", 2), (200, "", 0)), STEP)
    assert (finding.code, finding.evidence.event) == ("needless-retry", "visit")
    assert finding.message == "beacon 1 was refused with 403 but sent again"


def test_a_retry_before_retry_after_is_a_finding() -> None:
    asked = "429 retry after 20 s"
    assert verdict(tried((429, asked, 19.5), (200, "", 0)), STEP) == []
    (finding,) = verdict(tried((429, asked, 3), (200, "", 0)), STEP)
    assert finding.code == "early-retry"
    assert "requested a pause of 20 s (Retry-After), but the retry came after 3.0 s" in finding.message


def test_endless_retries_are_a_finding() -> None:
    assert verdict(tried(*[(503, "503", 1)] * 11, (200, "", 0)), STEP) == []
    (finding,) = verdict(tried(*[(503, "503", 1)] * 12, (200, "", 0)), STEP)
    assert finding.code == "endless-retry"
    assert "one request was tried 13 times in 12 seconds" in finding.message


def delayed(*, arrives_in: int, order: bool = True) -> Recording:
    """A page while the collector is blocked, then two pages; the first page's beacon arrives in that step of the three."""
    story = Story()
    story.add(FaultsSet(number=1, at=story.now, faults="blocked: collector", delays=True))
    story.step(2).show("/")
    at = next(number for number, record in enumerate(story.records) if isinstance(record, Beacon))
    first = story.records.pop(at)
    assert isinstance(first, Beacon)
    for number in (4, 5)[: 2 if arrives_in == 3 else 1]:
        if number == 4:
            story.add(FaultsSet(number=3, at=story.now, faults=""))
        story.step(number)
        is_due = number == {2: 4, 3: 5}[arrives_in]
        if is_due and order:
            story.add(replace(first, time=story.now, number=50))
        story.show("/")
        if is_due and not order:
            story.add(replace(first, time=story.now, number=50))
    return story.tale()


def test_a_delayed_beacon_in_the_next_step_is_in_time() -> None:
    assert verdict(delayed(arrives_in=2), TWO) == []


def test_a_delayed_beacon_in_a_later_step_is_late() -> None:
    assert {code for code, _ in codes(delayed(arrives_in=3), THREE)} >= {"late-event"}


def test_a_delayed_beacon_after_a_new_one_is_in_the_wrong_order() -> None:
    found = verdict(delayed(arrives_in=2, order=False), TWO)
    assert [finding.code for finding in found] == ["wrong-order"]
    assert "beacon 50 (2027-01-15T08:00:00.300Z) arrived after the newer beacon 2" in found[0].message


def test_without_the_tracker_no_event_is_expected() -> None:
    story = Story()
    story.add(FaultsSet(number=1, at=story.now, faults="blocked: script", blocks_tracker=True))
    story.step(2).show("/")
    silent = [record for record in story.records if not isinstance(record, Beacon)]
    recording = replace(story.tale(), records=tuple(silent))
    assert verdict(recording, "- faults: {blocked: script}\n- arrive\n") == []


REFUSED = BrowserRefused(
    url="https://shop.test/", reason="the page's policy (connect-src) forbids https://events.jirafe.com"
)


def test_a_browser_refusal_explains_a_missing_event() -> None:
    story = Story().step().show("/").step().show("/cart", "cart").add(REFUSED)
    last = [record for record in story.records if isinstance(record, Beacon)][-1]
    story.records.remove(last)
    first, *others = verdict(story.tale(), "- arrive\n- cart\n")
    assert (first.code, [other.code for other in others]) == ("browser-refused", ["missing-event"])
    assert "connect-src in the page's Content-Security-Policy does not allow https://events.jirafe.com" in first.message


def test_a_browser_refusal_without_a_missing_event_is_no_finding() -> None:
    assert verdict(Story().step().show("/").add(REFUSED).tale(), STEP) == []


def test_a_browser_refusal_explains_the_silence() -> None:
    story = Story().step().show("/").add(REFUSED)
    silent = [record for record in story.records if not isinstance(record, Beacon)]
    found = verdict(replace(story.tale(), records=tuple(silent)), STEP)
    assert [finding.code for finding in found] == ["tracker-silent", "browser-refused"]
    assert (
        "but sent nothing; the browser blocked a request: connect-src in the page's Content-Security-Policy"
        in found[0].message
    )
