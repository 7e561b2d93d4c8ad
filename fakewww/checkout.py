"""The checkout: four steps, the order and its receipt."""

from collections.abc import Mapping
from typing import Any, Literal

from aiohttp import web

from fakewww.backend.state import visit_of
from fakewww.customers import Address, Customer
from fakewww.input_validation import clean, is_email
from fakewww.ledger import order_facts
from fakewww.orders import PAYMENT, SHIPPING, Order, shipping_price, totals
from fakewww.page import STEPS, SUCCESS, Page, Step
from fakewww.render import show
from fakewww.shop import Session, Shop, form_of, is_displayed, redirect_to, session_of, shop_of

COUNTRIES = ("Austria", "Belgium", "Denmark", "France", "Germany", "Netherlands", "Switzerland", "United Kingdom")
FIELDS = {
    "email": "Please enter an e-mail address, such as name@example.org.",
    "first_name": "Please enter your first name.",
    "last_name": "Please enter your last name.",
    "street": "Please enter street and number.",
    "postcode": "Please enter the postcode.",
    "city": "Please enter the town or city.",
    "country": "Please choose one of the countries we send to.",
}
"""Address field → error message for a missing or invalid value."""


async def show_step(request: web.Request) -> web.Response:
    """Show a step, or redirect to the earliest incomplete step before it."""
    session, step = session_of(request), step_of(request)
    return prerequisite(session, step) or show(request, step_page(session, step))


async def submit_step(request: web.Request) -> web.Response:
    """Store the values of a step and redirect to the next one, or show the errors."""
    session, step, form = session_of(request), step_of(request), await form_of(request)
    if step.name == "review" and not session.cart.lines and session.last_order:
        return redirect_to(receipt_path(session.last_order))
    if redirect := prerequisite(session, step):
        return redirect
    if form.get("action") == "cancel" and step.name in ("payment", "review"):
        return cancel(shop_of(request), session, visit=visit_of(request.cookies))
    if step.name == "review":
        return place(shop_of(request), session, visit=visit_of(request.cookies))
    errors = SUBMIT[step.name](shop_of(request), session, form)
    if errors:
        return show(request, step_page(session, step, errors=errors, form=form))
    return redirect_to(list(STEPS.values())[step.position].path)


async def receipt(request: web.Request) -> web.Response:
    """Show the receipt of a paid order to its owner. Its first display is the last step of the checkout."""
    shop, session = shop_of(request), session_of(request)
    order = shop.orders.paid(request.match_info["number"], owner=session.owner)
    if order is None:
        raise web.HTTPNotFound
    is_first = is_displayed(request) and shop.orders.mark_shown(order)
    page = Page(
        type="order_success",
        title=f"Order {order.number}",
        template="receipt.html",
        order=order,
        first=is_first,
        step=SUCCESS if is_first else None,
    )
    return show(request, page)


def step_of(request: web.Request) -> Step:
    """The step in the address. HTTPNotFound for an unknown one."""
    try:
        return STEPS[request.match_info["step"]]
    except KeyError:
        raise web.HTTPNotFound from None


def prerequisite(session: Session, step: Step) -> web.Response | None:
    """A redirect to the cart if it is empty, or to an incomplete earlier step."""
    if not session.cart.lines:
        session.notices.append("Your cart is empty. Add a product before you check out.")
        return redirect_to("cart/index.html")
    values = {"address": session.address, "shipping": session.shipping, "payment": session.payment}
    earlier = (other for other in STEPS.values() if other.position < step.position)
    missing = next((other for other in earlier if not values[other.name]), None)
    return redirect_to(missing.path) if missing else None


def step_page(
    session: Session, step: Step, *, errors: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
) -> Page:
    """The page of a step, with the entered or else the known values."""
    entered = {key: clean(value) for key, value in form.items()} if form is not None else known_values(session)
    return Page(
        type="order_confirm" if step.name == "review" else "checkout",
        title=f"Checkout: {step.name}",
        template=f"checkout_{step.name}.html",
        status=422 if errors else 200,
        step=step,
        data={
            "errors": errors or {},
            "form": entered,
            "countries": COUNTRIES,
            "shipping": [
                {"choice": choice, "price": shipping_price(choice, session.cart.subtotal)}
                for choice in SHIPPING.values()
            ],
            "payment": PAYMENT.values(),
            "totals": totals(session.cart, session.shipping or SHIPPING["standard"]),
        },
    )


