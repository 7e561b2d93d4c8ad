"""The documents of carts, orders, customers and products: content, order, and agreement with the ledger."""

from decimal import Decimal
from itertools import pairwise

import pytest
from support.document_descriptions import violations
from support.fake_collector import (
    BEA,
    COOKIES,
    VISIT,
    collector_after,
    complete_visit,
    item_quantities,
    kinds_and_statuses,
)
from support.store_client import ADA, CART, JAMES, LARGE, SMALL

both = pytest.mark.parametrize("version", ["v1", "v2"])


async def buy(here):
    await (await here.shopper()).buy()


@both
@pytest.mark.parametrize("org", ["", "acme"])
def test_each_document_conforms_to_its_description(version, org):
    collector = collector_after(complete_visit, version, skip_start=False, history=30, org_id=org)
    for kind in ("cart", "category", "customer", "employee", "order", "product"):
        documents = collector.documents(kind)
        assert documents
        assert [violations(version, kind, document) for document in documents] == [[]] * len(documents)


@pytest.mark.parametrize(
    ("version", "org", "start"),
    [("v1", "", "/v1/0042/"), ("v1", "acme", "/v1/acme/0042/"), ("v2", "", "/v2/0042/"), ("v2", "acme", "/v2/0042/")],
)
def test_documents_are_posted_to_the_sites_path_at_the_production_host(version, org, start):
    collector = collector_after(complete_visit, version, skip_start=False, site_id="0042", org_id=org)
    assert {request.path.rpartition("/")[0] + "/" for request in collector.requests} == {start}
    assert {(request.method, request.headers["Host"]) for request in collector.requests} == {
        ("POST", "event.jirafe.com")
    }


@pytest.mark.parametrize(("version", "sent"), [("v1", {None}), ("v2", {"Bearer T0"})])
def test_only_version_2_sends_the_token(version, sent):
    collector = collector_after(complete_visit, version, backend_token="T0")
    assert {request.headers.get("Authorization") for request in collector.requests} == sent


@both
def test_each_change_of_a_cart_is_one_document_that_matches_the_ledger(version):
    async def change(here):
        shopper = await here.shopper()
        await shopper.add(quantity=2)
        await shopper.add(LARGE)
        await shopper.update(SMALL, quantity=5)
        await shopper.update(SMALL, quantity=5)
        await shopper.update(SMALL, quantity=4, sku="TUMBLER-BRICK-S")
        await shopper.post(CART, {"action": "remove", "line": LARGE})
        await shopper.post(CART, {"action": "empty"})
        carts = [entry["cart"] for entry in await shopper.entries("cart")]
        changed_carts = [cart for cart, after in pairwise([*carts, None]) if cart != after]
        documents = (await here.settle()).documents("cart")
        assert [document["id"] for document in documents] == [cart["id"] for cart in changed_carts]
        assert [item_quantities(document["items"]) for document in documents] == [
            [(item["sku"], item["quantity"]) for item in cart["items"]] for cart in changed_carts
        ]
        assert [Decimal(str(document["subtotal"])) for document in documents] == [
            Decimal(cart["subtotal"]) for cart in changed_carts
        ]

    collector_after(change, version)


def test_previous_items_are_the_items_of_the_previous_document():
    carts = collector_after(complete_visit).documents("cart")
    last = {}
    for cart in carts:
        assert cart["previous_items"] == last.get(cart["id"], [])
        last[cart["id"]] = cart["items"]
    assert len(last) == 3
    assert len(carts) > 6


def test_a_line_keeps_its_number_and_creation_date_and_numbers_are_not_reused():
    async def change(here):
        shopper = await here.shopper()
        for step in (shopper.add(), shopper.add(LARGE), shopper.update(SMALL, quantity=0), shopper.add()):
            await step
        await shopper.update(LARGE, quantity=2)

    *_, before, after = collector_after(change).documents("cart")
    assert [item["cart_item_number"] for item in after["items"]] == ["2", "3"]
    assert [item["create_date"] for item in after["items"]] == [item["create_date"] for item in before["items"]]
    assert after["items"][0]["change_date"] > before["items"][0]["change_date"]
    assert after["items"][1] == before["items"][1]


def test_a_form_without_a_change_sends_no_document():
    async def fumble(here):
        shopper = await here.shopper()
        await shopper.add(quantity=0)
        await shopper.add(sku="no such thing")
        await shopper.post(CART, {"action": "empty"})

    assert collector_after(fumble).requests == []


