"""The state of one store: settings, catalogue, customers, orders, ledger, and the sessions of its visitors."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from aiohttp import web
from yarl import URL

from fakewww import catalogue
from fakewww.backend.backend import Backend
from fakewww.backend.state import visit_of
from fakewww.cart import Cart, Change, Changed
from fakewww.catalogue import Category, Product
from fakewww.customers import Address, Customer, Customers
from fakewww.difficult_catalogue import make_difficult
from fakewww.ledger import Ledger, change_facts
from fakewww.options import StoreSettings
from fakewww.orders import Choice, Orders

COOKIE = "fakewww_session"
THEME_HEADER = "X-Fakewww-Page"
"""The header of requests by `static/spa.js`, which displays the page that it fetches: its address, if a fragment is part of it."""
OUTLET = "outlet."
"""Prefix of the store's second host name."""

PARTNER = "partner.example"
"""The other site that pages embed in a frame."""


@dataclass(kw_only=True)
class Session:
    """One visitor. The next page reports `changes` of the cart to the tracker, and shows `notices` to the shopper."""

    id: str
    cart: Cart
    customer: Customer | None = None
    guest: Customer | None = None
    address: Address | None = None
    shipping: Choice | None = None
    payment: Choice | None = None
    last_order: str = ""
    consent: Literal["", "granted", "denied"] = ""
    changes: list[Change] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def person(self) -> Customer | None:
        """The customer who signed in, or a guest who left a name at the checkout."""
        return self.customer or self.guest

    @property
    def owner(self) -> str:
        """The id that owns this visitor's orders."""
        return self.customer.id if self.customer else self.id


class Shop:
    """One store. The same seed and the same requests give the same ids."""

    def __init__(self, settings: StoreSettings) -> None:
        self.settings = settings
        self.catalogue = catalogue.load()
        if settings.wares == "hard":
            self.catalogue = make_difficult(self.catalogue)
        self.customers = Customers()
        self.orders = Orders(seed=settings.seed)
        self.ledger = Ledger(store=self.catalogue.name, currency=self.catalogue.currency, backend=settings.backend)
        self.sessions: dict[str, Session] = {}
        self.backend = Backend()
        self._carts = 0

    def open_session(self) -> Session:
        """The session of a new visitor."""
        session = Session(id=self._digest("session", len(self.sessions))[:24], cart=self.new_cart())
        self.sessions[session.id] = session
        return session

    def new_cart(self) -> Cart:
        """An empty cart with an id of ten digits."""
        self._carts += 1
        number = int(self._digest("cart", self._carts), 16) % (9 * 10**9) + 10**9
        return Cart(id=str(number))

    def change_cart(self, session: Session, changed: Changed, *, cookies: Mapping[str, str] | None = None) -> None:
        """Apply a change to session, ledger and back end. `cookies` are those of the shopper's request."""
        cart, changes = changed
        session.cart = cart
        session.changes.extend(changes)
        for change in changes:
            self.ledger.write("cart", session=session.id, **change_facts(change, cart))
        if changes:
            visit = visit_of(cookies or {})
            self.backend.cart_changed(cart, visitor=session.id, customer=session.person, visit=visit)

    def change_product(self, product: Product) -> None:
        """Replace the product of the same id. Carts and orders keep the old one."""
        self.catalogue = self.catalogue.with_product(product)
        self.backend.product_changed(product, self.catalogue)

    def change_category(self, category: Category) -> None:
        """Replace the category of the same id."""
        self.catalogue = self.catalogue.with_category(category)
        self.backend.category_changed(category, self.catalogue)

    def _digest(self, kind: str, number: int) -> str:
        return hashlib.sha256(f"{self.settings.seed} {kind} {number}".encode()).hexdigest()


SHOP = web.AppKey("shop", Shop)
SESSION = web.RequestKey("session", Session)


def shop_of(request: web.Request) -> Shop:
    """The shop of the request's application."""
    return request.app[SHOP]


def is_displayed(request: web.Request) -> bool:
    """Whether the response is displayed as a page of its own.

    False for HEAD, for requests by scripts other than the theme and the service worker, and for the store's own frames.
    """
    destination, settings = request.headers.get("Sec-Fetch-Dest", "document"), shop_of(request).settings
    accepts_html = "text/html" in request.headers.get("Accept", "")
    by_worker = settings.worker != "off" and destination == "empty" and accepts_html
    by_theme = settings.is_single_page and THEME_HEADER in request.headers
    is_navigation = destination in {"document", "iframe", "frame"}
    return request.method in {"GET", "POST"} and (is_navigation or by_worker or by_theme) and not is_own_frame(request)


def is_own_frame(request: web.Request) -> bool:
    """Whether another page of the store embeds this one."""
    is_same_origin = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return is_same_origin and request.headers.get("Sec-Fetch-Dest") in {"iframe", "frame"}


def session_of(request: web.Request) -> Session:
    """The visitor's session. A request that displays no page and posts nothing gets a temporary one."""
    if SESSION not in request:
        shop = shop_of(request)
        known = shop.sessions.get(request.cookies.get(COOKIE, ""))
        is_visit = is_displayed(request) or request.method == "POST"
        request[SESSION] = known or (shop.open_session() if is_visit else Session(id="", cart=Cart(id="")))
    return request[SESSION]


def keep_session(request: web.Request, response: web.StreamResponse) -> None:
    """Set the session cookie unless the request had it."""
    session = request.get(SESSION)
    if session and session.id and request.cookies.get(COOKIE) != session.id:
        domain = URL(origin(request)).host if shop_of(request).settings.outlet else None
        shared = domain and domain.removeprefix(OUTLET)
        response.set_cookie(COOKIE, session.id, path="/", httponly=True, samesite="Lax", domain=shared)


def origin(request: web.Request) -> str:
    """Scheme and host of the request."""
    return f"{request.scheme}://{request.host}"


def other_homepage(request: web.Request) -> str:
    """The store's homepage under its other host name."""
    host = request.host.removeprefix(OUTLET) if request.host.startswith(OUTLET) else OUTLET + request.host
    return f"{request.scheme}://{host}/fakewww/index.html"


def redirect_to(path: str) -> web.Response:
    """Redirect to a page of the store after a POST."""
    return web.Response(status=303, headers={"Location": f"/fakewww/{path}", "Cache-Control": "no-store"})


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a posted form. Invalid UTF-8 is replaced; a body that is no form has no fields."""
    body = (await request.read()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True))
