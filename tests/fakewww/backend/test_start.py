"""The documents that the back end sends when the store opens."""

from decimal import Decimal

from support.fake_collector import collector_after, no_visit

from fakewww.catalogue import load


def test_version_2_starts_with_one_batch_of_all_data():
    collector = collector_after(no_visit, skip_start=False, history=5)
    (request,) = collector.requests
    assert request.path == "/v2/1/batch"
    assert set(request.body) == {"category", "product", "employee", "customer", "order"}


def test_version_1_starts_with_the_same_documents_one_by_one():
    one, two = (collector_after(no_visit, version, skip_start=False) for version in ("v1", "v2"))
    assert all(request.kind != "batch" for request in one.requests)
    for kind in ("category", "product", "employee", "customer"):
        assert one.documents(kind) == two.documents(kind) != []


def test_each_product_and_variant_is_sent_with_its_code():
    products = collector_after(no_visit, skip_start=False, store_url="https://shop.test/").documents("product")
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

    collector_after(look, store_url="https://shop.test")


def test_past_orders_are_sent_in_the_batch_without_a_visit():
    collector = collector_after(no_visit, skip_start=False, history=40)
    orders = collector.documents("order")
    assert {order["status"] for order in orders} == {"accepted", "cancelled"}
    numbers = [order["order_number"] for order in orders if order["status"] == "accepted"]
    assert len(numbers) == len(set(numbers)) == 40
    customers = {customer["id"] for customer in collector.documents("customer")}
    assert {order["customer"]["id"] for order in orders if order["status"] == "accepted"} <= customers


def test_past_orders_are_the_same_for_the_same_seed():
    one, same, other = (
        collector_after(no_visit, skip_start=False, history=9, seed=seed).documents("order") for seed in (4, 4, 5)
    )
    assert one == same != other


def test_a_long_history_is_sent_in_batches_of_at_most_ten_million_bytes():
    collector = collector_after(no_visit, skip_start=False, history=4_000)
    sizes = [len(request.raw) for request in collector.requests]
    assert len(sizes) > 1
    assert max(sizes) <= 10_000_000
    assert len([order for order in collector.documents("order") if order["status"] == "accepted"]) == 4_000
