"""The pages: types, titles, displayed pages, paging, and the tracker's snippet."""

import asyncio
import json
import re
from html import unescape
from typing import Any

import pytest
from support.store_client import CART, shopping, store

from fakewww.catalogue import load

HOME = "/fakewww/index.html"
SEARCH = "/fakewww/search/index.html"
PAGES = {
    HOME: "homepage",
    "/fakewww/products/2/index.html": "product",
    "/fakewww/categories/2/index.html": "category",
    SEARCH + "?q=lamp": "search",
    CART: "cart",
    "/fakewww/about/index.html": "other",
    "/fakewww/contact/index.html": "other",
    "/fakewww/account/sign-in/index.html": "other",
    "/fakewww/account/sign-up/index.html": "other",
    "/fakewww/account/orders/index.html": "other",
    "/fakewww/nowhere.html": "other",
}


def browser_title(html: str) -> str:
    """`document.title` of the page."""
    return unescape(re.findall("<title>(.*?)</title>", html, re.S)[0])


@pytest.mark.parametrize(("path", "kind"), PAGES.items())
async def test_body_tracker_and_ledger_agree_on_type_title_and_address(shopper, path, kind):
    page = await shopper.get(path)
    (entry,) = await shopper.entries("page")
    assert f'<body data-page-type="{kind}">' in page.html
    assert page.call("pageview")["type"] == kind
    assert entry["page"] == {
        "url": page.url,
        "type": kind,
        "title": browser_title(page.html),
        "status": page.status,
    }


@pytest.mark.parametrize("door", ["/", "/fakewww", "/fakewww/"])
async def test_the_bare_host_leads_to_the_homepage_of_the_published_document(shopper, door):
    assert (await shopper.get(door, allow_redirects=False)).status == 302
    page = await shopper.get(door)
    assert (page.path, browser_title(page.html)) == (HOME, "Beacon Test Index")
    assert len(await shopper.entries("page")) == 1


@pytest.mark.parametrize(
    "path",
    [
        *("/fakewww/products/0/index.html", "/fakewww/categories/x/index.html", "/fakewww/orders/1/success/index.html"),
        *("/fakewww/checkout/bank/index.html", "/elsewhere"),
    ],
)
async def test_a_missing_page_has_its_own_page(visitor, path):
    page = await visitor().get(path)
    assert page.status == 404
    assert "The shop has no page at this address" in page.html


@pytest.mark.parametrize(
    "path", ["/fakewww/pictures/0.svg", "/fakewww/static/none.js", "/robots.txt", "/fakewww/static/../app.py"]
)
async def test_a_missing_file_is_no_page(shopper, path):
    found = await shopper.get(path)
    assert found.status == 404
    assert "<body" not in found.html
    assert await shopper.ledger() == []


@pytest.mark.parametrize(
    "path", ["/fakewww/pictures/1.svg", "/fakewww/static/store.css", "/favicon.ico", "/ledger.json"]
)
async def test_requests_without_a_displayed_page_open_no_session_and_are_not_in_the_ledger(shopper, path):
    found = await shopper.get(path)
    assert found.status == 200
    assert "Set-Cookie" not in found.headers
    assert await shopper.ledger() == []


async def test_a_head_request_is_answered_and_not_recorded(shopper):
    async with shopper.http.head(HOME) as response:
        assert response.status == 200
        assert "Set-Cookie" not in response.headers
    assert await shopper.ledger() == []


async def test_a_prefetch_is_refused_so_that_the_visit_requests_the_page(shopper):
    assert (await shopper.get(HOME, headers={"Sec-Purpose": "prefetch;prerender"})).status == 503
    assert await shopper.ledger() == []


async def test_a_file_may_be_prefetched(visitor):
    ahead = await visitor().get("/fakewww/static/store.css", headers={"Sec-Purpose": "prefetch"})
    assert ahead.status == 200


async def test_pages_are_not_stored_and_files_are(shopper):
    assert (await shopper.get(HOME)).headers["Cache-Control"] == "no-store"
    for path in ("/fakewww/pictures/1.svg", "/fakewww/static/store.css"):
        assert "max-age" in (await shopper.get(path)).headers["Cache-Control"]


async def test_the_session_cookie_is_http_only_and_set_once(shopper):
    cookie = (await shopper.get(HOME)).headers["Set-Cookie"]
    assert cookie.startswith("fakewww_session=")
    assert "HttpOnly" in cookie
    assert "Set-Cookie" not in (await shopper.get(HOME)).headers


