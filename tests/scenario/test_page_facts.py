"""Reading the facts of a target."""

import pytest

from harness.errors import FileError
from harness.scenario.page_facts import Fact, read_facts
from harness.scenario.yaml_source import parse


def read(text: str) -> tuple[Fact, ...]:
    return read_facts(parse(text, file="b.yaml", what="target"))


def test_a_fact_is_a_selector_or_a_mapping() -> None:
    text = """product:
  name: h1
  price: {at: .price, matches: '[0-9.]+'}
  code: {at: "[data-code]", attribute: data-code}
  sku: {data: Product.sku}
order: {number: "#number"}
"""
    assert read(text) == (
        Fact(kind="product", field="name", at="h1"),
        Fact(kind="product", field="price", at=".price", matches="[0-9.]+"),
        Fact(kind="product", field="code", at="[data-code]", attribute="data-code"),
        Fact(kind="product", field="sku", data="Product.sku"),
        Fact(kind="order", field="number", at="#number"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prodct: {name: h1}", 'b.yaml:1: "facts" has no key "prodct"; did you mean "product"?'),
        ("shopper: {email: h1}", '"facts" has no key "shopper"'),
        ("product: {nam: h1}", '"product" has no key "nam"; did you mean "name"?'),
        ("product: {name: {attribute: x}}", '"product.name" must be a selector, or a mapping with one of at and data'),
        ("product: {name: {at: h1, data: Product.name}}", "must be a selector, or a mapping with one of at and data"),
        ("product: {name: {data: Product}}", 'must be a type and a property, such as Product.sku, not "Product"'),
        ("product: {name: {data: Product.name, attribute: x}}", 'name the element with "at"'),
        ("product: {name: {at: h1, matches: '('}}", '"matches" of "product.name" is not a regular expression'),
        ("product: {name: }", '"product.name" '),
    ],
)
def test_a_mistake_in_a_fact_is_reported(text: str, words: str) -> None:
    with pytest.raises(FileError) as caught:
        read(text)
    assert words in str(caught.value)
