"""Read a finding's evidence: where it points, what it is nearest to, and what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.findings import Finding
from harness.reports.formatting import cut, shown


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of the nearest event that is not as expected; both values as JSON, `nothing` where the field is absent."""

    pointer: str
    expected: str
    got: str


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """The captured event that comes closest to a missing one: its type and its beacon's number in the journal."""

    event: str
    beacon: int | None
    body: Mapping[str, Any] | None


def pointer(finding: Finding) -> str:
    """The JSON pointer into the beacon's body, empty where the finding has none."""
    own = finding.evidence.get("pointer")
    if isinstance(own, str):
        return own
    return finding.place if finding.place.startswith("/") else ""


def text(finding: Finding, key: str) -> str:
    """A piece of evidence that is plain text, such as `event` or `url`; empty where there is none."""
    value = finding.evidence.get(key)
    return cut(value) if isinstance(value, str) else ""


def beacon(finding: Finding) -> int | None:
    """The number of the beacon that the finding is about."""
    return _number(finding.evidence.get("beacon"))


def allowed(finding: Finding) -> str:
    """What was allowed: a sentence as it stands, a list with its items side by side, anything else as JSON."""
    value = finding.evidence.get("allowed")
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, list | tuple):
        return cut(", ".join(shown(item) for item in value))
    return "" if value is None else shown(value)


def closest(finding: Finding) -> str:
    """The word that was probably meant."""
    return text(finding, "nearest")


def nearest(finding: Finding) -> Nearest | None:
    """The captured event nearest to one that is missing."""
    value = finding.evidence.get("nearest")
    if not isinstance(value, Mapping):
        return None
    body = value.get("body")
    return Nearest(
        event=str(value.get("event", "event")),
        beacon=_number(value.get("beacon")),
        body=body if isinstance(body, Mapping) else None,
    )


def differences(finding: Finding) -> tuple[Difference, ...]:
    """What differs, field by field, in the order in which it was found."""
    items = finding.evidence.get("differences")
    if not isinstance(items, list | tuple):
        return ()
    return tuple(
        Difference(pointer=str(item.get("pointer", "")), expected=_side(item, "expected"), got=_side(item, "got"))
        for item in items
        if isinstance(item, Mapping)
    )


def facts(finding: Finding) -> list[tuple[str, str]]:
    """The evidence in a few labelled lines, the differences left out; a line without content is empty."""
    near = nearest(finding)
    beacon_number = f" in beacon {near.beacon}" if near and near.beacon is not None else ""
    return [
        ("event", text(finding, "event")),
        ("document", text(finding, "document")),
        ("field", pointer(finding)),
        ("value", shown(finding.evidence["value"]) if "value" in finding.evidence else ""),
        ("allowed", allowed(finding)),
        ("closest", closest(finding)),
        ("nearest", f"{near.event}{beacon_number}" if near else ""),
    ]


def _side(item: Mapping[str, Any], key: str) -> str:
    return shown(item[key]) if key in item else "nothing"


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
