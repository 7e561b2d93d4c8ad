"""What a request to a document's address holds: the documents, and what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from harness.events import Beacon, Document, Reading
from harness.findings import Finding, Severity
from harness.json_matching import suggest
from harness.protocols.jirafe.documents.responses import MOST_DOCUMENTS, MOST_NAMED, no_such_type
from harness.protocols.jirafe.documents.routes import BATCH, TYPES, Address
from harness.protocols.jirafe.documents.sent_document import Sent
from harness.protocols.jirafe.documents.tokens import Access
from harness.protocols.jirafe.documents.validate import findings, is_accepted
from harness.protocols.jirafe.finding_text import TitledBody, pointer, report, short_json
from harness.protocols.jirafe.wire.decode import decode
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.schema_findings import finding


def read(beacon: Beacon, at: Address, access: Access) -> Reading:
    """The documents in a request, with the findings about each; each finding's place is a pointer into the body."""
    if beacon.method not in at.methods:
        return Reading(envelope={}, events=(), findings=())
    reader = _Reader(beacon=beacon, at=at)
    if at.version == 2 and (denied := access.denied(beacon, at.site)):
        reader.say("invalid-token", denied.message, "send a token that this site was given")
    if not at.is_known:
        reader.say(
            "unknown-type", no_such_type(at.type), f"send it to the address of a {_listed(TYPES)}", value=at.type
        )
    elif beacon.truncated:
        reader.say(*_incomplete(beacon))
    else:
        reader.read_body()
    return reader.reading()


@dataclass(kw_only=True)
class _Reader:
    """One request, and what has been read in it so far."""

    beacon: Beacon
    at: Address
    envelope: Mapping[str, Any] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def reading(self) -> Reading:
        return Reading(
            envelope=self.envelope,
            events=(),
            findings=tuple(self.findings),
            documents=tuple(self.documents),
        )

    def say(self, code: str, says: str, hint: str, **evidence: Any) -> None:
        """A finding about the request as a whole."""
        self.findings.append(report(code, TitledBody(self.at.type, self.at.type, None), (), says, hint=hint, **evidence))

    def read_body(self) -> None:
        decoded = decode(self.beacon.body, name=self.at.type)
        kind = self.at.type
        self.findings += [replace(item, evidence=replace(item.evidence, document=kind)) for item in decoded.findings]
        if not decoded.is_json:
            return
        self.envelope = decoded.value if isinstance(decoded.value, dict) else {}
        if self.at.type == BATCH:
            self._read_batch(decoded.value)
        else:
            self._read_document(Sent(self.at.version, self.at.type, decoded.value), ())

    def _read_batch(self, value: Any) -> None:
        named = TitledBody(BATCH, BATCH, value)
        self.findings += [finding(error, named) for error in violations("v2/batch", value)]
        lists = {name: entries for name, entries in self.envelope.items() if isinstance(entries, list)}
        if sum(map(len, lists.values())) > MOST_DOCUMENTS:
            self.say("too-large", f"there are more than {MOST_DOCUMENTS} documents in it", "send several batches")
            return
        for name, entries in lists.items():
            if name in TYPES:
                for index, entry in enumerate(entries):
                    self._read_document(Sent(2, name, entry), (name, index))
            else:
                near = suggest(name, TYPES)
                says = f"{short_json(name)} is no document type; {near}"
                hint = f"send lists of a {_listed(TYPES)}"
                self.findings.append(report("unknown-type", named, (name,), says, hint=hint, value=name, allowed=TYPES))

    def _read_document(self, sent: Sent, path: Sequence[str | int]) -> None:
        prefix = pointer(path)
        most = 1 if len(self.findings) >= MOST_NAMED else MOST_NAMED
        moved = [_moved(item, prefix) for item in islice(findings(sent), most)]
        self.findings += moved
        if isinstance(sent.value, dict):
            sound = all(item.severity is not Severity.ERROR for item in moved)
            self.documents.append(
                Document(
                    type=sent.type,
                    body=sent.value,
                    version=sent.version,
                    site=self.at.site,
                    pointer=prefix,
                    beacon=self.beacon,
                    accepted=self.beacon.status == 200 and (sound or is_accepted(sent)),
                )
            )


def _moved(item: Finding, prefix: str) -> Finding:
    """A finding about a document as one about the body that it stands in."""
    place = prefix + item.place
    return replace(item, place=place, evidence=replace(item.evidence, pointer=place)) if prefix else item


def _incomplete(beacon: Beacon) -> tuple[str, str, str]:
    declared = "" if beacon.declared_length is None else f" of {beacon.declared_length}"
    if beacon.status == 413:
        return (
            "too-large",
            f"the body is too large; the collector read {len(beacon.body)} bytes{declared}",
            "send less at once",
        )
    return "bad-json", f"the body broke off after {len(beacon.body)} bytes{declared}", "send the whole body"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
