"""The homepage, the pages of categories, searches and products, and the pages about the store."""

from dataclasses import replace

from aiohttp import web

from fakewww.cart import MAX_QUANTITY, CartError, Line, add
from fakewww.catalogue import Category, Product, page
from fakewww.input_validation import clean, whole_number
from fakewww.page import Page, Search
from fakewww.render import show
from fakewww.shop import form_of, redirect_to, session_of, shop_of


async def home(request: web.Request) -> web.Response:
    """Show the homepage with twelve products, alternately from each category."""
    catalogue = shop_of(request).catalogue
    shelves = [catalogue.in_category(category.id) for category in catalogue.categories]
    products = [product for row in zip(*shelves, strict=False) for product in row][:12]
    return show(
        request, Page(type="homepage", title="Beacon Test Index", template="home.html", data={"products": products})
    )


async def category(request: web.Request) -> web.Response:
    """Show a page of a category: that of the requested number, or the nearest one."""
    catalogue = shop_of(request).catalogue
    selected = category_of(request)
    found = page(catalogue.in_category(selected.id), page_number(request))
    return show(
        request,
        Page(
            type="category",
            title=selected.name,
            template="category.html",
            category=selected,
            data={"found": found},
        ),
    )


async def search(request: web.Request) -> web.Response:
    """Show a page of search results. Without a keyword it is not a search page."""
    keyword = clean(request.query.get("q", ""))
    found = page(shop_of(request).catalogue.search(keyword), page_number(request))
    title = f"Search: {keyword}" if keyword else "Search"
    content = Page(type="other", title=title, template="search.html", data={"found": found, "keyword": keyword})
    if keyword:
        results = Search(keyword=keyword, page=found.number, results=found.total)
        content = replace(content, type="search", search=results)
    return show(request, content)


async def product(request: web.Request) -> web.Response:
    """Show a product. The parameter `sku` preselects a variant."""
    form = {"quantity": "1", "sku": request.query.get("sku", "")}
    return show(request, product_page(request, product_of(request), form=form))


async def add_to_cart(request: web.Request) -> web.Response:
    """Add a product to the cart, or show the error on its page."""
    shop, session, selected, form = shop_of(request), session_of(request), product_of(request), await form_of(request)
    sku, quantity = form.get("sku", ""), whole_number(form.get("quantity", ""), default=0) or 0
    variant = next((variant for variant in selected.variants if variant.sku == sku), None)
    try:
        if variant is None:
            raise CartError("Please choose one of the variants.")
        if not 1 <= quantity <= MAX_QUANTITY:
            raise CartError(f"Please enter a quantity from 1 to {MAX_QUANTITY}.")
        line = Line(product=selected, variant=variant, quantity=quantity)
        shop.change_cart(session, add(session.cart, line), cookies=request.cookies)
    except CartError as error:
        return show(request, product_page(request, selected, error=str(error), form=form))
    session.notices.append(f"“{selected.name}” is in your cart.")
    return redirect_to("cart/index.html")


def product_page(request: web.Request, selected: Product, *, form: dict[str, str], error: str = "") -> Page:
    """The page of a product; with an error it shows the entered values."""
    catalogue = shop_of(request).catalogue
    others = [other for other in catalogue.in_category(selected.category) if other != selected]
    entered = {key: clean(value) for key, value in form.items()}
    return Page(
        type="product",
        title=selected.name,
        template="product.html",
        status=422 if error else 200,
        product=selected,
        data={
            "home_category": catalogue.category(selected.category),
            "others": others[:4],
            "error": error,
            "form": entered,
        },
    )


async def about(request: web.Request) -> web.Response:
    """Show the page about the store."""
    return show(request, Page(type="other", title="About us", template="about.html"))


async def contact(request: web.Request) -> web.Response:
    """Show the contact page."""
    return show(request, Page(type="other", title="Contact", template="contact.html"))


def not_found(request: web.Request) -> web.Response:
    """The response for a missing page."""
    return show(request, Page(type="other", title="Page not found", template="not_found.html", status=404))


def category_of(request: web.Request) -> Category:
    """The category in the address. HTTPNotFound for an unknown one."""
    try:
        return shop_of(request).catalogue.category(request.match_info["id"])
    except KeyError:
        raise web.HTTPNotFound from None


def product_of(request: web.Request) -> Product:
    """The product in the address. HTTPNotFound for an unknown one."""
    try:
        return shop_of(request).catalogue.product(request.match_info["id"])
    except KeyError:
        raise web.HTTPNotFound from None


def page_number(request: web.Request) -> int:
    """The parameter `page`, or 1 if it is not a number."""
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
