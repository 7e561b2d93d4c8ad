"""Nothing came: which kind of nothing it was. What the browser kept back, and a tracker that sent nothing at all."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.findings import Evidence, Finding
from harness.judge.request_rules import is_stray
from harness.protocol import TrackerProtocol
from harness.recording.page_records import ProbeReport
from harness.recording.records import BrowserRefused, HostRefused, PageError, ScriptServed
from harness.recording.timeline import Timeline

_AT_WORK = "its script was loaded"


def silence(timeline: Timeline, protocol: TrackerProtocol, *, wire: Iterable[Finding]) -> Iterator[Finding]:
    """What is found where pages were shown and no event came at all; `wire` is what is wrong with the requests that did."""
    if all(step.tracker_blocked or not step.consent_granted for step in timeline.steps) or _is_tried(timeline, wire):
        return
    pages = [(step, page.view) for step in timeline.steps for page in step.pages]
    if not pages:
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
    """What the browser did not let pages send in the steps where something is `lacking`: elsewhere it went another way.

    What is lost for want of a network may have been said in a step before.
    """
    for step in timeline.steps:
        for refused in step.browser_refusals:
            since = range(step.number + 1) if "no network" in refused.reason else (step.number,)
            if any(number in lacking for number in since):
                yield Finding(
                    code="browser-refused",
                    message=f"the browser kept back what the page sent: {refused.reason}",
                    hint=_what_to_do(refused),
                    step=step.number,
                    place=refused.url,
                    evidence=Evidence(event=None, url=refused.url, value=refused.reason),
                )


def _what_to_do(refused: BrowserRefused) -> str:
    if "policy" in refused.reason:
        return "let the policy's connect-src name the collector"
    if "no network" in refused.reason:
        return "send by fetch, which tells of a failure, and send again when the page hears that it is online"
    return "send less at once, or without keepalive"


def _is_tried(timeline: Timeline, wire: Iterable[Finding]) -> bool:
    """Whether anything that is wrong on the wire was meant to tell of an event."""
    arrivals = [arrival for step in (timeline.opening, *timeline.steps) for arrival in step.arrivals]
    strays = {arrival.beacon.number for arrival in arrivals if is_stray(arrival.beacon)}
    return any(finding.evidence.beacon not in strays and finding.evidence.document is None for finding in wire)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """All that may say why."""

    protocol: TrackerProtocol
    scripts: Sequence[ScriptServed]
    refused: Sequence[HostRefused]
    errors: Sequence[PageError]
    browser_refusals: Sequence[BrowserRefused]
    heard: Sequence[ProbeReport]
    faults: Sequence[str]
    is_cut_off: bool

    @property
    def is_loaded(self) -> bool:
        """Whether the tracker's script was there on any page."""
        named = (url for page in self.heard for url in page.scripts if self.protocol.is_script(url))
        served = any(script.status == 200 for script in self.scripts)
        return served or bool(not self.scripts and any(named)) or any(page.snippet.get("called") for page in self.heard)

    @property
    def calls(self) -> list[str]:
        """What pages told the tracker."""
        return list(dict.fromkeys(name for page in self.heard for name in page.calls))


def _why(timeline: Timeline, protocol: TrackerProtocol) -> tuple[str, str]:
    """The kind of nothing it was, what may have kept the tracker silent besides, and what to do."""
    steps = timeline.steps
    seen = _Seen(
        protocol=protocol,
        scripts=[script for step in steps for script in step.scripts],
        refused=[refused for step in steps for refused in step.refused],
        errors=[error for step in steps for error in step.errors],
        browser_refusals=[refused for step in steps for refused in step.browser_refusals],
        heard=[page for step in steps for page in step.heard],
        faults=[each.faults for step in (timeline.opening, *steps) for each in step.faults if each.faults],
        is_cut_off=all(step.delayed for step in steps),
    )
    if not seen.is_loaded:
        why = "its script was asked for but not found" if seen.scripts else "no page asked for its script"
        return why, "put the snippet on every page, with the published address of the script"
    why, hint = _kept_from_it(seen) or _never_tried(seen)
    likely = list(_likely(seen))
    return "; ".join([why, *(words for words, _hint in likely)]), likely[0][1] if likely else hint


def _kept_from_it(seen: _Seen) -> tuple[str, str] | None:
    """What stood between the tracker and the collector."""
    why = f"{_AT_WORK}, and sent nothing"
    if seen.errors:
        return f"{why}; a script on the page threw: {seen.errors[0].message}", "mend that error, and run again"
    if seen.browser_refusals:
        return f"{why}, as the browser refused: {seen.browser_refusals[0].reason}", "see the finding about that"
    if seen.refused:
        first = seen.refused[0]
        return f"{why} to the collector; {first.host}:{first.port} was tried instead", "mend that address"
    tried = [url for page in seen.heard for url in page.tried]
    if seen.is_cut_off:
        return f"the scenario kept it from the collector to the end ({seen.faults[-1]})", "end with 'faults: off'"
    if tried:
        hint = "is it the collector's address, and may this page send there (http from https, for one, it may not)?"
        return f"{why} that arrived; a script on the page sent to {tried[0]}", hint
    return None


def _never_tried(seen: _Seen) -> tuple[str, str]:
    """Whether the tracker called the page, and the page the tracker."""
    name = seen.protocol.page_function
    threw = next((str(page.snippet["threw"]) for page in seen.heard if page.snippet.get("threw")), "")
    if seen.calls:
        said = ", ".join(seen.calls)
        return f"{_AT_WORK}, the page told it {said}, and it never tried to send", "does the script run to its end?"
    if any(page.snippet.get("called") for page in seen.heard):
        broke = f", which broke off: {threw}" if threw else ", which told it nothing"
        return f"{_AT_WORK}, and called {name}{broke}", f"tell the tracker in {name} what page this is"
    if any(page.snippet.get("defined") for page in seen.heard):
        hint = f"is {name} there when the script looks for it, and does the script run to its end?"
        return f"{_AT_WORK}, and never called {name}, which the page defines", hint
    if seen.heard and all("defined" in page.snippet for page in seen.heard):
        return f"{_AT_WORK}, and no page tells it anything: {name} is not defined", f"define {name} on every page"
    hint = "does the page call the tracker, and does the script run to its end? The page's console may tell"
    return f"{_AT_WORK}, and sent nothing", hint


def _likely(seen: _Seen) -> Iterator[tuple[str, str]]:
    """What trackers keep silent for. That it was so here nobody knows."""
    if any(page.reads_automation for page in seen.heard):
        yield (
            "a script read navigator.webdriver, so it may keep silent because the browser is driven",
            "let the tracker send in a driven browser, too, where it is tested",
        )
    managers = [name for page in seen.heard for name in page.consent_managers]
    if managers:
        yield (
            f"the page has a consent manager ({managers[0]}), so it may wait for a consent that nobody gave",
            "let the scenario, or the target's actions on arrival, press the banner's button",
        )
    if seen.faults and not seen.is_cut_off:
        yield (f"the scenario had said: faults: {seen.faults[-1]}", "what does the tracker do under these?")
