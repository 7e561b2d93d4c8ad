"""Mutants of recordings and of trackers, and the findings that should detect them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from typing import Any

from harness.events import Beacon, Event, Reading
from harness.findings import Finding
from harness.recording.records import Record, Recording, StepBegun

Read = Callable[[Beacon], Reading]


@dataclass(frozen=True, kw_only=True)
class ExpectedFinding:
    """A first finding that names the defect of a mutant: its code, event or document type, and the end of its pointer.

    None matches anything. `word` is a part of the message, for codes with several causes.
    """

    code: str
    event: str | None = None
    field: str | None = None
    document: str | None = None
    word: str = ""

    def matches(self, finding: Finding) -> bool:
        evidence = finding.evidence
        if finding.code != self.code or self.word not in finding.message:
            return False
        if self.event is not None and self.event not in (evidence.event, *finding.scope.page_events):
            return False
        if self.document is not None and self.document != evidence.document:
            return False
        pointer = "/".join(part for part in (evidence.pointer or "").split("/") if not part.isdigit())
        return self.field is None or f"/{pointer}".endswith(f"/{self.field.strip('/')}")


def with_codes(*codes: str) -> tuple[ExpectedFinding, ...]:
    """Expect one of these codes, for any event and field."""
    return tuple(ExpectedFinding(code=code) for code in codes)


def for_event(event: str, *codes: str) -> tuple[ExpectedFinding, ...]:
    """Expect one of these codes for an event of this type."""
    return tuple(ExpectedFinding(code=code, event=event) for code in codes)


def at_field(field: str, *codes: str) -> tuple[ExpectedFinding, ...]:
    """Expect one of these codes at a pointer that ends with `field`."""
    return tuple(ExpectedFinding(code=code, field=field) for code in codes)


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordingMutant:
    """A recording with one defect.

    `step` is the first step that the defect changes. `event` is the type of the changed event (empty for whole requests),
    `field` the JSON pointer to the changed field, in the event or, if `in_payload`, in the envelope; `value` is its healthy
    value. A `systematic` defect occurs in every recording of a run: it counts as detected if one of them detects it.
    """

    mutation: str
    description: str
    make: Callable[[], Recording]
    step: int
    expected: tuple[ExpectedFinding, ...]
    event: str = ""
    field: str = ""
    value: Any = None
    in_payload: bool = False
    is_order: bool = False
    systematic: bool = False

    @cached_property
    def recording(self) -> Recording:
        return self.make()


@dataclass(frozen=True, kw_only=True, eq=False)
class RequestWithEvents:
    """A request without an injected fault: the step in which it arrived, and its index among the records."""

    step: int
    position: int
    beacon: Beacon
    reading: Reading

    @property
    def events(self) -> tuple[Event, ...]:
        return self.reading.events


@dataclass(frozen=True)
class HealthyRecording:
    """The recording of a passing scenario, from which mutants are made."""

    recording: Recording
    read: Read

    @cached_property
    def requests(self) -> tuple[RequestWithEvents, ...]:
        """The requests that contain events."""
        return tuple(request for request in self._all_requests() if request.events)

    @cached_property
    def document_requests(self) -> tuple[RequestWithEvents, ...]:
        """The requests in which a back end sent one document each. Requests before the first step count as its requests."""
        return tuple(each for each in self._all_requests() if [item.pointer for item in each.reading.documents] == [""])

    @property
    def next_number(self) -> int:
        return 1 + max((record.number for record in self.recording.records if isinstance(record, Beacon)), default=0)

    def _all_requests(self) -> Iterator[RequestWithEvents]:
        step = next((record.number for record in self.recording.records if isinstance(record, StepBegun)), 0)
        for position, record in enumerate(self.recording.records):
            if isinstance(record, StepBegun):
                step = record.number
            elif isinstance(record, Beacon) and not record.fault:
                yield RequestWithEvents(step=step, position=position, beacon=record, reading=self.read(record))

    def with_records(self, changes: Mapping[int, Iterable[Record]]) -> Recording:
        """Replace the records at these positions."""
        records: list[Record] = []
        for position, record in enumerate(self.recording.records):
            records.extend(changes.get(position, (record,)))
        return replace(self.recording, records=tuple(records))

    def with_bodies(self, bodies: Mapping[int, bytes | None]) -> Recording:
        """Replace the bodies of the requests at these positions; None removes the request."""
        beacons = {request.position: request.beacon for request in (*self.requests, *self.document_requests)}
        changes = {at: [] if body is None else [with_body(beacons[at], body)] for at, body in bodies.items()}
        return self.with_records(changes)

    def payload_mutant(
        self,
        mutation: str,
        description: str,
        step: int,
        changes: Mapping[int, Iterable[Record]],
        expected: Iterable[ExpectedFinding],
        *,
        systematic: bool = False,
    ) -> RecordingMutant:
        """Make a mutant with other records at these positions, whose defect is not in an event."""
        return RecordingMutant(
            mutation=mutation,
            description=description,
            make=partial(self.with_records, changes),
            step=step,
            expected=tuple(expected),
            in_payload=True,
            systematic=systematic,
        )


RecordingMutation = Callable[[HealthyRecording], Iterable[RecordingMutant]]
"""Makes one mutant for each place in a recording where it applies. It never raises and never changes the recording."""


@dataclass(frozen=True, kw_only=True)
class TrackerMutant:
    """JavaScript that runs before any tracker and changes what it sends.

    `near` are texts of scenario files, or event types: scenarios with all of them are tried first.
    """

    name: str
    description: str
    expected: tuple[ExpectedFinding, ...]
    prelude: str
    near: tuple[str, ...] = ()

    def script(self, tracker: bytes) -> bytes:
        return b"%s\n%s" % (self.prelude.encode(), tracker)


@dataclass(frozen=True, kw_only=True)
class ProtocolMutations:
    """The mutations that depend on the meaning of a protocol's fields."""

    of_recordings: tuple[RecordingMutation, ...]
    of_trackers: tuple[TrackerMutant, ...]


def protocol_mutations(name: str) -> ProtocolMutations:
    """Return the mutations of the tracker protocol with this name."""
    mutations: ProtocolMutations = import_module(f"harness.protocols.{name}.mutations").MUTATIONS
    return mutations


def with_body(beacon: Beacon, body: bytes) -> Beacon:
    """Replace the body of a request, and the lengths in its headers."""
    size = {"content-length": str(len(body))}
    headers = tuple((name, size.get(name.lower(), value)) for name, value in beacon.headers)
    return replace(beacon, body=body, headers=headers, declared_length=len(body))


def event_types(request: RequestWithEvents) -> str:
    """Return `visit and purchase`: the types of the events in a request."""
    *others, last = dict.fromkeys(event.type for event in request.events)
    return f"{', '.join(others)} and {last}" if others else last
