"""A catalogue that is hard to encode: names in several scripts, with quotes and markup, and prices without cents."""

from dataclasses import replace
from decimal import Decimal

from fakewww.catalogue import Catalogue, Product

CURRENCY = "JPY"
WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND"})

NAMES = (
    '“{}” ‘it’s’ "5\\6" </script><!-- &amp;',
    "\u05db\u05d5\u05e1 {} \u202e\u05e8\u05e2\u05d1\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "{} 漢字 \U0001d56c \U0001f9d1\u200d\U0001f680 e\u0301",
)
"""Patterns for names, in turn: quotes and markup; right-to-left scripts; characters beyond 16 bits and joined ones."""


def make_difficult(catalogue: Catalogue) -> Catalogue:
    """The same products with difficult names and prices in yen. Categories keep their names."""
    products = tuple(_difficult(product, NAMES[index % len(NAMES)]) for index, product in enumerate(catalogue.products))
    return replace(catalogue, currency=CURRENCY, products=products)


def _difficult(product: Product, pattern: str) -> Product:
    variants = tuple(replace(variant, price=_yen(variant.price)) for variant in product.variants)
    return replace(product, name=pattern.format(product.name), price=_yen(product.price), variants=variants)


def _yen(price: Decimal) -> Decimal:
    return (price * 100).to_integral_value()
