"""Variables: the shopper, and the latest entry of each kind in the ledger."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import pytest

from harness.scenario.shopper import make_shopper
from harness.scenario.variables import VARIABLES, Variables, substitute, variables_in

LEDGER = json.loads((files("fakewww") / "ledger.schema.json").read_text(encoding="utf-8"))
STORE = {"name": "B", "currency": "EUR"}
CUP = {"code": "C", "sku": "C-1", "name": "Cup", "price": "9.50"}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return LEDGER["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def required_by_the_ledger(kind: str) -> set[str]:
    """The scalar fields that the ledger's schema requires of this kind."""
    if kind == "store":
        return set(LEDGER["properties"]["store"]["required"])
    entries = [LEDGER["$defs"][f"{name}_entry"]["properties"] for name in ("order", "cart", "customer", "page")]
    schema = next(resolved(fields[kind]) for fields in entries if kind in fields)
    return {name for name in schema["required"] if resolved(schema["properties"][name]).get("type") != "array"}


@pytest.mark.parametrize("kind", [kind for kind in VARIABLES if kind != "shopper"])
def test_the_variables_are_the_required_fields_of_the_ledger(kind: str) -> None:
    assert set(VARIABLES[kind]) == required_by_the_ledger(kind)


def test_each_field_of_the_shopper_is_a_variable() -> None:
    assert set(VARIABLES["shopper"]) == asdict(make_shopper(seed=1, name="A")).keys()


def test_the_latest_entry_of_a_kind_has_the_value() -> None:
    entries: list[dict[str, Any]] = [
        {"kind": "page", "product": CUP},
        {"kind": "cart", "product": {**CUP, "sku": "C-2"}, "quantity": 2},
    ]
    assert Variables({}).after(STORE, entries)("product", "sku") == "C-2"


def test_values_are_text() -> None:
    variables = Variables({"page": {"status": 200, "ok": True}})
    assert (variables("page", "status"), variables("page", "ok")) == ("200", "true")


def test_the_store_has_values_without_entries() -> None:
    assert Variables({}).after(STORE, [])("store", "currency") == "EUR"


def test_a_receipt_keeps_the_values_of_its_order() -> None:
    entries: list[dict[str, Any]] = [
        {"order": {"number": "7", "total": "9.50"}},
        {"order": {"number": "7", "first": True}},
    ]
    assert Variables({}).after(STORE, entries)("order", "total") == "9.50"


def test_an_order_does_not_inherit_values_of_the_previous_one() -> None:
    variables = Variables({}).after(STORE, [{"order": {"number": "7", "total": "9.50"}}, {"order": {"number": "8"}}])
    with pytest.raises(KeyError, match=r"\$order.total has no value: the latest order"):
        variables("order", "total")


def test_a_value_stays_until_a_later_page_states_another() -> None:
    variables = Variables({}, has_ledger=False).on_page({"product": {"sku": "C-1", "name": "Cup"}})
    variables = variables.on_page({"product": {"name": "Cups"}})
    assert (variables("product", "sku"), variables("product", "name")) == ("C-1", "Cups")
    assert variables.on_page({"product": {"sku": "C-2"}})("product", "sku") == "C-2"


def test_a_page_about_another_product_ends_the_values_of_the_one_before() -> None:
    variables = Variables({}, has_ledger=False).on_page({"product": {"code": "C", "sku": "C-1"}})
    assert variables.on_page({"product": {"code": "C"}})("product", "sku") == "C-1"
    with pytest.raises(KeyError, match=r"\$product.sku has no value: no page before this step contains it"):
        variables.on_page({"product": {"code": "D"}})("product", "sku")


def test_a_variable_without_a_ledger_entry_has_no_value() -> None:
    with pytest.raises(KeyError, match=r"\$cart.id has no value yet: the store's ledger contains no cart so far"):
        Variables({})("cart", "id")


def test_a_variable_without_a_value_stays_as_written() -> None:
    assert Variables({}).or_as_written("cart", "id") == "$cart.id"


def test_variables_do_not_change() -> None:
    first = Variables({"shopper": {"city": "Bath"}})
    first.after(STORE, [{"product": CUP}])
    assert first.known == {"shopper": {"city": "Bath"}}


def test_variables_are_replaced_in_all_values_and_keys() -> None:
    values = {"product.sku": "AB", "words": "blue cup"}

    def lookup(name: str, field: str | None) -> str:
        return values[f"{name}.{field}" if field else name]

    nest = {"[title=$words]": ["$product.sku-$words.", "$$5", "$5"], "n": 3}
    assert substitute(nest, lookup) == {"[title=blue cup]": ["AB-blue cup.", "$5", "$5"], "n": 3}


def test_quotation_marks_are_escaped_in_selectors_only() -> None:
    assert substitute({'a:text-is("$x")': "$x"}, lambda _name, _field: 'a"\\') == {'a:text-is("a\\"\\\\")': 'a"\\'}


def test_a_value_with_a_dollar_sign_is_not_replaced_again() -> None:
    assert substitute("$x", lambda _name, _field: "pa$$word $y") == "pa$$word $y"


def test_variables_without_a_field_are_parameters() -> None:
    assert variables_in({"$a b": ["$c", {"d": "$e.f $$g"}]}) == {"a", "c"}
