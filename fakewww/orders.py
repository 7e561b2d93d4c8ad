"""Orders: what they cost, their numbers, and whether a receipt has been shown."""

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
"""Standard shipping costs nothing from this subtotal on."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A way to ship or to pay."""

    id: str
    name: str
    hint: str
    price: Decimal = Decimal(0)


SHIPPING = {
    "standard": Choice(id="standard", name="Standard", hint="Two to four days", price=Decimal("4.90")),
    "express": Choice(id="express", name="Express", hint="On the next working day", price=Decimal("9.90")),
}
NOT_SENT = Choice(id="", name="", hint="")
"""What shipping costs while nobody has chosen how."""
PAYMENT = {
    "card": Choice(id="card", name="Card", hint="The house’s test card, ending in 4242; no money moves"),
    "invoice": Choice(id="invoice", name="Invoice", hint="Pay within 30 days"),
}


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What an order costs. Prices hold the tax, so `total` = `subtotal` + `shipping` − `discounts`, `tax` inside."""

    subtotal: Decimal
    shipping: Decimal
    tax: Decimal
    discounts: Decimal
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order as it was left. `owner` is the id of the account or, for a guest, of the session that may see it."""

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
    """What this way of shipping costs for goods of that value."""
    free = choice.id == "standard" and subtotal >= FREE_FROM
    return Decimal(0) if free else choice.price


def totals(cart: Cart, shipping: Choice) -> Totals:
    """What the cart costs when sent that way."""
    carriage = shipping_price(shipping, cart.subtotal)
    total = cart.subtotal + carriage
    tax = cents(total - total / (1 + VAT))
    return Totals(subtotal=cart.subtotal, shipping=carriage, tax=tax, discounts=Decimal(0), total=total)


class Orders:
    """All orders of one shop. Numbers have ten digits; those of seed 0 start at 0000000010."""

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
        """Give the cart's order a number and keep it; `at` is when it was placed, now if nothing is said."""
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
        return self._keep(order)

    def paid(self, number: str, *, owner: str) -> Order | None:
        """A paid order, for the eyes of its owner only."""
        order = self.find(number, owner=owner)
        return order if order and order.state == "paid" else None

    def find(self, number: str, *, owner: str) -> Order | None:
        """An order in whatever state, for the eyes of its owner only."""
        order = self._orders.get(number)
        return order if order and order.owner == owner else None

    def edit(self, order: Order, lines: tuple[Line, ...]) -> Order:
        """The order with other lines, sent and paid as before; it is kept."""
        return self._keep(
            replace(order, lines=lines, totals=totals(Cart(id=order.cart_id, lines=lines), order.shipping))
        )

    def cancel(self, order: Order) -> Order:
        """The order, cancelled; it is kept."""
        return self._keep(replace(order, state="cancelled"))

    def all(self) -> list[Order]:
        """Every order, the oldest first."""
        return list(self._orders.values())

    def of(self, owner: str) -> list[Order]:
        """The owner's orders, the newest first."""
        return [order for order in reversed(self._orders.values()) if order.owner == owner]

    def first_look(self, order: Order) -> bool:
        """True the first time that the receipt is shown, never again."""
        first = order.number not in self._shown
        self._shown.add(order.number)
        return first

    def _keep(self, order: Order) -> Order:
        self._orders[order.number] = order
        return order
