"""Each tracker with one defect fails the scenario that detects the defect; one run over shared browsers."""

import asyncio
import itertools
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import broken_trackers as trackers
from support.broken_trackers.model import BrokenTracker, transport_mutant
from support.command import ROOT

from harness.browser.discovery import BrowserChoice
from harness.findings import Finding
from harness.protocol import get
from harness.runner.jobs import Job, Options
from harness.runner.runner import run
from harness.scenario.model import Scenario
from harness.scenario.parser import parse_scenario, read_scenario
from harness.scenario.target import built_in

TWIN = """
name: twin
steps:
  - arrive: {at: home}
  - open product: Tumbler
  - cart
never: [add_item_to_cart, funnel, order_success]
"""
"""A scenario without any condition: a tracker with a defect under one condition passes it."""
SEVERAL = ("smoke/buy-as-guest", "smoke/change-the-cart")
WORKERS = 3

BY_NAME = {each.name: each for each in trackers.ALL}
WITH_TWIN = {each.condition: each.name for each in trackers.ALL if each.has_healthy_twin}.values()
"""One tracker of each condition: it passes a scenario without the condition."""
IN_SEVERAL = {
    "currency-wrong": transport_mutant("currency-wrong"),
    "every-second-page-view-lost": transport_mutant("every-second-page-view-lost"),
    "order-again-later": transport_mutant("order-again-later"),
    "order-twice": trackers.ORDER_SENT_TWICE,
    "qty": transport_mutant("qty"),
    "silent": trackers.SILENT,
    "site-a-number": transport_mutant("site-a-number"),
    "batches": trackers.broken("""
  const waiting = window.waiting = window.waiting || [];
  const flush = () => waiting.splice(0).forEach(later => send(url, later));
  if (!waiting.timer) addEventListener('pagehide', flush);
  waiting.timer = waiting.timer || setTimeout(flush, 5000);
  waiting.push(wrapper);
  return true;
"""),
}
"""Trackers whose first finding is checked in several scenarios; `batches` is healthy and sends every five seconds."""

Findings = dict[str, tuple[Finding, ...]]


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest, browser_path: Path) -> Findings:
    """The findings of every selected tracker, by `{tracker} {scenario}`."""
    names = _selected(request)
    jobs = [job for name in names & BY_NAME.keys() for job in _jobs(BY_NAME[name]) if not _needs_full(BY_NAME[name])]
    several = itertools.product(names & IN_SEVERAL.keys(), SEVERAL)
    jobs += [_job(f"several {name} {file}", _read(file), IN_SEVERAL[name]) for name, file in several]
    return _run(jobs, browser_path)


@pytest.fixture(scope="module")
def found_in_full_browser(request: pytest.FixtureRequest, full_chromium: BrowserChoice) -> Findings:
    """The findings of every selected tracker whose scenario needs a full browser."""
    selected = [BY_NAME[name] for name in _selected(request) & BY_NAME.keys() if _needs_full(BY_NAME[name])]
    return _run([job for tracker in selected for job in _jobs(tracker)], full_chromium.path)


