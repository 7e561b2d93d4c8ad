"""Group the findings of all scenarios by likely cause, so that a hundred findings with one cause read as one."""

import re
from dataclasses import dataclass
from functools import cached_property

from harness.findings import Finding, Severity
from harness.reports import evidence
from harness.results import RunResult, ScenarioResult, StepView

_VARIABLE_TOKEN = re.compile(r"(?<=/)(?:\d+|[0-9a-fA-F-]{16,}|[^/]*\d{4,}[^/]*)(?=/|$)")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_SEVERITIES = list(Severity)


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A finding in its scenario: `scenario_number` counts from 1, `rank` counts the scenario's findings from 0."""

    finding: Finding
    scenario: ScenarioResult
    scenario_number: int
    rank: int

    @cached_property
    def step(self) -> StepView | None:
        """The step of the finding; None if the journey ended before it."""
        return next((step for step in self.scenario.steps if step.number == self.finding.step), None)

    @property
    def where(self) -> str:
        """`file:line`, or the file alone if the line is unknown."""
        if self.step and self.step.line:
            return f"{self.scenario.file}:{self.step.line}"
        place = self.finding.place
        return place if place and not evidence.is_pointer(place) else self.scenario.file

    @property
    def url(self) -> str:
        return evidence.text(self.finding, "url") or (self.step.url if self.step else "")


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Findings that probably share a cause, the most significant first. That one represents the others."""

    sightings: tuple[Sighting, ...]

    @property
    def first(self) -> Sighting:
        """The most severe sighting, and of these the one with the best rank in its scenario."""
        return self.sightings[0]

    @property
    def finding(self) -> Finding:
        return self.first.finding

    @property
    def severity(self) -> Severity:
        return min((sighting.finding.severity for sighting in self.sightings), key=_SEVERITIES.index)

    @cached_property
    def count(self) -> int:
        """The number of findings, including those folded earlier."""
        return sum(sighting.finding.count for sighting in self.sightings)

    @cached_property
    def scenarios(self) -> int:
        return len({sighting.scenario_number for sighting in self.sightings})


def fold(result: RunResult) -> tuple[Cause, ...]:
    """The causes of a run: first those that failed a scenario, then by best rank, severity and count."""
    groups: dict[tuple[str, ...], list[Sighting]] = {}
    for sighting in _sightings(result):
        groups.setdefault(likely_cause(sighting.finding), []).append(sighting)
    causes = [Cause(sightings=tuple(sorted(group, key=_significance))) for group in groups.values()]
    return tuple(sorted(causes, key=_order))


def likely_cause(finding: Finding) -> tuple[str, ...]:
    """The key that findings of one cause share: code, event and pointer, without array indexes and ids.

    Actions that failed at one line of a target or a scenario have the same cause.
    If the pointer is ambiguous, as with two fields missing from one object, the message is added, without numbers and
    without the wrong value.
    """
    if finding.code == "action-failed" and finding.place:
        return finding.code, finding.place
    event, pointer = evidence.text(finding, "event"), evidence.pointer(finding)
    places = [pointer] if pointer else [item.pointer for item in evidence.differences(finding)]
    if finding.code == "missing-event" and event:
        return finding.code, event
    needs_message = finding.code == "schema" or not (event or pointer)
    message = _without_values(finding) if needs_message else ""
    return finding.code, event, *(_VARIABLE_TOKEN.sub("*", place) for place in places), message


def _sightings(result: RunResult) -> list[Sighting]:
    return [
        Sighting(finding=finding, scenario=scenario, scenario_number=number, rank=rank)
        for number, scenario in enumerate(result.scenarios, start=1)
        for rank, finding in enumerate(scenario.findings)
    ]


def _significance(sighting: Sighting) -> tuple[int, int]:
    return _SEVERITIES.index(sighting.finding.severity), sighting.rank


def _order(cause: Cause) -> tuple[bool, int, int, int]:
    failed_nothing = all(sighting.scenario.verdict != "fail" for sighting in cause.sightings)
    return failed_nothing, cause.first.rank, _SEVERITIES.index(cause.severity), -cause.count


def _without_values(finding: Finding) -> str:
    value = finding.evidence.value
    message = finding.message.replace(value, "…") if isinstance(value, str) and value else finding.message
    return _DIGITS.sub("#", message)
