"""A finding in a few lines of plain text, for where a report has room for no more."""

from harness.findings import Finding
from harness.reports import evidence
from harness.reports.formatting import cut


def described(finding: Finding) -> str:
    """A finding in a few lines: what, where, what differs, what to do."""
    step = f"step {finding.step}" if finding.step is not None else ""
    often = f"{finding.count:,} times" if finding.count > 1 else ""
    place = ", ".join(filter(None, (step, finding.place, evidence.text(finding, "url"), often)))
    differences = [
        f"  {item.pointer}: expected {item.expected}, got {item.got}" for item in evidence.differences(finding)
    ]
    lines = [f"{finding.severity} {finding.code}: {cut(finding.message)}", place and f"  at {place}", *differences]
    return "\n".join(filter(None, [*lines, finding.hint and f"  hint: {finding.hint}"]))
