"""Judge the recording of a crawl: a result for each page, and for each page type that was not reached."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from harness.commands.verify.crawl_log import CrawlLog
from harness.commands.verify.page_obstacles import consent_banner
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

RECEIPT = "verify never buys; place a test order by hand, or write a scenario"

_PREVIOUS_PAGE = re.compile(r"/page/(?:ref|prev)")
_DONE = {
    "added": ", after adding to the cart",
    "refused": ", after trying to add to the cart",
    "pressed": ", after pressing the button for the cart",
    "chosen": ", after choosing a variant",
    "opened": ", after opening the cart's drawer",
    "sorted": ", after sorting",
    "paged": ", after opening a further page",
    "filtered": ", after filtering",
    "search": ", after a search",
}
"""Additions to a page's name by what was done on it."""


def page_results(
    recording: Recording,
    log: CrawlLog,
    protocol: TrackerProtocol,
    *,
    strict: bool,
    consent_pressed: bool = False,
    keep_all: bool = False,
) -> tuple[list[ScenarioResult], tuple[str, ...]]:
    """A result for each page in order, one for each missing page, and notes for the report.

    A consent banner is no finding if its button was pressed (`consent_pressed`). Passed pages have a screenshot with `keep_all`.
    """
    timeline = build_timeline(recording, protocol.read)
    inspection = protocol_rules(protocol.name).inspect(timeline)
    inspected = [step for step in timeline.steps if step.inspected_page]
    judged = _without_stale_pages(find(recording, timeline, _as_scenario(log), protocol), inspection.tracker_blocked)
    unexplained = without_page_causes(judged, inspection, {step.number for step in inspected})
    found = [] if consent_pressed else list(_banner_findings(timeline))
    found += [*inspection.findings, *(_without_scenario(finding, timeline) for finding in unexplained)]
    counts: Counter[str] = Counter()
    results = []
    for step in inspected:
        findings = fold([finding for finding in found if (finding.step or 1) == step.number])
        name, start = _unique_name(step, counts), timeline.steps[0].began
        results.append(_page_result(step, log, findings, name, start, strict=strict, keep_all=keep_all))
    is_proven = any(step.events for step in inspected if _done(step) == "pressed")
    return [*results, *_missing_pages(log, {} if is_proven else log.unchecked)], inspection.notes


def _as_scenario(log: CrawlLog) -> Scenario:
    """The crawl as a scenario without explicit expectations."""
    steps = [
        Step(number=number, line=0, call=Call(action="goto", arguments={}, place="", title=title))
        for number, title in log.steps.items()
    ]
    return Scenario(name="verify", file="", text="", items=tuple(steps))


def _without_stale_pages(findings: Sequence[Finding], blocked: Collection[int]) -> list[Finding]:
    """The findings except those about the page before, where its page view is missing: the tracker does not know it."""
    silent = {finding.step or 0 for finding in findings if finding.code == "missing-event"} | set(blocked)
    silent |= {step + 1 for step in silent}
    return [
        finding
        for finding in findings
        if not (finding.code == "wrong-value" and _PREVIOUS_PAGE.match(finding.place) and finding.step in silent)
    ]


def _without_scenario(finding: Finding, timeline: Timeline) -> Finding:
    """Point to the page instead of a scenario file. A script error is a note on a page that sent events."""
    step = next(step for step in timeline.steps if step.number == finding.step)
    if finding.place in ("", ":0"):
        finding = replace(finding, place=step.inspected_page.url if step.inspected_page else "")
    if finding.code == "page-error" and step.events:
        hint = "See the page's console if an event is missing on this page."
        return replace(finding, severity=Severity.NOTE, hint=hint)
    return finding


def _banner_findings(timeline: Timeline) -> Iterator[Finding]:
    """The first unanswered consent banner: a note, or an error if the tracker sent no event at all."""
    is_silent = not any(step.events for step in timeline.steps)
    for step in timeline.steps:
        page = step.inspected_page
        banner = consent_banner(page.survey) if page and page.survey else None
        if page is None or banner is None:
            continue
        text, buttons = banner
        effect = ", and the tracker sent nothing" if is_silent else "; the tracker sends events anyway"
        choices = f" (its buttons: {', '.join(buttons)})" if len(buttons) > 1 else ""
        yield Finding(
            code="consent-banner",
            severity=Severity.ERROR if is_silent else Severity.NOTE,
            message=f'the consent banner was not answered ("{text[:80]}"){effect}',
            hint=f'Choose a button of the banner with --consent "{buttons[0] if buttons else "…"}"{choices}.',
            step=step.number,
            place=page.url,
            evidence=Evidence(event=None, url=page.url, value=text[:200]),
        )
        return


def _page_result(
    step: StepTimeline,
    log: CrawlLog,
    findings: Sequence[Finding],
    name: str,
    start: float,
    *,
    strict: bool,
    keep_all: bool,
) -> ScenarioResult:
    assert step.inspected_page is not None
    decided = verdict(findings, strict=strict)
    view = StepView(
        number=step.number,
        title=log.steps[step.number],
        line=0,
        duration_s=round(step.ended - step.began, 3),
        url=step.inspected_page.url,
        events=tuple(event_views(step, start)),
        documents=tuple(document_views(step, start)),
        screenshot=log.screenshots.get(step.number) if decided == "fail" or keep_all else None,
    )
    return ScenarioResult(
        name=name,
        file=view.url,
        tags=(step.inspected_page.kind,),
        verdict=decided,
        duration_s=view.duration_s,
        events=len(view.events),
        documents=len(view.documents),
        findings=tuple(findings),
        steps=(view,),
    )


def _unique_name(step: StepTimeline, counts: Counter[str]) -> str:
    assert step.inspected_page is not None
    addition = _DONE.get(_done(step), "")
    name = f"{step.inspected_page.kind} page{addition if step.inspected_page.kind not in ('cart', 'search') else ''}"
    counts[name] += 1
    return name if counts[name] == 1 else f"{name}, {counts[name]}"


def _done(step: StepTimeline) -> str:
    """What the step did on the page, as the crawl recorded it."""
    return str(step.inspected_page.survey.get("did", "")) if step.inspected_page else ""


def _missing_pages(log: CrawlLog, unchecked: Mapping[str, str]) -> Iterator[ScenarioResult]:
    """The page types that were not reached, and the steps that showed no page: their verdict is never `pass`."""
    reasons = {f"{kind} page": reason for kind, reason in log.missing.items()} | dict(unchecked)
    listed = set(log.missing.values())
    reasons |= {log.steps[number]: reason for number, reason in log.failures.items() if reason not in listed}
    for name, reason in {**reasons, "receipt": RECEIPT}.items():
        yield ScenarioResult(name=name, file=log.url, tags=(), verdict="not-run", reason=f"not checked: {reason}")
