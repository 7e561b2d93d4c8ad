"""The cart: pure functions that return the next cart and the changes to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeAlias

from fakewww.catalogue import Product, Variant

MAX_QUANTITY = 99
"""Maximum quantity of a line."""


class CartError(ValueError):
    """A refused change; the text is for the shopper."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A variant and its quantity."""

    product: Product
    variant: Variant
    quantity: int

    @property
    def total(self) -> Decimal:
        """Price times quantity."""
        return self.variant.price * self.quantity


@dataclass(frozen=True, kw_only=True)
class Cart:
    """Lines in the order of their addition, each variant at most once."""

    id: str
    lines: tuple[Line, ...] = ()

    @property
    def subtotal(self) -> Decimal:
        """The total of the lines, without shipping."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def pieces(self) -> int:
        """The sum of the quantities."""
        return sum(line.quantity for line in self.lines)

    def line(self, sku: str) -> Line | None:
        """The line with that variant."""
        return next((line for line in self.lines if line.variant.sku == sku), None)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a line. `line.quantity` is the added or removed quantity, or the new one of an edited line."""

    cart_id: str
    kind: Literal["add", "remove", "edit"]
    line: Line


Changed: TypeAlias = tuple[Cart, tuple[Change, ...]]


def add(cart: Cart, line: Line) -> Changed:
    """Add a line, or its quantity to the line of the same variant."""
    old = cart.line(line.variant.sku)
    new = replace(line, quantity=line.quantity + (old.quantity if old else 0))
    _check(new)
    lines = _swap(cart.lines, old, new) if old else (*cart.lines, new)
    return replace(cart, lines=lines), (Change(cart_id=cart.id, kind="add", line=line),)


def set_quantity(cart: Cart, sku: str, quantity: int) -> Changed:
    """Set the quantity of a line; 0 removes it."""
    old = cart.line(sku)
    if old is None or old.quantity == quantity:
        return cart, ()
    if quantity == 0:
        return remove(cart, sku)
    new = replace(old, quantity=quantity)
    _check(new)
    return replace(cart, lines=_swap(cart.lines, old, new)), (Change(cart_id=cart.id, kind="edit", line=new),)


def change_variant(cart: Cart, sku: str, line: Line) -> Changed:
    """Replace the line of `sku`: a remove and an add, never an edit."""
    without, removed = remove(cart, sku)
    new, added = add(without, line)
    return new, removed + added


def remove(cart: Cart, sku: str) -> Changed:
    """Remove the line of a variant, if any."""
    old = cart.line(sku)
    if old is None:
        return cart, ()
    lines = tuple(line for line in cart.lines if line != old)
    return replace(cart, lines=lines), (Change(cart_id=cart.id, kind="remove", line=old),)


def empty(cart: Cart) -> Changed:
    """Remove all lines, with one change each."""
    return replace(cart, lines=()), tuple(Change(cart_id=cart.id, kind="remove", line=line) for line in cart.lines)


def _swap(lines: Sequence[Line], old: Line, new: Line) -> tuple[Line, ...]:
    return tuple(new if line == old else line for line in lines)


def _check(line: Line) -> None:
    if line.quantity > MAX_QUANTITY:
        raise CartError(f"You can order at most {MAX_QUANTITY} of “{line.product.name}” at a time.")
