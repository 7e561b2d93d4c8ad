"""The command line around a run: what it says on stderr, how it ends, and the command that repeats it. No browser here."""

import io
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rich.console import Console

from harness import __main__
from harness.commands import app as cli
from harness.commands import progress
from harness.commands import run as run_command
from harness.commands import schema as schema_command
from harness.commands import serve as serve_command
from harness.commands.progress import Progress
from harness.errors import FileError, HarnessError, one_of
from harness.results import MutantResult, MutationScore, RunResult, ScenarioResult, Verdict
from harness.runner.runner import Job, Outcome

SCENARIO = str(Path(__file__).parents[2] / "scenarios" / "smoke" / "look-around.yaml")


@dataclass(frozen=True)
class Ended:
    status: object
    out: str
    err: str


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """`harness ARGUMENTS…` in an empty folder, with `run` in place of the browser's part."""

    def call(*arguments: str, run: Any = None) -> Ended:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COLUMNS", "500")
        monkeypatch.setattr(sys, "argv", ["harness", *arguments])
        monkeypatch.setattr(run_command, "run_jobs", run or ran())
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Ended(ended.value.code, said.out, said.err)

    return call


def ran(*verdicts: Verdict, notes: tuple[str, ...] = (), name: str = "A") -> Any:
    """A run with these verdicts."""

    async def run_jobs(_jobs: Sequence[Job], *, on_done: Callable[[Outcome], None], **_rest: object) -> RunResult:
        scenarios = tuple(
            ScenarioResult(name=name, file="a.yaml", tags=(), verdict=verdict) for verdict in verdicts or ("pass",)
        )
        for scenario in scenarios:
            on_done(Outcome(result=scenario))
        return RunResult(seed=0, command="", duration_s=0.0, scenarios=scenarios, notes=notes)

    return run_jobs


def raising(error: BaseException) -> Any:
    """A run that ends in this."""

    async def run_jobs(*_arguments: object, **_options: object) -> RunResult:
        raise error

    return run_jobs


def test_an_interrupted_run_is_reported_and_ends_with_130(command: Callable[..., Ended]) -> None:
    ended = command("run", SCENARIO, "--report", "json", run=ran("pass", "not-run", notes=("interrupted",)))
    assert ended.status == 130
    assert json.loads(ended.out)["totals"]["not_run"] == 1
    assert ended.err.splitlines()[-1] == "interrupted"


@pytest.mark.parametrize("place", ["run_jobs", "reports.write", "runner.selection.read_all"])
def test_ctrl_c_at_another_moment_is_one_word(
    place: str, command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    if place != "run_jobs":
        monkeypatch.setattr(f"harness.{place}", interrupt)
    ended = command("run", SCENARIO, run=interrupt if place == "run_jobs" else None)
    assert ended.status == 130
    assert ended.err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in ended.err


def test_ctrl_c_while_the_servers_start_is_one_word(
    command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_command, "serve_until_stopped", raising(KeyboardInterrupt()))
    ended = command("serve")
    assert (ended.status, ended.out, ended.err) == (130, "", "interrupted\n")


def test_ctrl_c_while_the_command_loads_is_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupting(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "harness.commands.app", Interrupting("harness.commands.app"))
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "interrupted\n")


def test_an_error_in_a_group_is_its_one_line(command: Callable[..., Ended]) -> None:
    group = ExceptionGroup("a", [RuntimeError("b"), ExceptionGroup("c", [FileError("a.yaml:1:\nno good")])])
    ended = command("run", SCENARIO, run=raising(group))
    assert (ended.status, ended.out, ended.err) == (2, "", "harness: a.yaml:1: no good\n")


def test_a_group_of_other_errors_stays_what_it_is() -> None:
    group = ExceptionGroup("a", [ExceptionGroup("b", [RuntimeError("c")])])
    with pytest.raises(ExceptionGroup) as caught:
        one_of(group)
    assert caught.value is group


@pytest.mark.parametrize(
    ("given", "again"),
    [
        ("", "--seed 0 "),
        ("--seed 7 ", "--seed 7 "),
        ("--seed=7 ", "--seed=7 "),
        ("-- ", "--seed 0 -- "),
    ],
)
def test_the_command_that_repeats_a_run_names_its_seed_once(
    given: str, again: str, command: Callable[..., Ended]
) -> None:
    ended = command("run", *shlex.split(given), SCENARIO)
    assert _line(ended.out, "again") == f"harness run {again}{SCENARIO}"


def test_a_path_that_looks_like_an_option_is_no_seed(command: Callable[..., Ended], tmp_path: Path) -> None:
    folder = tmp_path / "a --seed b"
    folder.mkdir()
    (folder / "a.yaml").write_text("name: A\nsteps:\n  - arrive\n", encoding="utf-8")
    assert _line(command("run", "a --seed b").out, "again") == "harness run --seed 0 'a --seed b'"


