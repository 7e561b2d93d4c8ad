"""The built-in tracker: the start of a visit, its cookies, referrers and attribution."""

import json
import re
from urllib.parse import unquote

import pytest
from support import tracker_store
from support.tracker_store import Shop, event_types

loop_and_browser, shop = tracker_store.loop_and_browser, tracker_store.shop

HOME = "jirafe_api.pageview('', 7, 'homepage', {});"
PRODUCT = "jirafe_api.pageview('', 7, 'product', {product: {product_code: '1'}});"
CAMPAIGN = "jirafe_api.pageview('', 7, 'homepage', {attribution: jirafe_parseAttribution(['utm_source', 'promo'])});"
ADD = "jirafe_api.cart.add('', 7, {line_item: {sku_code: '1', quantity: '1', total_price: '1.00', currency: 'USD'}});"
STARTS = [["visit", "pageview"]]
CONTINUES = [["pageview"]]


async def test_the_first_page_starts_a_visit_with_its_first_event(shop: Shop) -> None:
    wrappers = await shop.open(shop.add("/", HOME))
    assert event_types(wrappers) == STARTS
    assert wrappers[0]["data"][0] == {"event_type": "visit"}


async def test_the_ids_are_decimal_and_equal_those_of_the_cookies(shop: Shop) -> None:
    [wrapper] = await shop.open(shop.add("/", HOME))
    cookies = await shop.cookies()
    assert (wrapper["visit"]["id"], wrapper["visit"]["visitor"]) == (cookies["jirafe_vid"], cookies["jirafe_vis"])
    ids = [cookies[name] for name in ("jirafe_vid", "jirafe_vis", "jirafe_pvid")]
    assert all(re.fullmatch(r"\d{1,16}", each) for each in ids)
    assert len(set(ids)) == 3


async def test_a_visit_keeps_its_ids_landing_and_referrer(shop: Shop) -> None:
    home, product = shop.add("/", HOME), shop.add("/product", PRODUCT)
    google = shop.url("/search?q=cups", host="www.google")
    [first] = await shop.arrive(home, referrer=google)
    wrappers = await shop.follow(product)
    assert event_types(wrappers) == CONTINUES
    assert wrappers[0]["visit"] == first["visit"]
    assert (first["visit"]["landing_url"], first["visit"]["referrer_url"]) == (home, google)


async def test_all_hosts_of_a_shop_have_one_visit(shop: Shop) -> None:
    home, product = shop.add("/", HOME), shop.add("/product", PRODUCT)
    [first] = await shop.open(home)
    wrappers = await shop.follow(product.replace("//shop.", "//www.outlet.shop."))
    assert event_types(wrappers) == CONTINUES
    assert wrappers[0]["visit"] == first["visit"]
    assert wrappers[0]["page"]["referrer_type"] == "homepage"
    assert {cookie["domain"] for cookie in await shop.context.cookies()} == {".shop.localhost"}


async def test_it_sends_the_current_cookies_of_the_page(shop: Shop) -> None:
    basket = "document.cookie = 'basket=7=8; Path=/';"
    home, product = (shop.add(path, calls, globals=basket) for path, calls in (("/", HOME), ("/product", PRODUCT)))
    for page in (home, product):
        [wrapper] = await shop.open(page)
        assert sorted(wrapper["cookie"].split("; ")) == await shop.page.evaluate("document.cookie.split('; ').sort()")
        assert {"basket=7=8", f"jirafe_vid={wrapper['visit']['id']}"} <= set(wrapper["cookie"].split("; "))
    [added] = await shop.run_script(ADD)
    assert sorted(added["cookie"].split("; ")) == await shop.page.evaluate("document.cookie.split('; ').sort()")


async def test_it_sends_no_cookies_if_the_browser_stores_none(shop: Shop) -> None:
    refusing = "Object.defineProperty(document, 'cookie', {get: () => '', set: () => {}});"
    [wrapper] = await shop.open(shop.add("/", HOME, globals=refusing))
    assert wrapper["cookie"] == ""
    assert wrapper["visit"]["id"]


async def test_without_consent_no_cookie_is_set(shop: Shop) -> None:
    note = "const kept = [];"
    note += "Object.defineProperty(document, 'cookie', {get: () => '', set: text => kept.push(text)});"
    for answer in ("required", "denied"):
        await shop.open(shop.add("/", CAMPAIGN, globals=f"{note} var jirafe_consent = '{answer}';"))
        assert await shop.page.evaluate("kept.filter(text => !text.includes('Max-Age=0'))") == []


