"""Renders a page: records it in the ledger and adds the tracker calls to its HTML."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from fakewww import tracking
from fakewww.cart import Change
from fakewww.catalogue import load
from fakewww.consent import consent_for_tracker, consent_of
from fakewww.input_validation import amount, clean
from fakewww.ledger import cart_facts, category_facts, customer_facts, product_facts
from fakewww.options import StoreSettings
from fakewww.page import STEPS, Page
from fakewww.shop import (
    PARTNER,
    THEME_HEADER,
    Session,
    is_displayed,
    is_own_frame,
    origin,
    other_homepage,
    session_of,
    shop_of,
)

SIGNS = {"EUR": "€", "JPY": "¥"}

_CLOSED = "default-src 'self'; script-src 'self' 'unsafe-inline' beacon.jirafe.com; connect-src 'self'"
POLICIES: Mapping[str, Mapping[str, str]] = {
    "none": {},
    "smallest": {"Content-Security-Policy": f"{_CLOSED} events.jirafe.com; img-src 'self' events.jirafe.com"},
    "closed": {"Content-Security-Policy": _CLOSED},
    "no-unload": {"Permissions-Policy": "unload=()"},
}
"""Headers by policy. The smallest one allows all transports of the tracker; the closed one blocks the collector."""


def show(request: web.Request, page: Page) -> web.Response:
    """Respond with the page. A displayed page takes the cart changes and notices of the session."""
    shop, session = shop_of(request), session_of(request)
    changes: tuple[Change, ...] = ()
    notices: tuple[str, ...] = ()
    if is_displayed(request):
        changes, notices = tuple(session.changes), tuple(session.notices)
        session.changes.clear()
        session.notices.clear()
        shop.ledger.write("page", session=session.id, **page_facts(request, page, session))
    return web.Response(
        text=html(request, page, changes=changes, notices=notices),
        status=page.status,
        content_type="text/html",
        charset="utf-8",
        headers={"Cache-Control": "no-cache" if shop.settings.kept else "no-store", **policies(shop.settings)},
    )


def html(request: web.Request, page: Page, *, changes: tuple[Change, ...], notices: tuple[str, ...]) -> str:
    """The document of the page with its tracker calls."""
    shop, session = shop_of(request), session_of(request)
    calls = tracking.calls(
        page,
        changes=changes,
        origin=origin(request),
        currency=shop.catalogue.currency,
        pictures=shop.settings.pictures,
    )
    return (
        environment()
        .get_template(page.template)
        .render(
            page=page,
            title=title(page),
            shop=shop,
            session=session,
            notices=notices,
            other_homepage=other_homepage(request),
            frames=frames(request),
            consent=consent_of(request),
            tracker_consent=consent_for_tracker(request),
            calls=tuple(calls),
            pageview=tracking.pageview(page, session.person),
            levels=tracking.UTM[: shop.settings.levels],
            steps=tuple(STEPS.values()),
            **page.data,
        )
    )


def policies(settings: StoreSettings) -> dict[str, str]:
    """The headers of the store's policies."""
    referrer = {} if settings.referrer == "default" else {"Referrer-Policy": settings.referrer}
    return {**POLICIES[settings.policy], **referrer}


def frames(request: web.Request) -> tuple[str, ...]:
    """The addresses of a page's frames. Framed pages have no frames."""
    option = shop_of(request).settings.frames
    if option == "off" or is_own_frame(request):
        return ()
    if option == "sandboxed":
        return ("/fakewww/about/index.html",)
    home = f"{origin(request)}/fakewww/index.html"
    return "/fakewww/about/index.html", f"{request.scheme}://{PARTNER}/?to={home}"


def title(page: Page) -> str:
    """The title of the document; that of the homepage comes from the published example."""
    return page.title if page.type == "homepage" else clean(f"{page.title} – {load().name}", longest=500)


def page_facts(request: web.Request, page: Page, session: Session) -> dict[str, Any]:
    """The ledger's facts about a page."""
    target = request.headers.get(THEME_HEADER, "")
    if not target.startswith("/"):
        target = request.raw_path
    url = origin(request) + target if target.startswith("/") else target
    facts: dict[str, Any] = {
        "page": {"url": clean(url, longest=8_000), "type": page.type, "title": title(page), "status": page.status}
    }
    if page.product:
        facts["product"] = product_facts(page.product, page.product.variants[0])
    if page.category:
        facts["category"] = category_facts(page.category)
    if page.search:
        search = page.search
        facts["search"] = {"keyword": search.keyword, "page": search.page, "results": search.results}
    if page.step:
        step = page.step
        facts["funnel"] = {"name": step.funnel, "step": step.name, "position": step.position, "last": step.last}
    if page.order:
        facts["order"] = {"number": page.order.number, "first": page.first}
    if consent := consent_of(request):
        facts["consent"] = consent
    if session.person:
        facts["customer"] = customer_facts(session.person)
    return {**facts, "cart": cart_facts(session.cart)}


@cache
def environment() -> Environment:
    """The templates, cached for the process."""
    made = Environment(
        loader=PackageLoader("fakewww"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    made.policies["json.dumps_kwargs"] = {"sort_keys": False}
    made.filters["amount"] = amount
    made.filters["money"] = money
    return made


@pass_context
def money(context: Context, value: Decimal) -> str:
    """A price for the shopper, in the store's currency."""
    currency = context["shop"].catalogue.currency
    return f"{SIGNS.get(currency, currency)}{tracking.price(value, currency)}"
