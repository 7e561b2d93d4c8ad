"""The reasons for a silent tracker, from the probe reports of the pages."""

from dataclasses import replace
from typing import Any

import pytest
from support.recordings import DROPPED, STORE, Story, codes, rewritten, verdict

from harness.recording.ndjson import dumps, loads
from harness.recording.records import BrowserRefused, FaultsSet, ProbeReport, Recording, ScriptServed

STEP = "- arrive\n"
SCRIPT = "https://beacon.jirafe.com/jirafe_api.js"
DEFINED: dict[str, Any] = {"snippet": {"defined": True, "called": 0, "threw": ""}}
CALLED: dict[str, Any] = {"snippet": {"defined": True, "called": 1, "threw": ""}}
LOST = "sendBeacon accepted it while there was no network, and lost it without an error"


def silent(*extra: Any) -> Recording:
    """A step on a silent page, with further records."""
    told = rewritten(Story().step().show("/").tale(), lambda _wrapper: DROPPED)
    begun, *rest = told.records
    return replace(told, records=(begun, *extra, *rest))


def heard(**said: Any) -> Recording:
    return silent(ProbeReport(url=f"{STORE}/", **said))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            {"snippet": {"defined": False, "called": 0}},
            "its script loaded, but no page calls it: jirafe_deferred is not defined",
        ),
        (DEFINED, "its script loaded, but did not call the page's function jirafe_deferred"),
        (CALLED, "its script loaded and called jirafe_deferred, which made no call to the tracker"),
        (
            {"snippet": {"defined": True, "called": 1, "threw": "Error: x"}},
            "its script loaded and called jirafe_deferred, which failed: Error: x",
        ),
        (
            CALLED | {"calls": ("pageview", "cart.add")},
            "its script loaded and the page called pageview, cart.add, but it never tried to send",
        ),
        (
            CALLED | {"calls": ("pageview",), "tried": ("http://c.test/x",)},
            "its script loaded but sent nothing that arrived; a script on the page sent to http://c.test/x",
        ),
        (
            DEFINED | {"reads_automation": True},
            "did not call the page's function jirafe_deferred; "
            "a script read navigator.webdriver, so the tracker may be silent in automated browsers",
        ),
        (
            DEFINED | {"consent_managers": ("__tcfapi",)},
            "the page has a consent manager (__tcfapi), so the tracker may wait for consent",
        ),
        ({}, "its script loaded but sent nothing"),
    ],
)
def test_the_finding_has_the_reason_for_the_silence(said: dict[str, Any], words: str) -> None:
    [finding] = verdict(heard(**said), STEP)
    assert finding.code == "tracker-silent"
    assert finding.message.endswith(words)
    assert finding.hint


def test_a_call_on_one_page_counts_for_all() -> None:
    pages = (ProbeReport(url=STORE, **DEFINED), ProbeReport(url=STORE, **CALLED, calls=("pageview",)))
    assert "the page called pageview" in verdict(silent(*pages), STEP)[0].message


@pytest.mark.parametrize(
    ("script", "words"), [(SCRIPT, "its script loaded"), ("https://x.test/a.js", "no page requested")]
)
def test_a_script_from_another_host_is_known_by_the_pages_requests(script: str, words: str) -> None:
    recording = heard(scripts=(script,), **DEFINED)
    records = tuple(record for record in recording.records if not isinstance(record, ScriptServed))
    assert words in verdict(replace(recording, records=records), STEP)[0].message


@pytest.mark.parametrize(
    ("faults", "delays", "words"),
    [
        ("blocked: collector", True, "the scenario blocked the collector until the end (blocked: collector)"),
        ("signals: GPC", False, "; the scenario had set faults: signals: GPC"),
    ],
)
def test_faults_of_the_scenario_are_a_reason(faults: str, delays: bool, words: str) -> None:
    recording = silent()
    records = (FaultsSet(number=1, at=0.0, faults=faults, delays=delays), *recording.records)
    [finding] = verdict(replace(recording, records=records), STEP)
    assert finding.message.endswith(words)


@pytest.mark.parametrize(("reason", "told"), [(LOST, True), ("sendBeacon takes no 70000 bytes now", False)])
def test_an_event_lost_without_a_network_may_be_from_an_earlier_step(reason: str, told: bool) -> None:
    undone = iter([DROPPED])
    recording = rewritten(Story().step().show("/").step().show("/cart").tale(), lambda _wrapper: next(undone, None))
    refused = replace(recording, records=(*recording.records, BrowserRefused(url=STORE, reason=reason)))
    found = {code for code, _event in codes(refused, "- arrive\n- cart\n")}
    assert "missing-event" in found
    assert ("browser-refused" in found) == told


def test_probe_reports_are_read_from_the_file() -> None:
    recording = heard(
        calls=("pageview",), tried=("http://x/",), scripts=(SCRIPT,), consent_managers=("__gpp",), **CALLED
    )
    assert loads(dumps(recording), file="x") == recording


def test_an_obsolete_snippet_is_named() -> None:
    snippet = {"defined": False, "called": 0, "obsolete": True}
    told = heard(snippet=snippet, scripts=("https://c.jirafe.com/jirafe.js",))
    records = tuple(record for record in told.records if not isinstance(record, ScriptServed))
    (finding,) = verdict(replace(told, records=records), STEP)
    assert finding.code == "tracker-silent"
    assert "no page requested its script; the pages have an obsolete snippet of this tracker" in finding.message
