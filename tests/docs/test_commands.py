"""The commands in the documentation: each is valid, and each verb is documented."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from support.broken_trackers import SOURCE
from support.command import ROOT, call
from support.documentation import COMMAND, PAGES, blocks, commands, parsed

from fakewww.__main__ import parser as store_parser
from harness import reports
from harness.scenario.store_options import read_store_options


def other_commands() -> list[str]:
    """The lines of the console samples that are no commands of the harness."""
    lines = [line for page in PAGES for text in blocks(page, "console") for line in text.splitlines()]
    return list(dict.fromkeys(line for line in lines if not line.startswith("harness ")))


WITHOUT_BROWSER = ("--list", "--dry-run", "schema", "check docs/samples", "init --from")
"""Parts of the commands that are run: they need no browser, and files that every folder can have."""


@pytest.mark.parametrize(("where", "line"), commands(), ids=lambda part: part)
def test_a_command_is_valid(where: str, line: str) -> None:
    params = parsed(line)
    reports.check(params.get("report") or [])
    if isinstance(params.get("store"), list):
        read_store_options(params["store"])


@pytest.mark.parametrize("line", ["harness run --shrad 1/2", "harness check", "harness report merge", "harness rnu"])
def test_an_invalid_command_is_detected(line: str) -> None:
    with pytest.raises(Exception, match=r"(?i)no such|missing"):
        parsed(line)


def test_the_pages_contain_commands() -> None:
    assert {page for page, _line in commands()} >= {"README.md", "qa.md", "integrators.md", "ci.md", "commands.md"}
    assert len(commands()) > 60


def _verbs(command: object = COMMAND, prefix: str = "") -> list[str]:
    """Each verb, as it is typed."""
    verbs = []
    for name, each in getattr(command, "commands", {}).items():
        verbs += _verbs(each, f"{prefix}{name} ") or [f"{prefix}{name}"]
    return verbs


def test_each_verb_has_a_row_in_the_page_of_commands() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([a-z ]+)` \|", page, re.MULTILINE)) == sorted(_verbs())


def test_each_option_in_a_row_of_the_page_of_commands_exists() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for verb, row in re.findall(r"^\| `([a-z ]+)` (\|.*)$", page, re.MULTILINE):
        command = COMMAND
        for name in verb.split():
            command = command.commands[name]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert set(re.findall(r"`(--[a-z-]+)`", row)) <= known, verb


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that commands name."""
    folder = tmp_path_factory.mktemp("commands")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    shutil.copytree(ROOT / "docs" / "samples", folder / "docs" / "samples")
    for name in ("store.yaml", "shop.yaml"):
        shutil.copy(ROOT / "fakewww" / "target.yaml", folder / name)
    shutil.copy(ROOT / "tests" / "e2e" / "recordings" / "buy.json", folder / "recording.json")
    (folder / "my-tracker.js").write_text(SOURCE, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "line",
    dict.fromkeys(
        line for _page, line in commands() if any(part in line for part in WITHOUT_BROWSER) and "<" not in line
    ),
)
def test_a_command_without_a_browser_runs(line: str, folder: Path) -> None:
    ended = call(*shlex.split(re.sub(r" > \S+", "", line), comments=True)[1:], cwd=folder)
    assert ended.status == 0, ended.out + ended.err


def test_the_number_of_tracker_mutants_is_that_of_the_command() -> None:
    page = (ROOT / "docs" / "mutation-score.md").read_text(encoding="utf-8")
    assert re.findall(r"\[(\d+) ways\]", page) == [str(len(call("mutate", "--list").out.splitlines()))]


def test_the_pytest_page_lists_every_setting() -> None:
    source = (ROOT / "harness" / "pytest_plugin" / "__init__.py").read_text(encoding="utf-8")
    settings = set(re.findall(r'"(harness_\w+)"', source))
    page = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(harness_\w+)` \|", page, re.MULTILINE)) == settings


@pytest.mark.parametrize("line", [line for line in other_commands() if line.startswith("python -m fakewww")])
def test_a_command_of_the_built_in_store_is_valid(line: str) -> None:
    store_parser().parse_args(shlex.split(line)[3:])


def test_each_script_in_the_pages_exists() -> None:
    scripts = {line.split()[1] for line in other_commands() if re.match(r"python \w+/", line)}
    assert scripts >= {"tests/corpus/corpus.py", "tests/support/reference_tables.py"}
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


@pytest.mark.parametrize("line", [line for line in other_commands() if re.match(r"pytest tests", line)])
def test_each_path_of_a_pytest_command_exists(line: str) -> None:
    assert (ROOT / line.split()[1]).exists()


def test_make_targets_in_the_pages_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    printed = {
        word
        for page in PAGES
        for text in blocks(page, "console")
        for word in re.findall(r"^make (\w+)", text, re.MULTILINE)
    }
    assert printed
    assert printed <= targets
