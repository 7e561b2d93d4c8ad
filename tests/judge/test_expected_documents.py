"""Documents that a scenario asks for, or forbids, against those that arrived."""

import json
from typing import Any

import pytest
from support.published_examples import ACCEPTED, CANCELLED, PLACED, changed
from support.recordings import Story, scenario, verdict

from harness.judge.result_builder import scenario_result
from harness.protocol import get

URL = "https://event.jirafe.com/v2/1/order"
HEAD = "- arrive\n"


def story(*documents: Any, opening: tuple[Any, ...] = ()) -> Any:
    """A page, and a back end that sends these documents, those of the opening before the first step."""
    told = Story()
    for document in opening:
        order(told, document)
    told.step().show("/")
    for document in documents:
        order(told, document)
    return told.tale()


def order(told: Story, document: Any) -> None:
    told.request(json.dumps(document).encode(), url=URL, authorization="Bearer any")


def found(recording: Any, steps: str, *, more: str = "") -> list[Any]:
    """The findings about what is written; what the books say against each other has no place in the scenario."""
    return [
        finding for finding in verdict(recording, HEAD + steps, more=more) if finding.place.startswith("shop.yaml:")
    ]


def test_a_document_that_came_meets_what_is_written() -> None:
    assert found(story(PLACED), "- expect: {order document: {status: placed}}\n") == []


def test_what_was_pushed_before_the_first_step_meets_what_is_written_after_it() -> None:
    assert found(story(opening=(PLACED,)), "- expect: order document\n") == []


def test_a_document_that_did_not_come_names_the_nearest_and_what_differs() -> None:
    (finding,) = found(story(PLACED), "- expect: {order document: {status: cancelled}}\n")
    assert (finding.code, finding.step, finding.place) == ("missing-document", 1, "shop.yaml:4")
    assert finding.evidence.document == "order"
    assert 'nearest is beacon 2: status is "placed", not "cancelled"' in finding.message


def test_where_none_came_at_all_the_back_end_is_asked_for() -> None:
    (finding,) = found(story(), "- expect: {order document: {status: cancelled}}\n")
    assert 'it is to hold {"status": "cancelled"}; arrived: nothing' in finding.message
    assert "store: {backend: v2}" in finding.hint


def test_an_event_is_never_the_nearest_of_a_document() -> None:
    (finding,) = found(story(), "- expect: order document\n")
    assert "nearest" not in finding.evidence


def test_one_document_too_many_is_a_finding() -> None:
    (finding,) = found(story(PLACED, PLACED), "- expect: order document\n")
    assert finding.code == "unexpected-document"
    assert "order document arrived twice; the scenario asks for it once" in finding.message


@pytest.mark.parametrize(("times", "codes"), [("2", []), ("1+", []), ("0-1", ["unexpected-document"])])
def test_a_scenario_may_say_how_often(times: str, codes: list[str]) -> None:
    said = found(story(PLACED, PLACED), f"- expect: {{order document: {{$times: {times}}}}}\n")
    assert [finding.code for finding in said] == codes


def test_what_nobody_asks_for_is_left_to_the_books() -> None:
    assert found(story(PLACED), "- expect: pageview\n") == []


def test_a_document_that_must_never_come_is_a_finding() -> None:
    (finding,) = found(story(CANCELLED), "", more="never: {order document: {status: cancelled}}\n")
    assert (finding.code, finding.evidence.document) == ("forbidden-document", "order")


IN_ORDER = """\
- expect in order:
    - order document: {status: placed}
    - pageview
    - order document: {status: accepted}
"""


def test_documents_have_an_order_of_their_own_beside_that_of_events() -> None:
    accepted = changed(ACCEPTED, order_number=PLACED["order_number"])
    assert found(story(PLACED, accepted), IN_ORDER) == []
    (finding,) = found(story(accepted, PLACED), IN_ORDER)
    assert (finding.code, finding.evidence.document) == ("wrong-order", "order")


def test_the_result_counts_documents_and_shows_them_in_their_step() -> None:
    recording = story(PLACED, opening=(CANCELLED,))
    result = scenario_result(recording, scenario(HEAD), get(), (), strict=False)
    assert (result.events, result.documents) == (2, 2)
    assert [view.type for view in result.steps[0].documents] == ["order document"] * 2
    assert [view.body["status"] for view in result.steps[0].documents] == ["cancelled", "placed"]
