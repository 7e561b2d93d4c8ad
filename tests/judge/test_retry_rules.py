"""Trying again: not in spite of a refusal, not too soon, not for ever; and what faults held up arrives when they are over."""

from dataclasses import replace
from typing import Any

from support.recordings import Story, codes, verdict

from harness.events import Beacon
from harness.recording.records import BrowserRefused, FaultsSet, Recording

STEP = "- arrive\n"
TWO = "- faults: {blocked: collector}\n- arrive\n- faults: off\n- home\n"
THREE = "- faults: {blocked: collector}\n- arrive\n- faults: off\n- home\n- home\n"


def tried(*tries: tuple[int, str, float]) -> Recording:
    """The home page, whose beacon is tried so: status, fault, and how many seconds pass by the page's clock after it."""
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


def test_what_is_refused_for_good_is_nobodys_loss() -> None:
    assert verdict(tried((400, "400", 0)), STEP) == []
    assert {code for code, _ in codes(tried((503, "503", 0)), STEP)} == {"missing-event"}
    assert {code for code, _ in codes(tried((429, "429", 0)), STEP)} == {"missing-event"}


def test_what_is_refused_for_good_is_not_sent_again() -> None:
    (finding,) = verdict(tried((403, "403", 2), (200, "", 0)), STEP)
    assert (finding.code, finding.evidence.event) == ("needless-retry", "visit")
    assert finding.message == "beacon 1 was refused with 403, and sent again all the same"


def test_a_pause_that_was_asked_for_is_kept() -> None:
    asked = "429 retry after 20 s"
    assert verdict(tried((429, asked, 19.5), (200, "", 0)), STEP) == []
    (finding,) = verdict(tried((429, asked, 3), (200, "", 0)), STEP)
    assert finding.code == "early-retry"
    assert "asked for 20 seconds (Retry-After), and was tried again after 3.0" in finding.message


def test_trying_comes_to_an_end() -> None:
    assert verdict(tried(*[(503, "503", 1)] * 11, (200, "", 0)), STEP) == []
    (finding,) = verdict(tried(*[(503, "503", 1)] * 12, (200, "", 0)), STEP)
    assert finding.code == "endless-retry"
    assert "one request was tried 13 times in 12 seconds" in finding.message


def delayed(*, arrives_in: int, order: bool = True) -> Recording:
    """A page while the collector is cut off, then two pages; what the first sent arrives in that step of the three."""
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


def test_what_was_held_up_arrives_in_time_with_the_next_page() -> None:
    assert verdict(delayed(arrives_in=2), TWO) == []


def test_what_was_held_up_and_comes_later_is_late() -> None:
    assert {code for code, _ in codes(delayed(arrives_in=3), THREE)} >= {"late-event"}


def test_what_was_held_up_comes_before_what_is_new() -> None:
    found = verdict(delayed(arrives_in=2, order=False), TWO)
    assert [finding.code for finding in found] == ["wrong-order"]
    assert "came after what was said later" in found[0].message


def test_a_page_that_cannot_get_the_tracker_owes_nothing() -> None:
    story = Story()
    story.add(FaultsSet(number=1, at=story.now, faults="blocked: script", blocks_tracker=True))
    story.step(2).show("/")
    silent = [record for record in story.records if not isinstance(record, Beacon)]
    recording = replace(story.tale(), records=tuple(silent))
    assert verdict(recording, "- faults: {blocked: script}\n- arrive\n") == []


REFUSED = BrowserRefused(
    url="https://shop.test/", reason="the page's policy (connect-src) forbids https://events.jirafe.com"
)


def test_what_the_browser_kept_back_explains_what_is_missing() -> None:
    story = Story().step().show("/").step().show("/cart", "cart").add(REFUSED)
    last = [record for record in story.records if isinstance(record, Beacon)][-1]
    story.records.remove(last)
    first, *others = verdict(story.tale(), "- arrive\n- cart\n")
    assert (first.code, [other.code for other in others]) == ("browser-refused", ["missing-event"])
    assert "the page's policy (connect-src) forbids https://events.jirafe.com" in first.message


def test_what_the_browser_kept_back_and_came_another_way_is_no_finding() -> None:
    assert verdict(Story().step().show("/").add(REFUSED).tale(), STEP) == []


def test_silence_is_explained_by_what_the_browser_kept_back() -> None:
    story = Story().step().show("/").add(REFUSED)
    silent = [record for record in story.records if not isinstance(record, Beacon)]
    found = verdict(replace(story.tale(), records=tuple(silent)), STEP)
    assert [finding.code for finding in found] == ["tracker-silent", "browser-refused"]
    assert "as the browser refused: the page's policy" in found[0].message
