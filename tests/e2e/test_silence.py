"""A tracker from which no event arrives: the finding names the cause."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import broken_trackers as trackers

from harness import protocol as protocols
from harness.findings import Finding
from harness.runner.jobs import Job, Options
from harness.runner.runner import run
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

VISIT = "  - arrive: {at: home}\n  - category: Kitchen\n"
BLOCKED = "  - faults: {blocked: collector}\n" + VISIT
OFFLINE = (
    "  - arrive: {at: home}\n  - faults: {offline: true}\n  - wait: 1 minute\n  - faults: off\n  - category: Kitchen\n"
)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A cause of silence: the tracker, the steps, the store, and the code and a part of the message of its finding."""

    tracker: str
    code: str = "tracker-silent"
    message: str
    steps: str = VISIT
    store: str = ""


def before(script: str) -> str:
    """The tracker, preceded by this script."""
    return script + "\n" + trackers.SOURCE


NEVER_CALLS_PAGE = trackers.changed(
    ("document.addEventListener('DOMContentLoaded', callPage);", ""),
    ("addEventListener('load', callPage);", ""),
    ("setTimeout(callPage);", ""),
)

CAUSES = {
    "the page has nothing to call": Cause(
        tracker=before("window.jirafe_deferred = undefined;"),
        message="no page calls it: jirafe_deferred is not defined",
    ),
    "the tracker never calls the page": Cause(
        tracker=NEVER_CALLS_PAGE, message="did not call the page's function jirafe_deferred"
    ),
    "the page calls nothing of the tracker": Cause(
        tracker="window.jirafe_deferred = () => {}; addEventListener('load', () => setTimeout(() => {"
        + trackers.SOURCE
        + "}, 9));",
        message="and called jirafe_deferred, which made no call to the tracker",
    ),
    "the tracker never tries to send": Cause(
        tracker=trackers.SILENT, message="the page called pageview, but it never tried to send"
    ),
    "a script throws": Cause(
        tracker="nothing.at.all();", message="a script on the page threw an error: nothing is not defined"
    ),
    "the page's policy blocks the request": Cause(
        tracker=trackers.SOURCE,
        store="policy: closed",
        code="browser-refused",
        message="connect-src in the page's Content-Security-Policy",
    ),
    "the request is too large": Cause(
        tracker=trackers.broken("return post(url, {method: 'POST', keepalive: true, body: 'x'.repeat(70000)});"),
        code="browser-refused",
        message="fetch with keepalive refused 70000 bytes",
    ),
    "the browser is offline": Cause(
        tracker="addEventListener('offline', () => navigator.sendBeacon('//events.jirafe.com/v1/tracker', '{}'));",
        steps=OFFLINE,
        code="browser-refused",
        message="sendBeacon accepted it while there was no network",
    ),
    "only a preflight is sent": Cause(
        tracker=trackers.SENT_ON_LEAVING,
        steps="  - faults: {collector: 400 ms late, for: preflights}\n" + VISIT,
        code="preflight-only",
        message="was not followed by a request",
    ),
    "the collector rejects the body": Cause(
        tracker=trackers.broken("return post(url, {method: 'POST', body: 'x'});"), code="bad-json", message="not JSON"
    ),
    "the collector has no such path": Cause(
        tracker=trackers.changed(("events.jirafe.com/v1/tracker`", "events.jirafe.com/v1/trackers`")),
        code="bad-request",
        message="was refused with 404",
    ),
    "the tracker sends to another host": Cause(
        tracker=trackers.changed(("events.jirafe.com/v1/tracker`", "collector.test/v1/tracker`")),
        message="it tried collector.test:443 instead",
    ),
    "the browser blocks mixed content": Cause(
        tracker=trackers.changed(("`${location.protocol}//events.jirafe.com", "`http://events.jirafe.com")),
        message="a script on the page sent to http://events.jirafe.com/v1/tracker",
    ),
    "the scenario blocks the collector to the end": Cause(
        tracker=trackers.SOURCE,
        steps=BLOCKED,
        message="the scenario blocked the collector until the end (blocked: collector)",
    ),
    "the tracker checks for automation": Cause(
        tracker="if (!navigator.webdriver) {" + trackers.SOURCE + "}",
        message="a script read navigator.webdriver, so the tracker may be silent",
    ),
    "the tracker waits for consent": Cause(
        tracker="window.__tcfapi = (_command, _version, listener) => {};\n__tcfapi('addEventListener', 2, () => {"
        + trackers.SOURCE
        + "});",
        message="the page has a consent manager (__tcfapi), so the tracker may wait",
    ),
    "the tracker follows a privacy signal": Cause(
        tracker="if (!navigator.globalPrivacyControl) {" + trackers.SOURCE + "}",
        steps="  - faults: {signals: GPC}\n" + VISIT,
        message="the scenario had set faults: signals: GPC",
    ),
}


@pytest.fixture(scope="module")
def found(browser_path: Path) -> dict[str, tuple[Finding, ...]]:
    """The findings of each cause; one browser runs them all."""
    target, protocol = built_in(), protocols.get()
    jobs = []
    for name, cause in CAUSES.items():
        text = f"name: {name}\nstore: {{{cause.store or 'policy: none'}}}\nsteps:\n{cause.steps}"
        scenario = parse_scenario(text, file="silence.yaml", target=target, protocol=protocol)
        jobs.append(Job(scenario=scenario, name=name, script=cause.tracker.encode()))
    options = Options(script=b"", workers=3, timeout=1, browser_path=browser_path)
    ran = asyncio.run(run(jobs, target=target, protocol=protocol, options=options))
    return {result.name: result.findings for result in ran.scenarios if result.verdict == "fail"}


@pytest.mark.parametrize("name", CAUSES)
def test_the_finding_names_the_cause_of_silence(name: str, found: dict[str, tuple[Finding, ...]]) -> None:
    cause = CAUSES[name]
    findings = [f"{finding.code}: {finding.message}" for finding in found[name]]
    assert [each for each in findings if each.startswith(f"{cause.code}: ") and cause.message in each], findings
    assert not [each for each in findings if each.startswith("missing-event: ")] or cause.code == "browser-refused"
