"""From what was recorded in an unknown store to a result: an entry for each page, and for each kind that was not come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.commands.verify.page_classifier import Survey, consent_banner
from harness.findings import Evidence, Finding, Severity
from harness.judge.judge import find, fold
from harness.judge.protocol_rules import protocol_rules
from harness.judge.result_builder import document_views, event_views, verdict
from harness.judge.suppression import without_page_causes
from harness.protocol import TrackerProtocol
from harness.recording.records import Recording
from harness.recording.timeline import StepTimeline, Timeline
from harness.recording.timeline_builder import build_timeline
from harness.results import ScenarioResult, StepView
from harness.scenario.actions import Call
from harness.scenario.model import Scenario, Step

RECEIPT = "verify never buys: place an order by hand on a test store, or write a scenario"


@dataclass(frozen=True, kw_only=True)
class Walked:
    """How the way through the store at `url` went: the steps' titles, why some brought no page, which kinds were not come to, and why.

    `pictures` are PNGs of pages, by the step; a report shows those of pages where something is wrong, or, if it `keeps_all`, all.
    """

    url: str
    steps: Mapping[int, str]
    unseen: Mapping[int, str] = field(default_factory=dict)
    missed: Mapping[str, str] = field(default_factory=dict)
    pressed_consent: bool = False
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    keeps_all: bool = False
    notes: tuple[str, ...] = ()


def page_results(
    recording: Recording, walked: Walked, protocol: TrackerProtocol, *, strict: bool
) -> tuple[list[ScenarioResult], tuple[str, ...]]:
    """An entry for each page, in the order in which they were seen, and notes for the reader. A pure function."""
    timeline = build_timeline(recording, protocol.read)
    inspection = protocol_rules(protocol.name).inspect(timeline)
    found = [*_consent(timeline, walked), *inspection.findings]
    inspected = {step.number for step in timeline.steps if step.inspected_page}
    judged = without_page_causes(find(recording, timeline, _as_scenario(walked), protocol), inspection, inspected)
    found += [_on_a_strangers_page(finding, timeline) for finding in judged]
    by_step = {number: [finding for finding in found if (finding.step or 1) == number] for number in walked.steps}
    names = _Names()
    start = timeline.steps[0].began if timeline.steps else 0.0
    results = [
        _entry(step, walked, fold(by_step[step.number]), names.of(step), start, strict=strict)
        for step in timeline.steps
        if step.inspected_page
    ]
    return [*results, *_not_looked_at(walked)], inspection.notes


def _as_scenario(walked: Walked) -> Scenario:
    """The way as the judge knows ways: a journey that expects what any journey implies."""
    steps = [
        Step(number=number, line=0, call=Call(action="goto", arguments={}, place="", title=title))
        for number, title in walked.steps.items()
    ]
    return Scenario(name="verify", file="", text="", items=tuple(steps))


def _on_a_strangers_page(finding: Finding, timeline: Timeline) -> Finding:
    """There is no scenario file to point to; and a script's error is a note where the page has told what it is."""
    step = next(step for step in timeline.steps if step.number == finding.step)
    if finding.place in ("", ":0"):
        finding = replace(finding, place=step.inspected_page.url if step.inspected_page else "")
    if finding.code == "page-error" and step.events:
        return replace(finding, severity=Severity.NOTE, hint="See the page's console if an event is missing on this page.")
    return finding


def _consent(timeline: Timeline, walked: Walked) -> Iterator[Finding]:
    """A banner that was not answered: a note, and the likeliest cause where nothing was sent at all."""
    if walked.pressed_consent:
        return
    for step in timeline.steps:
        known: Survey = step.inspected_page.survey if step.inspected_page else {}
        asked = consent_banner(known) if known else None
        if asked is None:
            continue
        text, buttons = asked
        silent = not any(other.events for other in timeline.steps)
        url = step.inspected_page.url if step.inspected_page else ""
        yield Finding(
            code="consent-banner",
            severity=Severity.ERROR if silent else Severity.NOTE,
            message=f'the page asks for consent ("{text[:80]}"), none was given'
            + (", and the tracker sent nothing" if silent else "; the tracker sends all the same"),
            hint=f'press it with --consent "{buttons[0] if buttons else "…"}"'
            + (f"; its buttons: {', '.join(buttons)}" if len(buttons) > 1 else ""),
            step=step.number,
            place=url,
            evidence=Evidence(event=None, url=url, value=text[:200]),
        )
        return


def _entry(
    step: StepTimeline, walked: Walked, findings: Sequence[Finding], name: str, start: float, *, strict: bool
) -> ScenarioResult:
    assert step.inspected_page is not None
    decided = verdict(findings, strict=strict)
    view = StepView(
        number=step.number,
        title=walked.steps[step.number],
        line=0,
        duration_s=round(step.ended - step.began, 3),
        url=step.inspected_page.url,
        events=tuple(event_views(step, start)),
        documents=tuple(document_views(step, start)),
        screenshot=walked.pictures.get(step.number) if decided == "fail" or walked.keeps_all else None,
    )
    return ScenarioResult(
        name=name,
        file=step.inspected_page.url,
        tags=(step.inspected_page.kind,),
        verdict=decided,
        duration_s=view.duration_s,
        events=len(view.events),
        documents=len(view.documents),
        findings=tuple(findings),
        steps=(view,),
    )


class _Names:
    """Names of entries, each once."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, step: StepTimeline) -> str:
        assert step.inspected_page is not None
        did = {"added": ", after adding to the cart"}.get(str(step.inspected_page.survey.get("did")), "")
        name = f"{step.inspected_page.kind} page{did}"
        count = self._given[name] = self._given.get(name, 0) + 1
        return name if count == 1 else f"{name}, {count}"


def _not_looked_at(walked: Walked) -> Iterator[ScenarioResult]:
    """Kinds of pages that were not come to, and steps that brought no page: never passed."""
    reasons = {f"{kind} page": reason for kind, reason in walked.missed.items()}
    told = set(walked.missed.values())
    reasons |= {walked.steps[number]: reason for number, reason in walked.unseen.items() if reason not in told}
    for name, reason in {**reasons, "receipt": RECEIPT}.items():
        yield ScenarioResult(name=name, file=walked.url, tags=(), verdict="not-run", reason=f"not looked at: {reason}")
