"""The ledger: complete, in order, valid, and readable in parts."""

import asyncio
import copy
import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from support.store_client import JAMES, LARGE, SMALL, Shopper, store

SCHEMA = json.loads(files("fakewww").joinpath("ledger.schema.json").read_text(encoding="utf-8"))


def closed(schema: Any) -> Any:
    """The schema without additional fields; the built-in store writes none."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    whole = "properties" in inner and "if" not in inner and "required" in inner and "allOf" not in inner
    return {**inner, "additionalProperties": False} if whole else inner


VALIDATOR = Draft202012Validator(closed(SCHEMA))


async def complete_visit(shopper: Shopper) -> dict[str, Any]:
    """A visit with each kind of entry; its ledger."""
    await shopper.get("/fakewww/index.html")
    await shopper.get("/fakewww/categories/1/index.html")
    await shopper.get("/fakewww/search/index.html?q=lamp")
    await shopper.get("/fakewww/nowhere.html")
    await shopper.add(quantity=2)
    await shopper.update(SMALL, quantity=3)
    await shopper.update(SMALL, quantity=3, sku=LARGE)
    await shopper.update(LARGE, quantity="x")
    await shopper.to_review()
    await shopper.step("review", {"action": "cancel"})
    await shopper.post(
        "/fakewww/account/sign-up/index.html", {**JAMES, "email": "q@example.org", "first_name": "Q", "last_name": "Q"}
    )
    await shopper.post("/fakewww/account/sign-out")
    await shopper.sign_in()
    receipt = await shopper.buy()
    await shopper.get(receipt.path)
    number = receipt.call("order.success")["order"]["num"]
    await shopper.change_order(number, product=LARGE, quantity=1)
    await shopper.change_order(number, action="cancel")
    async with shopper.http.get("/ledger.json") as response:
        document: dict[str, Any] = await response.json()
        return document


@pytest.fixture(scope="module")
def ledger() -> dict[str, Any]:
    async def visit():
        async with store(history=3) as visitor:
            return await complete_visit(visitor())

    return asyncio.run(visit())


def test_the_schema_is_valid():
    Draft202012Validator.check_schema(SCHEMA)


def test_a_complete_visit_conforms_to_the_schema(ledger):
    assert [error.message for error in VALIDATOR.iter_errors(ledger)] == []


def test_the_visit_contains_each_kind_of_entry(ledger):
    written = {
        (entry["kind"], entry.get("change") or entry.get("order", {}).get("state")) for entry in ledger["entries"]
    }
    assert written >= {
        ("page", None),
        ("cart", "add"),
        ("cart", "remove"),
        ("cart", "edit"),
        ("order", "placed"),
        ("order", "paid"),
        ("order", "edited"),
        ("order", "cancelled"),
        ("customer", "signed up"),
        ("customer", "signed in"),
        ("customer", "signed out"),
    }


@pytest.mark.parametrize("kind", ["page", "cart", "order", "customer"])
def test_the_schema_refuses_an_entry_without_a_field(ledger, kind):
    entry = next(entry for entry in ledger["entries"] if entry["kind"] == kind)
    for field in entry:
        broken = copy.deepcopy(ledger)
        del broken["entries"][entry["n"] - 1][field]
        if field not in ("category", "search", "product", "funnel", "customer") or kind == "customer":
            with pytest.raises(ValidationError):
                Draft202012Validator(SCHEMA).validate(broken)


def test_the_schema_refuses_money_as_a_number(ledger):
    broken = copy.deepcopy(ledger)
    next(entry for entry in broken["entries"] if entry["kind"] == "cart")["total"] = 39.98
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(broken)


def test_entries_are_numbered_from_1_in_chronological_order(ledger):
    entries = ledger["entries"]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)


def test_a_change_of_the_cart_precedes_the_page_that_shows_it(ledger):
    kinds = [entry["kind"] for entry in ledger["entries"]]
    added = kinds.index("cart")
    assert ledger["entries"][added + 1]["page"]["type"] == "cart"
    assert ledger["entries"][added + 1]["cart"] == ledger["entries"][added]["cart"]


def test_a_change_of_variant_is_recorded_as_remove_then_add(ledger):
    changes = [
        (entry["change"], entry["quantity"], entry["total"]) for entry in ledger["entries"] if entry["kind"] == "cart"
    ]
    price = next(
        entry["product"]["price"]
        for entry in ledger["entries"]
        if entry["kind"] == "cart" and entry["product"]["sku"] == LARGE
    )
    assert changes[:2] == [("add", 2, "39.98"), ("edit", 3, "59.97")]
    assert changes[2] == ("remove", 3, "59.97")
    assert changes[3][:2] == ("add", 3)
    assert Decimal(changes[3][2]) == 3 * Decimal(price)


def test_an_error_page_is_recorded_with_its_status(ledger):
    statuses = [entry["page"]["status"] for entry in ledger["entries"] if entry["kind"] == "page"]
    assert {200, 404, 422} == set(statuses)


async def test_since_omits_earlier_entries(shopper):
    for _ in range(3):
        await shopper.get("/fakewww/index.html")
    assert [entry["n"] for entry in await shopper.ledger("?since=2")] == [3]
    assert await shopper.ledger("?since=99") == []


async def test_session_omits_other_sessions(visitor):
    one, other = visitor(), visitor()
    for shopper in (one, other, one):
        await shopper.get("/fakewww/index.html")
    name = (await one.ledger())[0]["session"]
    assert [entry["n"] for entry in await one.ledger(f"?session={name}")] == [1, 3]
    assert [entry["n"] for entry in await one.ledger(f"?session={name}&since=1")] == [3]
    assert await one.ledger("?session=nobody") == []


async def test_a_since_that_is_not_a_number_is_refused(visitor):
    assert (await visitor().get("/ledger.json?since=x")).status == 400


async def test_tracker_calls_match_the_ledger(shopper):
    page = await shopper.add(quantity=2)
    item, entry = page.call("cart.add")["line_item"], (await shopper.entries("cart"))[0]
    product = entry["product"]
    assert (item["sku_code"], item["product_code"], item["name"], item["price"]) == (
        product["sku"],
        product["code"],
        product["name"],
        product["price"],
    )
    assert (item["quantity"], item["total_price"]) == (str(entry["quantity"]), entry["total"])
