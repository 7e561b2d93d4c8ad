"""Rules for one wrapper beyond its schema: totals, the subject of a page, dates, fields that the platform needs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from harness.findings import Finding, Scope, Severity
from harness.protocols.jirafe.did_you_mean import misspelt
from harness.protocols.jirafe.finding_text import (
    Path,
    json_pointer,
    make_finding,
    missing_field,
    short_json,
    utc_finding,
)
from harness.protocols.jirafe.schemas import Schema, schema
from harness.protocols.jirafe.wire.formats import is_date_time, is_utc
from harness.protocols.jirafe.wire.plain_values import rounded_amount

Rule = Callable[[Any], Iterator[Finding]]

_IDENTIFYING = {"product": ("product_code",), "category": ("id", "name"), "search": ("keyword",)}
_AMOUNTS = ("price", "total_price")
_CENT = Decimal("0.01")
_MOST_ROUNDED = Decimal(10) ** 15
_PLATFORM_NEEDS = ("visit", "page", "timestamp")


def totals(wrapper: Any) -> Iterator[Finding]:
    """Errata 15: price × quantity is exactly total_price. Skipped if one of them is absent or malformed."""
    for index, line in _lines(wrapper):
        price, quantity, total = line["price"], line["quantity"], line["total_price"]
        right, exact = _product(price, quantity), Decimal(total)
        if right == exact:
            continue
        path, value = ("data", index, "line_item"), {"quantity": quantity, "price": price, "total_price": total}
        names = _unrounded(line)
        if names and abs(right - exact) <= _CENT * Decimal(quantity):
            yield _not_rounded(wrapper, path, line, names, code="total-mismatch", severity=Severity.ERROR)
            continue
        yield make_finding(
            "total-mismatch",
            wrapper,
            (*path, "total_price"),
            f"line_item.total_price is {short_json(total)}; expected {short_json(str(right))} "
            f"(quantity {short_json(quantity)} × price {short_json(price)})",
            hint=_total_hint(Decimal(price), Decimal(quantity), right, exact),
            value=value,
            allowed=str(right),
        )


def unrounded(wrapper: Any) -> Iterator[Finding]:
    """Amounts with the decimals of binary fractions, such as 59.970000000000006, in a line whose total is right."""
    for index, line in _lines(wrapper):
        names = _unrounded(line)
        if names and _product(line["price"], line["quantity"]) == Decimal(line["total_price"]):
            path = ("data", index, "line_item")
            yield _not_rounded(wrapper, path, line, names, code="lenient-value", severity=Severity.WARNING)


def subjects(wrapper: Any) -> Iterator[Finding]:
    """Errata 17: a product, category or search page names its subject. The schema checks the subject's type."""
    for index, event in _events(wrapper):
        page_type = event.get("page_type")
        if event.get("event_type") != "pageview" or not isinstance(page_type, str) or page_type not in _IDENTIFYING:
            continue
        event_schema, subject = schema("pageview"), event.get(page_type)
        if page_type not in event:
            yield _missing_subject(wrapper, ("data", index, page_type), event, event_schema)
        elif isinstance(subject, dict) and not _is_identified(page_type, subject):
            path = ("data", index, page_type, _IDENTIFYING[page_type][0])
            yield _missing_subject(wrapper, path, subject, event_schema["properties"][page_type])


def required_by_platform(wrapper: Any) -> Iterator[Finding]:
    """Errata 18: fields that are optional in the schema, but that the platform needs."""
    for name in _PLATFORM_NEEDS:
        if isinstance(wrapper, dict) and name not in wrapper:
            wrapper_schema = schema("wrapper")
            yield missing_field(
                "missing-field",
                wrapper,
                (name,),
                wrapper_schema["properties"][name],
                near=misspelt(wrapper, wrapper_schema).get(name),
                severity=Severity.WARNING,
                why="; the platform ignores beacons without it",
            )


def offsets(wrapper: Any) -> Iterator[Finding]:
    """Errata 6: an offset other than UTC is accepted, but wrong."""
    time = wrapper.get("timestamp") if isinstance(wrapper, dict) else None
    if isinstance(time, str) and is_date_time(time) and not is_utc(time):
        yield utc_finding(wrapper, ("timestamp",), time)


