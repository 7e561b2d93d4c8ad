"""The report for GitHub Actions."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sample_results import failing_run, missing, passing_run, single, wrong_type

from harness.errors import UsageError
from harness.findings import Finding, Severity
from harness.reports import check, github, write
from harness.results import RunResult


def annotations(result: RunResult) -> list[str]:
    return [line for line in github.render(result).splitlines() if line.startswith("::")]


def test_a_finding_is_an_annotation_on_its_line() -> None:
    assert annotations(single(missing("visit", message="visit is missing"))) == [
        "::error file=scenarios/smoke/buy.yaml,line=5,title=missing-event::"
        "visit is missing%0Ahint: the nearest event came from the same step; compare the fields that differ%0Ain: A guest buys"
    ]


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "::error "), (Severity.WARNING, "::warning "), (Severity.NOTE, "::notice ")],
)
def test_the_severity_is_the_level(severity: Severity, level: str) -> None:
    [line] = annotations(single(replace(wrong_type("x"), severity=severity)))
    assert line.startswith(level)


@given(st.text(), st.text())
def test_any_text_is_one_line_and_can_be_read_back(message: str, name: str) -> None:
    command = github._command("error", {"file": name}, title="a", message=message)
    head, _, data = command.removeprefix("::error ").partition("::")
    assert {"\r", "\n"}.isdisjoint(command)
    assert data.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == message
    assert head.count(",") == 1
    assert ":" not in head


def test_a_cause_is_told_before_any_is_told_twice_and_no_more_than_are_shown() -> None:
    causes = [wrong_type(f"{number}", step=2) for number in range(30)]
    many = [
        replace(cause, code="schema", message=f"{'abcdefghijklmnopqrstuvwxyzABCD'[n]} is wrong")
        for n, cause in enumerate(causes)
    ]
    assert len(annotations(single(*many))) == github.MOST_SHOWN
    first, *_rest = annotations(failing_run())
    assert "title=wrong-value" in first
    assert sum("title=wrong-value" in line for line in annotations(failing_run())) == 2
    assert ["title=wrong-value" in line for line in annotations(failing_run())].index(True) == 0


def test_what_did_not_run_is_a_warning() -> None:
    assert annotations(failing_run())[-1] == (
        "::warning file=scenarios/hostile/back.yaml,title=not run::Back from the receipt, the order is not counted again "
        "did not run: the back/forward cache needs full Chromium, and only the headless shell is installed"
    )


def test_a_run_that_passed_is_one_line_of_verdict() -> None:
    assert github.render(passing_run()).splitlines() == [
        "PASS  14 scenarios passed; 42 events, 0 errors, 0 warnings in 6.2 s (seed 7)"
    ]


def test_a_page_has_no_file() -> None:
    result = single(Finding(code="site-id", message="unset", place="https://shop.example/"))
    [scenario] = result.scenarios
    page = replace(scenario, file="https://shop.example/", steps=())
    assert annotations(replace(result, scenarios=(page,)))[0].startswith("::error title=site-id::unset")


def test_a_file_is_named_from_the_checkouts_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    [line] = annotations(single(wrong_type("x")))
    assert line.startswith("::error file=shop/scenarios/smoke/buy.yaml,line=5,")


def test_the_summary_is_added_to_the_jobs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    write("github", failing_run())
    assert file.read_text(encoding="utf-8") == "before\n" + github.summary(failing_run())
    assert "::error " in capsys.readouterr().out


def test_without_a_job_there_is_no_summary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    write("github", passing_run())
    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    with pytest.raises(UsageError, match=r"GITHUB_STEP_SUMMARY is .* which cannot be written: Is a directory"):
        write("github", passing_run())


def test_the_summary_says_what_is_wrong_where_and_how_to_repeat_it() -> None:
    text = github.summary(failing_run())
    for part in (
        "## ❌ 2 of 5 scenarios failed, 1 not run",
        '### 1. pageview: page\\_type is "category", but the store showed a product page',
        "error <code>wrong-value</code>, twice in 2 scenarios",
        "- <code>scenarios/smoke/buy.yaml:9</code> A guest finds a tumbler by search and buys two",
        "repeat: <code>harness run scenarios --seed 7 --report html</code>",
    ):
        assert part in text


def test_nothing_in_the_summary_is_taken_for_markdown() -> None:
    text = github.summary(single(missing("visit", message="<img src=x> | [a](b) `c`\n## *d*"), name="<b>"))
    assert r"### 1. \<img src=x\> \| \[a\](b) \`c\` \#\# \*d\*" in text
    assert r"\<b\>" in text


def test_it_can_stand_beside_the_text_report_only() -> None:
    check(["text", "github"])
    for specs in (["github", "github"], ["json", "github"], ["text", "github", "junit"]):
        with pytest.raises(UsageError, match="have the same destination, standard output"):
            check(specs)
