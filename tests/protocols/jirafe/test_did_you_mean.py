"""The closest match for typing errors, other cases and abbreviations."""

import pytest

from harness.protocols.jirafe.did_you_mean import closest, misspelt
from harness.protocols.jirafe.schemas import EVENT_TYPES, schema

LINE_ITEM = schema("line_item")
PAGE_TYPES = schema("pageview")["properties"]["page_type"]["enum"]


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("order_sucess", "order_success"),
        ("orderSuccess", "order_success"),
        ("add_to_cart", "add_item_to_cart"),
        ("remove_from_cart", "remove_item_from_cart"),
        ("page_view", "pageview"),
        ("Funnel", "funnel"),
    ],
)
def test_a_misspelt_event_type_has_its_closest_match(word: str, known: str) -> None:
    assert closest(word, EVENT_TYPES) == known


@pytest.mark.parametrize(("word", "known"), [("home", "homepage"), ("catagory", "category"), ("Search", "search")])
def test_a_misspelt_page_type_has_its_closest_match(word: str, known: str) -> None:
    assert closest(word, PAGE_TYPES) == known


@pytest.mark.parametrize("word", ["purchase", "", "x", 7, None, ["pageview"], "pageview" * 1000])
def test_a_dissimilar_word_has_no_closest_match(word: object) -> None:
    assert closest(word, EVENT_TYPES) is None


@pytest.mark.parametrize(
    ("unknown", "known"),
    [
        ("qty", "quantity"),
        ("quant", "quantity"),
        ("quantitiy", "quantity"),
        ("Quantity", "quantity"),
        ("productCode", "product_code"),
        ("product-code", "product_code"),
        ("sku", "sku_code"),
        ("total", "total_price"),
        ("currency_code", "currency"),
        ("image", "images"),
    ],
)
def test_a_misspelt_field_is_paired_with_the_absent_one(unknown: str, known: str) -> None:
    assert misspelt({unknown: "1"}, LINE_ITEM) == {known: unknown}


@pytest.mark.parametrize("unknown", ["amount", "brand", "discount", "unit_price", "url", "display_name", "price_net"])
def test_a_different_field_is_not_misspelt(unknown: str) -> None:
    assert misspelt({unknown: "1"}, LINE_ITEM) == {}


def test_a_present_field_is_not_misspelt() -> None:
    assert misspelt({"qty": "1", "quantity": "1"}, LINE_ITEM) == {}


def test_one_unknown_field_is_paired_with_one_absent_field_required_ones_first() -> None:
    assert misspelt({"code": "1"}, LINE_ITEM) == {"sku_code": "code"}


def test_a_longer_name_is_paired_with_required_fields_only() -> None:
    assert misspelt({"order_num": "1"}, schema("order_success")["properties"]["order"]) == {"num": "order_num"}
    assert misspelt({"customer_id": "1"}, schema("pageview")) == {}
