"""The pytest plugin: fixtures that extend pytest-playwright's `page`, and scenario files as tests.

The plugin imports the rest of the harness only when a test needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.pytest_plugin.captured_beacons import Beacons
    from harness.pytest_plugin.session import PluginSession
    from harness.pytest_plugin.store import FakeStore

__all__ = ["Beacons", "FakeStore"]

FOLDERS, TARGET, TRACKER = "harness_scenarios", "harness_target", "harness_tracker"
STORE, TIMEOUT, STRICT = "harness_store", "harness_timeout", "harness_strict"
STORE_URL = "harness_store_url"
"""The fixture that a user overrides for a store whose address is not known before the test."""
KINDS = ("invalid", "unexpected")
"""The kinds of beacons that `allow_beacons` can allow."""

_PLAYWRIGHT = "pytest_playwright.pytest_playwright"
_BROWSERS = "tracker-harness-browsers"
_SESSION = pytest.StashKey["PluginSession"]()
_BEACONS = pytest.StashKey["Beacons"]()
_FAILED = pytest.StashKey[bool]()
_LAZY = {"Beacons": "harness.pytest_plugin.captured_beacons", "FakeStore": "harness.pytest_plugin.store"}


def __getattr__(name: str) -> object:
    """The types of the fixtures, for annotations; they are imported on first use."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_LAZY[name]), name)
    return value


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of the ini file; `-o NAME=VALUE` sets one for a run."""
    parser.addini(FOLDERS, "folders with scenario files; each YAML file is a test", type="paths", default=[])
    parser.addini(TARGET, "the target file of your store; default: the built-in store", type="paths", default=[])
    parser.addini(TRACKER, "your tracker script; default: the built-in tracker", type="paths", default=[])
    about_store = "options of the built-in store, as KEY=VALUE; a test's own options override them"
    parser.addini(STORE, about_store, type="args", default=[])
    parser.addini(TIMEOUT, "the maximum wait for expected events, in seconds", default="5")
    parser.addini(STRICT, "fail tests for warnings about beacons, too", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Check the settings, register the markers, and extend pytest-playwright if it is active."""
    for folder in config.getini(FOLDERS):
        if not folder.is_dir():
            raise pytest.UsageError(f"{FOLDERS}: {folder} is no folder; name the folders of your scenario files")
    try:
        config.getini(STRICT)
    except ValueError as error:
        raise pytest.UsageError(f"{STRICT} must be true or false: {error}") from error
    config.addinivalue_line("markers", "fakestore(**options): start the built-in store with these options")
    config.addinivalue_line(
        "markers", "allow_beacons(*kinds): allow 'invalid' or 'unexpected' beacons, or both if no kind is given"
    )
    module = sys.modules.get(_PLAYWRIGHT)
    if module is not None and config.pluginmanager.is_registered(module):
        from harness.pytest_plugin import browser_launch as browsers

        config.pluginmanager.register(browsers, _BROWSERS)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect YAML files in the configured folders as scenarios."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    if not any(file_path.is_relative_to(folder) for folder in parent.config.getini(FOLDERS)):
        return None
    from harness.pytest_plugin.items import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Set up the store of a test first, before fixtures that create browser contexts."""
    names: list[str] = getattr(item, "fixturenames", [])
    if "fakestore" in names:
        names.remove("fakestore")
        names.insert(0, "fakestore")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Check the beacons of a passed test, while its pages are still open."""
    beacons = item.stash.get(_BEACONS, None)
    try:
        if beacons is not None and not item.stash[_FAILED]:
            beacons.check()
    finally:
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the captured beacons to the report of a failed test that uses the fixture."""
    report = yield
    beacons = item.stash.get(_BEACONS, None)
    if beacons is not None:
        if call.when == "call":
            item.stash[_FAILED] = not report.passed
        if report.failed:
            report.sections.append(("beacons", beacons.summary()))
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers and the browser."""
    session = config.stash.get(_SESSION, None)
    if session is not None:
        del config.stash[_SESSION]
        session.close()


@pytest.fixture
def harness_store_url() -> str | None:
    """The address of your store; override it if only a fixture knows it, such as pytest-django's `live_server`."""
    return None


@pytest.fixture
def fakestore(request: pytest.FixtureRequest, harness_store_url: str | None) -> Iterator[FakeStore]:
    """The built-in store with a collector, for this test only: `fakestore.url`, `fakestore.page("cart")`, `fakestore.ledger`.

    The `page` of pytest-playwright in the same test can open it.
    """
    from harness.pytest_plugin.store import open_store

    marker = request.node.get_closest_marker("fakestore")
    with open_store(session_of(request.config), request.node.nodeid, marker, url=harness_store_url) as store:
        yield store


@pytest.fixture
def beacons(request: pytest.FixtureRequest, fakestore: FakeStore) -> Iterator[Beacons]:
    """The tracker's beacons in this test: `beacons.expect("…", field=value)` waits for an event.

    If the test passes, invalid and unexpected beacons are an error at teardown, unless `allow_beacons` allows them.
    """
    from harness.pytest_plugin.captured_beacons import Beacons, allowed_kinds

    allow = allowed_kinds(request.node.get_closest_marker("allow_beacons"))
    beacons = request.node.stash[_BEACONS] = Beacons(store=fakestore, allow=allow)
    request.node.stash[_FAILED] = True
    yield beacons
    del request.node.stash[_BEACONS]


def session_of(config: pytest.Config) -> PluginSession:
    """The shared resources of this process; started on first use."""
    from harness.pytest_plugin.session import PluginSession

    if _SESSION not in config.stash:
        config.stash[_SESSION] = PluginSession(config)
    return config.stash[_SESSION]
