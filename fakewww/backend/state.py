"""The back end's state of carts, orders and people: when they changed, and their items before the change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fakewww.cart import Cart, Line
from fakewww.catalogue import Catalogue
from fakewww.customers import Customer
from fakewww.input_validation import clean
from fakewww.orders import Order

OPENED = datetime(2024, 3, 1, 8, tzinfo=UTC)
"""Creation date of catalogue, employees and the first customer."""

VISIT_COOKIES = {
    "visit_id": "jirafe_vid",
    "visitor_id": "jirafe_vis",
    "pageview_id": "jirafe_pvid",
    "last_pageview_id": "jirafe_lpvid",
}
"""Field of a visit → the tracker's cookie that contains it."""


@dataclass(frozen=True, kw_only=True)
class StoreFront:
    """The public side of the store. `url` is its origin; `changed` maps the ids of products to the times of their changes."""

    catalogue: Catalogue
    url: str
    changed: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of a cart or an order. `number` counts from 1 and is unique in the cart or order."""

    number: int
    line: Line
    created: datetime
    changed: datetime


@dataclass(frozen=True, kw_only=True)
class Items:
    """The items now and in the previous document. `count` is the number of ids in use."""

    now: tuple[Item, ...] = ()
    before: tuple[Item, ...] = ()
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Person:
    """A customer with the times of creation and latest change."""

    customer: Customer
    created: datetime
    changed: datetime


@dataclass(frozen=True, kw_only=True)
class CartState:
    """A cart. `visitor` is the session's id; `person` is None until the visitor has a name."""

    cart: Cart
    items: Items
    created: datetime
    changed: datetime
    visitor: str
    person: Person | None
    visit: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class OrderState:
    """An order as its next document contains it."""

    order: Order
    items: Items
    changed: datetime
    person: Person
    visit: Mapping[str, str]


def visit_of(cookies: Mapping[str, str]) -> dict[str, str]:
    """The visit from a request's cookies. The id of a missing cookie is empty."""
    return {name: clean(cookies.get(cookie, "")) for name, cookie in VISIT_COOKIES.items()}


def update_items(items: Items, lines: Iterable[Line], at: datetime) -> Items:
    """The items after a change. Unchanged lines keep their item; changed lines keep its number and creation date."""
    items_by_sku = {item.line.variant.sku: item for item in items.now}
    count, now = items.count, []
    for line in lines:
        item = items_by_sku.get(line.variant.sku)
        if item is None:
            count += 1
            item = Item(number=count, line=line, created=at, changed=at)
        elif item.line != line:
            item = replace(item, line=line, changed=max(at, item.created))
        now.append(item)
    return Items(now=tuple(now), before=items.now, count=count)
