"""The outcomes of tracker mutants as text and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.mutation.model import TrackerMutant
from harness.mutation.trackers.scheduler import MutantOutcome
from harness.reports.formatting import counted
from harness.reports.mutation_summary import headline
from harness.results import MutationScore

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class TrackerScore:
    """The outcomes of all mutants of `tracker` against this number of scenarios.

    `recordings` is the mutation score of the healthy tracker's recordings.
    """

    outcomes: Sequence[MutantOutcome]
    tracker: str
    scenarios: int
    duration_s: float
    seed: int
    recordings: MutationScore | None = None

    @property
    def detected(self) -> list[MutantOutcome]:
        return [outcome for outcome in self.outcomes if outcome.finding]

    @property
    def undetected(self) -> list[MutantOutcome]:
        return [outcome for outcome in self.outcomes if not outcome.finding]

    @property
    def misattributed(self) -> list[MutantOutcome]:
        return [outcome for outcome in self.detected if not outcome.is_detected_by_code]

    @property
    def percent(self) -> float:
        return 100 * len(self.detected) / len(self.outcomes)


def as_text(score: TrackerScore, *, verbose: bool) -> str:
    """List the undetected and the misattributed mutants, with `verbose` all mutants, and the score."""
    by_code = [outcome for outcome in score.detected if outcome.is_detected_by_code]
    lines = [_lines("detected  ", outcome, _finding(outcome)) for outcome in by_code if verbose]
    lines += [_lines("detected under a different code", outcome, _finding(outcome)) for outcome in score.misattributed]
    lines += [_lines("undetected", each, f"{counted(each.tried, 'scenario')} passed") for each in score.undetected]
    if score.recordings:
        lines.append(f"Recordings: {headline(score.recordings)}")
    count = f"{len(score.detected)} of {counted(len(score.outcomes), 'mutant')} detected"
    lines.append(
        f"Tracker: mutation score {score.percent:.1f} %: {count}, {len(by_code)} of them under an expected code."
    )
    lines.append(f"{counted(score.scenarios, 'scenario')}, {score.duration_s:.0f} s (seed {score.seed})")
    return "\n".join(lines) + "\n"


def as_json(score: TrackerScore) -> str:
    report = {
        "version": VERSION,
        "tracker": score.tracker,
        "seed": score.seed,
        "duration_s": round(score.duration_s, 3),
        "scenarios": score.scenarios,
        "detected": len(score.detected),
        "undetected": len(score.undetected),
        "misattributed": len(score.misattributed),
        "score": round(score.percent, 2),
        "recordings": _recordings(score.recordings) if score.recordings else None,
        "mutants": [_mutant(outcome) for outcome in score.outcomes],
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def as_list(mutants: Sequence[TrackerMutant]) -> str:
    return "".join(f"{mutant.name}: {mutant.description}\n" for mutant in mutants)


def _recordings(score: MutationScore) -> dict[str, Any]:
    return {"count": len(score.mutants), "score": round(score.score, 2), "sample": score.is_sample}


def _lines(outcome_name: str, outcome: MutantOutcome, detail: str) -> str:
    return f"{outcome_name}  {outcome.mutant.name}: {outcome.mutant.description}\n            {detail}"


def _finding(outcome: MutantOutcome) -> str:
    if not outcome.scenario or not outcome.finding:
        return ""
    return f"{outcome.scenario.file}: {outcome.finding.code}: {outcome.finding.message}"


def _mutant(outcome: MutantOutcome) -> dict[str, Any]:
    return {
        "name": outcome.mutant.name,
        "description": outcome.mutant.description,
        "detected": outcome.finding is not None,
        "detected_by_code": outcome.is_detected_by_code,
        "tried": outcome.tried,
        "scenario": outcome.scenario.name if outcome.scenario else None,
        "file": outcome.scenario.file if outcome.scenario else None,
        "code": outcome.finding.code if outcome.finding else None,
        "message": outcome.finding.message if outcome.finding else None,
    }
