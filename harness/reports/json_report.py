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
    """The whole run as one JSON document. Half surrogate pairs from the wire stay, as escapes."""
    report = {
        "version": VERSION,
        "verdict": result.verdict,
        "seed": result.seed,
        "command": result.command,
        "duration_s": round(result.duration_s, 3),
        "totals": result.totals,
        "browser": {key: result.browser.get(key, "") for key in ("name", "version", "build")},
        "scenarios": [_scenario(scenario) for scenario in result.scenarios],
        **_worth(result),
    }
    text = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()


def _worth(result: RunResult) -> dict[str, Any]:
    """What a passing run is worth: nothing where it was not proved."""
    mutation_score = result.mutation_score
    if mutation_score is None:
        return {}
    return {
        "sabotage": {
            "copies": len(mutation_score.trials),
            **{outcome: mutation_score.count(outcome) for outcome in ("failed", "warned", "passed")},
            "misnamed": [_trial(trial) | {"reported": trial.reported} for trial in mutation_score.misattributed],
            "score": round(mutation_score.score, 2),
            "sample": mutation_score.is_sample,
            "survivors": [
                _trial(trial) | {"advice": trial.advice, "where": trial.where} for trial in mutation_score.undetected
            ],
            "fields": [
                {"event": event, "field": field, "copies": of, "noticed": noticed}
                for (event, field), (noticed, of) in mutation_score.fields.items()
            ],
        },
        "coverage": {item.of: {"seen": list(item.seen), "unseen": list(item.unseen)} for item in result.coverage},
    }


def _trial(trial: MutantResult) -> dict[str, Any]:
    names = ("sabotage", "what", "scenario", "file", "step", "line", "event", "field")
    return {name: getattr(trial, name) for name in names}


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
        "evidence": _jsonable(finding.evidence),
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
