"""Read a finding's evidence: where it points, what it is nearest to, and what differs."""

from dataclasses import dataclass
from typing import Any

from harness.findings import Finding, NearestEvent
from harness.json_matching import MISSING
from harness.reports.formatting import cut, shown


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of the nearest event that is not as expected; both values as JSON, `nothing` where the field is absent."""

    pointer: str
    expected: str
    got: str


def pointer(finding: Finding) -> str:
    """The JSON pointer into the beacon's body, empty where the finding has none."""
    if finding.evidence.pointer is not None:
        return finding.evidence.pointer
    return finding.place if finding.place.startswith("/") else ""


def text(finding: Finding, key: str) -> str:
    """A piece of evidence that is plain text, such as `event` or `url`; empty where there is none."""
    value = getattr(finding.evidence, key)
    return cut(value) if isinstance(value, str) else ""


def beacon(finding: Finding) -> int | None:
    """The number of the beacon that the finding is about."""
    return finding.evidence.beacon


def allowed(finding: Finding) -> str:
    """What was allowed: a sentence as it stands, a list with its items side by side, anything else as JSON."""
    value = finding.evidence.allowed
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, list | tuple):
        return cut(", ".join(shown(item) for item in value))
    return "" if value is None else shown(value)


def closest(finding: Finding) -> str:
    """The word that was probably meant."""
    return text(finding, "nearest")


def nearest(finding: Finding) -> NearestEvent | None:
    """The captured event nearest to one that is missing."""
    return finding.evidence.nearest_event


def differences(finding: Finding) -> tuple[Difference, ...]:
    """What differs, field by field, in the order in which it was found."""
    return tuple(
        Difference(pointer=item.pointer, expected=_side(item.expected), got=_side(item.got))
        for item in finding.evidence.differences
    )


def facts(finding: Finding) -> list[tuple[str, str]]:
    """The evidence in a few labelled lines, the differences left out; a line without content is empty."""
    near = nearest(finding)
    beacon_number = f" in beacon {near.beacon}" if near and near.beacon is not None else ""
    return [
        ("event", text(finding, "event")),
        ("document", text(finding, "document")),
        ("field", pointer(finding)),
        ("value", shown(finding.evidence.value) if has_value(finding) else ""),
        ("allowed", allowed(finding)),
        ("closest", closest(finding)),
        ("nearest", f"{near.event}{beacon_number}" if near else ""),
    ]


def has_value(finding: Finding) -> bool:
    """Whether the evidence holds the wrong value; None is one."""
    return finding.evidence.value is not MISSING


def _side(value: Any) -> str:
    return "nothing" if value is MISSING else shown(value)
