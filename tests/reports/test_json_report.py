"""The JSON report."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.sample_results import failing_run, passing_run, single, wrong_type

import harness.reports
from harness.findings import CODES, Evidence, Finding
from harness.reports.json_report import render
from harness.results import RunResult

SCHEMA = json.loads((Path(harness.reports.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))


def report(result: RunResult) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(render(result), parse_constant=pytest.fail)
    return loaded


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("result", [failing_run(), passing_run(), RunResult(seed=0, command="", duration_s=0)])
def test_reports_obey_the_schema(result: RunResult) -> None:
    Draft202012Validator(SCHEMA).validate(report(result))


@pytest.mark.parametrize("key", ["version", "verdict", "totals", "scenarios"])
def test_the_schema_notices_a_missing_key(key: str) -> None:
    broken = {name: value for name, value in report(failing_run()).items() if name != key}
    assert not Draft202012Validator(SCHEMA).is_valid(broken)


def test_the_schema_notices_an_extra_key_in_a_finding() -> None:
    broken = report(failing_run())
    broken["scenarios"][1]["findings"][0]["extra"] = 1
    assert not Draft202012Validator(SCHEMA).is_valid(broken)


def test_keys_have_the_published_order() -> None:
    loaded = report(failing_run())
    assert list(loaded) == [
        *("version", "verdict", "seed", "command", "duration_s", "totals", "browser", "notes", "scenarios")
    ]
    assert list(loaded["totals"]) == [
        *("scenarios", "passed", "failed", "not_run", "events", "documents", "errors", "warnings")
    ]
    assert list(loaded["scenarios"][0]) == [
        *("name", "file", "tags", "verdict", "reason", "duration_s", "events", "findings")
    ]
    assert list(loaded["scenarios"][1]["findings"][0]) == [
        *("code", "severity", "step", "place", "count", "message", "hint", "evidence")
    ]


def test_a_finding_is_reported_as_it_is() -> None:
    finding = wrong_type("category")
    (reported,) = report(single(finding))["scenarios"][0]["findings"]
    assert reported == {
        "code": "wrong-value",
        "severity": "error",
        "step": 2,
        "place": "/data/0/page_type",
        "count": 1,
        "message": finding.message,
        "hint": finding.hint,
        "evidence": finding.evidence.as_json(),
    }


def test_every_code_fits_the_schema() -> None:
    findings = [Finding(code=code, message="x") for code in CODES]
    Draft202012Validator(SCHEMA).validate(report(single(*findings)))


def test_screenshots_are_not_in_it() -> None:
    assert len(render(failing_run())) < 20_000


@pytest.mark.parametrize(
    ("value", "reported"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ((1, 2), [1, 2]),
        (b"raw", "b'raw'"),
        ("\ud800 half a pair", "\ud800 half a pair"),
        ("line\u2028separator \x00 </script>", "line\u2028separator \x00 </script>"),
        (10**30, 10**30),
        ({1: True}, {"1": True}),
    ],
)
def test_any_evidence_becomes_json(value: Any, reported: Any) -> None:
    result = single(replace(wrong_type("x"), evidence=Evidence(value=value)))
    assert report(result)["scenarios"][0]["findings"][0]["evidence"] == {"event": None, "value": reported}


def test_evidence_nested_too_deeply_is_cut() -> None:
    deep: Any = "bottom"
    for _ in range(5000):
        deep = [deep]
    assert "…" in render(single(replace(wrong_type("x"), evidence=Evidence(value=deep))))


def test_a_report_can_always_be_written_as_utf8() -> None:
    render(single(wrong_type("\ud800"))).encode("utf-8")


def test_letters_stay_readable() -> None:
    assert "Möwe" in render(failing_run())
