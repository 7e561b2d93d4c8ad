"""The command line around a run: stderr, exit status and repeat command. No test in this file starts a browser."""

import io
import json
import logging
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from rich.console import Console
from support.command import Ended, call

from harness import __main__
from harness.commands import app as cli
from harness.commands import progress
from harness.commands import run as run_command
from harness.commands import schema as schema_command
from harness.commands import serve as serve_command
from harness.commands.progress import Progress
from harness.errors import FileError, HarnessError, UsageError, first_error
from harness.protocol import get as get_protocol
from harness.results import MutantResult, MutationScore, RunResult, ScenarioResult, Verdict
from harness.runner.jobs import Job, Outcome
from harness.scenario.target import built_in

SCENARIO = str(Path(__file__).parents[2] / "scenarios" / "smoke" / "look-around.yaml")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """`harness ARGUMENTS…` in an empty folder; `run` replaces the part with the browser."""

    def call_with(*arguments: str, run: Any = None, encoding: str = "utf-8") -> Ended:
        monkeypatch.setattr(run_command, "run_jobs", run or ran())
        return call(*arguments, cwd=tmp_path, encoding=encoding, scored=True)

    return call_with


def ran(*verdicts: Verdict, name: str = "A", **changes: Any) -> Any:
    """A run with these verdicts."""

    async def run_jobs(_jobs: Sequence[Job], *, on_done: Callable[[Outcome], None], **_rest: object) -> RunResult:
        scenarios = tuple(
            ScenarioResult(name=name, file="a.yaml", tags=(), verdict=verdict) for verdict in verdicts or ("pass",)
        )
        for scenario in scenarios:
            on_done(Outcome(result=scenario))
        return RunResult(seed=0, command="", duration_s=0.0, scenarios=scenarios, **changes)

    return run_jobs


def raising(error: BaseException) -> Any:
    """A run that raises this exception."""

    async def run_jobs(*_arguments: object, **_options: object) -> RunResult:
        raise error

    return run_jobs


def test_an_interrupted_run_is_reported_and_ends_with_130(command: Callable[..., Ended]) -> None:
    ended = command("run", SCENARIO, "--report", "json", run=ran("pass", "not-run", interrupted=True))
    assert ended.status == 130
    assert json.loads(ended.out)["totals"]["not_run"] == 1
    assert ended.err.splitlines()[-1] == "interrupted"


@pytest.mark.parametrize(("verdict", "status"), [("pass", 0), ("fail", 1), ("not-run", 2)])
def test_a_note_with_the_word_interrupted_does_not_change_the_exit_status(
    verdict: Verdict, status: int, command: Callable[..., Ended]
) -> None:
    notes = ("interrupted", 'the link "Uninterruptible power supply" was interrupted')
    assert command("run", SCENARIO, run=ran(verdict, notes=notes)).status == status


@pytest.mark.parametrize("place", ["run_jobs", "reports.write", "runner.selection.read_all"])
def test_ctrl_c_at_another_moment_prints_one_word(
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


def test_ctrl_c_while_the_servers_start_prints_one_word(
    command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_command, "serve_until_stopped", raising(KeyboardInterrupt()))
    assert command("serve") == Ended(130, "", "interrupted\n")


def test_ctrl_c_while_the_command_loads_prints_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupting(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "harness.commands.app", Interrupting("harness.commands.app"))
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "interrupted\n")


def test_an_error_in_a_group_is_printed_as_one_line(command: Callable[..., Ended]) -> None:
    group = ExceptionGroup("a", [RuntimeError("b"), ExceptionGroup("c", [FileError("a.yaml:1:\nno good")])])
    assert command("run", SCENARIO, run=raising(group)) == Ended(2, "", "harness: a.yaml:1: no good\n")


def test_a_group_without_a_harness_error_is_raised_unchanged() -> None:
    group = ExceptionGroup("a", [ExceptionGroup("b", [RuntimeError("c")])])
    with pytest.raises(ExceptionGroup) as caught:
        first_error(group)
    assert caught.value is group


def verbs() -> list[str]:
    """Every verb with its words on the command line."""
    return ["report merge" if name == "report" else name for name in cli.COMMANDS]


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_has_a_debug_option_and_documents_its_options(verb: str, command: Callable[..., Ended]) -> None:
    group = typer.main.get_command(cli.application([verb.split()[0]]))
    function: Any = group.commands[verb.split()[0]]  # type: ignore[attr-defined]
    function = function.commands["merge"] if verb == "report merge" else function
    assert "debug" in {parameter.name for parameter in function.params}
    assert [parameter.name for parameter in function.params if not parameter.help] == []
    assert "--debug" in command(*verb.split(), "--help").out


