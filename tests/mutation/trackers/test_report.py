"""The outcomes of tracker mutants as text, as JSON and as exit status."""

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
from harness.mutation.model import ExpectedFinding, TrackerMutant
from harness.mutation.trackers.report import TrackerScore, as_json, as_text
from harness.mutation.trackers.scheduler import MutantOutcome
from harness.results import MutationScore, RunResult
from harness.scenario.model import Scenario

SCENARIO = Scenario(name="A", file="a.yaml", text="", items=())
SCHEMA = (ExpectedFinding(code="schema"),)


def outcome(name: str, code: str | None) -> MutantOutcome:
    mutant = TrackerMutant(name=name, description=f"it does {name}", expected=SCHEMA, prelude="//")
    if code is None:
        return MutantOutcome(mutant=mutant, tried=9)
    finding = Finding(code=code, message="it is wrong")
    return MutantOutcome(mutant=mutant, tried=1, scenario=SCENARIO, finding=finding)


def score(*outcomes: MutantOutcome) -> TrackerScore:
    return TrackerScore(outcomes=outcomes, tracker="tracker.js", scenarios=9, duration_s=61.4, seed=3)


def test_the_report_has_two_lines_if_all_mutants_are_detected() -> None:
    assert as_text(score(outcome("this", "schema"), outcome("that", "schema")), verbose=False) == (
        "Tracker: mutation score 100.0 %: 2 of 2 mutants detected, 2 of them under an expected code.\n"
        "9 scenarios, 61 s (seed 3)\n"
    )


def test_the_report_lists_undetected_mutants() -> None:
    text = as_text(score(outcome("this", "schema"), outcome("that", None)), verbose=False)
    assert "undetected  that: it does that\n            9 scenarios passed\n" in text
    assert "mutation score 50.0 %: 1 of 2 mutants detected, 1 of them under an expected code.\n" in text


def test_the_report_lists_misattributed_mutants_with_their_finding() -> None:
    text = as_text(score(outcome("this", "clock-skew")), verbose=False)
    assert "detected under a different code  this: it does this\n" in text
    assert "            a.yaml: clock-skew: it is wrong\n" in text
    assert "1 of 1 mutant detected, 0 of them under an expected code" in text


def test_verbose_lists_detected_mutants() -> None:
    assert "detected    this: it does this\n            a.yaml: schema: it is wrong\n" in as_text(
        score(outcome("this", "schema")), verbose=True
    )


def test_the_report_has_the_mutation_score_of_the_recordings() -> None:
    both = replace(score(outcome("this", "schema")), recordings=MutationScore(mutants=(), is_sample=True))
    assert "Recordings: Mutation score 100.0 %: 0 of 0 mutants were detected.\nTracker: " in as_text(
        both, verbose=False
    )
    assert json.loads(as_json(both))["recordings"] == {"count": 0, "score": 100, "sample": True}


def test_the_json_has_each_mutant() -> None:
    report = json.loads(as_json(score(outcome("this", "schema"), outcome("that", None))))
    assert (report["detected"], report["undetected"], report["misattributed"], report["score"]) == (1, 1, 0, 50)
    assert [(each["name"], each["detected"], each["code"]) for each in report["mutants"]] == [
        ("this", True, "schema"),
        ("that", False, None),
    ]


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Returns the exit status of the command for given outcomes."""

    def exit_status(*outcomes: MutantOutcome, **options: Any) -> int:
        async def run(*_arguments: object, **_options: object) -> tuple[list[MutantOutcome], RunResult]:
            return list(outcomes), RunResult(seed=0, command="", duration_s=0.0)

        monkeypatch.setattr(command, "_run", run)
        with pytest.raises(typer.Exit) as ended:
            mutate(**options)
        return ended.value.exit_code

    return exit_status


def test_the_command_fails_if_a_mutant_is_undetected(status: Callable[..., int]) -> None:
    assert status(outcome("this", "schema")) == 0
    assert status(outcome("this", "schema"), outcome("that", None)) == 1


def test_min_score_accepts_a_lower_score(status: Callable[..., int]) -> None:
    outcomes = outcome("this", "schema"), outcome("that", None)
    assert status(*outcomes, min_score=50) == 0
    assert status(*outcomes, min_score=51) == 1


def test_the_report_is_written_to_its_file(status: Callable[..., int], tmp_path: Path) -> None:
    file = tmp_path / "new" / "mutants.json"
    assert status(outcome("this", "schema"), report=[f"json={file}"]) == 0
    assert json.loads(file.read_text(encoding="utf-8"))["detected"] == 1


def test_another_report_format_is_refused() -> None:
    with pytest.raises(UsageError, match="mutate supports the formats text and json"):
        mutate(report=["html"])


def test_an_unknown_mutant_name_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match='no mutant has this name; did you mean "ids-swapped"'):
        mutate(name=["ids-swaped"])


def test_list_prints_the_mutants_and_exits(capsys: pytest.CaptureFixture[str]) -> None:
    mutate(list_only=True, name=["ids-swapped"])
    assert capsys.readouterr().out == "ids-swapped: the visit id and the visitor id are swapped\n"


def test_the_same_seed_selects_the_same_sample(capsys: pytest.CaptureFixture[str]) -> None:
    mutate(list_only=True, sample=5, seed=1)
    first = capsys.readouterr().out
    mutate(list_only=True, sample=5, seed=1)
    assert capsys.readouterr().out == first
    assert len(first.splitlines()) == 5
    mutate(list_only=True, sample=5, seed=2)
    assert capsys.readouterr().out != first
