"""The schema files: draft-04, complete, and read without a network."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from referencing.exceptions import Unresolvable
from support.jirafe_bodies import EVENTS, PAGES, wrapper
from support.jirafe_strategies import disturbed

from harness.protocols.jirafe import schemas
from harness.protocols.jirafe.wire.formats import FORMATS

PUBLISHED = {"wrapper", *schemas.EVENT_TYPES}


def test_the_wrapper_and_every_event_type_have_a_schema_file() -> None:
    assert set(schemas.documents()) >= PUBLISHED


@pytest.mark.parametrize("name", sorted(schemas.documents()))
def test_each_file_is_a_valid_draft_04_schema(name: str) -> None:
    document = schemas.documents()[name]
    assert document["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert document["id"] == schemas.uri(name)
    Draft4Validator.check_schema(document)


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_no_array_has_a_limit_for_numbers(name: str) -> None:
    def arrays(part: object) -> list[dict[str, object]]:
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        here = [part] if isinstance(part, dict) and part.get("type") == "array" else []
        return here + [found for each in inner for found in arrays(each)]

    assert not [found for found in arrays(schemas.schema(name)) if "minimum" in found or "maximum" in found]


def test_references_are_resolved_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    for cached in (schemas.documents, schemas.registry, schemas.schema, schemas.validator):
        cached.cache_clear()
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert schemas.validator("wrapper").is_valid(wrapper())


def test_an_external_reference_is_an_error_without_a_download() -> None:
    with pytest.raises(Unresolvable):
        schemas.registry().resolver().lookup("http://schemas.invalid/jirafe/v1/elsewhere.json")


@pytest.mark.parametrize("event", [*EVENTS.values(), *PAGES.values()], ids=[*EVENTS, *PAGES])
def test_the_corrected_published_examples_are_valid(event: dict[str, object]) -> None:
    assert list(schemas.validator("wrapper").iter_errors(wrapper(event))) == []


def test_an_expanded_schema_has_no_reference() -> None:
    assert "$ref" in str(schemas.documents()["wrapper"])
    assert "$ref" not in str(schemas.schema("wrapper"))


@given(disturbed())
def test_the_files_alone_accept_exactly_what_the_validator_accepts(body: object) -> None:
    alone = Draft4Validator(schemas.documents()["wrapper"], registry=schemas.registry(), format_checker=FORMATS)
    assert alone.is_valid(body) == schemas.validator("wrapper").is_valid(body)


@given(st.sampled_from(schemas.EVENT_TYPES))
def test_the_branch_for_an_event_is_that_of_its_type(name: str) -> None:
    items = schemas.schema("wrapper")["properties"]["data"]["items"]
    branch = schemas.branch(items, {"event_type": name})
    assert branch is not None
    assert branch["properties"]["event_type"]["enum"] == [name]
