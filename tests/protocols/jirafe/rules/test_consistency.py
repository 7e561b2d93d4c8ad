"""Wrappers compared with their pages: page, visit, cookies, clock and currency."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.recordings import ADDED, LINE, STORE, Story, Wrapper, purchase, put, rewritten, shifted

from harness.findings import Finding
from harness.protocol import get
from harness.protocols.jirafe.rules.consistency import consistency_findings
from harness.recording.records import ActionFailed, FaultsSet, PageView, Recording, UrlReplaced
from harness.recording.timeline_builder import build_timeline

GOOGLE = "https://www.google.com/"


def findings(recording: Recording) -> list[Finding]:
    return list(consistency_findings(build_timeline(recording, get().read)))


def summary(story: Story, change: Callable[[Wrapper], Any] = lambda _wrapper: None) -> list[tuple[str, str, int]]:
    """Code, pointer and beacon of each finding."""
    found = findings(rewritten(story.tale(), change))
    return [(finding.code, finding.place, finding.evidence.beacon) for finding in found]


def only(number: int, change: Callable[[Wrapper], Any]) -> Callable[[Wrapper], Any]:
    """A change that applies only to the wrapper of that number."""
    numbers = iter(range(1, 100))
    return lambda wrapper: change(wrapper) if next(numbers) == number else None


def visited() -> Story:
    """Two pages of one visit, and one page of the next."""
    story = Story().step().show("/", referrer=GOOGLE).step().show("/cart", "cart", referrer=f"{STORE}/")
    return story.step().show("/", referrer=GOOGLE, starts_visit=True)


def test_consistent_wrappers_have_no_finding() -> None:
    assert findings(purchase()) == []
    assert summary(visited()) == []


@pytest.mark.parametrize("field", ["current_title", "referrer_url", "current_url"])
def test_a_page_field_that_differs_from_the_browser_is_wrong(field: str) -> None:
    assert summary(visited(), only(2, put("page", field, to="x"))) == [("wrong-value", f"/page/{field}", 2)]


def test_a_page_type_that_differs_from_the_ledger_is_wrong() -> None:
    def change(wrapper: Wrapper) -> None:
        wrapper["page"]["current_type"] = "other"

    assert summary(visited(), only(2, change)) == [("wrong-value", "/page/current_type", 2)]


def test_a_wrong_type_in_the_pageview_too_is_not_reported_twice() -> None:
    def change(wrapper: Wrapper) -> None:
        wrapper["page"]["current_type"] = wrapper["data"][0]["page_type"] = "other"

    assert summary(visited(), only(2, change)) == []


def test_a_beacon_may_name_the_previous_page_of_any_tab() -> None:
    story = Story().step().show("/").step().show("/cart", "cart", tab=2).step().show("/about", "other", tab=2)
    assert summary(story, only(3, put("page", to={"current_url": f"{STORE}/"}))) == []
    assert summary(story, only(3, put("page", to={"current_url": f"{STORE}/cart"}))) == []


def delayed_story(*, waits: int) -> Story:
    """The collector is blocked on the product's page; its event arrives when another page is shown, `waits` steps later."""
    story = Story().step().show("/old", "other").step().show("/lamp", "product")
    story.add(FaultsSet(number=3, at=story.now, faults="blocked: collector", delays=True))
    for _ in range(waits):
        story.step().show("/", "homepage")
    story.step().show("/about", "other")
    story.add(FaultsSet(number=9, at=story.now, faults=""))
    return story.step().show("/cart", "cart")


@pytest.mark.parametrize("waits", [0, 1, 2])
@pytest.mark.parametrize(("path", "found"), [("/lamp", 0), ("/about", 0), ("/cart", 0), ("/old", 1)])
def test_a_delayed_beacon_may_come_from_each_page_since_the_delay_began(path: str, found: int, waits: int) -> None:
    story = delayed_story(waits=waits)
    story.page = {"current_url": f"{STORE}{path}"}
    story.title = f"The {'product' if path == '/lamp' else 'cart' if path == '/cart' else 'other'} page"
    story.send(ADDED)
    assert [pointer for _code, pointer, _beacon in summary(story)] == ["/page/current_url"] * found


def test_after_the_recovery_a_beacon_of_an_earlier_page_is_wrong() -> None:
    story = delayed_story(waits=0).step().show("/", "homepage")
    story.page = {"current_url": f"{STORE}/lamp"}
    story.send(ADDED)
    assert [pointer for _code, pointer, _beacon in summary(story)] == ["/page/current_url"]


def test_an_absent_field_is_not_wrong() -> None:
    assert summary(visited(), put("page", to={})) == []
    assert summary(visited(), put("visit", to={})) == []
    assert summary(visited(), put("timestamp", to=None)) == []


