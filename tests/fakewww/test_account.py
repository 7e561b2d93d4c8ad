"""Accounts: sign-up, sign-in, sign-out, and the stored address."""

import pytest
from support.store_client import ADA, JAMES

SIGN_UP = "/fakewww/account/sign-up/index.html"
ORDERS = "/fakewww/account/orders/index.html"
BEA = {"first_name": "Bea", "last_name": "Öz", "email": "bea@example.org", "password": "correct horse"}
BOND = {"id": "007", "firstname": "James", "lastname": "Bond", "email": JAMES["email"]}


async def test_tracker_and_ledger_contain_the_customer_after_the_sign_in(shopper):
    page = await shopper.sign_in()
    assert (page.path, page.call("pageview")["customer"]) == (ORDERS, BOND)
    (entry,) = await shopper.entries("customer")
    assert (entry["change"], entry["customer"]["id"]) == ("signed in", "007")


@pytest.mark.parametrize(
    "form", [{"password": "wrong"}, {"email": "nobody@example.org"}, {"email": "", "password": ""}]
)
async def test_a_wrong_password_or_address_is_refused(shopper, form):
    page = await shopper.sign_in(**form)
    assert page.status == 422
    assert "There is no account" in page.html
    assert "customer" not in page.call("pageview")
    assert await shopper.entries("customer") == []


async def test_a_new_customer_is_signed_in_and_can_sign_in_again(visitor):
    shopper = visitor()
    page = await shopper.post(SIGN_UP, BEA)
    known = page.call("pageview")["customer"]
    assert (known["firstname"], known["lastname"]) == ("Bea", "Öz")
    later = await visitor().sign_in(email=BEA["email"].upper(), password=BEA["password"])
    assert later.call("pageview")["customer"] == known
    assert [entry["change"] for entry in await shopper.entries("customer")] == ["signed up", "signed in"]


@pytest.mark.parametrize(
    ("field", "value"), [("first_name", " "), ("last_name", ""), ("email", "bea"), ("password", "short")]
)
async def test_an_account_requires_all_fields(visitor, field, value):
    page = await visitor().post(SIGN_UP, {**BEA, field: value})
    assert page.status == 422
    assert page.html.count('class="error"') == 1
    assert f'id="{field}-error"' in page.html


async def test_an_address_can_have_one_account_only(visitor):
    page = await visitor().post(SIGN_UP, {**BEA, "email": JAMES["email"].title()})
    assert page.status == 422
    assert "already" in page.html


async def test_a_password_is_never_sent_back(visitor):
    page = await visitor().post(SIGN_UP, {**BEA, "email": ""})
    assert BEA["password"] not in page.html


async def test_tracker_and_ledger_omit_the_customer_after_the_sign_out(shopper):
    await shopper.sign_in()
    page = await shopper.post("/fakewww/account/sign-out")
    assert page.path == "/fakewww/index.html"
    assert "customer" not in page.call("pageview")
    assert (await shopper.entries("customer"))[-1]["change"] == "signed out"


async def test_signing_out_without_a_sign_in_is_no_event(shopper):
    assert (await shopper.post("/fakewww/account/sign-out")).status == 200
    assert await shopper.entries("customer") == []


async def test_the_address_form_has_the_customers_address(shopper):
    await shopper.sign_in()
    await shopper.add()
    page = await shopper.get("/fakewww/checkout/address/index.html")
    for value in ("James", "Bond", JAMES["email"], "30 Wellington Square"):
        assert f'value="{value}"' in page.html


async def test_a_customers_order_belongs_to_the_account(visitor):
    shopper = visitor()
    await shopper.sign_in()
    receipt = await shopper.buy()
    number = receipt.call("order.success")["order"]["num"]
    assert (await shopper.entries("order"))[-1]["order"]["customer_id"] == "007"
    elsewhere = visitor()
    await elsewhere.sign_in()
    assert number in (await elsewhere.get(ORDERS)).html
    assert (await elsewhere.get(receipt.path)).functions == ["pageview"]
    await shopper.post("/fakewww/account/sign-out")
    assert (await shopper.get(receipt.path)).status == 404


async def test_the_new_address_is_stored_for_the_next_order(visitor):
    shopper = visitor()
    await shopper.sign_in()
    await shopper.buy()
    elsewhere = visitor()
    await elsewhere.sign_in()
    await elsewhere.add()
    page = await elsewhere.get("/fakewww/checkout/address/index.html")
    assert f'value="{ADA["street"]}"' in page.html


async def test_signing_in_from_the_checkout_returns_to_it(shopper):
    await shopper.add()
    page = await shopper.post("/fakewww/account/sign-in/index.html?next=checkout", JAMES)
    assert page.path == "/fakewww/checkout/address/index.html"


async def test_the_history_lists_cancelled_orders_without_a_receipt(shopper):
    await shopper.sign_in()
    await shopper.add()
    await shopper.to_review()
    await shopper.step("review", {"action": "cancel"})
    page = await shopper.get(ORDERS)
    assert "0000000010" in page.html
    assert "/fakewww/orders/0000000010" not in page.html
