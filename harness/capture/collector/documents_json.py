"""Documents as JSON, each with what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from harness.events import Document, Reading
from harness.findings import Finding


def document_views(reading: Reading) -> Iterator[dict[str, Any]]:
    """Every document of a reading, with the findings about it and those about the request as a whole."""
    findings = _by_pointer(reading)
    for document in reading.documents:
        own = [*findings.get(document.pointer, ()), *(findings.get("", ()) if document.pointer else ())]
        yield {**_bare_view(document), "findings": [asdict(finding) for finding in own]}


def _by_pointer(reading: Reading) -> Mapping[str, list[Finding]]:
    """The findings by the document that each is about; under the empty pointer those about none."""
    pointers = {document.pointer for document in reading.documents}
    findings: dict[str, list[Finding]] = {}
    for finding in reading.findings:
        place = finding.place
        while place and place not in pointers:
            place = place.rpartition("/")[0]
        findings.setdefault(place, []).append(finding)
    return findings


def _bare_view(document: Document) -> dict[str, Any]:
    beacon = document.beacon
    return {
        "type": document.type,
        "version": document.version,
        "site": document.site,
        "beacon": beacon.number,
        "time": beacon.time,
        "status": beacon.status,
        "taken": document.accepted,
        "pointer": document.pointer,
        "body": document.body,
    }
