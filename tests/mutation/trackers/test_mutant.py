"""The catalogue of broken trackers: each can be made, is named, and says where it shows."""

from pathlib import Path

import pytest

from fakewww.app import TRACKER
from harness.errors import FileError
from harness.findings import CODES
from harness.mutation.recordings.mutant import ExpectedFinding
from harness.mutation.trackers.mutant import Mutant, break_tracker, fitting
from harness.protocol import get

SOURCE = TRACKER.read_text(encoding="utf-8")
MUTANTS = get().mutants()
EDITS = [mutant for mutant in MUTANTS if mutant.edits]
AROUND = [mutant for mutant in MUTANTS if not mutant.edits]
SCENARIOS = {
    path: path.read_text(encoding="utf-8") for path in (Path(__file__).parents[3] / "scenarios").rglob("*.yaml")
}


def mutant(*edits: tuple[str, str]) -> Mutant:
    return Mutant(name="slip", what="it slips", expected=(ExpectedFinding(code="schema"),), edits=edits)


def test_there_are_more_than_forty_and_no_two_have_one_name() -> None:
    assert len(EDITS) >= 40
    assert len(AROUND) >= 20
    assert len({each.name for each in MUTANTS}) == len({each.what for each in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("each", MUTANTS, ids=lambda each: each.name)
def test_each_fits_the_built_in_tracker_and_says_what_it_shall_be_called(each: Mutant) -> None:
    broken = break_tracker(each, SOURCE, file="tracker.js")
    assert broken.script.decode() != SOURCE
    assert bool(each.edits) != bool(each.prelude)
    assert each.expected
    assert {answer.code for answer in each.expected} <= CODES.keys()


@pytest.mark.parametrize("each", [each for each in MUTANTS if each.near], ids=lambda each: each.name)
def test_where_it_shows_there_is_a_shipped_scenario(each: Mutant) -> None:
    words = [word for word in each.near if word not in get().event_types]
    assert any(all(word in text for word in words) for text in SCENARIOS.values())


def test_what_goes_around_a_tracker_leaves_its_source_alone() -> None:
    for each in AROUND:
        assert break_tracker(each, SOURCE, file="tracker.js").script.decode().endswith(SOURCE)
        assert "'BROKEN';" not in each.prelude


def test_an_edit_has_its_line() -> None:
    broken = break_tracker(mutant(("two", "2"), ("one", "1")), "zero\none\ntwo\n", file="tracker.js")
    assert broken.place == "tracker.js:3"
    assert broken.script == b"zero\n1\n2\n"


def test_an_edit_of_what_is_not_there_is_named() -> None:
    with pytest.raises(FileError, match=r'^tracker\.js: mutant "slip" changes what stands there nowhere: three$'):
        break_tracker(mutant(("three", "3")), "one two", file="tracker.js")


def test_an_edit_of_what_is_there_twice_is_named() -> None:
    with pytest.raises(FileError, match='mutant "slip" changes what stands there 2 times: one'):
        break_tracker(mutant(("one", "1")), "one one", file="tracker.js")


def test_of_another_tracker_the_source_is_not_edited() -> None:
    assert fitting(MUTANTS, is_built_in=False) == AROUND
    assert fitting(MUTANTS, is_built_in=True) == list(MUTANTS)
