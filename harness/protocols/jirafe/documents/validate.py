"""Validate a document: its schema, the rules for one document, and misspelt fields."""

from collections.abc import Iterator
from itertools import chain

from jsonschema import ValidationError

from harness.findings import Finding
from harness.protocols.jirafe.documents.payload_rules import ERRORS, WARNINGS
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.misspelt_fields import suspect_findings
from harness.protocols.jirafe.wire.schema_findings import is_lenient, schema_findings


def findings(sent: SentDocument) -> Iterator[Finding]:
    """The findings about a document, errors first."""
    places: set[str] = set()
    breaches = schema_findings(violations(sent.schema_name, sent.value), sent.titled)
    for found in chain(breaches, *(rule(sent) for rule in (*ERRORS, *WARNINGS))):
        places.add(found.place)
        yield found
    yield from suspect_findings(sent.titled, sent.schema, places)


def is_accepted(sent: SentDocument) -> bool:
    """Whether the collector accepts a document. Decided only here."""
    return next(chain(refusals(sent), broken_rules(sent)), None) is None


def refusals(sent: SentDocument) -> Iterator[ValidationError]:
    """The schema violations that refuse a document. In version 2 a wrong format does not (errata 26)."""
    for error in violations(sent.schema_name, sent.value):
        if not is_lenient(error) and (sent.version == 1 or error.validator != "format"):
            yield error


def broken_rules(sent: SentDocument) -> Iterator[Finding]:
    return chain.from_iterable(rule(sent) for rule in ERRORS)
