"""The single-page theme: the same pages, fetched and displayed by a script."""

import re

import pytest
from support.store_client import CART, SMALL, shopping, store

PRODUCT = "/fakewww/products/1/index.html"
FETCHED = {"Sec-Fetch-Dest": "empty", "X-Fakewww-Page": "yes"}


def plain(html: str) -> str:
    """The page without scripts."""
    return re.sub(r"\s*<script.*?</script>", "", html, flags=re.DOTALL)


async def test_both_themes_have_the_same_pages():
    pages = []
    for theme in ("classic", "spa"):
        async with shopping(theme=theme) as shopper:
            pages.append([plain((await shopper.get(path)).html) for path in ("/", PRODUCT, CART)])
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("theme", "served"), [("classic", 1), ("spa", 2)])
async def test_a_page_fetched_by_the_theme_is_in_the_ledger_and_reports_changes_once(theme: str, served: int):
    async with shopping(theme=theme) as shopper:
        await shopper.post(PRODUCT, {"sku": SMALL, "quantity": "1"}, allow_redirects=False)
        await shopper.get(CART, headers=FETCHED)
        functions = (await shopper.get(CART)).functions
        ledger = await shopper.http.get("/ledger.json")
        pages = [entry for entry in (await ledger.json())["entries"] if entry["kind"] == "page"]
        assert len(pages) == served
        assert functions == (["pageview"] if theme == "spa" else ["cart.add", "pageview"])


async def test_the_variant_in_the_address_is_selected(visitor):
    html = (await visitor().get("/fakewww/products/15/index.html?sku=BLUE-SUEDE-41")).html
    assert re.findall(r'<option value="([^"]*)" selected>', html) == ["BLUE-SUEDE-41"]


@pytest.mark.parametrize(("kept", "cache_control"), [(False, "no-store"), (True, "no-cache")])
async def test_browsers_may_restore_pages_only_with_the_option(kept: bool, cache_control: str):
    async with store(kept=kept) as visitor:
        assert (await visitor().get(PRODUCT)).headers["Cache-Control"] == cache_control
