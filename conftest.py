"""Order and progress of a parallel run (`make test`)."""

import time
from collections import Counter
from collections.abc import Generator, Iterable
from pathlib import PurePosixPath

import pytest
from xdist.scheduler import LoadFileScheduling

SCOPES = {
    "test_run.py": "suite",
    "test_mutation_score.py": "suite",
    "test_verify_shop.py": "oscar_shop",
    "test_target_shop.py": "oscar_shop",
}
"""Files that share an expensive session fixture, and its name. One process runs them all."""
SLOWEST = ("suite", "tests/e2e/test_broken_trackers.py", "oscar_shop")
"""The scopes to start first, so that no process waits for another at the end."""
PARTS = {"e2e": "browser", "browser": "browser", "capture": "servers", "fakewww": "servers"}
"""The part of each folder of tests; all others are unit tests."""
INTERVAL_S = 15


class ByFixture(LoadFileScheduling):
    """Keep the tests of a file in one process, and those of the files that share a fixture."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


class Progress:
    """Print how far each part is, every few seconds and when it ends, instead of a dot for each test."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self.terminal = terminal
        self.start = self.printed = time.monotonic()
        self.total: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        self.total = Counter(map(part, ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.terminal.write_line(f"FAILED ({report.when}) {report.nodeid}")
        if report.when == "teardown":
            name = part(report.nodeid)
            self.done[name] += 1
            if self.done[name] == self.total[name] or time.monotonic() - self.printed >= INTERVAL_S:
                self.print_line()

    def print_line(self) -> None:
        self.printed = time.monotonic()
        parts = ", ".join(f"{name} {self.done[name]} of {count}" for name, count in sorted(self.total.items()))
        self.terminal.write_line(f"{self.printed - self.start:5.0f} s  {parts}")

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, str, str], tuple[str, str, str]]:
        category, _letter, word = yield
        return category, "", "" if category == "passed" else word


def scope(nodeid: str) -> str:
    """The tests that one process runs together."""
    path = PurePosixPath(nodeid.partition("::")[0])
    return SCOPES.get(path.name, str(path))


def part(nodeid: str) -> str:
    """The part of a test, by its folder."""
    return PARTS.get(nodeid.split("/")[1], "unit")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal and config.getoption("numprocesses", None) and not config.option.verbose:
        config.pluginmanager.register(Progress(terminal))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slowest tests, and run unit tests last."""
    ranks = {name: rank for rank, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: (ranks.get(scope(item.nodeid), len(ranks)), part(item.nodeid) != "browser"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFixture:
    return ByFixture(config, log)
