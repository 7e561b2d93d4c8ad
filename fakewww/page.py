"""The content of a page: source of its ledger entry, tracker calls and HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from fakewww.catalogue import Category, Product
from fakewww.orders import Order

PageType: TypeAlias = Literal[
    "homepage", "category", "search", "product", "cart", "checkout", "order_confirm", "order_success", "other"
]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the checkout at `path`. Positions count from 1."""

    name: str
    position: int
    path: str = ""
    last: bool = False
    funnel: str = "checkout"


STEPS = {
    name: Step(name=name, position=position, path=f"checkout/{name}/index.html")
    for position, name in enumerate(("address", "shipping", "payment", "review"), start=1)
}
SUCCESS = Step(name="success", position=5, last=True)


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search: its keyword, the number of this page of results, and the results on all pages."""

    keyword: str
    page: int
    results: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page. `first` marks the first display of the receipt of `order`; `data` is for the template."""

    type: PageType
    title: str
    template: str
    status: int = 200
    product: Product | None = None
    category: Category | None = None
    search: Search | None = None
    step: Step | None = None
    order: Order | None = None
    first: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
