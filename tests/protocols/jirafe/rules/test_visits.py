"""At which page views a visit starts (facts, section 2; errata 21)."""

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


def test_a_page_of_the_store_goes_on_with_it() -> None:
    assert starts(arrived().step().show("/cart", "cart", referrer=f"{STORE}/")) == [True, False]


@pytest.mark.parametrize(("idle", "expected"), [(29 * 60 + 59, False), (30 * 60 + 1, True)])
def test_thirty_minutes_without_activity_end_a_visit(idle: float, expected: bool) -> None:
    story = arrived()
    story.dwell(idle - 30 - 0.31)  # the shopper dwelt for 30 s already, and loading takes 0.31 s
    assert starts(story.step().show("/cart", "cart", referrer=f"{STORE}/")) == [True, expected]


@pytest.mark.parametrize("dwells", [1, 2, 10])
def test_how_often_the_page_was_looked_at_does_not_matter(dwells: int) -> None:
    story = Story().step()
    for _ in range(dwells):
        story.show("/")
    story.dwell(1790 - 30)
    assert starts(story.step().show("/cart", "cart"))[-1] is False


def test_what_a_page_sends_keeps_its_visit_running() -> None:
    story = arrived().dwell(1500).step().send({"event_type": "funnel"}).dwell(1500)
    assert starts(story.step().show("/cart", "cart")) == [True, False]


def test_an_idle_half_hour_ends_a_visit_on_the_way_back_from_paying_too() -> None:
    story = arrived(payment_hosts=("pay.test",)).dwell(1800)
    assert starts(story.step().show("/cart", "cart", referrer="https://pay.test/")) == [True, True]


def test_another_site_starts_a_visit() -> None:
    assert starts(arrived().step().show("/", referrer=GOOGLE)) == [True, True]


@pytest.mark.parametrize("navigation", ["reload", "back_forward", "restore"])
def test_a_landing_page_loaded_again_or_come_back_to_starts_none(navigation: str) -> None:
    story = arrived(referrer=GOOGLE).step().show("/cart", "cart", referrer=f"{STORE}/")
    assert starts(story.step().show("/", referrer=GOOGLE, navigation=navigation)) == [True, False, False]


def test_a_payment_host_is_no_other_site() -> None:
    story = arrived(payment_hosts=("pay.test",)).step().show("/receipt", "order_success", referrer="https://pay.test/")
    assert starts(story) == [True, False]


def types(story: Story) -> tuple[str, ...]:
    return visited_pages(build_timeline(story.tale(), get().read))[-1].referrer_types


def test_a_policy_that_leaves_the_origin_means_the_page_that_the_tab_showed_before() -> None:
    story = arrived().step().show("/cart", "cart", referrer=f"{STORE}/a").step().show("/x", referrer=f"{STORE}/")
    assert set(types(story)) == {"cart"}
    assert types(story.step().show("/x", referrer=f"{STORE}/", navigation="reload"))[:1] == ("cart",)


def test_where_no_referrer_is_told_the_page_before_need_not_be_known() -> None:
    assert types(arrived()) == ("*none*",)
    assert types(arrived().step().show("/cart", "cart")) == ("*none*", "homepage", "homepage")
    assert types(arrived().step().show("/cart", "cart", tab=2)) == ("*none*",)


def test_an_address_typed_while_a_visit_runs_starts_none() -> None:
    assert starts(arrived(referrer=GOOGLE).step().show("/about", "other")) == [True, False]


def test_new_attribution_starts_a_visit_and_the_same_does_not() -> None:
    story = arrived(SPRING).step().show("/cart", "cart", referrer=f"{STORE}/")
    story.step().show(SPRING).step().show(SUMMER).step().show(SUMMER, navigation="reload")
    assert starts(story) == [True, False, False, True, False]


def test_no_attribution_is_no_new_attribution() -> None:
    assert starts(arrived(SPRING).step().show("/about", "other").step().show(SPRING)) == [True, False, False]


def test_parameters_of_a_link_within_the_store_are_no_attribution() -> None:
    assert starts(arrived().step().show(SPRING, referrer=f"{STORE}/")) == [True, False]


def test_a_referrer_that_is_no_url_starts_none() -> None:
    assert starts(arrived().step().show("/", referrer="http://[")) == [True, False]


def test_a_page_from_the_browsers_history_has_its_old_entry() -> None:
    story = arrived().step().show("/cart", "cart").step().show("/", navigation="back_forward", served=False)
    pages = visited_pages(build_timeline(story.tale(), get().read))
    assert [page.entry["page"]["type"] for page in pages] == ["homepage", "cart", "homepage"]
    assert [page.is_fresh for page in pages] == [True, True, False]


def test_each_page_knows_its_visits_landing_page() -> None:
    story = arrived().step().show("/cart", "cart").step().show("/about", "other", referrer=GOOGLE)
    pages = visited_pages(build_timeline(story.tale(), get().read))
    assert [(page.visit, page.landing.url) for page in pages] == [
        (1, f"{STORE}/"),
        (1, f"{STORE}/"),
        (2, f"{STORE}/about"),
    ]
