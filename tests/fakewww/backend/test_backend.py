"""The back end: its documents, their times, and their agreement with the ledger."""

import asyncio
import json
from decimal import Decimal
from itertools import pairwise

import pytest
from aiohttp.test_utils import TestServer
from support.document_descriptions import violations
from support.fake_collector import COOKIES, VISIT, Collector, sending
from support.store_client import ADA, CART, JAMES, LARGE, SMALL, store

from fakewww.app import create_app
from fakewww.backend.batch import batches
from fakewww.backend.integration import IntegrationError
from fakewww.backend.outbox import Wire
from fakewww.catalogue import load
from fakewww.options import StoreSettings
from fakewww.shop import SHOP

BEA = {"first_name": "Bea", "last_name": "Öz", "email": "bea@example.org", "password": "correct horse"}
both = pytest.mark.parametrize("version", ["v1", "v2"])


def shop(visit, version="v2", **options):
    """The collector after a visit to a store."""

    async def walk():
        async with sending(version, **options) as here:
            await visit(here)
            return await here.settle()

    return asyncio.run(walk())


async def complete_visit(here):
    """A visit with each action for which the back end sends a document."""
    shopper = await here.shopper()
    await shopper.add(quantity=2)
    await shopper.add(LARGE)
    await shopper.update(SMALL, quantity=3)
    await shopper.update(SMALL, quantity=3, sku="TUMBLER-BRICK-S")
    await shopper.post(CART, {"action": "remove", "line": LARGE})
    await shopper.to_review()
    await shopper.step("review", {"action": "cancel"})
    await shopper.step("payment", {"payment": "card"})
    number = (await shopper.step("review")).call("order.success")["order"]["num"]
    await shopper.change_order(number, product="Wool socks", quantity=2)
    await shopper.change_order(number, action="cancel")
    await shopper.post("/fakewww/account/sign-up/index.html", BEA)
    await shopper.buy()
    await shopper.add()
    await shopper.post(CART, {"action": "empty"})


def kinds(requests):
    """Kind and status of each document in order; the status may be empty."""
    return [(request.kind, request.body.get("status", "")) for request in requests]


def contents(items):
    """SKU and quantity of each item of a document."""
    return [(item["product"]["code"], item["quantity"]) for item in items]


@both
@pytest.mark.parametrize("org", ["", "acme"])
def test_each_document_conforms_to_its_description(version, org):
    collector = shop(complete_visit, version, skip_start=False, history=30, org_id=org)
    for kind in ("cart", "category", "customer", "employee", "order", "product"):
        documents = collector.documents(kind)
        assert documents
        assert [violations(version, kind, document) for document in documents] == [[]] * len(documents)


@pytest.mark.parametrize(
    ("version", "org", "start"),
    [("v1", "", "/v1/0042/"), ("v1", "acme", "/v1/acme/0042/"), ("v2", "", "/v2/0042/"), ("v2", "acme", "/v2/0042/")],
)
def test_documents_are_posted_to_the_sites_path_at_the_production_host(version, org, start):
    collector = shop(complete_visit, version, skip_start=False, site_id="0042", org_id=org)
    assert {request.path.rpartition("/")[0] + "/" for request in collector.requests} == {start}
    assert {(request.method, request.headers["Host"]) for request in collector.requests} == {
        ("POST", "event.jirafe.com")
    }


@pytest.mark.parametrize(("version", "sent"), [("v1", {None}), ("v2", {"Bearer T0"})])
def test_only_version_2_sends_the_token(version, sent):
    collector = shop(complete_visit, version, backend_token="T0")
    assert {request.headers.get("Authorization") for request in collector.requests} == sent


def test_version_2_starts_with_one_batch_of_all_data():
    collector = shop(nothing, skip_start=False, history=5)
    (request,) = collector.requests
    assert request.path == "/v2/1/batch"
    assert set(request.body) == {"category", "product", "employee", "customer", "order"}


def test_version_1_starts_with_the_same_documents_one_by_one():
    one, two = (shop(nothing, version, skip_start=False) for version in ("v1", "v2"))
    assert all(request.kind != "batch" for request in one.requests)
    for kind in ("category", "product", "employee", "customer"):
        assert one.documents(kind) == two.documents(kind) != []


