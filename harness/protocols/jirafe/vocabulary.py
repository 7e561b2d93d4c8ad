"""What a scenario may say about an event or a document: JSON Schemas of patterns, derived from the protocol's schemas."""

from collections.abc import Iterator
from functools import cache, reduce
from typing import Any

from harness.events import document_name
from harness.json_matching import WRAPPER
from harness.protocols.jirafe.documents.routes import TYPES
from harness.protocols.jirafe.documents.sent_document import ORDER_STATUSES
from harness.protocols.jirafe.schemas import EVENT_TYPES, Schema, schema

_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_VARIABLE = {"type": "string", "pattern": r"^\$"}
_MATCHERS: list[dict[str, Any]] = [
    {
        "type": "object",
        "properties": {name: within},
        "required": [name],
        "additionalProperties": False,
    }
    for name, within in {"$matches": {"type": "string"}, "$about": {"type": "number"}, "$any": {"type": "null"}}.items()
]


def pattern_schemas() -> dict[str, dict[str, Any]]:
    """For each event or document the schema of a pattern: any part of it, its scalars of any type, or matchers."""
    return {name: _pattern(within) for name, within in _schemas().items()}


@cache
def known_fields(name: str) -> frozenset[str]:
    """The fields of an event or a document as JSON pointers, those inside lists under the list's own: `/items/quantity`."""
    return frozenset(_fields(_schemas()[name], ""))


@cache
def _schemas() -> dict[str, Schema]:
    """What scenarios can speak of; a document of any version and status is one of its type."""
    documents = {document_name(name): reduce(_either, map(schema, _forms(name))) for name in TYPES}
    return {name: _in_wrapper(schema(name)) for name in EVENT_TYPES} | documents


def _in_wrapper(event: Schema) -> Schema:
    """The schema of an event, and, as a field of its own, of what is around it."""
    whole = schema("wrapper")
    around = {name: field for name, field in whole["properties"].items() if name != "data"}
    wrapper = {"description": "what the wrapper around the event says", "type": "object", "properties": around}
    return {**event, "properties": {**event["properties"], WRAPPER: wrapper}}


def _forms(document_type: str) -> tuple[str, ...]:
    """The schemas that documents of a type have: one a version, and in version 2 one a status of an order."""
    if document_type == "order":
        return ("order", *(f"v2/order_{status}" for status in ORDER_STATUSES))
    return (document_type, f"v2/{document_type}")


def _either(one: Schema, other: Schema) -> Schema:
    """A schema that knows the fields of both, and the values of both."""
    if one == other or one.get("type") != other.get("type"):
        return one
    if one["type"] == "object":
        mine, its = one.get("properties", {}), other.get("properties", {})
        both = {name: _either(mine[name], its[name]) for name in mine.keys() & its.keys()}
        return {**one, "properties": {**mine, **its, **both}}
    if one["type"] == "array":
        return {**one, "items": _either(one["items"], other["items"])}
    if "enum" in one and "enum" in other:
        return {**one, "enum": list(dict.fromkeys((*one["enum"], *other["enum"])))}
    return {key: value for key, value in one.items() if key != "enum"}


def _pattern(within: Schema) -> dict[str, Any]:
    notes = {key: within[key] for key in ("title", "description") if key in within}
    if "oneOf" in within:
        return {**notes, "anyOf": [_pattern(choice) for choice in within["oneOf"]]}
    if "enum" in within:
        return {**notes, "anyOf": [{"enum": list(within["enum"])}, _VARIABLE, *_MATCHERS]}
    if within["type"] == "object":
        fields = {name: _pattern(inner) for name, inner in within.get("properties", {}).items()}
        return {**notes, "type": "object", "properties": fields}
    if within["type"] == "array":
        return {**notes, "anyOf": [{"type": "array", "items": _pattern(within["items"])}, _VARIABLE, *_MATCHERS]}
    return {**notes, "anyOf": [_SCALAR, *_MATCHERS]}


def _fields(within: Schema, path: str) -> Iterator[str]:
    for choice in within.get("oneOf", [within]):
        for name, inner in choice.get("properties", {}).items():
            yield f"{path}/{name}"
            yield from _fields(inner, f"{path}/{name}")
        if "items" in choice:
            yield from _fields(choice["items"], path)
