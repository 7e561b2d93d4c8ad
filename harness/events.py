"""Beacon, Event, Document and Reading: the decoded data of every tracker protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.findings import Finding

LARGE_BODY = 1024 * 1024
"""Larger bodies, in bytes, are decoded in a thread, so that other requests and their order of arrival do not wait for them."""


@dataclass(frozen=True, kw_only=True)
class Beacon:
    """One request of the tracker, or of a store's back end, as received.

    `number` counts the journal's records from 1. `time` is the time of arrival, in seconds since the epoch by the collector's
    clock. `url` is absolute, with the requested host. `headers` keep their order and spelling. `body` contains the received
    bytes, cut at the limit; `declared_length` is the full length, None if the request did not declare it. `status` is the
    collector's answer. `fault` is the injected fault in the scenario's words; empty if the collector accepted the request.
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
        """The first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One item of a beacon's body.

    `type` is the protocol's event type, `body` the item itself. `envelope` is the decoded body of the beacon, and `pointer`
    the JSON pointer to the item in it.
    """

    type: str
    body: Mapping[str, Any]
    envelope: Mapping[str, Any]
    pointer: str
    beacon: Beacon


_DOCUMENT = " document"


def document_name(document_type: str) -> str:
    """The name of a document type in scenarios and findings: `order document`."""
    return document_type + _DOCUMENT


def is_document_name(name: str) -> bool:
    """Whether a name in a scenario is that of a document type, not of an event type."""
    return name.endswith(_DOCUMENT)


def subject(name: str) -> dict[str, Any]:
    """The subject of a finding as evidence: the type of an event, or of a document."""
    if is_document_name(name):
        return {"event": None, "document": name.removesuffix(_DOCUMENT)}
    return {"event": name}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One request body of a back end, or one entry of a batch.

    `type` is the protocol's document type, `version` the protocol's version, `site` the id of the sending site. `pointer` is
    the JSON pointer to the document in the beacon's body, empty outside a batch. `accepted` is the collector's decision.
    """

    type: str
    body: Mapping[str, Any]
    version: int
    site: str
    pointer: str
    beacon: Beacon
    accepted: bool

    @property
    def name(self) -> str:
        return document_name(self.type)

    @cached_property
    def as_event(self) -> Event:
        """The document in the form of an event, so that patterns of scenarios apply to it."""
        return Event(type=self.name, body=self.body, envelope=self.body, pointer=self.pointer, beacon=self.beacon)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The decoded content of a beacon: its events or documents, and the findings about the body itself.

    `envelope` is the decoded body; empty if the body cannot be decoded.
    """

    envelope: Mapping[str, Any]
    events: tuple[Event, ...]
    findings: tuple[Finding, ...]
    documents: tuple[Document, ...] = ()
