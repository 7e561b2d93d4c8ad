"""Findings about the journey: failed actions, errors on pages, and journeys that ended early."""

import pytest
from support.recordings import DROPPED, STORE, Story, codes, rewritten, verdict

from harness.findings import Severity
from harness.recording.records import ActionFailed, PageError, PageView, UrlReplaced


def test_a_failed_action_explains_the_missing_events() -> None:
    story = Story().step().show("/").step()
    story.page = {"current_type": "cart", "current_url": f"{STORE}/cart"}
    story.send({"event_type": "pageview", "page_type": "cart"})
    story.add(ActionFailed(message="no such button", place="shop.yaml:4", url=f"{STORE}/cart"))
    story.tell({"kind": "page", "page": {"url": f"{STORE}/cart", "type": "cart", "title": "", "status": 200}})
    found = verdict(story.tale(), "- arrive\n- cart\n- expect: order_success\n")
    assert [finding.code for finding in found] == ["action-failed"]


def test_a_script_error_is_a_warning() -> None:
    story = Story().step().show("/").add(PageError(url=f"{STORE}/", message="x is not defined"))
    [finding] = verdict(story.tale(), "- arrive\n")
    assert (finding.code, finding.severity) == ("page-error", Severity.WARNING)


def test_a_browser_that_fails_before_the_first_step_is_a_finding() -> None:
    story = Story().add(ActionFailed(message="the browser failed", place="shop.yaml", url=""))
    [finding] = verdict(story.tale(), "- arrive\n- cart\n")
    assert (finding.code, finding.message, finding.place) == ("action-failed", "the browser failed", "shop.yaml")
    assert finding.step is None


def test_a_step_that_the_journey_did_not_reach_is_a_finding() -> None:
    story = Story().step().show("/")
    [finding] = verdict(story.tale(), "- arrive\n- cart\n- reload\n")
    assert (finding.code, finding.step, finding.place) == ("action-failed", 2, "shop.yaml:4")
    assert finding.message == 'the journey did not reach step 2, "cart" and the steps after it'


def test_a_failed_step_explains_the_steps_after_it() -> None:
    failure = ActionFailed(message="no such button", place="shop.yaml:3", url=f"{STORE}/")
    [finding] = verdict(Story().step().show("/").add(failure).tale(), "- arrive\n- cart\n")
    assert finding.message == "no such button"


@pytest.mark.parametrize("ledger", [True, False])
def test_a_journey_that_shows_no_page_of_the_store_does_not_pass(ledger: bool) -> None:
    [finding] = verdict(Story(ledger=ledger).step().tale(), "- goto: about:blank\n")
    assert (finding.code, finding.severity) == ("nothing-seen", Severity.ERROR)
    assert finding.message == "no page of the store was shown, so nothing was checked"


def test_a_page_that_was_not_observed_counts_as_shown() -> None:
    silent = rewritten(Story().step().show("/", observed=False).tale(), lambda _wrapper: DROPPED)
    assert any(isinstance(record, PageView) for record in silent.records)
    assert [code for code, _event in codes(silent, "- arrive\n")] == ["tracker-silent"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/welcome?email=eve%40lovelace.example", ["e**@lovelace.example"]),
        ("/welcome?email=eve%2540lovelace.example", ["e**@lovelace.example"]),
        ("/u/eve@lovelace.example/orders", ["e**@lovelace.example"]),
        ("/welcome?customer=7", []),
        ("/@eve/lists", []),
    ],
)
def test_an_email_address_in_the_url_of_a_page_is_an_error(path: str, found: list[str]) -> None:
    story = Story().step().show("/").step().show(path, "other")
    findings = [finding for finding in verdict(story.tale(), "- arrive\n") if finding.code == "leaked-address"]
    assert [finding.evidence.value for finding in findings] == found


def test_an_email_address_that_a_script_puts_into_the_url_is_found_once() -> None:
    story = Story().step().show("/").add(UrlReplaced(url=f"{STORE}/?to=eve@lovelace.example", at=0.0)).step().show("/")
    leaked = [finding for finding in verdict(story.tale(), "- arrive\n") if finding.code == "leaked-address"]
    assert [finding.count for finding in leaked] == [1]
