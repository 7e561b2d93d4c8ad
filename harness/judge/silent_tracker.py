"""Findings about a tracker that sent nothing, and about requests that the browser did not send."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harness.findings import Evidence, Finding
from harness.judge.request_rules import all_arrivals, is_empty_request
from harness.protocol import TrackerProtocol
from harness.recording.records import BrowserRefused, HostRefused, PageError, ProbeReport, RefusalCause, ScriptServed
from harness.recording.timeline import Timeline

_LOADED = "its script loaded"

_POLICY: Final = re.compile(r"the page's policy \((.+?)\) forbids (.+)", re.DOTALL)
"""The reason that `browser/page_scripts/network.js` records for a request that the page's policy forbids."""

_REFUSAL_HINTS = {
    RefusalCause.POLICY: "Allow the collector in this directive of the page's Content-Security-Policy.",
    RefusalCause.OFFLINE: "Send by fetch, which reports the failure, and send again when the page is online.",
    RefusalCause.SIZE: "Send less data at once, or send without keepalive.",
}

Reason = tuple[str, str]
"""A reason for the silence, and a hint."""


def silence(timeline: Timeline, protocol: TrackerProtocol, *, requests: Iterable[Finding]) -> Iterator[Finding]:
    """Findings for a journey with pages and without any event; `requests` are the findings about the requests."""
    conditions = [step.conditions for step in timeline.steps]
    is_excused = all(each.tracker_blocked or not each.consent_granted for each in conditions)
    pages = [(step, page.view) for step in timeline.steps for page in step.pages]
    if is_excused or _is_tried(timeline, requests) or not pages:
        return
    step, page = pages[0]
    why, hint = _why(timeline, protocol)
    yield from browser_refusals(timeline, {step.number for step in timeline.steps})
    yield Finding(
        code="tracker-silent",
        message=f"the tracker sent nothing on {len(pages)} page view{'s' * (len(pages) > 1)}: {why}",
        hint=hint,
        step=step.number,
        place=page.url,
        evidence=Evidence(url=page.url),
    )


def browser_refusals(timeline: Timeline, lacking: Collection[int | None]) -> Iterator[Finding]:
    """The requests that the browser did not send, in steps with a missing event: elsewhere the tracker found another way.

    Events lost without a network may belong to an earlier step.
    """
    for step in timeline.steps:
        for refused in step.browser.requests_refused:
            since = range(step.number + 1) if refused.cause is RefusalCause.OFFLINE else (step.number,)
            if any(number in lacking for number in since):
                yield Finding(
                    code="browser-refused",
                    message=_refusal(refused),
                    hint=_REFUSAL_HINTS[refused.cause],
                    step=step.number,
                    place=refused.url,
                    evidence=Evidence(event=None, url=refused.url, value=refused.reason),
                )


def _refusal(refused: BrowserRefused) -> str:
    if match := _POLICY.fullmatch(refused.reason):
        directive, url = match.groups()
        return f"the browser blocked a request: {directive} in the page's Content-Security-Policy does not allow {url}"
    return f"the browser did not send a request of the page: {refused.reason}"


def _is_tried(timeline: Timeline, requests: Iterable[Finding]) -> bool:
    """Whether a defective request was meant to report an event."""
    beacons = [arrival.beacon for _step, arrival in all_arrivals(timeline)]
    empty = {beacon.number for beacon in beacons if is_empty_request(beacon)}
    return any(finding.evidence.beacon not in empty and finding.evidence.document is None for finding in requests)


@dataclass(frozen=True, kw_only=True)
class _Observations:
    """Everything that may explain the silence."""

    protocol: TrackerProtocol
    scripts: Sequence[ScriptServed]
    hosts_refused: Sequence[HostRefused]
    errors: Sequence[PageError]
    requests_refused: Sequence[BrowserRefused]
    reports: Sequence[ProbeReport]
    faults: Sequence[str]
    is_cut_off: bool

    @property
    def is_loaded(self) -> bool:
        """Whether the tracker's script was loaded on any page."""
        obsolete = self.protocol.obsolete_script
        urls = (url for report in self.reports for url in report.scripts if not obsolete or obsolete not in url)
        is_requested = any(self.protocol.is_script(url) for url in urls)
        served = any(script.status == 200 for script in self.scripts)
        return served or (not self.scripts and is_requested) or self.has("called")

    @property
    def calls(self) -> list[str]:
        """The names of the pages' calls to the tracker."""
        return list(dict.fromkeys(name for report in self.reports for name in report.calls))

    def has(self, key: str) -> bool:
        """Whether the snippet of any page has this property."""
        return any(report.snippet.get(key) for report in self.reports)


