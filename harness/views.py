"""A recording and its findings as a result that reports can show."""

from collections.abc import Mapping, Sequence

from harness.errors import FileError
from harness.finding import Finding, Severity
from harness.protocols import TrackerProtocol
from harness.recording import Recording
from harness.result import EventView, ScenarioResult, StepView, Verdict
from harness.scenario import Scenario
from harness.timeline import StepTimeline, cut


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
    """The verdict of one scenario, with a timeline of its steps. `strict` makes warnings fail; `name` replaces the scenario's.

    FileError where the recording has a step that the scenario has not.
    """
    timeline = cut(recording, protocol)
    calls = {step.number: step for step in scenario.steps}
    for number in (step.number for step in timeline.steps if step.number not in calls):
        raise FileError(
            f"{scenario.file}: the recording's step {number} is not in this scenario; "
            "judge it by the scenario that it was recorded with"
        )
    start = timeline.steps[0].began if timeline.steps else 0.0
    steps = tuple(
        StepView(
            number=step.number,
            title=calls[step.number].call.title,
            line=calls[step.number].line,
            duration_s=round(step.ended - step.began, 3),
            url=step.url,
            events=tuple(event_views(step, start)),
            screenshot=(screenshots or {}).get(step.number),
        )
        for step in timeline.steps
    )
    return ScenarioResult(
        name=name or scenario.name,
        file=scenario.file,
        tags=scenario.tags,
        verdict=verdict(findings, strict=strict),
        duration_s=round(sum(step.duration_s for step in steps), 3),
        events=sum(len(step.events) for step in steps),
        findings=tuple(findings),
        steps=steps,
    )


def verdict(findings: Sequence[Finding], *, strict: bool) -> Verdict:
    """Whether these findings fail what they were found in; with `strict` warnings do, too."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return "fail" if any(finding.severity in failing for finding in findings) else "pass"


def event_views(step: StepTimeline, start: float) -> list[EventView]:
    """The events of a step as reports show them; `start` is when the journey began."""
    return [
        EventView(
            number=event.beacon.number,
            time=round(event.beacon.time - start, 3),
            type=event.type,
            pointer=event.pointer,
            status=event.beacon.status,
            body=event.body,
            envelope=event.envelope,
        )
        for event in step.events
    ]
