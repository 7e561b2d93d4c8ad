"""Read JSON reports, to convert or merge them."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from harness.errors import FileError
from harness.findings import Evidence, Finding, Severity
from harness.reports.json_report import VERSION
from harness.results import RunResult, ScenarioResult
from harness.text_files import read_file

_UNITS = {"harness verify": "page", "harness check": "file"}


def read_report(path: Path) -> RunResult:
    """The run in a JSON report, without steps and times. FileError if the file is not a JSON report."""
    text = read_file(path, "JSON report")
    try:
        report = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(f"{path}:{error.lineno}: not a JSON report: {_cause(text, error)}") from error
    except RecursionError as error:
        raise FileError(f"{path}: not a JSON report: nested too deeply") from error
    _check(report, path)
    result = _result(report)
    for name, count in report["totals"].items():
        if (total := result.totals[name]) != count:
            text = f"totals.{name} is {count}, but its scenarios add up to {total}"
            raise FileError(f"{path}: the report contradicts itself: {text}")
    if result.verdict != report["verdict"]:
        raise FileError(f'{path}: the report contradicts itself: its verdict is "{report["verdict"]}"')
    return result


def _cause(text: str, error: json.JSONDecodeError) -> str:
    if not text.strip():
        return "the file is empty; check that the run ended"
    if error.pos >= len(text.rstrip()):
        return "the file ends here; check that the run ended"
    return error.msg


def _check(report: Any, path: Path) -> None:
    version = report.get("version") if isinstance(report, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise FileError(f"{path}: report of version {version}; this program reads version {VERSION}")
    error: ValidationError | None = best_match(_validator().iter_errors(report))
    if error is not None:
        where = f" at {error.json_path.removeprefix('$').removeprefix('.')}" if error.path else ""
        hint = "use a file written by --report json=FILE"
        raise FileError(f"{path}: not a JSON report{where}: {_cut(error.message)}; {hint}")


def _cut(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:80]} … {message[-80:]}"


@cache
def _validator() -> Draft202012Validator:
    schema = files(__package__) / "report.schema.json"
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def _result(report: Mapping[str, Any]) -> RunResult:
    return RunResult(
        seed=report["seed"],
        command=report["command"],
        duration_s=report["duration_s"],
        browser={name: text for name, text in report["browser"].items() if text},
        scenarios=tuple(map(_scenario, report["scenarios"])),
        notes=tuple(report.get("notes", ())),
        unit=_UNITS.get(" ".join(report["command"].split()[:2]), "scenario"),
        documents=report["totals"]["documents"],
    )


def _scenario(item: Mapping[str, Any]) -> ScenarioResult:
    findings = tuple(_finding(finding) for finding in item["findings"])
    return ScenarioResult(**{**item, "tags": tuple(item["tags"]), "findings": findings})


def _finding(item: Mapping[str, Any]) -> Finding:
    evidence = dict(item["evidence"])
    parts = {"also": tuple(evidence.pop("also", ())), "evidence": Evidence.from_json(evidence)}
    return Finding(**{**item, **parts, "severity": Severity(item["severity"])})
