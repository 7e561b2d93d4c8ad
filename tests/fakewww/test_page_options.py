"""Options of pages: a second host name, frames, a referrer policy, a service worker."""

import pytest
from support.store_client import CART, SMALL, shopping, store

PRODUCT = "/fakewww/products/1/index.html"
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
PASSED_ON = {"Sec-Fetch-Dest": "empty", "Accept": "text/html,*/*"}


async def test_the_outlet_is_the_same_store_and_links_back():
    async with store(outlet=True) as visitor:
        there = await visitor().get(CART, headers={"Host": "shop.test"})
        back = await visitor().get(CART, headers={"Host": "outlet.shop.test"})
    assert 'href="http://outlet.shop.test/fakewww/index.html"' in there.html
    assert 'href="http://shop.test/fakewww/index.html"' in back.html
    assert "Domain=shop.test;" in there.headers["Set-Cookie"]
    assert "Domain=shop.test;" in back.headers["Set-Cookie"]


async def test_a_store_without_an_outlet_sets_a_host_only_cookie():
    async with store() as visitor:
        page = await visitor().get(CART)
    assert "Domain" not in page.headers["Set-Cookie"]
    assert "outlet" not in page.html


async def test_a_framed_page_is_not_in_the_ledger_and_has_no_frames():
    async with shopping(frames=True) as shopper:
        assert (await shopper.get(PRODUCT)).html.count("<iframe ") == 2
        assert (await shopper.get("/fakewww/about/index.html", headers=FRAME)).html.count("<iframe ") == 0
        assert len(await shopper.entries("page")) == 1
        await shopper.get(PRODUCT, headers={**FRAME, "Sec-Fetch-Site": "cross-site"})
        assert len(await shopper.entries("page")) == 2


@pytest.mark.parametrize(("referrer", "header"), [("default", None), ("no-referrer", "no-referrer")])
async def test_the_referrer_policy_is_a_header(referrer: str, header: str | None):
    async with store(referrer=referrer) as visitor:
        assert (await visitor().get(PRODUCT)).headers.get("Referrer-Policy") == header


@pytest.mark.parametrize(("worker", "served"), [("off", 1), ("on", 2)])
async def test_a_page_forwarded_by_the_worker_is_in_the_ledger_and_reports_changes_once(worker: str, served: int):
    async with shopping(worker=worker) as shopper:
        await shopper.post(PRODUCT, {"sku": SMALL, "quantity": "1"}, allow_redirects=False)
        assert ("cart.add" in (await shopper.get(CART, headers=PASSED_ON)).functions) == (worker == "on")
        await shopper.get(CART)
        assert len(await shopper.entries("page")) == served
