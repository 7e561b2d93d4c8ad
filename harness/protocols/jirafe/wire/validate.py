"""Wrapper → findings: the schema, the rules of single bodies, and fields that look misspelt."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from jsonschema import ValidationError

from harness.findings import Finding
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.misspelt_fields import suspects
from harness.protocols.jirafe.wire.payload_rules import ERRORS, WARNINGS
from harness.protocols.jirafe.wire.schema_findings import finding, is_lenient


def validate(value: Any) -> tuple[Finding, ...]:
    """Everything that is wrong with a decoded body, whatever JSON it is (up to the depth that `decode` allows)."""
    found = [finding(error, value) for error in violations("wrapper", value)]
    found += chain.from_iterable(rule(value) for rule in (*ERRORS, *WARNINGS))
    spoken_for = {each.place for each in found}
    return (*found, *(suspect for absent, suspect in suspects(value) if absent not in spoken_for))


def is_valid(value: Any) -> bool:
    """Whether a decoded body is accepted: nothing in it is an error. The one place where this is decided."""
    return next(chain(refusals(value), broken_rules(value)), None) is None


def refusals(value: Any) -> Iterator[ValidationError]:
    """The schema violations for which a body is refused."""
    return (error for error in violations("wrapper", value) if not is_lenient(error))


def broken_rules(value: Any) -> Iterator[Finding]:
    """The findings of rules for which a body is refused."""
    return chain.from_iterable(rule(value) for rule in ERRORS)
