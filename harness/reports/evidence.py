"""A finding's evidence as text for reports."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.findings import Finding
from harness.json_matching import MISSING
from harness.reports.formatting import cut, shown


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field of the nearest event with an unexpected value: both values as JSON, `nothing` for an absent field."""

    pointer: str
    expected: str
    got: str


def pointer(finding: Finding) -> str:
    """The JSON pointer into the beacon's body; empty if there is none."""
    if finding.evidence.pointer is not None:
        return finding.evidence.pointer
    return finding.place if is_pointer(finding.place) else ""


def is_pointer(place: str) -> bool:
    """Whether a finding's place is a JSON pointer, and not the line of a file such as `/srv/shop.yaml:12`."""
    return place.startswith("/") and not re.search(r"\.\w+:\d+$", place)


def text(finding: Finding, key: str) -> str:
    """A part of the evidence that is text, such as `event` or `url`; empty if it is absent."""
    value = getattr(finding.evidence, key)
    return cut(value) if isinstance(value, str) else ""


def allowed(finding: Finding) -> str:
    """The allowed values: a sentence unchanged, a list joined by commas, everything else as JSON."""
    value = finding.evidence.allowed
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, list | tuple):
        return cut(", ".join(shown(item) for item in value))
    return "" if value is None else shown(value)


def differences(finding: Finding) -> tuple[Difference, ...]:
    """The differing fields, in the order of the comparison."""
    return tuple(
        Difference(pointer=item.pointer, expected=_side(item.expected), got=_side(item.got))
        for item in finding.evidence.differences
    )


def facts(finding: Finding) -> list[tuple[str, str]]:
    """The evidence as labelled values, without the differences. Absent parts are empty."""
    near = finding.evidence.nearest_event
    beacon_number = f" in beacon {near.beacon}" if near and near.beacon is not None else ""
    return [
        ("event", text(finding, "event")),
        ("document", text(finding, "document")),
        ("field", pointer(finding)),
        ("value", shown(finding.evidence.value) if has_value(finding) else ""),
        ("allowed", allowed(finding)),
        ("closest", text(finding, "nearest")),
        ("nearest", f"{near.event}{beacon_number}" if near else ""),
    ]


def has_value(finding: Finding) -> bool:
    """Whether the evidence contains the wrong value, which may be None."""
    return finding.evidence.value is not MISSING


def describe(finding: Finding) -> str:
    """A finding as a few lines of text: code and message, place, differences, hint."""
    step = f"step {finding.step}" if finding.step is not None else ""
    url = text(finding, "url")
    frequency = f"{finding.count:,} occurrences" if finding.count > 1 else ""
    place = "; ".join(filter(None, (step, _labelled_place(finding, url), url and f"page {url}", frequency)))
    details = [f"  {item.pointer}: expected {item.expected}, got {item.got}" for item in differences(finding)]
    lines = [f"{finding.severity} {finding.code}: {cut(finding.message)}", place and f"  {place}", *details]
    return "\n".join(filter(None, [*lines, finding.hint and f"  hint: {finding.hint}"]))


def _labelled_place(finding: Finding, url: str) -> str:
    """The place with a label, unless it is `file:line`; empty for the URL of the page."""
    place = finding.place
    if place == url:
        return ""
    return f"field {place}" if is_pointer(place) else f"URL {place}" if "://" in place else place


def _side(value: Any) -> str:
    """JSON; a matcher in words, such as `about 9.99`."""
    if value is MISSING:
        return "nothing"
    if isinstance(value, Mapping) and len(value) == 1:
        ((key, argument),) = value.items()
        if isinstance(key, str) and key.startswith("$"):
            return f"{key[1:]} {'value' if argument is None else shown(argument)}"
    return shown(value)