async def nothing(_here):
    pass


def test_each_product_and_variant_is_sent_with_its_code():
    products = shop(nothing, skip_start=False, store_url="https://shop.test/").documents("product")
    by_code = {product["code"]: product for product in products}
    assert len(by_code) == len(products) == len({product["id"] for product in products})
    for product in load().products:
        parent = by_code[product.code]
        assert (parent["is_product"], parent["is_sku"], "base_product" in parent) == (True, False, False)
        assert parent["urls"] == {"store": f"https://shop.test/fakewww/products/{product.id}/index.html"}
        for variant in product.variants:
            child = by_code[variant.sku]
            assert (child["is_product"], child["is_sku"]) == (False, True)
            assert child["base_product"] == {"id": parent["id"], "code": product.code, "name": product.name}
            assert Decimal(str(child["price"])) == variant.price


def test_pictures_in_documents_exist():
    async def look(here):
        shopper = await here.shopper()
        await shopper.add()
        (cart,) = (await here.settle()).documents("cart")
        url = cart["items"][0]["product"]["images"][0]["url"]
        async with shopper.http.get(url.removeprefix("https://shop.test")) as response:
            assert response.content_type == "image/svg+xml"

    shop(look, store_url="https://shop.test")


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
        assert [contents(document["items"]) for document in documents] == [
            [(item["sku"], item["quantity"]) for item in cart["items"]] for cart in changed_carts
        ]
        assert [Decimal(str(document["subtotal"])) for document in documents] == [
            Decimal(cart["subtotal"]) for cart in changed_carts
        ]

    shop(change, version)


def test_previous_items_are_the_items_of_the_previous_document():
    carts = shop(complete_visit).documents("cart")
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

    *_, before, after = shop(change).documents("cart")
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

    assert shop(fumble).requests == []


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

    shop(sign_in)


