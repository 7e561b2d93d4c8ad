"""Findings about the violations of a schema that jsonschema found."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from jsonschema import ValidationError

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import closest, misspelt
from harness.protocols.jirafe.finding_text import (
    Path,
    TitledBody,
    allowed_values,
    compact_json,
    date_hint,
    describe,
    dotted_path,
    json_pointer,
    json_type,
    make_finding,
    missing_field,
    place_name,
    short_json,
)
from harness.protocols.jirafe.schemas import Schema
from harness.protocols.jirafe.wire.value_notations import Notation, notation_of, number_text

_ATTRIBUTIONS = ("attribution", "tag_attribution", "rule_attribution")
_NUMBERS = (("search", "page"), ("search", "total_results"))
_COST = ("sku_cost",)
"""A string in the published example of its endpoint, a number in the schema."""
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?")
_MOST_NAMES = 4
"""The number of other places that a message names."""


def is_lenient(error: ValidationError) -> bool:
    """Whether the value is accepted: an empty attribution (errata 13) or digits in a string (errata 12), a cost in a string."""
    path = tuple(error.absolute_path)
    if error.validator == "minItems":
        return path[-1] in _ATTRIBUTIONS
    if error.validator == "type" and path[-1:] == _COST:
        return isinstance(error.instance, str) and _DECIMAL.fullmatch(error.instance) is not None
    return error.validator == "type" and path[-2:] in _NUMBERS and _is_digits(error.instance)


def schema_findings(errors: Iterable[ValidationError], body: Any) -> Iterator[Finding]:
    """A finding for each violation; values of one event or document that have one wrong notation share a finding."""
    groups: dict[Any, list[ValidationError]] = {}
    for number, error in enumerate(errors):
        notation, path = notation_of(error), tuple(error.absolute_path)
        key = number if notation is None else (notation.text, _event_path(body, path))
        groups.setdefault(key, []).append(error)
    for first, *others in groups.values():
        found = schema_finding(first, body)
        yield _with_others(found, [tuple(error.absolute_path) for error in others], body) if others else found


def schema_finding(error: ValidationError, body: Any) -> Finding:
    if error.validator == "required":
        return _missing(error, body)
    notation = notation_of(error)
    near = closest(error.instance, _schema(error).get("enum", ()), at_least=0.6)
    lenient = is_lenient(error)
    return make_finding(
        "lenient-value" if lenient else _code(error),
        body,
        tuple(error.absolute_path),
        _text(error, body, near, notation),
        hint=_hint(error, near, notation),
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


def _event_path(body: Any, path: Path) -> Path:
    return () if isinstance(body, TitledBody) or path[:1] != ("data",) else path[:2]


def _with_others(finding: Finding, paths: Sequence[Path], body: Any) -> Finding:
    """The finding, naming the other places with values in the same notation."""
    names = [place_name(body, path) for path in paths]
    also = ", ".join(names[:_MOST_NAMES]) + (
        f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    )
    scope = replace(finding.scope, explains=tuple(map(json_pointer, paths)))
    return replace(finding, message=f"{finding.message}; the same in {also}", scope=scope)


def _text(error: ValidationError, body: Any, near: str | None, notation: Notation | None) -> str:
    text = f"{place_name(body, tuple(error.absolute_path))} is {short_json(error.instance)}"
    if notation is not None:
        text += f", {notation.text}"
    elif error.validator == "type" and error.instance is not None:
        text += f", {json_type(error.instance)}"
    if near is not None:
        text += f"; the closest allowed value is {short_json(near)}"
    return f"{text}; allowed: {describe(_schema(error))}"


def _hint(error: ValidationError, near: str | None, notation: Notation | None) -> str:
    value = error.instance
    if near is not None:
        return f"Send {compact_json(near)}."
    if notation is not None:
        return notation.hint
    if _schema(error).get("format") == "date-time":
        return date_hint(value)
    if error.validator == "minItems" and is_lenient(error):
        return f"Omit {dotted_path(tuple(error.absolute_path)[-1:])} if it is empty."
    if error.validator == "type" and error.validator_value == "string" and isinstance(value, int | float):
        return f"Send it as a string: {compact_json(number_text(value))}."
    return f"Send {describe(_schema(error))}."


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()
