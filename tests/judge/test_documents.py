"""What a back end sends during a journey: its faults are findings, and they explain nothing of the tracker's."""

import json
from typing import Any

from support.published_examples import CATEGORY, CUSTOMER, changed
from support.recordings import DROPPED, Story, codes, purchase, rewritten, verdict

from harness.recording.records import Recording

STEP = "- arrive\n"
WRONG = changed(CATEGORY, name=None)


def with_document(story: Story, body: Any, *, path: str = "/v1/1/category", status: int = 422) -> Story:
    return story.request(json.dumps(body).encode(), url=f"https://events.jirafe.com{path}", status=status)


def shown(*bodies: Any, path: str = "/v1/1/category") -> Recording:
    story = Story().step().show("/")
    for body in bodies:
        with_document(story, body, path=path)
    return story.tale()


def test_a_right_document_is_no_finding() -> None:
    assert verdict(shown(CATEGORY), STEP) == []


def test_a_wrong_document_is_a_finding_at_its_place() -> None:
    [finding] = verdict(shown(WRONG), STEP)
    assert (finding.code, finding.place, finding.step) == ("schema", "/name", 1)
    assert finding.evidence.document == "category"


def test_the_same_fault_in_documents_of_one_type_is_one_finding() -> None:
    found = verdict(shown(WRONG, WRONG, WRONG), STEP)
    assert [(finding.code, finding.count) for finding in found] == [("schema", 3)]


def test_the_same_fault_in_documents_of_two_types_is_two_findings() -> None:
    story = with_document(Story().step().show("/"), changed(CATEGORY, id=None))
    with_document(story, changed(CUSTOMER, id=None), path="/v1/1/customer")
    assert len(verdict(story.tale(), STEP)) == 2


def test_a_silent_tracker_is_called_silent_whatever_the_back_end_sends() -> None:
    silent = rewritten(Story().step().show("/").tale(), lambda _wrapper: DROPPED)
    document = with_document(Story().step(), WRONG).records[1]
    recording = type(silent)(header=silent.header, records=(silent.records[0], document, *silent.records[1:]))
    assert [code for code, _ in codes(recording, STEP)] == ["tracker-silent", "schema"]


def test_a_document_that_cannot_be_read_may_not_have_held_what_is_missing() -> None:
    whole = purchase()
    lost = rewritten(whole, lambda wrapper: DROPPED if wrapper["page"]["current_type"] == "cart" else wrapper)
    story = Story().step()
    broken = story.request(b"{", url="https://events.jirafe.com/v1/1/cart", status=400).records[1]
    at = next(index for index, record in enumerate(whole.records) if getattr(record, "url", "").endswith("/cart"))
    records = [*lost.records[:at], broken, *lost.records[at:]]
    found = codes(type(lost)(header=lost.header, records=tuple(records)))
    assert "missing-event" in {code for code, _ in found}
