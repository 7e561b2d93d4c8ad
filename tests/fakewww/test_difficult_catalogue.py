"""The difficult catalogue."""

from decimal import Decimal

from fakewww import catalogue
from fakewww.difficult_catalogue import make_difficult
from fakewww.tracking import price

HARD = make_difficult(catalogue.load())


def test_the_same_products_have_other_names_and_integer_prices() -> None:
    plain = catalogue.load()
    assert [product.id for product in HARD.products] == [product.id for product in plain.products]
    assert HARD.currency == "JPY"
    for product, before in zip(HARD.products, plain.products, strict=True):
        assert before.name in product.name != before.name
        assert [variant.price for variant in product.variants] == [variant.price * 100 for variant in before.variants]


def test_money_has_the_decimals_of_its_currency() -> None:
    assert price(Decimal(1999), "JPY") == "1999"
    assert price(Decimal("19.9"), "EUR") == "19.90"
