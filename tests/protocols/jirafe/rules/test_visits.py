"""The page views that start a visit (facts, section 2; errata 21)."""

import pytest
from support.recordings import STORE, Story

from harness.protocol import get
from harness.protocols.jirafe.rules.visits import visited_pages
from harness.recording.timeline_builder import build_timeline

GOOGLE = "https://www.google.com/"
SPRING = "/?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
SUMMER = SPRING.replace("spring", "summer")


def starts(story: Story) -> list[bool]:
    return [page.starts_visit for page in visited_pages(build_timeline(story.tale(), get().read))]


def arrived(path: str = "/", referrer: str = "", **options: tuple[str, ...]) -> Story:
    return Story(payment_hosts=options.get("payment_hosts", ())).step().show(path, referrer=referrer)


def test_the_first_page_starts_a_visit() -> None:
    assert starts(arrived()) == [True]


def test_a_page_of_the_store_continues_the_visit() -> None:
    assert starts(arrived().step().show("/cart", "cart", referrer=f"{STORE}/")) == [True, False]


@pytest.mark.parametrize(("idle", "expected"), [(29 * 60 + 59, False), (30 * 60 + 1, True)])
def test_thirty_minutes_without_activity_end_a_visit(idle: float, expected: bool) -> None:
    story = arrived()
    story.dwell(idle - 30 - 0.31)  # the shopper dwelt for 30 s already, and loading takes 0.31 s
    assert starts(story.step().show("/cart", "cart", referrer=f"{STORE}/")) == [True, expected]


@pytest.mark.parametrize("dwells", [1, 2, 10])
def test_the_number_of_waits_does_not_end_a_visit(dwells: int) -> None:
    story = Story().step()
    for _ in range(dwells):
        story.show("/")
    story.dwell(1790 - 30)
    assert starts(story.step().show("/cart", "cart"))[-1] is False


@pytest.mark.parametrize(("idle", "expected"), [(1799, False), (1801, True)])
@pytest.mark.parametrize("clicks", [0, 1, 3])
def test_actions_that_lead_nowhere_do_not_shift_the_half_hour(clicks: int, idle: float, expected: bool) -> None:
    story = arrived().step()
    for _ in range(clicks):
        story.dwell(30).settle()
    story.show("/lamps", "category").dwell(idle - 30 - 0.31)
    assert starts(story.step().show("/")) == [True, False, expected]


@pytest.mark.parametrize(("idle", "expected"), [(1799, False), (1801, True)])
def test_an_event_after_an_action_that_led_nowhere_keeps_the_visit_from_its_own_time_on(
    idle: float, expected: bool
) -> None:
    story = arrived().step().dwell(30).settle().dwell(30).settle().send({"event_type": "funnel"})
    story.dwell(idle - 0.31)
    assert starts(story.step().show("/")) == [True, expected]


def test_beacons_keep_a_visit_running() -> None:
    story = arrived().dwell(1500).step().send({"event_type": "funnel"}).dwell(1500)
    assert starts(story.step().show("/cart", "cart")) == [True, False]


def test_an_idle_half_hour_ends_a_visit_also_after_the_payment() -> None:
    story = arrived(payment_hosts=("pay.test",)).dwell(1800)
    assert starts(story.step().show("/cart", "cart", referrer="https://pay.test/")) == [True, True]


def test_another_site_starts_a_visit() -> None:
    assert starts(arrived().step().show("/", referrer=GOOGLE)) == [True, True]


@pytest.mark.parametrize("navigation", ["reload", "back_forward", "restore"])
def test_a_repeated_landing_page_starts_no_visit(navigation: str) -> None:
    story = arrived(referrer=GOOGLE).step().show("/cart", "cart", referrer=f"{STORE}/")
    assert starts(story.step().show("/", referrer=GOOGLE, navigation=navigation)) == [True, False, False]


def test_a_payment_host_belongs_to_the_store() -> None:
    story = arrived(payment_hosts=("pay.test",)).step().show("/receipt", "order_success", referrer="https://pay.test/")
    assert starts(story) == [True, False]


def types(story: Story) -> tuple[str, ...]:
    return visited_pages(build_timeline(story.tale(), get().read))[-1].referrer_types


def test_a_referrer_reduced_to_its_origin_is_the_tabs_previous_page() -> None:
    story = arrived().step().show("/cart", "cart", referrer=f"{STORE}/a").step().show("/x", referrer=f"{STORE}/")
    assert set(types(story)) == {"cart"}
    assert types(story.step().show("/x", referrer=f"{STORE}/", navigation="reload"))[:1] == ("cart",)


def test_without_a_referrer_the_type_may_be_none() -> None:
    assert types(arrived()) == ("*none*",)
    assert types(arrived().step().show("/cart", "cart")) == ("*none*", "homepage", "homepage")
    assert types(arrived().step().show("/cart", "cart", tab=2)) == ("*none*",)


def test_a_typed_url_starts_no_visit_while_one_runs() -> None:
    assert starts(arrived(referrer=GOOGLE).step().show("/about", "other")) == [True, False]


def test_new_attribution_starts_a_visit_and_the_same_does_not() -> None:
    story = arrived(SPRING).step().show("/cart", "cart", referrer=f"{STORE}/")
    story.step().show(SPRING).step().show(SUMMER).step().show(SUMMER, navigation="reload")
    assert starts(story) == [True, False, False, True, False]


def test_absent_attribution_starts_no_visit() -> None:
    assert starts(arrived(SPRING).step().show("/about", "other").step().show(SPRING)) == [True, False, False]


def test_campaign_parameters_of_a_link_within_the_store_start_no_visit() -> None:
    assert starts(arrived().step().show(SPRING, referrer=f"{STORE}/")) == [True, False]


def test_an_invalid_referrer_starts_no_visit() -> None:
    assert starts(arrived().step().show("/", referrer="http://[")) == [True, False]


def test_a_page_from_the_browsers_history_keeps_its_ledger_entry() -> None:
    story = arrived().step().show("/cart", "cart").step().show("/", navigation="back_forward", served=False)
    pages = visited_pages(build_timeline(story.tale(), get().read))
    assert [page.entry["page"]["type"] for page in pages] == ["homepage", "cart", "homepage"]
    assert [page.is_fresh for page in pages] == [True, True, False]


def test_each_page_has_the_landing_page_of_its_visit() -> None:
    story = arrived().step().show("/cart", "cart").step().show("/about", "other", referrer=GOOGLE)
    pages = visited_pages(build_timeline(story.tale(), get().read))
    assert [(page.visit, page.landing.url) for page in pages] == [
        (1, f"{STORE}/"),
        (1, f"{STORE}/"),
        (2, f"{STORE}/about"),
    ]
