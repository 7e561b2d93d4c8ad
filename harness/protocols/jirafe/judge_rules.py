"""The rules of the Jirafe protocol for the judge."""

from typing import Final

from harness.findings import Finding
from harness.judge.protocol_rules import ProtocolRules
from harness.protocols.jirafe.causes import name_causes
from harness.protocols.jirafe.pages.inspection import inspect
from harness.protocols.jirafe.reconcile import reconcile
from harness.protocols.jirafe.rules.consistency import consistency_findings
from harness.protocols.jirafe.rules.implicit_expectations import implicit_expectations
from harness.protocols.jirafe.rules.page_view_ids import page_view_id_findings
from harness.protocols.jirafe.rules.send_order import send_order_findings
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.recording.timeline import Timeline


def _check(timeline: Timeline) -> tuple[Finding, ...]:
    return (*consistency_findings(timeline), *send_order_findings(timeline), *page_view_id_findings(timeline))


RULES: Final = ProtocolRules(
    implied=implicit_expectations,
    image_events=frozenset(EVENT_TYPES),
    check=_check,
    reconcile=reconcile,
    inspect=inspect,
    name_causes=name_causes,
)
