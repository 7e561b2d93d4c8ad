"""The Jirafe protocol's rules for the judge."""

from typing import Final

from harness.findings import Finding
from harness.judge.protocol_rules import ProtocolRules
from harness.protocols.jirafe.pages.inspection import inspect
from harness.protocols.jirafe.reconcile import reconcile
from harness.protocols.jirafe.rules.consistency import check
from harness.protocols.jirafe.rules.implicit_expectations import implied
from harness.protocols.jirafe.rules.page_view_ids import check_chain
from harness.protocols.jirafe.rules.send_order import check_sequence
from harness.protocols.jirafe.wire.v2 import EVENT_TYPES as IMAGE_EVENTS
from harness.recording.timeline import Timeline


def _check(timeline: Timeline) -> tuple[Finding, ...]:
    return (*check(timeline), *check_sequence(timeline), *check_chain(timeline))


RULES: Final = ProtocolRules(
    implied=implied, image_events=frozenset(IMAGE_EVENTS), check=_check, reconcile=reconcile, inspect=inspect
)
