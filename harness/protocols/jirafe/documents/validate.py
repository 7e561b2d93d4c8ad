"""Document → findings: the schema, the rules of single documents, and fields that look misspelt."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from jsonschema import ValidationError

from harness.finding import Finding
from harness.protocols.jirafe.documents.rules import ERRORS, WARNINGS
from harness.protocols.jirafe.documents.sent import Sent
from harness.protocols.jirafe.schemas import validator
from harness.protocols.jirafe.suspects import suspects
from harness.protocols.jirafe.violations import finding

_LONGEST_KNOWN = 8_000
"""How many characters of JSON a document has at most that is remembered."""


def findings(sent: Sent) -> Iterator[Finding]:
    """Everything that is wrong with a document, one after the other, errors first."""
    spoken_for: set[str] = set()
    violations = (finding(error, sent.named) for error in _violations(sent))
    for found in chain(violations, *(rule(sent) for rule in (*ERRORS, *WARNINGS))):
        spoken_for.add(found.place)
        yield found
    for absent, suspect in suspects(sent.named, sent.schema):
        if absent not in spoken_for:
            yield suspect


def is_right(sent: Sent) -> bool:
    """Whether nothing at all is known to be wrong with a document, by what was found of the same one not long ago.

    Back ends send the same again and again, every answer needs it once and every report once more. False where it is large
    or something is wrong: then `findings` tells.
    """
    text = json.dumps(sent.value)
    return len(text) <= _LONGEST_KNOWN and _is_right(sent.version, sent.type, text)


@lru_cache(maxsize=4096)
def _is_right(version: int, document_type: str, text: str) -> bool:
    return next(findings(Sent(version, document_type, json.loads(text))), None) is None


def is_accepted(sent: Sent) -> bool:
    """Whether a document is taken. The one place where this is decided."""
    return next(chain(refusals(sent), broken_rules(sent)), None) is None


def refusals(sent: Sent) -> Iterator[ValidationError]:
    """The schema violations for which a document is refused; in version 2 a wrong format is none (errata 26)."""
    return (error for error in _violations(sent) if sent.version == 1 or error.validator != "format")


def broken_rules(sent: Sent) -> Iterator[Finding]:
    """The findings of rules for which a document is refused."""
    return chain.from_iterable(rule(sent) for rule in ERRORS)


def _violations(sent: Sent) -> Iterator[ValidationError]:
    return validator(sent.schema_name).iter_errors(sent.value)
