"""Ways to break any field of the protocol, derived from its schemas: left out, misspelt, null, of another type."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from harness.json_matching import MISSING
from harness.mutation.recordings.mutant import (
    ExpectedFinding,
    HealthyRecording,
    Mutation,
    RecordingMutant,
    RequestWithEvents,
    types_of,
)
from harness.protocols.jirafe.mutations.field_edit import AROUND, Change, Edit, Spot, is_wrapper, says
from harness.protocols.jirafe.schemas import EVENT_TYPES, Schema, branch, schema

_LOST: Final = ("schema", "missing-field", "wrong-value", "missing-event", "visit-changed")


def left_out(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that never sends a field."""
    for types, pointer in _fields(healthy):
        expected = [*(says(code, pointer) for code in _LOST), says("missing-event")]
        yield from _edit("field-left-out", "never sent", types, pointer, lambda _spot: MISSING, expected)(healthy)


def null(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that sends null where the page set nothing."""
    for types, pointer in _fields(healthy):
        expected = [says("schema", pointer), says("date-format", pointer)]
        yield from _edit("field-null", "null", types, pointer, lambda _spot: None, expected)(healthy)


def of_other_type(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that sends a number for a string, a string for a number, an object for a list."""
    for types, pointer in _fields(healthy):
        expected = [says(code, pointer) for code in ("schema", "date-format", "lenient-value")]
        yield from _edit("field-of-other-type", "another type", types, pointer, _other_type, expected)(healthy)


def misspelt(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that writes a field's name in its own way: `skuCode`, `Quantity`."""
    for types, pointer in _fields(healthy):
        parent, _, name = pointer.rpartition("/")
        wrong = _respelt(name)
        expected = [
            *(says(code, f"{parent}/{wrong}") for code in ("suspect-field", "schema")),
            *(says(code, pointer) for code in _LOST),
        ]
        edit = Edit(
            name="field-misspelt",
            about=f"sent as {wrong}",
            types=types,
            field=parent,
            of=pointer,
            change=partial(_respelt_in, name),
            expected=expected,
            always=True,
        )
        yield from edit(healthy)


def key_twice(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A body that was put together as text has a key twice."""
    for requests in filter(is_wrapper, healthy.requests):
        body = b'{"org":"",' + requests.beacon.body.lstrip().removeprefix(b"{")
        if "org" in requests.reading.envelope:
            yield _of_body(healthy, requests, "key-twice", "org stands twice in it", body, "duplicate-key")


def half_a_character(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A text was cut in the middle of a character."""
    for requests in filter(is_wrapper, healthy.requests):
        body = requests.beacon.body.replace(b'"cookie":"', b'"cookie":"\\ud83d', 1)
        if body != requests.beacon.body:
            yield _of_body(
                healthy, requests, "half-a-character", "cookie holds half a character", body, "lenient-value"
            )


def old_search_word(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Pages that send `term` where the protocol has `keyword`."""
    yield from Edit(
        name="search-term",
        about="sent as term",
        types=("pageview",),
        field="/search",
        of="/search/keyword",
        change=lambda spot: {"term" if name == "keyword" else name: value for name, value in spot.value.items()},
        expected=[says("lenient-value", "/search/term"), says("wrong-value", "/search/keyword")],
        always=True,
    )(healthy)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    left_out,
    null,
    of_other_type,
    misspelt,
    key_twice,
    half_a_character,
    old_search_word,
)


def _of_body(
    healthy: HealthyRecording, requests: RequestWithEvents, name: str, what: str, body: bytes, code: str
) -> RecordingMutant:
    return RecordingMutant(
        mutation=name,
        what=f"the body of a request with {types_of(requests)}: {what}",
        make=partial(healthy.with_bodies, {requests.position: body}),
        step=requests.step,
        expected=(ExpectedFinding(code=code),),
        is_around=True,
        everywhere=True,
    )


def _edit(
    name: str, about: str, types: tuple[str, ...], pointer: str, change: Change, expected: list[ExpectedFinding]
) -> Edit:
    return Edit(name=name, about=about, types=types, field=pointer, change=change, expected=expected, always=True)


def _fields(healthy: HealthyRecording) -> list[tuple[tuple[str, ...], str]]:
    """Every field that is sent and that a schema names: the event types that it belongs to, and its pointer."""
    found: dict[tuple[tuple[str, ...], str], None] = {}
    for requests in filter(is_wrapper, healthy.requests):
        found.update(
            dict.fromkeys((AROUND, pointer) for pointer in _named(requests.reading.envelope, schema("wrapper"), ""))
        )
        for event in requests.events:
            if event.type in EVENT_TYPES:
                pointers = _named(event.body, schema(event.type), "")
                found.update(dict.fromkeys(((event.type,), at) for at in pointers if at != "/event_type"))
    return list(found)


def _named(value: Any, within: Schema, path: str) -> Iterator[str]:
    meant = branch(within, value)
    for name, inner in (meant or {}).get("properties", {}).items() if isinstance(value, Mapping) else ():
        if name in value:
            yield f"{path}/{name}"
            yield from _named(value[name], inner, f"{path}/{name}")


def _other_type(spot: Spot) -> Any:
    value = spot.value
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


def _respelt_in(name: str, spot: Spot) -> dict[str, Any]:
    body: Mapping[str, Any] = spot.value
    return {_respelt(name) if key == name else key: value for key, value in body.items()}
