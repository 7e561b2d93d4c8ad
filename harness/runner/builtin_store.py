"""Adapter to the built-in store; the only module of the harness that imports `fakewww`."""

from dataclasses import dataclass

from fakewww import catalogue
from fakewww.app import SITE, TRACKER, create_app

__all__ = ["SITE", "TRACKER", "CategoryNames", "catalogue_names", "create_app"]


@dataclass(frozen=True, kw_only=True)
class CategoryNames:
    """The name of a category and the names of its products, as scenarios use them."""

    name: str
    products: tuple[str, ...]


def catalogue_names() -> tuple[CategoryNames, ...]:
    """The categories of the built-in store with their products, in menu order."""
    goods = catalogue.load()
    return tuple(
        CategoryNames(name=category.name, products=tuple(product.name for product in goods.in_category(category.id)))
        for category in goods.categories
    )
