"""The mutation score and the coverage of a passing run in the text, JSON and HTML reports."""

import json
from dataclasses import replace
from importlib.resources import files

from jsonschema import Draft202012Validator
from support.sample_results import passing_run

from harness.reports import html, json_report, text
from harness.results import Coverage, MutantResult, MutationScore, RunResult, Suggestion

FAILED = MutantResult(
    mutation="total-off",
    description="a cent too much: line_item.total_price of edit_cart became 3",
    scenario="A guest buys",
    file="scenarios/buy.yaml",
    step=4,
    line=9,
    event="edit_cart",
    field="/line_item/total_price",
    outcome="failed",
    reported="edit_cart: line_item.total_price is 3",
)
MISATTRIBUTED = replace(FAILED, is_detected_by_code=False, outcome="warned", reported="timestamp is early", field="")
UNDETECTED = replace(
    FAILED,
    description="never sent: <images>",
    field="/line_item/images",
    outcome="passed",
    suggestion=Suggestion(
        "- expect:\n    - edit_cart: {line_item: {images: {$any: }}}",
        "scenarios/buy.yaml:9, after this step (change quantity)",
    ),
)
WITHOUT_ADVICE = replace(
    UNDETECTED,
    description="never sent: cookie",
    event="",
    field="/cookie",
    suggestion=Suggestion("", "no line can detect it"),
)
COVERAGE = (Coverage(of="event types", seen=("pageview",), unseen=("visit",)),)
FOUR = (FAILED, MISATTRIBUTED, UNDETECTED, WITHOUT_ADVICE)


def with_mutation_score(*mutants: MutantResult) -> RunResult:
    return replace(passing_run(), mutation_score=MutationScore(mutants=mutants), coverage=COVERAGE)


def test_the_text_report_has_the_score_and_the_undetected_mutants() -> None:
    lines = text.render(with_mutation_score(*FOUR)).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("exercised"))
    assert lines[at:-1] == [
        "exercised  1 of 2 event types",
        "Mutation score 50.0 %: 2 of 4 mutants were detected, 1 of them by warnings only. 1 mutant was detected under a",
        "different code.",
        "  1  never sent: <images>",
        "     scenarios/buy.yaml:9, step 4; run `harness explain 1` for a line that detects it",
        "  2  never sent: cookie",
        "     scenarios/buy.yaml:9, step 4; no line can detect it",
    ]
    assert lines[-1].startswith("PASS")


def test_reports_of_a_run_without_a_score_do_not_mention_mutants() -> None:
    assert "utant" not in text.render(passing_run())
    assert "mutants" not in json.loads(json_report.render(passing_run()))
    assert "Mutation score" not in html.render(passing_run())


def test_the_terminal_shows_ten_undetected_mutants_and_the_number_of_the_others() -> None:
    shown = text.render(with_mutation_score(*[UNDETECTED] * 13))
    assert "Mutation score 0.0 %: 0 of 13 mutants were detected.\n" in shown
    assert shown.count("never sent: <images>") == 10
    assert "and 3 more" in shown


def test_the_json_report_counts_and_lists_mutants_and_matches_its_schema() -> None:
    report = json.loads(json_report.render(with_mutation_score(*FOUR)))
    schema = json.loads((files("harness.reports") / "report.schema.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(report)) == []
    mutants = report["mutants"]
    assert {name: mutants[name] for name in ("count", "failed", "warned", "passed", "score")} == {
        "count": 4,
        "failed": 1,
        "warned": 1,
        "passed": 2,
        "score": 50.0,
    }
    assert [item["advice"] for item in mutants["undetected"]] == [UNDETECTED.suggestion.line, ""]
    assert [item["reported"] for item in mutants["misattributed"]] == ["timestamp is early"]
    assert {"event": "edit_cart", "field": "/line_item/images", "count": 1, "detected": 0} in mutants["fields"]
    assert report["coverage"] == {"event types": {"seen": ["pageview"], "unseen": ["visit"]}}


def test_the_html_report_shows_the_score_of_each_field_and_the_lines_to_add() -> None:
    page = html.render(with_mutation_score(*FOUR))
    assert "never sent: &lt;images&gt;" in page
    assert "<pre>- expect:\n    - edit_cart: {line_item: {images: {$any: }}}</pre>" in page
    assert '<td><code>edit_cart line_item.images</code></td><td>1</td><td class="got">0</td>' in page
    assert "<td><code>edit_cart line_item.total_price</code></td><td>1</td><td>1</td>" in page
    assert "<dt>no event types</dt><dd>visit</dd>" in page
    assert "timestamp is early" in page
