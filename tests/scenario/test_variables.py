"""Variables: the shopper, and the latest of each kind that the ledger tells of."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import pytest

from harness.scenario.shopper import make_shopper
from harness.scenario.variables import VARIABLES, Variables

LEDGER = json.loads((files("fakewww") / "ledger.schema.json").read_text(encoding="utf-8"))
STORE = {"name": "B", "currency": "EUR"}
CUP = {"code": "C", "sku": "C-1", "name": "Cup", "price": "9.50"}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return LEDGER["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def required_by_the_ledger(kind: str) -> set[str]:
    """The scalars that each entry of this kind has, by the ledger's schema; of an order, in the entry that tells it whole."""
    if kind == "store":
        return set(LEDGER["properties"]["store"]["required"])
    entries = [LEDGER["$defs"][f"{name}_entry"]["properties"] for name in ("order", "cart", "customer", "page")]
    schema = next(resolved(fields[kind]) for fields in entries if kind in fields)
    return {name for name in schema["required"] if resolved(schema["properties"][name]).get("type") != "array"}


@pytest.mark.parametrize("kind", [kind for kind in VARIABLES if kind != "shopper"])
def test_what_can_be_named_is_what_the_ledger_always_tells(kind: str) -> None:
    assert set(VARIABLES[kind]) == required_by_the_ledger(kind)


def test_every_field_of_the_shopper_can_be_named() -> None:
    assert set(VARIABLES["shopper"]) == asdict(make_shopper(seed=1, name="A")).keys()


def test_the_latest_of_a_kind_counts() -> None:
    entries: list[dict[str, Any]] = [
        {"kind": "page", "product": CUP},
        {"kind": "cart", "product": {**CUP, "sku": "C-2"}, "quantity": 2},
    ]
    assert Variables({}).after(STORE, entries)("product", "sku") == "C-2"


def test_values_are_text_as_they_are_compared() -> None:
    variables = Variables({"page": {"status": 200, "ok": True}})
    assert (variables("page", "status"), variables("page", "ok")) == ("200", "true")


def test_the_store_is_known_from_the_first_reading() -> None:
    assert Variables({}).after(STORE, [])("store", "currency") == "EUR"


def test_a_receipt_leaves_what_is_known_of_its_order() -> None:
    entries: list[dict[str, Any]] = [
        {"order": {"number": "7", "total": "9.50"}},
        {"order": {"number": "7", "first": True}},
    ]
    assert Variables({}).after(STORE, entries)("order", "total") == "9.50"


def test_another_order_takes_nothing_from_the_one_before() -> None:
    variables = Variables({}).after(STORE, [{"order": {"number": "7", "total": "9.50"}}, {"order": {"number": "8"}}])
    with pytest.raises(KeyError, match=r"\$order.total has no value: the latest order"):
        variables("order", "total")


def test_what_the_ledger_has_not_told_yet_has_no_value() -> None:
    with pytest.raises(KeyError, match=r"\$cart.id has no value yet: the store's ledger tells of no cart so far"):
        Variables({})("cart", "id")


def test_a_pattern_without_a_value_stays_as_written() -> None:
    assert Variables({}).or_as_written("cart", "id") == "$cart.id"


def test_variables_do_not_change() -> None:
    first = Variables({"shopper": {"city": "Bath"}})
    first.after(STORE, [{"product": CUP}])
    assert first.known == {"shopper": {"city": "Bath"}}
