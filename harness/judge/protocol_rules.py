"""The rules that a tracker protocol provides for the judge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from harness.findings import Finding
from harness.judge.expectations import Expectation
from harness.recording.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """The findings on the pages of an unknown store.

    `tracker_blocked` are the steps on whose page a defect keeps the tracker from working: it explains missing events.
    `lost` are the JSON pointers of values that are wrong in all later beacons for that reason. `notes` are sentences for the
    report.
    """

    findings: tuple[Finding, ...]
    tracker_blocked: frozenset[int]
    lost: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProtocolRules:
    """The rules of one protocol.

    `implied` derives the expected events from a journey; `image_events` are the event types that an image request can carry.
    `check` compares the received beacons with the pages, cookies and clock at their time. `reconcile` compares the sources
    (ledger, events, documents) with each other; it gets the findings so far and reports nothing that they explain.
    `inspect` checks the inspected pages of an unknown store against the protocol's documentation. `name_causes` gets all
    findings and returns them with the causes of wrong values; findings with one cause become one.
    """

    implied: Callable[[Timeline], tuple[Expectation, ...]]
    image_events: frozenset[str]
    check: Callable[[Timeline], tuple[Finding, ...]]
    reconcile: Callable[[Timeline, Sequence[Finding]], tuple[Finding, ...]]
    inspect: Callable[[Timeline], Inspection]
    name_causes: Callable[[Timeline, Sequence[Finding]], list[Finding]]


def protocol_rules(name: str) -> ProtocolRules:
    """The rules of the protocol with that name."""
    rules: ProtocolRules = import_module(f"harness.protocols.{name}.judge_rules").RULES
    return rules
