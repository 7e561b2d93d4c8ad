"""The JUnit report."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from support.sample_results import STORE, failing_run, missing, passing_run, single, wrong_type

from harness.findings import Severity
from harness.json_matching import Difference
from harness.reports.junit import render
from harness.results import RunResult

NUMBERS = ("tests", "failures", "errors", "skipped", "time")


def suite(result: RunResult) -> ET.Element:
    (found,) = ET.fromstring(render(result).encode())
    return found


def cases(result: RunResult) -> list[ET.Element]:
    return suite(result).findall("testcase")


@pytest.mark.parametrize("result", [failing_run(), passing_run(), RunResult(seed=0, command="", duration_s=0)])
def test_the_structure_is_what_jenkins_github_and_gitlab_read(result: RunResult) -> None:
    root = ET.fromstring(render(result).encode())
    assert [root.tag, *(child.tag for child in root)] == ["testsuites", "testsuite"]
    for element in (root, root[0]):
        assert all(float(element.attrib[name]) >= 0 for name in NUMBERS)
    for case in root[0].findall("testcase"):
        assert set(case.attrib) == {"classname", "name", "file", "time"}
        assert [child.tag for child in case] in (
            [],
            ["failure"],
            ["skipped"],
            ["system-out"],
            ["failure", "system-out"],
        )
    assert [child.tag for child in root[0]] == ["properties", *["testcase"] * len(result.scenarios)]


def test_the_counts_are_those_of_the_test_cases() -> None:
    found = suite(failing_run())
    assert [found.attrib[name] for name in NUMBERS] == ["5", "2", "0", "1", "6.213"]
    assert len(found.findall("testcase")) == 5
    assert len(found.findall("testcase/failure")) == 2
    assert len(found.findall("testcase/skipped")) == 1


def test_a_test_case_names_class_scenario_file_and_time() -> None:
    assert cases(failing_run())[1].attrib == {
        "classname": "scenarios.smoke.buy",
        "name": "A guest finds a tumbler by search and buys two",
        "file": "scenarios/smoke/buy.yaml",
        "time": "2.940",
    }


def test_a_failure_has_the_first_findings_message_and_code_and_all_findings_in_its_text() -> None:
    failure = cases(single(missing("visit"), wrong_type("category")))[0].find("failure")
    assert failure is not None
    assert failure.attrib == {"message": "visit did not arrive", "type": "missing-event"}
    assert failure.text is not None
    assert '/line_item/sku_code: expected "TUM-RED", got "TUM-BLU"' in failure.text
    assert 'error wrong-value: pageview: page_type is "category"' in failure.text
    assert f"\n  step 2; field /data/0/page_type; page {STORE}/fakewww/products/2/index.html\n" in failure.text


def test_a_difference_from_a_matcher_is_in_words() -> None:
    finding = missing("visit")
    proof = replace(finding.evidence, differences=(Difference("/total", {"$about": 99.95}, "1"),))
    failure = cases(single(replace(finding, evidence=proof)))[0].findtext("failure")
    assert failure is not None
    assert '/total: expected about 99.95, got "1"' in failure


def test_a_failed_scenario_without_findings_is_still_a_failure() -> None:
    assert cases(single())[0].find("failure") is not None


def test_what_did_not_run_is_skipped_with_its_reason() -> None:
    skipped = cases(failing_run())[4].find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"].startswith("the back/forward cache needs full Chromium")


def test_warnings_of_a_passing_scenario_are_its_output_and_no_failure() -> None:
    (case,) = cases(single(replace(wrong_type("x"), severity=Severity.WARNING), verdict="pass"))
    assert case.find("failure") is None
    assert "warning wrong-value" in (case.findtext("system-out") or "")


def test_seed_command_and_browser_are_properties() -> None:
    properties = {item.attrib["name"]: item.attrib["value"] for item in suite(failing_run()).iter("property")}
    assert properties["seed"] == "7"
    assert properties["command"] == failing_run().command
    assert properties["browser"].startswith("Chromium headless shell 156")


@pytest.mark.parametrize("hostile", ["\x00\x08\x1b[2J", "\ud800", "\ufffe\uffff", "]]></failure><testcase name='x'/>"])
def test_nothing_from_the_wire_breaks_the_xml(hostile: str) -> None:
    result = single(missing("visit", message=f"<{hostile}>"), name=f"name {hostile}")
    (case,) = cases(result)
    assert case.attrib["name"].startswith("name ")
    render(result).encode("utf-8")


def test_letters_of_all_planes_survive() -> None:
    (case,) = cases(single(name="Möwe 杯子 🐦\ttab"))
    assert case.attrib["name"] == "Möwe 杯子 🐦\ttab"
