"""The implicit expectations of each step, matched with the events that arrived in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.events import Event
from harness.findings import Finding
from harness.judge.expectation_findings import late
from harness.judge.expectations import Expectation, match_events
from harness.recording.timeline import StepTimeline, Timeline, is_refused_for_good
from harness.scenario.model import Scenario
from harness.scenario.variables import Variables


@dataclass(frozen=True, kw_only=True)
class ExplainedExpectation:
    """An unmet expectation that a finding or a condition of the run explains, and the event that arrived instead, if any."""

    expectation: Expectation
    event: Event | None = None


@dataclass(kw_only=True)
class StepExpectations:
    """One step: its events, the met and the unmet expectations, and the events that no expectation explains.

    `documents` (as events) include those before the first step; only explicit expectations ask for them. `requested` are the
    events that the scenario expects, and that no page or ledger implies.
    """

    timeline: StepTimeline
    variables: Variables
    events: list[Event]
    documents: list[Event] = field(default_factory=list)
    met: list[tuple[Expectation, Event]] = field(default_factory=list)
    unmet: list[Expectation] = field(default_factory=list)
    unexplained: list[Event] = field(default_factory=list)
    explained: list[ExplainedExpectation] = field(default_factory=list)
    requested: list[Event] = field(default_factory=list)

    def explain(self, expectation: Expectation, event: Event | None = None) -> None:
        """Move an unmet expectation to the explained ones; `event` arrived instead of it."""
        self.unmet = [item for item in self.unmet if item is not expectation]
        self.explained.append(ExplainedExpectation(expectation=expectation, event=event))
        if event is not None:
            self.remove_event(event)

    def remove_event(self, event: Event) -> None:
        self.unexplained = [item for item in self.unexplained if item is not event]


class StepMatcher:
    """Matches the expectations of a growing timeline; repeats the matching only for steps that have changed."""

    def __init__(self, scenario: Scenario, shopper: Mapping[str, str]) -> None:
        self._places = {step.number: f"{scenario.file}:{step.line}" for step in scenario.steps}
        self._shopper = shopper
        self._pairs: dict[int, tuple[list[Expectation], int, dict[int, int]]] = {}

    def match(self, timeline: Timeline, implied: Iterable[Expectation]) -> list[StepExpectations]:
        """All steps of the timeline with their share of the implied expectations."""
        expected: dict[int, list[Expectation]] = {}
        for item in implied:
            expected.setdefault(item.step, []).append(replace(item, place=self._places.get(item.step, "")))
        variables = Variables({"shopper": self._shopper}, has_ledger=timeline.has_ledger)
        steps, opening = [], timeline.opening.documents
        for position, step in enumerate(timeline.steps):
            for facts in step.facts:
                variables = variables.on_page(facts)
            variables = variables.after(timeline.store, step.entries)
            here, events = expected.get(step.number, []), step.events
            pairs = self._pairs_of(position, here, events)
            taken = set(pairs.values())
            steps.append(
                StepExpectations(
                    timeline=step,
                    variables=variables,
                    events=events,
                    documents=[document.as_event for document in (*opening, *step.documents)],
                    met=[(here[number], events[index]) for number, index in pairs.items()],
                    unmet=[item for number, item in enumerate(here) if number not in pairs and not item.is_optional],
                    unexplained=[event for index, event in enumerate(events) if index not in taken],
                )
            )
            _explain_refused(steps[-1])
            opening = []
        return steps

    def _pairs_of(self, position: int, expected: list[Expectation], events: Sequence[Event]) -> dict[int, int]:
        known_expected, count, pairs = self._pairs.get(position, ([], 0, {}))
        if count != len(events) or known_expected != expected:
            pairs = match_events(expected, events)
            self._pairs[position] = expected, len(events), pairs
        return pairs


def match_late(expectation: Expectation, later: Iterable[StepExpectations]) -> Finding | None:
    """The finding for an event that arrived in a later step, where it is then no longer unexplained."""
    for step in later:
        event = next((event for event in step.unexplained if expectation.is_met_by(event)), None)
        if event is not None:
            step.remove_event(event)
            return late(expectation, event, step=step.timeline.number)
    return None


def _explain_refused(step: StepExpectations) -> None:
    """An event in a request that an injected fault refused for good must not be sent again."""
    arrivals = (arrival for arrival in step.timeline.faulted if is_refused_for_good(arrival.beacon))
    refused = [event for arrival in arrivals for event in arrival.reading.events]
    unmet = step.unmet
    for number, index in match_events(unmet, refused).items():
        step.explain(unmet[number], refused[index])
