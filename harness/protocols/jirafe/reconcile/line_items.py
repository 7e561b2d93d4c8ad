"""What carts and orders hold, in whatever book: product codes with quantities, compared as text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Content = tuple[tuple[str, int], ...]
"""Codes and quantities, in the order of the codes."""


def content(lines: Iterable[tuple[str, int]]) -> Content:
    """Lines of the same code are one; a line without any piece is none."""
    counted: dict[str, int] = {}
    for code, quantity in lines:
        counted[code] = counted.get(code, 0) + quantity
    return tuple(sorted(line for line in counted.items() if line[1]))


def of_ledger(items: Iterable[Mapping[str, Any]]) -> Content:
    """By the variants' codes."""
    return content((item["sku"], item["quantity"]) for item in items)


def known_as(items: Sequence[Mapping[str, Any]]) -> tuple[Content, Content]:
    """What a document may call the ledger's items: by the variants' codes, or by the products'."""
    return of_ledger(items), content((item["code"], item["quantity"]) for item in items)


def of_document(items: Any, *, alive: bool = False) -> Content | None:
    """A document's items, where `alive` without those that are cancelled; None where they are not what they should be."""
    if not isinstance(items, list):
        return None
    lines = []
    for item in items:
        code = code_of(item)
        quantity = item.get("quantity") if isinstance(item, dict) else None
        if code is None or not isinstance(quantity, int):
            return None
        if not (alive and item.get("status") == "cancelled"):
            lines.append((code, quantity))
    return content(lines)


def code_of(item: Any) -> str | None:
    """The code of the product in a document's item."""
    product = item.get("product") if isinstance(item, dict) else None
    code = product.get("code") if isinstance(product, dict) else None
    return code if isinstance(code, str) else None


def names(states: Iterable[Sequence[Mapping[str, Any]]]) -> dict[Content, Content]:
    """For every state of the ledger, what a document may call it, and what it is by variants."""
    found: dict[Content, Content] = {}
    for items in states:
        by_variant, by_product = known_as(items)
        found.setdefault(by_product, by_variant)
        found[by_variant] = by_variant
    return found


def in_words(held: Content | None) -> str:
    """`2 × 1-blue, 1 × 7`."""
    return ", ".join(f"{quantity} × {code}" for code, quantity in held or ()) or "nothing"
