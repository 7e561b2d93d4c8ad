"""The cart: pure functions from a cart to the next one and the changes that led there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeAlias

from fakewww.catalogue import Product, Variant

MOST = 99
"""The most pieces that one line may hold."""


class CartError(ValueError):
    """A change that the shop does not make; the text is for the shopper."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """So many pieces of one variant."""

    product: Product
    variant: Variant
    quantity: int

    @property
    def total(self) -> Decimal:
        """Price times quantity."""
        return self.variant.price * self.quantity


@dataclass(frozen=True, kw_only=True)
class Cart:
    """Lines in the order in which they were added, each variant at most once."""

    id: str
    lines: tuple[Line, ...] = ()

    @property
    def subtotal(self) -> Decimal:
        """What the lines cost, without shipping."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def pieces(self) -> int:
        """How many pieces are in the cart, over all lines."""
        return sum(line.quantity for line in self.lines)

    def line(self, sku: str) -> Line | None:
        """The line of that variant."""
        return next((line for line in self.lines if line.variant.sku == sku), None)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happened to a line. `line.quantity` is what was added, what was removed, or what an edited line now holds."""

    cart_id: str
    kind: Literal["add", "remove", "edit"]
    line: Line


Changed: TypeAlias = tuple[Cart, tuple[Change, ...]]


def add(cart: Cart, line: Line) -> Changed:
    """Put pieces into the cart, onto the line of the same variant where there is one."""
    old = cart.line(line.variant.sku)
    new = replace(line, quantity=line.quantity + (old.quantity if old else 0))
    _check(new)
    lines = _swap(cart.lines, old, new) if old else (*cart.lines, new)
    return replace(cart, lines=lines), (Change(cart_id=cart.id, kind="add", line=line),)


def set_quantity(cart: Cart, sku: str, quantity: int) -> Changed:
    """Make a line hold `quantity` pieces; 0 removes it, the same number changes nothing."""
    old = cart.line(sku)
    if old is None or old.quantity == quantity:
        return cart, ()
    if quantity == 0:
        return remove(cart, sku)
    new = replace(old, quantity=quantity)
    _check(new)
    return replace(cart, lines=_swap(cart.lines, old, new)), (Change(cart_id=cart.id, kind="edit", line=new),)


def change_variant(cart: Cart, sku: str, line: Line) -> Changed:
    """Take the line of `sku` out and put `line` in: a remove and an add, never an edit."""
    without, removed = remove(cart, sku)
    new, added = add(without, line)
    return new, removed + added


def remove(cart: Cart, sku: str) -> Changed:
    """Take a line out; a line that is not there changes nothing."""
    gone = cart.line(sku)
    if gone is None:
        return cart, ()
    rest = tuple(line for line in cart.lines if line != gone)
    return replace(cart, lines=rest), (Change(cart_id=cart.id, kind="remove", line=gone),)


def empty(cart: Cart) -> Changed:
    """Take every line out, one change each."""
    return replace(cart, lines=()), tuple(Change(cart_id=cart.id, kind="remove", line=line) for line in cart.lines)


def _swap(lines: Sequence[Line], old: Line, new: Line) -> tuple[Line, ...]:
    return tuple(new if line == old else line for line in lines)


def _check(line: Line) -> None:
    if line.quantity > MOST:
        raise CartError(f"We can send at most {MOST} of “{line.product.name}” at a time.")
