"""Document → findings: the schema, the rules of single documents, and fields that look misspelt."""

from collections.abc import Iterator
from itertools import chain

from jsonschema import ValidationError

from harness.findings import Finding
from harness.protocols.jirafe.documents.payload_rules import ERRORS, WARNINGS
from harness.protocols.jirafe.documents.sent_document import Sent
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.misspelt_fields import suspects
from harness.protocols.jirafe.wire.schema_findings import finding


def findings(sent: Sent) -> Iterator[Finding]:
    """Everything that is wrong with a document, one after the other, errors first."""
    spoken_for: set[str] = set()
    breaches = (finding(error, sent.named) for error in violations(sent.schema_name, sent.value))
    for found in chain(breaches, *(rule(sent) for rule in (*ERRORS, *WARNINGS))):
        spoken_for.add(found.place)
        yield found
    for absent, suspect in suspects(sent.named, sent.schema):
        if absent not in spoken_for:
            yield suspect


def is_accepted(sent: Sent) -> bool:
    """Whether a document is taken. The one place where this is decided."""
    return next(chain(refusals(sent), broken_rules(sent)), None) is None


def refusals(sent: Sent) -> Iterator[ValidationError]:
    """The schema violations for which a document is refused; in version 2 a wrong format is none (errata 26)."""
    return (
        error for error in violations(sent.schema_name, sent.value) if sent.version == 1 or error.validator != "format"
    )


def broken_rules(sent: Sent) -> Iterator[Finding]:
    """The findings of rules for which a document is refused."""
    return chain.from_iterable(rule(sent) for rule in ERRORS)
