"""The JSON report, for machines: version 1, described by report.schema.json."""

import json
import math
from collections.abc import Mapping
from typing import Any

from harness.findings import Finding
from harness.results import MutantResult, RunResult, ScenarioResult

VERSION = 1
DEEPEST = 64


def render(result: RunResult) -> str:
    """The run as one JSON document. Lone surrogates from the wire stay, as escapes."""
    report = {
        "version": VERSION,
        "verdict": result.verdict,
        "seed": result.seed,
        "command": result.command,
        "duration_s": round(result.duration_s, 3),
        "totals": result.totals,
        "browser": {key: result.browser.get(key, "") for key in ("name", "version", "build")},
        "notes": list(result.notes),
        "scenarios": [_scenario(scenario) for scenario in result.scenarios],
        **_mutation_score(result),
    }
    text = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()


def _mutation_score(result: RunResult) -> dict[str, Any]:
    """Return the keys `mutants` and `coverage`, or nothing if the run has no mutation score."""
    score = result.mutation_score
    if score is None:
        return {}
    return {
        "mutants": {
            "count": len(score.mutants),
            **{outcome: score.count(outcome) for outcome in ("failed", "warned", "passed")},
            "score": round(score.score, 2),
            "sample": score.is_sample,
            "undetected": [
                _mutant(mutant) | {"advice": mutant.suggestion.line, "where": mutant.suggestion.where}
                for mutant in score.undetected
            ],
            "misattributed": [_mutant(mutant) | {"reported": mutant.reported} for mutant in score.misattributed],
            "fields": [
                {"event": event, "field": field, "count": count, "detected": detected}
                for (event, field), (detected, count) in score.fields.items()
            ],
        },
        "coverage": {item.of: {"seen": list(item.seen), "unseen": list(item.unseen)} for item in result.coverage},
    }


def _mutant(mutant: MutantResult) -> dict[str, Any]:
    names = ("mutation", "description", "scenario", "file", "step", "line", "event", "field")
    return {name: getattr(mutant, name) for name in names}


def _scenario(scenario: ScenarioResult) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "file": scenario.file,
        "tags": list(scenario.tags),
        "verdict": scenario.verdict,
        "reason": scenario.reason,
        "duration_s": round(scenario.duration_s, 3),
        "events": scenario.events,
        "findings": [_finding(finding) for finding in scenario.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "step": finding.step,
        "place": finding.place,
        "count": finding.count,
        "message": finding.message,
        "hint": finding.hint,
        "evidence": _jsonable(finding.evidence.as_json() | ({"also": finding.also} if finding.also else {})),
    }


def _jsonable(value: Any, depth: int = 0) -> Any:
    """The value in JSON's own types: what JSON cannot say becomes text, what lies too deep an ellipsis."""
    if depth > DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): _jsonable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | None) else str(value)
