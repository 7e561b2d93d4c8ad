"""Visits that start anew on the return from a payment page: cookies that were lost, or a referrer that should not count."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import short_json
from harness.protocols.jirafe.rules.visits import hostname
from harness.recording.timeline import StepTimeline, Timeline

_COOKIE_HINT = (
    "Set cookies that the return needs with SameSite=None and Secure, or redirect the return once within the store. "
    "Expect no SameSite=Lax cookies in a POST from another site."
)
_REFERRER_HINT = "Leave payment hosts out of the referrers that start a visit."


def name_returns(timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """Merge the findings about a visit that starts on the return from another site during the checkout."""
    kept = list(findings)
    for step in timeline.steps:
        host = _return_host(timeline, step)
        own = [each for each in kept if each.step == step.number and _is_about_visit(each)] if host else []
        is_new = any(each.evidence.event == "visit" and each.code == "unexpected-event" for each in own)
        lost = next((each for each in own if each.place == "/visit/visitor"), None)
        if host and (is_new or lost):
            first = own[0]
            merged = replace(
                first, message=_message(timeline, step, host, lost), hint=_COOKIE_HINT if lost else _REFERRER_HINT
            )
            kept = [merged if each is first else each for each in kept if each is first or not _is_in(each, own)]
    return kept


def _is_in(finding: Finding, findings: Sequence[Finding]) -> bool:
    return any(finding is each for each in findings)


def _is_about_visit(finding: Finding) -> bool:
    if finding.severity is not Severity.ERROR:
        return False
    is_new = finding.code == "unexpected-event" and finding.evidence.event == "visit"
    return is_new or (finding.code in ("visit-changed", "wrong-value") and finding.place.startswith("/visit/"))


def _return_host(timeline: Timeline, step: StepTimeline) -> str:
    """The site from which the shopper came back into a step, empty if there is none.

    It is a payment host of the target, or another site that referred to the receipt.
    """
    if step is timeline.steps[0]:
        return ""
    receipts = {entry["page"]["url"] for entry in step.served if "order" in entry}
    for shown in step.pages:
        host = hostname(shown.view.referrer)
        is_foreign = bool(host) and host not in timeline.store_hosts
        if is_foreign and (host in timeline.payment_hosts or shown.view.url in receipts):
            return host
    return ""


def _message(timeline: Timeline, step: StepTimeline, host: str, lost: Finding | None) -> str:
    text = f"visit: a new visit started on the return from {host}"
    if lost is None:
        return f"{text}, which is a payment host; expected the visit from before the payment"
    value = short_json(lost.evidence.value)
    text += f", and the visitor's id is new, too: {value}; the cookies from before the payment were not there"
    return text + ("; the store has a new session, too" if _has_new_session(timeline, step) else "")


def _has_new_session(timeline: Timeline, step: StepTimeline) -> bool:
    before = set(_sessions(each for each in timeline.steps if each.number < step.number))
    return bool(before) and any(session not in before for session in _sessions([step]))


def _sessions(steps: Iterator[StepTimeline] | Sequence[StepTimeline]) -> Iterator[str]:
    return (entry["session"] for step in steps for entry in step.served)
