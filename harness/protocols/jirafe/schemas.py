"""The protocol's JSON Schemas (draft-04), one file for each definition."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft4Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT4

from harness.protocols.jirafe.wire.formats import FORMATS

BASE = "http://schemas.invalid/jirafe/"
EVENT_TYPES = ("pageview", "visit", "add_item_to_cart", "remove_item_from_cart", "edit_cart", "order_success", "funnel")

Schema = Mapping[str, Any]

_FILE_KEYS = {"$schema", "id", "definitions"}


@cache
def documents() -> Mapping[str, Schema]:
    """The schema files: version 1 by name without `.json`, version 2 as `v2/name`."""
    return {**_read("v1", ""), **_read("v2", "v2/")}


def uri(name: str) -> str:
    return f"{BASE}{name}.json" if "/" in name else f"{BASE}v1/{name}.json"


@cache
def registry() -> Registry[Schema]:
    """The schemas by their ids. A reference to another URL is an error; nothing is fetched."""
    return Registry[Schema]().with_resources(
        (document["id"], DRAFT4.create_resource(document)) for document in documents().values()
    )


@cache
def schema(name: str) -> Schema:
    """A schema with its references expanded, which is faster to validate with."""
    expanded: Schema = _expanded({"$ref": uri(name)}, registry().resolver())
    return expanded


@cache
def validator(name: str) -> Validator:
    created: Validator = _Validator(schema(name), format_checker=FORMATS)
    return created


def branch(schema: Schema, value: Any) -> Schema | None:
    """The schema for a value: the choice of a `oneOf` with its event type, or else with its JSON type."""
    if "oneOf" not in schema:
        return schema
    return next((choice for choice in schema["oneOf"] if _is_for(choice, value)), None)


def _read(version: str, prefix: str) -> dict[str, Schema]:
    folder = resources.files(__package__) / "schemas" / version
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return {prefix + file.name.removesuffix(".json"): json.loads(file.read_text("utf-8")) for file in files}


def _is_for(choice: Schema, value: Any) -> bool:
    return Draft4Validator.TYPE_CHECKER.is_type(value, choice["type"]) and (
        "event_type" not in choice.get("required", ()) or value.get("event_type") in _event_types(choice)
    )


def _event_types(choice: Schema) -> list[str]:
    return list(choice.get("properties", {}).get("event_type", {}).get("enum", ()))


def _one_of(validator: Any, _choices: list[Schema], value: Any, schema: Schema) -> Iterator[ValidationError]:
    """`oneOf` for choices that exclude each other: the errors of the choice for this value, else of its type."""
    yield from validator.descend(value, branch(schema, value) or _any_of(schema))


def _required(validator: Any, names: list[str], value: Any, schema: Schema) -> Iterator[ValidationError]:
    """`required`, with the path of the missing field instead of its object's path."""
    for name in names if isinstance(value, dict) else ():
        for error in Draft4Validator.VALIDATORS["required"](validator, [name], value, schema):
            error.path.append(name)
            yield error


def _unique(_validator: Any, is_unique: bool, value: Any, _schema: Schema) -> Iterator[ValidationError]:
    """`uniqueItems` in linear time; jsonschema compares every object with every other."""
    if is_unique and isinstance(value, list) and len(set(map(_hashable, value))) < len(value):
        yield ValidationError(f"{value!r} has non-unique elements")


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    return tuple(map(_hashable, value)) if isinstance(value, list) else (type(value) is bool, value)


def _any_of(schema: Schema) -> Schema:
    choices = schema["oneOf"]
    shape = {"type": [choice["type"] for choice in choices], "description": schema["description"]}
    event_types = [name for choice in choices for name in _event_types(choice)]
    if not event_types:
        return shape
    return {**shape, "type": "object", "required": ["event_type"], "properties": {"event_type": {"enum": event_types}}}


_Validator = extend(Draft4Validator, {"oneOf": _one_of, "required": _required, "uniqueItems": _unique})  # type: ignore[no-untyped-call]


def _expanded(part: Any, resolver: Any) -> Any:
    if isinstance(part, list):
        return [_expanded(item, resolver) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        found = resolver.lookup(part["$ref"])
        body = {key: value for key, value in found.contents.items() if key not in _FILE_KEYS}
        return _expanded(body, found.resolver)
    return {key: _expanded(value, resolver) for key, value in part.items()}
