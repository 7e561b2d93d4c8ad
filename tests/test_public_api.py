"""The public interface: the names to import, and the documented finding codes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.findings import CODES

FINDING_CODES = Path(__file__).parent.parent / "docs" / "finding-codes.md"


def test_the_public_names() -> None:
    verdicts = ["CODES", "Beacon", "Event", "Finding", "HarnessError", "RunResult", "ScenarioResult", "Severity"]
    recordings, fixtures = ["Recording", "judge_recordings", "read_recording"], ["Beacons", "FakeStore"]
    assert sorted(harness.__all__) == sorted([*verdicts, *recordings, *fixtures])


@pytest.mark.parametrize("name", harness.__all__)
def test_each_public_name_can_be_imported(name: str) -> None:
    found = getattr(harness, name)
    assert name == "CODES" or name in (found.__name__, f"{found.__name__}_recording")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'harness' has no attribute 'nothing'"):
        _missing = harness.nothing


def test_importing_the_package_loads_no_slow_module() -> None:
    code = "import sys, harness; print(*(name for name in ('aiohttp', 'playwright', 'rich', 'faker') if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8").stdout
    assert loaded.strip() == ""


def test_the_documentation_lists_each_code() -> None:
    listed = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", FINDING_CODES.read_text(encoding="utf-8"), re.MULTILINE))
    table = "\n".join(f"| `{code}` | {about} |" for code, about in CODES.items())
    assert listed == CODES, f"stale; the table in docs/finding-codes.md is\n{table}"