def test_a_cart_belongs_to_the_session_until_the_visitor_has_a_name():
    async def sign_in(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.sign_in()
        await shopper.add()
        session = (await shopper.entries("cart"))[0]["session"]
        first, second = (await here.settle()).documents("cart")
        assert (first["customer"]["id"], second["customer"]["id"]) == (session, "007")
        assert first["id"] == second["id"]

    collector_after(sign_in)


def test_a_cart_of_version_1_contains_the_customer_after_the_sign_in():
    async def sign_in(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.sign_in()
        await shopper.add()

    first, second = collector_after(sign_in, "v1").documents("cart")
    assert "customer_id" not in first
    assert second["customer_id"] == "007"
    assert first["order_number"] == first["id"]


@both
def test_an_order_is_placed_then_accepted(version):
    collector = collector_after(buy, version)
    assert [sent for sent in kinds_and_statuses(collector.requests) if sent[0] == "order"] == [
        ("order", "placed"),
        ("order", "accepted"),
    ]


def test_a_placed_order_contains_the_four_ids_of_the_visits_cookies():
    (placed,) = collector_after(buy).orders("placed")
    assert placed["visit"] == VISIT


def test_the_cookies_are_those_of_the_request_that_placed_the_order():
    async def buy(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.to_review()
        shopper.http.cookie_jar.update_cookies({**COOKIES, "jirafe_pvid": "0000000009", "jirafe_lpvid": "5678"})
        await shopper.step("review")

    (placed,) = collector_after(buy).orders("placed")
    assert placed["visit"] == {**VISIT, "pageview_id": "0000000009", "last_pageview_id": "5678"}


def test_without_the_trackers_cookies_an_order_has_empty_ids_and_a_cart_no_visit():
    async def buy(here):
        await here.visitor().buy()

    collector = collector_after(buy)
    assert collector.orders("placed")[0]["visit"] == dict.fromkeys(VISIT, "")
    assert "visit" not in collector.documents("cart")[0]


def test_a_cart_has_the_visit_that_changed_it():
    async def add(here):
        await (await here.shopper()).add()

    (cart,) = collector_after(add).documents("cart")
    assert cart["visit"] == VISIT


@both
def test_an_accepted_order_matches_the_ledger(version):
    async def buy(here):
        shopper = await here.shopper()
        await shopper.add(quantity=3)
        await shopper.add("BLUE-SUEDE-42", product="15")
        await shopper.to_review()
        await shopper.step("review")
        paid = (await shopper.entries("order"))[-1]["order"]
        (order,) = (await here.settle()).orders("accepted")
        assert (order["order_number"], order["cart_id"], order["currency"]) == (paid["number"], paid["cart_id"], "EUR")
        assert (order["customer"]["id"] if version == "v2" else order["customer_id"]) == paid["customer_id"]
        assert item_quantities(order["items"]) == [(item["sku"], item["quantity"]) for item in paid["items"]]
        sums = {"subtotal": "subtotal", "total": "total", "tax": "total_tax", "shipping": "total_shipping"}
        assert {name: Decimal(paid[name]) for name in sums} == {
            name: Decimal(str(order[field])) for name, field in sums.items()
        }

    collector_after(buy, version)


def test_a_cancelled_payment_sends_an_order_as_placed_and_cancelled():
    async def give_up(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.to_review()
        await shopper.step("review", {"action": "cancel"})

    collector = collector_after(give_up)
    placed, cancelled = collector.documents("order")
    assert (placed["status"], placed["visit"]) == ("placed", VISIT)
    assert (cancelled["status"], cancelled["order_number"]) == ("cancelled", placed["order_number"])


def test_the_published_example_of_edited_orders_can_be_reproduced():
    async def play(here):
        shopper = await here.shopper()
        await shopper.add("WOOL-SOCKS-ONE", product="71")
        await shopper.to_review()
        number = (await shopper.step("review")).call("order.success")["order"]["num"]
        await shopper.change_order(number, product="gomusin-one", quantity=2)
        await shopper.change_order(number, **{"quantity-WOOL-SOCKS-ONE": 0, "quantity-GOMUSIN-ONE": 1})

    socks, shoes = ("WOOL-SOCKS-ONE", 1), "GOMUSIN-ONE"
    orders = collector_after(play).orders("accepted")
    assert [(item_quantities(order["previous_items"]), item_quantities(order["items"])) for order in orders] == [
        ([], [socks]),
        ([socks], [socks, (shoes, 2)]),
        ([socks, (shoes, 2)], [(shoes, 1)]),
    ]
    for before, after in pairwise(orders):
        assert after["previous_items"] == before["items"]
        assert (after["order_number"], after["order_date"]) == (before["order_number"], before["order_date"])


@both
def test_a_cancelled_order_is_sent_once_as_cancelled(version):
    async def cancel(here):
        shopper = await here.shopper()
        number = (await shopper.buy()).call("order.success")["order"]["num"]
        await shopper.change_order(number, action="cancel")
        await shopper.change_order(number, action="cancel")
        assert (await here.settle()).orders("cancelled")[0]["order_number"] == number

    assert len(collector_after(cancel, version).orders("cancelled")) == 1


def test_version_1_sends_the_complete_order_each_time():
    async def cancel(here):
        shopper = await here.shopper()
        number = (await shopper.buy()).call("order.success")["order"]["num"]
        await shopper.change_order(number, action="cancel")

    orders = collector_after(cancel, "v1").documents("order")
    assert [(order["status"], {item["status"] for item in order["items"]}) for order in orders] == [
        ("placed", {"placed"}),
        ("accepted", {"accepted"}),
        ("cancelled", {"cancelled"}),
    ]


def test_a_new_customer_is_sent_before_documents_that_refer_to_it():
    async def join(here):
        shopper = await here.shopper()
        await shopper.post("/fakewww/account/sign-up/index.html", BEA)
        await shopper.add()

    collector = collector_after(join)
    assert kinds_and_statuses(collector.requests) == [("customer", ""), ("cart", "")]
    (customer,) = collector.documents("customer")
    assert (customer["name"], customer["email"], customer["id"]) == ("Bea Öz", BEA["email"], "1001")


def test_a_guest_is_sent_once_and_again_after_a_change_of_name():
    async def enter(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.step("address", ADA)
        await shopper.step("address", ADA)
        await shopper.step("address", {**ADA, "last_name": "Byron"})

    customers = collector_after(enter).documents("customer")
    assert [(customer["id"], customer["last_name"]) for customer in customers] == [
        (ADA["email"], "Lind"),
        (ADA["email"], "Byron"),
    ]
    assert customers[0]["create_date"] == customers[1]["create_date"]


def test_a_customer_is_sent_again_after_a_change_but_not_after_a_sign_in():
    async def move(here):
        shopper = await here.shopper()
        await shopper.sign_in()
        await shopper.add()
        await shopper.step("address", {**ADA, "email": JAMES["email"]})

    (customer,) = collector_after(move).documents("customer")
    assert customer["id"] == "007"
    assert customer["change_date"] > customer["create_date"]


def test_changed_products_and_categories_are_sent_again():
    async def change(here):
        mug = here.shop.catalogue.product("8")
        here.shop.change_product(mug.__class__(**{**vars(mug), "name": "Evening mug"}))
        kitchen = here.shop.catalogue.category("2")
        here.shop.change_category(kitchen.__class__(**{**vars(kitchen), "name": "Galley"}))
        assert "Evening mug" in (await here.visitor().get("/fakewww/categories/2/index.html")).html

    collector = collector_after(change)
    assert kinds_and_statuses(collector.requests) == [("product", "")] * 4 + [("category", "")]
    assert {product["name"] for product in collector.documents("product")} == {"Evening mug"}
    assert all(product["change_date"] > product["create_date"] for product in collector.documents("product"))
    assert collector.documents("category")[0]["name"] == "Galley"


@pytest.mark.parametrize("behaviour", [500, 429, "reset"])
def test_a_collector_that_fails_in_between_receives_everything_once_and_in_order(behaviour):
    without_faults = collector_after(complete_visit)
    with_faults = collector_after(
        complete_visit,
        behaviours=[200, behaviour, behaviour, 200, 200, behaviour, 200, 200, behaviour, behaviour, behaviour],
    )
    assert kinds_and_statuses(with_faults.accepted) == kinds_and_statuses(without_faults.accepted)
    assert len(with_faults.requests) == len(without_faults.requests) + 6
    keys = [request.headers["Idempotency-Key"] for request in with_faults.accepted]
    assert len(set(keys)) == len(keys)
