"""Sabotaged copies of a synthetic recording: never the same, never an error, noticed; and what is told of those that pass."""

import json
from pathlib import Path

import pytest
from support.recordings import PURCHASE, Story, purchase, scenario

from harness.errors import UsageError
from harness.mutation.recordings import last_run as memory
from harness.mutation.recordings.coverage import coverage
from harness.mutation.recordings.mutant import RecordingMutant
from harness.mutation.recordings.scoring import Subject, copies, score_mutants, subject
from harness.protocol import get
from harness.recording.records import Header, Recording
from harness.results import MutantResult, MutationScore
from harness.scenario.target import built_in

EMPTY_HEADER = Header(protocol="jirafe", scenario_file="", scenario="", target_file="", target="")


def a_purchase(more: str = "", **options: object) -> Subject:
    return subject(purchase(**options), scenario(PURCHASE, more=more), get())


def of(item: Subject, name: str, *, field: str = "", event: str = "") -> list[RecordingMutant]:
    made = [copy for copy in copies(item) if copy.mutation == name]
    return [copy for copy in made if copy.field.endswith(field) and event in ("", copy.event)]


def odd_recordings() -> dict[str, Recording]:
    """What a recording may hold, too."""
    odd_bodies = [
        b"",
        b"[]",
        b"{",
        b'{"data": {"event_type": "visit"}}',
        b'{"data": [{"event_type": "x"}, 3]}',
        b"\xff",
    ]
    story = Story().step().show()
    for body in odd_bodies:
        story.request(body)
    story.request(b"", method="OPTIONS").request(
        b"", method="GET", url="https://events.jirafe.com/v1/tracker", status=405
    )
    story.request(b'{"event_type": "visit"}', url="https://event.jirafe.com/v2/tracker/visit")
    story.request(b'{"id": "1"}', url="https://event.jirafe.com/v2/1/cart")
    return {
        "empty": Recording(header=EMPTY_HEADER, records=()),
        "a step without anything": Story().step().tale(),
        "odd requests": story.tale(),
        "without a ledger": purchase(ledger=False),
        "a purchase": purchase(),
    }


@pytest.mark.parametrize("name", odd_recordings())
def test_a_copy_is_never_the_same_and_never_an_error(name: str) -> None:
    recording = odd_recordings()[name]
    before = repr(recording)
    for copy in copies(subject(recording, scenario(), get())):
        assert copy.recording != recording, copy.what
        assert copy.expected
    assert repr(recording) == before


def test_every_copy_names_what_was_done_and_where() -> None:
    item = a_purchase()
    known = {step.number for step in item.scenario.steps}
    for copy in copies(item):
        assert copy.step in known
        assert copy.what[0].islower()
        assert len(copy.what) < 260


def test_nearly_every_copy_of_a_purchase_is_noticed_and_named() -> None:
    score = score_mutants([a_purchase()], thorough=True)
    assert len(score.trials) > 300
    assert score.score > 90
    assert len(score.misattributed) < 0.05 * len(score.trials)


def test_a_value_that_is_the_same_is_no_sabotage() -> None:
    stuck = of(a_purchase(), "position-stuck")
    assert [copy.what for copy in stuck] == [
        "stuck at its first value: step_position of funnel 2 became 1",
        "stuck at its first value: step_position of funnel 3 became 1",
        "stuck at its first value: step_position of funnel 4 became 1",
    ]


def test_what_a_tracker_does_everywhere_it_does_to_all_events_of_a_type() -> None:
    (copy,) = of(a_purchase(), "field-left-out", field="/step_name")
    sent = [json.loads(record.body)["data"] for record in copy.recording.records if hasattr(record, "body")]
    funnels = [event for data in sent for event in data if event["event_type"] == "funnel"]
    assert len(funnels) == 4
    assert [event for event in funnels if "step_name" in event] == []


def test_what_is_wrong_everywhere_is_noticed_where_one_scenario_tells() -> None:
    deaf = a_purchase()
    sharp = a_purchase("- expect:\n    - order_success: {order: {id: {$any: }}}\n")
    lost = ("field-left-out", "/order/id")
    assert lost in {(trial.mutation, trial.field) for trial in score_mutants([deaf], thorough=True).undetected}
    assert lost not in {
        (trial.mutation, trial.field) for trial in score_mutants([deaf, sharp], thorough=True).undetected
    }


