"""Run pytest as a user does, with the plugin, in a new folder."""

import os
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from support.command import Ended, ended

PLUGIN = "tracker-harness"


@dataclass(frozen=True)
class Outcome:
    """The outcome of one test: `passed`, `failed` in the test, or `error` in a fixture; and the message."""

    outcome: str
    message: str = ""

    @property
    def codes(self) -> list[str]:
        """The codes of the findings in the message."""
        return re.findall(r"^(?:E +Failed: )?(?:error|warning|note) ([a-z-]+): ", self.message, re.MULTILINE)


def pytest_in(folder: Path, *arguments: str | Path, add: str = "") -> Ended:
    """Run pytest in a folder, with options to `add`. The plugin is named if the installed package does not register it."""
    plugin = "" if PLUGIN in entry_points(group="pytest11").names else "-p harness.pytest_plugin"
    environment = {**os.environ, "PYTEST_ADDOPTS": f"{plugin} {add} --junitxml junit.xml"}
    return ended([sys.executable, "-m", "pytest", *map(str, arguments)], cwd=folder, env=environment)


@dataclass(frozen=True)
class Ran:
    """A run of pytest: the outcome of each test by name, the output, and the folder."""

    outcomes: dict[str, Outcome]
    out: str
    folder: Path

    def __getitem__(self, name: str) -> Outcome:
        return self.outcomes.get(name) or self.outcomes[f"{name}[chromium]"]


def run_tests(folder: Path, *arguments: str | Path, add: str = "") -> Ran:
    """Run the tests in a folder."""
    run = pytest_in(folder, *arguments, add=add)
    assert run.status in (0, 1), run.out + run.err
    found: dict[str, Outcome] = {}
    for case in ET.parse(folder / "junit.xml").iter("testcase"):
        failure = next((part for part in case if part.tag in ("failure", "error")), None)
        name = str(case.get("name"))
        if failure is not None:
            found[name] = Outcome("failed" if failure.tag == "failure" else "error", failure.text or "")
        found.setdefault(name, Outcome("passed"))
    return Ran(found, run.out, folder)


def write(folder: Path, **files: str) -> Path:
    """Write a Python file for each name, and return the folder."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder
