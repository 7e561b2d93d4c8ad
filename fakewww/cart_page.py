"""The cart page and its actions."""

from collections.abc import Mapping

from aiohttp import web

from fakewww.cart import MAX_QUANTITY, Cart, CartError, Changed, Line, change_variant, empty, remove, set_quantity
from fakewww.input_validation import clean, whole_number
from fakewww.page import STEPS, Page
from fakewww.render import show
from fakewww.shop import form_of, redirect_to, session_of, shop_of


async def cart(request: web.Request) -> web.Response:
    """Show the cart."""
    return show(request, cart_page())


async def change(request: web.Request) -> web.Response:
    """Change the cart and show it, or show the error and the form."""
    shop, session, form = shop_of(request), session_of(request), await form_of(request)
    if form.get("action") == "check out":
        return redirect_to(STEPS["address"].path)
    try:
        shop.change_cart(session, changed(session.cart, form), cookies=request.cookies)
    except CartError as error:
        return show(request, cart_page(error=str(error), form=form))
    return redirect_to("cart/index.html")


def changed(before: Cart, form: Mapping[str, str]) -> Changed:
    """The cart after the action of the form. CartError for an action that is not possible."""
    line = before.line(form.get("line", ""))
    match form.get("action"):
        case "empty":
            return empty(before)
        case "remove" if line:
            return remove(before, line.variant.sku)
        case "update" if line:
            return update(before, line, form)
    raise CartError("This product is no longer in your cart.")


def update(before: Cart, line: Line, form: Mapping[str, str]) -> Changed:
    """The cart with another quantity or variant of a line. CartError for wrong values."""
    quantity = whole_number(form.get("quantity", ""))
    if quantity is None or quantity > MAX_QUANTITY:
        raise CartError(f"Please enter a quantity from 0 to {MAX_QUANTITY}; 0 removes the product.")
    sku = form.get("sku", line.variant.sku)
    variant = next((variant for variant in line.product.variants if variant.sku == sku), None)
    if variant is None:
        raise CartError(f"“{line.product.name}” has no such variant.")
    if variant == line.variant or quantity == 0:
        return set_quantity(before, line.variant.sku, quantity)
    return change_variant(before, line.variant.sku, Line(product=line.product, variant=variant, quantity=quantity))


def cart_page(*, error: str = "", form: Mapping[str, str] | None = None) -> Page:
    """The cart page; with an error it shows the entered values."""
    entered = {key: clean(value) for key, value in (form or {}).items()}
    data = {"error": error, "form": entered}
    return Page(type="cart", title="Your cart", template="cart.html", status=422 if error else 200, data=data)


ROUTES = [web.get("/fakewww/cart/index.html", cart), web.post("/fakewww/cart/index.html", change)]
