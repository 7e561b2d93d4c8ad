"""The verdict: a recording and its scenario give findings. A pure function: no browser, no network, no clock."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from harness.findings import CODES, Evidence, Finding, Severity
from harness.judge.explicit_expectations import is_met, written_findings
from harness.judge.implicit_expectations import Account, close_accounts, is_overdue, left_over, open_accounts
from harness.judge.request_rules import Faults, wire_findings
from harness.judge.retry_rules import retry_findings
from harness.judge.silent_tracker import browser_refusals, silence
from harness.protocol import TrackerProtocol
from harness.recording.records import ActionFailed, Recording
from harness.recording.timeline import StepTimeline, Timeline, cut, plain_url
from harness.scenario.model import Scenario


def judge(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> tuple[Finding, ...]:
    """Everything wrong in a recording, the most telling first, repeats folded into one with a count."""
    return fold(find(recording, cut(recording, protocol), scenario, protocol))


def find(recording: Recording, timeline: Timeline, scenario: Scenario, protocol: TrackerProtocol) -> list[Finding]:
    """Everything wrong in a recording, which is cut into `timeline` already, each time that it is wrong."""
    found = list(_journey_findings(timeline, scenario))
    found += [finding for step in timeline.steps for finding in _step_findings(step)]
    found += _page_counts(timeline)
    found += retry_findings(timeline)
    found += _told_without_consent(timeline, protocol)
    wire = list(wire_findings(timeline))
    if not any(step.events or step.faulted for step in timeline.steps):
        found += silence(timeline, protocol, wire=wire)
        return _reconciled([*found, *wire], timeline, protocol)
    said = protocol.check(timeline)
    faults = Faults(timeline, protocol.event_types, besides=said)
    accounts = _accounts(timeline, recording, scenario, protocol)
    owed = close_accounts(accounts, faults)
    owed += written_findings(accounts, scenario, faults)
    lacking = {finding.step for finding in owed if finding.code == "missing-event"}
    found += browser_refusals(timeline, lacking)
    owed += left_over(accounts, scenario, known=None if timeline.has_ledger else _implied_types(timeline, protocol))
    told = [*found, *_without_echoes(wire, owed, said)]
    return _reconciled(told, timeline, protocol, asked=_asked_for(accounts))


def is_satisfied(recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> bool:
    """Whether everything that the recording so far makes due has arrived."""
    accounts = _accounts(cut(recording, protocol), recording, scenario, protocol)
    return not is_overdue(accounts) and is_met(accounts, scenario)


def fold(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order by likely cause, and make one finding of those that say the same of the same field."""
    groups: dict[Any, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(kind_of(finding), []).append(finding)
    return tuple(sorted((_one(group) for group in groups.values()), key=rank))


def _accounts(timeline: Timeline, recording: Recording, scenario: Scenario, protocol: TrackerProtocol) -> list[Account]:
    return open_accounts(timeline, scenario, protocol.implied(timeline), recording.header.shopper)


def _implied_types(timeline: Timeline, protocol: TrackerProtocol) -> set[str]:
    """The types of which a journey alone, without a ledger, makes due what there must be."""
    return {expectation.type for expectation in protocol.implied(timeline)}


_SEVERITIES, _CODES = list(Severity), list(CODES)
_ONE_BY_ONE = ("action-failed", "host-refused", "page-error", "bad-request")
_BY_EVENT = (
    *("missing-event", "late-event", "duplicate-event", "unexpected-event", "forbidden-event", "wrong-order"),
    *("missing-document", "unexpected-document", "forbidden-document"),
)
"""Where a whole event or document is wrong, its place in the body says nothing about the cause."""

MOST_ALSO = 20


def rank(finding: Finding) -> tuple[int, int, int]:
    """The place of a finding among others: the most telling first."""
    return _SEVERITIES.index(finding.severity), _CODES.index(finding.code), -finding.count


def kind_of(finding: Finding) -> tuple[Any, ...]:
    """What two findings share when they have one cause."""
    about = finding.evidence
    pointer = "" if finding.code in _BY_EVENT else (about.pointer or "")
    field = "/".join(part for part in pointer.split("/") if not part.isdigit())
    is_whole = finding.code == "late-event" or finding.scope.whole_beacon or finding.scope.page_events
    event = None if is_whole else str(about.event or about.document)
    message = finding.message if finding.code in _ONE_BY_ONE else ""
    return finding.severity, finding.code, event, field, message


def _one(group: Sequence[Finding]) -> Finding:
    first, *others = group
    if not others:
        return first
    also = tuple({"step": item.step, "message": item.message} for item in others[:MOST_ALSO])
    return replace(first, count=sum(item.count for item in group), also=also)


def _without_echoes(wire: Sequence[Finding], owed: Sequence[Finding], said: Sequence[Finding]) -> Iterator[Finding]:
    """Leave out what only says again, in other words, what a more telling finding says of the same place."""
    wrong = {(_beacon(item), item.place.rpartition("/")[0]) for item in owed if item.code == "wrong-value"}
    late = {_beacon(item) for item in owed if item.code == "late-event" or item.scope.whole_beacon}
    broken = {(_beacon(item), item.place) for item in wire}
    changed = {item.place for item in said if item.code == "visit-changed"}
    astray = {(_beacon(item), item.place.split("/")[1]) for item in owed if item.scope.other_origin}
    needless = {_beacon(item) for item in owed if item.code in ("duplicate-event", "unexpected-event")}
    for finding in wire:
        if finding.code != "total-mismatch" or (_beacon(finding), finding.place.rpartition("/")[0]) not in wrong:
            yield finding
    yield from owed
    for finding in said:
        is_delayed = finding.code in ("clock-skew", "wrong-value") and _beacon(finding) in late
        is_from_there = (_beacon(finding), finding.place.split("/")[1]) in astray
        is_change = finding.code == "wrong-value" and finding.place in changed
        is_more = finding.evidence.event or finding.scope.other_page
        is_around = finding.code == "wrong-value" and _beacon(finding) in needless and not is_more
        is_echo = is_delayed or is_change or is_from_there or is_around
        if not (is_echo or (_beacon(finding), finding.place) in broken):
            yield finding


def _asked_for(accounts: Iterable[Account]) -> set[tuple[Any, str]]:
    """The events that are there because the scenario asks for them, whatever the journey makes due: beacon and pointer."""
    asked = set()
    for account in accounts:
        accounted = [event for _expectation, event in account.met] + [trouble.event for trouble in account.troubles]
        others = {id(event) for event in (*accounted, *account.left)}
        asked |= {(event.beacon.number, event.pointer) for event in account.events if id(event) not in others}
    return asked


def _reconciled(
    told: Sequence[Finding],
    timeline: Timeline,
    protocol: TrackerProtocol,
    *,
    asked: Collection[tuple[Any, str]] = (),
) -> list[Finding]:
    """With what the books say against each other, in place of what says less of the same place."""
    found = [item for item in protocol.reconcile(timeline, told) if (_beacon(item), item.place) not in asked]
    better = {
        (_beacon(item), place)
        for item in found
        if _beacon(item) and item.severity is Severity.ERROR
        for place in (item.place, *item.scope.explains)
    }
    return [item for item in told if not (_says_less(item) and (_beacon(item), item.place) in better)] + found


def _says_less(finding: Finding) -> bool:
    return finding.code == "unexpected-event" or finding.severity is Severity.WARNING


def _beacon(finding: Finding) -> Any:
    return finding.evidence.beacon


def _journey_findings(timeline: Timeline, scenario: Scenario) -> Iterator[Finding]:
    """What tells that nothing, or not all, was checked: a journey that broke off, or never saw the store."""
    if timeline.failure:
        yield _action_failed(timeline.failure, step=None)
    if timeline.failure or any(step.failure for step in timeline.steps):
        return
    begun = {step.number for step in timeline.steps}
    unseen = [step for step in scenario.steps if step.number not in begun]
    if unseen:
        step, after = unseen[0], ", nor to what comes after" if len(unseen) > 1 else ""
        yield Finding(
            code="action-failed",
            message=f'the journey never came to step {step.number}, "{step.call.title}"{after}',
            hint="was the recording cut short, or is it another scenario's?",
            step=step.number,
            place=f"{scenario.file}:{step.line}",
            evidence=Evidence(event=None, url=timeline.steps[-1].url if timeline.steps else ""),
        )
    elif not any(step.pages for step in timeline.steps):
        yield Finding(
            code="nothing-seen",
            message="no page of the store was shown, so nothing was checked",
            hint="lead the shopper to the store; its pages are those of the target's host, and of no other",
            place=scenario.file,
            evidence=Evidence(event=None, url=""),
        )


def _action_failed(failure: ActionFailed, *, step: int | None) -> Finding:
    return Finding(
        code="action-failed",
        message=failure.message,
        hint=failure.hint or "look at the screenshot and the trace of this step",
        step=step,
        place=failure.place,
        evidence=Evidence(event=None, url=failure.url),
    )


def _step_findings(step: StepTimeline) -> Iterator[Finding]:
    """What went wrong in a step before any beacon is looked at."""
    if step.failure:
        yield _action_failed(step.failure, step=step.number)
    for error in step.errors:
        yield Finding(
            code="page-error",
            message=f"a script on the page threw: {error.message}",
            hint="open the page's console; what comes after the error may not run at all",
            severity=Severity.WARNING,
            step=step.number,
            place=error.url,
            evidence=Evidence(event=None, url=error.url),
        )
    yield from _network_findings(step)


def _network_findings(step: StepTimeline) -> Iterator[Finding]:
    for refused in step.refused:
        where = f"{refused.host}:{refused.port}"
        yield Finding(
            code="host-refused",
            message=f"the page tried to reach {where}, which is not part of this run; it was refused",
            hint="a store under test must not depend on it, and a tracker must not send there",
            step=step.number,
            place=step.url,
            evidence=Evidence(event=None, url=step.url, value=where),
        )
    for script in step.scripts:
        if script.status != 200:
            yield Finding(
                code="bad-request",
                message=f"the tracker's host has no {script.url}; it answered {script.status}",
                hint="load the tracker from its published address",
                step=step.number,
                place=script.url,
                evidence=Evidence(event=None, url=step.url, value=script.url),
            )


def _told_without_consent(timeline: Timeline, protocol: TrackerProtocol) -> Iterator[Finding]:
    """What was sent or kept although the shopper had not agreed to it."""
    for step in timeline.steps:
        if step.consent_granted:
            continue
        said = "had refused it" if step.consent == "denied" else "had not been asked yet"
        kept = [name for page in step.pages for name in page.view.cookies if name.startswith(protocol.cookie_prefix)]
        sent = [event.type for event in step.events]
        told = ([f"sent {', '.join(dict.fromkeys(sent))}"] if sent else []) + [
            f"kept the cookie {name}" for name in kept[:1]
        ]
        for what in told:
            yield Finding(
                code="consent-ignored",
                message=f"the tracker {what} though the shopper {said}",
                hint="send and keep nothing before the shopper agrees, and forget everything when that is taken back",
                step=step.number,
                place=step.url,
                evidence=Evidence(event=sent[0] if sent else None, url=step.url, value=step.consent),
            )


_KEPT = ("back_forward", "restore", "traverse")
"""Navigations to what the browser, or the page itself, may have kept."""


def _page_counts(timeline: Timeline) -> Iterator[Finding]:
    """The journey's page views against the pages in the ledger. A page that the browser had kept need not be in it."""
    for step in timeline.steps if timeline.has_ledger else []:
        if step.failure:
            continue
        shown = Counter(plain_url(page.view.url) for page in step.pages)
        kept = Counter(plain_url(page.view.url) for page in step.pages if page.view.navigation in _KEPT)
        served = Counter(plain_url(entry["page"]["url"]) for entry in step.served)
        if (shown - served) - kept or served - shown:
            yield _page_count(step, shown, served)


def _page_count(step: StepTimeline, shown: Counter[str], served: Counter[str]) -> Finding:
    return Finding(
        code="page-count",
        message=f"the browser showed {_listed(shown)}; the store says it served {_listed(served)}",
        hint="does a page load another in the background, or is the ledger's URL not the one that was asked for?",
        step=step.number,
        place=step.url,
        evidence=Evidence(event=None, url=step.url, value=sorted(shown.elements()), allowed=sorted(served.elements())),
    )


def _listed(pages: Counter[str]) -> str:
    return ", ".join(url if count == 1 else f"{url} {count} times" for url, count in pages.items()) or "no page"
