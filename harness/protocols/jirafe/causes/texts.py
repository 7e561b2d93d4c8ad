"""Texts that differ from the right ones for a known reason: HTML entities, a wrong encoding, an id for a number."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import short_json
from harness.protocols.jirafe.wire.value_rules import readable_name
from harness.recording.timeline import Timeline

_CODES: Final = ("wrong-value", "order-number-mismatch")


@dataclass(frozen=True, kw_only=True)
class _OrderIds:
    """The internal ids of orders: in the ledger by the order's number, and in events that send them as numbers."""

    by_number: Mapping[str, str]
    sent_as_numbers: Collection[str]


def name_text_causes(timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with the causes of wrong texts and order numbers; warnings about the same texts are left out."""
    if not any(finding.code in (*_CODES, "lenient-value") for finding in findings):
        return list(findings)
    texts = _texts_of_store(timeline)
    findings = [each for each in findings if each.code != "lenient-value" or not _is_right(each.evidence.value, texts)]
    ids = _OrderIds(by_number=_order_ids(timeline), sent_as_numbers=_ids_as_numbers(timeline))
    named = [_named(finding, ids) for finding in findings]
    places = {_place(new) for old, new in zip(findings, named, strict=True) if new is not old}
    return [each for each in named if each.code != "lenient-value" or _place(each) not in places]


def _is_right(value: object, texts: Collection[object]) -> bool:
    """Whether a text looks garbled but the store has it, too."""
    return isinstance(value, str) and value in texts and bool(readable_name(value))


def _place(finding: Finding) -> tuple[int | None, str | None]:
    return finding.evidence.beacon, finding.evidence.pointer


def _named(finding: Finding, ids: _OrderIds) -> Finding:
    if finding.severity is Severity.ERROR and finding.code in _CODES:
        for cause, hint in _causes(finding, ids):
            return replace(finding, message=f"{finding.message}; {cause}", hint=hint)
    return finding


def _causes(finding: Finding, ids: _OrderIds) -> Iterator[tuple[str, str]]:
    got, right = finding.evidence.value, finding.evidence.allowed
    if not isinstance(got, str) or not isinstance(right, str) or len(finding.evidence.differences) > 1:
        return
    if finding.code == "order-number-mismatch":
        yield from _number_causes(got, right, ids)
    elif (found := readable_name(got)) and found[1] == right:
        yield f"it contains {found[0]}", f"Send the text itself, in UTF-8: {short_json(right)}."


def _number_causes(got: str, right: str, ids: _OrderIds) -> Iterator[tuple[str, str]]:
    hint = f"Send the order's number as the receipt and the back end have it: {short_json(right)}."
    if ids.by_number.get(right) == got or got in ids.sent_as_numbers:
        yield f"{short_json(got)} is the internal id of this order", hint
    elif got.lstrip("0") == right.lstrip("0"):
        yield "the leading zeros differ", hint


def _texts_of_store(timeline: Timeline) -> set[object]:
    """The texts in the ledger and on pages. A name that really contains an entity is right."""
    views = (shown.view for step in timeline.steps for shown in step.pages)
    found: set[object] = {title for view in views for title in (*view.titles, view.title)}
    parts: list[Any] = [part for step in timeline.steps for part in (*step.entries, *step.facts)]
    while parts:
        part = parts.pop()
        if isinstance(part, Mapping):
            parts += part.values()
        elif isinstance(part, list | tuple):
            parts += part
        elif isinstance(part, str):
            found.add(part)
    return found


def _order_ids(timeline: Timeline) -> dict[str, str]:
    """The internal ids of the orders in the ledger, by number."""
    orders = (entry["order"] for step in timeline.steps for entry in step.entries if entry["kind"] == "order")
    return {order["number"]: str(order["id"]) for order in orders if "id" in order}


def _ids_as_numbers(timeline: Timeline) -> set[str]:
    """The numbers in order_success events that are the `id` of the same order, too."""
    events = (event.body.get("order") for step in timeline.steps for event in step.events)
    orders = (order for order in events if isinstance(order, Mapping))
    return {str(order["num"]) for order in orders if "num" in order and order.get("id") == order["num"]}
