"""The page of an order: edits, cancellation, ownership; and past orders."""

import asyncio
from itertools import pairwise

import pytest
from support.store_client import SMALL, shopping

ORDERS = "/fakewww/account/orders/index.html"
SOCKS, SHOES = "WOOL-SOCKS-ONE", "GOMUSIN-ONE"


def quantity_of(sku):
    return f"quantity-{sku}"


def path(number):
    return f"/fakewww/orders/{number}/index.html"


def after(*forms, sku=SMALL, product="1", quantity=1):
    """Place an order and post the forms to its page; the last page and the order's ledger entries."""

    async def visit():
        async with shopping() as shopper:
            await shopper.add(sku, quantity, product)
            await shopper.to_review()
            number = (await shopper.step("review")).call("order.success")["order"]["num"]
            page = await shopper.get(path(number))
            for form in forms:
                page = await shopper.change_order(number, **form)
            return page, [entry["order"] for entry in await shopper.entries("order")]

    return asyncio.run(visit())


def contents(items):
    return [(item["sku"], item["quantity"]) for item in items]


def test_an_order_can_be_edited_as_in_the_published_example():
    _, orders = after(
        {"product": SHOES, "quantity": 2}, {quantity_of(SOCKS): 0, quantity_of(SHOES): 1}, sku=SOCKS, product="71"
    )
    assert [(order["state"], contents(order["items"])) for order in orders] == [
        ("placed", [(SOCKS, 1)]),
        ("paid", [(SOCKS, 1)]),
        ("edited", [(SOCKS, 1), (SHOES, 2)]),
        ("edited", [(SHOES, 1)]),
    ]
    for before, now in pairwise(orders[1:]):
        assert now["previous_items"] == before["items"]
        assert (now["number"], now["cart_id"]) == (before["number"], before["cart_id"])


def test_the_sums_of_an_edited_order_follow_its_items():
    _, orders = after({quantity_of(SMALL): 6})
    paid, edited = orders[-2:]
    assert (paid["subtotal"], paid["shipping"], paid["total"]) == ("19.99", "4.90", "24.89")
    assert (edited["subtotal"], edited["shipping"], edited["total"], edited["tax"]) == (
        "119.94",
        "0.00",
        "119.94",
        "19.15",
    )


@pytest.mark.parametrize("words", ["Wool socks", "wool  SOCKS", "WOOL-SOCKS-ONE", "wool-socks-one"])
def test_a_product_is_added_by_its_name_or_sku(words):
    page, orders = after({"product": words, "quantity": "1"})
    assert page.status == 200
    assert contents(orders[-1]["items"]) == [(SMALL, 1), (SOCKS, 1)]


def test_a_line_can_be_removed_with_its_button():
    _, orders = after({"product": SOCKS, "quantity": 1}, {"remove": SMALL})
    assert contents(orders[-1]["items"]) == [(SOCKS, 1)]


def test_all_entries_of_the_form_are_one_edit():
    _, orders = after(
        {"product": SOCKS, "quantity": 2},
        {quantity_of(SMALL): 0, quantity_of(SOCKS): 1, "product": SHOES, "quantity": 3},
    )
    assert len(orders) == 4
    assert contents(orders[-1]["items"]) == [(SOCKS, 1), (SHOES, 3)]


def test_another_piece_of_a_product_is_added_to_its_line():
    _, orders = after({"product": SMALL, "quantity": 2})
    assert contents(orders[-1]["items"]) == [(SMALL, 3)]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"product": "Tumbler", "quantity": 1}, "comes in several variants"),
        ({"product": "<b>", "quantity": 1}, "We have no “&lt;b&gt;”"),
        ({quantity_of(SMALL): 2, "product": "x", "quantity": 1}, "We have no “x”"),
        ({quantity_of(SMALL): ""}, "a quantity from 0 to 99"),
        ({"product": SOCKS, "quantity": 0}, "a quantity from 1 to 99"),
        ({"product": SMALL, "quantity": 99}, "at most 99"),
        ({quantity_of(SMALL): "x"}, "a quantity from 0 to 99"),
        ({quantity_of(SMALL): 0}, "An order needs at least one product"),
        ({"remove": SMALL}, "An order needs at least one product"),
    ],
)
def test_an_invalid_edit_shows_an_error_and_changes_nothing(form, message):
    page, orders = after(form)
    assert (page.status, len(orders)) == (422, 2)
    assert message in page.html


