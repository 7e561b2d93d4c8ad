"""What became of the broken trackers: in words, as JSON, and as an exit status."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from harness.commands import mutate as command
from harness.commands.mutate import mutate
from harness.errors import UsageError
from harness.findings import Finding
from harness.mutation.recordings.mutant import ExpectedFinding
from harness.mutation.trackers.mutant import BrokenTracker, Mutant
from harness.mutation.trackers.report import Score, as_json, as_text
from harness.mutation.trackers.scheduler import MutantOutcome
from harness.results import MutationScore, RunResult
from harness.scenario.model import Scenario

SCENARIO = Scenario(name="A", file="a.yaml", text="", items=())


def fate(name: str, code: str | None, *, says: str = "it is wrong") -> MutantOutcome:
    mutant = Mutant(name=name, what=f"it does {name}", expected=(ExpectedFinding(code="schema"),), prelude="//")
    tracker = BrokenTracker(mutant=mutant, script=b"", place="tracker.js:7")
    if code is None:
        return MutantOutcome(broken=tracker, tried=9)
    return MutantOutcome(broken=tracker, tried=1, scenario=SCENARIO, finding=Finding(code=code, message=says))


def score(*fates: MutantOutcome, left_out: int = 0) -> Score:
    return Score(fates=fates, tracker="tracker.js", scenarios=9, seconds=61.4, seed=3, left_out=left_out)


def test_all_caught_is_two_lines() -> None:
    text = as_text(score(fate("this", "schema"), fate("that", "schema")), verbose=False)
    assert text == "2 mutants of the tracker: 2 caught, 2 of them by what is wrong\n9 scenarios, 61 s (seed 3)\n"


def test_a_survivor_is_told_with_its_place() -> None:
    text = as_text(score(fate("this", "schema"), fate("that", None)), verbose=False)
    assert "survived  that: it does that (tracker.js:7)\n          nothing in 9 scenarios noticed it\n" in text
    assert "2 mutants of the tracker: 1 caught, 1 of them by what is wrong, 1 survived\n" in text


def test_what_was_caught_under_another_name_is_told_with_what_was_said() -> None:
    text = as_text(score(fate("this", "clock-skew")), verbose=False)
    assert "caught under another name  this: it does this (tracker.js:7)\n" in text
    assert "          a.yaml: clock-skew: it is wrong\n" in text
    assert "1 caught, 0 of them by what is wrong" in text


def test_with_v_every_finding_is_told() -> None:
    assert "caught    this: it does this (tracker.js:7)\n          a.yaml: schema: it is wrong\n" in as_text(
        score(fate("this", "schema")), verbose=True
    )


def test_what_does_not_apply_to_another_tracker_is_counted() -> None:
    assert "43 more are edits of the built-in tracker's source, and do not apply to this one." in as_text(
        score(fate("this", "schema"), left_out=43), verbose=False
    )


def test_the_score_of_the_sabotaged_copies_stands_beside_it() -> None:
    both = replace(score(fate("this", "schema")), score=MutationScore(trials=(), is_sample=True))
    assert "Of 0 sabotaged copies of this run 0 would have failed; none would have passed.\n1 mutant" in as_text(
        both, verbose=False
    )
    assert json.loads(as_json(both))["sabotage"] == {"copies": 0, "score": 100, "sample": True}


def test_the_json_has_each_mutant() -> None:
    report = json.loads(as_json(score(fate("this", "schema"), fate("that", None))))
    assert (report["caught"], report["survived"], report["misnamed"], report["score"]) == (1, 1, 0, 50)
    assert [(each["name"], each["caught"], each["code"]) for each in report["mutants"]] == [
        ("this", True, "schema"),
        ("that", False, None),
    ]


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The exit status of the command where these became of the trackers."""

    def of(*found: MutantOutcome, **options: Any) -> int:
        async def fates(*_arguments: object, **_options: object) -> tuple[list[MutantOutcome], RunResult]:
            return list(found), RunResult(seed=0, command="", duration_s=0.0)

        monkeypatch.setattr(command, "_fates", fates)
        with pytest.raises(typer.Exit) as ended:
            mutate(**options)
        return ended.value.exit_code

    return of


def test_all_caught_passes_and_a_survivor_fails(status: Callable[..., int]) -> None:
    assert status(fate("this", "schema")) == 0
    assert status(fate("this", "schema"), fate("that", None)) == 1


def test_a_lower_score_may_do(status: Callable[..., int]) -> None:
    found = fate("this", "schema"), fate("that", None)
    assert status(*found, min_score=50) == 0
    assert status(*found, min_score=51) == 1


def test_the_report_goes_to_its_file(status: Callable[..., int], tmp_path: Path) -> None:
    file = tmp_path / "new" / "mutants.json"
    assert status(fate("this", "schema"), report=[f"json={file}"]) == 0
    assert json.loads(file.read_text(encoding="utf-8"))["caught"] == 1


def test_another_format_is_refused() -> None:
    with pytest.raises(UsageError, match="mutate reports as text or json"):
        mutate(report=["html"])


def test_a_name_that_no_mutant_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match='no mutant is left; did you mean "ids-swapped"'):
        mutate(name=["ids-swaped"])


def test_the_list_starts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    mutate(list_only=True, name=["ids-swapped"])
    assert capsys.readouterr().out.startswith("around ")


def test_a_sample_is_the_same_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    mutate(list_only=True, sample=5, seed=1)
    first = capsys.readouterr().out
    mutate(list_only=True, sample=5, seed=1)
    assert capsys.readouterr().out == first
    assert len(first.splitlines()) == 5
    mutate(list_only=True, sample=5, seed=2)
    assert capsys.readouterr().out != first


def test_of_another_tracker_the_list_has_no_edits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.js").write_text("'nothing'", encoding="utf-8")
    mutate(list_only=True, tracker=tmp_path / "other.js")
    assert all(line.startswith("around ") for line in capsys.readouterr().out.splitlines())