def test_a_cart_of_version_1_contains_the_customer_after_the_sign_in():
    async def sign_in(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.sign_in()
        await shopper.add()

    first, second = shop(sign_in, "v1").documents("cart")
    assert "customer_id" not in first
    assert second["customer_id"] == "007"
    assert first["order_number"] == first["id"]


@both
def test_an_order_is_placed_then_accepted(version):
    async def buy(here):
        await (await here.shopper()).buy()

    collector = shop(buy, version)
    assert [sent for sent in kinds(collector.requests) if sent[0] == "order"] == [
        ("order", "placed"),
        ("order", "accepted"),
    ]


def test_a_placed_order_contains_the_four_ids_of_the_visits_cookies():
    async def buy(here):
        await (await here.shopper()).buy()

    (placed,) = shop(buy).orders("placed")
    assert placed["visit"] == VISIT


def test_the_cookies_are_those_of_the_request_that_placed_the_order():
    async def buy(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.to_review()
        shopper.http.cookie_jar.update_cookies({**COOKIES, "jirafe_pvid": "0000000009", "jirafe_lpvid": "5678"})
        await shopper.step("review")

    (placed,) = shop(buy).orders("placed")
    assert placed["visit"] == {**VISIT, "pageview_id": "0000000009", "last_pageview_id": "5678"}


def test_without_the_trackers_cookies_an_order_has_empty_ids_and_a_cart_no_visit():
    async def buy(here):
        await here.visitor().buy()

    collector = shop(buy)
    assert collector.orders("placed")[0]["visit"] == dict.fromkeys(VISIT, "")
    assert "visit" not in collector.documents("cart")[0]


def test_a_cart_has_the_visit_that_changed_it():
    async def add(here):
        await (await here.shopper()).add()

    (cart,) = shop(add).documents("cart")
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
        assert contents(order["items"]) == [(item["sku"], item["quantity"]) for item in paid["items"]]
        sums = {"subtotal": "subtotal", "total": "total", "tax": "total_tax", "shipping": "total_shipping"}
        assert {name: Decimal(paid[name]) for name in sums} == {
            name: Decimal(str(order[field])) for name, field in sums.items()
        }

    shop(buy, version)


def test_a_cancelled_payment_sends_an_order_as_placed_and_cancelled():
    async def give_up(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.to_review()
        await shopper.step("review", {"action": "cancel"})

    collector = shop(give_up)
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
    orders = shop(play).orders("accepted")
    assert [(contents(order["previous_items"]), contents(order["items"])) for order in orders] == [
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

    assert len(shop(cancel, version).orders("cancelled")) == 1


def test_version_1_sends_the_complete_order_each_time():
    async def cancel(here):
        shopper = await here.shopper()
        number = (await shopper.buy()).call("order.success")["order"]["num"]
        await shopper.change_order(number, action="cancel")

    orders = shop(cancel, "v1").documents("order")
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

    collector = shop(join)
    assert kinds(collector.requests) == [("customer", ""), ("cart", "")]
    (customer,) = collector.documents("customer")
    assert (customer["name"], customer["email"], customer["id"]) == ("Bea Öz", BEA["email"], "1001")


def test_a_guest_is_sent_once_and_again_after_a_change_of_name():
    async def enter(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.step("address", ADA)
        await shopper.step("address", ADA)
        await shopper.step("address", {**ADA, "last_name": "Byron"})

    customers = shop(enter).documents("customer")
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

    (customer,) = shop(move).documents("customer")
    assert customer["id"] == "007"
    assert customer["change_date"] > customer["create_date"]


def test_changed_products_and_categories_are_sent_again():
    async def change(here):
        mug = here.shop.catalogue.product("8")
        here.shop.change_product(mug.__class__(**{**vars(mug), "name": "Evening mug"}))
        kitchen = here.shop.catalogue.category("2")
        here.shop.change_category(kitchen.__class__(**{**vars(kitchen), "name": "Galley"}))
        assert "Evening mug" in (await here.visitor().get("/fakewww/categories/2/index.html")).html

    collector = shop(change)
    assert kinds(collector.requests) == [("product", "")] * 4 + [("category", "")]
    assert {product["name"] for product in collector.documents("product")} == {"Evening mug"}
    assert all(product["change_date"] > product["create_date"] for product in collector.documents("product"))
    assert collector.documents("category")[0]["name"] == "Galley"


@pytest.mark.parametrize("behaviour", [500, 429, "reset"])
def test_a_collector_that_fails_in_between_receives_everything_once_and_in_order(behaviour):
    without_faults = shop(complete_visit)
    with_faults = shop(
        complete_visit,
        behaviours=[200, behaviour, behaviour, 200, 200, behaviour, 200, 200, behaviour, behaviour, behaviour],
    )
    assert kinds(with_faults.accepted) == kinds(without_faults.accepted)
    assert len(with_faults.requests) == len(without_faults.requests) + 6
    keys = [request.headers["Idempotency-Key"] for request in with_faults.accepted]
    assert len(set(keys)) == len(keys)


def test_the_shopper_does_not_wait_for_the_collector():
    async def buy(here):
        receipt = await (await here.shopper()).buy()
        assert receipt.status == 200
        assert here.collector.accepted == []
        here.collector.over.set()

    collector = shop(buy, behaviours=["silence"], timeout=60)
    assert [status for _, status in kinds(collector.accepted)][-2:] == ["placed", "accepted"]


def test_past_orders_are_sent_in_the_batch_without_a_visit():
    collector = shop(nothing, skip_start=False, history=40)
    orders = collector.documents("order")
    assert {order["status"] for order in orders} == {"accepted", "cancelled"}
    numbers = [order["order_number"] for order in orders if order["status"] == "accepted"]
    assert len(numbers) == len(set(numbers)) == 40
    customers = {customer["id"] for customer in collector.documents("customer")}
    assert {order["customer"]["id"] for order in orders if order["status"] == "accepted"} <= customers


def test_past_orders_are_the_same_for_the_same_seed():
    one, same, other = (shop(nothing, skip_start=False, history=9, seed=seed).documents("order") for seed in (4, 4, 5))
    assert one == same != other


def test_a_long_history_is_sent_in_batches_of_at_most_ten_million_bytes():
    collector = shop(nothing, skip_start=False, history=4_000)
    sizes = [len(request.raw) for request in collector.requests]
    assert len(sizes) > 1
    assert max(sizes) <= 10_000_000
    assert len([order for order in collector.documents("order") if order["status"] == "accepted"]) == 4_000


@pytest.mark.parametrize("largest", [1, 40, 60, 61, 100, 1_000])
def test_batches_contain_everything_in_order_and_respect_the_limit(largest):
    entries = [(kind, {"n": n, "é": "ü"}) for n, kind in enumerate(["cart", "cart", "order", "cart", "order"] * 3)]
    bodies = list(batches(entries, largest=largest))
    parsed = [json.loads(body) for body in bodies]
    for kind in ("cart", "order"):
        assert [one for body in parsed for one in body.get(kind, [])] == [one for of, one in entries if of == kind]
    assert all(len(body) <= largest or sum(map(len, json.loads(body).values())) == 1 for body in bodies)


def test_a_batch_is_filled_up_to_the_limit():
    entries = [("cart", {"n": 1}), ("order", {"n": 2})]
    (whole,) = batches(entries)
    assert list(batches(entries, largest=len(whole))) == [whole]
    assert len(list(batches(entries, largest=len(whole) - 1))) == 2
    assert list(batches([])) == []


def test_the_state_page_reports_sent_and_refused_documents():
    no = {"success": False, "error_type": "validation", "errors": {"id": "None is not of type 'string'"}}

    async def ask(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.add()
        async with shopper.http.get("/backend.json?wait=5") as response:
            state = await response.json()
        assert state == {
            "backend": "v2",
            "pending": 0,
            "sent": 2,
            "refused": 1,
            "retries": 0,
            "trouble": "",
            "failed": [{"n": 2, "kind": "cart", "path": "/v2/1/cart", "status": 400, "answer": no}],
        }

    shop(ask, collector=Collector(answers={400: no}), behaviours=[400])


def test_the_state_page_reports_pending_documents():
    async def ask(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.add()
        async with shopper.http.get("/backend.json") as response:
            assert (await response.json())["pending"] == 2
        here.collector.over.set()

    shop(ask, behaviours=["silence"], timeout=60)


def test_the_state_of_a_store_without_a_back_end_is_off():
    async def ask():
        async with store() as visitor, visitor().http.get("/backend.json?wait=5") as response:
            state = await response.json()
            assert (state["backend"], state["pending"]) == ("off", 0)

    asyncio.run(ask())


def test_a_wait_that_is_not_a_number_is_refused():
    async def ask(here):
        async with here.visitor().http.get("/backend.json?wait=long") as response:
            assert response.status == 400

    shop(ask)


def test_a_closing_store_sends_the_remaining_documents():
    async def close():
        collector = Collector()
        async with sending(collector=collector) as here:
            await (await here.shopper()).buy()
        return collector

    assert [status for _, status in kinds(asyncio.run(close()).accepted)][-1] == "accepted"


@pytest.mark.parametrize("host", ["event.jirafe.com", "events.jirafe.com", "EVENT.jirafe.com", "event.jirafe.com."])
def test_nothing_can_be_sent_to_production(host):
    with pytest.raises(IntegrationError, match="production"):
        create_app(StoreSettings(backend="v2", backend_url=f"https://{host}"))


def test_an_unknown_host_is_never_requested():
    async def start():
        failed = asyncio.Event()

        async def hold(_seconds, closing):
            failed.set()
            await closing.wait()

        wire = Wire(resolve={("event.jirafe.com", 80): 9}, pause=hold)
        app = create_app(StoreSettings(backend="v2", backend_url="http://events.jirafe.com", backend_wire=wire))
        async with TestServer(app), asyncio.timeout(10):
            await failed.wait()
            return app[SHOP].backend.state()["trouble"]

    assert "events.jirafe.com:80 is not reachable" in asyncio.run(start())


@pytest.mark.parametrize("url", ["", "localhost", "ftp://x", "http://"])
def test_an_invalid_address_is_refused(url):
    with pytest.raises(IntegrationError, match="not an absolute address"):
        create_app(StoreSettings(backend="v1", backend_url=url))
    with pytest.raises(IntegrationError, match="not an absolute address"):
        create_app(StoreSettings(backend="v1", backend_url="http://127.0.0.1:9", store_url=url))
