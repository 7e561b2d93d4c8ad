"""What the judge says of a tracker that sent nothing: which kind of nothing it was, by what was heard on the pages."""

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
LOST = "sendBeacon took it while there was no network, and says nothing of its loss"


def silent(*extra: Any) -> Recording:
    """A step on a page of which nothing came, and what is known besides."""
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
            "its script was loaded, and no page tells it anything: jirafe_deferred is not defined",
        ),
        (DEFINED, "its script was loaded, and never called jirafe_deferred, which the page defines"),
        (CALLED, "its script was loaded, and called jirafe_deferred, which told it nothing"),
        (
            {"snippet": {"defined": True, "called": 1, "threw": "Error: x"}},
            "its script was loaded, and called jirafe_deferred, which broke off: Error: x",
        ),
        (
            CALLED | {"calls": ("pageview", "cart.add")},
            "its script was loaded, the page told it pageview, cart.add, and it never tried to send",
        ),
        (
            CALLED | {"calls": ("pageview",), "tried": ("http://c.test/x",)},
            "its script was loaded, and sent nothing that arrived; a script on the page sent to http://c.test/x",
        ),
        (
            DEFINED | {"reads_automation": True},
            "never called jirafe_deferred, which the page defines; "
            "a script read navigator.webdriver, so it may keep silent because the browser is driven",
        ),
        (
            DEFINED | {"consent_managers": ("__tcfapi",)},
            "the page has a consent manager (__tcfapi), so it may wait for a consent that nobody gave",
        ),
        ({}, "its script was loaded, and sent nothing"),
    ],
)
def test_silence_says_how_far_the_tracker_came(said: dict[str, Any], words: str) -> None:
    [finding] = verdict(heard(**said), STEP)
    assert finding.code == "tracker-silent"
    assert finding.message.endswith(words)
    assert finding.hint


def test_what_one_page_told_the_tracker_counts_for_all() -> None:
    pages = (ProbeReport(url=STORE, **DEFINED), ProbeReport(url=STORE, **CALLED, calls=("pageview",)))
    assert "the page told it pageview" in verdict(silent(*pages), STEP)[0].message


@pytest.mark.parametrize(
    ("script", "words"), [(SCRIPT, "its script was loaded"), ("https://x.test/a.js", "no page asked")]
)
def test_a_script_that_another_host_served_is_known_by_what_the_page_asked_for(script: str, words: str) -> None:
    recording = heard(scripts=(script,), **DEFINED)
    records = tuple(record for record in recording.records if not isinstance(record, ScriptServed))
    assert words in verdict(replace(recording, records=records), STEP)[0].message


def test_a_scenario_that_cuts_the_collector_off_to_the_end_is_named() -> None:
    faults = FaultsSet(number=1, at=0.0, faults="blocked: collector", delays=True)
    recording = silent()
    [finding] = verdict(replace(recording, records=(faults, *recording.records)), STEP)
    assert "the scenario kept it from the collector to the end (blocked: collector)" in finding.message


def test_faults_that_were_set_are_named() -> None:
    faults = FaultsSet(number=1, at=0.0, faults="signals: GPC")
    recording = silent()
    [finding] = verdict(replace(recording, records=(faults, *recording.records)), STEP)
    assert finding.message.endswith("; the scenario had said: faults: signals: GPC")


@pytest.mark.parametrize(("reason", "told"), [(LOST, True), ("sendBeacon takes no 70000 bytes now", False)])
def test_what_was_lost_without_a_network_may_have_been_said_in_the_step_before(reason: str, told: bool) -> None:
    undone = iter([DROPPED])
    recording = rewritten(Story().step().show("/").step().show("/cart").tale(), lambda _wrapper: next(undone, None))
    refused = replace(recording, records=(*recording.records, BrowserRefused(url=STORE, reason=reason)))
    found = {code for code, _event in codes(refused, "- arrive\n- cart\n")}
    assert "missing-event" in found
    assert ("browser-refused" in found) == told


def test_what_was_heard_survives_the_file() -> None:
    recording = heard(
        calls=("pageview",), tried=("http://x/",), scripts=(SCRIPT,), consent_managers=("__gpp",), **CALLED
    )
    assert loads(dumps(recording), file="x") == recording
