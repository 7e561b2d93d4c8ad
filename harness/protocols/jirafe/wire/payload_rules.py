"""What no schema can say about one wrapper: totals, what a page shows, dates, fields the platform cannot do without."""

import re
from collections.abc import Callable, Iterator
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import misspelt
from harness.protocols.jirafe.finding_text import Path, missing, report, shown
from harness.protocols.jirafe.schemas import Schema, schema
from harness.protocols.jirafe.wire.formats import is_date_time, is_utc

Rule = Callable[[Any], Iterator[Finding]]

_IDENTIFYING = {"product": ("product_code",), "category": ("id", "name"), "search": ("keyword",)}
_PLATFORM_NEEDS = ("visit", "page", "timestamp")


def totals(wrapper: Any) -> Iterator[Finding]:
    """Errata 15: price × quantity is total_price, exactly. Says nothing where one of them is absent or malformed."""
    for index, event in _events(wrapper):
        line = event.get("line_item")
        if not isinstance(line, dict) or not all(
            _is_valid(line, name) for name in ("price", "quantity", "total_price")
        ):
            continue
        price, quantity, total = line["price"], line["quantity"], line["total_price"]
        right = _times(price, quantity)
        if right != Decimal(total):
            yield report(
                "total-mismatch",
                wrapper,
                ("data", index, "line_item", "total_price"),
                f"line_item.total_price is {shown(total)}, but quantity {shown(quantity)} times price {shown(price)} "
                f"is {shown(str(right))}",
                hint=f"send total_price {shown(str(right))}, or mend price or quantity",
                value={"quantity": quantity, "price": price, "total_price": total},
                allowed=str(right),
            )


def subjects(wrapper: Any) -> Iterator[Finding]:
    """Errata 17: a product, category or search page says which. An object of a wrong type is the schema's business."""
    for index, event in _events(wrapper):
        page_type = event.get("page_type")
        if event.get("event_type") != "pageview" or not isinstance(page_type, str) or page_type not in _IDENTIFYING:
            continue
        within, subject = schema("pageview"), event.get(page_type)
        if page_type not in event:
            yield _missing_subject(wrapper, ("data", index, page_type), event, within)
        elif isinstance(subject, dict) and not _is_identified(page_type, subject):
            path = ("data", index, page_type, _IDENTIFYING[page_type][0])
            yield _missing_subject(wrapper, path, subject, within["properties"][page_type])


def needs(wrapper: Any) -> Iterator[Finding]:
    """Errata 18: what the schema leaves optional and the platform cannot do without."""
    for name in _PLATFORM_NEEDS:
        if isinstance(wrapper, dict) and name not in wrapper:
            within = schema("wrapper")
            yield missing(
                "missing-field",
                wrapper,
                (name,),
                within["properties"][name],
                near=misspelt(wrapper, within).get(name),
                severity=Severity.WARNING,
                why="; the platform cannot use a beacon without it",
            )


def offsets(wrapper: Any) -> Iterator[Finding]:
    """Errata 6: an offset other than UTC's is accepted, and not right."""
    time = wrapper.get("timestamp") if isinstance(wrapper, dict) else None
    if isinstance(time, str) and is_date_time(time) and not is_utc(time):
        yield report(
            "date-format",
            wrapper,
            ("timestamp",),
            f"timestamp is {shown(time)}, which is not in UTC; allowed: a date and time that ends in Z or +00:00",
            hint="send the time in UTC, as in 2013-06-03T16:41:11.600Z",
            severity=Severity.WARNING,
            value=time,
            allowed="a date and time that ends in Z or +00:00",
        )


def terms(wrapper: Any) -> Iterator[Finding]:
    """Errata 12: `term` is read as `keyword`."""
    for index, event in _events(wrapper):
        search = event.get("search")
        if isinstance(search, dict) and isinstance(search.get("term"), str) and "keyword" not in search:
            yield report(
                "lenient-value",
                wrapper,
                ("data", index, "search", "term"),
                'the field search.term is an old name of search.keyword; allowed: "keyword"',
                hint='rename "term" to "keyword"',
                severity=Severity.WARNING,
                value=search["term"],
                allowed="keyword",
                nearest="keyword",
            )


ERRORS: tuple[Rule, ...] = (totals, subjects)
WARNINGS: tuple[Rule, ...] = (needs, offsets, terms)
"""A rule is in one of these: its findings all refuse a body, or none does."""


def _events(wrapper: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    data = wrapper.get("data") if isinstance(wrapper, dict) else None
    for index, event in enumerate(data if isinstance(data, list) else ()):
        if isinstance(event, dict):
            yield index, event


def _is_valid(line: dict[str, Any], name: str) -> bool:
    value = line.get(name)
    return isinstance(value, str) and re.search(schema("line_item")["properties"][name]["pattern"], value) is not None


def _times(price: str, quantity: str) -> Decimal:
    exact = Context(prec=len(price) + len(quantity), Emax=MAX_EMAX, Emin=MIN_EMIN)
    return exact.multiply(Decimal(price), Decimal(quantity))


def _is_identified(page_type: str, subject: dict[str, Any]) -> bool:
    if page_type == "product":
        return True  # the schema requires its product_code
    has_term = page_type == "search" and isinstance(subject.get("term"), str)
    return has_term or any(name in subject for name in _IDENTIFYING[page_type])


def _missing_subject(wrapper: Any, path: Path, body: dict[str, Any], within: Schema) -> Finding:
    name = str(path[-1])
    page_type = wrapper["data"][path[1]]["page_type"]
    near, why = misspelt(body, within).get(name), f", and page_type is {shown(page_type)}"
    return missing("missing-field", wrapper, path, within["properties"][name], near=near, why=why)
