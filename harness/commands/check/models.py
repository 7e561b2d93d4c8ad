"""What is taken out of a file, on its way to the verdict: requests, batches of them, and what was seen in a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from harness.events import Beacon
from harness.findings import Finding
from harness.protocol import Claim

_NOWHERE = float("-inf")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request of the protocol in a file, and where it stands there.

    `findings` are what the file itself tells of it. Its events happened between `clock_from` and `clock_to`, by the
    sender's clock, in seconds since the epoch; `clock_to` is None where that is not known. `has_body` is false where the
    file does not hold the body, so that there is nothing to judge. `arrived` tells whether it got as far as the collector.
    """

    beacon: Beacon
    place: str
    findings: tuple[Finding, ...] = ()
    clock_from: float = _NOWHERE
    clock_to: float | None = None
    has_body: bool = True
    arrived: bool = True


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A batch: the bytes of an NDJSON file from `start` to `end`, which are whole lines; the first is number `line`."""

    path: Path
    name: str
    start: int
    end: int
    line: int
    is_recording: bool


@dataclass(frozen=True, kw_only=True)
class Requests:
    """A batch: requests out of a HAR, or a single body. `read` is how far into the file they go, in bytes."""

    requests: tuple[Request, ...]
    read: int = 0


Batch = Lines | Requests


class Trace(NamedTuple):
    """What of a request is held against other requests. `asks` is what a preflight asks for, `brings` what a request answers."""

    number: int
    place: str
    claims: tuple[Claim, ...]
    pages: tuple[str, ...]
    asks: str = ""
    brings: str = ""


@dataclass(kw_only=True)
class Group:
    """Findings of one cause: the first, how many there were, and a few of the others."""

    first: Finding
    count: int
    also: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(kw_only=True)
class Counts:
    """How much there was: `unread` are the requests without their body."""

    beacons: int = 0
    events: int = 0
    documents: int = 0
    unread: int = 0

    def add(self, other: "Counts") -> None:
        self.beacons += other.beacons
        self.events += other.events
        self.documents += other.documents
        self.unread += other.unread