def schema_shaped(wrapper: Wrapper) -> None:
    """Give the page the schema's shape, without a URL (errata 7)."""
    wrapper["page"] = {"page_type": wrapper["page"]["current_type"], "event_type": "pageview"}


def other_visits() -> Callable[[Wrapper], None]:
    """A different visit, visitor and landing page in each wrapper."""
    numbers = iter(range(100, 200))

    def change(wrapper: Wrapper) -> None:
        number = next(numbers)
        wrapper["visit"] |= {"id": str(number), "visitor": f"1{number}", "landing_url": f"{STORE}/{number}"}

    return change


def combined(*changes: Callable[[Wrapper], Any]) -> Callable[[Wrapper], None]:
    def change(wrapper: Wrapper) -> None:
        for one in changes:
            one(wrapper)

    return change


WITHOUT_A_PLACE = {
    "no URL": schema_shaped,
    "no page": lambda wrapper: wrapper.pop("page"),
    "a wrong URL": put("page", "current_url", to=f"{STORE}/about"),
}


@pytest.mark.parametrize("shape", WITHOUT_A_PLACE.values(), ids=WITHOUT_A_PLACE)
def test_a_wrapper_without_a_page_is_compared_with_the_visit_of_the_page_on_screen(shape: Callable[..., Any]) -> None:
    found = summary(visited(), combined(shape, other_visits()))
    assert [item for item in found if item[1].startswith("/visit")] == [
        ("wrong-value", "/visit/landing_url", 1),
        ("wrong-value", "/visit/id", 1),
        ("wrong-value", "/visit/visitor", 1),
        ("visit-changed", "/visit/id", 2),
        ("wrong-value", "/visit/visitor", 2),
        ("wrong-value", "/visit/visitor", 3),
        ("wrong-value", "/visit/landing_url", 3),
        ("wrong-value", "/visit/id", 3),
    ]


def test_a_consistent_tracker_without_page_urls_has_no_finding() -> None:
    assert summary(visited(), schema_shaped) == []
    assert findings(rewritten(purchase(), schema_shaped)) == []


def test_a_title_without_a_url_may_be_that_of_the_previous_page() -> None:
    assert summary(visited(), only(2, put("page", to={"current_title": "The homepage page"}))) == []
    assert summary(visited(), only(2, put("page", to={"current_title": "x"}))) == [
        ("wrong-value", "/page/current_title", 2)
    ]


def test_in_a_failed_step_a_wrapper_may_come_from_an_unrecorded_page() -> None:
    story = Story().step().show("/").step().send({"event_type": "funnel"})
    story.add(ActionFailed(message="no", place="a:1", url=""))
    assert summary(story, only(2, combined(schema_shaped, other_visits()))) == []


@pytest.mark.parametrize("field", ["visitor", "landing_url", "referrer_url", "user_agent"])
def test_a_visit_field_that_changes_within_the_visit_is_a_finding(field: str) -> None:
    assert summary(visited(), only(2, put("visit", field, to="x"))) == [("visit-changed", f"/visit/{field}", 2)]


def test_with_another_visit_id_the_other_changes_are_not_reported() -> None:
    change = only(2, put("visit", to={"id": "1", "visitor": "2", "landing_url": "3"}))
    codes = [(code, place) for code, place, _beacon in summary(visited(), change)]
    assert codes == [("visit-changed", "/visit/id"), ("wrong-value", "/visit/visitor")]


@pytest.mark.parametrize(
    ("field", "value"), [("landing_url", f"{STORE}/cart"), ("referrer_url", ""), ("visitor", "5"), ("id", "4")]
)
def test_the_first_wrapper_of_a_visit_is_compared_with_its_landing_page_and_cookies(field: str, value: str) -> None:
    assert summary(visited(), only(3, put("visit", field, to=value))) == [("wrong-value", f"/visit/{field}", 3)]


def test_a_surplus_visit_event_with_another_visitor_is_a_finding() -> None:
    def change(wrapper: Wrapper) -> None:
        wrapper["data"] = [{"event_type": "visit"}, *wrapper["data"]]
        wrapper["visit"] = {**wrapper["visit"], "id": "5", "visitor": "6"}

    assert summary(visited(), only(2, change)) == [("visit-changed", "/visit/visitor", 2)]


def test_a_new_visit_with_an_old_id_is_a_finding() -> None:
    assert summary(visited(), only(3, put("visit", "id", to="9001"))) == [("visit-changed", "/visit/id", 3)]


def test_without_a_visit_event_the_values_of_the_visit_are_not_reported() -> None:
    def change(wrapper: Wrapper) -> None:
        wrapper["data"] = wrapper["data"][1:]
        wrapper["visit"] = {"id": "9001", "visitor": "77", "landing_url": f"{STORE}/", "referrer_url": GOOGLE}

    assert [place for _code, place, _beacon in summary(visited(), only(3, change))] == ["/visit/id"]


