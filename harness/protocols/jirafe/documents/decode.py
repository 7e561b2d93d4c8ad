"""Decode a request of a back end: its documents, and the findings about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from harness.events import Beacon, Document, Reading
from harness.findings import Finding, Severity
from harness.json_matching import suggest
from harness.protocols.jirafe.documents.responses import MAX_DOCUMENTS, MAX_NAMED_ERRORS, unknown_type
from harness.protocols.jirafe.documents.routes import BATCH, BATCH_KEYS, TYPES, Route
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.documents.tokens import Access
from harness.protocols.jirafe.documents.validate import findings, is_accepted
from harness.protocols.jirafe.finding_text import TitledBody, join_or, json_pointer, make_finding, short_json
from harness.protocols.jirafe.wire.decode import decode
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.schema_findings import schema_finding


def read(beacon: Beacon, route: Route, access: Access) -> Reading:
    """The documents in a request and the findings about them. The place of a finding is a pointer into the body."""
    if beacon.method not in route.methods:
        return Reading(envelope={}, events=(), findings=())
    reader = _Reader(beacon=beacon, route=route)
    if route.version == 2 and (denial := access.denial(beacon, route.site)):
        reader.add("invalid-token", denial.message, "Send a token that is valid for this site.")
    if not route.is_known:
        hint = f"Send it to the URL of a {join_or(TYPES)}."
        reader.add("unknown-type", unknown_type(route.type), hint, value=route.type)
    elif beacon.truncated:
        reader.add(*_incomplete(beacon))
    else:
        reader.read_body()
    return reader.reading()


@dataclass(kw_only=True)
class _Reader:
    beacon: Beacon
    route: Route
    envelope: Mapping[str, Any] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def reading(self) -> Reading:
        return Reading(
            envelope=self.envelope, events=(), findings=tuple(self.findings), documents=tuple(self.documents)
        )

    def add(self, code: str, text: str, hint: str, **evidence: Any) -> None:
        body = TitledBody(self.route.type, self.route.type, None)
        self.findings.append(make_finding(code, body, (), text, hint=hint, **evidence))

    def read_body(self) -> None:
        name = self.route.type
        decoded = decode(self.beacon.body, name=name)
        self.findings += [replace(item, evidence=replace(item.evidence, document=name)) for item in decoded.findings]
        if not decoded.is_json:
            return
        self.envelope = decoded.value if isinstance(decoded.value, dict) else {}
        if name == BATCH:
            self._read_batch(decoded.value)
        else:
            self._read_document(SentDocument(self.route.version, name, decoded.value), ())

    def _read_batch(self, value: Any) -> None:
        batch = TitledBody(BATCH, BATCH, value)
        self.findings += [schema_finding(error, batch) for error in violations("v2/batch", value)]
        lists = {name: entries for name, entries in self.envelope.items() if isinstance(entries, list)}
        if sum(map(len, lists.values())) > MAX_DOCUMENTS:
            self.add("too-large", f"the batch contains more than {MAX_DOCUMENTS} documents", "Send several batches.")
            return
        for name, entries in lists.items():
            if name in BATCH_KEYS:
                for index, entry in enumerate(entries):
                    self._read_document(SentDocument(2, BATCH_KEYS[name], entry), (name, index))
            else:
                keys = tuple(BATCH_KEYS)
                text = f"{short_json(name)} is not a document type; {suggest(name, keys)}"
                hint = f"Name each list after its document type: {join_or(keys)}."
                finding = make_finding("unknown-type", batch, (name,), text, hint=hint, value=name, allowed=keys)
                self.findings.append(finding)

    def _read_document(self, sent: SentDocument, path: Sequence[str | int]) -> None:
        prefix = json_pointer(path)
        limit = 1 if len(self.findings) >= MAX_NAMED_ERRORS else MAX_NAMED_ERRORS
        found = [_with_prefix(item, prefix) for item in islice(findings(sent), limit)]
        self.findings += found
        if isinstance(sent.value, dict):
            is_valid = all(item.severity is not Severity.ERROR for item in found)
            self.documents.append(
                Document(
                    type=sent.type,
                    body=sent.value,
                    version=sent.version,
                    site=self.route.site,
                    pointer=prefix,
                    beacon=self.beacon,
                    accepted=self.beacon.status == 200 and (is_valid or is_accepted(sent)),
                )
            )


def _with_prefix(item: Finding, prefix: str) -> Finding:
    """A finding about a document, with its place in the body of the batch."""
    place = prefix + item.place
    return replace(item, place=place, evidence=replace(item.evidence, pointer=place)) if prefix else item


def _incomplete(beacon: Beacon) -> tuple[str, str, str]:
    size = f"{len(beacon.body)} bytes" + ("" if beacon.declared_length is None else f" of {beacon.declared_length}")
    if beacon.status == 413:
        text = f"the body is too large; the collector read {size}"
        return "too-large", text, "Send fewer documents in one body."
    return "bad-json", f"the body ended after {size}", "Send the complete body."
