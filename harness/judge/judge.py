"""The judge: all findings of a recording and its scenario. A pure function without browser, network or clock."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from harness.findings import CODES, Finding, Severity
from harness.judge.explicit_expectations import explicit_findings
from harness.judge.implicit_expectations import implicit_findings, surplus_findings
from harness.judge.journey_rules import journey_findings
from harness.judge.protocol_rules import ProtocolRules, protocol_rules
from harness.judge.request_rules import request_findings
from harness.judge.silent_tracker import browser_refusals, silence
from harness.judge.step_expectations import StepExpectations, StepMatcher
from harness.judge.suppression import KnownDefects, Source, without_expected, without_explained
from harness.protocol import TrackerProtocol
from harness.recording.records import Recording
from harness.recording.timeline import Timeline
from harness.recording.timeline_builder import build_timeline
from harness.scenario.model import Scenario


def judge(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> tuple[Finding, ...]:
    """The findings of a recording, the most important first; similar ones are one finding with a count."""
    return fold(find(recording, build_timeline(recording, protocol.read), scenario, protocol))


def find(recording: Recording, timeline: Timeline, scenario: Scenario, protocol: TrackerProtocol) -> list[Finding]:
    """All findings of a recording with this timeline, each occurrence by itself."""
    rules = protocol_rules(protocol.name)
    found = [*journey_findings(timeline, scenario, protocol.cookie_prefix)]
    requests = list(request_findings(timeline))
    if not any(step.events or step.faulted for step in timeline.steps):
        found += silence(timeline, protocol, requests=requests)
        return _reconciled([*found, *requests], timeline, rules, [])
    consistency = rules.check(timeline)
    defects = KnownDefects(timeline, protocol.event_types, consistency=consistency)
    implied = rules.implied(timeline)
    steps = StepMatcher(scenario, recording.header.shopper).match(timeline, implied)
    expectations = implicit_findings(steps, defects, rules.image_events)
    expectations += explicit_findings(steps, scenario, defects)
    found += browser_refusals(timeline, {finding.step for finding in expectations if finding.code == "missing-event"})
    known = None if timeline.has_ledger else {expectation.type for expectation in implied}
    expectations += surplus_findings(steps, scenario, known=known, gravity=_gravity(protocol))
    groups = {Source.REQUESTS: requests, Source.EXPECTATIONS: expectations, Source.CONSISTENCY: consistency}
    return _reconciled([*found, *without_explained(groups, *groups)], timeline, rules, steps)


def _gravity(protocol: TrackerProtocol) -> tuple[str, ...]:
    """The event types, the gravest first: orders, then the rarer types, which protocols list last."""
    return tuple(dict.fromkeys((*protocol.order_events, *reversed(protocol.event_types))))


def _reconciled(
    found: list[Finding], timeline: Timeline, rules: ProtocolRules, steps: Iterable[StepExpectations]
) -> list[Finding]:
    """The findings with those of the reconciliation."""
    contradictions = without_expected(rules.reconcile(timeline, found), steps)
    groups = {Source.JUDGE: found, Source.RECONCILIATION: contradictions}
    return rules.name_causes(timeline, without_explained(groups, *groups))


_SEVERITIES, _CODES = list(Severity), list(CODES)
_BY_MESSAGE: Final = ("action-failed", "host-refused", "page-error", "bad-request")
"""Findings with these codes are similar only if they have the same message."""

_BY_EVENT: Final = (
    *("missing-event", "late-event", "duplicate-event", "unexpected-event", "forbidden-event", "wrong-order"),
    *("missing-document", "unexpected-document", "forbidden-document"),
)
"""Findings with these codes concern an entire event or document, wherever it is in the body."""

MOST_ALSO: Final = 20
"""The greatest number of similar findings that one finding lists."""


def fold(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by importance, and merge similar ones."""
    groups: dict[Any, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(kind_of(finding), []).append(finding)
    return tuple(sorted((_merged(group) for group in groups.values()), key=rank))


def rank(finding: Finding) -> tuple[int, int, int]:
    """The sort key of a finding: the most important first."""
    return _SEVERITIES.index(finding.severity), _CODES.index(finding.code), -finding.count


def kind_of(finding: Finding) -> tuple[Any, ...]:
    """The common key of similar findings."""
    proof = finding.evidence
    pointer = "" if finding.code in _BY_EVENT else (proof.pointer or "")
    field = "/".join(part for part in pointer.split("/") if not part.isdigit())
    is_whole = finding.code == "late-event" or finding.scope.whole_beacon or finding.scope.page_events
    event = None if is_whole else str(proof.event or proof.document)
    message = finding.message if finding.code in _BY_MESSAGE else ""
    return finding.severity, finding.code, event, field, message


def _merged(group: list[Finding]) -> Finding:
    first, *others = group
    if not others:
        return first
    also = tuple({"step": item.step, "message": item.message} for item in others[:MOST_ALSO])
    return replace(first, count=sum(item.count for item in group), also=also)
