"""Currencies: the same in the store, its events and its documents."""

from collections.abc import Iterator

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import list_ids
from harness.protocols.jirafe.reconcile.finding_text import wrong_field
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Sources, StepDocument


def currency_findings(sources: Sources) -> Iterator[Finding]:
    """Compare carts and orders with the ledger, the target, or else the line items of events."""
    documents = [*sources.documents_of("cart"), *sources.documents_of("order")]
    in_events = _event_currencies(sources) if documents and "currency" not in sources.timeline.store else []
    for document in documents:
        got = document.body.get("currency")
        right = _store_currency(sources, document)
        allowed = [right] if right else in_events
        if isinstance(got, str) and allowed and got not in allowed:
            source = "the store's currency" if right else "the currency of the events"
            hint = "Send the currency in which the shopper pays, as three capital letters."
            listed = list_ids(allowed)
            yield wrong_field(document, ("currency",), listed, source, value=got, allowed=right or allowed, hint=hint)


def _store_currency(sources: Sources, document: StepDocument) -> str | None:
    states = sources.orders.get(document.number) if document.kind == "order" else None
    currency = states[0].body["currency"] if states else sources.timeline.store.get("currency")
    return currency if isinstance(currency, str) else None


def _event_currencies(sources: Sources) -> list[str]:
    found = [event.item("line_item", "currency") for event in sources.events_of(*CART_EVENTS)]
    return list(dict.fromkeys(currency for currency in found if isinstance(currency, str)))
