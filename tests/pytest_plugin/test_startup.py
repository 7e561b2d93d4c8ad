"""The start of the pytest plugin: loaded modules, collected scenarios, invalid settings."""

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.errors import HarnessError
from harness.pytest_plugin import pytest_configure
from harness.pytest_plugin.session import PluginSession

PLUGIN = "tracker-harness"
SCENARIO = "name: {}\ntags: [{}]\nsteps:\n  - arrive\n"


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder with this plugin and without pytest-playwright."""
    plugin = [] if PLUGIN in entry_points(group="pytest11").names else ["-p", "harness.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-p", "no:playwright", *plugin, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=120, check=False)


def scenario(folder: Path, name: str, tag: str = "smoke") -> None:
    (folder / f"{name}.yaml").write_text(SCENARIO.format(name, tag), encoding="utf-8")


def test_slow_modules_are_not_loaded_for_tests_without_the_fixtures(tmp_path: Path) -> None:
    names = "'aiohttp', 'playwright', 'jsonschema', 'jinja2', 'ruamel', 'trustme', 'harness.runner.runner'"
    test = f"import sys\n\ndef test_modules():\n    assert not {{{names}}} & set(sys.modules)\n"
    (tmp_path / "test_modules.py").write_text(test, encoding="utf-8")
    scenario(tmp_path, "not collected, as no folder is configured")
    ran = run_pytest(tmp_path, "-p", "no:faker", "-W", "error")
    assert "1 passed" in ran.stdout, ran.stdout


def test_the_fixtures_and_their_types_are_available_without_pytest_playwright(tmp_path: Path) -> None:
    types = "from harness.pytest_plugin import Beacons, FakeStore\n"
    test = "def test_ledger(fakestore: FakeStore, beacons: Beacons):\n    assert fakestore.ledger == beacons.events == ()\n"
    (tmp_path / "conftest.py").write_text(types, encoding="utf-8")
    (tmp_path / "test_ledger.py").write_text(f"{types}\n{test}", encoding="utf-8")
    ran = run_pytest(tmp_path, "-W", "error")
    assert "1 passed" in ran.stdout, ran.stdout


def test_tags_are_marks_and_an_invalid_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    for name, tag in (("One", "smoke"), ("Two", "slow"), ("Three", "skip")):
        scenario(tmp_path / "scenarios", name, tag)
    scenario(tmp_path, "Elsewhere")
    (tmp_path / "scenarios" / "wrong.yaml").write_text("name: Wrong\nsteps:\n  - arive\n", encoding="utf-8")
    settings = ("-o", "harness_scenarios=scenarios", "--strict-markers", "--collect-only", "-q", "-m", "smoke")
    output = run_pytest(tmp_path, *settings).stdout
    assert output.split()[0] == "scenarios/One.yaml::One"
    assert "1/3 tests collected (2 deselected), 1 error" in output
    assert 'wrong.yaml:3: no such action "arive"; did you mean "arrive"?' in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"harness_timeout": "soon"}, "harness_timeout must be a number of seconds from 0.1 to 3600, not 'soon'"),
        ({"harness_store": ["bakend=v2"]}, 'harness_store: no such option "bakend"; did you mean "backend"?'),
        ({"harness_tracker": [Path("missing.js")]}, "missing.js: no such file or folder"),
        ({"harness_tracker": [Path("one"), Path("two")]}, "harness_tracker must be one file, not 2"),
    ],
)
def test_an_invalid_setting_is_reported(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(HarnessError, match=re.escape(message)):
        _options = PluginSession(configured(settings)).options


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"harness_scenarios": [Path("scenarois")]}, "harness_scenarios: scenarois is no folder"),
        ({"harness_strict": ValueError("invalid truth value 'maybe'")}, "harness_strict must be true or false"),
    ],
)
def test_an_invalid_setting_stops_the_run(setting: dict[str, Any], message: str) -> None:
    def getini(name: str) -> Any:
        value = {"harness_scenarios": [], "harness_strict": False, **setting}[name]
        if isinstance(value, Exception):
            raise value
        return value

    with pytest.raises(pytest.UsageError, match=message):
        pytest_configure(cast(pytest.Config, SimpleNamespace(getini=getini)))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("shop", 'harness_store_url: "url" must be like https://shop.example, not "shop"'),
        ("http://localhost:1/path", 'move the path of "http://localhost:1/path" to "pages"'),
        (5, "harness_store_url must return the URL of a store as text, not int"),
    ],
)
def test_an_invalid_address_of_the_store_is_reported(url: Any, message: str) -> None:
    with pytest.raises(HarnessError, match=re.escape(message)):
        PluginSession(configured({"harness_target": []})).target_at(url)


def test_the_address_of_a_store_overrides_that_of_the_target(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("name: Shop\nurl: https://shop.example\npages: {cart: /basket}\nactions: {}\n", encoding="utf-8")
    target = PluginSession(configured({"harness_target": [file]})).target_at("http://localhost:8123")
    assert (target.name, target.address("cart")) == ("Shop", "http://localhost:8123/basket")
    plain = PluginSession(configured({"harness_target": []})).target_at("http://localhost:8123")
    assert (plain.hosts, plain.is_built_in, plain.ledger) == (("localhost",), False, None)


def test_scenarios_need_chromium() -> None:
    with pytest.raises(HarnessError, match="--browser firefox: scenario files need chromium"):
        _runner = PluginSession(configured({}, browser=["firefox"])).open_runner


def configured(settings: dict[str, Any], **options: Any) -> pytest.Config:
    """A configuration with these settings and options, and the defaults of the others."""
    defaults = {"harness_timeout": "5", "harness_strict": False, "harness_tracker": [], "harness_store": []}
    config = SimpleNamespace(
        getini={**defaults, **settings}.__getitem__, getoption=lambda name, default: options.get(name, default)
    )
    return cast(pytest.Config, config)
