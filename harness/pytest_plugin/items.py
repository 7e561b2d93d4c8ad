"""Scenario files as tests: a file is a collector, its scenario is an item."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.pytest_plugin import session_of
from harness.pytest_plugin.session import one_line_errors
from harness.reports.evidence import describe
from harness.results import ScenarioResult, StepView
from harness.runner.artifacts import file_stems
from harness.runner.jobs import Job
from harness.scenario.compatibility import read_scenario_for
from harness.scenario.model import Scenario

_PYTEST_MARKS = ("skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings")
"""Marks of pytest itself; a tag with such a name is not converted to a mark."""


class ScenarioFailed(Exception):
    """The verdict of a scenario is `fail`."""

    def __init__(self, result: ScenarioResult) -> None:
        super().__init__(result.name)
        self.result = result


class ScenarioFile(pytest.File):
    def collect(self) -> Iterator["ScenarioItem"]:
        """The scenario as an item, with its tags as marks. An invalid file is an error of one line."""
        session = session_of(self.config)
        try:
            scenario = read_scenario_for(self.path, target=session.target, protocol=session.protocol)
        except HarnessError as error:
            raise self.CollectError(str(error)) from error
        session.scenarios[self.nodeid] = scenario
        item = ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)
        for tag in scenario.tags:
            item.tag(tag)
        yield item


class ScenarioItem(pytest.Item):
    """One scenario, with the verdict of `harness run`."""

    def __init__(self, *, scenario: Scenario, **given: Any) -> None:
        super().__init__(**given)
        self.scenario = scenario

    def tag(self, tag: str) -> None:
        """Add a tag of the scenario as a mark, for selection with `-m`."""
        if tag in _PYTEST_MARKS or tag.startswith("_") or not {":", "("}.isdisjoint(tag):
            return
        self.config.addinivalue_line("markers", f"{tag}: a tag of scenarios")
        self.add_marker(tag)

    def runtest(self) -> None:
        session = session_of(self.config)
        if self.scenario.incompatible:
            pytest.skip(self.scenario.incompatible)
        with one_line_errors():
            [stem] = file_stems([self.nodeid]).values()
            job = Job(scenario=self.scenario, name=self.scenario.name)
            result = session.loop.call(session.open_runner.perform(job, stem=stem)).result
        self.add_report_section("call", "journey", "\n".join(map(_step, result.steps)))
        if result.verdict == "fail":
            raise ScenarioFailed(result)
        if result.verdict == "not-run":
            pytest.skip(result.reason or "not run")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any) -> Any:
        """The findings, the most important first."""
        if isinstance(excinfo.value, ScenarioFailed):
            return "\n\n".join(map(describe, excinfo.value.result.findings))
        return super().repr_failure(excinfo, *arguments)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.path, None, self.name


def _step(step: StepView) -> str:
    arrived = ", ".join(event.type for event in (*step.events, *step.documents)) or "nothing"
    return f"{step.number:>3}  {step.title}: {arrived}"
