"""What the back end knows of carts, orders and people beyond what the store does: when they changed, and how they were before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fakewww.cart import Cart, Line
from fakewww.catalogue import Catalogue
from fakewww.customers import Customer
from fakewww.input_validation import clean
from fakewww.orders import Order

OPENED = datetime(2024, 3, 1, 8, tzinfo=UTC)
"""Since when catalogue, employees and the first customer are in the books."""

VISIT_COOKIES = {
    "visit_id": "jirafe_vid",
    "visitor_id": "jirafe_vis",
    "pageview_id": "jirafe_pvid",
    "last_pageview_id": "jirafe_lpvid",
}
"""The field of a visit, and the tracker's cookie that it comes from."""


@dataclass(frozen=True, kw_only=True)
class Front:
    """The shop as the world sees it: `url` is its origin, `changed` tells by id when a product was changed."""

    catalogue: Catalogue
    url: str
    changed: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of a cart or an order. `number` counts from 1 and is never given twice in the same cart or order."""

    number: int
    line: Line
    created: datetime
    changed: datetime


@dataclass(frozen=True, kw_only=True)
class Items:
    """The items now, and as they were in the document before; `count` numbers were given so far."""

    now: tuple[Item, ...] = ()
    before: tuple[Item, ...] = ()
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Person:
    """A customer, and since when we know that."""

    customer: Customer
    created: datetime
    changed: datetime


@dataclass(frozen=True, kw_only=True)
class CartState:
    """A cart. `person` is None as long as the visitor has no name; `visitor` is then all we know."""

    cart: Cart
    items: Items
    created: datetime
    changed: datetime
    visitor: str
    person: Person | None
    visit: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class OrderState:
    """An order."""

    order: Order
    items: Items
    changed: datetime
    person: Person
    visit: Mapping[str, str]


def visit_of(cookies: Mapping[str, str]) -> dict[str, str]:
    """The visit, from the cookies of a request; an id whose cookie is missing is empty."""
    return {name: clean(cookies.get(cookie, "")) for name, cookie in VISIT_COOKIES.items()}


def turn(items: Items, lines: Iterable[Line], at: datetime) -> Items:
    """The items after a change: a line that stayed as it was is the same item, one that changed keeps number and birth."""
    known = {item.line.variant.sku: item for item in items.now}
    count, now = items.count, []
    for line in lines:
        item = known.get(line.variant.sku)
        if item is None:
            count += 1
            item = Item(number=count, line=line, created=at, changed=at)
        elif item.line != line:
            item = replace(item, line=line, changed=max(at, item.created))
        now.append(item)
    return Items(now=tuple(now), before=items.now, count=count)
