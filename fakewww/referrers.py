"""Referring sites: the host name selects the page at `/`, which links to the address in `to`.

`https://www.google.com/?to=https://shop.test/&for=tumbler` is a page of search results for "tumbler".
"""

from aiohttp import web
from yarl import URL

from fakewww.input_validation import clean
from fakewww.render import environment

SEARCH = {"google", "bing", "duckduckgo", "yahoo", "ecosia", "qwant", "startpage", "baidu", "yandex", "search"}
SOCIAL = {"facebook", "twitter", "x", "instagram", "linkedin", "pinterest", "reddit", "tiktok", "threads", "social"}
SPRING = "utm_source=newsletter&utm_medium=email&utm_campaign=spring"


def create_referrers() -> web.Application:
    """An application for all host names."""
    app = web.Application()
    app.add_routes([web.get("/", refer), web.get("/favicon.ico", no_icon)])
    return app


async def refer(request: web.Request) -> web.Response:
    """Show a page with one link to the store, `#to-store`. The Referrer-Policy sends the origin, also from https to http."""
    to = store_url(request.query.get("to", ""))
    host = clean(request.host.rpartition(":")[0] or request.host)
    kind = kind_of(host)
    html = environment().get_template(f"referrer_{kind}.html")
    words = clean(request.query.get("for", "")) or "good things"
    text = html.render(host=host, words=words, to=campaign(to) if kind == "newsletter" else to)
    return web.Response(text=text, content_type="text/html", headers={"Referrer-Policy": "origin"})


async def no_icon(request: web.Request) -> web.Response:
    """Respond without an icon."""
    return web.Response(status=204)


def kind_of(host: str) -> str:
    """`search`, `social`, `newsletter`, or `blog` for all other names."""
    labels = host.lower().split(".")
    if labels[0].startswith(("newsletter", "mail")):
        return "newsletter"
    if SEARCH.intersection(labels):
        return "search"
    return "social" if SOCIAL.intersection(labels) else "blog"


def store_url(text: str) -> str:
    """The text if it is an absolute http or https address. HTTPBadRequest otherwise."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise web.HTTPBadRequest(text="to: an absolute address, such as ?to=https://shop.test/fakewww/index.html")
    return text


def campaign(url: str) -> str:
    """The address with the newsletter's UTM parameters, unless it already has some."""
    if any(name.startswith("utm_") for name in URL(url).query):
        return url
    address, hash_sign, fragment = url.partition("#")
    separator = "&" if "?" in address else "?"
    return f"{address}{separator}{SPRING}{hash_sign}{fragment}"
