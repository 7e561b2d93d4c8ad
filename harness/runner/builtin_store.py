"""Adapter to the built-in store; the only module of the harness that imports `fakewww`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from fakewww import catalogue
from fakewww.app import TRACKER, create_app
from fakewww.options import SITE, StoreSettings, parse_options

__all__ = ["SITE", "TRACKER", "CategoryNames", "catalogue_names", "create_store"]


def create_store(options: Mapping[str, str], **settings: Any) -> web.Application:
    """A new store with these options, as scenario files name them, and other fields of `fakewww.options.StoreSettings`."""
    return create_app(StoreSettings(**parse_options(options), **settings))


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
