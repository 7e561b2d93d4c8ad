"""Fast accept: a compiled validator looks first, and jsonschema, which has the words, only at what that one does not accept."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import ValidationError
from jsonschema_rs import Draft4Validator

from harness.protocols.jirafe.formats import FORMATS
from harness.protocols.jirafe.schemas import schema, validator


def violations(name: str, value: Any) -> Iterator[ValidationError]:
    """Every violation of the schema of that name, a missing field at its own path. The value may be as deep as `decode` allows."""
    return iter(()) if accepts(name, value) else validator(name).iter_errors(value)


def accepts(name: str, value: Any) -> bool:
    """Whether a value is valid beyond doubt; of one that is not only jsonschema can tell (half a surrogate pair, NaN)."""
    try:
        return _compiled(name).is_valid(value)
    except ValueError:
        return False


@cache
def _compiled(name: str) -> Draft4Validator:
    formats = {named: check for named, (check, _raises) in FORMATS.checkers.items()}
    return Draft4Validator(dict(schema(name)), formats=formats, validate_formats=True, offline=True)
