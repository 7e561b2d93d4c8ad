"""What reports say of a run that was proved: the score, the survivors, what is guarded, what was exercised."""

import json
from dataclasses import replace
from importlib.resources import files

from jsonschema import Draft202012Validator
from support.sample_results import passing_run

from harness.reports import html, json_report, text
from harness.results import Coverage, MutantResult, MutationScore, RunResult

FAILED = MutantResult(
    mutation="total-off",
    what="a cent too much: line_item.total_price of edit_cart became 3",
    scenario="A guest buys",
    file="scenarios/buy.yaml",
    step=4,
    line=9,
    event="edit_cart",
    field="/line_item/total_price",
    outcome="failed",
    said="edit_cart: line_item.total_price is 3",
)
MISNAMED = replace(FAILED, is_detected_by_code=False, outcome="warned", said="timestamp is early", field="")
SURVIVOR = replace(
    FAILED,
    what="never sent: <images>",
    field="/line_item/images",
    outcome="passed",
    advice="- expect:\n    - edit_cart: {line_item: {images: {$any: }}}",
    where="scenarios/buy.yaml:9, behind this step (change quantity)",
)
HOPELESS = replace(
    SURVIVOR, what="never sent: cookie", event="", field="/cookie", advice="", where="nothing can say it"
)
COVERAGE = (Coverage(of="event types", seen=("pageview",), unseen=("visit",)),)


def with_mutation_score(*trials: MutantResult) -> RunResult:
    return replace(passing_run(), mutation_score=MutationScore(trials=trials), coverage=COVERAGE)


def test_the_text_says_how_many_copies_were_noticed_and_which_were_not() -> None:
    lines = text.render(with_mutation_score(FAILED, MISNAMED, SURVIVOR, HOPELESS)).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("exercised"))
    assert lines[at:-1] == [
        "exercised  1 of 2 event types",
        "Of 4 sabotaged copies of this run 1 would have failed and 1 been warned of; 2 would have passed. 1 copy went",
        "by another name.",
        "  1  never sent: <images>",
        "     scenarios/buy.yaml:9, step 4; harness explain 1 tells what to write",
        "  2  never sent: cookie",
        "     scenarios/buy.yaml:9, step 4; nothing to write: nothing can say it",
    ]
    assert lines[-1].startswith("PASS")


def test_a_run_that_was_not_proved_says_nothing_of_it() -> None:
    assert "sabotage" not in text.render(passing_run())
    assert "sabotage" not in json.loads(json_report.render(passing_run()))
    assert "What this run is worth" not in html.render(passing_run())


def test_the_terminal_shows_ten_survivors_and_how_many_more_there_are() -> None:
    shown = text.render(with_mutation_score(*[SURVIVOR] * 13))
    assert "none would have failed" not in shown
    assert shown.count("never sent: <images>") == 10
    assert "and 3 more" in shown


def test_the_json_report_counts_and_lists_the_survivors_as_its_schema_says() -> None:
    report = json.loads(json_report.render(with_mutation_score(FAILED, MISNAMED, SURVIVOR, HOPELESS)))
    schema = json.loads((files("harness.reports") / "report.schema.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(report)) == []
    mutation = report["sabotage"]
    assert {name: mutation[name] for name in ("copies", "failed", "warned", "passed", "score")} == {
        "copies": 4,
        "failed": 1,
        "warned": 1,
        "passed": 2,
        "score": 50.0,
    }
    assert [item["advice"] for item in mutation["survivors"]] == [SURVIVOR.advice, ""]
    assert [item["said"] for item in mutation["misnamed"]] == ["timestamp is early"]
    assert {"event": "edit_cart", "field": "/line_item/images", "copies": 1, "noticed": 0} in mutation["fields"]
    assert report["coverage"] == {"event types": {"seen": ["pageview"], "unseen": ["visit"]}}


def test_the_page_shows_what_is_guarded_and_what_to_write() -> None:
    page = html.render(with_mutation_score(FAILED, MISNAMED, SURVIVOR, HOPELESS))
    assert "never sent: &lt;images&gt;" in page
    assert "<pre>- expect:\n    - edit_cart: {line_item: {images: {$any: }}}</pre>" in page
    assert '<td><code>edit_cart line_item.images</code></td><td>1</td><td class="got">0</td>' in page
    assert "<td><code>edit_cart line_item.total_price</code></td><td>1</td><td>1</td>" in page
    assert "<dt>no event types</dt><dd>visit</dd>" in page
    assert "timestamp is early" in page
