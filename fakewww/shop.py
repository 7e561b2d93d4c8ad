"""The state of one shop: its settings, catalogue, customers, orders, ledger, and the sessions of its visitors."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from aiohttp import web
from yarl import URL

from fakewww import catalogue
from fakewww import difficult_catalogue as hard
from fakewww.backend.backend import Backend
from fakewww.backend.state import visit_of
from fakewww.cart import Cart, Change, Changed
from fakewww.catalogue import Category, Product
from fakewww.customers import Address, Customer, Customers
from fakewww.ledger import Ledger, change_facts
from fakewww.orders import Choice, Orders

COOKIE = "fakewww_session"
TO_SHOW = "X-Fakewww-Page"
"""The header of a request by `static/spa.js`, which shows the page that it gets."""
OUTLET = "outlet."
"""What the store's second name begins with."""

PARTNER = "partner.example"
"""The other site that is shown in frames."""

Snippet = Literal["once", "twice", "late", "before"]
Policy = Literal["none", "smallest", "closed"]
Wares = Literal["plain", "hard"]
Asking = Literal["off", "asked", "signals"]
Referrer = Literal["default", "no-referrer", "same-origin", "strict-origin", "unsafe-url"]
Worker = Literal["off", "on", "twice"]
Theme = Literal["classic", "spa"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this shop was opened; `script_url` None leaves the tracker's snippet out of the pages.

    `backend` is the version of the Events API that its back end speaks, or off. `snippet` is how pages load the tracker,
    `policy` which of `show.POLICIES` they have, `pictures` how many the lines of the cart have, `levels` how many levels of
    attribution they take from the address, `wares` what is sold: `hard` is what `fakewww.difficult_catalogue` makes of it.
    `consent` is how visitors agree to be tracked: by a banner, or unless their browser says no; or nobody asks. With the
    `theme` spa a script fetches the pages that links lead to, and shows them in place of the one before.
    An `outlet` is the same store under a second name, to which a link on each page leads. With `frames` each page embeds
    another page of the store, and one of `PARTNER`. `referrer` is their Referrer-Policy, `worker` their service worker.
    Where pages are `kept`, browsers may bring them back as they were left.
    """

    seed: int
    script_url: str | None
    collector_url: str | None
    site_id: str
    org_id: str
    backend: str = "off"
    snippet: Snippet = "once"
    policy: Policy = "none"
    pictures: int = 1
    levels: int = 3
    wares: Wares = "plain"
    consent: Asking = "off"
    theme: Theme = "classic"
    outlet: bool = False
    kept: bool = False
    frames: bool = False
    referrer: Referrer = "default"
    worker: Worker = "off"


@dataclass(kw_only=True)
class Session:
    """One visitor. `changes` are the cart's changes that no page has told the tracker yet, `notices` what to tell the shopper."""

    id: str
    cart: Cart
    customer: Customer | None = None
    guest: Customer | None = None
    email: str = ""
    address: Address | None = None
    shipping: Choice | None = None
    payment: Choice | None = None
    last_order: str = ""
    consent: Literal["", "granted", "denied"] = ""
    changes: list[Change] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def person(self) -> Customer | None:
        """Who this is, as far as is known: the account's holder, or a guest who left a name at the checkout."""
        return self.customer or self.guest

    @property
    def owner(self) -> str:
        """The id under which this visitor's orders are kept."""
        return self.customer.id if self.customer else self.id


class Shop:
    """All of one store instance. The same seed and the same requests give the same ids."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalogue = catalogue.load() if settings.wares == "plain" else hard.harden(catalogue.load())
        self.customers = Customers()
        self.orders = Orders(seed=settings.seed)
        self.ledger = Ledger(store=self.catalogue.name, currency=self.catalogue.currency, backend=settings.backend)
        self.sessions: dict[str, Session] = {}
        self.backend = Backend()
        self._carts = 0

    def open_session(self) -> Session:
        """A visitor who was not here before."""
        session = Session(id=self._digest("session", len(self.sessions))[:24], cart=self.new_cart())
        self.sessions[session.id] = session
        return session

    def new_cart(self) -> Cart:
        """An empty cart with an id of ten digits."""
        self._carts += 1
        number = int(self._digest("cart", self._carts), 16) % (9 * 10**9) + 10**9
        return Cart(id=str(number))

    def change_cart(self, session: Session, changed: Changed, *, cookies: Mapping[str, str] | None = None) -> None:
        """Make a change true: in the session, in the ledger, in the back end, and for the tracker on the next page.

        `cookies` are those of the request that asked for it.
        """
        cart, changes = changed
        session.cart = cart
        session.changes.extend(changes)
        for change in changes:
            self.ledger.write("cart", session=session.id, **change_facts(change, cart))
        if changes:
            visit = visit_of(cookies or {})
            self.backend.cart_changed(cart, visitor=session.id, customer=session.person, visit=visit)

    def change_product(self, product: Product) -> None:
        """Sell this in place of the product of the same id; what is in carts and orders stays as it was."""
        self.catalogue = self.catalogue.with_product(product)
        self.backend.product_changed(product, self.catalogue)

    def change_category(self, category: Category) -> None:
        """Show this in place of the category of the same id."""
        self.catalogue = self.catalogue.with_category(category)
        self.backend.category_changed(category, self.catalogue)

    def _digest(self, kind: str, number: int) -> str:
        return hashlib.sha256(f"{self.settings.seed} {kind} {number}".encode()).hexdigest()


SHOP = web.AppKey("shop", Shop)
SESSION = web.RequestKey("session", Session)


def shop_of(request: web.Request) -> Shop:
    """The shop that answers this request."""
    return request.app[SHOP]


def is_seen(request: web.Request) -> bool:
    """Whether a shopper will look at the answer as a page: not of a HEAD request, nor of one that a script made, but the theme's
    or the worker's, nor of our own frame.
    """
    kind, settings = request.headers.get("Sec-Fetch-Dest", "document"), shop_of(request).settings
    is_passed_on = settings.worker != "off" and kind == "empty" and "text/html" in request.headers.get("Accept", "")
    is_whole = kind in {"document", "iframe", "frame"} or is_passed_on
    to_show = settings.theme == "spa" and TO_SHOW in request.headers
    return request.method in {"GET", "POST"} and (is_whole or to_show) and not is_part(request)


def is_part(request: web.Request) -> bool:
    """Whether another page of the store shows this one in a frame."""
    of_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return of_ours and request.headers.get("Sec-Fetch-Dest") in {"iframe", "frame"}


def session_of(request: web.Request) -> Session:
    """The visitor's session. A request that nobody sees opens none: it gets one that is forgotten."""
    if SESSION not in request:
        shop = shop_of(request)
        known = shop.sessions.get(request.cookies.get(COOKIE, ""))
        stays = is_seen(request) or request.method == "POST"
        request[SESSION] = known or (shop.open_session() if stays else Session(id="", cart=Cart(id="")))
    return request[SESSION]


def keep_session(request: web.Request, response: web.StreamResponse) -> None:
    """Set the cookie where the visitor has none that we know."""
    session = request.get(SESSION)
    if session and session.id and request.cookies.get(COOKIE) != session.id:
        domain = URL(origin(request)).host if shop_of(request).settings.outlet else None
        shared = domain and domain.removeprefix(OUTLET)
        response.set_cookie(COOKIE, session.id, path="/", httponly=True, samesite="Lax", domain=shared)


def origin(request: web.Request) -> str:
    """Scheme and host as the browser asked for them."""
    return f"{request.scheme}://{request.host}"


def elsewhere(request: web.Request) -> str:
    """The store's homepage, under its other name."""
    host = request.host.removeprefix(OUTLET) if request.host.startswith(OUTLET) else OUTLET + request.host
    return f"{request.scheme}://{host}/fakewww/index.html"


def go(path: str) -> web.Response:
    """After a POST: look at that page of the store now."""
    return web.Response(status=303, headers={"Location": f"/fakewww/{path}", "Cache-Control": "no-store"})


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a posted form; what is not UTF-8 is replaced, what is no form has no fields."""
    body = (await request.read()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True))