def test_a_name_with_square_brackets_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=120)
    monkeypatch.setattr(progress, "Console", lambda **_options: console)
    result = ScenarioResult(name="A [/b] shop", file="a.yaml", tags=(), verdict="pass")
    with Progress(2) as bar:
        bar.done(Outcome(result=result))
    assert "A [/b] shop" in written.getvalue()


def test_a_name_with_a_word_between_colons_is_no_picture(command: Callable[..., Ended]) -> None:
    assert "pass  A :snake: B" in command("run", SCENARIO, run=ran("pass", name="A :snake: B")).err


def test_a_terminal_without_the_signs_is_no_reason_to_fail(
    command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii", write_through=True))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="ascii", write_through=True))
    ended = command("run", SCENARIO, run=ran("pass", name="Möwe 🐦"))
    assert ended.status == 0
    assert rb"M\xf6we \U0001f426" in err.getvalue()


def test_the_schema_is_json_whatever_the_terminals_encoding(
    command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii", write_through=True))
    monkeypatch.setattr(schema_command, "scenario_schema", lambda *_arguments: {"title": "Möwe"})
    assert command("schema").status == 0
    assert json.loads(out.getvalue()) == {"title": "Möwe"}


@pytest.mark.parametrize("option", ["--list", "--dry-run"])
def test_only_a_run_makes_the_folders_of_its_reports(
    option: str, command: Callable[..., Ended], tmp_path: Path
) -> None:
    report = ("--report", "html=out/deep/report.html")
    assert command("run", SCENARIO, *report, option).status == 0
    assert not (tmp_path / "out").exists()
    assert command("run", SCENARIO, *report).status == 0
    assert (tmp_path / "out" / "deep" / "report.html").is_file()


def test_the_folders_of_reports_are_there_before_the_run(command: Callable[..., Ended], tmp_path: Path) -> None:
    async def look(*_arguments: object, **_options: object) -> RunResult:
        assert (tmp_path / "out").is_dir()
        raise HarnessError("seen")

    assert command("run", SCENARIO, "--report", "json=out/report.json", run=look).err == "harness: seen\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", ""), "an empty path"),
        (("run", SCENARIO, "--artifacts", ""), "an empty path"),
        (("run", SCENARIO, "--tag", ""), "--tag: nothing stands behind it"),
        (("run", SCENARIO, "--name", ""), "--name: nothing stands behind it"),
        (("run", SCENARIO, "--report", "text", "--report", "json"), "text and json would both go to standard output"),
        (("judge", "no.ndjson", "--report", "json", "--report", "junit"), "json and junit would both go to standard"),
        (("run", "a" * 300), "File name too long"),
        (("run", SCENARIO, "--report", "json=" + "a" * 300), "File name too long"),
        (("run", SCENARIO, "--artifacts", "a" * 300), "File name too long"),
        (("run", SCENARIO, "--tracker", "a" * 300), "File name too long"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: tuple[str, ...], words: str, command: Callable[..., Ended]) -> None:
    ended = command(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("option", ["--timeout", "--slow-mo"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e9"])
def test_a_time_without_an_end_is_refused(option: str, value: str, command: Callable[..., Ended]) -> None:
    ended = command("run", SCENARIO, f"{option}={value}")
    assert ended.status == 2
    assert option in ended.err


def _line(report: str, word: str) -> str:
    """What stands behind a word of the text report."""
    return next(line for line in report.splitlines() if line.startswith(word)).removeprefix(word).strip()


def mutation_score(*outcomes: str) -> Any:
    """In place of the sabotage: copies of the run that came out so."""

    def with_mutation_score(result: RunResult, *_arguments: object, **_options: object) -> RunResult:
        about = {"sabotage": "", "what": "", "scenario": "", "file": "", "step": 1, "line": 1, "event": "", "field": ""}
        return replace(
            result,
            mutation_score=MutationScore(trials=tuple(MutantResult(**about, outcome=outcome) for outcome in outcomes)),
        )

    return with_mutation_score


@pytest.mark.parametrize(("least", "status"), [("66", 0), ("67", 1)])
def test_a_score_below_the_least_ends_with_1(
    least: str, status: int, command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_command, "proved", mutation_score("failed", "warned", "passed"))
    ended = command("run", SCENARIO, "--min-score", least)
    assert ended.status == status
    assert ("66.7 % was noticed; --min-score asks for 67 %" in ended.err) == bool(status)


def test_a_least_score_without_sabotage_is_bad_usage(command: Callable[..., Ended]) -> None:
    ended = command("run", SCENARIO, "--min-score", "95", "--sabotage", "off")
    assert ended.status == 2
    assert "--min-score: there is no score with --sabotage off" in ended.err


def test_explain_before_any_run_says_so(command: Callable[..., Ended]) -> None:
    ended = command("explain", "1")
    assert ended.status == 2
    assert "explain: no run was made in this folder before" in ended.err


def test_a_run_without_recordings_leaves_no_survivors_of_the_one_before(command: Callable[..., Ended]) -> None:
    command("run", SCENARIO, run=ran("fail"))
    assert "nothing passed, or no run was proved" in command("explain", "1").err
