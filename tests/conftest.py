"""Check the language of every finding that the harness creates in any test, and that the tests create every code."""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from support.finding_language import problems

from harness.findings import CODES, Finding

CREATED: set[str] = set()
"""The codes of the findings that were created in this process; in the end, those of all processes."""
MAX_CHECKS = 50
"""The number of checked findings of one code and one place in the source; property tests create thousands."""
COPIERS = ("harness.reports.json_reader", "harness.commands.check.aggregation", "harness.judge.judge")
"""Modules that only copy findings, also those of the tests."""


@pytest.fixture(autouse=True, scope="session")
def findings_in_plain_english() -> Iterator[None]:
    create = Finding.__init__
    checks: Counter[object] = Counter()

    def checked(self: Finding, **fields: Any) -> None:
        create(self, **fields)
        frame = sys._getframe(1)
        if frame.f_globals["__name__"] == "dataclasses" and frame.f_back:  # replace()
            frame = frame.f_back
        place = self.code, frame.f_code, frame.f_lineno
        creator = frame.f_globals["__name__"]
        if creator.startswith("harness.") and creator not in COPIERS and checks[place] < MAX_CHECKS:
            checks[place] += 1
            CREATED.add(self.code)
            found = list(problems(self.message, self.hint))
            assert not found, found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Finding, "__init__", checked)
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    CREATED.update(getattr(node, "workeroutput", {}).get("codes", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of all tests if no test created a finding of some code."""
    config: Any = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["codes"] = sorted(CREATED)
        return
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword
    missing = sorted(CODES.keys() - CREATED)
    if is_whole and missing and not config.option.collectonly:
        config.get_terminal_writer().line(f"no test creates a finding with these codes: {', '.join(missing)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
