"""A new visit on the return from a payment page is explained by one finding."""

from typing import Any

import pytest
from support.finding_language import problems
from support.recordings import STORE, Story, verdict

from harness.findings import Finding
from harness.recording.records import Recording

RECEIPT = "/orders/0000000010/success"


def returned(
    visitor: str = "", *, hosts: tuple[str, ...] = ("pay.test",), ledger: bool = True, **more: Any
) -> Recording:
    """A page of the checkout, then the receipt after a payment on pay.test; a new visit with this visitor, or none."""
    story = Story(ledger=ledger, payment_hosts=hosts).step().show("/checkout", "checkout").step()
    if visitor:
        story.begin_visit(STORE + RECEIPT, "https://pay.test/")
        story.visit = {**story.visit, "visitor": visitor}
        story.begin_visit = lambda landing, referrer: None  # type: ignore[method-assign]
    order = {"order": {"number": "0000000010", "first": True}} if ledger else {}
    sent = {"event_type": "order_success", "order": {"num": "0000000010"}}
    story.show(
        RECEIPT,
        "order_success",
        before=[sent],
        starts_visit=bool(visitor),
        referrer="https://pay.test/",
        **order,
        **more,
    )
    return story.step().show("/").tale()


def judged(recording: Recording) -> list[Finding]:
    findings = verdict(recording, "- arrive\n" * 3)
    assert [problem for each in findings for problem in problems(each.message, each.hint)] == []
    return findings


@pytest.mark.parametrize("ledger", [True, False])
def test_a_return_that_keeps_the_visit_has_no_finding(ledger: bool) -> None:
    assert judged(returned(ledger=ledger)) == []


@pytest.mark.parametrize("options", [{}, {"ledger": False}, {"hosts": ()}])
def test_lost_cookies_explain_the_new_visit(options: dict[str, Any]) -> None:
    [finding] = judged(returned("88", **options))
    assert finding.message == (
        'visit: a new visit started on the return from pay.test, and the visitor\'s id is new, too: "88"; '
        "the cookies from before the payment were not there"
    )
    assert "SameSite=Lax" in finding.hint


def test_a_new_session_of_the_store_is_named() -> None:
    [finding] = judged(returned("88", session="s9"))
    assert finding.message.endswith("; the store has a new session, too")


def test_a_new_visit_of_the_same_visitor_is_due_to_the_referrer() -> None:
    [finding] = judged(returned("77"))
    assert "which is a payment host; expected the visit from before the payment" in finding.message
    assert finding.hint == "Leave payment hosts out of the referrers that start a visit."


def test_another_visitor_without_a_return_keeps_its_finding() -> None:
    story = Story().step().show("/").step()
    story.begin_visit(f"{STORE}/a", "https://www.google.com/")
    story.visit = {**story.visit, "visitor": "88"}
    story.begin_visit = lambda landing, referrer: None  # type: ignore[method-assign]
    [finding] = verdict(
        story.show("/a", "other", starts_visit=True, referrer="https://www.google.com/").tale(), "- arrive\n" * 2
    )
    assert "the return from" not in finding.message
