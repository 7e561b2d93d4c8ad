"""What a run found: the one thing that reports read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.finding import Finding, Severity

Verdict = Literal["pass", "fail", "not-run"]


@dataclass(frozen=True, kw_only=True)
class EventView:
    """One captured event or document as a report shows it.

    `time` is in seconds since the scenario began, `status` the collector's answer; `fault` is what struck the request on
    purpose, so that it does not count, empty where nothing did.
    """

    number: int
    time: float
    type: str
    pointer: str
    status: int
    body: Mapping[str, Any]
    envelope: Mapping[str, Any]
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step of a journey: `number` from 1 (as in `Finding.step`), `line` in the scenario file, `screenshot` a PNG."""

    number: int
    title: str
    line: int
    duration_s: float
    url: str = ""
    events: tuple[EventView, ...] = ()
    documents: tuple[EventView, ...] = ()
    screenshot: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class ScenarioResult:
    """One scenario's verdict; `reason` says in a sentence why it did not run, None where it did."""

    name: str
    file: str
    tags: tuple[str, ...]
    verdict: Verdict
    reason: str | None = None
    duration_s: float = 0.0
    events: int = 0
    documents: int = 0
    findings: tuple[Finding, ...] = ()
    steps: tuple[StepView, ...] = field(default=(), repr=False)  # asyncio writes out what a program's task returned


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """A whole run. `command` is the line that repeats it; `browser` has `name` and `version`.

    `started` is in seconds since the epoch. `notes` are sentences that a reader must know to trust the verdict, such as
    that the browser did not check certificates. `unit` is what one entry of `scenarios` is: a scenario, or a page.
    `documents` is how many there were, where that is known of all scenarios together only.
    """

    seed: int
    command: str
    duration_s: float
    browser: Mapping[str, str] = field(default_factory=dict)
    scenarios: tuple[ScenarioResult, ...] = ()
    started: float | None = None
    notes: tuple[str, ...] = ()
    unit: str = "scenario"
    documents: int | None = None

    @property
    def verdict(self) -> Verdict:
        """`pass` only where something ran and nothing failed."""
        verdicts = {scenario.verdict for scenario in self.scenarios}
        return "pass" if "pass" in verdicts and "fail" not in verdicts else "fail"

    @property
    def totals(self) -> dict[str, int]:
        """The counts of the JSON report, in its order."""
        verdicts = [scenario.verdict for scenario in self.scenarios]
        findings = [finding for scenario in self.scenarios for finding in scenario.findings]
        documents = sum(scenario.documents for scenario in self.scenarios)
        return {
            "scenarios": len(verdicts),
            "passed": verdicts.count("pass"),
            "failed": verdicts.count("fail"),
            "not_run": verdicts.count("not-run"),
            "events": sum(scenario.events for scenario in self.scenarios),
            "documents": documents if self.documents is None else self.documents,
            "errors": sum(finding.count for finding in findings if finding.severity is Severity.ERROR),
            "warnings": sum(finding.count for finding in findings if finding.severity is Severity.WARNING),
        }
