"""Documents of carts and orders against what the ledger says that they hold and cost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_document
from harness.protocols.jirafe.reconcile.line_items import Content, code_of, in_words
from harness.protocols.jirafe.reconcile.sources import Filed

CENT = 0.0101
"""How far sums may be off, in the currency's unit."""


def holds(filed: Filed, among: Mapping[Content, Content]) -> Content | None:
    """What a cart or an order holds by a document, in the ledger's codes where `among` knows it; None: it cannot be read."""
    whole, alive = filed.content, filed.alive
    if whole is None or whole in among:
        return among.get(whole) if whole is not None else None
    return among.get(alive, whole) if alive is not None else whole


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
        gap=in_words(right),
        explains=[f"{filed.document.pointer}/subtotal"],
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
                explains=[f"{filed.document.pointer}/subtotal"],
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
            explains=[f"{filed.document.pointer}/{name}" for name in ("subtotal", "total")],
        )


def is_off(got: object, right: str) -> bool:
    """Whether a number is not the ledger's, to the cent; what is no number is the schema's business."""
    return isinstance(got, int | float) and not isinstance(got, bool) and abs(got - float(right)) > CENT
