"""Hard conditions: a tracker that is broken in one way fails the scenario about it, and passes where all is well."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from support.command import ROOT
from support.conditions import PAIRS

from harness import protocol as protocols
from harness.browser.discovery import BrowserChoice
from harness.findings import Finding
from harness.runner.runner import Job, Options, run
from harness.scenario.model import Scenario
from harness.scenario.parser import read_scenario
from harness.scenario.target import built_in

HEALTHY = "smoke/look-around"
WORKERS = 3

Findings = dict[str, tuple[Finding, ...]]


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest, browser_path: Path) -> Findings:
    """What is found with the tracker of each pair that was chosen, by `{pair} {scenario}`; one browser runs them all."""
    return _ran([name for name in _chosen(request) if not _needs_full(name)], browser_path)


@pytest.fixture(scope="module")
def found_in_full(request: pytest.FixtureRequest, full_chromium: BrowserChoice) -> Findings:
    """The same for the pairs whose scenario asks for a full browser."""
    return _ran([name for name in _chosen(request) if _needs_full(name)], full_chromium.path)


def _needs_full(name: str) -> bool:
    return _read(PAIRS[name].scenario).browser == "full"


def _read(file: str) -> Scenario:
    return read_scenario(ROOT / "scenarios" / f"{file}.yaml", target=built_in(), protocol=protocols.get())


def _ran(names: Iterable[str], browser_path: Path) -> Findings:
    jobs = []
    for name in names:
        pair = PAIRS[name]
        for file in (pair.scenario, *[HEALTHY] * pair.healthy):
            scenario = _read(file)
            if file == pair.scenario:
                scenario = replace(scenario, store={**scenario.store, **pair.store})
            jobs.append(Job(scenario=scenario, name=f"{name} {file}", script=pair.tracker.encode()))
    options = Options(script=b"", workers=WORKERS, timeout=1, strict=True, browser_path=browser_path)
    ran = asyncio.run(run(jobs, target=built_in(), protocol=protocols.get(), options=options))
    return {result.name: result.findings for result in ran.scenarios if result.verdict != "not-run"}


def _chosen(request: pytest.FixtureRequest) -> list[str]:
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    here = [item.callspec.params for item in items if item.module is request.module and hasattr(item, "callspec")]
    return [str(given["name"]) for given in here]


@pytest.mark.parametrize("name", PAIRS)
def test_a_tracker_that_is_broken_in_one_way_fails_the_scenario_about_it(
    name: str, request: pytest.FixtureRequest
) -> None:
    pair = PAIRS[name]
    found: Findings = request.getfixturevalue("found_in_full" if _needs_full(name) else "found")
    findings = found[f"{name} {pair.scenario}"]
    assert pair.code in [finding.code for finding in findings]
    assert any(finding.code == pair.code and pair.says in finding.message for finding in findings)
    if pair.healthy:
        assert found[f"{name} {HEALTHY}"] == ()


def test_each_pair_is_in_the_documentation() -> None:
    table = (ROOT / "docs" / "conditions.md").read_text(encoding="utf-8")
    for name, pair in PAIRS.items():
        assert f"| {pair.condition} | `{pair.scenario}` | {name} | `{pair.code}` |" in table
