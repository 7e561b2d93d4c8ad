"""The data between a file and its verdict: requests, batches, traces, counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from harness.commands.check.har_entry import PageKind
from harness.events import Beacon
from harness.findings import Finding
from harness.protocol import Claim, EventIdentity

_NOWHERE = float("-inf")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request of the protocol, and its place in the file.

    `findings` come from the file format. The events happened between `clock_from` and `clock_to`, by the sender's clock, in
    seconds since the epoch; `clock_to` is None if it is unknown. `has_body` is false if the file omits the body. `arrived`
    is false if the request did not reach the collector. `may_lack_headers` is true for formats whose tools leave out
    credentials. `is_prerendered` is true if the sending page was being prerendered; None if unknown.
    """

    beacon: Beacon
    place: str
    findings: tuple[Finding, ...] = ()
    clock_from: float = _NOWHERE
    clock_to: float | None = None
    has_body: bool = True
    arrived: bool = True
    may_lack_headers: bool = False
    is_prerendered: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """A document in a capture. `began` and `ended` are in seconds since the epoch; None if unknown."""

    url: str
    place: str
    number: int
    kind: PageKind
    began: float | None = None
    ended: float | None = None


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A batch: complete lines of an NDJSON file from byte `start` to `end`; the first has the number `line`."""

    path: Path
    name: str
    start: int
    end: int
    line: int
    is_recording: bool


@dataclass(frozen=True, kw_only=True)
class Requests:
    """A batch: requests of a HAR, or a single body. `read` is the position in the file after them, in bytes."""

    requests: tuple[Request, ...]
    read: int = 0


Batch = Lines | Requests


class Trace(NamedTuple):
    """The parts of a request that are compared with other requests.

    `stream` names the site that the request reports to. `pages` are the URLs of the reported page views. `announces` is the
    request that a preflight announces, `fulfils` the announced request that this one is.
    """

    number: int
    place: str
    stream: str = ""
    is_prerendered: bool | None = None
    claims: tuple[Claim, ...] = ()
    identities: tuple[EventIdentity, ...] = ()
    pages: tuple[str, ...] = ()
    announces: str = ""
    fulfils: str = ""


@dataclass(kw_only=True)
class Group:
    """Findings of one cause: the first, their number, and some of the others."""

    first: Finding
    count: int
    also: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(kw_only=True)
class Counts:
    """Counts of a file; `unread` are requests without a body."""

    beacons: int = 0
    events: int = 0
    documents: int = 0
    unread: int = 0

    def add(self, other: "Counts") -> None:
        self.beacons += other.beacons
        self.events += other.events
        self.documents += other.documents
        self.unread += other.unread
