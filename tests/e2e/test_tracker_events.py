"""The built-in tracker: the events of a page's calls, and their transport."""

import re
from datetime import UTC, datetime

import pytest
from support import tracker_store
from support.tracker_store import SCRIPT, Shop, event_types

loop_and_browser, shop = tracker_store.loop_and_browser, tracker_store.shop

VIEW = "jirafe_api.pageview('', 7, 'homepage', {});"
LINE = "{sku_code: 'T-1', quantity: 2, price: '19.99', total_price: 39.98, currency: 'USD', name: null, images: ['http://i/1']}"


def test_the_script_stays_within_500_lines() -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 500


async def test_a_page_view_contains_all_data_of_the_page(shop: Shop) -> None:
    data = "{product: {product_code: 12, sku_code: '12-L', name: 'Tumbler'}, category: {id: 3, name: 'Cups'}}"
    [wrapper] = await shop.open(shop.add("/", f"jirafe_api.pageview('', 7, 'product', {data})"))
    assert wrapper["data"][1] == {
        "event_type": "pageview",
        "page_type": "product",
        "product": {"product_code": "12", "sku_code": "12-L", "name": "Tumbler"},
        "category": {"id": "3", "name": "Cups"},
    }


async def test_an_event_of_a_frame_has_the_page_of_the_parent_and_is_no_page_view(shop: Shop) -> None:
    calls = f"jirafe_api.cart.add('', 7, {{line_item: {LINE}}}); {VIEW}"
    frame = shop.add("/frame", calls, title="A frame")
    [first] = await shop.open(shop.add("/", VIEW, title="The page"))
    await shop.page.evaluate("url => { document.body.innerHTML = `<iframe src='${url}'>` }", frame)
    await shop.net.until(lambda: len(shop.net.posts) > 1)
    wrappers = await shop.sent()
    assert event_types(wrappers) == [["add_item_to_cart"]]
    assert wrappers[0]["page"] == first["page"]
    assert wrappers[0]["visit"] == first["visit"]


async def test_the_payload_contains_page_timestamp_and_user_agent(shop: Shop) -> None:
    url = shop.add("/a?b=ü#c", VIEW, title="Tassen & Becher")
    shop.net.pages["/a"] = shop.net.pages["/a?b=ü#c"]
    [wrapper] = await shop.open(url)
    assert wrapper["page"] == {
        "current_type": "homepage",
        "referrer_type": "*none*",
        "current_url": await shop.page.evaluate("location.href"),
        "current_title": "Tassen & Becher",
        "referrer_url": "",
    }
    assert wrapper["cookie"] == await shop.page.evaluate("document.cookie")
    assert wrapper["visit"]["user_agent"] == await shop.page.evaluate("navigator.userAgent")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", wrapper["timestamp"])
    assert abs((datetime.now(UTC) - datetime.fromisoformat(wrapper["timestamp"])).total_seconds()) < 5


@pytest.mark.parametrize(
    ("org", "site", "wire"), [("''", "7", ("", "7")), ("12", "'7'", ("12", "7")), ("null", "0", ("", "0"))]
)
async def test_org_and_site_are_strings_for_any_type_on_the_page(
    shop: Shop, org: str, site: str, wire: tuple[str, str]
) -> None:
    [wrapper] = await shop.open(shop.add("/", f"jirafe_api.pageview({org}, {site}, 'homepage')"))
    assert (wrapper["org"], wrapper["site"]) == wire


async def test_a_customer_has_string_fields_without_unknown_ones(shop: Shop) -> None:
    data = "{customer: {id: 7, firstname: '', lastname: null, email: 'a@example.com'}}"
    [wrapper] = await shop.open(shop.add("/", f"jirafe_api.pageview('', 7, 'homepage', {data})"))
    assert wrapper["data"][1]["customer"] == {"id": "7", "firstname": "", "email": "a@example.com"}


