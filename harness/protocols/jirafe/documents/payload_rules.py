"""What no schema can say about one document: the order of dates, item numbers, totals, dates in UTC."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import misspelt
from harness.protocols.jirafe.documents.sent_document import Sent
from harness.protocols.jirafe.finding_text import IN_A_MESSAGE, Path, clipped, dotted, missing, report, shown
from harness.protocols.jirafe.wire.formats import is_date_time, is_utc
from harness.protocols.jirafe.wire.misspelt_fields import objects

Rule = Callable[[Sent], Iterator[Finding]]

CENT = Decimal("0.01")
"""How far sums may be off."""

_IN_UTC = "a date and time that ends in Z or +00:00"
_PARTS = ("subtotal", "total_shipping", "total_payment_cost", "total_discounts", "total_tax", "total")


def date_order(sent: Sent) -> Iterator[Finding]:
    """Errata 24: nothing is changed before it is created, at whatever depth."""
    for path, body in _all_objects(sent.value, ()):
        created, changed = _moment(body.get("create_date")), _moment(body.get("change_date"))
        if created is not None and changed is not None and changed < created:
            path = (*path, "change_date")
            yield report(
                "date-order",
                sent.named,
                path,
                f"{dotted(path)} is {shown(body['change_date'])}, before its create_date {shown(body['create_date'])}",
                hint="send a change_date that is not before the create_date",
                value=body["change_date"],
                allowed=f"{body['create_date']} or later",
            )


def numbers(sent: Sent) -> Iterator[Finding]:
    """Each item has a number of its own."""
    name = "cart_item_number" if (sent.version, sent.type) == (2, "cart") else "order_item_number"
    for items in ("items", "previous_items") if sent.type in ("cart", "order") else ():
        seen: dict[str, int] = {}
        for index, item in sent.items(items):
            number = item.get(name)
            if not isinstance(number, str):
                continue
            if number in seen:
                path = (items, index, name)
                says = f"{dotted(path)} is {shown(number)}, and so is that of {items}.{seen[number]}"
                hint = "give each item a number of its own"
                yield report("duplicate-number", sent.named, path, says, hint=hint, value=number)
            seen.setdefault(number, index)


def offsets(sent: Sent) -> Iterator[Finding]:
    """Errata 6: an offset other than UTC's is accepted, and not right."""
    for path, body, within in objects(sent.value, sent.schema, ()):
        for name, inner in within["properties"].items():
            time = body.get(name)
            if inner.get("format") == "date-time" and isinstance(time, str) and is_date_time(time) and not is_utc(time):
                place = (*path, name)
                yield report(
                    "date-format",
                    sent.named,
                    place,
                    f"{dotted(place)} is {shown(time)}, which is not in UTC; allowed: {_IN_UTC}",
                    hint="send the time in UTC, as in 2013-06-03T16:41:11.600Z",
                    severity=Severity.WARNING,
                    value=time,
                    allowed=_IN_UTC,
                )


def totals(sent: Sent) -> Iterator[Finding]:
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
            f"total is {_plain(total)}, but subtotal + total_shipping + total_payment_cost − total_discounts is {without}, "
            f"with total_tax {with_tax}",
            value={name: sent.value[name] for name in _PARTS},
            allowed=[without, with_tax],
        )


def units(sent: Sent) -> Iterator[Finding]:
    """Errata 30: the sum of quantity × unit is the subtotal; cancelled items may be in it or not."""
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
    whole = sum((amount for amount, _ in products), Decimal())
    alive = sum((amount for amount, item in products if item.get("status") != "cancelled"), Decimal())
    if min(abs(whole - subtotal), abs(alive - subtotal)) > CENT:
        says = f"subtotal is {_plain(subtotal)}, but quantity × {unit} of all items is {_plain(whole)}"
        yield _mismatch(sent, "subtotal", says, value=sent.value["subtotal"], allowed=_plain(whole))


def email(sent: Sent) -> Iterator[Finding]:
    """Errata 27: an employee without an e-mail address is accepted."""
    if sent.type == "employee" and isinstance(sent.value, dict) and "email" not in sent.value:
        within = sent.schema
        near = misspelt(sent.value, {**within, "required": ("email",)}).get("email")
        path, field = ("email",), within["properties"]["email"]
        yield missing("missing-field", sent.named, path, field, near=near, severity=Severity.WARNING)


ERRORS: tuple[Rule, ...] = (date_order, numbers)
WARNINGS: tuple[Rule, ...] = (offsets, totals, units, email)
"""A rule is in one of these: its findings all refuse a document, or none does."""


def _mismatch(sent: Sent, name: str, says: str, **evidence: Any) -> Finding:
    hint = "send what the store charges, in the fields that are meant for it"
    return report("total-mismatch", sent.named, (name,), says, hint=hint, severity=Severity.WARNING, **evidence)


def _all_objects(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every object in the value, whether or not a schema names it, the outermost first."""
    parts: Iterable[tuple[str | int, Any]] = enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield path, value
        parts = value.items()
    for key, inner in parts:
        if isinstance(inner, (dict, list)):
            yield from _all_objects(inner, (*path, key))


def _moment(value: object) -> datetime | None:
    """An ISO 8601 time; without an offset it counts as UTC (errata 6). None where it is none."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _number(sent: Sent, name: str) -> Decimal | None:
    return _amount(sent.value.get(name)) if isinstance(sent.value, dict) else None


def _amount(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(amount: Decimal) -> str:
    return clipped(f"{amount:f}", IN_A_MESSAGE)