def test_debug_prints_the_traceback_with_its_causes_before_the_error(command: Callable[..., Ended]) -> None:
    error = UsageError("no such file")
    error.__cause__ = OSError("the cause")
    failing = partial(command, "run", SCENARIO, run=raising(ExceptionGroup("several", [error])))
    assert failing() == Ended(2, "", "harness: no such file\n")
    ended = failing("--debug")
    assert (ended.status, ended.out) == (2, "")
    *trace, last = ended.err.splitlines()
    assert last == "harness: no such file"
    assert "OSError: the cause" in "\n".join(trace)
    assert "direct cause" in "\n".join(trace)
    assert "raise error" in "\n".join(trace)


def test_debug_shows_the_cause_of_a_file_that_cannot_be_written(command: Callable[..., Ended], tmp_path: Path) -> None:
    recording = '{"steps": [{"type": "navigate", "url": "https://shop.test/fakewww/index.html"}]}'
    (tmp_path / "buy.json").write_text(recording, encoding="utf-8")
    ended = command("init", "--from", "buy.json", "--output", "no/such.yaml", "--debug")
    assert "FileNotFoundError: [Errno 2]" in ended.err
    assert ended.err.splitlines()[-1] == "harness: no/such.yaml: cannot be written: No such file or directory"


def test_debug_prints_the_log_of_the_harness_only_then(command: Callable[..., Ended]) -> None:
    async def logging_run(*_arguments: object, **_options: object) -> RunResult:
        logging.getLogger("harness.runner.scenario_run").debug("arrive at home")
        raise HarnessError("the end")

    assert command("run", SCENARIO, run=logging_run).err == "harness: the end\n"
    assert " harness.runner.scenario_run: arrive at home\n" in command("run", SCENARIO, "--debug", run=logging_run).err


@pytest.mark.parametrize(
    ("given", "repeated"),
    [("", "--seed 0 "), ("--seed 7 ", "--seed 7 "), ("--seed=7 ", "--seed=7 "), ("-- ", "--seed 0 -- ")],
)
def test_the_command_that_repeats_a_run_contains_its_seed_once(
    given: str, repeated: str, command: Callable[..., Ended]
) -> None:
    ended = command("run", *shlex.split(given), SCENARIO)
    assert _line(ended.out, "repeat") == f"harness run {repeated}{SCENARIO}"


def test_a_path_that_contains_an_option_is_not_taken_for_the_seed(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    folder = tmp_path / "a --seed b"
    folder.mkdir()
    (folder / "a.yaml").write_text("name: A\nsteps:\n  - arrive\n", encoding="utf-8")
    assert _line(command("run", "a --seed b").out, "repeat") == "harness run --seed 0 'a --seed b'"


def test_square_brackets_in_a_name_are_not_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=120)
    monkeypatch.setattr(progress, "Console", lambda **_options: console)
    result = ScenarioResult(name="A [/b] shop", file="a.yaml", tags=(), verdict="pass")
    with Progress(2) as bar:
        bar.done(Outcome(result=result))
    assert "A [/b] shop" in written.getvalue()


def test_a_word_between_colons_in_a_name_is_not_an_emoji(command: Callable[..., Ended]) -> None:
    assert "pass  A :snake: B" in command("run", SCENARIO, run=ran("pass", name="A :snake: B")).err


def test_characters_that_the_terminal_cannot_show_are_escaped(command: Callable[..., Ended]) -> None:
    ended = command("run", SCENARIO, run=ran("pass", name="Möwe 🐦"), encoding="ascii")
    assert ended.status == 0
    assert r"M\xf6we \U0001f426" in ended.err


def test_the_schema_is_utf_8_whatever_the_encoding_of_the_terminal(
    command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_command, "scenario_schema", lambda *_arguments: {"title": "Möwe"})
    ended = command("schema", encoding="ascii")
    assert (ended.status, ended.report) == (0, {"title": "Möwe"})


def test_the_names_of_the_built_in_store_are_listed(command: Callable[..., Ended]) -> None:
    reference = schema_command.reference_of(built_in(), get_protocol())
    listed = command("schema", "--list").out
    lines = {line.strip() for line in listed.splitlines()}
    assert {"pageview", "/page_type", "/$wrapper/org", "order document", "/customer/email"} <= lines
    assert {"Kitchen", "Tumbler", "Blue Suede Shoes"} <= lines
    assert set(reference.events) == set(get_protocol().event_types)
    assert len(reference.documents) == len(get_protocol().document_types)
    assert {product for category in reference.categories for product in category.products} <= lines
    for pointers in (*reference.events.values(), *reference.documents.values()):
        assert set(pointers) <= lines


def test_the_names_of_another_store_are_those_of_its_target(command: Callable[..., Ended], tmp_path: Path) -> None:
    target = "name: B\nurl: https://b.example\nwords: {Tumbler: Mug}\nactions:\n  home:\n    do: [{click: .brand}]\n"
    (tmp_path / "b.yaml").write_text(target, encoding="utf-8")
    listed = command("schema", "--list", "--target", "b.yaml").out
    assert "  Tumbler: Mug\n" in listed
    assert "Blue Suede Shoes" not in listed


