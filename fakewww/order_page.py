"""The page of an order, for who placed it: to add to it, to change it, to take things out, and to cancel it.

Selectors: each line is `.cart-lines li[data-sku="SKU"]` with a field `[name=quantity]` and buttons `[value=update]` and
`[value=remove]`; below them `#product` (a SKU or a name), `#quantity` and the button "Add to order"; beside them the
button "Cancel order". The state is in `#order-state`, the number in `#order-number`.
"""

from collections.abc import Mapping

from aiohttp import web

from fakewww.cart import MOST, Cart, CartError, Line, add, remove, set_quantity
from fakewww.catalogue import Catalogue, fold
from fakewww.checkout import order_entry
from fakewww.ledger import item_facts
from fakewww.orders import Order
from fakewww.page import Page
from fakewww.shop import Session, Shop, form_of, go, session_of, shop_of
from fakewww.show import show
from fakewww.text import clean, whole_number


async def look(request: web.Request) -> web.Response:
    """The order as it is."""
    return show(request, order_page(order_of(request)))


async def change(request: web.Request) -> web.Response:
    """Change or cancel the order and show it, or say why not and what had been entered."""
    shop, session, form = shop_of(request), session_of(request), await form_of(request)
    order = order_of(request)
    try:
        if order.state != "paid":
            raise CartError("This order is cancelled: it can no longer be changed.")
        if form.get("action") == "cancel":
            cancel(shop, session, order)
        else:
            edit(shop, session, order, changed(shop.catalogue, order, form))
    except CartError as error:
        return show(request, order_page(order, error=str(error), form=form))
    return go(path(order))


def order_of(request: web.Request) -> Order:
    """The order that the address names; raises HTTPNotFound for everybody but its owner."""
    owner = session_of(request).owner
    order = shop_of(request).orders.find(request.match_info["number"], owner=owner)
    if order is None:
        raise web.HTTPNotFound
    return order


def changed(catalogue: Catalogue, order: Order, form: Mapping[str, str]) -> tuple[Line, ...]:
    """The order's lines after what the form asks for; raises CartError."""
    before = Cart(id=order.cart_id, lines=order.lines)
    line = before.line(form.get("line", ""))
    match form.get("action"):
        case "add":
            after, _ = add(before, wanted(catalogue, form))
        case "remove" if line:
            after, _ = remove(before, line.variant.sku)
        case "update" if line:
            after, _ = set_quantity(before, line.variant.sku, quantity(form, least=0))
        case _:
            raise CartError("That is no longer in your order.")
    if not after.lines:
        raise CartError("Something has to stay in an order. To give it up as a whole, cancel it.")
    return after.lines


def wanted(catalogue: Catalogue, form: Mapping[str, str]) -> Line:
    """The line to add: so many pieces of a variant by its SKU, or of a product by its name; raises CartError."""
    words = clean(form.get("product", ""))
    pairs = [(product, variant) for product in catalogue.products for variant in product.variants]
    found = [pair for pair in pairs if pair[1].sku == words.upper()]
    found = found or [pair for pair in pairs if fold(pair[0].name) == fold(words)]
    if not found:
        raise CartError(f"We have no “{words}”. Please enter a product’s name or its number.")
    if len(found) > 1:
        skus = ", ".join(variant.sku for _, variant in found)
        raise CartError(f"“{found[0][0].name}” comes in several variants. Please enter one of these: {skus}.")
    return Line(product=found[0][0], variant=found[0][1], quantity=quantity(form, least=1))


def quantity(form: Mapping[str, str], *, least: int) -> int:
    """The quantity that was entered; raises CartError."""
    entered = whole_number(form.get("quantity", ""))
    if entered is None or not least <= entered <= MOST:
        raise CartError(f"Please enter a quantity from {least} to {MOST}.")
    return entered


def edit(shop: Shop, session: Session, order: Order, lines: tuple[Line, ...]) -> None:
    """Give the order these lines, unless it has them."""
    if lines == order.lines:
        return
    edited = shop.orders.edit(order, lines)
    entry = order_entry(shop, edited, "edited")
    entry["order"]["previous_items"] = item_facts(order.lines)
    shop.ledger.write("order", session=session.id, **entry)
    shop.backend.order_accepted(edited)
    session.notices.append("Your order is changed.")


def cancel(shop: Shop, session: Session, order: Order) -> None:
    """Call the whole order off."""
    cancelled = shop.orders.cancel(order)
    shop.ledger.write("order", session=session.id, **order_entry(shop, cancelled, "cancelled"))
    shop.backend.order_cancelled(cancelled)
    session.notices.append("Your order is cancelled, and what you paid is on its way back.")


def order_page(order: Order, *, error: str = "", form: Mapping[str, str] | None = None) -> Page:
    """The page of an order; with an error it keeps what was entered."""
    entered = {key: clean(value) for key, value in (form or {}).items()}
    data = {"order": order, "error": error, "form": entered}
    status = 422 if error else 200
    return Page(type="other", title=f"Order {order.number}", template="order.html", status=status, data=data)


def path(order: Order) -> str:
    """Where the page of that order is."""
    return f"orders/{order.number}/index.html"


ROUTES = [
    web.get("/fakewww/orders/{number}/index.html", look),
    web.post("/fakewww/orders/{number}/index.html", change),
]
