"""What others rely on: the names that may be imported, and the codes that the README lists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.findings import CODES

README = Path(__file__).parent.parent / "README.md"


def test_what_may_be_imported_is_this() -> None:
    data = [
        "Beacon",
        "CODES",
        "Event",
        "Finding",
        "HarnessError",
        "Recording",
        "RunResult",
        "ScenarioResult",
        "Severity",
    ]
    assert sorted(harness.__all__) == sorted([*data, "judge_recordings", "read_recording"])


@pytest.mark.parametrize("name", harness.__all__)
def test_every_name_that_may_be_imported_is_there(name: str) -> None:
    found = getattr(harness, name)
    assert name == "CODES" or name in (found.__name__, f"{found.__name__}_recording")


def test_a_name_that_is_not_there_is_told_as_always() -> None:
    with pytest.raises(AttributeError, match="module 'harness' has no attribute 'nothing'"):
        _missing = harness.nothing


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, harness; print(*(name for name in ('aiohttp', 'playwright', 'rich', 'faker') if name in sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8").stdout
    assert said.strip() == ""


def test_the_readme_lists_every_code() -> None:
    section = README.read_text(encoding="utf-8").partition("\n## Codes\n")[2].partition("\n## ")[0]
    listed = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", section, re.MULTILINE))
    table = "\n".join(f"| `{code}` | {about} |" for code, about in CODES.items())
    assert listed == CODES, f"stale; the table in README.md is\n{table}"