async def test_a_guest_without_an_address_has_no_email(shop: Shop) -> None:
    [wrapper] = await shop.open(shop.add("/", "jirafe_api.pageview('', 7, 'homepage', {customer: {email: ''}})"))
    assert "customer" not in wrapper["data"][1]
    assert "customer" not in wrapper


async def test_leaving_a_page_before_the_response_sends_nothing_twice(shop: Shop) -> None:
    pages = [shop.add(f"/{number}", VIEW) for number in range(4)]  # six requests may be under way to one host
    shop.net.answering.clear()
    for number, url in enumerate(pages, start=1):
        await shop.page.goto(url)
        await shop.net.until(lambda number=number: len(shop.net.posts) >= number)  # type: ignore[misc]
    shop.net.answering.set()
    wrappers = await shop.sent()
    assert [wrapper["page"]["current_url"] for wrapper in wrappers] == pages


async def test_the_last_customer_is_in_every_later_payload_of_the_page(shop: Shop) -> None:
    await shop.open(shop.add("/", "jirafe_api.pageview('', 7, 'homepage', {customer: {id: 7}})"))
    await shop.run_script(VIEW)
    [wrapper] = await shop.run_script(f"jirafe_api.cart.add('', 7, {{line_item: {LINE}}})")
    assert wrapper["customer"] == {"id": "7"}


async def test_several_customers_remain_a_list(shop: Shop) -> None:
    [wrapper] = await shop.open(shop.add("/", "jirafe_api.pageview('', 7, 'homepage', {customer: [{id: 1}, {id: 2}]})"))
    assert wrapper["data"][1]["customer"] == [{"id": "1"}, {"id": "2"}]
    assert wrapper["customer"] == {"id": "1"}


@pytest.mark.parametrize("word", ["term", "keyword"])
async def test_a_search_has_a_keyword_and_whole_numbers(shop: Shop, word: str) -> None:
    data = f"{{search: {{{word}: 'blue & ü', page: '1', total_results: 100}}}}"
    [wrapper] = await shop.open(shop.add("/", f"jirafe_api.pageview('', 7, 'search', {data})"))
    assert wrapper["data"][1]["search"] == {"keyword": "blue & ü", "page": 1, "total_results": 100}


@pytest.mark.parametrize(
    ("given", "sent"),
    [("[]", None), ("['', null]", None), ("['a', 2]", ["a", "2"]), ("[1,2,3,4,5,6]", ["1", "2", "3", "4", "5"])],
)
async def test_an_attribution_has_one_to_five_strings_or_is_left_out(
    shop: Shop, given: str, sent: list[str] | None
) -> None:
    [wrapper] = await shop.open(shop.add("/", f"jirafe_api.pageview('', 7, 'homepage', {{attribution: {given}}})"))
    assert wrapper["data"][1].get("attribution") == sent
    assert wrapper["visit"].get("tag_attribution") == sent


async def test_a_page_without_a_type_has_the_type_other(shop: Shop) -> None:
    [wrapper] = await shop.open(shop.add("/", f"jirafe_api.cart.add('', 7, {{line_item: {LINE}}})"))
    assert wrapper["page"]["current_type"] == "other"


@pytest.mark.parametrize(
    ("verb", "event_type"), [("add", "add_item_to_cart"), ("remove", "remove_item_from_cart"), ("edit", "edit_cart")]
)
async def test_a_change_of_the_cart_is_sent_as_strings(shop: Shop, verb: str, event_type: str) -> None:
    await shop.open(shop.add("/", VIEW))
    [wrapper] = await shop.run_script(f"jirafe_api.cart.{verb}('', 7, {{cart: {{id: 5}}, line_item: {LINE}}})")
    line = {"sku_code": "T-1", "quantity": "2", "price": "19.99", "total_price": "39.98", "currency": "USD"}
    assert wrapper["data"] == [
        {"event_type": event_type, "cart": {"id": "5"}, "line_item": {**line, "images": ["http://i/1"]}}
    ]


