"""Customers that differ in everything from the right one: the page is another customer's."""

from collections.abc import Sequence
from dataclasses import replace

from harness.findings import Finding
from harness.protocols.jirafe.rules.customer_names import CACHE_HINT
from harness.recording.timeline import Timeline

_IDENTIFYING = ("id", "email", "lastname")


def name_other_customers(_timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """Name the cause of a page view with another customer; the payload's customer is then the same defect."""
    leaks = {each.evidence.beacon for each in findings if _is_other_customer(each)}
    return [
        replace(each, message=f"{each.message}; the page is another customer's", hint=CACHE_HINT)
        if _is_other_customer(each)
        else each
        for each in findings
        if not (each.code == "wrong-value" and each.place.startswith("/customer/") and each.evidence.beacon in leaks)
    ]


def _is_other_customer(finding: Finding) -> bool:
    """Whether the id and another identifying field of a page view's customer are wrong."""
    pointers = [each.pointer for each in finding.evidence.differences if isinstance(each.got, str) and each.got]
    wrong = [name for name in _IDENTIFYING if f"/customer/{name}" in pointers]
    return finding.code == "wrong-value" and "id" in wrong and len(wrong) > 1
