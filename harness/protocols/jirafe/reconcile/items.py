"""What carts and orders hold, in whatever book: product codes with quantities, compared as text."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness.finding import Finding
from harness.protocols.jirafe.reconcile.books import Filed
from harness.protocols.jirafe.reconcile.words import about_document

CENT = 0.0101
"""How far sums may be off, in the currency's unit."""

Content = tuple[tuple[str, int], ...]
"""Codes and quantities, in the order of the codes."""


def content(lines: Iterable[tuple[str, int]]) -> Content:
    """Lines of the same code are one; a line without any piece is none."""
    counted: Counter[str] = Counter()
    for code, quantity in lines:
        counted[code] += quantity
    return tuple(sorted((code, quantity) for code, quantity in counted.items() if quantity))


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


def holds(filed: Filed, among: Mapping[Content, Content]) -> Content | None:
    """What a cart or an order holds by a document, in the ledger's codes where `among` knows it; None: it cannot be read."""
    items = filed.body.get("items", [] if filed.document.version == 1 else None)
    whole = of_document(items)
    if whole is None or whole in among:
        return among.get(whole) if whole is not None else None
    alive = of_document(items, alive=True)
    return among.get(alive, whole) if alive is not None else whole


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


def wrong_items(filed: Filed, got: Content | None, right: Content, *, source: str) -> Finding:
    """The finding where a document holds something else than another book."""
    return about_document(
        "items-mismatch",
        filed,
        ("items",),
        f"items are {in_words(got)}; {source} {in_words(right)}",
        hint="send what the cart or the order holds after the change, every line of it",
        value=in_words(got),
        allowed=in_words(right),
    )


def wrong_prices(filed: Filed, items: Sequence[Mapping[str, Any]]) -> Iterable[Finding]:
    """Each item's price against the ledger's, where the codes are the same."""
    prices = {item["code"]: item["price"] for item in items} | {item["sku"]: item["price"] for item in items}
    unit = "amount" if filed.document.version == 1 else "price"
    sent = filed.body.get("items")
    for index, item in enumerate(sent if isinstance(sent, list) else ()):
        right, got = prices.get(code_of(item) or ""), item.get(unit)
        if right is not None and is_off(got, right):
            yield about_document(
                "wrong-value",
                filed,
                ("items", index, unit),
                f"items.{index}.{unit} is {got}, and in the ledger {code_of(item)} costs {right}",
                hint="send the price of one piece, as the store sells it",
                value=got,
                allowed=right,
            )


def wrong_sum(filed: Filed, name: str, right: str, *, whose: str) -> Iterable[Finding]:
    """A sum of a document against the ledger's."""
    got = filed.body.get(name)
    if is_off(got, right):
        yield about_document(
            "total-mismatch",
            filed,
            (name,),
            f"{name} is {got}, and {right} in the ledger's {whose}",
            hint="send what the store charges, in the fields that are meant for it",
            value=got,
            allowed=right,
        )


def is_off(got: object, right: str) -> bool:
    """Whether a number is not the ledger's, to the cent; what is no number is the schema's business."""
    return isinstance(got, int | float) and not isinstance(got, bool) and abs(got - float(right)) > CENT
