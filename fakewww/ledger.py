"""The ledger: the store's own record of pages, carts, orders, customers and consent, independent of the tracker.

`fakewww/ledger.schema.json` describes the response of `GET /ledger.json`. Money and ids are strings, counts are numbers.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from fakewww.cart import Cart, Change, Line
from fakewww.catalogue import Category, Product, Variant
from fakewww.customers import Customer
from fakewww.input_validation import amount, instant
from fakewww.orders import Order


class Ledger:
    """Entries in chronological order, numbered from 1."""

    def __init__(self, *, store: str, currency: str, backend: str) -> None:
        self._store = {"name": store, "currency": currency, "backend": backend}
        self._entries: list[dict[str, Any]] = []

    def write(self, kind: str, *, session: str, at: datetime | None = None, **facts: Any) -> None:
        """Append an entry. `at` is its time, by default now."""
        timestamp = instant(at or datetime.now(UTC))
        self._entries.append({"n": len(self._entries) + 1, "at": timestamp, "session": session, "kind": kind, **facts})

    def read(self, *, since: int = 0, session: str | None = None) -> dict[str, Any]:
        """The document with the entries after number `since`, of one session or of all."""
        later = self._entries[since:]
        entries = [entry for entry in later if session in (None, entry["session"])]
        return {"version": 1, "store": self._store, "entries": entries}


def product_facts(product: Product, variant: Variant) -> dict[str, str]:
    """A product in one of its variants."""
    return {"code": product.code, "sku": variant.sku, "name": product.name, "price": amount(variant.price)}


def category_facts(category: Category) -> dict[str, str]:
    """The facts of a category."""
    return {"id": category.id, "name": category.name}


def customer_facts(customer: Customer) -> dict[str, str]:
    """The facts of a customer, without the address."""
    names = {"first_name": customer.first_name, "last_name": customer.last_name}
    return {"id": customer.id, **names, "email": customer.email}


def cart_facts(cart: Cart) -> dict[str, Any]:
    """The facts of a cart."""
    return {"id": cart.id, "items": item_facts(cart.lines), "subtotal": amount(cart.subtotal)}


def item_facts(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The facts of the lines of a cart or an order."""
    return [{**product_facts(line.product, line.variant), "quantity": line.quantity} for line in lines]


def change_facts(change: Change, cart: Cart) -> dict[str, Any]:
    """The facts of a change, and of the cart after it."""
    line = change.line
    return {
        "change": change.kind,
        "product": product_facts(line.product, line.variant),
        "quantity": line.quantity,
        "total": amount(line.total),
        "cart": cart_facts(cart),
    }


def order_facts(order: Order, *, state: str, currency: str) -> dict[str, Any]:
    """The facts of an order. `state` is `placed`, `paid`, `edited` or `cancelled`."""
    totals = order.totals
    return {
        "id": order.id,
        "number": order.number,
        "state": state,
        "items": item_facts(order.lines),
        "subtotal": amount(totals.subtotal),
        "shipping": amount(totals.shipping),
        "tax": amount(totals.tax),
        "discounts": amount(totals.discounts),
        "total": amount(totals.total),
        "currency": currency,
        "cart_id": order.cart_id,
        "customer_id": order.customer.id,
    }
