"""Mutants of a synthetic recording, their score, and the suggestions for undetected mutants."""

import json
from pathlib import Path

import pytest
from support.jirafe_bodies import EVENTS, pixel_query
from support.recordings import IN_CART, PURCHASE, Story, purchase, scenario

from harness.errors import UsageError
from harness.mutation.model import RecordingMutant
from harness.mutation.recordings import last_run
from harness.mutation.recordings.coverage import measure_coverage
from harness.mutation.recordings.scoring import Subject, make_subject, recording_mutants, score_mutants
from harness.protocol import get
from harness.recording.records import Header, Recording
from harness.results import MutantResult, MutationScore, Suggestion
from harness.scenario.target import built_in

EMPTY_HEADER = Header(protocol="jirafe", scenario_file="", scenario="", target_file="", target="")


def a_purchase(more: str = "", **options: object) -> Subject:
    return make_subject(purchase(**options), scenario(PURCHASE, more=more), get())


def of(item: Subject, name: str, *, field: str = "", event: str = "") -> list[RecordingMutant]:
    made = [mutant for mutant in recording_mutants(item) if mutant.mutation == name]
    return [mutant for mutant in made if mutant.field.endswith(field) and event in ("", mutant.event)]


def odd_recordings() -> dict[str, Recording]:
    """Recordings with unusual contents."""
    odd_bodies = [
        *(b"", b"[]", b"{", b'{"data": {"event_type": "visit"}}', b'{"data": [{"event_type": "x"}, 3]}', b"\xff"),
    ]
    story = Story().step().show()
    for body in odd_bodies:
        story.request(body)
    story.request(b"", method="OPTIONS").request(
        b"", method="GET", url="https://events.jirafe.com/v1/tracker", status=405
    )
    for event in (EVENTS["visit"], EVENTS["add_item_to_cart"]):
        url = f"https://events.jirafe.com/v1/tracker/pixel.gif?{pixel_query(event)}"
        story.request(b"", method="GET", url=url)
    page = {"kind": "page", "page": {"url": "https://shop.test/", "type": "homepage", "title": "", "status": 200}}
    story.tell(IN_CART, page)
    story.request(
        b'{"site": "1", "visit": {"id": "1"}, "pageview": {}}', url="https://event.jirafe.com/v2/tracker/pageview"
    )
    story.request(b'{"id": "1"}', url="https://event.jirafe.com/v2/1/cart")
    return {
        "empty": Recording(header=EMPTY_HEADER, records=()),
        "a step without anything": Story().step().tale(),
        "odd requests": story.tale(),
        "without a ledger": purchase(ledger=False),
        "a purchase": purchase(),
    }


@pytest.mark.parametrize("name", odd_recordings())
def test_every_mutant_differs_from_its_recording_and_raises_no_error(name: str) -> None:
    recording = odd_recordings()[name]
    before = repr(recording)
    for mutant in recording_mutants(make_subject(recording, scenario(), get())):
        assert mutant.recording != recording, mutant.description
        assert mutant.expected
    assert repr(recording) == before


def test_every_mutant_has_a_step_and_a_short_description() -> None:
    item = a_purchase()
    known = {step.number for step in item.scenario.steps}
    for mutant in recording_mutants(item):
        assert mutant.step in known
        assert mutant.description[0].islower()
        assert len(mutant.description) < 260


def test_nearly_every_mutant_of_a_purchase_is_detected_under_an_expected_code() -> None:
    score = score_mutants([a_purchase()], sample=False)
    assert len(score.mutants) > 300
    assert score.score > 90
    assert len(score.misattributed) < 0.05 * len(score.mutants)


def test_a_lost_request_after_a_fault_is_detected_under_its_code() -> None:
    item = a_purchase()
    for mutant in of(item, "given-up"):
        first = item.new_findings(mutant.recording)[0]
        assert any(expected.matches(first) for expected in mutant.expected), first.message


def test_an_unchanged_value_makes_no_mutant() -> None:
    stuck = of(a_purchase(), "position-stuck")
    assert [mutant.description for mutant in stuck] == [
        "stuck at its first value: step_position of funnel 2 became 1",
        "stuck at its first value: step_position of funnel 3 became 1",
        "stuck at its first value: step_position of funnel 4 became 1",
    ]


def test_a_systematic_defect_changes_all_events_of_a_type() -> None:
    (mutant,) = of(a_purchase(), "field-left-out", field="/step_name")
    sent = [json.loads(record.body)["data"] for record in mutant.recording.records if hasattr(record, "body")]
    funnels = [event for data in sent for event in data if event["event_type"] == "funnel"]
    assert len(funnels) == 4
    assert [event for event in funnels if "step_name" in event] == []


