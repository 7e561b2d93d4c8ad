"""Updates of a cart without a change: the event has the quantity that the line had before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import short_json
from harness.recording.timeline import Timeline

_EVENT = "edit_cart"
_HINT = "Send edit_cart only if the quantity has changed."


def name_needless_edits(timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """Reduce an unexpected edit_cart with an unchanged quantity to a warning: the cart that it describes is right."""
    return [_named(each, timeline) for each in findings]


def _named(finding: Finding, timeline: Timeline) -> Finding:
    body = finding.evidence.body
    if finding.code != "unexpected-event" or finding.evidence.event != _EVENT or not isinstance(body, Mapping):
        return finding
    line = body.get("line_item")
    if not isinstance(line, Mapping) or not _is_unchanged(timeline, finding.step, line):
        return finding
    text = f"line_item.quantity is {short_json(line['quantity'])}, as it was before; the cart did not change"
    return replace(finding, severity=Severity.WARNING, message=f"{_EVENT}: {text}", hint=_HINT)


def _is_unchanged(timeline: Timeline, number: int | None, line: Mapping[str, Any]) -> bool:
    """Whether the ledger has this quantity of the line, and no change of the line in the step."""
    quantity: object = None
    for step in timeline.steps:
        for entry in (entry for entry in step.entries if "cart" in entry):
            items = {item["sku"]: item["quantity"] for item in entry["cart"]["items"]}
            quantity = items.get(line.get("sku_code"))
            is_change = entry["kind"] == "cart" and entry["product"]["sku"] == line.get("sku_code")
            if is_change and step.number == number:
                return False
        if step.number == number:
            break
    return quantity is not None and str(quantity) == line.get("quantity")
