"""The input and output of the runner: jobs, options and outcomes."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.browser.access import Access
from harness.protocol import TrackerProtocol
from harness.recording.records import Recording
from harness.results import ScenarioResult
from harness.scenario.model import Scenario

INTERRUPTED: Final = "interrupted"
"""The reason for a scenario that did not run, or not to its end, because of Ctrl-C; also the note of the run."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to run.

    `script` is the tracker's source and `script_name` its description. `timeout` is the total time in seconds for which a
    scenario may wait for events. `store` are options of the built-in store; a scenario's own have precedence.
    `browser`, `channel` and `browser_path` are as on the command line; None selects the best installed browser.
    `artifacts` is the folder for screenshots, traces and recordings of failed scenarios, or of all with `keep_all`.
    `collector` is the URL of a running collector. `access` opens an external store. `log` receives a line for each matched
    element and page fact.
    """

    script: bytes
    store: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    workers: int = 1
    timeout: float = 3.0
    strict: bool = False
    fail_fast: bool = False
    browser: str | None = None
    channel: str | None = None
    browser_path: Path | None = None
    headed: bool = False
    slow_mo_ms: float = 0.0
    artifacts: Path | None = None
    keep_all: bool = False
    collector: str | None = None
    access: Access = field(default_factory=Access)
    script_name: str = "the built-in tracker"
    log: Callable[[str], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One scenario to run, and its name in reports (with a number for a repeated one).

    `script` replaces the run's tracker source.
    """

    scenario: Scenario
    name: str
    script: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of one job and the recording behind it. `protocol` has the recording's decoded requests in its cache."""

    result: ScenarioResult
    recording: Recording | None = None
    protocol: TrackerProtocol | None = None


def suitable_workers() -> int:
    """The number of parallel journeys for this machine."""
    return min(8, 2 * (os.cpu_count() or 1))


def not_run(job: Job, reason: str) -> Outcome:
    scenario = job.scenario
    return Outcome(
        result=ScenarioResult(name=job.name, file=scenario.file, tags=scenario.tags, verdict="not-run", reason=reason)
    )
