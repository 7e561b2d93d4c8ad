"""Currencies: one for the store, its events and its documents."""

from collections.abc import Iterator

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_document, listed
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Filed, Sources


def check(books: Sources) -> Iterator[Finding]:
    """Documents of carts and orders against the ledger, or the target, or else the line items of events."""
    filed = [*books.filed("cart"), *books.filed("order")]
    said = _of_events(books) if filed and "currency" not in books.timeline.store else []
    for document in filed:
        got = document.body.get("currency")
        right, source = _right(books, document), "the store's is"
        allowed = [right] if right else said
        if isinstance(got, str) and allowed and got not in allowed:
            yield about_document(
                "wrong-value",
                document,
                ("currency",),
                f'currency is "{got}", and {source if right else "that of the events is"} {listed(allowed)}',
                hint="send the currency that the shopper pays in, three capital letters",
                value=got,
                allowed=right or allowed,
            )


def _right(books: Sources, filed: Filed) -> str | None:
    states = books.states.get(str(filed.body.get("order_number"))) if filed.kind == "order" else None
    currency = states[0].order["currency"] if states else books.timeline.store.get("currency")
    return currency if isinstance(currency, str) else None


def _of_events(books: Sources) -> list[str]:
    lines = [said.event.body.get("line_item") for said in books.of_type(*CART_EVENTS)]
    found = [line.get("currency") for line in lines if isinstance(line, dict)]
    return list(dict.fromkeys(currency for currency in found if isinstance(currency, str)))