def test_a_survivor_comes_with_a_line_that_was_tried() -> None:
    item = a_purchase()
    undetected = {(trial.mutation, trial.field): trial for trial in score_mutants([item], thorough=True).undetected}
    trial = undetected["field-left-out", "/order/id"]
    assert trial.advice == "- expect:\n    - order_success: {order: {id: {$any: }}}"
    assert trial.where == "shop.yaml:7, behind this step (check out)"
    sharp = a_purchase(trial.advice.replace("\n", "\n") + "\n")
    assert sharp.found == frozenset()
    (copy,) = of(sharp, "field-left-out", field="/order/id")
    assert [finding.code for finding in sharp.news(copy.recording)] == ["missing-event"]


def test_an_order_that_nobody_asks_for_comes_with_an_expectation_in_order() -> None:
    trials = score_mutants([a_purchase()], thorough=True).undetected
    trial = next(trial for trial in trials if trial.mutation == "order-reversed-visit")
    assert trial.advice == "- expect in order:\n    - visit\n    - pageview"


def test_of_what_stands_around_events_there_is_nothing_to_write() -> None:
    trials = score_mutants([a_purchase()], thorough=True).undetected
    trial = next(trial for trial in trials if trial.field == "/page/current_title")
    assert trial.advice == ""
    assert "around" in trial.where


def test_the_same_seed_takes_the_same_sample() -> None:
    def sample(seed: int) -> list[str]:
        return [trial.what for trial in score_mutants([a_purchase()], seed=seed).trials]

    assert sample(1) == sample(1)
    assert sample(1) != sample(2)


def test_five_hundred_copies_of_a_suite_are_a_sample() -> None:
    score = score_mutants([a_purchase()], seed=1)
    assert score.is_sample
    assert 30 < len(score.trials) < 400


def test_coverage_tells_what_came_and_what_did_not() -> None:
    item = a_purchase()
    sent = [(event.type, event.body) for requests in item.healthy.requests for event in requests.events]
    by_kind = {each.of: each for each in coverage(sent, [item.scenario], built_in(), get())}
    assert by_kind["event types"].unseen == ("remove_item_from_cart", "edit_cart")
    assert "pageview.page_type = category" in by_kind["values"].unseen
    assert "pageview.page_type = cart" in by_kind["values"].seen
    assert "pageview.search.keyword" in by_kind["fields"].seen
    assert "pageview.customer as array" in by_kind["branches"].unseen
    assert "add to cart" in by_kind["actions"].seen
    assert "empty cart" in by_kind["actions"].unseen


SURVIVOR = MutantResult(
    mutation="field-left-out",
    what="never sent: order.id",
    scenario="A purchase",
    file="shop.yaml",
    step=5,
    line=7,
    event="order_success",
    field="/order/id",
    outcome="passed",
    advice="- expect:\n    - order_success",
    where="shop.yaml:7, behind this step",
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_explain_prints_the_line_and_where_it_goes(here: Path) -> None:
    memory.remember([SURVIVOR])
    told = memory.explain(1)
    assert "A purchase (shop.yaml:7, step 5)" in told
    assert "Write at shop.yaml:7, behind this step:\n\n    - expect:\n        - order_success\n" in told


def test_explain_says_where_there_is_no_such_survivor(here: Path) -> None:
    with pytest.raises(UsageError, match="no run was made in this folder before"):
        memory.explain(1)
    memory.remember([SURVIVOR])
    with pytest.raises(UsageError, match="there are 1 to 1"):
        memory.explain(2)
    memory.MEMORY.write_text("[3]", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no survivors"):
        memory.explain(1)


def test_the_score_is_the_share_that_was_noticed() -> None:
    failed = MutantResult(**{**vars(SURVIVOR), "outcome": "failed"})
    assert MutationScore(trials=(failed, failed, failed, SURVIVOR)).score == 75
    assert MutationScore(trials=()).score == 100
    assert MutationScore(trials=(failed, SURVIVOR)).fields == {("order_success", "/order/id"): (1, 2)}
