"""The JUnit report, for GitHub, GitLab, Jenkins and other readers of test results: a test case for each scenario."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import PurePath
from urllib.parse import urlsplit

from harness.findings import Severity
from harness.reports.evidence import describe
from harness.reports.formatting import browser, cut
from harness.results import RunResult, ScenarioResult

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(result: RunResult) -> str:
    """One suite. Characters that XML does not allow become U+FFFD."""
    totals = result.totals
    counts = {
        "tests": str(totals["scenarios"]),
        "failures": str(totals["failed"]),
        "errors": "0",
        "skipped": str(totals["not_run"]),
        "time": f"{result.duration_s:.3f}",
    }
    root = ET.Element("testsuites", {"name": "harness", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": "harness", **counts, **_timestamp(result)})
    _add_properties(suite, result)
    for scenario in result.scenarios:
        _add_case(suite, scenario)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _timestamp(result: RunResult) -> dict[str, str]:
    if result.started is None:
        return {}
    return {"timestamp": datetime.fromtimestamp(result.started, UTC).strftime("%Y-%m-%dT%H:%M:%S")}


def _add_properties(suite: ET.Element, result: RunResult) -> None:
    properties = ET.SubElement(suite, "properties")
    counts = ((name, str(result.totals[name])) for name in ("events", "documents"))
    for name, value in (("seed", str(result.seed)), ("command", result.command), ("browser", browser(result)), *counts):
        ET.SubElement(properties, "property", {"name": name, "value": _xml(value)})
    for note in result.notes:
        ET.SubElement(properties, "property", {"name": "note", "value": _xml(note)})


def _add_case(suite: ET.Element, scenario: ScenarioResult) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": _xml(_class_name(scenario.file)) or "harness",
            "name": _xml(scenario.name),
            "file": _xml(scenario.file),
            "time": f"{scenario.duration_s:.3f}",
        },
    )
    if scenario.verdict == "not-run":
        ET.SubElement(case, "skipped", {"message": _xml(scenario.reason or "not run")})
    if scenario.verdict == "fail":
        _add_failure(case, scenario)
    warnings = [finding for finding in scenario.findings if finding.severity is Severity.WARNING]
    if warnings:
        ET.SubElement(case, "system-out").text = _xml("\n\n".join(map(describe, warnings)))


def _class_name(file: str) -> str:
    """The scenario's file with dots for slashes, or the host of a page."""
    host = urlsplit(file).netloc if "://" in file else ""
    return host or ".".join((*PurePath(file).parent.parts, PurePath(file).stem))


def _add_failure(case: ET.Element, scenario: ScenarioResult) -> None:
    first = scenario.findings[0] if scenario.findings else None
    message = first.message if first else scenario.reason or "failed without a finding"
    attributes = {"message": _xml(cut(message)), "type": first.code if first else "failed"}
    failure = ET.SubElement(case, "failure", attributes)
    failure.text = _xml("\n\n".join(map(describe, scenario.findings)) or message)


def _xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
