"""Findings about the content of cart and order documents: items, prices and sums; and about states without a document.

Carts and orders are compared with the ledger in the same way.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.protocols.jirafe.documents.payload_rules import TOTAL_HINT, line_total
from harness.protocols.jirafe.finding_text import suggest_id
from harness.protocols.jirafe.reconcile.finding_text import source_finding, step_finding, wrong_field
from harness.protocols.jirafe.reconcile.line_items import Content, describe_content, product_code
from harness.protocols.jirafe.reconcile.sources import LedgerState, StepDocument

CENT = 0.0101
"""The tolerance of sums, in the currency's unit."""

_SUMS: Final = {"cart": ("subtotal",), "order": ("subtotal", "total")}
_ID_HINT = "Send the id as the store has it, as text. Leading zeros count."


def assign_unknown(
    documents: dict[str, list[StepDocument]],
    known: Collection[str],
    intended: Callable[[str], str | None],
    *,
    codes: tuple[str, str],
) -> Iterator[Finding]:
    """Report documents whose number is not in the ledger, and move them to the number that was probably intended.

    `codes` are the codes with and without an intended number.
    """
    for unknown in [number for number in documents if number not in known]:
        number, first = intended(unknown), documents[unknown][0]
        yield _unknown_number(first, number, list(known), code=codes[number is None])
        if number is not None:
            moved = [*documents.get(number, ()), *documents.pop(unknown)]
            documents[number] = sorted(moved, key=lambda document: document.beacon.number)


def content_by_variants(document: StepDocument, aliases: Mapping[Content, Content]) -> Content | None:
    """A document's content by the ledger's variants if the ledger has it, else as sent. None if invalid."""
    content, active = document.content, document.active_content
    if content is None or content in aliases:
        return aliases.get(content) if content is not None else None
    return aliases.get(active, content) if active is not None else content


def state_findings(document: StepDocument, content: Content | None, state: LedgerState) -> Iterator[Finding]:
    """Compare a document with a state of the ledger: its items, and if they are right its prices and sums."""
    if content != state.content:
        yield items_finding(document, content, state.content, source=f"the ledger's {state.kind}")
        return
    yield from _price_findings(document, state.body["items"])
    for name in _SUMS[state.kind]:
        got, right = document.body.get(name), state.body[name]
        if _differs(got, right):
            source = f"{state.kind} {state.number} in the ledger"
            more = {"allowed": right, "hint": TOTAL_HINT, "explains": ("subtotal", "total")}
            yield wrong_field(document, (name,), right, source, code="total-mismatch", value=got, **more)


def items_finding(document: StepDocument, content: Content | None, right: Content, *, source: str) -> Finding:
    return source_finding(
        "items-mismatch",
        document,
        ("items",),
        f"items are {describe_content(content)}; expected {describe_content(right)} ({source})",
        hint=f"Send every item that the {document.kind} contains after the change.",
        value=describe_content(content),
        allowed=describe_content(right),
        gap=describe_content(right),
        explains=("subtotal",),
    )


def missing_document(
    state: LedgerState, *, title: str, text: str, hint: str, allowed: Any = None, severity: Severity = Severity.ERROR
) -> Finding:
    """The finding about a state in the ledger that no document reports."""
    content = describe_content(state.content)
    return step_finding(
        "missing-document",
        state.step,
        f"{title}: {state.kind} {state.number} {text} {content} in the ledger, but no {state.kind} document reports it",
        hint=hint,
        document=state.kind,
        severity=severity,
        value=None,
        allowed=allowed or content,
        gap=content,
    )


def _unknown_number(document: StepDocument, intended: str | None, known: Sequence[str], *, code: str) -> Finding:
    field, got = ("id" if document.kind == "cart" else "order_number"), document.number
    if intended is None:
        text = f'{field} is "{got}", but the ledger has no such {document.kind}{suggest_id(got, known)}'
        return source_finding(code, document, (field,), text, value=got, allowed=list(known), hint=_ID_HINT)
    source = f"the {document.kind} in the ledger"
    right = f'"{intended}"'
    return wrong_field(document, (field,), right, source, code=code, value=got, allowed=intended, hint=_ID_HINT)


def _price_findings(document: StepDocument, items: Sequence[Mapping[str, Any]]) -> Iterable[Finding]:
    prices = {item["code"]: item["price"] for item in items} | {item["sku"]: item["price"] for item in items}
    unit = "amount" if document.document.version == 1 else "price"
    sent = document.body.get("items")
    has_line_totals = line_total(document.body, unit) is not None  # reported by the rules of one document
    for index, item in enumerate(sent if isinstance(sent, list) else ()):
        code = product_code(item)
        right, got = prices.get(code or ""), item.get(unit)
        if right is not None and _differs(got, right) and not has_line_totals:
            path, source = ("items", index, unit), f"the price of {code} in the ledger"
            hint = "Send the store's price for one piece."
            yield wrong_field(
                document, path, right, source, value=got, allowed=right, hint=hint, explains=("subtotal",)
            )


def _differs(got: object, right: str) -> bool:
    """Whether a number is not the ledger's, to the cent. The schema checks other types."""
    return isinstance(got, int | float) and not isinstance(got, bool) and abs(got - float(right)) > CENT
