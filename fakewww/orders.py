"""Orders: their costs, their numbers, and whether a receipt was shown."""

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from fakewww.cart import Cart, Line
from fakewww.customers import Address, Customer
from fakewww.input_validation import cents

VAT = Decimal("0.19")
FREE_FROM = Decimal(100)
"""Smallest subtotal with free standard shipping."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A way of shipping or payment."""

    id: str
    name: str
    hint: str
    price: Decimal = Decimal(0)


SHIPPING = {
    "standard": Choice(id="standard", name="Standard", hint="Two to four days", price=Decimal("4.90")),
    "express": Choice(id="express", name="Express", hint="On the next working day", price=Decimal("9.90")),
}
NO_SHIPPING = Choice(id="", name="", hint="")
"""The free placeholder until the shopper chooses a way of shipping."""
PAYMENT = {
    "card": Choice(id="card", name="Card", hint="Test card ending in 4242; no money is charged"),
    "invoice": Choice(id="invoice", name="Invoice", hint="Pay within 30 days"),
}


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The sums of an order. Prices include tax: `total` = `subtotal` + `shipping` − `discounts`."""

    subtotal: Decimal
    shipping: Decimal
    tax: Decimal
    discounts: Decimal
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Order:
    """The current state of an order. `owner` is the id of the account or, for a guest, of the session that may see it."""

    id: str
    number: str
    state: Literal["paid", "cancelled"]
    at: datetime
    owner: str
    customer: Customer
    address: Address
    shipping: Choice
    payment: Choice
    cart_id: str
    lines: tuple[Line, ...]
    totals: Totals


def shipping_price(choice: Choice, subtotal: Decimal) -> Decimal:
    """The shipping costs for a subtotal."""
    is_free = choice.id == "standard" and subtotal >= FREE_FROM
    return Decimal(0) if is_free else choice.price


def totals(cart: Cart, shipping: Choice) -> Totals:
    """The sums of a cart with this way of shipping."""
    shipping_costs = shipping_price(shipping, cart.subtotal)
    total = cart.subtotal + shipping_costs
    tax = cents(total - total / (1 + VAT))
    return Totals(subtotal=cart.subtotal, shipping=shipping_costs, tax=tax, discounts=Decimal(0), total=total)


class Orders:
    """All orders of one store. Their numbers have ten digits; those of seed 0 start at 0000000010."""

    def __init__(self, *, seed: int) -> None:
        self._numbers = itertools.count(10 + seed * 1_000)
        self._orders: dict[str, Order] = {}
        self._shown: set[str] = set()

    def record(
        self,
        *,
        state: Literal["paid", "cancelled"],
        owner: str,
        customer: Customer,
        address: Address,
        shipping: Choice,
        payment: Choice,
        cart: Cart,
        at: datetime | None = None,
    ) -> Order:
        """Store an order of the cart under a new number. `at` is the time of the order, by default now."""
        number = next(self._numbers) % 10**10
        order = Order(
            id=str(500_000 + len(self._orders)),
            number=f"{number:010}",
            state=state,
            at=at or datetime.now(UTC),
            owner=owner,
            customer=customer,
            address=address,
            shipping=shipping,
            payment=payment,
            cart_id=cart.id,
            lines=cart.lines,
            totals=totals(cart, shipping),
        )
        return self._store(order)

    def paid(self, number: str, *, owner: str) -> Order | None:
        """The owner's paid order of that number."""
        order = self.find(number, owner=owner)
        return order if order and order.state == "paid" else None

    def find(self, number: str, *, owner: str) -> Order | None:
        """The owner's order of that number, in any state."""
        order = self._orders.get(number)
        return order if order and order.owner == owner else None

    def edit(self, order: Order, lines: tuple[Line, ...]) -> Order:
        """Replace the lines of an order."""
        return self._store(
            replace(order, lines=lines, totals=totals(Cart(id=order.cart_id, lines=lines), order.shipping))
        )

    def cancel(self, order: Order) -> Order:
        """Cancel an order."""
        return self._store(replace(order, state="cancelled"))

    def all(self) -> list[Order]:
        """All orders, oldest first."""
        return list(self._orders.values())

    def of(self, owner: str) -> list[Order]:
        """The owner's orders, newest first."""
        return [order for order in reversed(self._orders.values()) if order.owner == owner]

    def mark_shown(self, order: Order) -> bool:
        """Mark the receipt as shown. True the first time."""
        is_first = order.number not in self._shown
        self._shown.add(order.number)
        return is_first

    def _store(self, order: Order) -> Order:
        self._orders[order.number] = order
        return order
