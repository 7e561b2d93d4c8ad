"""The page of an order, for who placed it: to change what is in it, all at once or line by line, and to cancel it.

Selectors: a line is `.cart-lines li[data-sku="SKU"]`, its quantity `input` within, its button `button[name=remove]`. Below
the lines stand `#product`, for a name or SKU to add, `#quantity` of it, and the button "Save order", which takes all that
was entered as one edit; quantity 0 takes a line out. The button "Cancel order" stands beside, the state in `#order-state`.
"""

from collections.abc import Mapping

from aiohttp import web

from fakewww.cart import MOST, Cart, CartError, Line, add, remove, set_quantity
from fakewww.catalogue import Catalogue, fold
from fakewww.checkout import order_entry
from fakewww.input_validation import clean, whole_number
from fakewww.ledger import item_facts
from fakewww.orders import Order
from fakewww.page import Page
from fakewww.render import show
from fakewww.shop import Session, Shop, form_of, go, session_of, shop_of


class EntryError(CartError):
    """What was entered in a field will not do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


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
        return show(request, order_page(order, error=error, form=form))
    return go(path(order))


def order_of(request: web.Request) -> Order:
    """The order that the address names; raises HTTPNotFound for everybody but its owner."""
    owner = session_of(request).owner
    order = shop_of(request).orders.find(request.match_info["number"], owner=owner)
    if order is None:
        raise web.HTTPNotFound
    return order


def changed(catalogue: Catalogue, order: Order, form: Mapping[str, str]) -> tuple[Line, ...]:
    """The order's lines after all that the form asks for; raises CartError."""
    after = Cart(id=order.cart_id, lines=order.lines)
    if "remove" in form:
        after, _ = remove(after, form["remove"])
    for line in after.lines:
        field = f"quantity-{line.variant.sku}"
        if field in form:
            after, _ = set_quantity(after, line.variant.sku, quantity(form, field, least=0))
    if clean(form.get("product", "")):
        after, _ = add(after, wanted(catalogue, form))
    if not after.lines:
        raise CartError("Something has to stay in an order. To give it up as a whole, cancel it.")
    return after.lines


def wanted(catalogue: Catalogue, form: Mapping[str, str]) -> Line:
    """The line to add: so many pieces of a variant by its SKU, or of a product by its name; raises EntryError."""
    words = clean(form["product"])
    pairs = [(product, variant) for product in catalogue.products for variant in product.variants]
    found = [pair for pair in pairs if pair[1].sku == words.upper()]
    found = found or [pair for pair in pairs if fold(pair[0].name).split() == fold(words).split()]
    if not found:
        raise EntryError("product", f"We have no “{words}”. Please enter a product’s name, or the number of a variant.")
    if len(found) > 1:
        skus = ", ".join(variant.sku for _, variant in found)
        raise EntryError(
            "product", f"“{found[0][0].name}” comes in several variants. Please enter one of these: {skus}."
        )
    product, variant = found[0]
    return Line(product=product, variant=variant, quantity=quantity(form, "quantity", least=1))


def quantity(form: Mapping[str, str], field: str, *, least: int) -> int:
    """The quantity that was entered; raises EntryError."""
    entered = whole_number(form.get(field, ""))
    if entered is None or not least <= entered <= MOST:
        raise EntryError(field, f"Please enter a quantity from {least} to {MOST}.")
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


def order_page(order: Order, *, error: CartError | None = None, form: Mapping[str, str] | None = None) -> Page:
    """The page of an order; with an error it keeps what was entered."""
    entered = {key: clean(value) for key, value in (form or {}).items()}
    wrong = error.field if isinstance(error, EntryError) else ""
    data = {"order": order, "error": str(error or ""), "wrong": wrong, "form": entered}
    status = 422 if error else 200
    return Page(type="other", title=f"Order {order.number}", template="order.html", status=status, data=data)


def path(order: Order) -> str:
    """Where the page of that order is."""
    return f"orders/{order.number}/index.html"


ROUTES = [
    web.get("/fakewww/orders/{number}/index.html", look),
    web.post("/fakewww/orders/{number}/index.html", change),
]
