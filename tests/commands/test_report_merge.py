"""`harness report merge`: merged reports, and parts that cannot be merged."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.command import Ended, call

from harness.findings import Finding, Severity
from harness.reports.json_reader import read_report
from harness.reports.json_report import render
from harness.results import RunResult, ScenarioResult, Verdict

Command = Callable[..., Ended]


@pytest.fixture
def merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`harness report merge ARGUMENTS…` in an empty folder, which is also the current one."""
    monkeypatch.chdir(tmp_path)
    return partial(call, "report", "merge", cwd=tmp_path)


def scenario(number: int, verdict: Verdict = "pass", **changes: Any) -> ScenarioResult:
    findings = (
        Finding(code="schema", message="wrong", count=2),
        Finding(code="schema", message="w", severity=Severity.WARNING),
    )
    return ScenarioResult(
        name=f"Scenario {number}",
        file=f"scenarios/s{number:02}.yaml",
        tags=("smoke",),
        verdict=verdict,
        duration_s=0.5,
        events=number,
        documents=1,
        findings=findings if verdict == "fail" else (),
        **changes,
    )


def part(*scenarios: ScenarioResult, shard: str = "", seed: int = 7, **changes: Any) -> RunResult:
    command = f"harness run --seed {seed}{f' --shard {shard}' if shard else ''} --report json=part.json"
    browser = {"name": "chromium", "version": "156"}
    return RunResult(seed=seed, command=command, duration_s=1.0, browser=browser, scenarios=scenarios, **changes)


def save(**parts: RunResult) -> None:
    for name, result in parts.items():
        Path(f"{name}.json").write_text(render(result), encoding="utf-8")


def test_a_report_is_unchanged_after_reading_and_writing(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(
        render(part(scenario(1), scenario(2, "fail"), scenario(3, "not-run", reason="no"))), encoding="utf-8"
    )
    again = json.loads(render(read_report(file)))
    assert again == json.loads(file.read_text(encoding="utf-8"))


def test_the_merged_report_equals_the_report_of_one_run(merge: Command) -> None:
    scenarios = [scenario(number, "fail" if number == 4 else "pass") for number in range(1, 8)]
    save(whole=part(*scenarios), **{f"p{n}": part(*scenarios[n - 1 :: 3], shard=f"{n}/3") for n in (1, 2, 3)})
    ended = merge("p1.json", "p2.json", "p3.json", "--report", "json")
    merged, whole = ended.report, json.loads(Path("whole.json").read_text(encoding="utf-8"))
    assert ended.status == 1
    assert merged["command"] == "harness run --seed 7"
    assert merged["duration_s"] == 3.0
    assert merged["notes"] == ["merged from 3 reports: p1.json, p2.json, p3.json"]
    own = {"command": "", "duration_s": 0, "notes": []}
    assert {**merged, **own} == {**whole, **own}


def test_the_order_of_the_parts_changes_nothing(merge: Command) -> None:
    scenarios = [scenario(number) for number in range(12)]
    repeats = [replace(scenario(20), name=f"A journey ({number} of 12)") for number in range(1, 13)]
    save(p1=part(*scenarios[::2]), p2=part(*scenarios[1::2]), p3=part(*repeats))
    names = ["p1.json", "p2.json", "p3.json"]
    first = merge(*names, "--report", "json").report["scenarios"]
    random.Random(3).shuffle(names)
    assert merge(*reversed(names), "--report", "json").report["scenarios"] == first
    assert [each["name"] for each in first][-3:] == [f"A journey ({n} of 12)" for n in (10, 11, 12)]


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [(("pass", "pass"), 0), (("pass", "fail"), 1), (("pass", "not-run"), 0), (("not-run", "not-run"), 2)],
)
def test_the_exit_status_is_that_of_the_merged_verdict(
    merge: Command, verdicts: tuple[Verdict, Verdict], status: int
) -> None:
    save(a=part(scenario(1, verdicts[0])), b=part(scenario(2, verdicts[1])))
    assert merge("a.json", "b.json").status == status


