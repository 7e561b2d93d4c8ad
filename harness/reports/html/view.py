"""The parts of a scenario in the HTML report: findings with links, steps with their beacons."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from markupsafe import Markup

from harness.events import is_document_name
from harness.findings import Finding, Severity
from harness.reports import evidence
from harness.reports.formatting import counted
from harness.reports.grouping import Sighting
from harness.reports.html.json_body import deepest_existing, element_id, render_body
from harness.results import EventView, RunResult, ScenarioResult, StepView


@dataclass(frozen=True, kw_only=True)
class BeaconView:
    """The contents of a beacon in one step; `anchor` is empty if an earlier step shows the beacon."""

    anchor: str
    link: str
    events: tuple[EventView, ...]
    marked: frozenset[str]

    @property
    def first(self) -> EventView:
        """The first event: its number, time and status are the beacon's."""
        return self.events[0]

    @property
    def types(self) -> tuple[str, ...]:
        """The type of each event, and the documents of each type together."""
        counts = Counter(event.type for event in self.events if is_document_name(event.type))
        documents = (name if count == 1 else counted(count, name) for name, count in counts.items())
        return (*(event.type for event in self.events if not is_document_name(event.type)), *documents)

    @property
    def body(self) -> Markup:
        """The beacon's body with wrong values marked."""
        return render_body(self.first.envelope, anchor=self.anchor, marked=self.marked)


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """A finding with links to the wrong value, the nearest event and each differing field."""

    anchor: str
    sighting: Sighting
    target: str
    nearest: str
    differences: tuple[tuple[evidence.Difference, str], ...]

    @property
    def finding(self) -> Finding:
        return self.sighting.finding


@dataclass(frozen=True, kw_only=True)
class ScenarioView:
    """One scenario on the page; `number` counts the run's scenarios from 1."""

    number: int
    result: ScenarioResult

    @property
    def anchor(self) -> str:
        return f"s{self.number}"

    @cached_property
    def findings(self) -> tuple[FindingView, ...]:
        return tuple(self._finding(rank, finding) for rank, finding in enumerate(self.result.findings))

    @cached_property
    def steps(self) -> tuple[tuple[StepView, tuple[BeaconView, ...]], ...]:
        """The steps, each with its beacons in order of arrival."""
        seen: set[int] = set()
        return tuple((step, tuple(self._beacons(step, seen))) for step in self.result.steps)

    @property
    def searchable(self) -> str:
        """The text that a search looks through."""
        words = [self.result.name, self.result.file, *self.result.tags, self.result.reason or ""]
        words += [f"{finding.code} {finding.message}" for finding in self.result.findings]
        words += [step.title for step in self.result.steps]
        words += sorted({event.type for step in self.result.steps for event in _items(step)})
        return " ".join(words).lower()

    def count(self, severity: str) -> int:
        """The number of findings of this severity, including folded ones."""
        return sum(finding.count for finding in self.result.findings if finding.severity is Severity(severity))

    def worst(self, step: StepView) -> str:
        """The worst severity among the findings of a step; empty if it has none."""
        found = {finding.severity for finding in self.result.findings if finding.step == step.number}
        return next((severity.value for severity in Severity if severity in found), "")

    @cached_property
    def _envelopes(self) -> dict[int, EventView]:
        events = (event for step in reversed(self.result.steps) for event in reversed(_items(step)))
        return {event.number: event for event in events}

    def _finding(self, rank: int, finding: Finding) -> FindingView:
        near = finding.evidence.nearest_event
        beacon = finding.evidence.beacon
        if beacon is None and near:
            beacon = near.beacon
        event = near.event if near else evidence.text(finding, "event")
        return FindingView(
            anchor=f"{self.anchor}f{rank + 1}",
            sighting=Sighting(finding=finding, scenario=self.result, scenario_number=self.number, rank=rank),
            target=self._link(finding.evidence.beacon, evidence.pointer(finding)),
            nearest=self._link(near.beacon, self._item(near.beacon, near.event)) if near else "",
            differences=tuple(
                (item, self._link(beacon, self._item(beacon, event) + item.pointer))
                for item in evidence.differences(finding)
            ),
        )

    def _link(self, beacon: int | None, pointer: str) -> str:
        """The fragment of a value in a beacon's body; empty if the report does not show that beacon."""
        shown = self._envelopes.get(beacon) if beacon is not None else None
        if shown is None:
            return ""
        return "#" + element_id(f"{self.anchor}b{beacon}", deepest_existing(shown.envelope, pointer))

    def _item(self, beacon: int | None, event: str) -> str:
        """The pointer of the event of that type in the beacon."""
        events = (item for step in self.result.steps for item in _items(step))
        return next((item.pointer for item in events if item.number == beacon and item.type == event), "")

    def _beacons(self, step: StepView, seen: set[int]) -> Iterator[BeaconView]:
        for number, events in groupby(_items(step), key=lambda event: event.number):
            anchor = "" if number in seen else f"{self.anchor}b{number}"
            seen.add(number)
            yield BeaconView(
                anchor=anchor, link=f"#{self.anchor}b{number}", events=tuple(events), marked=self._marked(number)
            )

    def _marked(self, beacon: int) -> frozenset[str]:
        """The pointers in the beacon's body that have findings."""
        return self._marks.get(beacon, frozenset())

    @cached_property
    def _marks(self) -> dict[int, frozenset[str]]:
        marks: dict[int, set[str]] = {}
        for finding in self.result.findings:
            beacon = finding.evidence.beacon
            if beacon in self._envelopes and evidence.pointer(finding):
                body = self._envelopes[beacon].envelope
                marks.setdefault(beacon, set()).add(deepest_existing(body, evidence.pointer(finding)))
        return {beacon: frozenset(pointers - {""}) for beacon, pointers in marks.items()}


def _items(step: StepView) -> list[EventView]:
    """Events and documents of a step in the order of their arrival."""
    return sorted((*step.events, *step.documents), key=lambda item: item.number)


def scenario_views(result: RunResult) -> tuple[ScenarioView, ...]:
    return tuple(ScenarioView(number=number, result=item) for number, item in enumerate(result.scenarios, start=1))