def terms(wrapper: Any) -> Iterator[Finding]:
    """Errata 12: `term` is read as `keyword`."""
    for index, event in _events(wrapper):
        search = event.get("search")
        if isinstance(search, dict) and isinstance(search.get("term"), str) and "keyword" not in search:
            yield make_finding(
                "lenient-value",
                wrapper,
                ("data", index, "search", "term"),
                "search.term is an old name of search.keyword",
                hint='Rename "term" to "keyword".',
                severity=Severity.WARNING,
                value=search["term"],
                allowed="keyword",
                nearest="keyword",
            )


ERRORS: tuple[Rule, ...] = (totals, subjects)
WARNINGS: tuple[Rule, ...] = (required_by_platform, offsets, terms, unrounded)
"""The collector refuses a body for findings of `ERRORS`, never for `WARNINGS`."""


def _events(wrapper: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    data = wrapper.get("data") if isinstance(wrapper, dict) else None
    for index, event in enumerate(data if isinstance(data, list) else ()):
        if isinstance(event, dict):
            yield index, event


def _lines(wrapper: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The line items with valid amounts and quantities, each with the index of its event."""
    for index, event in _events(wrapper):
        line = event.get("line_item")
        if isinstance(line, dict) and all(_is_valid(line, name) for name in ("price", "quantity", "total_price")):
            yield index, line


def _is_valid(line: dict[str, Any], name: str) -> bool:
    value = line.get(name)
    return isinstance(value, str) and re.search(schema("line_item")["properties"][name]["pattern"], value) is not None


def _unrounded(line: dict[str, Any]) -> dict[str, str]:
    """The amounts of a line with more decimals than rounded ones have, each as it must be sent."""
    valid = {name: rounded_amount(Decimal(line[name])) for name in _AMOUNTS}
    return {name: amount for name, amount in valid.items() if amount}


def _not_rounded(
    wrapper: Any, path: Path, line: dict[str, Any], right: dict[str, str], *, code: str, severity: Severity
) -> Finding:
    name, *others = right
    also = f"; the same in line_item.{others[0]}" if others else ""
    text = (
        f"line_item.{name} is {short_json(line[name])}, which is not rounded; expected {short_json(right[name])}{also} "
        f"(quantity {short_json(line['quantity'])} × price {short_json(line['price'])})"
    )
    hint = f"Round amounts before you send them: {short_json(right[name])}."
    value = {key: line[key] for key in ("quantity", *_AMOUNTS)}
    place = (*path, name)
    finding = make_finding(code, wrapper, place, text, hint=hint, severity=severity, value=value, allowed=right[name])
    return replace(finding, scope=Scope(explains=tuple(json_pointer((*path, other)) for other in _AMOUNTS)))


def _total_hint(price: Decimal, quantity: Decimal, right: Decimal, total: Decimal) -> str:
    """The right total; where only the total is rounded, both amounts with the same decimals."""
    rounded = price.quantize(_CENT, ROUND_HALF_UP) if price < _MOST_ROUNDED else price
    if rounded != price and abs(right - total) <= _CENT / 2 * (quantity + 1):
        return (
            f"Round price and total_price in the same way: {short_json(str(rounded))} and "
            f"{short_json(str(rounded * quantity))}."
        )
    return f"Send the total_price {short_json(str(right))}, or correct price or quantity."


def _product(price: str, quantity: str) -> Decimal:
    exact = Context(prec=len(price) + len(quantity), Emax=MAX_EMAX, Emin=MIN_EMIN)
    return exact.multiply(Decimal(price), Decimal(quantity))


def _is_identified(page_type: str, subject: dict[str, Any]) -> bool:
    if page_type == "product":
        return True  # the schema requires its product_code
    has_term = page_type == "search" and isinstance(subject.get("term"), str)
    return has_term or any(name in subject for name in _IDENTIFYING[page_type])


def _missing_subject(wrapper: Any, path: Path, parent: dict[str, Any], parent_schema: Schema) -> Finding:
    name = str(path[-1])
    page_type = wrapper["data"][path[1]]["page_type"]
    near, why = misspelt(parent, parent_schema).get(name), f", although page_type is {short_json(page_type)}"
    return missing_field("missing-field", wrapper, path, parent_schema["properties"][name], near=near, why=why)
