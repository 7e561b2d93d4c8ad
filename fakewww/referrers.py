"""Sites that a shopper comes from: what stands at `/` goes by the host name, and links to the address in `to`.

`https://www.google.com/?to=https://shop.test/&for=tumbler` is a search engine's page of results for "tumbler".
"""

from aiohttp import web
from yarl import URL

from fakewww.input_validation import clean
from fakewww.render import environment

SEARCH = {"google", "bing", "duckduckgo", "yahoo", "ecosia", "qwant", "startpage", "baidu", "yandex", "search"}
SOCIAL = {"facebook", "twitter", "x", "instagram", "linkedin", "pinterest", "reddit", "tiktok", "threads", "social"}
SPRING = "utm_source=newsletter&utm_medium=email&utm_campaign=spring"


def create_referrers() -> web.Application:
    """An application that answers under any host name."""
    app = web.Application()
    app.add_routes([web.get("/", refer), web.get("/favicon.ico", no_picture)])
    return app


async def refer(request: web.Request) -> web.Response:
    """A page with one link into the store, `#to-store`. Whatever the schemes, the store is told the site's origin."""
    to = store_url(request.query.get("to", ""))
    host = clean(request.host.rpartition(":")[0] or request.host)
    kind = kind_of(host)
    html = environment().get_template(f"referrer_{kind}.html")
    words = clean(request.query.get("for", "")) or "good things"
    text = html.render(host=host, words=words, to=campaign(to) if kind == "newsletter" else to)
    return web.Response(text=text, content_type="text/html", headers={"Referrer-Policy": "origin"})


async def no_picture(request: web.Request) -> web.Response:
    """These sites have no mark of their own."""
    return web.Response(status=204)


def kind_of(host: str) -> str:
    """`search`, `social`, `newsletter` or, for every other name, `blog`."""
    labels = host.lower().split(".")
    if labels[0].startswith(("newsletter", "mail")):
        return "newsletter"
    if SEARCH.intersection(labels):
        return "search"
    return "social" if SOCIAL.intersection(labels) else "blog"


def store_url(text: str) -> str:
    """An absolute http or https address, as it was given; raises HTTPBadRequest for anything else."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise web.HTTPBadRequest(text="to: an absolute address, such as ?to=https://shop.test/fakewww/index.html")
    return text


def campaign(url: str) -> str:
    """The address with the newsletter's UTM parameters, unless it has some already."""
    if any(name.startswith("utm_") for name in URL(url).query):
        return url
    address, mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{SPRING}{mark}{fragment}"
