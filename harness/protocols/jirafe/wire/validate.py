"""Validate a wrapper: its schema, the rules for one body, and misspelt fields."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from jsonschema import ValidationError

from harness.findings import Finding
from harness.protocols.jirafe.schemas import schema
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.misspelt_fields import suspect_findings
from harness.protocols.jirafe.wire.payload_rules import ERRORS, WARNINGS
from harness.protocols.jirafe.wire.schema_findings import is_lenient, schema_findings


def validate(value: Any, name: str = "wrapper") -> tuple[Finding, ...]:
    """The findings about a decoded body, which may be any JSON as deep as `decode` allows. `name` is that of its schema."""
    found = list(schema_findings(violations(name, value), value))
    found += chain.from_iterable(rule(value) for rule in (*ERRORS, *WARNINGS))
    return (*found, *suspect_findings(value, schema(name), {each.place for each in found}))


def is_valid(value: Any) -> bool:
    """Whether the collector accepts a decoded body: there is no error. Decided only here."""
    return next(chain(refusals(value), broken_rules(value)), None) is None


def refusals(value: Any, name: str = "wrapper") -> Iterator[ValidationError]:
    return (error for error in violations(name, value) if not is_lenient(error))


def broken_rules(value: Any) -> Iterator[Finding]:
    return chain.from_iterable(rule(value) for rule in ERRORS)
