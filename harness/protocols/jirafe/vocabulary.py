"""JSON Schemas of the patterns in scenarios, derived from the protocol's schemas of events and documents."""

from collections.abc import Iterator
from functools import cache, reduce
from typing import Any

from harness.events import document_name
from harness.json_matching import WRAPPER
from harness.protocols.jirafe.documents.routes import TYPES, V1_TYPES
from harness.protocols.jirafe.documents.sent_document import ORDER_STATUSES
from harness.protocols.jirafe.schemas import EVENT_TYPES, Schema, schema

_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_VARIABLE = {"type": "string", "pattern": r"^\$"}
_MATCHERS: list[dict[str, Any]] = [
    {"type": "object", "properties": {name: {"type": kind}}, "required": [name], "additionalProperties": False}
    for name, kind in (("$matches", "string"), ("$about", "number"), ("$any", "null"))
]


def pattern_schemas() -> dict[str, dict[str, Any]]:
    """The schema of a pattern for each event or document: any part of it, with scalars of any type or matchers."""
    return {name: _pattern(each) for name, each in _schemas().items()}


@cache
def known_fields(name: str) -> frozenset[str]:
    """The fields of an event or a document as JSON pointers without list indexes: `/items/quantity`."""
    return frozenset(_fields(_schemas()[name], ""))


@cache
def _schemas() -> dict[str, Schema]:
    """The schemas by event type or document name. A document's schema covers all versions and statuses."""
    documents = {document_name(name): reduce(_either, map(schema, _forms(name))) for name in TYPES}
    return {name: _in_wrapper(schema(name)) for name in EVENT_TYPES} | documents


def _in_wrapper(event: Schema) -> Schema:
    """The schema of an event, with its wrapper as an additional field."""
    fields = {name: field for name, field in schema("wrapper")["properties"].items() if name != "data"}
    wrapper = {"description": "the wrapper that contains the event", "type": "object", "properties": fields}
    return {**event, "properties": {**event["properties"], WRAPPER: wrapper}}


def _forms(document_type: str) -> tuple[str, ...]:
    """The schemas of a document type: one per version; orders in version 2 have one per status."""
    if document_type == "order":
        return ("order", *(f"v2/order_{status}" for status in ORDER_STATUSES))
    return (*[document_type] * (document_type in V1_TYPES), f"v2/{document_type}")


def _either(one: Schema, other: Schema) -> Schema:
    if one == other or one.get("type") != other.get("type"):
        return one
    if one["type"] == "object":
        left, right = one.get("properties", {}), other.get("properties", {})
        both = {name: _either(left[name], right[name]) for name in left.keys() & right.keys()}
        return {**one, "properties": {**left, **right, **both}}
    if one["type"] == "array":
        return {**one, "items": _either(one["items"], other["items"])}
    if "enum" in one and "enum" in other:
        return {**one, "enum": list(dict.fromkeys((*one["enum"], *other["enum"])))}
    return {key: value for key, value in one.items() if key != "enum"}


def _pattern(part: Schema) -> dict[str, Any]:
    notes = {key: part[key] for key in ("title", "description") if key in part}
    if "oneOf" in part:
        return {**notes, "anyOf": [_pattern(choice) for choice in part["oneOf"]]}
    if "enum" in part:
        return {**notes, "anyOf": [{"enum": list(part["enum"])}, _VARIABLE, *_MATCHERS]}
    if part["type"] == "object":
        fields = {name: _pattern(inner) for name, inner in part.get("properties", {}).items()}
        return {**notes, "type": "object", "properties": fields}
    if part["type"] == "array":
        return {**notes, "anyOf": [{"type": "array", "items": _pattern(part["items"])}, _VARIABLE, *_MATCHERS]}
    return {**notes, "anyOf": [_SCALAR, *_MATCHERS]}


def _fields(part: Schema, path: str) -> Iterator[str]:
    for choice in part.get("oneOf", [part]):
        for name, inner in choice.get("properties", {}).items():
            yield f"{path}/{name}"
            yield from _fields(inner, f"{path}/{name}")
        if "items" in choice:
            yield from _fields(choice["items"], path)
