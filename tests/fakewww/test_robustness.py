"""The store responds correctly to arbitrary requests."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.store_client import ADA, CART, SMALL, Shopper, store
from yarl import URL

PATHS = [
    "/fakewww/products/1/index.html",
    CART,
    "/fakewww/account/sign-in/index.html",
    "/fakewww/account/sign-up/index.html",
    "/fakewww/orders/0000000010/index.html",
]
PATHS += [f"/fakewww/checkout/{step}/index.html" for step in ("address", "shipping", "payment")]
FIELDS = [
    "sku",
    "quantity",
    "line",
    "action",
    "shipping",
    "payment",
    "password",
    "product",
    "remove",
    f"quantity-{SMALL}",
    *ADA,
]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from([SMALL, "update", "remove", "empty", "cancel", "check out", "Laces", "0", "1"]),
)


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def shopper(runner):
    visit = store()

    async def enter() -> Shopper:
        shopper = (await visit.__aenter__())()
        await shopper.buy()
        return shopper

    yield runner.run(enter())
    runner.run(visit.__aexit__(None, None, None))


def orderly(status: int) -> bool:
    return status in (200, 400, 404, 405, 413, 422)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(), page=st.text(max_size=12))
def test_every_search_gets_a_response(runner, shopper: Shopper, q, page):
    q, page = q.encode("utf-8", "replace").decode(), page.encode("utf-8", "replace").decode()
    found = runner.run(shopper.get("/fakewww/search/index.html", params={"q": q, "page": page}))
    assert found.status == 200
    entry = runner.run(shopper.entries("page"))[-1]
    assert entry.get("search", {}).get("keyword") == found.call("pageview").get("search", {}).get("keyword")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), form=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6))
def test_every_form_gets_a_response(runner, shopper: Shopper, path, form):
    clean = {key: value.encode("utf-8", "replace").decode() for key, value in form.items()}
    assert orderly(runner.run(shopper.post(path, clean)).status)


@pytest.mark.parametrize(
    "query", ["%ff", "%ED%A0%80", "%00", "&&=&", "q=%u0041", "=", "q=" + "a" * 5000, "page=1&page=2", "q[]=1"]
)
def test_an_invalid_query_string_gets_a_response(runner, shopper: Shopper, query):
    for path in ("/fakewww/search/index.html?q=", "/fakewww/categories/1/index.html?page=", "/fakewww/index.html?"):
        assert runner.run(shopper.get(URL(path + query, encoded=True))).status == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=nonsense", b"quantity=1"),
        ("application/x-www-form-urlencoded", b"quantity=\xff\xfe&sku=%ff"),
        ("multipart/form-data", b"--x"),
        ("application/json", b"{}"),
        ("text/plain", b"\x00" * 100),
        ("application/x-www-form-urlencoded", b"&" * 5000 + b"a=1"),
        ("application/x-www-form-urlencoded", b"q=" + b"9" * (2**20 - 2)),
    ],
)
def test_a_body_that_is_no_form_gets_a_response(runner, shopper: Shopper, kind, body):
    for path in PATHS:
        assert orderly(runner.run(shopper.post(path, body, headers={"Content-Type": kind})).status)


@pytest.mark.parametrize(
    "path",
    [
        *("/%ff", "/fakewww/%00.html", "/fakewww/products/%F0%9F%A6%86/index.html", "/fakewww//index.html"),
        "/fakewww/%3Cscript%3E",
    ],
)
def test_an_unusual_address_is_a_missing_page(runner, shopper: Shopper, path):
    assert runner.run(shopper.get(URL(path, encoded=True))).status == 404
