"""Beacon, Event, Document and Reading: what any tracker protocol decodes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.findings import Finding


@dataclass(frozen=True, kw_only=True)
class Beacon:
    """One request of the tracker, or of a shop's back end, as it arrived.

    `number` counts the journal's records from 1. `time` is when the request had arrived, in seconds since the epoch by the
    collector's clock. `url` is absolute, with the host that the browser asked for. `headers` keep their order and spelling.
    `body` holds the bytes as received; of a body over the limit the first part, with `declared_length` telling the whole
    (None where the request did not say). `status` is the collector's answer. `fault` names what struck the request on
    purpose, in the words of the scenario, so that the collector did not take it; empty where nothing did.
    """

    number: int
    time: float
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int
    declared_length: int | None = None
    truncated: bool = False
    fault: str = ""

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One item of a beacon's body.

    `type` is the protocol's event type, `body` the item itself, `envelope` the decoded body of the beacon around it,
    `pointer` the JSON pointer to the item in that body.
    """

    type: str
    body: Mapping[str, Any]
    envelope: Mapping[str, Any]
    pointer: str
    beacon: Beacon


_DOCUMENT = " document"


def document_name(document_type: str) -> str:
    """What scenarios and findings call documents of that type: `order document`."""
    return document_type + _DOCUMENT


def is_document_name(name: str) -> bool:
    """Whether scenarios call documents by that name, and not events."""
    return name.endswith(_DOCUMENT)


def subject(name: str) -> dict[str, Any]:
    """What a finding is about, as its evidence says it: the type of an event, or of a document."""
    if is_document_name(name):
        return {"event": None, "document": name.removesuffix(_DOCUMENT)}
    return {"event": name}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One body that a back end sent, or one entry of a batch.

    `type` is the protocol's document type, `version` the protocol's version, `site` whose document it is. `pointer` is the
    JSON pointer to it in the beacon's body: empty where it is all of it. `taken` tells whether the collector took it.
    """

    type: str
    body: Mapping[str, Any]
    version: int
    site: str
    pointer: str
    beacon: Beacon
    taken: bool

    @property
    def name(self) -> str:
        return document_name(self.type)

    @cached_property
    def as_event(self) -> Event:
        """The document as a scenario asks for it: like an event, under its name."""
        return Event(type=self.name, body=self.body, envelope=self.body, pointer=self.pointer, beacon=self.beacon)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a protocol reads in a beacon: the events or documents in it, and what the body says against itself.

    `envelope` is the decoded body around them; empty where the body is none.
    """

    envelope: Mapping[str, Any]
    events: tuple[Event, ...]
    findings: tuple[Finding, ...]
    documents: tuple[Document, ...] = ()
