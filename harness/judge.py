"""The verdict: a recording and its scenario give findings. A pure function: no browser, no network, no clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from harness.accounting import Account, close_accounts, is_settled, open_accounts
from harness.finding import CODES, Finding, Severity
from harness.protocols import TrackerProtocol
from harness.recording import Recording
from harness.scenario import Scenario
from harness.timeline import StepTimeline, Timeline, cut


def judge(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> tuple[Finding, ...]:
    """Everything wrong in a recording, the most telling first, repeats folded into one with a count."""
    timeline = cut(recording, protocol)
    found = [finding for step in timeline.steps for finding in _step_findings(step)]
    silence = _silence(timeline)
    if silence:
        return fold([*found, silence])
    found += [_placed(finding, step, number) for step, number, finding in _wire_findings(timeline)]
    found += close_accounts(_accounts(timeline, recording, scenario, protocol), scenario)
    found += protocol.check(timeline)
    return fold(_without_echoes(found))


def is_satisfied(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> bool:
    """Whether everything that the recording so far makes due has arrived."""
    return is_settled(_accounts(cut(recording, protocol), recording, scenario, protocol), scenario)


def fold(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order by likely cause, and make one finding of those that say the same of the same field."""
    groups: dict[Any, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_kind(finding), []).append(finding)
    return tuple(sorted((_one(group) for group in groups.values()), key=_rank))


def _accounts(timeline: Timeline, recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> list[Account]:
    return open_accounts(timeline, scenario, protocol.implied(timeline), recording.header.shopper)


_SEVERITIES, _CODES = list(Severity), list(CODES)
_ONE_BY_ONE = ("action-failed", "host-refused", "page-error", "bad-request")


def _rank(finding: Finding) -> tuple[int, int, int]:
    return _SEVERITIES.index(finding.severity), _CODES.index(finding.code), -finding.count


def _kind(finding: Finding) -> tuple[Any, ...]:
    """What two findings share when they have one cause: the code, the event type and the field."""
    pointer = str(finding.evidence.get("pointer", ""))
    field = "/".join(part for part in pointer.split("/") if not part.isdigit())
    message = finding.message if finding.code in _ONE_BY_ONE else ""
    return finding.severity, finding.code, finding.evidence.get("event"), field, message


def _one(group: Sequence[Finding]) -> Finding:
    first, *others = group
    if not others:
        return first
    also = [{"step": item.step, "message": item.message} for item in others[:20]]
    return replace(first, count=sum(item.count for item in group), evidence={**first.evidence, "also": also})


def _without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what only repeats, in other words, that a field of the same beacon breaks the schema."""
    broken = {_where(finding) for finding in findings if finding.code == "schema"}
    return [finding for finding in findings if finding.code == "schema" or _where(finding) not in broken]


def _where(finding: Finding) -> tuple[Any, Any]:
    return finding.evidence.get("beacon"), finding.evidence.get("pointer")


def _wire_findings(timeline: Timeline) -> Iterator[tuple[StepTimeline, int, Finding]]:
    """What each body says against itself, with the step in which it arrived and its beacon's number."""
    for step in timeline.steps:
        for arrival in step.arrivals:
            for finding in arrival.reading.findings:
                yield step, arrival.beacon.number, finding


def _placed(finding: Finding, step: StepTimeline, beacon: int) -> Finding:
    return replace(finding, step=step.number, evidence={"url": step.url, **finding.evidence, "beacon": beacon})


def _step_findings(step: StepTimeline) -> Iterator[Finding]:
    """What went wrong in a step before any beacon is looked at."""
    if step.failure:
        yield Finding(
            code="action-failed",
            message=step.failure.message,
            hint=step.failure.hint,
            step=step.number,
            place=step.failure.place,
            evidence={"url": step.failure.url},
        )
    for error in step.errors:
        yield Finding(
            code="page-error",
            message=f"a script on the page threw: {error.message}",
            hint="open the page's console; what comes after the error may not run at all",
            severity=Severity.WARNING,
            step=step.number,
            place=error.url,
            evidence={"url": error.url},
        )
    yield from _network_findings(step)


def _network_findings(step: StepTimeline) -> Iterator[Finding]:
    for refused in step.refused:
        yield Finding(
            code="host-refused",
            message=f"the page tried to reach {refused.host}:{refused.port}, which is not part of this run; it was refused",
            hint="a store under test must not depend on it, and a tracker must not send there",
            step=step.number,
            place=step.url,
            evidence={"url": step.url, "value": f"{refused.host}:{refused.port}"},
        )
    for script in step.scripts:
        if script.status != 200:
            yield Finding(
                code="bad-request",
                message=f"the tracker's host has no {script.url}; it answered {script.status}",
                hint="load the tracker from its published address",
                step=step.number,
                place=script.url,
                evidence={"url": step.url, "value": script.url},
            )


def _silence(timeline: Timeline) -> Finding | None:
    """The one finding where pages were shown and no beacon came at all."""
    pages = [page for step in timeline.steps for page in step.pages]
    if not pages or any(step.arrivals for step in timeline.steps):
        return None
    scripts = [script for step in timeline.steps for script in step.scripts]
    if any(script.status == 200 for script in scripts):
        why = "its script was loaded, and sent nothing"
        hint = "does the page call the tracker, and does the script run to its end? The page's console may tell"
    else:
        why = "its script was asked for but not found" if scripts else "no page asked for its script"
        hint = "put the snippet on every page, with the published address of the script"
    return Finding(
        code="tracker-silent",
        message=f"the tracker sent nothing on {len(pages)} page view{'s' * (len(pages) > 1)}: {why}",
        hint=hint,
        step=timeline.steps[0].number,
        place=pages[0].url,
        evidence={"url": pages[0].url, "pages": len(pages)},
    )
