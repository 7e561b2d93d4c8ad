"""The cart: arithmetic, tracker calls and their time."""

from decimal import Decimal

import pytest
from support.store_client import CART, LARGE, SMALL

from fakewww.cart import MAX_QUANTITY, Cart, CartError, Line, add, change_variant, empty, remove, set_quantity
from fakewww.catalogue import load

NONE = Cart(id="7")


def line(quantity: int, sku: str = SMALL) -> Line:
    product, variant = load().variant(sku)
    return Line(product=product, variant=variant, quantity=quantity)


def summaries(changes: tuple) -> list[tuple[str, str, int]]:
    return [(change.kind, change.line.variant.sku, change.line.quantity) for change in changes]


def test_the_same_variant_twice_makes_one_line():
    cart, _ = add(NONE, line(2))
    cart, changes = add(cart, line(3))
    assert [line.quantity for line in cart.lines] == [5]
    assert summaries(changes) == [("add", SMALL, 3)]


def test_the_subtotal_is_exact():
    cart, _ = add(NONE, line(3))
    assert cart.subtotal == Decimal("59.97")


def test_an_edit_reports_the_new_quantity():
    cart, _ = add(NONE, line(2))
    cart, changes = set_quantity(cart, SMALL, 5)
    assert summaries(changes) == [("edit", SMALL, 5)]
    assert cart.pieces == 5


def test_quantity_zero_removes_the_line():
    cart, _ = add(NONE, line(4))
    cart, changes = set_quantity(cart, SMALL, 0)
    assert summaries(changes) == [("remove", SMALL, 4)]
    assert cart.lines == ()


def test_the_same_quantity_changes_nothing():
    cart, _ = add(NONE, line(4))
    assert set_quantity(cart, SMALL, 4) == (cart, ())


def test_a_change_of_variant_is_a_remove_and_an_add():
    cart, _ = add(NONE, line(2))
    cart, changes = change_variant(cart, SMALL, line(3, LARGE))
    assert summaries(changes) == [("remove", SMALL, 2), ("add", LARGE, 3)]
    assert [line.variant.sku for line in cart.lines] == [LARGE]


def test_a_change_of_variant_joins_the_existing_line():
    cart, _ = add(add(NONE, line(2))[0], line(1, LARGE))
    cart, changes = change_variant(cart, SMALL, line(2, LARGE))
    assert summaries(changes) == [("remove", SMALL, 2), ("add", LARGE, 2)]
    assert [line.quantity for line in cart.lines] == [3]


def test_emptying_is_one_remove_per_line():
    cart, _ = add(add(NONE, line(2))[0], line(1, LARGE))
    cart, changes = empty(cart)
    assert summaries(changes) == [("remove", SMALL, 2), ("remove", LARGE, 1)]
    assert cart == NONE


def test_removing_a_missing_line_changes_nothing():
    assert remove(NONE, SMALL) == (NONE, ())


@pytest.mark.parametrize("more", [MAX_QUANTITY, 1])
def test_a_line_has_an_upper_limit(more):
    cart, _ = add(NONE, line(MAX_QUANTITY))
    with pytest.raises(CartError):
        add(cart, line(more))


async def test_adding_reports_the_line_with_numbers_as_text(shopper):
    await shopper.add(quantity=1)
    page = await shopper.add(quantity=2)
    data = page.call("cart.add")
    (picture,) = data["line_item"].pop("images")
    assert data["line_item"] == {
        "name": "Tumbler",
        "sku_code": SMALL,
        "product_code": "TUMBLER",
        "price": "19.99",
        "quantity": "2",
        "total_price": "39.98",
        "currency": "EUR",
    }
    assert (await shopper.get(picture)).headers["Content-Type"] == "image/svg+xml"
    cart = (await shopper.entries("cart"))[-1]["cart"]
    assert data["cart"] == {"id": cart["id"]}


