"""The collector's responses to a body: status and error body (facts, section 3; errata 25)."""

from collections.abc import Iterable
from typing import Any

from jsonschema import ValidationError

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import MAX_IN_EVIDENCE, dotted_path, truncate
from harness.protocols.jirafe.wire.decode import decode
from harness.protocols.jirafe.wire.validate import broken_rules, is_valid, refusals

Answer = tuple[int, dict[str, Any]]

MAX_ERRORS = 100
"""The number of violations in an error body."""


def answer(body: bytes) -> Answer:
    """200, 400 `bad_json` or 422 `validation`. Warnings do not refuse a body."""
    decoded = decode(body)
    if not decoded.is_json:
        return 400, failure("bad_json", message=decoded.findings[0].message)
    if not is_valid(decoded.value):
        errors = by_path(refusals(decoded.value), broken_rules(decoded.value))
        return 422, failure("validation", errors=errors)
    return 200, {"success": True}


def failure(error_type: str, **details: Any) -> dict[str, Any]:
    """The error body, with `errors` or a `message`."""
    return {"success": False, "error_type": error_type, **details}


def by_path(violations: Iterable[ValidationError], broken: Iterable[Finding]) -> dict[str, str]:
    """The first message for each dotted path; of schema violations jsonschema's message."""
    errors: dict[str, str] = {}
    for error in violations:
        errors.setdefault(_key(dotted_path(error.absolute_path)), truncate(error.message, MAX_IN_EVIDENCE))
        if len(errors) == MAX_ERRORS:
            return errors
    for finding in broken:
        errors.setdefault(_key(finding.place[1:].replace("/", ".")), truncate(finding.message, MAX_IN_EVIDENCE))
    return errors


def _key(path: str) -> str:
    return truncate(path, MAX_IN_EVIDENCE)