async def test_a_funnel_step_has_a_whole_number_and_a_boolean(shop: Shop) -> None:
    await shop.open(shop.add("/", VIEW))
    data = "{funnel_name: 'checkout', step_name: 'pay', step_position: '3', last_step: true}"
    [wrapper] = await shop.run_script(
        f"jirafe_api.funnel('', 7, {data}); jirafe_api.funnel('', 7, {data.replace('true', 'false')})"
    )
    step = {"event_type": "funnel", "funnel_name": "checkout", "step_name": "pay", "step_position": 3}
    assert wrapper["data"] == [{**step, "last_step": True}, {**step, "last_step": False}]


async def test_an_order_before_its_page_view_is_in_the_same_payload(shop: Shop) -> None:
    calls = (
        "jirafe_api.order.success('', 7, {order: {num: '0000000010'}}); jirafe_api.pageview('', 7, 'order_success', {})"
    )
    wrappers = await shop.open(shop.add("/", calls))
    assert event_types(wrappers) == [["visit", "order_success", "pageview"]]
    assert wrappers[0]["page"]["current_type"] == "order_success"
    assert wrappers[0]["data"][1]["order"] == {"num": "0000000010"}


async def test_calls_of_another_task_have_another_payload(shop: Shop) -> None:
    wrappers = await shop.open(shop.add("/", f"{VIEW} setTimeout(() => {{ {VIEW} {VIEW} }})"))
    await shop.net.until(lambda: len(shop.net.posts) == 2)
    assert event_types(wrappers + await shop.sent()) == [["visit", "pageview"], ["pageview", "pageview"]]


async def test_each_site_has_its_payload_and_one_contains_the_visit(shop: Shop) -> None:
    wrappers = await shop.open(shop.add("/", VIEW + VIEW.replace("7", "8") + VIEW))
    assert event_types(wrappers) == [["visit", "pageview", "pageview"], ["pageview"]]
    assert [wrapper["site"] for wrapper in wrappers] == ["7", "8"]


async def test_a_change_of_the_data_after_the_call_does_not_change_the_event(shop: Shop) -> None:
    calls = "const p = {product_code: '1', images: ['a']}; jirafe_api.pageview('', 7, 'product', {product: p}); p.images[0] = 'b'"
    [wrapper] = await shop.open(shop.add("/", calls))
    assert wrapper["data"][1]["product"]["images"] == ["a"]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("pageview('', 7)", "pageview: event dropped: page_type is missing"),
        ("pageview('', undefined, 'homepage')", "pageview: event dropped: site is missing"),
        ("order.success('', 7, {order: {num: ''}})", "order.success: event dropped: order.num is missing"),
        ("cart.add('', 7, {cart: {id: 1}})", "cart.add: event dropped: line_item is missing"),
        ("cart.remove('', 7)", "cart.remove: event dropped: line_item is missing"),
        ("cart.edit('', 7, null)", "cart.edit: event dropped: line_item is missing"),
        ("funnel('', 7, {funnel_name: 'f', step_name: 's'})", "funnel: event dropped: step_position is missing"),
        ("pageview('', 7, 'product', {product: {self: window}})", "pageview: event dropped: "),
    ],
)
async def test_an_invalid_call_is_dropped_with_a_warning_and_later_calls_work(
    shop: Shop, call: str, complaint: str
) -> None:
    wrappers = await shop.open(shop.add("/", f"jirafe_api.{call}; {VIEW}"))
    assert event_types(wrappers) == [["visit", "pageview"]]
    [warning] = shop.warnings
    assert warning.startswith(f"jirafe: {complaint}")


LATE = """<title>Late</title><script>jirafe_collector_url = "/v1/tracker"</script>
<script src="/jirafe_api.js"></script>"""


