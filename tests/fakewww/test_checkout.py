"""The checkout: its steps, the order, its receipt, and cancelled payments."""

import asyncio
from decimal import Decimal

import pytest
from support.store_client import ADA, CART, SMALL, shopping

from fakewww.orders import SHIPPING, shipping_price

STEPS = ["address", "shipping", "payment", "review"]


def step_path(name: str) -> str:
    return f"/fakewww/checkout/{name}/index.html"


async def test_each_step_reports_itself_and_the_receipt_is_the_last(shopper):
    await shopper.add()
    pages = [
        await shopper.post(CART, {"action": "check out"}),
        await shopper.step("address", ADA),
        await shopper.step("shipping", {"shipping": "express"}),
        await shopper.step("payment", {"payment": "invoice"}),
        await shopper.step("review"),
    ]
    assert [page.call("funnel") for page in pages] == [
        {"funnel_name": "checkout", "step_name": name, "step_position": position, "last_step": name == "success"}
        for position, name in enumerate([*STEPS, "success"], start=1)
    ]
    types = [page.call("pageview")["type"] for page in pages]
    assert types == ["checkout", "checkout", "checkout", "order_confirm", "order_success"]


async def test_the_receipt_reports_funnel_then_order_then_page_view(shopper):
    page = await shopper.buy()
    assert page.functions == ["funnel", "order.success", "pageview"]
    paid = (await shopper.entries("order"))[-1]["order"]
    assert page.call("order.success") == {"order": {"id": paid["id"], "num": paid["number"]}}
    assert page.path == f"/fakewww/orders/{paid['number']}/success/index.html"


async def test_a_receipt_shown_again_reports_only_the_page_view(shopper):
    first = await shopper.buy()
    again = await shopper.get(first.path)
    assert again.functions == ["pageview"]
    facts = [entry for entry in await shopper.entries("page") if "order" in entry]
    assert [entry["order"]["first"] for entry in facts] == [True, False]
    assert ["funnel" in entry for entry in facts] == [True, False]


async def test_fetching_the_receipt_by_script_does_not_count_as_its_first_display(shopper):
    await shopper.add()
    await shopper.to_review()
    path = "/fakewww/orders/0000000010/success/index.html"
    await shopper.post(step_path("review"), allow_redirects=False)
    await shopper.get(path, headers={"Sec-Fetch-Dest": "empty"})
    assert "order.success" in (await shopper.get(path)).functions


async def test_the_order_is_placed_then_paid_with_the_sums_of_the_cart(shopper):
    await shopper.add(quantity=2)
    cart = (await shopper.entries("cart"))[-1]["cart"]
    await shopper.to_review()
    await shopper.step("review")
    placed, paid = [entry["order"] for entry in await shopper.entries("order")]
    assert (placed.pop("state"), paid.pop("state")) == ("placed", "paid")
    assert placed == paid
    assert paid["items"] == cart["items"]
    money = {name: paid[name] for name in ("subtotal", "shipping", "tax", "discounts", "total")}
    assert money == {"subtotal": "39.98", "shipping": "4.90", "tax": "7.17", "discounts": "0.00", "total": "44.88"}
    assert (paid["cart_id"], paid["customer_id"]) == (cart["id"], ADA["email"])


@pytest.mark.parametrize(
    ("quantity", "way", "price"), [(5, "standard", "4.90"), (6, "standard", "0.00"), (6, "express", "9.90")]
)
async def test_standard_shipping_is_free_from_100(shopper, quantity, way, price):
    await shopper.add(quantity=quantity)
    await shopper.step("address", ADA)
    await shopper.step("shipping", {"shipping": way})
    await shopper.step("payment", {"payment": "card"})
    await shopper.step("review")
    assert (await shopper.entries("order"))[-1]["order"]["shipping"] == price


@pytest.mark.parametrize(("subtotal", "price"), [("99.99", "4.90"), ("100.00", "0")])
def test_exactly_100_is_enough_for_free_shipping(subtotal, price):
    assert shipping_price(SHIPPING["standard"], Decimal(subtotal)) == Decimal(price)


async def test_after_an_order_there_is_a_new_empty_cart(shopper):
    await shopper.buy()
    await shopper.get(CART)
    used, fresh = (await shopper.entries("order"))[-1], (await shopper.entries("page"))[-1]
    assert fresh["cart"]["items"] == []
    assert fresh["cart"]["id"] != used["order"]["cart_id"]


def test_order_numbers_have_ten_digits_and_follow_the_seed():
    async def visit(seed):
        async with shopping(seed=seed) as shopper:
            await shopper.buy()
            await shopper.buy()
            return [
                entry["order"]["number"]
                for entry in await shopper.entries("order")
                if entry["order"]["state"] == "paid"
            ]

    assert asyncio.run(visit(0)) == ["0000000010", "0000000011"]
    other = asyncio.run(visit(1))
    assert other != ["0000000010", "0000000011"]
    assert other == asyncio.run(visit(1))


