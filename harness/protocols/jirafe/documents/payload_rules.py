"""Rules for one document beyond its schema: the order of dates, item numbers, totals, dates in UTC."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import misspelt
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.finding_text import (
    MAX_IN_MESSAGE,
    Path,
    dotted_path,
    make_finding,
    missing_field,
    short_json,
    truncate,
    utc_finding,
)
from harness.protocols.jirafe.wire.empty_ids import empty_id_findings
from harness.protocols.jirafe.wire.formats import is_date_time, is_utc
from harness.protocols.jirafe.wire.misspelt_fields import objects

Rule = Callable[[SentDocument], Iterator[Finding]]

CENT = Decimal("0.01")
"""The tolerance of sums."""

TOTAL_HINT = "Send the amount that the store charges in this field."
_PARTS = ("subtotal", "total_shipping", "total_payment_cost", "total_discounts", "total_tax", "total")


def date_order(sent: SentDocument) -> Iterator[Finding]:
    """Errata 24: no object, at any depth, changes before it is created."""
    for path, body in _all_objects(sent.value, ()):
        created, changed = _moment(body.get("create_date")), _moment(body.get("change_date"))
        if created is not None and changed is not None and changed < created:
            path = (*path, "change_date")
            yield make_finding(
                "date-order",
                sent.titled,
                path,
                f"{dotted_path(path)} is {short_json(body['change_date'])}, before the create_date {short_json(body['create_date'])}",
                hint="Send a change_date that is not before the create_date.",
                value=body["change_date"],
                allowed=f"{body['create_date']} or later",
            )


def item_numbers(sent: SentDocument) -> Iterator[Finding]:
    name = "cart_item_number" if (sent.version, sent.type) == (2, "cart") else "order_item_number"
    for items in ("items", "previous_items") if sent.type in ("cart", "order") else ():
        seen: dict[str, int] = {}
        for index, item in sent.items(items):
            number = item.get(name)
            if not isinstance(number, str):
                continue
            if number in seen:
                path = (items, index, name)
                text = f"{dotted_path(path)} is {short_json(number)}, the same as that of {items}.{seen[number]}"
                hint = "Give each item a different number."
                yield make_finding("duplicate-number", sent.titled, path, text, hint=hint, value=number)
            seen.setdefault(number, index)


def offsets(sent: SentDocument) -> Iterator[Finding]:
    """Errata 6: an offset other than UTC is accepted, but wrong."""
    for path, body, schema in objects(sent.value, sent.schema, ()):
        for name, inner in schema["properties"].items():
            time = body.get(name)
            if inner.get("format") == "date-time" and isinstance(time, str) and is_date_time(time) and not is_utc(time):
                yield utc_finding(sent.titled, (*path, name), time)


def totals(sent: SentDocument) -> Iterator[Finding]:
    """Errata 35: total = subtotal + shipping + payment cost − discounts, with or without + tax."""
    given = {name: _number(sent, name) for name in _PARTS}
    amounts = [amount for amount in given.values() if amount is not None]
    if len(amounts) < len(_PARTS):
        return
    subtotal, shipping, payment, discounts, tax, total = amounts
    sums = (subtotal + shipping + payment - discounts, subtotal + shipping + payment - discounts + tax)
    if min(abs(each - total) for each in sums) > CENT:
        without, with_tax = map(_plain, sums)
        yield _mismatch(
            sent,
            "total",
            f"total is {_plain(total)}; expected {without} (subtotal + total_shipping + total_payment_cost − total_discounts) "
            f"or {with_tax} (with total_tax)",
            value={name: sent.value[name] for name in _PARTS},
            allowed=[without, with_tax],
        )


def subtotals(sent: SentDocument) -> Iterator[Finding]:
    """Errata 30: the subtotal is the sum of quantity × price, with or without cancelled items."""
    subtotal = _number(sent, "subtotal")
    if subtotal is None or not isinstance(sent.value.get("items"), list):
        return
    unit = "amount" if sent.version == 1 else "price"
    lines = [(_amount(item.get("quantity")), _amount(item.get(unit)), item) for _, item in sent.items("items")]
    products = [
        (quantity * price, item) for quantity, price, item in lines if quantity is not None and price is not None
    ]
    if len(products) < len(sent.value["items"]):
        return
    all_items = sum((amount for amount, _ in products), Decimal())
    active_items = sum((amount for amount, item in products if item.get("status") != "cancelled"), Decimal())
    if min(abs(all_items - subtotal), abs(active_items - subtotal)) > CENT:
        if line := line_total(sent.value, unit):
            yield _line_total_finding(sent, *line, unit)
            return
        text = f"subtotal is {_plain(subtotal)}; expected {_plain(all_items)} (the sum of quantity × {unit} over all items)"
        yield _mismatch(sent, "subtotal", text, value=sent.value["subtotal"], allowed=_plain(all_items))


def line_total(body: Any, unit: str) -> tuple[int, Decimal, Decimal] | None:
    """The first item whose price is that of its line: index, price and quantity (errata 40).

    Prices are such totals where they alone, without quantities, add up to the subtotal. None if they do not.
    """
    items, subtotal = body.get("items"), _amount(body.get("subtotal"))
    if not isinstance(items, list) or subtotal is None or not all(isinstance(item, dict) for item in items):
        return None
    prices = [_amount(item.get(unit)) for item in items]
    if None in prices or abs(sum((price for price in prices if price is not None), Decimal()) - subtotal) > CENT:
        return None
    lines = [(index, _amount(item.get(unit)), _amount(item.get("quantity"))) for index, item in enumerate(items)]
    return next(((index, price, count) for index, price, count in lines if price and count and count > 1), None)


def _line_total_finding(sent: SentDocument, index: int, price: Decimal, quantity: Decimal, unit: str) -> Finding:
    right = _plain((price / quantity).quantize(CENT))
    text = (
        f"items.{index}.{unit} is {_plain(price)}, the total of the line; expected {right} for one of "
        f"{_plain(quantity)} pieces; the vendor's integrations do this"
    )
    return make_finding(
        "total-mismatch",
        sent.titled,
        ("items", index, unit),
        text,
        hint=f"Send the price of one piece: {right}.",
        severity=Severity.WARNING,
        value=sent.value["items"][index][unit],
        allowed=right,
    )


def email(sent: SentDocument) -> Iterator[Finding]:
    """Errata 27: an employee without an e-mail address is accepted."""
    if sent.type == "employee" and isinstance(sent.value, dict) and "email" not in sent.value:
        near = misspelt(sent.value, {**sent.schema, "required": ("email",)}).get("email")
        field = sent.schema["properties"]["email"]
        yield missing_field("missing-field", sent.titled, ("email",), field, near=near, severity=Severity.WARNING)


def empty_ids(sent: SentDocument) -> Iterator[Finding]:
    """Errata 39: the live service accepts empty visit ids."""
    if isinstance(sent.value, dict):
        yield from empty_id_findings(sent.titled, sent.value.get("visit"), ("visit",))


ERRORS: tuple[Rule, ...] = (date_order, item_numbers)
WARNINGS: tuple[Rule, ...] = (offsets, totals, subtotals, email, empty_ids)
"""The collector refuses a document for findings of `ERRORS`, never for `WARNINGS`."""


def _mismatch(sent: SentDocument, name: str, text: str, **evidence: Any) -> Finding:
    return make_finding(
        "total-mismatch", sent.titled, (name,), text, hint=TOTAL_HINT, severity=Severity.WARNING, **evidence
    )


def _all_objects(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every object in the value, in the schema or not, outer objects first."""
    parts: Iterable[tuple[str | int, Any]] = enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield path, value
        parts = value.items()
    for key, inner in parts:
        if isinstance(inner, (dict, list)):
            yield from _all_objects(inner, (*path, key))


def _moment(value: object) -> datetime | None:
    """An ISO 8601 time, in UTC if it has no offset (errata 6). None if it is no time."""
    try:
        time = datetime.fromisoformat(value.upper()) if isinstance(value, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _number(sent: SentDocument, name: str) -> Decimal | None:
    return _amount(sent.value.get(name)) if isinstance(sent.value, dict) else None


def _amount(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(amount: Decimal) -> str:
    return truncate(f"{amount:f}", MAX_IN_MESSAGE)
