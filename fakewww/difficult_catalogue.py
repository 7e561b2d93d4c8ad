"""A catalogue that is hard to carry: names in several writings, with quotes and rare letters, and prices without cents."""

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
"""What becomes of a name, in turn: quotes and markup, writing from the right, letters beyond 16 bits and joined ones."""


def harden(catalogue: Catalogue) -> Catalogue:
    """The same products under such names, in yen; the categories keep theirs."""
    products = tuple(_hard(product, NAMES[place % len(NAMES)]) for place, product in enumerate(catalogue.products))
    return replace(catalogue, currency=CURRENCY, products=products)


def _hard(product: Product, name: str) -> Product:
    variants = tuple(replace(variant, price=_yen(variant.price)) for variant in product.variants)
    return replace(product, name=name.format(product.name), price=_yen(product.price), variants=variants)


def _yen(price: Decimal) -> Decimal:
    return (price * 100).to_integral_value()