async def test_a_page_view_contains_the_previous_page_and_its_type(shop: Shop) -> None:
    home, product = shop.add("/", HOME), shop.add("/product", PRODUCT)
    await shop.open(home)
    [wrapper] = await shop.follow(product)
    assert wrapper["page"]["referrer_url"] == home
    assert (wrapper["page"]["current_type"], wrapper["page"]["referrer_type"]) == ("product", "homepage")
    cookies = await shop.cookies()
    assert (cookies["jirafe_typ"], cookies["jirafe_reftyp"]) == ("product", "homepage")


async def test_a_landing_page_has_no_previous_page_of_the_store(shop: Shop) -> None:
    home, google = shop.add("/", HOME), shop.url("/", host="www.google")
    await shop.open(home)
    [wrapper] = await shop.arrive(home, referrer=google)
    assert (wrapper["page"]["referrer_type"], wrapper["page"]["referrer_url"]) == ("*none*", google)
    assert (await shop.cookies())["jirafe_lpvid"] == ""


async def test_the_id_of_a_page_view_becomes_the_previous_one(shop: Shop) -> None:
    await shop.open(shop.add("/", HOME))
    before = await shop.cookies()
    await shop.run_script(ADD)
    assert (await shop.cookies())["jirafe_pvid"] == before["jirafe_pvid"]
    await shop.run_script(PRODUCT)
    after = await shop.cookies()
    assert after["jirafe_lpvid"] == before["jirafe_pvid"] != after["jirafe_pvid"]


async def test_a_page_of_another_host_starts_a_visit_of_the_same_visitor(shop: Shop) -> None:
    home = shop.add("/", HOME)
    [first] = await shop.open(home)
    wrappers = await shop.arrive(home, referrer=shop.url("/", host="blog"))
    assert event_types(wrappers) == STARTS
    assert wrappers[0]["visit"]["id"] != first["visit"]["id"]
    assert wrappers[0]["visit"]["visitor"] == first["visit"]["visitor"]


async def test_an_arrival_starts_one_visit_for_any_number_of_calls(shop: Shop) -> None:
    await shop.open(shop.add("/", HOME))
    await shop.arrive(shop.url("/"), referrer=shop.url("/", host="blog"))
    assert event_types(await shop.run_script(ADD)) == [["add_item_to_cart"]]


async def test_the_return_from_a_payment_host_starts_no_visit(shop: Shop) -> None:
    hosts = "var jirafe_payment_hosts = ['pay.localhost']"
    [first] = await shop.open(shop.add("/", HOME))
    back = shop.add("/thanks", HOME, globals=hosts)
    wrappers = await shop.arrive(back, referrer=shop.url("/", host="pay"))
    assert event_types(wrappers) == CONTINUES
    assert wrappers[0]["visit"] == first["visit"]
    assert wrappers[0]["page"]["referrer_type"] == "*none*"
    assert event_types(await shop.arrive(back, referrer=shop.url("/", host="blog"))) == STARTS


async def test_no_referrer_starts_no_visit_while_one_is_running(shop: Shop) -> None:
    home = shop.add("/", HOME)
    await shop.open(home)
    assert event_types(await shop.open(home)) == CONTINUES


async def test_a_reload_of_the_landing_page_starts_no_visit(shop: Shop) -> None:
    [first] = await shop.arrive(shop.add("/", HOME), referrer=shop.url("/", host="www.google"))
    wrappers = await shop.reload()
    assert event_types(wrappers) == CONTINUES
    assert wrappers[0]["visit"] == first["visit"]


async def test_a_reload_does_not_change_the_type_of_the_previous_page(shop: Shop) -> None:
    home, product = shop.add("/", HOME), shop.add("/product", PRODUCT)
    await shop.open(home)
    await shop.follow(product)
    [wrapper] = await shop.reload()
    assert (wrapper["page"]["referrer_type"], wrapper["page"]["referrer_url"]) == ("homepage", home)


async def test_back_to_the_landing_page_starts_no_visit(shop: Shop) -> None:
    await shop.arrive(shop.add("/", HOME), referrer=shop.url("/", host="www.google"))
    await shop.follow(shop.add("/product", PRODUCT))
    await shop.page.go_back()
    assert event_types(await shop.sent()) == CONTINUES


