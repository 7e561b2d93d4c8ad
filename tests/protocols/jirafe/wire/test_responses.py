"""The collector's responses: only errors refuse a body; they are listed by dotted path."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.jirafe_bodies import as_bytes, changed, wrapper
from support.jirafe_strategies import disturbed

from harness.protocols.jirafe.finding_text import MAX_IN_EVIDENCE
from harness.protocols.jirafe.wire.responses import MAX_ERRORS, answer
from harness.protocols.jirafe.wire.validate import is_valid


def errors(body: Any) -> dict[str, str]:
    status, response = answer(as_bytes(body))
    assert status == 422
    assert (response["success"], response["error_type"]) == (False, "validation")
    return dict(response["errors"])


def test_a_valid_body_is_a_success() -> None:
    assert answer(as_bytes(wrapper())) == (200, {"success": True})


@pytest.mark.parametrize(
    "body",
    [
        changed("/timestamp", "2013-06-03T16:41:11+02:00"),
        changed("/visit", remove=True),
        changed("/visit/attribution", []),
        changed("/data/2/line_item/name", rename="Name"),
    ],
)
def test_warnings_do_not_refuse_a_body(body: Any) -> None:
    assert answer(as_bytes(body))[0] == 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[NaN]", b"[" * 100_000])
def test_invalid_json_is_refused_with_400(body: bytes) -> None:
    status, response = answer(body)
    assert (status, response["success"], response["error_type"]) == (400, False, "bad_json")
    assert response["message"].startswith("the body is ")


def test_a_violation_has_the_message_of_jsonschema() -> None:
    assert errors(changed("/site", None)) == {"site": "None is not of type 'string'"}


def test_a_missing_field_is_reported_at_its_own_path() -> None:
    body = changed("/data/2/line_item/quantity", rename="qty")
    assert errors(body) == {"data.2.line_item.quantity": "'quantity' is a required property"}


def test_an_unknown_event_type_is_reported_with_the_known_types() -> None:
    (message,) = errors(wrapper({"event_type": "purchase"})).values()
    assert message.startswith("'purchase' is not one of ['pageview', 'visit', ")


def test_a_broken_rule_is_reported() -> None:
    body = changed("/data/2/line_item/total_price", "1.00")
    assert list(errors(body)) == ["data.2.line_item.total_price"]


def test_a_body_that_is_not_an_object_is_reported_without_a_path() -> None:
    assert errors([]) == {"": "[] is not of type 'object'"}


def test_long_messages_and_long_lists_are_shortened() -> None:
    response = errors(wrapper() | {"data": ["x" * 5000] * (MAX_ERRORS + 1)})
    assert len(response) == MAX_ERRORS
    assert all(len(message) == MAX_IN_EVIDENCE for message in response.values())


@given(st.binary())
def test_any_bytes_are_answered(body: bytes) -> None:
    assert answer(body)[0] in (200, 400, 422)


@given(disturbed())
def test_the_response_agrees_with_is_valid(body: Any) -> None:
    status, response = answer(as_bytes(body))
    assert (status == 200) == is_valid(body)
    assert status == 200 or response["errors"]
    json.dumps(response)
