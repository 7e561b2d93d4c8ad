"""Documents as JSON, each with its findings."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.events import Document, Reading
from harness.findings import Finding


def finding_json(finding: Finding) -> dict[str, Any]:
    names = ("code", "message", "severity", "hint", "step", "place", "evidence", "count")
    return {name: getattr(finding, name) for name in names} | {"evidence": finding.evidence.as_json()}


def documents_json(reading: Reading) -> Iterator[dict[str, Any]]:
    """All documents of a reading, each with its own findings and those of the request."""
    findings = _by_pointer(reading)
    for document in reading.documents:
        own = [*findings.get(document.pointer, ()), *(findings.get("", ()) if document.pointer else ())]
        yield {**_document_json(document), "findings": [finding_json(finding) for finding in own]}


def _by_pointer(reading: Reading) -> Mapping[str, list[Finding]]:
    """The findings by the pointer of their document; the empty pointer has those of the request."""
    pointers = {document.pointer for document in reading.documents}
    findings: dict[str, list[Finding]] = {}
    for finding in reading.findings:
        place = finding.place
        while place and place not in pointers:
            place = place.rpartition("/")[0]
        findings.setdefault(place, []).append(finding)
    return findings


def _document_json(document: Document) -> dict[str, Any]:
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
