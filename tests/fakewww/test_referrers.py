"""The referring sites."""

import asyncio
import re
from html import unescape

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from fakewww.referrers import campaign, create_referrers, kind_of

STORE = "https://shop.test/fakewww/index.html"


def visit(host: str, **params: str) -> tuple[int, str, str]:
    """Status, page and Referrer-Policy of the response for a host name."""

    async def ask() -> tuple[int, str, str]:
        async with TestServer(create_referrers()) as server, aiohttp.ClientSession(server.make_url("/")) as http:
            response = await http.get("/", params=params, headers={"Host": host})
            return response.status, await response.text(), response.headers.get("Referrer-Policy", "")

    return asyncio.run(ask())


def link(html: str) -> str:
    return unescape(re.findall(r'<a [^>]*id="to-store" href="(.*?)"', html)[0])


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("www.google.com", "search"),
        ("www.google.co.uk", "search"),
        ("bing.com", "search"),
        ("www.facebook.com", "social"),
        ("social.example", "social"),
        ("newsletter.shop.test", "newsletter"),
        ("mail.google.com", "newsletter"),
        ("blog.example", "blog"),
        ("google-fans.example", "blog"),
        ("localhost", "blog"),
    ],
)
def test_the_host_name_selects_the_kind_of_site(host, kind):
    assert kind_of(host) == kind


@pytest.mark.parametrize("host", ["www.google.com:8080", "social.example", "blog.example"])
def test_the_link_has_the_given_address(host):
    to = STORE + "?q=%C3%BC&x=1#top"
    status, html, _ = visit(host, to=to)
    assert (status, link(html)) == (200, to)


def test_a_newsletter_adds_its_campaign():
    assert (
        link(visit("newsletter.example", to=STORE)[1])
        == f"{STORE}?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.test/?a=1", "https://shop.test/?a=1&utm_source=newsletter&utm_medium=email&utm_campaign=spring"),
        ("https://shop.test/#a", "https://shop.test/?utm_source=newsletter&utm_medium=email&utm_campaign=spring#a"),
        ("https://shop.test/?utm_source=own", "https://shop.test/?utm_source=own"),
    ],
)
def test_a_campaign_is_added_to_the_parameters_of_the_address(url, expected):
    assert campaign(url) == expected


def test_the_words_are_escaped_on_the_page():
    html = visit("www.google.com", **{"to": STORE, "for": "<b>tumbler</b>"})[1]
    assert "&lt;b&gt;tumbler&lt;/b&gt;" in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    "to",
    ["", "/fakewww/index.html", "javascript:alert(1)", "data:text/html,x", "https://", "http://[", "ftp://shop.test/"],
)
def test_only_http_addresses_are_accepted(to):
    assert visit("blog.example", to=to)[0] == 400


def test_the_referrer_policy_sends_the_origin():
    assert visit("www.google.com", to=STORE)[2] == "origin"
