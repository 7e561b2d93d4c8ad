"""What became of the broken trackers, in words and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.mutation.trackers.mutant import BrokenTracker
from harness.mutation.trackers.scheduler import MutantOutcome
from harness.reports.formatting import counted
from harness.reports.mutation_summary import headline
from harness.results import MutationScore

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Score:
    """What became of all of them, `tracker` being the healthy one's name and `scenarios` how many there were.

    `left_out` counts the mutants that cannot be made of this tracker, `proof` is what became of sabotaged copies of the
    healthy one's recordings.
    """

    fates: Sequence[MutantOutcome]
    tracker: str
    scenarios: int
    seconds: float
    seed: int
    left_out: int = 0
    score: MutationScore | None = None

    @property
    def caught(self) -> list[MutantOutcome]:
        return [fate for fate in self.fates if fate.finding]

    @property
    def undetected(self) -> list[MutantOutcome]:
        return [fate for fate in self.fates if not fate.finding]

    @property
    def misattributed(self) -> list[MutantOutcome]:
        return [fate for fate in self.caught if not fate.is_detected_by_code]

    @property
    def percent(self) -> float:
        """The share that was caught."""
        return 100 * len(self.caught) / len(self.fates)


def as_text(score: Score, *, verbose: bool) -> str:
    """The score, every survivor and every one that went by another name; with `verbose` all others as well."""
    lines = [*(_caught_lines(score.caught) if verbose else ()), *_misnamed_lines(score), *_survivor_lines(score)]
    if score.left_out:
        lines.append(f"{score.left_out} more are edits of the built-in tracker's source, and do not apply to this one.")
    if score.score:
        lines.append(headline(score.score))
    named = f", {len(score.caught) - len(score.misattributed)} of them by what is wrong" if score.caught else ""
    count = counted(len(score.fates), "mutant")
    survived = f", {len(score.undetected)} survived" if score.undetected else ""
    lines.append(f"{count} of the tracker: {len(score.caught)} caught{named}{survived}")
    lines.append(f"{counted(score.scenarios, 'scenario')}, {score.seconds:.0f} s (seed {score.seed})")
    return "\n".join(lines) + "\n"


def as_json(score: Score) -> str:
    """The same for machines."""
    report = {
        "version": VERSION,
        "tracker": score.tracker,
        "seed": score.seed,
        "duration_s": round(score.seconds, 3),
        "scenarios": score.scenarios,
        "caught": len(score.caught),
        "survived": len(score.undetected),
        "misnamed": len(score.misattributed),
        "left_out": score.left_out,
        "score": round(score.percent, 2),
        "sabotage": _sabotage(score.score) if score.score else None,
        "mutants": [_as_json(fate) for fate in score.fates],
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def listed(trackers: Sequence[BrokenTracker]) -> str:
    """A line for each."""
    return "".join(f"{item.place}  {item.mutant.name}: {item.mutant.what}\n" for item in trackers)


def _sabotage(score: MutationScore) -> dict[str, Any]:
    return {"copies": len(score.trials), "score": round(score.score, 2), "sample": score.is_sample}


def _survivor_lines(score: Score) -> Iterator[str]:
    for fate in score.undetected:
        yield f"survived  {_headline(fate)}"
        yield f"          nothing in {counted(fate.tried, 'scenario')} noticed it"


def _misnamed_lines(score: Score) -> Iterator[str]:
    for fate in score.misattributed:
        yield f"caught under another name  {_headline(fate)}"
        yield f"          {_said(fate)}"


def _caught_lines(fates: Sequence[MutantOutcome]) -> Iterator[str]:
    for fate in fates:
        if fate.is_detected_by_code:
            yield f"caught    {_headline(fate)}"
            yield f"          {_said(fate)}"


def _headline(fate: MutantOutcome) -> str:
    return f"{fate.broken.mutant.name}: {fate.broken.mutant.what} ({fate.broken.place})"


def _said(fate: MutantOutcome) -> str:
    return (
        f"{fate.scenario.file}: {fate.finding.code}: {fate.finding.message}" if fate.scenario and fate.finding else ""
    )


def _as_json(fate: MutantOutcome) -> dict[str, Any]:
    return {
        "name": fate.broken.mutant.name,
        "what": fate.broken.mutant.what,
        "place": fate.broken.place,
        "caught": fate.finding is not None,
        "named": fate.is_detected_by_code,
        "tried": fate.tried,
        "scenario": fate.scenario.name if fate.scenario else None,
        "file": fate.scenario.file if fate.scenario else None,
        "code": fate.finding.code if fate.finding else None,
        "message": fate.finding.message if fate.finding else None,
    }
