"""Judge sabotaged copies: what would have failed, what would have passed, and what was named by its right name."""


from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from harness.events import Beacon, Reading
from harness.finding import Finding, Severity
from harness.judge import judge
from harness.protocols import TrackerProtocol
from harness.recording import Recording

from harness.sabotage import requests
from harness.sabotage.copies import Copy, Healthy
from harness.scenario import Scenario


@dataclass(frozen=True)
class Subject:
    """A passing run of a scenario, to be broken. `protocol` reads each request once, and keeps what it has read."""

    scenario: Scenario
    healthy: Healthy
    protocol: TrackerProtocol
    found: frozenset[object]
    name: str


def subject(recording: Recording, scenario: Scenario, protocol: TrackerProtocol, *, name: str = "") -> Subject:
    """A recording and its scenario, made ready."""
    remembering = replace(protocol, read=lru_cache(maxsize=4096)(protocol.read))
    found = frozenset(map(_kind, judge(recording, scenario, remembering)))
    return Subject(scenario, Healthy(recording, remembering.read), remembering, found, name or scenario.name)


def copies(subject: Subject) -> Iterator[Copy]:
    """Every sabotaged copy, in the catalogue's order."""
    for sabotage in (*requests.SABOTAGES, *subject.protocol.sabotages()):
        yield from sabotage(subject.healthy)


def news(copy: Copy, subject: Subject, scenario: Scenario | None = None) -> tuple[Finding, ...]:
    """What the judge finds wrong in a copy, notes left out, that it did not find in the healthy recording."""
    found = judge(copy.recording, scenario or subject.scenario, subject.protocol)
    return tuple(item for item in found if item.severity is not Severity.NOTE and _kind(item) not in subject.found)


def _kind(finding: Finding) -> object:
    about = finding.evidence
    return finding.severity, finding.code, about.get("event"), about.get("pointer"), finding.step, finding.count
