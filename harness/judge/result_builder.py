"""The result of a scenario, for reports."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from harness.errors import FileError
from harness.events import Event, Reading
from harness.findings import Finding, Severity
from harness.judge.explicit_expectations import unknown_values
from harness.judge.step_expectations import StepMatcher
from harness.protocol import TrackerProtocol
from harness.recording.records import Recording
from harness.recording.timeline import Arrival, StepTimeline, Timeline
from harness.recording.timeline_builder import build_timeline
from harness.results import EventView, ScenarioResult, StepView, Verdict
from harness.scenario.model import Scenario, Step


def scenario_result(
    recording: Recording,
    scenario: Scenario,
    protocol: TrackerProtocol,
    findings: Sequence[Finding],
    *,
    strict: bool,
    name: str = "",
    screenshots: Mapping[int, bytes] | None = None,
) -> ScenarioResult:
    """The verdict of one scenario with its steps. `strict` makes warnings fail; `name` replaces the scenario's name.

    A scenario without a failing finding was not run if a variable that it needs has no value.
    FileError if the recording has a step that is not in the scenario.
    """
    timeline = build_timeline(recording, protocol.read)
    calls = {step.number: step for step in scenario.steps}
    for number in (step.number for step in timeline.steps if step.number not in calls):
        raise FileError(
            f"{scenario.file}: the recording's step {number} is not in this scenario; judge it with its own scenario"
        )
    start = _start(timeline)
    pictures = screenshots or {}
    outcome = verdict(findings, strict=strict)
    reason = None if outcome != "pass" or timeline.has_ledger else _unknown_value(recording, timeline, scenario)
    steps = tuple(_step_view(step, timeline, calls[step.number], start, pictures) for step in timeline.steps)
    return ScenarioResult(
        name=name or scenario.name,
        file=scenario.file,
        tags=scenario.tags,
        verdict="not-run" if reason else outcome,
        reason=reason,
        duration_s=round(sum(step.duration_s for step in steps), 3),
        events=sum(len(step.events) for step in timeline.steps),
        documents=sum(len(step.documents) for step in (timeline.opening, *timeline.steps)),
        findings=tuple(findings),
        steps=steps,
    )


def _unknown_value(recording: Recording, timeline: Timeline, scenario: Scenario) -> str | None:
    steps = StepMatcher(scenario, recording.header.shopper).match(timeline, ())
    return next(unknown_values(steps, scenario), None)


def _start(timeline: Timeline) -> float:
    """When the journey began, in seconds since the epoch: with its first step or with a document before that."""
    times = [step.began for step in timeline.steps[:1]]
    return min([*times, *(arrival.beacon.time for arrival in timeline.opening.arrivals[:1])], default=0.0)


def _step_view(
    step: StepTimeline, timeline: Timeline, item: Step, start: float, screenshots: Mapping[int, bytes]
) -> StepView:
    before = timeline.opening.arrivals if step is timeline.steps[0] else ()
    return StepView(
        number=step.number,
        title=item.call.title,
        line=item.line,
        duration_s=round(step.ended - step.began, 3),
        url=step.url,
        events=tuple(event_views(step, start)),
        documents=tuple(_views(step, start, _documents, before=before)),
        screenshot=screenshots.get(step.number),
    )


def verdict(findings: Sequence[Finding], *, strict: bool) -> Verdict:
    """The verdict for these findings; with `strict`, warnings fail, too."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return "fail" if any(finding.severity in failing for finding in findings) else "pass"


def event_views(step: StepTimeline, start: float) -> list[EventView]:
    """The events of a step for reports; `start` is the time when the journey began."""
    return _views(step, start, lambda reading: reading.events)


def document_views(step: StepTimeline, start: float) -> list[EventView]:
    return _views(step, start, _documents)


def _documents(reading: Reading) -> list[Event]:
    return [document.as_event for document in reading.documents]


def _views(
    step: StepTimeline, start: float, items: Callable[[Reading], Iterable[Event]], *, before: Sequence[Arrival] = ()
) -> list[EventView]:
    """The content of all requests in a step and `before` it, faulted ones too, in the journal's order."""
    arrivals = sorted((*before, *step.arrivals, *step.faulted), key=lambda arrival: arrival.beacon.number)
    return [
        EventView(
            number=arrival.beacon.number,
            time=round(arrival.beacon.time - start, 3),
            type=item.type,
            pointer=item.pointer,
            status=arrival.beacon.status,
            body=item.body,
            envelope=arrival.reading.envelope,
            fault=arrival.beacon.fault,
        )
        for arrival in arrivals
        for item in items(arrival.reading)
    ]
