"""What the store sells: products, their variants and categories, read from `catalogue.json`."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Category:
    id: str
    name: str
    blurb: str


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What can be put into a cart: one size and colour of a product, each empty where it comes in only one."""

    sku: str
    price: Decimal
    size: str = ""
    colour: str = ""

    @property
    def label(self) -> str:
        """Colour and size as a shopper reads them: `Sea, 0.3 l`; empty where there is neither."""
        return ", ".join(filter(None, (self.colour, self.size)))


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product. `category` is a category's id, `price` that of its first variant.

    `motif` names its drawing in `fakewww.pictures`, `colour` the paint where its variants name none.
    """

    id: str
    code: str
    name: str
    category: str
    price: Decimal
    blurb: str
    motif: str
    colour: str
    variants: tuple[Variant, ...]

    @property
    def picture(self) -> str:
        """The key of its picture: stable, and safe in a URL."""
        return self.id


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 1 to `last`, `total` is the length of the whole list."""

    items: tuple[T, ...]
    number: int
    last: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All there is to buy, in the order of the file. Lookups raise KeyError for what the store does not have."""

    name: str
    currency: str
    categories: tuple[Category, ...]
    products: tuple[Product, ...]

    def category(self, id: str) -> Category:
        """The category of that id."""
        return _first((category for category in self.categories if category.id == id), id)

    def product(self, id: str) -> Product:
        """The product of that id."""
        return _first((product for product in self.products if product.id == id), id)

    def variant(self, sku: str) -> tuple[Product, Variant]:
        """The variant of that SKU, after the product it belongs to."""
        pairs = ((product, variant) for product in self.products for variant in product.variants)
        return _first((pair for pair in pairs if pair[1].sku == sku), sku)

    def in_category(self, id: str) -> tuple[Product, ...]:
        """The products of a category; none where there is no such category."""
        return tuple(product for product in self.products if product.category == id)

    def search(self, words: str) -> tuple[Product, ...]:
        """The products with every word in name, blurb or category, whatever its case and accents; none for no words.

        The product of exactly that name comes first, then those with every word in the name, then the others.
        """
        wanted = fold(words).split()
        names = {product.id: fold(product.name) for product in self.products}

        def rank(product: Product) -> tuple[bool, bool]:
            name = names[product.id]
            return name.split() != wanted, not all(word in name for word in wanted)

        found = (product for product in self.products if wanted and all(word in self._text(product) for word in wanted))
        return tuple(sorted(found, key=rank))

    def with_product(self, product: Product) -> "Catalogue":
        """The catalogue with this product in the place of the one of the same id; raises KeyError."""
        place = self.products.index(self.product(product.id))
        return replace(self, products=(*self.products[:place], product, *self.products[place + 1 :]))

    def with_category(self, category: Category) -> "Catalogue":
        """The catalogue with this category in the place of the one of the same id; raises KeyError."""
        place = self.categories.index(self.category(category.id))
        return replace(self, categories=(*self.categories[:place], category, *self.categories[place + 1 :]))

    def _text(self, product: Product) -> str:
        return fold(f"{product.name}\n{product.blurb}\n{self.category(product.category).name}")


@cache
def load() -> Catalogue:
    """The catalogue of the built-in store."""
    text = files("fakewww").joinpath("catalogue.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return Catalogue(
        name=data["name"],
        currency=data["currency"],
        categories=tuple(Category(**category) for category in data["categories"]),
        products=tuple(_product(product) for product in data["products"]),
    )


def page(items: Sequence[T], number: int, *, size: int = 12) -> Page[T]:
    """The `number`-th page of a list, counted from 1; a number outside gives the nearest page there is."""
    last = max(1, -(-len(items) // size))
    number = min(max(number, 1), last)
    return Page(tuple(items[(number - 1) * size : number * size]), number, last, len(items))


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Text as search compares it: without case, accents and presentation forms."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn").casefold()


def _product(data: Mapping[str, Any]) -> Product:
    price = Decimal(data["price"])
    variants = tuple(
        Variant(**{**variant, "price": Decimal(variant.get("price", price))}) for variant in data["variants"]
    )
    return Product(**{"colour": "", **data, "price": price, "variants": variants})


def _first(items: Iterator[T], key: str) -> T:
    for item in items:
        return item
    raise KeyError(key)
