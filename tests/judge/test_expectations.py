"""Expectations, their matching with events, and the findings about unmatched ones."""

from dataclasses import replace
from typing import Any

import pytest

from harness.events import Beacon, Event
from harness.findings import NearestEvent
from harness.json_matching import MISSING, Difference
from harness.judge.expectation_findings import describe_difference, late, missing, wrong
from harness.judge.expectations import Expectation, match_events, match_nearest, nearest


def event(kind: str, page: str = "", number: int = 1, **body: Any) -> Event:
    beacon = Beacon(number=number, time=0.0, method="POST", url="", headers=(), body=b"", status=200)
    return Event(type=kind, body=body, envelope={"page": page}, pointer="/data/0", beacon=beacon)


def expected(kind: str, page: str = "", **pattern: Any) -> Expectation:
    origin = {"page": page} if page else {}
    return Expectation(type=kind, pattern=pattern, why="it happened", step=1, url="https://shop.test/", origin=origin)


def test_each_expectation_matches_another_event() -> None:
    assert match_events([expected("a"), expected("a")], [event("a"), event("b"), event("a")]) == {0: 0, 1: 2}
    assert match_events([expected("a"), expected("a")], [event("a")]) == {0: 0}


def test_an_expectation_leaves_an_event_to_one_without_alternative() -> None:
    loose, tight = expected("a"), expected("a", x=1)
    assert match_events([loose, tight], [event("a", x=1), event("a", x=2)]) == {0: 1, 1: 0}


def test_a_chain_of_expectations_is_rematched() -> None:
    wanted = [expected("a"), expected("a", x=1), expected("a", x=1, y=1)]
    events = [event("a", x=1, y=1), event("a", x=1, y=2), event("a", x=2)]
    assert match_events(wanted, events) == {0: 2, 1: 1, 2: 0}


def test_of_similar_events_the_one_with_the_expected_origin_matches() -> None:
    assert match_events([expected("a", "two"), expected("a", "one")], [event("a", "one"), event("a", "two")]) == {
        0: 1,
        1: 0,
    }


def test_an_event_of_another_page_matches_nothing() -> None:
    assert match_events([expected("a", "two")], [event("a", "one")]) == {}


def test_an_event_without_a_page_matches() -> None:
    assert match_events([expected("a", "two")], [replace(event("a", "one"), envelope={})]) == {0: 0}


def test_preferred_events_match_first() -> None:
    assert match_events([expected("a")], [event("a"), event("a")], prefer={1}) == {0: 1}


def test_hundreds_of_similar_events_are_matched() -> None:
    assert len(match_events([expected("a")] * 300, [event("a")] * 300)) == 300


def test_the_nearest_match_has_the_same_page_and_then_the_fewest_differences() -> None:
    wanted = [expected("a", "one", x=1, y=1), expected("a", "two", x=1, y=1)]
    assert match_nearest(wanted, [event("a", "two", x=2, y=2), event("a", "one", x=2, y=1)]) == {0: 1, 1: 0}
    assert match_nearest([expected("a", x=1, y=1)], [event("a", x=2, y=2), event("a", x=2, y=1)]) == {0: 1}
    assert match_nearest([expected("a")], [event("b")]) == {}


def test_the_nearest_event_has_the_fewest_differences() -> None:
    far, near = event("a", x=2, y=2, number=1), event("a", x=1, y=2, number=2)
    assert nearest(expected("a", x=1, y=1), [far, event("b", x=1, y=1), near]) is near
    assert nearest(expected("c"), [far]) is None


def test_a_fact_counts_only_if_the_event_has_the_field() -> None:
    known = Expectation(type="a", pattern={}, why="", step=1, facts={"customer": {"id": "7", "name": "Eve"}})
    assert known.is_met_by(event("a"))
    assert known.is_met_by(event("a", customer={"id": "7"}))
    assert not known.is_met_by(event("a", customer={"id": "8"}))
    assert known.is_met_by(event("a", customer="7"))  # the schema reports it


def test_a_missing_event_has_a_reason_and_differences() -> None:
    finding = missing(expected("a", "two", x=1, y=1), [event("a", "one", x=2, number=4), event("b")])
    assert finding.message == (
        'a is missing: it happened; nearest is beacon 4: x is 2; expected 1; y is missing; expected 1; page is "one"; expected "two"'
    )
    assert finding.hint.startswith("Send a at this point")  # the nearest event is one of another page
    assert finding.evidence.nearest_event == NearestEvent(beacon=4, event="a", body={"x": 2})
    assert finding.evidence.differences == (
        Difference("/x", 1, 2),
        Difference("/y", 1, MISSING),
        Difference("/page", "two", "one"),
    )


def test_a_missing_event_without_a_similar_one_lists_the_arrived_types() -> None:
    assert missing(expected("a"), [event("b"), event("b")]).message == "a is missing: it happened; arrived: b"
    assert missing(expected("a"), []).message == "a is missing: it happened; arrived: nothing"


def test_a_wrong_event_points_to_the_first_difference_and_lists_all() -> None:
    wanted = Expectation(type="a", pattern={"n": "01", "x": 1}, why="it happened", step=1, codes={"/n": "lost-zeros"})
    came = event("a", n="1", x=2)
    finding = wrong(wanted, came, wanted.differences(came))
    assert (finding.code, finding.evidence.pointer) == ("lost-zeros", "/data/0/n")
    assert finding.message == 'a: n is "1"; expected "01"; x is 2; expected 1 (it happened)'
    assert (finding.evidence.value, finding.evidence.allowed) == ("1", "01")


def test_a_late_event_names_both_steps() -> None:
    assert (
        late(expected("a"), event("a"), step=3).message
        == "a was expected in step 1 (it happened) but arrived in step 3"
    )


def test_the_hint_of_a_missing_event_names_the_first_other_value_of_the_nearest() -> None:
    finding = missing(expected("a", x={"codes": ["1"]}), [event("a", x={"codes": ["2"]})])
    assert finding.hint == "Check where the page gets codes: a arrived with other values."


@pytest.mark.parametrize(
    ("expected_value", "got", "words"),
    [
        ("2", "3", 'x.y is "3"; expected "2"'),
        ("2", MISSING, 'x.y is missing; expected "2"'),
        (MISSING, 3, "x.y is surplus: 3"),
        (None, False, "x.y is false; expected null"),
        ({"$about": 9.99}, "10", 'x.y is "10"; expected 9.99'),
        ({"$matches": "^a"}, "b", 'x.y is "b"; expected "matches ^a"'),
        ({"a": 1}, [1], 'x.y is [1]; expected {"a": 1}'),
        ("a", 'b"\n', r'x.y is "b\"\n"; expected "a"'),
        ("a", "b" * 200, 'x.y is "' + "b" * 158 + '…; expected "a"'),
    ],
)
def test_a_difference_reads_as_a_sentence(expected_value: Any, got: Any, words: str) -> None:
    assert describe_difference(Difference("/x/y", expected_value, got)) == words
