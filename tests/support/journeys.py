"""Run short journeys in one process over shared browsers."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from harness.protocol import get
from harness.results import ScenarioResult
from harness.runner.jobs import Job, Options
from harness.runner.runner import run
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

from . import broken_trackers as trackers

WORKERS = 3


def run_journeys(journeys: Mapping[str, tuple[str, str]], browser_path: Path) -> dict[str, ScenarioResult]:
    """Run each journey: a script that precedes the tracker, and the steps. The results have the same keys."""
    jobs = [_job(name, script, steps) for name, (script, steps) in journeys.items()]
    options = Options(script=b"", workers=WORKERS, browser_path=browser_path)
    result = asyncio.run(run(jobs, target=built_in(), protocol=get(), options=options))
    return {each.name: each for each in result.scenarios}


def _job(name: str, script: str, steps: str) -> Job:
    text = f"name: A journey\nsteps:\n{steps}"
    scenario = parse_scenario(text, file="journey.yaml", target=built_in(), protocol=get())
    return Job(scenario=scenario, name=name, script=f"{script}\n{trackers.SOURCE}".encode())
