"""The timeline of a recording: the steps of all records, and the times that the page's clock can have shown."""

from dataclasses import replace

import pytest
from support.recordings import START, STORE, Story, beacons, purchase

from harness.protocol import get
from harness.recording.recorder import Recorder
from harness.recording.records import ActionFailed, HostRefused, PageError, PageView, Settled, UrlReplaced
from harness.recording.timeline import StepTimeline, Timeline
from harness.recording.timeline_builder import build_timeline
from harness.urls import plain_url


def timeline(story: Story) -> Timeline:
    return build_timeline(story.tale(), get().read)


def test_each_step_has_its_own_events_pages_and_entries() -> None:
    steps = build_timeline(purchase(), get().read).steps
    assert [len(step.events) for step in steps] == [2, 1, 1, 2, 9]
    assert [len(step.pages) for step in steps] == [1, 1, 1, 1, 4]
    assert [len(step.served) for step in steps] == [1, 1, 1, 1, 4]
    assert [entry["kind"] for entry in steps[3].entries] == ["cart", "page"]


def test_records_after_the_last_step_belong_to_it() -> None:
    story = Story().step().show("/")
    story.add(*story._end()).send({"event_type": "visit"})
    [step] = timeline(story).steps
    assert len(step.events) == 3


def test_records_before_the_first_step_belong_to_none() -> None:
    story = Story().add(HostRefused(host="other.test", port=1)).step()
    assert timeline(story).steps[0].browser.hosts_refused == []


def test_errors_belong_to_their_step() -> None:
    failure = ActionFailed(message="no", place="a:1", url=f"{STORE}/cart")
    story = Story().step().show("/").add(PageError(url="u", message="m"), HostRefused(host="h", port=1), failure)
    [step] = timeline(story).steps
    assert (len(step.browser.errors), len(step.browser.hosts_refused), step.failure) == (1, 1, failure)
    assert step.url == f"{STORE}/cart"


def test_of_two_failures_in_a_step_the_first_is_kept() -> None:
    first, second = (ActionFailed(message=text, place="a:1", url="") for text in ("no button", "the browser failed"))
    [step] = timeline(Story().step().add(first, second)).steps
    assert step.failure is first


def test_a_failure_before_the_first_step_belongs_to_the_journey() -> None:
    failure = ActionFailed(message="no", place="a:1", url="")
    story = Story().add(failure, replace(failure, message="again")).step()
    assert timeline(story).failure is failure
    assert timeline(story).steps[0].failure is None


def test_a_step_without_a_page_has_the_previous_url() -> None:
    story = Story().step().show("/cart", "cart").step()
    assert timeline(story).steps[1].url == f"{STORE}/cart"


def test_a_beacon_belongs_to_the_next_page_or_to_the_shown_one() -> None:
    story = Story().step().show("/").show("/cart", "cart").send({"event_type": "visit"})
    [step] = timeline(story).steps
    assert [step.url_of(beacon) for beacon in beacons(story.tale())] == [f"{STORE}/", f"{STORE}/cart", f"{STORE}/cart"]


def windows(step: StepTimeline) -> list[tuple[float, float]]:
    return [(round(one.clock_from - START, 2), round(one.clock_to - START, 2)) for one in step.arrivals]


def test_a_beacon_of_a_page_load_has_a_narrow_window() -> None:
    assert windows(timeline(Story().step().show("/")).steps[0]) == [(0.0, 0.31)]


def test_a_beacon_after_a_wait_may_report_any_moment_since_the_page_appeared() -> None:
    story = Story().step()
    story.page = {"current_url": f"{STORE}/"}
    story.dwell(30).send({"event_type": "visit"})
    assert windows(timeline(story).steps[0]) == [(0.0, 30.01)]


def test_the_window_moves_when_a_page_has_settled() -> None:
    story = Story().step().show("/").show("/cart", "cart")
    first, second = windows(timeline(story).steps[0])
    assert second[0] > first[1]
    assert second == (30.31, 30.62)


def test_a_page_appeared_before_the_wait_on_it() -> None:
    story = Story().step().show("/").dwell(3600).step().show("/cart", "cart")
    shown = [page.at - START for step in timeline(story).steps for page in step.pages]
    assert shown == [pytest.approx(0.31), pytest.approx(3630.62)]


def test_the_ledgers_currency_has_precedence_over_the_targets() -> None:
    assert timeline(Story(currency="CHF").step()).store == {"currency": "CHF"}
    assert timeline(Story(currency="CHF").step().show("/")).store["currency"] == "EUR"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.test/?q=a%20b", "https://a.test/?q=a+b#c", True),
        ("https://a.test/caf%C3%A9", "https://a.test/café", True),
        ("https://a.test/?q=a", "https://a.test/?q=b", False),
        ("http://[", "http://[", True),
    ],
)
def test_urls_of_one_page_are_the_same(one: str, other: str, same: bool) -> None:
    assert (plain_url(one) == plain_url(other)) is same


def test_a_replaced_url_belongs_to_the_page_in_its_tab() -> None:
    story = Story().step().show("/").show("/cart", "cart", tab=2).step()
    story.add(UrlReplaced(url=f"{STORE}/?sort=price", at=story.now, tab=1))
    first, second = timeline(story).steps
    assert [page.addresses for page in first.pages] == [[f"{STORE}/?sort=price"], []]
    assert second.pages == []


def test_a_replaced_url_without_a_page_is_ignored() -> None:
    assert timeline(Story().step().add(UrlReplaced(url=f"{STORE}/", at=START))).steps[0].pages == []


@pytest.mark.parametrize("has_page", [False, True])
def test_an_action_without_a_page_is_recorded_as_settled(has_page: bool) -> None:
    recorder = Recorder(Story().tale().header)
    recorder.begin(1)
    recorder.advance_clock(30)
    if has_page:
        recorder.add(PageView(url=STORE, at=0.0, clock=30))
    recorder.settle()
    recorder.settle()
    assert [record.clock for record in recorder.records if isinstance(record, Settled)] == [30] * (not has_page)
