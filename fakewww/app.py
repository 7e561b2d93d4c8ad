"""The store as an aiohttp application: its routes and middleware, the ledger, pictures and static files."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from fakewww import account, cart_page, catalogue, catalogue_pages, checkout, consent, order_page, past_orders, pictures
from fakewww.backend import integration
from fakewww.backend.integration import integrate
from fakewww.input_validation import whole_number
from fakewww.options import StoreSettings
from fakewww.shop import SHOP, Shop, keep_session, shop_of

STATIC = Path(str(files("fakewww"))) / "static"
TRACKER = STATIC / "jirafe_api.js"
"""The tracker script of the built-in store."""

CACHEABLE = {"Cache-Control": "public, max-age=300"}


def create_app(settings: StoreSettings | None = None) -> web.Application:
    """A new store without visitors. IntegrationError if its back end cannot send with these settings."""
    app = web.Application(middlewares=[answer])
    app[SHOP] = shop = Shop(settings or StoreSettings())
    past_orders.create(shop)
    if shop.settings.backend != "off":
        integrate(app, shop)
    app.add_routes(ROUTES)
    app.router.add_static("/fakewww/static/", STATIC)
    return app


@web.middleware
async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Set the session cookie, show a page for missing addresses, and refuse to prefetch or prerender pages."""
    if "Sec-Purpose" in request.headers and asks_for_page(request):
        return web.Response(
            status=503, text="This store serves no page in advance.", headers={"Cache-Control": "no-store"}
        )
    try:
        response = await handler(request)
    except web.HTTPNotFound:
        if not asks_for_page(request):
            raise
        response = catalogue_pages.not_found(request)
    if request.path.startswith("/fakewww/static/"):
        response.headers.update(CACHEABLE)
    keep_session(request, response)
    return response


def asks_for_page(request: web.Request) -> bool:
    """Whether the address is that of a page, and not of a picture, a script or a tool's probe."""
    name = request.path.rpartition("/")[2]
    return "." not in name or name.endswith(".html")


async def redirect_to_homepage(request: web.Request) -> web.Response:
    """Redirect the bare host to the homepage."""
    return web.Response(status=302, headers={"Location": "/fakewww/index.html", "Cache-Control": "no-store"})


async def ledger(request: web.Request) -> web.Response:
    """The ledger as JSON: `since=N` omits the first N entries, `session=ID` selects one session."""
    since = whole_number(request.query.get("since", "0"))
    if since is None:
        raise web.HTTPBadRequest(text="since: a whole number, such as since=12")
    document = shop_of(request).ledger.read(since=since, session=request.query.get("session"))
    return web.json_response(document, headers={"Cache-Control": "no-store"})


async def picture(request: web.Request) -> web.Response:
    """The drawing of a product."""
    drawing = draw(catalogue_pages.product_of(request).id, shop_of(request).settings.seed)
    return web.Response(body=drawing, content_type="image/svg+xml", headers=CACHEABLE)


@cache
def draw(product_id: str, seed: int) -> bytes:
    """The drawing as SVG, cached for the process."""
    return pictures.svg(catalogue.load().product(product_id), seed=seed).encode()


async def favicon(request: web.Request) -> web.FileResponse:
    """The icon at the path that browsers request without a link."""
    return web.FileResponse(STATIC / "favicon.svg", headers=CACHEABLE)


async def worker(request: web.Request) -> web.FileResponse:
    """The service worker, at a path whose scope covers all pages."""
    return web.FileResponse(STATIC / "worker.js")


ROUTES = [
    web.get("/", redirect_to_homepage),
    web.get("/fakewww", redirect_to_homepage),
    web.get("/fakewww/", redirect_to_homepage),
    web.get("/ledger.json", ledger),
    web.get("/favicon.ico", favicon),
    web.get("/fakewww/worker.js", worker),
    web.get("/fakewww/pictures/{id}.svg", picture),
    *catalogue_pages.ROUTES,
    *cart_page.ROUTES,
    *checkout.ROUTES,
    *order_page.ROUTES,
    *account.ROUTES,
    *consent.ROUTES,
    *integration.ROUTES,
]
