"""The causes of wrong values: findings with a common cause become one finding that names it and rewrites the value."""

from collections.abc import Sequence

from harness.findings import Finding
from harness.protocols.jirafe.causes.amounts import merge_scaled_amounts
from harness.protocols.jirafe.causes.customers import name_other_customers
from harness.protocols.jirafe.causes.orders import name_order_causes, name_other_browsers
from harness.protocols.jirafe.causes.quantities import name_needless_edits
from harness.protocols.jirafe.causes.texts import name_text_causes
from harness.protocols.jirafe.causes.visits import name_returns
from harness.recording.timeline import Timeline


def name_causes(timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """The findings of the judge, with causes. Codes stay, except for an order that is reported late."""
    found: Sequence[Finding] = findings
    for rule in _RULES:
        found = rule(timeline, found)
    return list(found)


_RULES = (
    name_text_causes,
    name_other_customers,
    name_returns,
    merge_scaled_amounts,
    name_order_causes,
    name_other_browsers,
    name_needless_edits,
)
