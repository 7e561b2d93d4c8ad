"""Ways to break any field of the protocol, derived from its schemas: left out, misspelt, null, of another type."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from harness.matching import MISSING
from harness.protocols.jirafe.sabotages.edits import AROUND, Change, Edit, Spot, is_wrapper, says
from harness.protocols.jirafe.schemas import EVENT_TYPES, Schema, branch, schema
from harness.sabotage.copies import Answer, Copy, Healthy, Sabotage

_LOST: Final = ("schema", "missing-field", "wrong-value", "missing-event", "visit-changed")


def left_out(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that never sends a field."""
    for types, pointer in _fields(healthy):
        answers = [*(says(code, pointer) for code in _LOST), says("missing-event")]
        yield from _edit("field-left-out", "never sent", types, pointer, lambda _spot: MISSING, answers)(healthy)


def null(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that sends null where the page set nothing."""
    for types, pointer in _fields(healthy):
        answers = [says("schema", pointer), says("date-format", pointer)]
        yield from _edit("field-null", "null", types, pointer, lambda _spot: None, answers)(healthy)


def of_other_type(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that sends a number for a string, a string for a number, an object for a list."""
    for types, pointer in _fields(healthy):
        answers = [says(code, pointer) for code in ("schema", "date-format", "lenient-value")]
        yield from _edit("field-of-other-type", "another type", types, pointer, _other_type, answers)(healthy)


def misspelt(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that writes a field's name in its own way: `skuCode`, `Quantity`."""
    for types, pointer in _fields(healthy):
        parent, _, name = pointer.rpartition("/")
        wrong = _respelt(name)
        answers = [
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
            answers=answers,
            always=True,
        )
        yield from edit(healthy)


SABOTAGES: Final[tuple[Sabotage, ...]] = (left_out, null, of_other_type, misspelt)


def _edit(name: str, about: str, types: tuple[str, ...], pointer: str, change: Change, answers: list[Answer]) -> Edit:
    return Edit(name=name, about=about, types=types, field=pointer, change=change, answers=answers, always=True)


def _fields(healthy: Healthy) -> list[tuple[tuple[str, ...], str]]:
    """Every field that is sent and that a schema names: the event types that it belongs to, and its pointer."""
    found: dict[tuple[tuple[str, ...], str], None] = {}
    for said in filter(is_wrapper, healthy.said):
        found.update(
            dict.fromkeys((AROUND, pointer) for pointer in _named(said.reading.envelope, schema("wrapper"), ""))
        )
        for event in said.events:
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
