"""The pytest plugin: fixtures beside pytest-playwright's `page`, and scenario files as tests.

Nothing of the harness but this is loaded before a test asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.pytest_plugin.captured_beacons import Beacons
    from harness.pytest_plugin.session import Shared
    from harness.pytest_plugin.store import FakeStore

FOLDERS, TARGET, TRACKER, STORE, TIMEOUT, STRICT = (
    "harness_scenarios",
    "harness_target",
    "harness_tracker",
    "harness_store",
    "harness_timeout",
    "harness_strict",
)
KINDS = ("invalid", "unexpected")
"""What `allow_beacons` can let pass."""

_PLAYWRIGHT = "pytest_playwright.pytest_playwright"
_BROWSERS = "tracker-harness-browsers"
_SHARED = pytest.StashKey["Shared"]()
_BEACONS = pytest.StashKey["Beacons"]()
_FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings, all of them in the ini file; `-o NAME=VALUE` sets one for a run."""
    parser.addini(FOLDERS, "folders whose YAML files are scenarios, each a test", type="paths", default=[])
    parser.addini(TARGET, "the target file of a store of yours, in place of the built-in one", type="paths", default=[])
    parser.addini(TRACKER, "serve this script in place of the built-in tracker", type="paths", default=[])
    parser.addini(STORE, "switches of the built-in store, KEY=VALUE, for tests that set none", type="args", default=[])
    parser.addini(TIMEOUT, "how long to wait for events that are due, in seconds", default="5")
    parser.addini(STRICT, "warnings about beacons fail, too", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Say which markers there are, and reach into pytest-playwright where it is at work."""
    config.addinivalue_line("markers", "fakestore(**switches): open the built-in store with these switches")
    config.addinivalue_line(
        "markers", "allow_beacons(*kinds): let 'invalid' or 'unexpected' beacons pass; without a kind, both"
    )
    module = sys.modules.get(_PLAYWRIGHT)
    if module is not None and config.pluginmanager.is_registered(module):
        from harness.pytest_plugin import browser_contexts as browsers

        config.pluginmanager.register(browsers, _BROWSERS)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A YAML file at or under one of the folders is a scenario."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    if not any(file_path.is_relative_to(folder) for folder in parent.config.getini(FOLDERS)):
        return None
    from harness.pytest_plugin.items import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what arrived, where a test fails that asked for it."""
    report = yield
    beacons = item.stash.get(_BEACONS, None)
    if beacons is not None:
        if call.when == "call":
            item.stash[_FAILED] = not report.passed
        if report.failed:
            report.sections.append(("beacons", beacons.told()))
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    shared = config.stash.get(_SHARED, None)
    if shared is not None:
        del config.stash[_SHARED]
        shared.close()


@pytest.fixture
def fakestore(request: pytest.FixtureRequest) -> Iterator[FakeStore]:
    """The built-in store with a collector, for this test alone: `fakestore.url`, `fakestore.page("cart")`, `fakestore.ledger`.

    A `page` of pytest-playwright in the same test reaches it.
    """
    from harness.pytest_plugin.store import opened

    marker = request.node.get_closest_marker("fakestore")
    with opened(shared_of(request.config), request.node.nodeid, marker.kwargs if marker else {}) as store:
        yield store


@pytest.fixture
def beacons(request: pytest.FixtureRequest, fakestore: FakeStore) -> Iterator[Beacons]:
    """What the tracker sends in this test: `beacons.expect("…", field=value)` waits for it.

    Invalid and unexpected beacons fail a test that has passed, unless it is marked with `allow_beacons`.
    """
    from harness.pytest_plugin.captured_beacons import Beacons, allowed

    allow = allowed(request.node.get_closest_marker("allow_beacons"))
    if "new_context" in request.fixturenames and request.config.pluginmanager.has_plugin(_BROWSERS):
        request.getfixturevalue("context")  # which is closed after the beacons have been looked at
    beacons = request.node.stash[_BEACONS] = Beacons(store=fakestore)
    request.node.stash[_FAILED] = True
    yield beacons
    if not request.node.stash[_FAILED]:
        beacons.check(allow)


def shared_of(config: pytest.Config) -> Shared:
    """What the tests of this process share; started when first asked for."""
    from harness.pytest_plugin.session import Shared

    if _SHARED not in config.stash:
        config.stash[_SHARED] = Shared(config)
    return config.stash[_SHARED]
