"""The samples of docs/what-your-pages-call.md: the built-in tracker sends each of them as valid events."""

import re
from typing import Any

from support import tracker_store
from support.command import ROOT
from support.documentation import blocks
from support.tracker_store import Shop, event_types

from harness.protocols.jirafe.schemas import schema

loop_and_browser, shop = tracker_store.loop_and_browser, tracker_store.shop

PAGE = ROOT / "docs" / "what-your-pages-call.md"
GLOBALS = 'var jirafe_org_id = "", jirafe_site_id = "123";'
SERVER, SCRIPTED = blocks(PAGE, "js"), blocks(PAGE, "javascript")
CALL = re.compile(r"^jirafe_api\.([\w.]+)\(", re.MULTILINE)
PAGE_TYPES = set(schema("v1/pageview")["properties"]["page_type"]["enum"])
EVENTS = {
    "pageview": "pageview",
    "funnel": "funnel",
    "order.success": "order_success",
    "cart.add": "add_item_to_cart",
    "cart.edit": "edit_cart",
    "cart.remove": "remove_item_from_cart",
}


def _events(wrappers: list[dict[str, Any]]) -> list[str]:
    return [event for events in event_types(wrappers) for event in events if event != "visit"]


async def test_each_call_of_a_server_rendered_page_is_sent_as_a_valid_event(shop: Shop) -> None:
    sent, types = set(), set()
    for number, sample in enumerate(SERVER):
        wrappers = await shop.open(shop.add(f"/{number}", sample, globals=GLOBALS))
        expected = [EVENTS[call] for call in CALL.findall(sample)]
        assert _events(wrappers) == expected, sample
        sent.update(expected)
        types.update(event["page_type"] for wrapper in wrappers for event in wrapper["data"] if "page_type" in event)
    assert sent == set(EVENTS.values())
    assert types == PAGE_TYPES
    assert not shop.warnings


async def test_each_call_of_a_single_page_shop_and_of_an_ajax_cart_is_sent_as_a_valid_event(shop: Shop) -> None:
    shop.net.pages["/"] = (
        f"<!doctype html><title>A shop</title><script>{GLOBALS}"
        'var jirafe_collector_url = "http://events.localhost:" + location.port + "/v1/tracker";</script>'
        f"<script>{SCRIPTED[0]} routeShown('homepage', {{}});</script><script async src='/jirafe_api.js'></script>"
    )
    events = _events(await shop.open(shop.url("/")))
    for sample in SCRIPTED[1:]:
        await shop.page.add_script_tag(content=sample)
        events += _events(await shop.sent())
    assert events == [
        "pageview",
        "pageview",
        "funnel",
        "order_success",
        "pageview",
        "add_item_to_cart",
        "edit_cart",
        "remove_item_from_cart",
    ]
    assert not shop.warnings


async def test_the_snippet_calls_the_page(shop: Shop) -> None:
    [snippet] = blocks(PAGE, "html")
    assert snippet.count("//beacon.jirafe.com/jirafe_api.js") == 1
    local = snippet.replace("//beacon.jirafe.com", "").replace(
        "<script>", '<script>var jirafe_collector_url = "http://events.localhost:" + location.port + "/v1/tracker";'
    )
    shop.net.pages["/"] = f"<!doctype html><title>A shop</title>{local}"
    assert _events(await shop.open(shop.url("/"))) == ["pageview"]