def test_after_a_surplus_visit_event_the_visit_is_not_checked() -> None:
    def restart(wrapper: Wrapper) -> None:
        wrapper["data"].insert(0, {"event_type": "visit"})
        wrapper["visit"] |= {"id": "8", "landing_url": "x"}

    story = Story().step().show("/").step().show("/cart", "cart").step().show("/about", "other")
    assert summary(story, only(2, restart)) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_swapped_ids_are_reported_on_every_page(number: int) -> None:
    def swap(wrapper: Wrapper) -> None:
        visit = wrapper["visit"]
        visit["id"], visit["visitor"] = visit["visitor"], visit["id"]

    assert summary(visited(), only(number, swap)) == [("swapped-ids", "/visit/id", number)]


def test_swapped_ids_are_found_without_cookies_by_the_previous_wrapper() -> None:
    story = Story().step().show("/", observed=False).show("/cart", "cart", observed=False)
    swapped = only(2, put("visit", to={"id": "77", "visitor": "9001"}))
    assert summary(story, swapped) == [("swapped-ids", "/visit/id", 2)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.5, None),
        (6, "6.0 seconds too late"),
        (-6, "5.7 seconds too early"),
        (7200, "2 hours too late"),
        (-600, "10 minutes too early"),
        (-3 * 86_400, "3 days too early"),
    ],
)
def test_a_timestamp_more_than_five_seconds_off_is_a_finding(seconds: float, words: str | None) -> None:
    found = findings(rewritten(Story().step().show("/").tale(), shifted(seconds)))
    assert [words in finding.message for finding in found if words] == ([True] if words else [])
    assert len(found) == (1 if words else 0)


@pytest.mark.parametrize("at", [0, 15, 30])
def test_an_event_after_a_wait_may_have_any_time_within_it(at: float) -> None:
    story = Story().step().show("/").step().dwell(30)
    story.send({"event_type": "funnel"})
    assert summary(story, only(2, shifted(at - 30))) == []


@pytest.mark.parametrize("value", ["", "now", "2013-13-01T00:00:00Z", 5, {}, "0001-01-01T00:00:00+14:00"])
def test_an_invalid_timestamp_raises_no_exception(value: object) -> None:
    found = summary(Story().step().show("/"), put("timestamp", to=value))
    assert [code for code, _place, _beacon in found] in ([], ["clock-skew"])


@pytest.mark.parametrize("event", ["add_item_to_cart", "remove_item_from_cart", "edit_cart"])
def test_a_line_item_in_another_currency_than_the_stores_is_wrong(event: str) -> None:
    story = Story().step().show("/").send({**ADDED, "event_type": event, "line_item": {**LINE, "currency": "USD"}})
    [finding] = findings(story.tale())
    assert finding.message == f'{event}: line_item.currency is "USD"; expected "EUR" (the store\'s currency)'
    assert (finding.evidence.event, finding.place) == (event, "/data/0/line_item/currency")


def test_without_a_known_currency_any_currency_is_accepted() -> None:
    line = {**LINE, "currency": "USD"}
    assert summary(Story(ledger=False).step().show("/").send({**ADDED, "line_item": line})) == []


def sorted_by_price(*, address: str) -> Story:
    """A page that changes its URL, then an event with the URL of this address."""
    story = Story().step().show("/").step()
    story.add(UrlReplaced(url=f"{STORE}/?sort=price", at=story.now))
    story.page = {**story.page, "current_url": STORE + address}
    return story.send(ADDED)


@pytest.mark.parametrize(("address", "found"), [("/", 0), ("/?sort=price", 0), ("/?sort=name", 1)])
def test_a_page_with_a_changed_url_may_have_either_url(address: str, found: int) -> None:
    assert len(summary(sorted_by_price(address=address))) == found


@pytest.mark.parametrize(("referrer", "found"), [("/", 0), ("/?sort=price", 0), ("/?sort=name", 1)])
def test_a_referrer_may_be_the_first_or_the_last_url_of_the_previous_page(referrer: str, found: int) -> None:
    story = Story().step().show("/").step().show("/cart", "cart", referrer=f"{STORE}/", navigation="push")
    records = [
        replace(record, left=f"{STORE}/?sort=price")
        if isinstance(record, PageView) and record.navigation == "push"
        else record
        for record in story.records
    ]
    story.records = records
    assert len(summary(story, only(2, put("page", "referrer_url", to=STORE + referrer)))) == found


@pytest.mark.parametrize(("navigation", "found"), [("navigate", 1), ("restore", 0)])
def test_a_visit_on_a_restored_page_needs_no_referrer(navigation: str, found: int) -> None:
    story = Story().step().show("/", referrer=GOOGLE).step().dwell(3600)
    story.step().show("/", referrer=GOOGLE, navigation=navigation, starts_visit=True)
    assert len(summary(story, only(2, put("visit", "referrer_url", to="")))) == found