def _observations(timeline: Timeline, protocol: TrackerProtocol) -> _Observations:
    logs = [step.browser for step in timeline.steps]
    faults = [each for step in (timeline.opening, *timeline.steps) for each in step.conditions.faults_set]
    return _Observations(
        protocol=protocol,
        scripts=[script for log in logs for script in log.scripts],
        hosts_refused=[refused for log in logs for refused in log.hosts_refused],
        errors=[error for log in logs for error in log.errors],
        requests_refused=[refused for log in logs for refused in log.requests_refused],
        reports=[report for log in logs for report in log.probe_reports],
        faults=[each.faults for each in faults if each.faults],
        is_cut_off=all(step.conditions.delayed for step in timeline.steps),
    )


def _why(timeline: Timeline, protocol: TrackerProtocol) -> Reason:
    """The reason for the silence, further possible reasons, and a hint."""
    seen = _observations(timeline, protocol)
    if not seen.is_loaded:
        why = "its script was requested but not found" if seen.scripts else "no page requested its script"
        if seen.has("obsolete"):
            why += "; the pages have an obsolete snippet of this tracker"
        return why, "Put the snippet on every page, with the published address of the script."
    why, hint = _obstacle(seen) or _inactive(seen)
    possible = list(_possible_reasons(seen))
    return "; ".join([why, *(text for text, _hint in possible)]), possible[0][1] if possible else hint


def _obstacle(seen: _Observations) -> Reason | None:
    """An obstacle between the tracker and the collector."""
    why = f"{_LOADED} but sent nothing"
    if seen.errors:
        return f"{why}; a script on the page threw an error: {seen.errors[0].message}", "Fix that error, and run again."
    if seen.requests_refused:
        return f"{why}; {_refusal(seen.requests_refused[0])}", "See the finding about the refusal."
    if seen.hosts_refused:
        first = seen.hosts_refused[0]
        return f"{why} to the collector; it tried {first.host}:{first.port} instead", "Correct that address."
    if seen.is_cut_off:
        faults = seen.faults[-1]
        return (
            f"the scenario blocked the collector until the end ({faults})",
            "End the scenario's faults with 'faults: off'.",
        )
    tried = [url for report in seen.reports for url in report.tried]
    if tried:
        hint = "Check that it is the collector's address, and that the page may send there (https pages cannot send to http)."
        return f"{why} that arrived; a script on the page sent to {tried[0]}", hint
    return None


def _inactive(seen: _Observations) -> Reason:
    """The missing call between the tracker and the page."""
    name = seen.protocol.page_function
    threw = next((str(report.snippet["threw"]) for report in seen.reports if report.snippet.get("threw")), "")
    if seen.calls:
        calls = ", ".join(seen.calls)
        if seen.has("does_nothing"):
            why = f"the page called {calls}, but the functions are empty, as in a content blocker's stand-in script"
            return f"{_LOADED} and {why}", "Turn the content blocker off, or load the tracker's own script."
        return (
            f"{_LOADED} and the page called {calls}, but it never tried to send",
            "Check that the script runs to its end.",
        )
    if seen.has("called"):
        result = f"which failed: {threw}" if threw else "which made no call to the tracker"
        return f"{_LOADED} and called {name}, {result}", f"Report the page to the tracker in {name}."
    if seen.has("defined"):
        hint = f"Define {name} before the tracker's script runs, and check the console for an error in the script."
        return f"{_LOADED}, but did not call the page's function {name}", hint
    if seen.reports and all("defined" in report.snippet for report in seen.reports):
        return f"{_LOADED}, but no page calls it: {name} is not defined", f"Define {name} on every page."
    hint = "Check that the page calls the tracker and that the script runs to its end (see the page's console)."
    return f"{_LOADED} but sent nothing", hint


def _possible_reasons(seen: _Observations) -> Iterator[Reason]:
    """Common reasons for a tracker to stay silent that may apply here."""
    if any(report.reads_automation for report in seen.reports):
        yield (
            "a script read navigator.webdriver, so the tracker may be silent in automated browsers",
            "Let the tracker send in automated browsers, too, in a test environment.",
        )
    managers = [name for report in seen.reports for name in report.consent_managers]
    if managers:
        yield (
            f"the page has a consent manager ({managers[0]}), so the tracker may wait for consent",
            "Let the scenario, or the target's actions on arrival, press the banner's button.",
        )
    if seen.faults and not seen.is_cut_off:
        yield f"the scenario had set faults: {seen.faults[-1]}", "Check how the tracker behaves under these faults."