def _selected(request: pytest.FixtureRequest) -> set[str]:
    """The parameters of all tests of this module that will run."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    here = [item for item in items if item.module is request.module]
    return {str(item.callspec.params["name"]) for item in here if hasattr(item, "callspec")}


def _jobs(tracker: BrokenTracker) -> Iterator[Job]:
    scenario = _read(tracker.scenario)
    scenario = replace(scenario, store={**scenario.store, **tracker.store})
    yield _job(f"{tracker.name} {tracker.scenario}", scenario, tracker.source)
    if tracker.name in WITH_TWIN:
        twin = parse_scenario(TWIN, file="twin.yaml", target=built_in(), protocol=get())
        yield _job(f"{tracker.name} twin", twin, tracker.source)


def _job(name: str, scenario: Scenario, source: str) -> Job:
    return Job(scenario=scenario, name=name, script=source.encode())


def _read(file: str) -> Scenario:
    return read_scenario(ROOT / "scenarios" / f"{file}.yaml", target=built_in(), protocol=get())


def _needs_full(tracker: BrokenTracker) -> bool:
    return _read(tracker.scenario).browser == "full"


def _run(jobs: Collection[Job], browser_path: Path) -> Findings:
    options = Options(script=b"", workers=WORKERS, timeout=1, strict=True, browser_path=browser_path)
    result = asyncio.run(run(list(jobs), target=built_in(), protocol=get(), options=options))
    return {each.name: each.findings for each in result.scenarios if each.verdict != "not-run"}


@pytest.mark.parametrize("name", BY_NAME)
def test_the_scenario_of_a_broken_tracker_reports_its_defect(name: str, request: pytest.FixtureRequest) -> None:
    tracker = BY_NAME[name]
    found: Findings = request.getfixturevalue("found_in_full_browser" if _needs_full(tracker) else "found")
    findings = found[f"{name} {tracker.scenario}"]
    assert any(expected.matches(finding) for expected in tracker.expected for finding in findings), findings
    if name in WITH_TWIN:
        assert found[f"{name} twin"] == ()


def _first_findings(found: Findings, name: str) -> list[Finding]:
    """Return the first finding of each scenario that failed."""
    findings = [found[f"several {name} {file}"] for file in SEVERAL]
    assert any(findings)
    assert all(len(each) < 10 for each in findings), "one defect causes few findings"
    return [each[0] for each in findings if each]


@pytest.mark.parametrize(
    ("name", "code", "event", "pointer"),
    [
        ("every-second-page-view-lost", "missing-event", "pageview", ""),
        ("order-twice", "duplicate-event", "order_success", "/data/0"),
        ("order-again-later", "duplicate-event", "order_success", "/data/0"),
        ("site-a-number", "schema", None, "/site"),
        ("silent", "tracker-silent", None, None),
    ],
)
def test_the_first_finding_of_every_failed_scenario_is_the_defect(
    name: str, code: str, event: str | None, pointer: str | None, found: Findings
) -> None:
    for finding in _first_findings(found, name):
        assert (finding.code, finding.evidence.event, finding.evidence.pointer) == (code, event, pointer)


@pytest.mark.parametrize("name", ["silent", "site-a-number"])
def test_a_defect_of_every_request_fails_every_scenario(name: str, found: Findings) -> None:
    assert len(_first_findings(found, name)) == len(SEVERAL)


@pytest.mark.parametrize("name", ["every-second-page-view-lost"])
def test_lost_page_views_are_counted(name: str, found: Findings) -> None:
    assert all(finding.count > 1 for finding in _first_findings(found, name))


@pytest.mark.parametrize("name", ["currency-wrong"])
def test_a_wrong_currency_is_reported_for_each_cart_event(name: str, found: Findings) -> None:
    for finding in _first_findings(found, name):
        assert finding.code == "wrong-value"
        assert str(finding.evidence.pointer).endswith("/line_item/currency")
        assert str(finding.evidence.event) in finding.message
        assert 'currency is "USD"; expected "EUR"' in finding.message
    events = {finding.evidence.event for file in SEVERAL for finding in found[f"several {name} {file}"]}
    assert events == {"add_item_to_cart", "edit_cart", "remove_item_from_cart"}


@pytest.mark.parametrize("name", ["qty"])
def test_a_misspelt_field_is_reported(name: str, found: Findings) -> None:
    for finding in _first_findings(found, name):
        assert finding.code == "schema"
        assert str(finding.evidence.pointer).endswith("/line_item/quantity")
        assert str(finding.evidence.event) in finding.message
        assert '"qty"' in finding.message


@pytest.mark.parametrize("name", ["batches"])
def test_a_tracker_that_sends_every_five_seconds_is_healthy(name: str, found: Findings) -> None:
    assert [found[f"several {name} {file}"] for file in SEVERAL] == [()] * len(SEVERAL)


def test_every_condition_is_documented() -> None:
    table = (ROOT / "docs" / "conditions.md").read_text(encoding="utf-8")
    for each in trackers.ALL:
        if each.condition:
            (code,) = {expected.code for expected in each.expected[:1]}
            assert f"| {each.condition} | `{each.scenario}` | {each.defect} | `{code}` |" in table