@pytest.mark.parametrize(("idle", "wire"), [("29:59", CONTINUES), ("30:00", STARTS)])
async def test_thirty_minutes_without_activity_end_a_visit(shop: Shop, idle: str, wire: list[list[str]]) -> None:
    await shop.page.clock.install(time="2026-01-01T12:00:00Z")
    home, product = shop.add("/", HOME), shop.add("/product", PRODUCT)
    await shop.open(home)
    await shop.page.clock.pause_at("2026-01-01T13:00:00Z")
    await shop.run_script(ADD)
    await shop.page.clock.fast_forward(idle)
    wrappers = await shop.follow(product)
    assert event_types(wrappers)[-1:] == wire


async def test_activity_of_any_kind_keeps_a_visit_running(shop: Shop) -> None:
    await shop.page.clock.install()
    await shop.open(shop.add("/", HOME))
    for _ in range(3):
        await shop.page.clock.fast_forward("20:00")
        assert event_types(await shop.run_script(ADD)) == [["add_item_to_cart"]]


async def test_a_visit_that_starts_on_an_open_page_has_that_landing_page_and_no_referrer(shop: Shop) -> None:
    await shop.page.clock.install()
    await shop.arrive(shop.add("/", HOME), referrer=shop.url("/", host="www.google"))
    await shop.page.clock.fast_forward("31:00")
    wrappers = await shop.run_script(ADD)
    assert event_types(wrappers) == [["visit", "add_item_to_cart"]]
    assert (wrappers[0]["visit"]["landing_url"], wrappers[0]["visit"]["referrer_url"]) == (shop.url("/"), "")
    assert wrappers[0]["page"]["current_type"] == "homepage"


async def test_new_attribution_values_start_a_visit_and_repeated_ones_do_not(shop: Shop) -> None:
    shop.add("/", CAMPAIGN)
    assert event_types(await shop.open(shop.url("/?utm_source=spring"))) == STARTS
    assert event_types(await shop.open(shop.url("/?utm_source=spring"))) == CONTINUES
    assert event_types(await shop.open(shop.url("/?utm_source=summer"))) == STARTS
    assert event_types(await shop.open(shop.url("/"))) == CONTINUES


async def test_the_attribution_of_a_page_applies_to_the_rest_of_the_visit(shop: Shop) -> None:
    shop.add("/", CAMPAIGN)
    [landing] = await shop.open(shop.url("/?promo=ü,1&utm_source=spring"))
    assert landing["data"][1]["attribution"] == landing["visit"]["tag_attribution"] == ["spring", "ü,1"]
    assert "rule_attribution" not in landing["visit"]
    [later] = await shop.follow(shop.url("/?utm_source=not_landing"))
    assert "attribution" not in later["data"][0]
    [change] = await shop.run_script(ADD)
    assert change["visit"]["tag_attribution"] == ["spring", "ü,1"]
    [elsewhere] = await shop.arrive(shop.url("/"), referrer=shop.url("/", host="blog"))
    assert "tag_attribution" not in elsewhere["visit"]


async def test_attribution_parameters_have_the_requested_order_and_are_those_of_landing_pages(shop: Shop) -> None:
    shop.add("/", HOME)
    names = "names => jirafe_parseAttribution(names)"
    await shop.open(shop.url("/?b=2&a=1&empty=&f=6&c=3&d=4&e=5"))
    assert await shop.page.evaluate(names, ["a", "none", "empty", "b"]) == ["1", "2"]
    assert await shop.page.evaluate(names, ["none"]) == []
    assert await shop.page.evaluate(names, list("abcdef")) == ["1", "2", "3", "4", "5"]
    await shop.reload()
    assert await shop.page.evaluate(names, ["a"]) == ["1"]
    await shop.follow(shop.url("/?a=9"))
    assert await shop.page.evaluate(names, ["a"]) == []


async def test_the_first_page_of_a_visit_is_a_landing_page_for_any_referrer(shop: Shop) -> None:
    await shop.page.clock.install()
    await shop.open(shop.add("/", CAMPAIGN))
    await shop.page.clock.fast_forward("31:00")
    wrappers = await shop.follow(shop.url("/?promo=late"))
    assert event_types(wrappers) == STARTS
    assert wrappers[0]["visit"]["tag_attribution"] == ["late"]
    assert (wrappers[0]["visit"]["referrer_url"], wrappers[0]["page"]["referrer_type"]) == ("", "*none*")


async def test_attribution_parameters_are_those_of_the_loaded_url(shop: Shop) -> None:
    await shop.open(shop.add("/", HOME) + "?promo=spring")
    await shop.run_script("history.pushState(null, '', '/product?promo=not_landing')")
    assert await shop.page.evaluate("jirafe_parseAttribution(['promo'])") == ["spring"]


