"""Prices in cart events and in documents, for stores without a ledger: one of them in cents."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import short_json
from harness.protocols.jirafe.reconcile.finding_text import source_finding
from harness.protocols.jirafe.reconcile.line_items import product_code
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Sources, StepDocument, StepEvent

_CENTS = Decimal(100)


def price_findings(sources: Sources) -> Iterator[Finding]:
    """One finding if each price in the events is that of the documents times 100, or the other way round.

    Other differences can be due to tax, which the documents list apart, so that they are not compared.
    """
    if not sources.has_ledger:
        for kind in ("cart", "order"):
            yield from _compare_prices(sources, kind)


def _compare_prices(sources: Sources, kind: str) -> Iterator[Finding]:
    documents = {code: (each, index, price) for code, each, index, price in _document_prices(sources, kind)}
    found = [(event, price, *documents[code]) for code, event, price in _event_prices(sources) if code in documents]
    pairs = [(sent, price) for _event, sent, _document, _index, price in found]
    if not pairs:
        return
    event, sent, document, index, price = found[0]
    hint = "Send amounts in units of the currency: "
    if all(in_event == in_document * _CENTS for in_event, in_document in pairs):
        text = f"line_item.price is {_quoted(sent)}, but the {kind} documents have {price:f}; it is in cents"
        yield _finding(event, ("line_item", "price"), text, f'{hint}"{price:f}".', sent, price)
    elif all(in_document == in_event * _CENTS for in_event, in_document in pairs):
        unit = _unit(document)
        text = f"items.{index}.{unit} is {price:f}, but the cart events have {_quoted(sent)}; it is in cents"
        yield _finding(document, ("items", index, unit), text, f"{hint}{sent:f}.", price, sent)


def _finding(
    item: StepEvent | StepDocument, path: tuple[str | int, ...], text: str, hint: str, value: Decimal, right: Decimal
) -> Finding:
    return source_finding("wrong-value", item, path, text, hint=hint, value=f"{value:f}", allowed=f"{right:f}")


def _quoted(amount: Decimal) -> str:
    return short_json(f"{amount:f}")


def _event_prices(sources: Sources) -> Iterator[tuple[str, StepEvent, Decimal]]:
    for event in sources.events_of(*CART_EVENTS):
        code, price = event.item("line_item", "sku_code"), _decimal(event.item("line_item", "price"))
        if isinstance(code, str) and price and not event.is_explained:
            yield code, event, price


def _document_prices(sources: Sources, kind: str) -> Iterator[tuple[str, StepDocument, int, Decimal]]:
    for document in sources.documents_of(kind):
        items = document.body.get("items")
        for index, item in enumerate(items if isinstance(items, list) else ()):
            code, price = product_code(item), _decimal(item.get(_unit(document)) if isinstance(item, dict) else None)
            if code and price:
                yield code, document, index, price


def _unit(document: StepDocument) -> str:
    return "amount" if document.document.version == 1 else "price"


def _decimal(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return number.normalize() if number is not None and number.is_finite() and 0 < number < Decimal(10) ** 12 else None
