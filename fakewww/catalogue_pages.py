"""The pages to look around in: home, categories, search, products, and the few words about the shop itself."""

from dataclasses import replace

from aiohttp import web

from fakewww.cart import MOST, CartError, Line, add
from fakewww.catalogue import Category, Product, page
from fakewww.input_validation import clean, whole_number
from fakewww.page import Page, Search
from fakewww.render import show
from fakewww.shop import form_of, go, session_of, shop_of


async def home(request: web.Request) -> web.Response:
    """The homepage, with a dozen products, in turn from every category."""
    catalogue = shop_of(request).catalogue
    shelves = [catalogue.in_category(category.id) for category in catalogue.categories]
    window = [product for row in zip(*shelves, strict=False) for product in row][:12]
    about = Page(type="homepage", title="Beacon Test Index", template="home.html", data={"products": window})
    return show(request, about)


async def category(request: web.Request) -> web.Response:
    """One page of a category; a page number that makes no sense gives the nearest page there is."""
    catalogue = shop_of(request).catalogue
    shown = category_of(request)
    found = page(catalogue.in_category(shown.id), page_number(request))
    about = Page(
        type="category",
        title=shown.name,
        template="category.html",
        category=shown,
        data={"found": found},
    )
    return show(request, about)


async def search(request: web.Request) -> web.Response:
    """One page of what was found. Without words nothing is searched, and the page is none of search results."""
    keyword = clean(request.query.get("q", ""))
    found = page(shop_of(request).catalogue.search(keyword), page_number(request))
    title = f"Search: {keyword}" if keyword else "Search"
    about = Page(type="other", title=title, template="search.html", data={"found": found, "keyword": keyword})
    if keyword:
        results = Search(keyword=keyword, page=found.number, results=found.total)
        about = replace(about, type="search", search=results)
    return show(request, about)


async def product(request: web.Request) -> web.Response:
    """A product, with its variants to choose from; the address may name one by its `sku`."""
    form = {"quantity": "1", "sku": request.query.get("sku", "")}
    return show(request, product_page(request, product_of(request), form=form))


async def add_to_cart(request: web.Request) -> web.Response:
    """Put a product into the cart, or say on its page why not."""
    shop, session, shown, form = shop_of(request), session_of(request), product_of(request), await form_of(request)
    sku, quantity = form.get("sku", ""), whole_number(form.get("quantity", ""), default=0) or 0
    variant = next((variant for variant in shown.variants if variant.sku == sku), None)
    try:
        if variant is None:
            raise CartError("Please choose one of the variants.")
        if not 1 <= quantity <= MOST:
            raise CartError(f"Please enter a quantity from 1 to {MOST}.")
        line = Line(product=shown, variant=variant, quantity=quantity)
        shop.change_cart(session, add(session.cart, line), cookies=request.cookies)
    except CartError as error:
        return show(request, product_page(request, shown, error=str(error), form=form))
    session.notices.append(f"“{shown.name}” is in your cart.")
    return go("cart/index.html")


def product_page(request: web.Request, shown: Product, *, form: dict[str, str], error: str = "") -> Page:
    """The page of a product; with an error it keeps what was entered."""
    catalogue = shop_of(request).catalogue
    others = [other for other in catalogue.in_category(shown.category) if other != shown]
    entered = {key: clean(value) for key, value in form.items()}
    return Page(
        type="product",
        title=shown.name,
        template="product.html",
        status=422 if error else 200,
        product=shown,
        data={
            "home_category": catalogue.category(shown.category),
            "others": others[:4],
            "error": error,
            "form": entered,
        },
    )


async def about(request: web.Request) -> web.Response:
    """Who we are."""
    return show(request, Page(type="other", title="About us", template="about.html"))


async def contact(request: web.Request) -> web.Response:
    """Where to find us."""
    return show(request, Page(type="other", title="Contact", template="contact.html"))


def not_found(request: web.Request) -> web.Response:
    """The page for addresses that lead nowhere."""
    return show(request, Page(type="other", title="Page not found", template="not_found.html", status=404))


def category_of(request: web.Request) -> Category:
    """The category that the address names; raises HTTPNotFound."""
    try:
        return shop_of(request).catalogue.category(request.match_info["id"])
    except KeyError:
        raise web.HTTPNotFound from None


def product_of(request: web.Request) -> Product:
    """The product that the address names; raises HTTPNotFound."""
    try:
        return shop_of(request).catalogue.product(request.match_info["id"])
    except KeyError:
        raise web.HTTPNotFound from None


def page_number(request: web.Request) -> int:
    """The `page` of the query string, 1 where it is no number."""
    return whole_number(request.query.get("page", ""), default=1) or 1


ROUTES = [
    web.get("/fakewww/index.html", home),
    web.get("/fakewww/categories/{id}/index.html", category),
    web.get("/fakewww/search/index.html", search),
    web.get("/fakewww/products/{id}/index.html", product),
    web.post("/fakewww/products/{id}/index.html", add_to_cart),
    web.get("/fakewww/about/index.html", about),
    web.get("/fakewww/contact/index.html", contact),
]
