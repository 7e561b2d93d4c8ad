"""The page of an order, on which its owner edits or cancels it.

Selectors: a line is `.cart-lines li[data-sku="SKU"]` with an `input` for its quantity and a `button[name=remove]`. `#product`
(a name or SKU) and `#quantity` add a product. The button "Save order" submits all entries as one edit; quantity 0 removes a
line. There is a button "Cancel order"; the state is in `#order-state`.
"""

from collections.abc import Mapping

from aiohttp import web

from fakewww.cart import MAX_QUANTITY, Cart, CartError, Line, add, remove, set_quantity
from fakewww.catalogue import Catalogue, fold
from fakewww.checkout import order_entry
from fakewww.input_validation import clean, whole_number
from fakewww.ledger import item_facts
from fakewww.orders import Order
from fakewww.page import Page
from fakewww.render import show
from fakewww.shop import Session, Shop, form_of, redirect_to, session_of, shop_of


class EntryError(CartError):
    """An invalid entry in a field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


async def show_order(request: web.Request) -> web.Response:
    """Show the order."""
    return show(request, order_page(order_of(request)))


async def change(request: web.Request) -> web.Response:
    """Edit or cancel the order and show it, or show the error and the form."""
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
    return redirect_to(path(order))


def order_of(request: web.Request) -> Order:
    """The order in the address. HTTPNotFound unless the visitor owns it."""
    owner = session_of(request).owner
    order = shop_of(request).orders.find(request.match_info["number"], owner=owner)
    if order is None:
        raise web.HTTPNotFound
    return order


def changed(catalogue: Catalogue, order: Order, form: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines of the order after the edit. CartError for invalid entries."""
    after = Cart(id=order.cart_id, lines=order.lines)
    if "remove" in form:
        after, _ = remove(after, form["remove"])
    for line in after.lines:
        field = f"quantity-{line.variant.sku}"
        if field in form:
            after, _ = set_quantity(after, line.variant.sku, quantity(form, field, least=0))
    if clean(form.get("product", "")):
        after, _ = add(after, added_line(catalogue, form))
    if not after.lines:
        raise CartError("An order needs at least one product. To remove all of them, cancel the order.")
    return after.lines


def added_line(catalogue: Catalogue, form: Mapping[str, str]) -> Line:
    """The line to add, of a variant by its SKU or a product by its name. EntryError for an unknown or ambiguous one."""
    entered = clean(form["product"])
    pairs = [(product, variant) for product in catalogue.products for variant in product.variants]
    found = [pair for pair in pairs if pair[1].sku == entered.upper()]
    found = found or [pair for pair in pairs if fold(pair[0].name).split() == fold(entered).split()]
    if not found:
        raise EntryError(
            "product", f"We have no “{entered}”. Please enter the name of a product or the number of a variant."
        )
    if len(found) > 1:
        skus = ", ".join(variant.sku for _, variant in found)
        raise EntryError(
            "product", f"“{found[0][0].name}” comes in several variants. Please enter one of these: {skus}."
        )
    product, variant = found[0]
    return Line(product=product, variant=variant, quantity=quantity(form, "quantity", least=1))


def quantity(form: Mapping[str, str], field: str, *, least: int) -> int:
    """The entered quantity. EntryError for an invalid one."""
    entered = whole_number(form.get(field, ""))
    if entered is None or not least <= entered <= MAX_QUANTITY:
        raise EntryError(field, f"Please enter a quantity from {least} to {MAX_QUANTITY}.")
    return entered


def edit(shop: Shop, session: Session, order: Order, lines: tuple[Line, ...]) -> None:
    """Replace the lines of the order, if they differ."""
    if lines == order.lines:
        return
    edited = shop.orders.edit(order, lines)
    entry = order_entry(shop, edited, "edited")
    entry["order"]["previous_items"] = item_facts(order.lines)
    shop.ledger.write("order", session=session.id, **entry)
    shop.backend.order_accepted(edited)
    session.notices.append("Your order is changed.")


def cancel(shop: Shop, session: Session, order: Order) -> None:
    """Cancel the order."""
    cancelled = shop.orders.cancel(order)
    shop.ledger.write("order", session=session.id, **order_entry(shop, cancelled, "cancelled"))
    shop.backend.order_cancelled(cancelled)
    session.notices.append("Your order is cancelled, and we will refund your payment.")


def order_page(order: Order, *, error: CartError | None = None, form: Mapping[str, str] | None = None) -> Page:
    """The page of an order; with an error it shows the entered values."""
    entered = {key: clean(value) for key, value in (form or {}).items()}
    invalid = error.field if isinstance(error, EntryError) else ""
    data = {"order": order, "error": str(error or ""), "invalid": invalid, "form": entered}
    status = 422 if error else 200
    return Page(type="other", title=f"Order {order.number}", template="order.html", status=status, data=data)


def path(order: Order) -> str:
    """The path of an order's page."""
    return f"orders/{order.number}/index.html"


ROUTES = [
    web.get("/fakewww/orders/{number}/index.html", show_order),
    web.post("/fakewww/orders/{number}/index.html", change),
]
