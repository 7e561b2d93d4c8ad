"""The pages of the documentation, their samples, and the commands in them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from ruamel.yaml import YAML

from harness.commands.app import application
from support.command import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND: Any = typer.main.get_command(application())
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAMS = ("harness", ".venv/bin/harness")
_VARIABLE = re.compile(r"\$\{\{.*?\}\}|\$\w+")


def blocks(page: Path, language: str) -> list[str]:
    """The samples of a page in this language."""
    return [text for name, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


def ci_sample(name: str) -> str:
    """The workflow or script under this heading of docs/ci.md."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    [(_language, text)] = _BLOCK.findall(page.partition(f"\n## {name}\n")[2].partition("\n## ")[0])
    return str(text)


def workflow(name: str) -> dict[str, Any]:
    """The workflow under this heading of docs/ci.md, as data."""
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(ci_sample(name))
    return loaded


def scripts(part: Any) -> Iterator[str]:
    """Every command of a part of a workflow."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from [value] if key == "run" else value if key == "script" else scripts(value)
    elif isinstance(part, list):
        for item in part:
            yield from scripts(item)


def commands() -> list[tuple[str, str]]:
    """Each `harness` command in the documentation, after the name of its page."""
    found = [(page.name, line) for page in PAGES for text in blocks(page, "console") for line in text.splitlines()]
    found += [("ci.md", line) for name in ("GitHub", "GitLab") for line in scripts(workflow(name))]
    found += [("ci.md", line.removeprefix("timeout 900 ")) for line in ci_sample("A container").splitlines()]
    pairs = [(page, line) for page, line in found if line.split(" ")[0] in _PROGRAMS]
    return list(dict.fromkeys(pairs))


def parsed(line: str) -> dict[str, Any]:
    """The parameters of a command, parsed by the real command line without running it."""
    _program, *words = shlex.split(re.sub(r" [<>] \S+", "", _VARIABLE.sub("1", line)), comments=True)
    command = COMMAND
    context = command.make_context("harness", list(words))
    while hasattr(command, "commands"):
        name, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, list(words), parent=context)
    params: dict[str, Any] = context.params
    return params