def test_a_systematic_defect_is_detected_if_one_scenario_detects_it() -> None:
    lenient = a_purchase()
    strict = a_purchase("- expect:\n    - order_success: {order: {id: {$any: }}}\n")
    lost = ("field-left-out", "/order/id")
    assert lost in {(mutant.mutation, mutant.field) for mutant in score_mutants([lenient], sample=False).undetected}
    assert lost not in {
        (mutant.mutation, mutant.field) for mutant in score_mutants([lenient, strict], sample=False).undetected
    }


def test_an_undetected_mutant_has_a_verified_suggestion() -> None:
    item = a_purchase()
    undetected = {(mutant.mutation, mutant.field): mutant for mutant in score_mutants([item], sample=False).undetected}
    mutant = undetected["field-left-out", "/order/id"]
    assert mutant.suggestion.line == "- expect:\n    - order_success: {order: {id: {$any: }}}"
    assert mutant.suggestion.where == "shop.yaml:7, after this step (check out)"
    strict = a_purchase(mutant.suggestion.line.replace("\n", "\n") + "\n")
    assert strict.known_findings == frozenset()
    (mutant,) = of(strict, "field-left-out", field="/order/id")
    assert [finding.code for finding in strict.new_findings(mutant.recording)] == ["missing-event"]


def test_the_suggestion_for_swapped_events_is_an_expectation_in_order() -> None:
    mutants = score_mutants([a_purchase()], sample=False).undetected
    mutant = next(mutant for mutant in mutants if mutant.mutation == "order-reversed-visit")
    assert mutant.suggestion.line == "- expect in order:\n    - visit\n    - pageview"


def test_a_defect_in_the_payload_has_no_suggestion() -> None:
    mutants = score_mutants([a_purchase()], sample=False).undetected
    mutant = next(mutant for mutant in mutants if mutant.field == "/page/current_title")
    assert mutant.suggestion.line == ""
    assert "around" in mutant.suggestion.where


def test_the_same_seed_selects_the_same_sample() -> None:
    def sample(seed: int) -> list[str]:
        return [mutant.description for mutant in score_mutants([a_purchase()], seed=seed).mutants]

    assert sample(1) == sample(1)
    assert sample(1) != sample(2)


def test_a_sample_is_smaller_than_all_mutants() -> None:
    score = score_mutants([a_purchase()], seed=1)
    assert score.is_sample
    assert 30 < len(score.mutants) < 400


def test_coverage_lists_what_was_seen_and_what_was_not() -> None:
    item = a_purchase()
    sent = [(event.type, event.body) for requests in item.healthy.requests for event in requests.events]
    by_kind = {each.of: each for each in measure_coverage(sent, [item.scenario], built_in(), get())}
    assert by_kind["event types"].unseen == ("remove_item_from_cart", "edit_cart")
    assert "pageview.page_type = category" in by_kind["values"].unseen
    assert "pageview.page_type = cart" in by_kind["values"].seen
    assert "pageview.search.keyword" in by_kind["fields"].seen
    assert "pageview.customer as array" in by_kind["branches"].unseen
    assert "add to cart" in by_kind["actions"].seen
    assert "empty cart" in by_kind["actions"].unseen


UNDETECTED = MutantResult(
    mutation="field-left-out",
    description="never sent: order.id",
    scenario="A purchase",
    file="shop.yaml",
    step=5,
    line=7,
    event="order_success",
    field="/order/id",
    outcome="passed",
    suggestion=Suggestion("- expect:\n    - order_success", "shop.yaml:7, after this step"),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_explain_prints_the_line_and_its_place(here: Path) -> None:
    last_run.remember([UNDETECTED])
    text = last_run.explain(1)
    assert "A purchase (shop.yaml:7, step 5)" in text
    assert "Add at shop.yaml:7, after this step:\n\n    - expect:\n        - order_success\n" in text


def test_explain_rejects_an_unknown_number(here: Path) -> None:
    with pytest.raises(UsageError, match="start `harness run` in this folder first"):
        last_run.explain(1)
    last_run.remember([UNDETECTED])
    with pytest.raises(UsageError, match="valid numbers are 1 to 1"):
        last_run.explain(2)
    last_run.FILE.write_text("[3]", encoding="utf-8")
    with pytest.raises(UsageError, match="is damaged"):
        last_run.explain(1)


def test_the_score_is_the_percentage_of_detected_mutants() -> None:
    failed = MutantResult(**{**vars(UNDETECTED), "outcome": "failed"})
    assert MutationScore(mutants=(failed, failed, failed, UNDETECTED)).score == 75
    assert MutationScore(mutants=()).score == 100
    assert MutationScore(mutants=(failed, UNDETECTED)).fields == {("order_success", "/order/id"): (1, 2)}
