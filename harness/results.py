"""What a run found: the one thing that reports read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.findings import Finding, Severity

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


@dataclass(frozen=True)
class Suggestion:
    """The line to add to a scenario and its place. `line` is empty if no line helps; then `where` is the reason."""

    line: str
    where: str


@dataclass(frozen=True, kw_only=True)
class MutantResult:
    """One mutant of a passing run and its verdict.

    `step` and `line` are the first place that it changes. `event` is the event type (empty for the payload around events),
    `field` the JSON pointer to the changed field (empty for whole events). `reported` is the message of the first finding;
    `is_detected_by_code` is whether this finding has an expected code. `suggestion` is for undetected mutants.
    """

    mutation: str
    description: str
    scenario: str
    file: str
    step: int
    line: int
    event: str
    field: str
    outcome: Literal["failed", "warned", "passed"]
    is_detected_by_code: bool = True
    reported: str = ""
    suggestion: Suggestion = Suggestion("", "")


@dataclass(frozen=True, kw_only=True)
class MutationScore:
    """The judged mutants of a run; `is_sample` where not all mutants were judged."""

    mutants: tuple[MutantResult, ...]
    is_sample: bool = False

    def count(self, outcome: str) -> int:
        return sum(mutant.outcome == outcome for mutant in self.mutants)

    @property
    def undetected(self) -> tuple[MutantResult, ...]:
        return tuple(mutant for mutant in self.mutants if mutant.outcome == "passed")

    @property
    def misattributed(self) -> tuple[MutantResult, ...]:
        """The mutants that were detected under a different code than expected."""
        return tuple(each for each in self.mutants if each.outcome != "passed" and not each.is_detected_by_code)

    @property
    def score(self) -> float:
        """The percentage of mutants that were detected; 100 if there are no mutants."""
        return 100 * (1 - len(self.undetected) / len(self.mutants)) if self.mutants else 100.0

    @property
    def fields(self) -> dict[tuple[str, str], tuple[int, int]]:
        """The number of detected mutants and of all mutants for each (event type, field)."""
        counts: dict[tuple[str, str], tuple[int, int]] = {}
        for mutant in sorted(self.mutants, key=lambda mutant: (mutant.event, mutant.field)):
            detected, total = counts.get((mutant.event, mutant.field), (0, 0))
            counts[mutant.event, mutant.field] = detected + (mutant.outcome != "passed"), total + 1
        return counts


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The members of a closed list, such as the event types, that a run exercised, and the other members."""

    of: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """A whole run. `command` is the line that repeats it; `browser` has `name` and `version`.

    `started` is in seconds since the epoch. `notes` are sentences that a reader must know to trust the verdict, such as
    that the browser did not check certificates. `unit` is what one entry of `scenarios` is: a scenario, or a page.
    `documents` is how many there were, where that is known of all scenarios together only. `proof` and `coverage` tell what a
    passing run is worth. `interrupted` after Ctrl-C.
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
    mutation_score: MutationScore | None = None
    coverage: tuple[Coverage, ...] = ()
    interrupted: bool = False

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