async def test_the_cookie_of_another_store_opens_a_new_session(shopper):
    page = await shopper.get(HOME, cookies={"fakewww_session": "stale"})
    assert "fakewww_session=" in page.headers["Set-Cookie"]
    assert (await shopper.ledger())[0]["session"] != "stale"


def test_the_same_seed_and_requests_give_the_same_ids():
    async def visit(seed):
        async with store(seed=seed) as visitor:
            shopper = visitor()
            await shopper.get(HOME)
            await visitor().get(HOME)
            return [(entry["session"], entry["cart"]["id"]) for entry in await shopper.ledger()]

    once, again, other = (asyncio.run(visit(seed)) for seed in (3, 3, 4))
    assert once == again
    assert len({*once, *other}) == 4


async def test_a_category_shows_twelve_products_a_page(shopper):
    first = await shopper.get("/fakewww/categories/2/index.html")
    second = await shopper.get("/fakewww/categories/2/index.html?page=2")
    rest = len(load().in_category("2")) - 12
    assert [page.html.count('class="card"') for page in (first, second)] == [12, rest]
    assert second.call("pageview")["category"] == {"id": "2", "name": "Kitchen"}


async def test_each_product_page_reports_its_name_and_codes(shopper):
    for product in load().products:
        page = await shopper.get(f"/fakewww/products/{product.id}/index.html")
        assert page.call("pageview")["product"] == {
            "name": product.name,
            "sku_code": product.variants[0].sku,
            "product_code": product.code,
        }
        assert unescape(re.findall(r"<h1>(.*?)</h1>", page.html)[0]) == product.name


async def test_the_page_loads_the_configured_script():
    url = '//beacon.test/jirafe_api.js?a=1&b="</script>'

    async with store(script_url=url, site_id="007", org_id="acme") as visitor:
        html = (await visitor().get(HOME)).html
        assert json.loads(re.findall(r"script\.src = (.*);", html)[0]) == url
        assert 'var jirafe_site_id = "007";' in html
        assert 'var jirafe_org_id = "acme";' in html
        assert "jirafe_collector_url" not in html


async def test_the_collector_is_set_before_the_script_loads():
    async with store(collector_url="http://localhost:8001/v1/tracker") as visitor:
        html = (await visitor().get(HOME)).html
        named = html.index('var jirafe_collector_url = "http://localhost:8001/v1/tracker";')
        assert named < html.index("script.src")


async def test_without_a_script_the_page_contains_nothing_of_the_tracker():
    async with shopping(script_url=None) as shopper:
        await shopper.add()
        page = await shopper.get(HOME)
        assert "jirafe" not in page.html
        assert "<script" not in page.html


async def test_the_tracker_determines_the_attribution(visitor):
    page = await visitor().get(HOME)
    assert page.call("pageview")["attribution"] == ["utm_source", "utm_medium", "utm_campaign"]


async def test_addresses_have_the_host_of_the_request(shopper):
    await shopper.add()
    headers = {"Host": "shop.test"}
    await shopper.post(
        "/fakewww/products/1/index.html",
        {"sku": "TUMBLER-SEA-S", "quantity": "1"},
        headers=headers,
        allow_redirects=False,
    )
    page = await shopper.get(HOME + "?a=%C3%BC&b", headers=headers)
    assert page.call("cart.add")["line_item"]["images"] == ["http://shop.test/fakewww/pictures/1.svg"]
    assert (await shopper.entries("page"))[-1]["page"]["url"] == "http://shop.test/fakewww/index.html?a=%C3%BC&b"


def test_the_snippet_follows_the_option() -> None:
    async def page(snippet: Any) -> str:
        async with store(snippet=snippet) as visitor:
            return (await visitor().get(HOME)).html

    once, twice, late, before = (asyncio.run(page(each)) for each in ("once", "twice", "late", "before"))
    assert [text.count("script.async = true") for text in (once, twice, late, before)] == [1, 2, 1, 0]
    assert [("setTimeout(load, 2000)" in text) for text in (once, late)] == [False, True]
    assert before.index('<script src="//beacon.jirafe.com/jirafe_api.js">') < before.index("function jirafe_deferred")


def test_the_content_security_policy_follows_the_option() -> None:
    async def policy(which: Any) -> str:
        async with store(policy=which) as visitor:
            answer = await visitor().get(HOME)
            return answer.headers.get("Content-Security-Policy", "")

    none, smallest, closed = (asyncio.run(policy(each)) for each in ("none", "smallest", "closed"))
    assert none == ""
    assert "connect-src 'self' events.jirafe.com;" in smallest
    assert closed.endswith("connect-src 'self'")
