"""Findings about the violations of a schema that jsonschema found."""

from typing import Any, cast

from jsonschema import ValidationError

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import closest, misspelt
from harness.protocols.jirafe.finding_text import (
    UTC_HINT,
    allowed_values,
    compact_json,
    describe,
    dotted_path,
    json_type,
    make_finding,
    missing_field,
    place_name,
    short_json,
)
from harness.protocols.jirafe.schemas import Schema

_ATTRIBUTIONS = ("attribution", "tag_attribution", "rule_attribution")
_NUMBERS = (("search", "page"), ("search", "total_results"))


def is_lenient(error: ValidationError) -> bool:
    """Whether the value is accepted: an empty attribution (errata 13) or digits in a string (errata 12)."""
    path = tuple(error.absolute_path)
    if error.validator == "minItems":
        return path[-1] in _ATTRIBUTIONS
    return error.validator == "type" and path[-2:] in _NUMBERS and _is_digits(error.instance)


def schema_finding(error: ValidationError, body: Any) -> Finding:
    if error.validator == "required":
        return _missing(error, body)
    near = closest(error.instance, _schema(error).get("enum", ()), at_least=0.6)
    lenient = is_lenient(error)
    return make_finding(
        "lenient-value" if lenient else _code(error),
        body,
        tuple(error.absolute_path),
        _text(error, body, near),
        hint=_hint(error, near),
        severity=Severity.WARNING if lenient else Severity.ERROR,
        value=error.instance,
        allowed=allowed_values(_schema(error)),
        nearest=near,
    )


def _missing(error: ValidationError, body: Any) -> Finding:
    *_, name = path = tuple(error.absolute_path)
    near = misspelt(cast(dict[str, Any], error.instance), _schema(error)).get(str(name))
    return missing_field("schema", body, path, _schema(error)["properties"][name], near=near)


def _schema(error: ValidationError) -> Schema:
    return cast(Schema, error.schema)


def _code(error: ValidationError) -> str:
    is_date = error.validator == "format" and error.validator_value == "date-time"
    return "date-format" if is_date else "schema"


def _text(error: ValidationError, body: Any, near: str | None) -> str:
    text = f"{place_name(body, tuple(error.absolute_path))} is {short_json(error.instance)}"
    if error.validator == "type" and error.instance is not None:
        text += f", {json_type(error.instance)}"
    if near is not None:
        text += f"; the closest allowed value is {short_json(near)}"
    return f"{text}; allowed: {describe(_schema(error))}"


def _hint(error: ValidationError, near: str | None) -> str:
    value = error.instance
    if near is not None:
        return f"Send {compact_json(near)}."
    if _code(error) == "date-format":
        return UTC_HINT
    if error.validator == "minItems" and is_lenient(error):
        return f"Omit {dotted_path(tuple(error.absolute_path)[-1:])} if it is empty."
    if error.validator == "type" and error.validator_value == "string" and isinstance(value, int | float):
        return f"Send it as a string: {compact_json(compact_json(value))}."
    if error.validator == "type" and error.validator_value == "integer" and _is_digits(value):
        return f"Send it as a number: {short_json(value)[1:-1]}."
    return f"Send {describe(_schema(error))}."


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()
