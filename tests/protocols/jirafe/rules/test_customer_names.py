"""Pages that name another visitor's customer, as those from a shared cache do: an error, with or without a ledger."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from support.finding_language import problems
from support.recordings import STORE, Story, verdict

from harness.findings import Finding, Severity
from harness.recording.records import PageView, Recording

ADA = {"id": "5", "first_name": "Ada", "last_name": "Lind", "email": "ada@example.org"}
BEA = {"id": "6", "first_name": "Bea", "last_name": "Moss", "email": "bea@example.org"}
ANYBODY = {**ADA, "id": "guest"}


def naming(person: dict[str, str] | None) -> dict[str, Any]:
    if person is None:
        return {}
    names = {"firstname": person["first_name"], "lastname": person["last_name"]}
    return {"customer": {"id": person["id"], "email": person["email"], **names}}


def journey(
    first: Iterable[dict[str, str] | None],
    second: Iterable[dict[str, str] | None],
    *,
    ledger: bool = False,
    signed_in: Iterable[dict[str, str] | None] = (),
    kind: str = "other",
) -> Recording:
    """Two visitors with a browser each, and the customers that their pages name; `signed_in` are the second one's by the ledger."""
    story = Story(ledger=ledger)
    for number, person in enumerate(first):
        known = {"customer": person} if ledger and person else {}
        story.step().show(f"/a{number}", "other", about=naming(person), **known)
    start, known_people = len(story.records), list(signed_in)
    for number, person in enumerate(second):
        story.step()
        if number == 0:
            story.begin_visit(f"{STORE}/b0", "")
            story.visit = {**story.visit, "id": "8001", "visitor": "88"}
            story.begin_visit = lambda landing, referrer: None  # type: ignore[method-assign]
        known = {"customer": known_people[number]} if number < len(known_people) and known_people[number] else {}
        story.show(
            f"/b{number}",
            kind,
            about=naming(person),
            starts_visit=number == 0,
            **({"session": "s2", **known} if ledger else {}),
        )
    tale = story.tale()
    records = [
        replace(record, shopper=2, tab=2) if isinstance(record, PageView) and index >= start else record
        for index, record in enumerate(tale.records)
    ]
    return replace(tale, records=tuple(records))


def judged(recording: Recording) -> list[Finding]:
    steps = sum(type(record).__name__ == "StepBegun" for record in recording.records)
    findings = verdict(recording, "- arrive\n" * steps)
    assert [problem for each in findings for problem in problems(each.message, each.hint)] == []
    return findings


LEAKS = {
    "on the first page": ([None, ADA], [ADA]),
    "on one page of three": ([None, ADA], [None, ADA, None]),
    "on the first page of both": ([ADA], [ADA]),
}


@pytest.mark.parametrize(("first", "second"), LEAKS.values(), ids=LEAKS)
def test_without_a_ledger_two_visitors_with_one_name_are_an_error(first: list[Any], second: list[Any]) -> None:
    findings = judged(journey(first, second))
    assert findings[0].severity is Severity.ERROR
    assert findings[0].message == (
        'pageview: the page names another visitor\'s customer: customer.id is "5", but this visitor has not signed in'
    )
    assert findings[0].hint == "Keep pages with personal data out of shared caches: send Cache-Control: private."


HEALTHY = {
    "two customers": ([None, ADA], [None, BEA]),
    "one account in two browsers": ([None, ADA], [None, ADA, ADA]),
    "a placeholder for guests": ([ANYBODY], [ANYBODY]),
    "nobody": ([None], [None]),
    "one visitor": ([ADA, ADA], []),
}


@pytest.mark.parametrize(("first", "second"), HEALTHY.values(), ids=HEALTHY)
def test_without_a_ledger_a_sign_in_is_possible(first: list[Any], second: list[Any]) -> None:
    assert judged(journey(first, second)) == []


def test_a_receipt_in_another_browser_may_name_the_customer_of_the_order() -> None:
    assert judged(journey([None, ADA], [ADA], kind="order_success")) == []


def test_with_a_ledger_a_page_with_a_customer_of_another_session_is_an_error() -> None:
    [finding] = judged(journey([None, ADA], [None, ADA], ledger=True))
    assert (finding.code, finding.severity, finding.place) == ("wrong-value", Severity.ERROR, "/data/0/customer")
    assert judged(journey([None, ADA], [None, ADA], ledger=True, signed_in=[None, ADA])) == []


def test_with_a_ledger_another_customer_is_one_error_that_names_the_cause() -> None:
    [finding] = judged(journey([None, ADA], [None, ADA], ledger=True, signed_in=[None, BEA]))
    assert (finding.code, finding.severity) == ("wrong-value", Severity.ERROR)
    assert 'customer.id is "5"; expected "6"' in finding.message
    assert finding.message.endswith("; the page is another customer's")
    assert finding.hint == "Keep pages with personal data out of shared caches: send Cache-Control: private."
