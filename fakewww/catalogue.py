"""Products, their variants and categories, read from `catalogue.json`."""

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
    """The unit of sale: one size and colour of a product. Both are empty for a product with one variant."""

    sku: str
    price: Decimal
    size: str = ""
    colour: str = ""

    @property
    def label(self) -> str:
        """Colour and size for the shopper: `Sea, 0.3 l`, or empty."""
        return ", ".join(filter(None, (self.colour, self.size)))


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product. `category` is the id of its category, `price` that of its first variant.

    `drawing` is the name of a file in `static/products`; `colour` is its paint unless the variants have colours.
    """

    id: str
    code: str
    name: str
    category: str
    price: Decimal
    blurb: str
    drawing: str
    colour: str
    variants: tuple[Variant, ...]

    @property
    def picture(self) -> str:
        """The picture's name in URLs."""
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
    """All categories and products, in the order of the file. Lookups raise KeyError for unknown ids."""

    name: str
    currency: str
    categories: tuple[Category, ...]
    products: tuple[Product, ...]

    def category(self, id: str) -> Category:
        """The category with that id."""
        return _first((category for category in self.categories if category.id == id), id)

    def product(self, id: str) -> Product:
        """The product with that id."""
        return _first((product for product in self.products if product.id == id), id)

    def variant(self, sku: str) -> tuple[Product, Variant]:
        """The variant with that SKU, preceded by its product."""
        pairs = ((product, variant) for product in self.products for variant in product.variants)
        return _first((pair for pair in pairs if pair[1].sku == sku), sku)

    def in_category(self, id: str) -> tuple[Product, ...]:
        """The products of a category; empty for an unknown category."""
        return tuple(product for product in self.products if product.category == id)

    def search(self, words: str) -> tuple[Product, ...]:
        """The products with every word in name, blurb or category, regardless of case and accents.

        The product of exactly that name comes first, then those with every word in the name, then the others. Without
        words the result is empty.
        """
        terms = fold(words).split()
        names = {product.id: fold(product.name) for product in self.products}

        def rank(product: Product) -> tuple[bool, bool]:
            name = names[product.id]
            return name.split() != terms, not all(term in name for term in terms)

        found = (product for product in self.products if terms and all(term in self._text(product) for term in terms))
        return tuple(sorted(found, key=rank))

    def with_product(self, product: Product) -> "Catalogue":
        """The catalogue with the product of the same id replaced. KeyError for an unknown id."""
        index = self.products.index(self.product(product.id))
        return replace(self, products=(*self.products[:index], product, *self.products[index + 1 :]))

    def with_category(self, category: Category) -> "Catalogue":
        """The catalogue with the category of the same id replaced. KeyError for an unknown id."""
        index = self.categories.index(self.category(category.id))
        return replace(self, categories=(*self.categories[:index], category, *self.categories[index + 1 :]))

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
    """The page of a list with that number, counted from 1, or the nearest page."""
    last = max(1, -(-len(items) // size))
    number = min(max(number, 1), last)
    return Page(tuple(items[(number - 1) * size : number * size]), number, last, len(items))


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Text for comparison: without case, accents and presentation forms."""
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
