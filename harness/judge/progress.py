"""Progress of a running journey: whether everything that is expected so far has arrived."""

from collections.abc import Sequence

from harness.judge.explicit_expectations import is_met
from harness.judge.implicit_expectations import is_overdue
from harness.judge.protocol_rules import protocol_rules
from harness.judge.step_expectations import StepMatcher
from harness.protocol import TrackerProtocol
from harness.recording.records import Header, Record, Recording
from harness.recording.timeline import Timeline
from harness.recording.timeline_builder import TimelineBuilder
from harness.scenario.model import Scenario


class Progress:
    """The timeline of a journey whose records are still arriving."""

    def __init__(self, header: Header, scenario: Scenario, protocol: TrackerProtocol) -> None:
        self._scenario = scenario
        self._rules = protocol_rules(protocol.name)
        self._builder = TimelineBuilder(header, protocol.read)
        self._matcher = StepMatcher(scenario, header.shopper)
        self._count = 0

    def timeline(self, records: Sequence[Record]) -> Timeline:
        """The timeline of these records: those of the previous call, and new ones after them."""
        for record in records[self._count :]:
            self._builder.add(record)
        self._count = len(records)
        return self._builder.timeline()

    def is_satisfied(self, records: Sequence[Record]) -> bool:
        """Whether all events that these records imply, or the scenario expects so far, have arrived."""
        timeline = self.timeline(records)
        steps = self._matcher.match(timeline, self._rules.implied(timeline))
        return not is_overdue(steps) and is_met(steps, self._scenario)


def is_satisfied(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> bool:
    """Whether all events that a recording implies, or its scenario expects so far, have arrived."""
    return Progress(recording.header, scenario, protocol).is_satisfied(recording.records)