@pytest.mark.parametrize("option", ["--list", "--dry-run"])
def test_only_a_run_creates_the_folders_of_its_reports(
    option: str, command: Callable[..., Ended], tmp_path: Path
) -> None:
    report = ("--report", "html=out/deep/report.html")
    assert command("run", SCENARIO, *report, option).status == 0
    assert not (tmp_path / "out").exists()
    assert command("run", SCENARIO, *report).status == 0
    assert (tmp_path / "out" / "deep" / "report.html").is_file()


def test_the_folders_of_reports_are_created_before_the_run(command: Callable[..., Ended], tmp_path: Path) -> None:
    async def look(*_arguments: object, **_options: object) -> RunResult:
        assert (tmp_path / "out").is_dir()
        raise HarnessError("seen")

    assert command("run", SCENARIO, "--report", "json=out/report.json", run=look).err == "harness: seen\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", ""), "an empty path"),
        (("run", SCENARIO, "--artifacts", ""), "an empty path"),
        (("run", SCENARIO, "--tag", ""), "--tag: the value is empty; omit the option"),
        (("run", SCENARIO, "--name", ""), "--name: the value is empty; omit the option"),
        (
            ("run", SCENARIO, "--report", "text", "--report", "json"),
            "text and json have the same destination, standard output",
        ),
        (
            ("judge", "no.ndjson", "--report", "json", "--report", "junit"),
            "json and junit have the same destination, standard output",
        ),
        (("run", "a" * 300), "File name too long"),
        (("run", SCENARIO, "--report", "json=" + "a" * 300), "File name too long"),
        (("run", SCENARIO, "--artifacts", "a" * 300), "File name too long"),
        (("run", SCENARIO, "--tracker", "a" * 300), "File name too long"),
        (("serve", "--token", "secret"), '--token "secret" should be SITE=TOKEN'),
        (("serve", "--token", "=secret"), '--token "=secret" should be SITE=TOKEN'),
        (("serve", "--token", "1="), '--token "1=" should be SITE=TOKEN'),
        (("serve", "--store", "backend=v3"), '--store: "backend" cannot be "v3"; allowed: off, v1, v2'),
    ],
)
def test_bad_usage_is_one_line(arguments: tuple[str, ...], words: str, command: Callable[..., Ended]) -> None:
    ended = command(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("option", ["--timeout", "--slow-mo"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e9"])
def test_a_time_limit_must_be_finite(option: str, value: str, command: Callable[..., Ended]) -> None:
    ended = command("run", SCENARIO, f"{option}={value}")
    assert ended.status == 2
    assert option in ended.err


def _line(report: str, word: str) -> str:
    """The rest of the line that starts with this word in the text report."""
    return next(line for line in report.splitlines() if line.startswith(word)).removeprefix(word).strip()


def mutation_score(*outcomes: str) -> Any:
    """Replace the scoring: the run gets mutants with these outcomes."""

    def with_mutation_score(result: RunResult, *_arguments: object, **_options: object) -> RunResult:
        texts = dict.fromkeys(("mutation", "description", "scenario", "file", "event", "field"), "")
        mutants = tuple(MutantResult(**texts, step=1, line=1, outcome=outcome) for outcome in outcomes)  # type: ignore[arg-type]
        return replace(result, mutation_score=MutationScore(mutants=mutants))

    return with_mutation_score


@pytest.mark.parametrize(("minimum", "status"), [("66", 0), ("67", 1)])
def test_a_score_below_the_minimum_ends_with_1(
    minimum: str, status: int, command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_command, "with_mutation_score", mutation_score("failed", "warned", "passed"))
    ended = command("run", SCENARIO, "--min-score", minimum)
    assert ended.status == status
    assert ("mutation score: 66.7 % is below --min-score 67 %" in ended.err) == bool(status)


def test_min_score_without_mutants_is_bad_usage(command: Callable[..., Ended]) -> None:
    ended = command("run", SCENARIO, "--min-score", "95", "--mutants", "off")
    assert ended.status == 2
    assert "--min-score: with --mutants off there is no mutation score" in ended.err


def test_explain_before_any_run_says_so(command: Callable[..., Ended]) -> None:
    ended = command("explain", "1")
    assert ended.status == 2
    assert "explain: start `harness run` in this folder first" in ended.err


def test_a_run_without_recordings_removes_the_undetected_mutants_of_the_previous_one(
    command: Callable[..., Ended],
) -> None:
    command("run", SCENARIO, run=ran("fail"))
    assert "the last run has no undetected mutants" in command("explain", "1").err
