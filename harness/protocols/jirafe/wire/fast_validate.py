"""Validate fast: a compiled validator accepts valid values, jsonschema describes the violations of the others."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from jsonschema_rs import Draft4Validator

from harness.protocols.jirafe.schemas import Schema, schema, validator
from harness.protocols.jirafe.wire.formats import FORMATS


def violations(name: str, value: Any) -> Iterator[ValidationError]:
    """Every violation of a schema, a missing field at its own path. The value may be as deep as `decode` allows."""
    return iter(()) if accepts(name, value) else _detailed(name).iter_errors(value)


def accepts(name: str, value: Any) -> bool:
    """Whether a value is certainly valid. Only jsonschema can decide on the others (half of a surrogate pair, NaN)."""
    return _is_valid(_compiled(name), value)


@cache
def _compiled(name: str) -> Draft4Validator:
    return _compile(schema(name))


def _compile(within: Schema) -> Draft4Validator:
    formats = {named: check for named, (check, _raises) in FORMATS.checkers.items()}
    return Draft4Validator(dict(within), formats=formats, validate_formats=True, offline=True)


def _is_valid(compiled: Draft4Validator, value: Any) -> bool:
    try:
        return compiled.is_valid(value)
    except ValueError:
        return False


_parts: dict[int, Schema] = {}
"""The parts of schemas by their identity. `schema` caches them, so that they stay alive."""


@cache
def _detailed(name: str) -> Validator:
    """The validator of a schema that skips certainly valid parts."""
    _note_parts(schema(name))
    full = validator(name)
    keywords = {"properties": _properties, "items": _items}
    made: Validator = extend(type(full), keywords)(full.schema, format_checker=FORMATS)  # type: ignore[no-untyped-call]
    return made


def _note_parts(part: Any) -> None:
    if isinstance(part, Mapping):
        _parts[id(part)] = part
    for inner in part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ():
        _note_parts(inner)


@cache
def _compiled_part(identity: int) -> Draft4Validator:
    return _compile(_parts[identity])


def _passes(part: Schema, value: Any) -> bool:
    return id(part) in _parts and _is_valid(_compiled_part(id(part)), value)


def _properties(validator: Any, properties: Schema, value: Any, _within: Schema) -> Iterator[ValidationError]:
    for name, part in properties.items() if isinstance(value, dict) else ():
        if name in value and not _passes(part, value[name]):
            yield from validator.descend(value[name], part, path=name, schema_path=name)


def _items(validator: Any, part: Schema, value: Any, _within: Schema) -> Iterator[ValidationError]:
    for index, item in enumerate(value) if isinstance(value, list) else ():
        if not _passes(part, item):
            yield from validator.descend(item, part, path=index)