@pytest.mark.parametrize(
    ("path", "referrer", "rule"),
    [
        ("/", None, ["direct"]),
        ("/", ("www.google", "/search?q=red+cups"), ["search", "google", "red cups"]),
        ("/", ("de.search.yahoo", "/?p=ü"), ["search", "yahoo", "ü"]),
        ("/", ("www.google", "/"), ["search", "google"]),
        ("/", ("m.facebook", "/"), ["social", "facebook"]),
        ("/", ("notgoogle", "/?q=cups"), ["referral", "notgoogle.localhost"]),
        ("/?utm_campaign=may&utm_source=letter", ("www.google", "/?q=cups"), ["campaign", "letter", "may"]),
        ("/?utm_source=1&utm_medium=2&utm_campaign=3&utm_term=4&utm_content=5", None, ["campaign", "1", "2", "3", "4"]),
    ],
)
async def test_rules_attribute_a_visit_without_attribution_of_the_page(
    shop: Shop, path: str, referrer: tuple[str, str] | None, rule: list[str]
) -> None:
    shop.add("/", HOME)
    if referrer is None:
        [landing] = await shop.open(shop.url(path))
    else:
        [landing] = await shop.arrive(shop.url(path), referrer=shop.url(referrer[1], host=referrer[0]))
    [later] = await shop.follow(shop.add("/product", PRODUCT))
    assert landing["visit"]["rule_attribution"] == later["visit"]["rule_attribution"] == rule
    assert json.loads(unquote((await shop.cookies())["jirafe_ratr"])) == rule


async def test_the_previous_page_refers_to_a_page_view_of_the_history_api(shop: Shop) -> None:
    home = shop.add("/", HOME)
    await shop.open(home)
    [wrapper] = await shop.run_script(f"history.pushState(null, '', '/product/1'); {PRODUCT}")
    assert (wrapper["page"]["current_url"], wrapper["page"]["referrer_url"]) == (shop.url("/product/1"), home)
    assert (wrapper["page"]["current_type"], wrapper["page"]["referrer_type"]) == ("product", "homepage")
    assert wrapper["visit"]["landing_url"] == home


async def test_two_tabs_share_the_visit_and_not_the_page_type(shop: Shop) -> None:
    [first] = await shop.open(shop.add("/", HOME))
    tab = await shop.context.new_page()
    await tab.goto(shop.add("/product", PRODUCT))
    await shop.net.until(lambda: len(shop.net.posts) == 2)
    [_, wrapper] = await shop.run_script(ADD)
    assert wrapper["visit"] == first["visit"]
    assert wrapper["page"]["current_type"] == "homepage"


async def test_cookies_have_their_lifetime_and_the_site_as_domain(shop: Shop) -> None:
    await shop.open(shop.add("/cups/tumbler", HOME))
    now = await shop.page.evaluate("Date.now() / 1000")
    cookies = {cookie["name"]: cookie for cookie in await shop.context.cookies(shop.url("/"))}
    assert {(cookie["path"], cookie["sameSite"], cookie["domain"]) for cookie in cookies.values()} == {
        ("/", "Lax", ".shop.localhost")
    }
    assert cookies.pop("jirafe_vis")["expires"] > now + 300 * 24 * 3600
    assert len(cookies) == 10
    assert all(abs(cookie["expires"] - now - 1800) < 60 for cookie in cookies.values())


async def test_cookies_of_an_https_store_are_secure(shop: Shop) -> None:
    shop.add("/", HOME, globals="fetch = async () => new Response();")
    page = shop.net.pages["/"].replace(" async ", " ")
    await shop.context.route(
        "https://shop.localhost/", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    await shop.context.route("https://shop.localhost/*.js", lambda route: route.fulfill(path=tracker_store.SCRIPT))
    await shop.page.goto("https://shop.localhost/")
    cookies = await shop.context.cookies("https://shop.localhost/")
    assert [cookie["secure"] for cookie in cookies] == [True] * 11


async def test_a_landing_url_with_any_characters_survives_its_cookie(shop: Shop) -> None:
    shop.add("/", HOME)
    [first] = await shop.open(shop.url("/?a=1;b=%22x%22,%20%25&ü=é"))
    [later] = await shop.follow(shop.add("/product", PRODUCT))
    assert later["visit"]["landing_url"] == first["visit"]["landing_url"] == first["page"]["current_url"]
