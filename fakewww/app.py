"""The store as an aiohttp application: routes, the ledger, pictures and static files, and what holds for every answer."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from fakewww import account, cart_page, catalogue, checkout, order_page, pictures
from fakewww import catalogue_pages as browse
from fakewww import consent as consents
from fakewww import past_orders as past
from fakewww.backend import integration
from fakewww.backend.backend import Version
from fakewww.backend.integration import Integration, integrate
from fakewww.backend.outbox import Wire
from fakewww.input_validation import whole_number
from fakewww.shop import (
    SHOP,
    Asking,
    Policy,
    Referrer,
    Settings,
    Shop,
    Snippet,
    Theme,
    Wares,
    Worker,
    keep_session,
    shop_of,
)

STATIC = Path(str(files("fakewww"))) / "static"
TRACKER = STATIC / "jirafe_api.js"
"""The store's own tracker script."""

SITE = "1"
"""The id of the store's site, unless another is given."""

DIRECT = Wire()
"""Through the system's own resolver."""

CACHEABLE = {"Cache-Control": "public, max-age=300"}


def create_app(
    *,
    seed: int = 0,
    script_url: str | None = "//beacon.jirafe.com/jirafe_api.js",
    collector_url: str | None = None,
    site_id: str = SITE,
    org_id: str = "",
    history: int = 0,
    snippet: Snippet = "once",
    policy: Policy = "none",
    pictures: int = 1,
    levels: int = 3,
    wares: Wares = "plain",
    consent: Asking = "off",
    theme: Theme = "classic",
    outlet: bool = False,
    kept: bool = False,
    frames: bool = False,
    referrer: Referrer = "default",
    worker: Worker = "off",
    backend: Version = "off",
    backend_url: str = "",
    backend_token: str = "",
    backend_wire: Wire = DIRECT,
    store_url: str = "http://127.0.0.1:8000",
) -> web.Application:
    """A new store, with no visitors yet. The same seed gives the same pictures, ids, order numbers and past orders.

    `script_url` is where pages load the tracker from; None leaves the tracker out. `collector_url` tells the tracker
    where to send, in place of the production collector. `history` is how many orders there were before. `snippet` is
    how pages load the tracker: once, twice, late or before they have said what it shall call; `policy` is their
    Content-Security-Policy, `pictures` how many each line of the cart has, and `levels` how many of the address's UTM
    parameters they take for an attribution; `wares` hard is a catalogue of names and prices that are hard to carry;
    `consent` is how visitors agree to be tracked (see `fakewww.consent`), and with an `outlet` a link on each page leads
    to a second name of the store; with the `theme` spa links show the next page by the history API (`static/spa.js`), and
    with `frames` each page embeds another one, and one of another site. `referrer` is the pages' Referrer-Policy, `worker`
    their service worker: one that passes on what they ask for, or sends what they post to others twice.
    Where pages are `kept`, a browser may bring back one that was left, as it was, without asking for it.
    `backend` is the version of the Events API that the back end speaks, `backend_url` the API's base, `backend_wire` how
    to get there, and `store_url` what documents name as the store's own address; see `fakewww.backend.integration`. Raises
    IntegrationError where those will not do.
    """
    settings = Settings(
        seed=seed,
        script_url=script_url,
        collector_url=collector_url,
        site_id=site_id,
        org_id=org_id,
        backend=backend,
        snippet=snippet,
        policy=policy,
        pictures=pictures,
        levels=levels,
        wares=wares,
        consent=consent,
        theme=theme,
        outlet=outlet,
        kept=kept,
        frames=frames,
        referrer=referrer,
        worker=worker,
    )
    app = web.Application(middlewares=[answer])
    app[SHOP] = shop = Shop(settings)
    past.remember(shop, history)
    if backend != "off":
        joined = Integration(
            version=backend, url=backend_url, store_url=store_url, token=backend_token, wire=backend_wire
        )
        integrate(app, shop, joined)
    app.add_routes(ROUTES)
    app.router.add_static("/fakewww/static/", STATIC)
    return app


@web.middleware
async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep the visitor's session, show a page where there is none, and give no page before anybody looks."""
    if "Sec-Purpose" in request.headers and asks_for_page(request):
        return web.Response(status=503, text="Not before somebody looks.", headers={"Cache-Control": "no-store"})
    try:
        response = await handler(request)
    except web.HTTPNotFound:
        if not asks_for_page(request):
            raise
        response = browse.not_found(request)
    if request.path.startswith("/fakewww/static/"):
        response.headers.update(CACHEABLE)
    keep_session(request, response)
    return response


def asks_for_page(request: web.Request) -> bool:
    """Whether a missing address was meant to be a page, and not a picture, a script or some tool's probe."""
    name = request.path.rpartition("/")[2]
    return "." not in name or name.endswith(".html")


async def front_door(request: web.Request) -> web.Response:
    """The bare host leads to the homepage."""
    return web.Response(status=302, headers={"Location": "/fakewww/index.html", "Cache-Control": "no-store"})


async def ledger(request: web.Request) -> web.Response:
    """What the store knows: `since=N` leaves out the first N entries, `session=ID` all other sessions."""
    since = whole_number(request.query.get("since", "0"))
    if since is None:
        raise web.HTTPBadRequest(text="since: a whole number, such as since=12")
    found = shop_of(request).ledger.read(since=since, session=request.query.get("session"))
    return web.json_response(found, headers={"Cache-Control": "no-store"})


async def picture(request: web.Request) -> web.Response:
    """The drawing of a product."""
    shop = shop_of(request)
    drawing = draw(browse.product_of(request).id, shop.settings.seed)
    return web.Response(body=drawing, content_type="image/svg+xml", headers=CACHEABLE)


@cache
def draw(product_id: str, seed: int) -> bytes:
    """The drawing, made once per process."""
    return pictures.svg(catalogue.load().product(product_id), seed=seed).encode()


async def favicon(request: web.Request) -> web.FileResponse:
    """The shop's mark, for browsers that look for it where it was in 1999."""
    return web.FileResponse(STATIC / "favicon.svg", headers=CACHEABLE)


async def worker(request: web.Request) -> web.FileResponse:
    """The service worker, from where it may see all pages."""
    return web.FileResponse(STATIC / "worker.js")


ROUTES = [
    web.get("/", front_door),
    web.get("/fakewww", front_door),
    web.get("/fakewww/", front_door),
    web.get("/ledger.json", ledger),
    web.get("/favicon.ico", favicon),
    web.get("/fakewww/worker.js", worker),
    web.get("/fakewww/pictures/{id}.svg", picture),
    *browse.ROUTES,
    *cart_page.ROUTES,
    *checkout.ROUTES,
    *order_page.ROUTES,
    *account.ROUTES,
    *consents.ROUTES,
    *integration.ROUTES,
]
