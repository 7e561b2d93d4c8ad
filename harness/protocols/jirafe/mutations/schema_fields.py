"""Mutations of every field in the protocol's schemas: missing, misspelt, null, of another type."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from harness.json_matching import MISSING
from harness.mutation.model import (
    ExpectedFinding,
    HealthyRecording,
    RecordingMutant,
    RequestWithEvents,
    event_types,
    with_body,
    with_codes,
)
from harness.protocols.jirafe.mutations.field_edit import WRAPPER, Change, Edit, Place, expect, is_wrapper
from harness.protocols.jirafe.schemas import EVENT_TYPES, Schema, branch, schema

_LOST: Final = ("schema", "missing-field", "wrong-value", "missing-event", "visit-changed")


def left_out(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for types, pointer in _fields(healthy):
        expected = [*(expect(code, pointer) for code in _LOST), expect("missing-event")]
        yield from _edit("field-left-out", "never sent", types, pointer, lambda _spot: MISSING, expected)(healthy)


def null(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for types, pointer in _fields(healthy):
        expected = [expect("schema", pointer), expect("date-format", pointer)]
        yield from _edit("field-null", "null", types, pointer, lambda _spot: None, expected)(healthy)


def of_other_type(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker sends a number for a string, a string for a number, or an object for a list."""
    for types, pointer in _fields(healthy):
        expected = [expect(code, pointer) for code in ("schema", "date-format", "lenient-value")]
        yield from _edit("field-of-other-type", "another type", types, pointer, _other_type, expected)(healthy)


def misspelt(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker misspells a field: `skuCode`, `Quantity`."""
    for types, pointer in _fields(healthy):
        parent, _, name = pointer.rpartition("/")
        wrong = _respelt(name)
        expected = [
            *(expect(code, f"{parent}/{wrong}") for code in ("suspect-field", "schema")),
            *(expect(code, pointer) for code in _LOST),
        ]
        edit = Edit(
            name="field-misspelt",
            text=f"sent as {wrong}",
            types=types,
            field=parent,
            of=pointer,
            change=partial(_respelt_in, name),
            expected=expected,
            systematic=True,
        )
        yield from edit(healthy)


def key_twice(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in filter(is_wrapper, healthy.requests):
        body = b'{"org":"",' + request.beacon.body.lstrip().removeprefix(b"{")
        if "org" in request.reading.envelope:
            yield _of_body(healthy, request, "key-twice", "it contains the key org twice", body, "duplicate-key")


def half_a_character(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in filter(is_wrapper, healthy.requests):
        body = request.beacon.body.replace(b'"cookie":"', b'"cookie":"\\ud83d', 1)
        if body != request.beacon.body:
            description = "cookie contains half a character"
            yield _of_body(healthy, request, "half-a-character", description, body, "lenient-value")


def old_search_word(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    yield from Edit(
        name="search-term",
        text="sent as term",
        types=("pageview",),
        field="/search",
        of="/search/keyword",
        change=lambda place: {"term" if name == "keyword" else name: value for name, value in place.value.items()},
        expected=[expect("lenient-value", "/search/term"), expect("wrong-value", "/search/keyword")],
        systematic=True,
    )(healthy)


MUTATIONS: Final = (left_out, null, of_other_type, misspelt, key_twice, half_a_character, old_search_word)


def _of_body(
    healthy: HealthyRecording, request: RequestWithEvents, name: str, description: str, body: bytes, code: str
) -> RecordingMutant:
    description = f"the body of a request with {event_types(request)}: {description}"
    changes = {request.position: [with_body(request.beacon, body)]}
    return healthy.payload_mutant(name, description, request.step, changes, with_codes(code), systematic=True)


def _edit(
    name: str, text: str, types: tuple[str, ...], pointer: str, change: Change, expected: list[ExpectedFinding]
) -> Edit:
    return Edit(name=name, text=text, types=types, field=pointer, change=change, expected=expected, systematic=True)


def _fields(healthy: HealthyRecording) -> list[tuple[tuple[str, ...], str]]:
    """Return every sent field of the schemas: its event types and its pointer."""
    found: dict[tuple[tuple[str, ...], str], None] = {}
    for request in filter(is_wrapper, healthy.requests):
        pointers = _named(request.reading.envelope, schema("wrapper"), "")
        found.update(dict.fromkeys((WRAPPER, pointer) for pointer in pointers))
        for event in request.events:
            if event.type in EVENT_TYPES:
                pointers = _named(event.body, schema(event.type), "")
                found.update(dict.fromkeys(((event.type,), at) for at in pointers if at != "/event_type"))
    return list(found)


def _named(value: Any, container: Schema, path: str) -> Iterator[str]:
    meant = branch(container, value)
    for name, inner in (meant or {}).get("properties", {}).items() if isinstance(value, Mapping) else ():
        if name in value:
            yield f"{path}/{name}"
            yield from _named(value[name], inner, f"{path}/{name}")


def _other_type(place: Place) -> Any:
    value = place.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return int(value) if value.isdigit() and str(int(value)) == value else [value]
    return value[0] if isinstance(value, list) and value else "[object Object]"


def _respelt(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others)) if others else name.title()


def _respelt_in(name: str, place: Place) -> dict[str, Any]:
    body: Mapping[str, Any] = place.value
    return {_respelt(name) if key == name else key: value for key, value in body.items()}
