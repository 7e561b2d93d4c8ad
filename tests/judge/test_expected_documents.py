"""Documents that a scenario expects or forbids."""

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
    """The findings about explicit expectations; those of the reconciliation have no place in the scenario."""
    return [
        finding for finding in verdict(recording, HEAD + steps, more=more) if finding.place.startswith("shop.yaml:")
    ]


def test_an_arrived_document_meets_the_expectation() -> None:
    assert found(story(PLACED), "- expect: {order document: {status: placed}}\n") == []


def test_a_document_before_the_first_step_meets_an_expectation_after_it() -> None:
    assert found(story(opening=(PLACED,)), "- expect: order document\n") == []


def test_a_missing_document_has_the_nearest_one_and_the_difference() -> None:
    (finding,) = found(story(PLACED), "- expect: {order document: {status: cancelled}}\n")
    assert (finding.code, finding.step, finding.place) == ("missing-document", 1, "shop.yaml:4")
    assert finding.evidence.document == "order"
    assert 'nearest is beacon 2: status is "placed"; expected "cancelled"' in finding.message


def test_without_any_document_the_hint_names_the_back_end() -> None:
    (finding,) = found(story(), "- expect: {order document: {status: cancelled}}\n")
    assert 'expected content: {"status": "cancelled"}; arrived: nothing' in finding.message
    assert "store: {backend: v2}" in finding.hint


def test_an_event_is_never_the_nearest_of_a_document() -> None:
    (finding,) = found(story(), "- expect: order document\n")
    assert finding.evidence.nearest_event is None


def test_a_surplus_document_is_a_finding() -> None:
    (finding,) = found(story(PLACED, PLACED), "- expect: order document\n")
    assert finding.code == "unexpected-document"
    assert "order document arrived twice, but the scenario expects exactly one" in finding.message


@pytest.mark.parametrize(("times", "codes"), [("2", []), ("1+", []), ("0-1", ["unexpected-document"])])
def test_a_scenario_can_give_the_number_of_documents(times: str, codes: list[str]) -> None:
    said = found(story(PLACED, PLACED), f"- expect: {{order document: {{$times: {times}}}}}\n")
    assert [finding.code for finding in said] == codes


def test_a_document_without_an_expectation_is_accepted() -> None:
    assert found(story(PLACED), "- expect: pageview\n") == []


def test_a_forbidden_document_is_a_finding() -> None:
    (finding,) = found(story(CANCELLED), "", more="never: {order document: {status: cancelled}}\n")
    assert (finding.code, finding.evidence.document) == ("forbidden-document", "order")


IN_ORDER = """\
- expect in order:
    - order document: {status: placed}
    - pageview
    - order document: {status: accepted}
"""


def test_the_order_of_documents_is_independent_of_the_events() -> None:
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