@pytest.mark.parametrize("seed", [-1, -(10**30), 10**30])
async def test_any_seed_gives_order_numbers_of_ten_digits(seed):
    async with shopping(seed=seed) as shopper:
        await shopper.buy()
        number = (await shopper.entries("order"))[-1]["order"]["number"]
        assert len(number) == 10
        assert number.isdigit()


@pytest.mark.parametrize("step", ["payment", "review"])
async def test_a_cancelled_payment_keeps_the_cart_and_has_no_receipt(shopper, step):
    await shopper.add(quantity=2)
    await shopper.to_review()
    page = await shopper.step(step, {"payment": "card", "action": "cancel"})
    assert page.path == CART
    assert page.functions == ["pageview"]
    assert "The payment was cancelled" in page.html
    (entry,) = await shopper.entries("order")
    assert entry["order"]["state"] == "cancelled"
    assert (await shopper.entries("page"))[-1]["cart"]["items"][0]["quantity"] == 2
    receipt = await shopper.get(f"/fakewww/orders/{entry['order']['number']}/success/index.html")
    assert receipt.status == 404


async def test_after_a_cancelled_payment_the_order_can_still_be_placed(shopper):
    await shopper.add()
    await shopper.to_review()
    await shopper.step("review", {"action": "cancel"})
    assert (await shopper.get(step_path("review"))).path == step_path("payment")
    await shopper.step("payment", {"payment": "card"})
    assert "order.success" in (await shopper.step("review")).functions
    states = [entry["order"]["state"] for entry in await shopper.entries("order")]
    assert states == ["cancelled", "placed", "paid"]


@pytest.mark.parametrize("step", STEPS)
async def test_an_empty_cart_cannot_be_checked_out(visitor, step):
    for page in (await visitor().get(step_path(step)), await visitor().step(step, ADA)):
        assert page.path == CART
        assert "Your cart is empty" in page.html


async def test_a_skipped_step_comes_first(shopper):
    await shopper.add()
    assert (await shopper.get(step_path("review"))).path == step_path("address")
    await shopper.step("address", ADA)
    assert (await shopper.step("review")).path == step_path("shipping")
    assert await shopper.entries("order") == []


async def test_placing_an_order_twice_shows_the_receipt_of_the_one_order(shopper):
    receipt = await shopper.buy()
    assert (await shopper.step("review")).path == receipt.path
    assert len(await shopper.entries("order")) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [*((name, "") for name in ADA), ("email", "ada"), ("email", "a b@example.org"), ("country", "Atlantis")],
)
async def test_missing_and_invalid_address_fields_are_marked(shopper, field, value):
    await shopper.add()
    page = await shopper.step("address", {**ADA, field: value})
    assert page.status == 422
    assert f'id="{field}-error"' in page.html
    assert page.functions == ["funnel", "pageview"]


@pytest.mark.parametrize(("step", "form"), [("shipping", {"shipping": "balloon"}), ("payment", {})])
async def test_an_invalid_choice_is_marked(shopper, step, form):
    await shopper.add()
    await shopper.step("address", ADA)
    await shopper.step("shipping", {"shipping": "standard"})
    page = await shopper.step(step, form)
    assert (page.status, page.path) == (422, step_path(step))
    assert "Please choose how" in page.html


async def test_a_guest_has_a_name_after_the_address_step(shopper):
    await shopper.add()
    assert "customer" not in (await shopper.get(step_path("address"))).call("pageview")
    page = await shopper.step("address", ADA)
    assert page.call("pageview")["customer"] == {
        "id": "ada@example.org",
        "firstname": "Ada",
        "lastname": "Lind",
        "email": "ada@example.org",
    }
    before, after = (await shopper.entries("page"))[-2:]
    assert "customer" not in before
    assert (after["customer"]["id"], after["customer"]["first_name"]) == ("ada@example.org", "Ada")


async def test_only_its_owner_can_see_a_receipt(visitor):
    receipt = await visitor().buy()
    stranger = visitor()
    await stranger.get("/fakewww/index.html")
    assert (await stranger.get(receipt.path)).status == 404


async def test_orders_of_two_visitors_do_not_mix(visitor):
    one, other = visitor(), visitor()
    await one.add(SMALL, 1)
    await other.add(SMALL, 3)
    await one.to_review()
    await other.to_review({**ADA, "email": "bea@example.org"})
    await other.step("review")
    await one.step("review")
    paid = [entry["order"] for entry in await one.entries("order") if entry["order"]["state"] == "paid"]
    assert [(order["customer_id"], order["items"][0]["quantity"]) for order in paid] == [
        ("bea@example.org", 3),
        ("ada@example.org", 1),
    ]