def known_values(session: Session) -> dict[str, str]:
    """The initial values of the checkout's forms."""
    form = {"shipping": session.shipping.id if session.shipping else "standard"}
    form["payment"] = session.payment.id if session.payment else "card"
    if session.person:
        form |= {"first_name": session.person.first_name, "last_name": session.person.last_name}
        form["email"] = session.person.email
    address = session.address or (session.customer and session.customer.address)
    if address:
        form |= {"street": address.street, "postcode": address.postcode}
        form |= {"city": address.city, "country": address.country}
    return form


def submit_address(shop: Shop, session: Session, form: Mapping[str, str]) -> dict[str, str]:
    """Store the address and return the errors. Without an account, the shopper becomes a guest with the e-mail address as id."""
    entered = {name: clean(form.get(name, "")) for name in FIELDS}
    is_valid = {name: bool(value) for name, value in entered.items()}
    is_valid |= {"email": is_email(entered["email"]), "country": entered["country"] in COUNTRIES}
    errors = {name: message for name, message in FIELDS.items() if not is_valid[name]}
    if errors:
        return errors
    email, first_name, last_name = (entered.pop(name) for name in ("email", "first_name", "last_name"))
    session.address = Address(name=f"{first_name} {last_name}", **entered)
    if session.customer:
        session.customer = shop.customers.move(session.customer, session.address)
    else:
        session.guest = Customer(id=email, first_name=first_name, last_name=last_name, email=email)
    if session.person:
        shop.backend.customer_changed(session.person)
    return {}


def submit_shipping(shop: Shop, session: Session, form: Mapping[str, str]) -> dict[str, str]:
    """Store the way of shipping and return the errors."""
    choice = SHIPPING.get(form.get("shipping", ""))
    session.shipping = choice or session.shipping
    return {} if choice else {"form": "Please choose how we should send it."}


def submit_payment(shop: Shop, session: Session, form: Mapping[str, str]) -> dict[str, str]:
    """Store the way of payment and return the errors."""
    choice = PAYMENT.get(form.get("payment", ""))
    session.payment = choice or session.payment
    return {} if choice else {"form": "Please choose how you would like to pay."}


SUBMIT = {"address": submit_address, "shipping": submit_shipping, "payment": submit_payment}


def place(shop: Shop, session: Session, *, visit: Mapping[str, str]) -> web.Response:
    """Place and pay the order; the session gets a new cart."""
    order = record(shop, session, state="paid")
    shop.ledger.write("order", session=session.id, **order_entry(shop, order, "placed"))
    shop.ledger.write("order", session=session.id, **order_entry(shop, order, "paid"))
    shop.backend.order_placed(order, visit=visit)
    shop.backend.order_accepted(order)
    session.cart, session.last_order = shop.new_cart(), order.number
    session.shipping = session.payment = None
    return redirect_to(receipt_path(order.number))


def cancel(shop: Shop, session: Session, *, visit: Mapping[str, str]) -> web.Response:
    """Cancel the payment: the order is cancelled without a receipt, and the cart stays."""
    order = record(shop, session, state="cancelled")
    shop.ledger.write("order", session=session.id, **order_entry(shop, order, "cancelled"))
    shop.backend.order_placed(order, visit=visit)
    shop.backend.order_cancelled(order)
    session.payment = None
    session.notices.append("The payment was cancelled, and nothing was charged. Your cart is unchanged.")
    return redirect_to("cart/index.html")


def record(shop: Shop, session: Session, *, state: Literal["paid", "cancelled"]) -> Order:
    """Create an order of the cart. All steps must be complete."""
    assert session.person
    assert session.address
    return shop.orders.record(
        state=state,
        owner=session.owner,
        customer=session.person,
        address=session.address,
        shipping=session.shipping or SHIPPING["standard"],
        payment=session.payment or PAYMENT["card"],
        cart=session.cart,
    )


def order_entry(shop: Shop, order: Order, state: str) -> dict[str, Any]:
    """The order in the form of a ledger entry."""
    return {"order": order_facts(order, state=state, currency=shop.catalogue.currency)}


def receipt_path(number: str) -> str:
    """The path of an order's receipt."""
    return f"orders/{number}/success/index.html"


ROUTES = [
    web.get("/fakewww/checkout/{step}/index.html", show_step),
    web.post("/fakewww/checkout/{step}/index.html", submit_step),
    web.get("/fakewww/orders/{number}/success/index.html", receipt),
]