async def test_only_the_next_page_reports_a_change(shopper):
    product = "/fakewww/products/1/index.html"
    await shopper.post(product, {"sku": SMALL, "quantity": "1"}, allow_redirects=False)
    assert (await shopper.get("/fakewww/nowhere.html")).functions == ["cart.add", "pageview"]
    assert (await shopper.get(CART)).functions == ["pageview"]


async def test_a_change_is_reported_by_its_own_visitor(visitor):
    one, other = visitor(), visitor()
    await one.post("/fakewww/products/1/index.html", {"sku": SMALL, "quantity": "1"}, allow_redirects=False)
    assert (await other.get(CART)).functions == ["pageview"]
    assert (await one.get(CART)).functions == ["cart.add", "pageview"]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Dest": "empty"}, {"Sec-Purpose": "prefetch"}])
async def test_a_page_that_is_not_displayed_reports_no_change(shopper, headers):
    product = "/fakewww/products/1/index.html"
    await shopper.post(product, {"sku": SMALL, "quantity": "1"}, allow_redirects=False)
    await shopper.get(CART, headers=headers)
    await shopper.http.head(CART)
    assert (await shopper.get(CART)).functions == ["cart.add", "pageview"]


@pytest.mark.parametrize(
    ("form", "functions"),
    [
        ({"quantity": 5}, ["cart.edit"]),
        ({"quantity": 0}, ["cart.remove"]),
        ({"quantity": 2}, []),
        ({"quantity": 2, "sku": LARGE}, ["cart.remove", "cart.add"]),
        ({"quantity": 0, "sku": LARGE}, ["cart.remove"]),
        ({"action": "remove"}, ["cart.remove"]),
        ({"action": "empty"}, ["cart.remove"]),
    ],
)
async def test_actions_on_the_cart_page_are_reported(shopper, form, functions):
    await shopper.add(quantity=2)
    page = await shopper.update(SMALL, **form)
    assert (page.status, page.path) == (200, CART)
    assert page.functions == [*functions, "pageview"]


async def test_emptying_the_cart_reports_one_remove_per_line(shopper):
    await shopper.add(quantity=2)
    await shopper.add(LARGE)
    page = await shopper.post(CART, {"action": "empty"})
    removed = [data["line_item"] for name, data in page.calls if name == "cart.remove"]
    assert [(item["sku_code"], item["quantity"]) for item in removed] == [(SMALL, "2"), (LARGE, "1")]


@pytest.mark.parametrize("quantity", ["", "abc", "-1", "100", "1.5", "²", "９", "1e3", "9" * 5000])
async def test_a_bad_quantity_is_explained_and_changes_nothing(shopper, quantity):
    await shopper.add(quantity=2)
    before = await shopper.entries("cart")
    for page in (await shopper.update(SMALL, quantity=quantity), await shopper.add(quantity=quantity)):
        assert page.status == 422
        assert "Please enter a quantity" in page.html
    assert await shopper.entries("cart") == before


async def test_a_quantity_of_zero_cannot_be_added(visitor):
    assert (await visitor().add(quantity=0)).status == 422


async def test_more_than_the_maximum_quantity_is_refused_with_a_message(shopper):
    await shopper.add(quantity=60)
    page = await shopper.add(quantity=60)
    assert page.status == 422
    assert "at most 99" in page.html


async def test_the_variant_of_another_product_is_refused(shopper):
    assert (await shopper.add("TUMBLER-BRUSH", product="1")).status == 422
    await shopper.add()
    assert (await shopper.update(SMALL, quantity=1, sku="TUMBLER-BRUSH")).status == 422


async def test_the_cart_survives_navigation_and_signing_in_and_out(shopper):
    await shopper.add(quantity=2)
    before = (await shopper.entries("page"))[-1]["cart"]
    await shopper.get("/fakewww/index.html")
    await shopper.sign_in()
    await shopper.post("/fakewww/account/sign-out")
    await shopper.get(CART)
    assert (await shopper.entries("page"))[-1]["cart"] == before
    assert before["items"][0]["quantity"] == 2
