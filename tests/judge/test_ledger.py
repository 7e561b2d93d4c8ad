"""Verdicts with and without a ledger, and the ledger's pages compared with the browser's."""

import pytest
from support.recordings import STORE, Story, codes, doubled, in_event, on, purchase, rewritten, verdict, without


def test_a_store_without_a_ledger_is_judged_by_its_pages_and_visits() -> None:
    assert verdict(purchase(ledger=False)) == []


@pytest.mark.parametrize("event", ["pageview", "visit", "order_success"])
def test_a_duplicate_is_found_without_a_ledger(event: str) -> None:
    found = codes(rewritten(purchase(ledger=False), doubled(event)))
    assert found == [("duplicate-event", event)]


def test_a_missing_pageview_is_found_without_a_ledger() -> None:
    assert codes(rewritten(purchase(ledger=False), on("/cart", without("pageview")))) == [("missing-event", "pageview")]


def test_without_a_ledger_the_targets_currency_is_expected() -> None:
    recording = rewritten(
        purchase(ledger=False, currency="CHF"), in_event("add_item_to_cart", "line_item", "currency", to="USD")
    )
    [finding] = verdict(recording)
    assert 'line_item.currency is "USD"; expected "CHF"' in finding.message


def test_a_page_that_the_ledger_does_not_contain_is_a_finding() -> None:
    story = Story().step().show("/").step().show("/cart", "cart", served=False)
    [finding] = verdict(story.tale(), "- arrive\n- cart\n")
    assert finding.code == "page-count"
    assert finding.message == f"the browser showed {STORE}/cart; the store's ledger contains no page"


def test_a_page_that_the_browser_did_not_show_is_a_finding() -> None:
    page = {"kind": "page", "page": {"url": f"{STORE}/", "type": "homepage", "title": "", "status": 200}}
    story = Story().step().show("/").tell(page)
    [finding] = verdict(story.tale(), "- arrive\n")
    assert finding.message == f"the browser showed {STORE}/; the store's ledger contains {STORE}/ 2 times"


def test_a_page_shown_from_the_browsers_history_need_not_be_in_the_ledger() -> None:
    story = Story().step().show("/").step().show("/cart", "cart")
    story.step().show("/", navigation="back_forward", served=False)
    assert verdict(story.tale(), "- arrive\n- cart\n- back\n") == []


def test_urls_are_compared_without_fragment_and_spelling() -> None:
    story = Story(ledger=False).step().show("/search?q=caf%C3%A9+au#top", "other")
    url = f"{STORE}/search?q=café%20au"
    story.tell({"kind": "page", "page": {"url": url, "type": "other", "title": "", "status": 200}})
    assert verdict(story.tale(), "- arrive\n") == []


@pytest.mark.parametrize(("navigation", "found"), [("restore", []), ("traverse", []), ("push", ["page-count"])])
def test_a_document_may_cache_a_page_but_a_new_one_is_served(navigation: str, found: list[str]) -> None:
    story = Story().step().show("/").step().show("/cart", "cart", referrer=f"{STORE}/")
    story.step().show("/", referrer=f"{STORE}/cart", navigation=navigation, served=False)
    assert [finding.code for finding in verdict(story.tale(), "- arrive\n- cart\n- back\n")] == found
