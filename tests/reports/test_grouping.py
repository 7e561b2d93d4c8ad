"""Folding by likely cause."""

from dataclasses import replace

import pytest
from support.sample_results import failing_run, missing, single, wrong_type

from harness.findings import Evidence, Finding, Severity
from harness.reports import evidence
from harness.reports.grouping import fold, likely_cause
from harness.results import RunResult


def joined(*runs: RunResult) -> RunResult:
    return replace(runs[0], scenarios=tuple(scenario for run in runs for scenario in run.scenarios))


def messages(run: RunResult) -> list[str]:
    return [cause.finding.message for cause in fold(run)]


def test_a_hundred_findings_with_one_cause_read_as_one() -> None:
    findings = [wrong_type(f"type {number}", beacon=number, index=number) for number in range(100)]
    (cause,) = fold(single(*findings))
    assert (cause.count, cause.scenarios, len(cause.sightings)) == (100, 1, 100)


def test_the_same_cause_in_several_scenarios_is_one_and_counts_what_was_folded_before() -> None:
    folded = replace(wrong_type("category"), count=7)
    (cause,) = fold(joined(single(folded), single(wrong_type("category")), single(wrong_type("other"))))
    assert (cause.count, cause.scenarios) == (9, 3)


def test_the_most_severe_finding_represents_its_cause() -> None:
    warning = replace(wrong_type("a"), severity=Severity.WARNING)
    (cause,) = fold(joined(single(warning), single(wrong_type("b"))))
    assert cause.finding == wrong_type("b")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (wrong_type("a"), replace(wrong_type("a"), code="schema")),
        (missing("visit"), missing("funnel")),
        (wrong_type("a"), replace(wrong_type("a"), evidence=Evidence(event="pageview", pointer="/data/0/title"))),
        (
            Finding(code="schema", message="'price' is required", evidence=Evidence(pointer="/data/0")),
            Finding(code="schema", message="'quantity' is required", evidence=Evidence(pointer="/data/0")),
        ),
        (Finding(code="page-error", message="x is not defined"), Finding(code="page-error", message="y is null")),
    ],
    ids=["code", "event", "pointer", "missing field", "message"],
)
def test_different_causes_stay_apart(left: Finding, right: Finding) -> None:
    assert len(fold(single(left, right))) == 2


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("/data/0/page_type", "/data/12/page_type"),
        ("/orders/1000231/num", "/orders/1000232/num"),
        ("/carts/3f2b8c1e-09aa-4c7d-8e5f-000011112222/id", "/carts/aaaaaaaa-bbbb-cccc-dddd-eeeeffff0000/id"),
    ],
    ids=["array index", "number", "uuid"],
)
def test_indexes_and_ids_in_pointers_make_no_difference(left: str, right: str) -> None:
    findings = [Finding(code="wrong-value", message=at, evidence=Evidence(pointer=at)) for at in (left, right)]
    assert likely_cause(findings[0]) == likely_cause(findings[1])


def test_the_offending_value_in_a_schema_message_makes_no_difference() -> None:
    findings = [
        Finding(code="schema", message=f"'{value}' is no date", evidence=Evidence(pointer="/timestamp", value=value))
        for value in ("yesterday", "soon")
    ]
    assert len(fold(single(*findings))) == 1


def test_a_scenario_keeps_its_own_order() -> None:
    findings = [missing("visit"), wrong_type("a"), missing("funnel")]
    assert messages(single(*findings)) == [finding.message for finding in findings]


def test_what_ranks_first_in_any_scenario_comes_before_what_only_ever_follows() -> None:
    run = joined(single(missing("visit"), wrong_type("a")), single(missing("funnel")))
    assert messages(run)[:2] == [missing("visit").message, missing("funnel").message]


def test_of_equal_rank_the_more_frequent_comes_first() -> None:
    run = joined(single(missing("visit")), single(missing("funnel")), single(missing("funnel")))
    assert messages(run) == [missing("funnel").message, missing("visit").message]


def test_what_failed_a_scenario_comes_before_the_warnings_of_one_that_passed() -> None:
    warning = replace(wrong_type("a"), severity=Severity.WARNING)
    run = joined(single(warning, verdict="pass"), single(missing("visit"), missing("funnel")))
    assert messages(run)[-1] == warning.message


def test_the_place_is_the_line_of_the_step() -> None:
    (cause,) = fold(single(wrong_type("a")))
    assert cause.first.where == "scenarios/smoke/buy.yaml:5"


def test_without_a_step_the_place_is_the_findings_own() -> None:
    (cause,) = fold(single(replace(missing("visit"), step=None)))
    assert cause.first.where == "scenarios/smoke/buy.yaml:12"


def test_without_step_and_place_the_place_is_the_file() -> None:
    (cause,) = fold(single(replace(wrong_type("a"), step=None)))
    assert cause.first.where == "scenarios/smoke/buy.yaml"


def test_the_sample_folds_into_six_causes() -> None:
    assert len(fold(failing_run())) == 6


def failed_action(message: str, place: str) -> Finding:
    return Finding(code="action-failed", message=message, place=place)


def test_one_wrong_line_of_a_target_is_one_cause_in_all_scenarios() -> None:
    first = failed_action('"add to cart: 2", /srv/shop.yaml:12: ".add" matches nothing on /lamp', "/srv/shop.yaml:12")
    again = failed_action('"add to cart", /srv/shop.yaml:12: ".add" matches nothing on /cup', "/srv/shop.yaml:12")
    other = failed_action('"remove", /srv/shop.yaml:15: ".add" matches nothing on /lamp', "/srv/shop.yaml:15")
    causes = fold(joined(single(first), single(again), single(other)))
    assert [(cause.count, cause.scenarios) for cause in causes] == [(2, 2), (1, 1)]
    assert dict(evidence.facts(first))["field"] == ""