def test_every_format_can_be_made(merge: Command) -> None:
    save(a=part(scenario(1)), b=part(scenario(2, "fail")))
    formats = ("text", "junit=all.xml", "html=all.html", "json=all.json", "github=all.txt")
    ended = merge("a.json", "b.json", *(word for each in formats for word in ("--report", each)))
    assert ended.status == 1, ended.err
    assert "FAIL  1 of 2 scenarios failed" in ended.out
    assert "note       merged from 2 reports: a.json, b.json" in ended.out
    assert "::error file=scenarios/s02.yaml,title=schema::" in Path("all.txt").read_text(encoding="utf-8")
    assert all(Path(f"all.{ending}").stat().st_size for ending in ("xml", "html", "json"))


def test_a_missing_shard_ends_with_2(merge: Command) -> None:
    save(a=part(scenario(1), shard="1/4"), c=part(scenario(3), shard="3/4"))
    ended = merge("a.json", "c.json")
    assert ended.status == 2
    assert "harness: there is no report of shard 2/4, 4/4; its scenarios are not part of this verdict" in ended.err
    assert "PASS  2 scenarios," in ended.out


def test_an_interrupted_part_ends_with_2(merge: Command) -> None:
    save(a=part(scenario(1)), b=part(scenario(2), scenario(3, "not-run", reason="interrupted")))
    ended = merge("a.json", "b.json")
    assert ended.status == 2
    assert "b.json: this run was interrupted; 1 of its scenarios did not finish" in ended.err


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            part(scenario(1)),
            '"Scenario 1" (scenarios/s01.yaml) is in a.json and in b.json; merge each part of a run once',
        ),
        (part(scenario(2), seed=8), "a.json has the seed 7, b.json the seed 8; merge the parts of one run"),
        (
            replace(part(scenario(2)), command="harness verify https://shop.example/"),
            "a.json contains scenarios, b.json contains pages",
        ),
    ],
)
def test_parts_of_different_runs_are_refused(merge: Command, other: RunResult, message: str) -> None:
    save(a=part(scenario(1)), b=other)
    ended = merge("a.json", "b.json")
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err


def test_the_same_file_twice_is_refused(merge: Command) -> None:
    save(a=part(scenario(1)))
    assert merge("a.json", "./a.json").status == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.json:1: not a JSON report: the file is empty; check that the run ended"),
        ('{"version": 1, "scenarios": [', "a.json:1: not a JSON report: the file ends here; check that the run ended"),
        ("{]", "a.json:1: not a JSON report: Expecting property name"),
        ("[" * 100_000, "a.json: not a JSON report: nested too deeply"),
        ("[]", "a.json: not a JSON report: [] is not of type 'object'; use a file written by --report json=FILE"),
        ('{"version": 2}', "a.json: report of version 2; this program reads version 1"),
        ('{"version": 1}', "a.json: not a JSON report: 'verdict' is a required property"),
        (
            render(part(scenario(1))).replace('"events": 1', '"events": "1"', 1),
            "a.json: not a JSON report at totals.events: '1' is not",
        ),
        (
            render(part(scenario(1))).replace('"events": 1', '"events": 9', 1),
            "totals.events is 9, but its scenarios add up to 1",
        ),
        (render(part(scenario(1))).replace('"verdict": "pass"', '"verdict": "fail"', 1), 'its verdict is "fail"'),
    ],
    ids=range(10),
)
def test_a_file_that_is_not_a_report_is_one_line(merge: Command, text: str, message: str) -> None:
    Path("a.json").write_text(text, encoding="utf-8")
    ended = merge("a.json")
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_missing_file_is_reported_with_a_similar_name(merge: Command) -> None:
    save(part_one=part(scenario(1)))
    assert 'did you mean "part_one.json"?' in merge("part-one.json").err
