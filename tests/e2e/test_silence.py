"""A tracker of which nothing comes: the finding says which kind of nothing it was."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import broken_trackers as trackers

from harness import protocol as protocols
from harness.findings import Finding
from harness.runner.runner import Job, Options, run
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

WALK = "  - arrive: {at: home}\n  - category: Kitchen\n"
UNHEARD = "  - faults: {blocked: collector}\n" + WALK
OFFLINE = (
    "  - arrive: {at: home}\n  - faults: {offline: true}\n  - wait: 1 minute\n  - faults: off\n  - category: Kitchen\n"
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of nothing: what is done to the tracker, where it is put, and the words of the finding that names it."""

    tracker: str
    code: str = "tracker-silent"
    says: str
    steps: str = WALK
    store: str = ""


def before(script: str) -> str:
    """The tracker, after something else of the page has run."""
    return script + "\n" + trackers.SOURCE


NEVER_CALLS_PAGE = trackers.changed(
    ("document.addEventListener('DOMContentLoaded', callPage);", ""),
    ("addEventListener('load', callPage);", ""),
    ("setTimeout(callPage);", ""),
)

KINDS = {
    "the page has nothing to call": Kind(
        tracker=before("window.jirafe_deferred = undefined;"),
        says="no page tells it anything: jirafe_deferred is not defined",
    ),
    "the tracker never calls the page": Kind(
        tracker=NEVER_CALLS_PAGE, says="never called jirafe_deferred, which the page defines"
    ),
    "the page tells the tracker nothing": Kind(
        tracker="window.jirafe_deferred = () => {}; addEventListener('load', () => setTimeout(() => {"
        + trackers.SOURCE
        + "}, 9));",
        says="and called jirafe_deferred, which told it nothing",
    ),
    "the tracker never tries to send": Kind(
        tracker=trackers.SILENT, says="the page told it pageview, and it never tried to send"
    ),
    "a script breaks off": Kind(tracker="nothing.at.all();", says="a script on the page threw: nothing is not defined"),
    "the browser refuses, by the page's policy": Kind(
        tracker=trackers.SOURCE, store="policy: closed", code="browser-refused", says="the page's policy (connect-src)"
    ),
    "the browser refuses, for the size": Kind(
        tracker=trackers.broken("return post(url, {method: 'POST', keepalive: true, body: 'x'.repeat(70000)});"),
        code="browser-refused",
        says="fetch with keepalive refused 70000 bytes",
    ),
    "the browser is offline": Kind(
        tracker="addEventListener('offline', () => navigator.sendBeacon('//events.jirafe.com/v1/tracker', '{}'));",
        steps=OFFLINE,
        code="browser-refused",
        says="sendBeacon accepted it while there was no network",
    ),
    "only a preflight goes out": Kind(
        tracker=trackers.SENT_ON_LEAVING,
        steps="  - faults: {collector: 400 ms late, for: preflights}\n" + WALK,
        code="preflight-only",
        says="asked whether it may send",
    ),
    "the collector refuses the body": Kind(
        tracker=trackers.broken("return post(url, {method: 'POST', body: 'x'});"), code="bad-json", says="not JSON"
    ),
    "the collector has nothing at the address": Kind(
        tracker=trackers.changed(("events.jirafe.com/v1/tracker`", "events.jirafe.com/v1/trackers`")),
        code="bad-request",
        says="was refused with 404",
    ),
    "it goes to another host": Kind(
        tracker=trackers.changed(("events.jirafe.com/v1/tracker`", "collector.test/v1/tracker`")),
        says="collector.test:443 was tried instead",
    ),
    "the page may not send there": Kind(
        tracker=trackers.changed(("`${location.protocol}//events.jirafe.com", "`http://events.jirafe.com")),
        says="a script on the page sent to http://events.jirafe.com/v1/tracker",
    ),
    "the scenario cuts it off to the end": Kind(
        tracker=trackers.SOURCE,
        steps=UNHEARD,
        says="the scenario kept it from the collector to the end (blocked: collector)",
    ),
    "it sees automation": Kind(
        tracker="if (!navigator.webdriver) {" + trackers.SOURCE + "}",
        says="a script read navigator.webdriver, so it may keep silent",
    ),
    "it waits for consent": Kind(
        tracker="window.__tcfapi = (_command, _version, told) => {};\n__tcfapi('addEventListener', 2, () => {"
        + trackers.SOURCE
        + "});",
        says="the page has a consent manager (__tcfapi), so it may wait",
    ),
    "the browser says no": Kind(
        tracker="if (!navigator.globalPrivacyControl) {" + trackers.SOURCE + "}",
        steps="  - faults: {signals: GPC}\n" + WALK,
        says="the scenario had said: faults: signals: GPC",
    ),
}


@pytest.fixture(scope="module")
def found(browser_path: Path) -> dict[str, tuple[Finding, ...]]:
    """What is found for each kind, all walked by one browser."""
    target, protocol = built_in(), protocols.get()
    jobs = []
    for name, kind in KINDS.items():
        text = f"name: {name}\nstore: {{{kind.store or 'policy: none'}}}\nsteps:\n{kind.steps}"
        scenario = parse_scenario(text, file="silence.yaml", target=target, protocol=protocol)
        jobs.append(Job(scenario=scenario, name=name, script=kind.tracker.encode()))
    options = Options(script=b"", workers=3, timeout=1, browser_path=browser_path)
    ran = asyncio.run(run(jobs, target=target, protocol=protocol, options=options))
    return {result.name: result.findings for result in ran.scenarios if result.verdict == "fail"}


@pytest.mark.parametrize("name", KINDS)
def test_the_finding_says_which_kind_of_nothing_it_was(name: str, found: dict[str, tuple[Finding, ...]]) -> None:
    kind = KINDS[name]
    told = [f"{finding.code}: {finding.message}" for finding in found[name]]
    assert [each for each in told if each.startswith(f"{kind.code}: ") and kind.says in each], told
    assert not [each for each in told if each.startswith("missing-event: ")] or kind.code == "browser-refused"
