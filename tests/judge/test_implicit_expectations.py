"""Accounts of steps: what met what, what is left over, and what is settled by another finding."""

from support.recordings import Story, purchase, rewritten, scenario, without

from harness.judge.expectations import Expectation
from harness.judge.implicit_expectations import Account, close_accounts, left_over, open_accounts, take_late
from harness.judge.request_rules import Faults
from harness.protocol import get
from harness.recording.records import Recording
from harness.recording.timeline_builder import build_timeline


def opened(recording: Recording) -> tuple[list[Account], Faults]:
    timeline = build_timeline(recording, get().read)
    accounts = open_accounts(timeline, scenario(), get().implied(timeline), {"email": "eve@example.com"})
    return accounts, Faults(timeline, get().event_types)


def test_a_healthy_journey_leaves_nothing_due_and_nothing_over() -> None:
    accounts, faults = opened(purchase())
    assert [len(account.met) for account in accounts] == [2, 1, 1, 2, 9]
    assert close_accounts(accounts, faults) == []
    assert left_over(accounts, scenario()) == []


def test_what_is_due_carries_the_line_of_its_step() -> None:
    accounts, _faults = opened(rewritten(purchase(), without("order_success")))
    [due] = accounts[4].due
    assert (due.type, due.place) == ("order_success", "shop.yaml:7")


def test_what_is_told_once_is_due_no_longer() -> None:
    accounts, faults = opened(rewritten(purchase(), without("order_success")))
    assert len(close_accounts(accounts, faults)) == 1
    assert close_accounts(accounts, faults) == []
    assert [trouble.expectation.type for trouble in accounts[4].troubles] == ["order_success"]


def test_variables_are_those_of_the_moment() -> None:
    accounts, _faults = opened(purchase())
    assert accounts[0].variables("shopper", "email") == "eve@example.com"
    assert accounts[2].variables("product", "name") == "Tumbler"
    assert accounts[0].variables.or_as_written("product", "name") == "$product.name"


def test_an_event_is_late_only_where_it_is_left_over() -> None:
    accounts, _faults = opened(purchase())
    assert take_late(Expectation(type="pageview", pattern={}, why="", step=1), accounts[1:]) is None


def test_events_of_types_that_nobody_can_know_are_let_pass() -> None:
    story = Story(ledger=False).step().show("/").send({"event_type": "order_success", "order": {"num": "1"}})
    accounts, _faults = opened(story.tale())
    assert left_over(accounts, scenario(), known={"pageview", "visit"}) == []
    assert [finding.code for finding in left_over(accounts, scenario())] == ["unexpected-event"]
