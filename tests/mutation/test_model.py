"""The tracker mutants of the protocol, and the findings that mutants expect."""

from pathlib import Path

import pytest

from fakewww.app import TRACKER
from harness.findings import CODES, Evidence, Finding, Scope
from harness.mutation.model import ExpectedFinding, TrackerMutant, protocol_mutations
from harness.protocol import get

SOURCE = TRACKER.read_bytes()
MUTANTS = protocol_mutations("jirafe").of_trackers
SCENARIOS = [path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "scenarios").rglob("*.yaml")]


def test_there_are_thirty_mutants_with_different_names() -> None:
    assert len(MUTANTS) >= 30
    assert len({each.name for each in MUTANTS}) == len({each.description for each in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_a_mutant_runs_before_the_tracker_and_expects_known_codes(mutant: TrackerMutant) -> None:
    script = mutant.script(SOURCE)
    assert script != SOURCE
    assert script.endswith(SOURCE)
    assert "'BROKEN';" not in mutant.prelude
    assert {expected.code for expected in mutant.expected} <= CODES.keys()
    assert mutant.expected


@pytest.mark.parametrize("mutant", [each for each in MUTANTS if each.near], ids=lambda each: each.name)
def test_a_shipped_scenario_matches_the_hints_of_a_mutant(mutant: TrackerMutant) -> None:
    words = [word for word in mutant.near if word not in get().event_types]
    assert any(all(word in text for word in words) for text in SCENARIOS)


def finding(event: str | None = "visit", pointer: str = "/data/0/order/num", *page_events: str) -> Finding:
    evidence = Evidence(event=event, pointer=pointer)
    return Finding(code="schema", message="it is wrong", evidence=evidence, scope=Scope(page_events=page_events))


@pytest.mark.parametrize(
    ("expected", "matches"),
    [
        (ExpectedFinding(code="schema"), True),
        (ExpectedFinding(code="wrong-value"), False),
        (ExpectedFinding(code="schema", event="visit"), True),
        (ExpectedFinding(code="schema", event="pageview"), False),
        (ExpectedFinding(code="schema", event="funnel"), True),
        (ExpectedFinding(code="schema", document="order"), False),
        (ExpectedFinding(code="schema", field="/order/num"), True),
        (ExpectedFinding(code="schema", field="/num"), True),
        (ExpectedFinding(code="schema", field="/order"), False),
        (ExpectedFinding(code="schema", word="wrong"), True),
        (ExpectedFinding(code="schema", word="right"), False),
    ],
)
def test_an_expected_finding_matches_by_code_event_field_and_word(expected: ExpectedFinding, matches: bool) -> None:
    assert expected.matches(finding("visit", "/data/0/order/num", "visit", "funnel")) == matches
