"""The documentation: what it prints can be typed, and its workflows are what they say."""

import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML

from harness import reports
from harness.commands.app import application
from harness.findings import CODES
from harness.protocol import get
from harness.scenario.parser import parse_scenario
from harness.scenario.store_options import read_store_options
from harness.scenario.target import built_in

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FOR_PEOPLE = ("qa", "integrators", "ci")
COMMAND = typer.main.get_command(application())
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAMS = ("harness", ".venv/bin/harness")
_VARIABLE = re.compile(r"\$\{\{.*?\}\}|\$\w+")


def blocks(page: Path, language: str) -> list[str]:
    return [text for name, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


def workflow(name: str) -> dict[str, Any]:
    """The workflow under that heading of ci.md."""
    section = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    [(_language, text)] = _BLOCK.findall(section)
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return loaded


def scripts(part: Any) -> Iterator[str]:
    """Every command of a workflow."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from [value] if key == "run" else value if key == "script" else scripts(value)
    elif isinstance(part, list):
        for item in part:
            yield from scripts(item)


def commands() -> list[tuple[str, str]]:
    """Each command of ours in the documentation, and the page where it stands."""
    found = [(page.name, line) for page in PAGES for text in blocks(page, "console") for line in text.splitlines()]
    found += [("ci.md", line) for name in ("GitHub", "GitLab") for line in scripts(workflow(name))]
    pairs = [(page, line) for page, line in found if line.split(" ")[0] in _PROGRAMS]
    return list(dict.fromkeys(pairs))


def parsed(line: str) -> dict[str, Any]:
    """The parameters of a command, as the command line itself reads them. Nothing is run."""
    _program, *words = shlex.split(re.sub(r" < \S+", "", _VARIABLE.sub("1", line)), comments=True)
    command: Any = COMMAND
    context = command.make_context("harness", list(words))
    while hasattr(command, "commands"):
        name, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, list(words), parent=context)
    params: dict[str, Any] = context.params
    return params


@pytest.mark.parametrize(("where", "line"), commands(), ids=lambda part: part)
def test_a_command_is_taken_as_it_is_printed(where: str, line: str) -> None:
    params = parsed(line)
    reports.check(params.get("report") or [])
    if isinstance(params.get("store"), list):
        read_store_options(params["store"])


@pytest.mark.parametrize("line", ["harness run --shrad 1/2", "harness check", "harness report merge", "harness rnu"])
def test_a_command_that_is_none_is_noticed(line: str) -> None:
    with pytest.raises(Exception, match=r"(?i)no such|missing"):
        parsed(line)


def test_there_are_commands() -> None:
    assert {page for page, _line in commands()} >= {"README.md", "qa.md", "integrators.md", "ci.md"}
    assert len(commands()) > 40


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_page_is_short_and_opens_with_the_command_that_does_the_job(name: str) -> None:
    lines = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[1:3] == ["", "```console"]
    assert lines[3].startswith("harness ")
    assert len(lines) <= 130


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_yaml_block_is_yaml_and_every_scenario_a_scenario(file: Path) -> None:
    for text in blocks(file, "yaml"):
        loaded = YAML(typ="safe", pure=True).load(text)
        if "steps" in loaded:
            parse_scenario(text, file=file.name, target=built_in(), protocol=get())


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_link_to_a_file_leads_to_one(file: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", file.read_text(encoding="utf-8"))
    assert [link for link in links if not (file.parent / link).is_file()] == []


def test_the_codes_that_integrators_read_of_are_codes() -> None:
    text = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)
    assert listed
    assert set(listed) <= set(CODES)


def test_the_github_workflow_runs_every_part_once_and_merges_what_they_leave() -> None:
    jobs = workflow("GitHub")["jobs"]
    shards = jobs["scenarios"]["strategy"]["matrix"]["shard"]
    [run] = [line for line in scripts(jobs["scenarios"]) if line.startswith("harness run")]
    [merge] = [line for line in scripts(jobs["report"]) if line.startswith("harness report")]
    assert re.search(r"--shard \$\{\{ matrix\.shard \}\}/(\d+)", run)[1] == str(len(shards))  # type: ignore[index]
    assert shards == list(range(1, len(shards) + 1))
    assert jobs["report"]["needs"] == "scenarios"
    assert_merged(run, merge)


def test_the_gitlab_workflow_runs_every_part_once_and_merges_what_they_leave() -> None:
    jobs = workflow("GitLab")
    [run] = [line for line in scripts(jobs["scenarios"]) if line.startswith("harness run")]
    [merge] = [line for line in scripts(jobs["report"]) if line.startswith("harness report")]
    assert "--shard $CI_NODE_INDEX/$CI_NODE_TOTAL" in run
    assert jobs["scenarios"]["parallel"] > 1
    assert jobs["report"]["needs"] == ["scenarios"]
    assert fnmatch(parsed(run)["report"][1].partition("=")[2], jobs["scenarios"]["artifacts"]["reports"]["junit"])
    assert_merged(run, merge)


def assert_merged(run: str, merge: str) -> None:
    """The report of a part is where the parts are looked for, in what is handed on."""
    [part] = [spec.partition("=")[2] for spec in parsed(run)["report"] if spec.startswith("json=")]
    [pattern] = parsed(merge)["files"]
    assert fnmatch(part, str(pattern))
    assert Path(part).parent == parsed(run)["artifacts"] == Path("out")
