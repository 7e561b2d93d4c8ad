"""Account pages: sign-up, sign-in, sign-out, and the visitor's orders."""

from collections.abc import Mapping

from aiohttp import web

from fakewww.customers import Customer
from fakewww.input_validation import clean, is_email
from fakewww.ledger import customer_facts
from fakewww.page import STEPS, Page
from fakewww.render import show
from fakewww.shop import Session, Shop, form_of, redirect_to, session_of, shop_of

SIGN_UP_FIELDS = {
    "first_name": "Please enter your first name.",
    "last_name": "Please enter your last name.",
    "email": "Please enter an e-mail address, such as name@example.org.",
    "password": "Please choose a password of at least eight characters.",
}

TITLES = {"sign_up.html": "Create an account", "sign_in.html": "Welcome back"}


async def sign_up(request: web.Request) -> web.Response:
    """Show the sign-up form."""
    return show(request, form_page(request, "sign_up.html"))


async def submit_sign_up(request: web.Request) -> web.Response:
    """Create an account and sign its owner in."""
    shop, session, form = shop_of(request), session_of(request), await form_of(request)
    entered = {name: clean(form.get(name, "")) for name in ("first_name", "last_name", "email")}
    password = form.get("password", "")
    is_valid = {name: bool(value) for name, value in entered.items()}
    is_valid |= {"email": is_email(entered["email"]), "password": len(password) >= 8}
    errors = {name: message for name, message in SIGN_UP_FIELDS.items() if not is_valid[name]}
    customer = None if errors else shop.customers.sign_up(**entered, password=password)
    if customer is None:
        errors = errors or {"email": "There is an account with this e-mail address already."}
        return show(request, form_page(request, "sign_up.html", errors=errors, form=entered))
    welcome(shop, session, customer, change="signed up")
    return redirect_after_sign_in(request)


async def sign_in(request: web.Request) -> web.Response:
    """Show the sign-in form."""
    return show(request, form_page(request, "sign_in.html"))


async def submit_sign_in(request: web.Request) -> web.Response:
    """Sign in, or show the error."""
    shop, session, form = shop_of(request), session_of(request), await form_of(request)
    email = clean(form.get("email", ""))
    customer = shop.customers.sign_in(email=email, password=form.get("password", ""))
    if customer is None:
        errors = {"form": "There is no account with this e-mail address and password."}
        return show(request, form_page(request, "sign_in.html", errors=errors, form={"email": email}))
    welcome(shop, session, customer, change="signed in")
    return redirect_after_sign_in(request)


async def sign_out(request: web.Request) -> web.Response:
    """Sign out. The cart stays."""
    shop, session = shop_of(request), session_of(request)
    if session.customer:
        shop.ledger.write(
            "customer", session=session.id, change="signed out", customer=customer_facts(session.customer)
        )
        session.notices.append("You are signed out.")
    session.customer = session.guest = session.address = None
    return redirect_to("index.html")


async def orders(request: web.Request) -> web.Response:
    """Show the orders of the account, or those of the session for a guest."""
    session = session_of(request)
    visible = shop_of(request).orders.of(session.owner)
    return show(request, Page(type="other", title="Your orders", template="orders.html", data={"orders": visible}))


def welcome(shop: Shop, session: Session, customer: Customer, *, change: str) -> None:
    """Sign the visitor in as this customer."""
    session.customer, session.guest, session.address = customer, None, None
    session.notices.append(f"Hello, {customer.first_name}.")
    shop.backend.customer_changed(customer)
    shop.ledger.write("customer", session=session.id, change=change, customer=customer_facts(customer))


def redirect_after_sign_in(request: web.Request) -> web.Response:
    """Redirect to the checkout if the visitor came from there, otherwise to the orders."""
    return redirect_to(STEPS["address"].path if to_checkout(request) else "account/orders/index.html")


def to_checkout(request: web.Request) -> bool:
    """Whether the visitor came from the checkout."""
    return request.query.get("next") == "checkout"


def form_page(
    request: web.Request,
    template: str,
    *,
    errors: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Page:
    """A page with a form, the entered values and their errors."""
    query = "?next=checkout" if to_checkout(request) else ""
    data = {"errors": errors or {}, "form": form or {}, "next": query}
    status = 422 if errors else 200
    return Page(type="other", title=TITLES[template], template=template, status=status, data=data)


ROUTES = [
    web.get("/fakewww/account/sign-up/index.html", sign_up),
    web.post("/fakewww/account/sign-up/index.html", submit_sign_up),
    web.get("/fakewww/account/sign-in/index.html", sign_in),
    web.post("/fakewww/account/sign-in/index.html", submit_sign_in),
    web.post("/fakewww/account/sign-out", sign_out),
    web.get("/fakewww/account/orders/index.html", orders),
]
