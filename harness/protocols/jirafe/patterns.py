"""What a scenario may say about an event: JSON Schemas of patterns, derived from the protocol's schemas."""

from collections.abc import Iterator
from functools import cache
from typing import Any

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
    """For each event type the schema of a pattern: any part of the event, its scalars of any type, or matchers."""
    return {name: _pattern(schema(name)) for name in EVENT_TYPES}


@cache
def known_fields(event_type: str) -> frozenset[str]:
    """The fields of an event as JSON pointers, those inside lists under the list's own: `/line_item/sku_code`."""
    return frozenset(_fields(schema(event_type), ""))


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
