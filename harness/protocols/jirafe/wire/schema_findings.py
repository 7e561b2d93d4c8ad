"""What breaks a wrapper's schema, as findings in plain words; jsonschema finds it."""

from typing import Any, cast

from jsonschema import ValidationError

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import closest, misspelt
from harness.protocols.jirafe.finding_text import (
    allowed,
    as_json,
    dotted,
    field,
    in_words,
    kind,
    missing,
    report,
    shown,
)
from harness.protocols.jirafe.schemas import Schema

_ATTRIBUTIONS = ("attribution", "tag_attribution", "rule_attribution")
_NUMBERS = (("search", "page"), ("search", "total_results"))
_UTC_HINT = "send the time in UTC, as in 2013-06-03T16:41:11.600Z"


def is_lenient(error: ValidationError) -> bool:
    """Whether the value is accepted all the same: an empty attribution (errata 13), digits in a string (errata 12)."""
    path = tuple(error.absolute_path)
    if error.validator == "minItems":
        return path[-1] in _ATTRIBUTIONS
    return error.validator == "type" and path[-2:] in _NUMBERS and _is_digits(error.instance)


def finding(error: ValidationError, wrapper: Any) -> Finding:
    """The violation in plain words."""
    if error.validator == "required":
        return _missing(error, wrapper)
    near = closest(error.instance, _within(error).get("enum", ()), at_least=0.6)
    lenient = is_lenient(error)
    return report(
        "lenient-value" if lenient else _code(error),
        wrapper,
        tuple(error.absolute_path),
        _says(error, wrapper, near),
        hint=_hint(error, near),
        severity=Severity.WARNING if lenient else Severity.ERROR,
        value=error.instance,
        allowed=allowed(_within(error)),
        nearest=near,
    )


def _missing(error: ValidationError, wrapper: Any) -> Finding:
    *_, name = path = tuple(error.absolute_path)
    near = misspelt(cast(dict[str, Any], error.instance), _within(error)).get(str(name))
    return missing("schema", wrapper, path, _within(error)["properties"][name], near=near)


def _within(error: ValidationError) -> Schema:
    return cast(Schema, error.schema)


def _code(error: ValidationError) -> str:
    is_date = error.validator == "format" and error.validator_value == "date-time"
    return "date-format" if is_date else "schema"


def _says(error: ValidationError, wrapper: Any, near: str | None) -> str:
    says = f"{field(wrapper, tuple(error.absolute_path))} is {shown(error.instance)}"
    if error.validator == "type" and error.instance is not None:
        says += f", {kind(error.instance)}"
    if near is not None:
        says += f"; the closest allowed value is {shown(near)}"
    return f"{says}; allowed: {in_words(_within(error))}"


def _hint(error: ValidationError, near: str | None) -> str:
    value = error.instance
    if near is not None:
        return f"send {as_json(near)}"
    if _code(error) == "date-format":
        return _UTC_HINT
    if error.validator == "minItems" and is_lenient(error):
        return f"leave {dotted(tuple(error.absolute_path)[-1:])} out where there is nothing in it"
    if error.validator == "type" and error.validator_value == "string" and isinstance(value, int | float):
        return f"send it as a string: {as_json(as_json(value))}"
    if error.validator == "type" and error.validator_value == "integer" and _is_digits(value):
        return f"send it as a number: {shown(value)[1:-1]}"
    return f"send {in_words(_within(error))}"


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()
