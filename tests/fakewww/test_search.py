"""Search: results, tracker calls, and unusual keywords."""

import re
from html import unescape

import pytest
from support.store_client import store

from fakewww.catalogue import load

SEARCH = "/fakewww/search/index.html"


@pytest.mark.parametrize(
    ("number", "shown"), [("2", 2), ("0", 1), ("x", 1), ("-3", 1), ("", 1), ("999", "last"), ("9" * 5000, 1)]
)
async def test_an_invalid_page_number_selects_an_existing_page(number, shown):
    found = len(load().search("the"))
    last = -(-found // 12)
    assert last > 2

    async with store() as visitor:
        page = await visitor().get(SEARCH, params={"q": "the", "page": number})
        search = page.call("pageview")["search"]
        assert search == {"keyword": "the", "page": last if shown == "last" else shown, "total_results": found}


@pytest.mark.parametrize(
    "words", ["tumbler", "</script><script>alert(1)</script>", "Gießkanne", "急須", "🦆", "\"'<>&", "zzzz", "a\\nb"]
)
async def test_the_keyword_reaches_tracker_and_ledger_as_it_was_typed(shopper, words):
    page = await shopper.get(SEARCH, params={"q": words})
    (entry,) = await shopper.entries("page")
    found = len(load().search(words))
    assert page.call("pageview")["search"] == {"keyword": words, "page": 1, "total_results": found}
    assert entry["search"] == {"keyword": words, "page": 1, "results": found}
    assert "<script>alert" not in page.html
    assert unescape(re.findall("<title>(.*?)</title>", page.html)[0]) == entry["page"]["title"]


async def test_the_product_with_exactly_that_name_comes_first(visitor):
    page = await visitor().get(SEARCH, params={"q": "tumbler"})
    assert re.findall(r"<h3><a[^>]*>(.*?)</a>", page.html)[0] == "Tumbler"


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=%00"])
async def test_an_empty_search_is_no_search_page(visitor, query):
    page = await visitor().get(SEARCH + query)
    assert page.status == 200
    assert page.call("pageview")["type"] == "other"
    assert "What are you looking for?" in page.html


async def test_a_search_without_results_reports_it(visitor):
    page = await visitor().get(SEARCH + "?q=zzzz")
    assert page.call("pageview")["search"]["total_results"] == 0
    assert "No results for “zzzz”" in page.html