async def test_a_page_that_is_ready_after_the_script_is_called_before_its_images_load(shop: Shop) -> None:
    await shop.context.route("**/never.png", lambda route: None)
    shop.net.pages["/"] = (
        f"{LATE}<img src='/never.png'><script>function jirafe_deferred(jirafe_api) {{ {VIEW} }}</script>"
    )
    await shop.page.goto(shop.url("/"), wait_until="commit")
    await shop.net.until(lambda: len(shop.net.posts) == 1)


async def test_a_page_that_is_ready_only_when_loaded_is_called_then(shop: Shop) -> None:
    late = f"document.addEventListener('DOMContentLoaded', () => {{ jirafe_deferred = (jirafe_api) => {{ {VIEW} }} }})"
    shop.net.pages["/"] = f"{LATE}<script>{late}</script>"
    assert event_types(await shop.open(shop.url("/"))) == [["visit", "pageview"]]


async def test_a_script_added_after_the_load_event_calls_the_page_at_once(shop: Shop) -> None:
    shop.add("/", VIEW)
    shop.net.pages["/"] = shop.net.pages["/"].replace('<script async src="/jirafe_api.js"></script>', "")
    assert await shop.open(shop.url("/")) == []
    await shop.page.add_script_tag(url="/jirafe_api.js")
    assert event_types(await shop.sent()) == [["visit", "pageview"]]


async def test_a_script_included_twice_acts_once(shop: Shop) -> None:
    url = shop.add("/", VIEW)
    shop.net.pages["/"] += '<script src="/jirafe_api.js"></script>'
    assert event_types(await shop.open(url)) == [["visit", "pageview"]]


async def test_an_element_with_the_id_of_the_api_does_not_stop_the_script(shop: Shop) -> None:
    shop.add("/", VIEW)
    shop.net.pages["/"] = shop.net.pages["/"].replace("<script async", '<script id="jirafe_api" async')
    assert event_types(await shop.open(shop.url("/"))) == [["visit", "pageview"]]


async def test_a_beacon_is_plain_text_and_needs_no_preflight(shop: Shop) -> None:
    await shop.open(shop.add("/", VIEW))
    [post] = shop.net.posts
    assert post.method == "POST"
    assert post.headers["Content-Type"] == "text/plain;charset=UTF-8"


async def test_it_is_sent_by_fetch_with_keepalive(shop: Shop) -> None:
    fetching = "var kept; fetch = ((plain) => (url, how) => { kept = how.keepalive; return plain(url, how) })(fetch)"
    await shop.open(shop.add("/", VIEW, globals=fetching))
    assert shop.net.posts[0].headers["Sec-Fetch-Mode"] == "cors"
    assert await shop.page.evaluate("kept") is True


async def test_without_fetch_it_is_sent_by_send_beacon(shop: Shop) -> None:
    await shop.page.goto(shop.add("/", VIEW, globals="delete window.fetch"))
    await shop.net.until(lambda: len(shop.net.posts) == 1)
    assert (shop.net.posts[0].method, shop.net.posts[0].headers["Sec-Fetch-Mode"]) == ("POST", "no-cors")
    assert shop.net.posts[0].headers["Content-Type"] == "text/plain;charset=UTF-8"


async def test_without_fetch_and_send_beacon_it_is_sent_by_xhr(shop: Shop) -> None:
    await shop.page.goto(shop.add("/", VIEW, globals="delete Navigator.prototype.sendBeacon; delete window.fetch"))
    await shop.net.until(lambda: len(shop.net.posts) == 1)
    assert shop.net.posts[0].method == "POST"
    assert shop.net.posts[0].headers["Content-Type"] == "text/plain;charset=UTF-8"


async def test_a_page_without_a_collector_url_sends_to_production(shop: Shop) -> None:
    spy = "var to; fetch = async (url) => { to = url; return new Response() };"
    await shop.page.goto(shop.add("/", VIEW, globals=f"jirafe_collector_url = undefined; {spy}"))
    assert await shop.page.evaluate("to") == "http://events.jirafe.com/v1/tracker"
    assert shop.net.posts == []
