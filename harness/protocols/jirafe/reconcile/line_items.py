"""The content of carts and orders, from any source: product codes with quantities, compared as text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Content = tuple[tuple[str, int], ...]
"""Codes and quantities, sorted by code."""


def ledger_content(items: Iterable[Mapping[str, Any]]) -> Content:
    """The ledger's items by the codes of variants."""
    return _content((item["sku"], item["quantity"]) for item in items)


def document_content(items: Any, *, only_active: bool = False) -> Content | None:
    """A document's items, with or without cancelled ones. None if they are invalid."""
    if not isinstance(items, list):
        return None
    lines = []
    for item in items:
        code = product_code(item)
        quantity = item.get("quantity") if isinstance(item, dict) else None
        if code is None or not isinstance(quantity, int):
            return None
        if not (only_active and item.get("status") == "cancelled"):
            lines.append((code, quantity))
    return _content(lines)


def product_code(item: Any) -> str | None:
    product = item.get("product") if isinstance(item, dict) else None
    code = product.get("code") if isinstance(product, dict) else None
    return code if isinstance(code, str) else None


def content_aliases(states: Iterable[Sequence[Mapping[str, Any]]]) -> dict[Content, Content]:
    """The contents that documents may send for each state of the ledger, with the same by variants.

    Documents contain the codes of either variants or products.
    """
    found: dict[Content, Content] = {}
    for items in states:
        by_variant = ledger_content(items)
        by_product = _content((item["code"], item["quantity"]) for item in items)
        found.setdefault(by_product, by_variant)
        found[by_variant] = by_variant
    return found


def describe_content(content: Content | None) -> str:
    """`2 × 1-blue, 1 × 7`."""
    return ", ".join(f"{quantity} × {code}" for code, quantity in content or ()) or "nothing"


def _content(lines: Iterable[tuple[str, int]]) -> Content:
    """Add up lines of the same code and drop empty ones."""
    counted: dict[str, int] = {}
    for code, quantity in lines:
        counted[code] = counted.get(code, 0) + quantity
    return tuple(sorted(line for line in counted.items() if line[1]))