def test_the_entered_values_stay_in_the_form_with_the_error():
    page, _ = after({"product": "Tumbler", "quantity": 7})
    assert 'id="product"' in page.html
    assert 'value="Tumbler"' in page.html
    assert 'value="7"' in page.html
    assert page.html.count('aria-invalid="true"') == 1


@pytest.mark.parametrize(
    "form",
    [
        {quantity_of(SMALL): 1, "product": "", "quantity": 1},
        {"remove": SOCKS},
        {quantity_of(SOCKS): 7},
        {"product": " ", "quantity": "x"},
        {"action": "juggle"},
        {},
    ],
)
def test_an_edit_without_a_change_is_not_recorded(form):
    page, orders = after(form)
    assert (page.status, len(orders)) == (200, 2)


def test_a_cancelled_order_cannot_be_changed_or_cancelled_again():
    page, orders = after({"action": "cancel"}, {"action": "cancel"}, {"product": SOCKS, "quantity": 1})
    assert [order["state"] for order in orders] == ["placed", "paid", "cancelled"]
    assert orders[-1]["items"] == orders[-2]["items"]
    assert page.status == 422
    assert "This order is cancelled" in page.html


def test_a_cancelled_order_shows_its_items_and_no_forms():
    page, _ = after({"action": "cancel"})
    assert '<strong id="order-state">cancelled</strong>' in page.html
    assert f'data-sku="{SMALL}"' in page.html
    assert "Cancel order" not in page.html
    assert "Add to order" not in page.html


def test_the_page_of_an_order_reports_only_a_page_view_of_type_other():
    for forms in ((), ({"product": SOCKS, "quantity": 1},), ({"action": "cancel"},)):
        page, _ = after(*forms)
        assert page.functions == ["pageview"]
        assert page.call("pageview")["type"] == "other"


async def test_changing_an_order_does_not_change_the_cart(shopper):
    number = (await shopper.buy()).call("order.success")["order"]["num"]
    await shopper.add()
    await shopper.change_order(number, product=SOCKS, quantity=1)
    assert len(await shopper.entries("cart")) == 2
    assert [item["sku"] for item in (await shopper.entries("page"))[-1]["cart"]["items"]] == [SMALL]


async def test_only_its_owner_can_see_and_change_an_order(visitor):
    shopper, stranger = visitor(), visitor()
    number = (await shopper.buy()).call("order.success")["order"]["num"]
    await stranger.sign_in()
    assert (await stranger.get(path(number))).status == 404
    assert (await stranger.change_order(number, action="cancel")).status == 404
    assert len(await shopper.entries("order")) == 2


async def test_receipt_and_history_link_to_the_order(shopper):
    receipt = await shopper.buy()
    number = receipt.call("order.success")["order"]["num"]
    link = f'href="{path(number)}"'
    assert link in receipt.html
    assert link in (await shopper.get(ORDERS)).html
    await shopper.change_order(number, action="cancel")
    history = (await shopper.get(ORDERS)).html
    assert "cancelled" in history
    assert link not in history


async def test_the_receipt_of_an_edited_order_shows_the_new_items_and_reports_no_order(shopper):
    receipt = await shopper.buy()
    number = receipt.call("order.success")["order"]["num"]
    await shopper.change_order(number, product=SOCKS, quantity=1)
    again = await shopper.get(receipt.path)
    assert SOCKS in again.html
    assert again.functions == ["pageview"]


async def test_a_cancelled_order_has_no_receipt(shopper):
    receipt = await shopper.buy()
    number = receipt.call("order.success")["order"]["num"]
    await shopper.change_order(number, action="cancel")
    assert (await shopper.get(receipt.path)).status == 404


async def test_past_orders_are_the_first_entries_of_the_ledger_and_marked():
    async with shopping(history=24) as shopper:
        await shopper.buy()
        entries = await shopper.entries("order")
        past = [entry for entry in entries if entry["order"].get("past")]
        assert entries[: len(past)] == past
        assert len({entry["order"]["number"] for entry in past}) == 24
        assert {entry["order"]["state"] for entry in past} == {"paid", "cancelled"}
        assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
        assert entries[-1]["order"]["number"] == "0000000034"


async def test_the_receipt_of_a_past_order_reports_no_order():
    async with shopping(history=60) as shopper:
        await shopper.sign_in()
        mine = next(
            entry["order"]["number"]
            for entry in reversed(await shopper.entries("order"))
            if entry["order"]["customer_id"] == "007" and entry["order"]["state"] == "paid"
        )
        page = await shopper.get(f"/fakewww/orders/{mine}/success/index.html")
        assert (page.status, page.functions) == (200, ["pageview"])
