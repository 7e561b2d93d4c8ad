"""Sabotaged copies of a recording: what a way to break one is, and what a good judge says of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from harness.events import Beacon, Event, Reading
from harness.findings import Finding
from harness.recording.records import Record, Recording, StepBegun

Read = Callable[[Beacon], Reading]


@dataclass(frozen=True, kw_only=True)
class ExpectedFinding:
    """What a good judge says first: the code, the type of event or document, the end of the pointer; None for any.

    `word` is a part of its message, where codes do not tell causes apart.
    """

    code: str
    event: str | None = None
    field: str | None = None
    document: str | None = None
    word: str = ""

    def is_given_by(self, finding: Finding) -> bool:
        about = finding.evidence
        if finding.code != self.code or self.word not in finding.message:
            return False
        if self.event is not None and self.event not in (about.get("event"), *_also(finding)):
            return False
        if self.document is not None and self.document != about.get("document"):
            return False
        pointer = "/".join(part for part in str(about.get("pointer", "")).split("/") if not part.isdigit())
        return self.field is None or f"/{pointer}".endswith(f"/{self.field.strip('/')}")


def with_codes(*codes: str) -> tuple[ExpectedFinding, ...]:
    """Answers of which only the code counts."""
    return tuple(ExpectedFinding(code=code) for code in codes)


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordingMutant:
    """One recording, broken in one way.

    `what` says in words what was done, in `step` (the first one that it hits), to an event of type `event` (empty where it
    is a whole request). `field` is the pointer to what was changed, into the event, or into the envelope where `is_around`;
    `value` is what the healthy event has there. `make` makes the recording. `answers` are what a good judge may say first.
    What is wrong `everywhere` is wrong in every recording of a run: it is noticed where one of them tells.
    """

    mutation: str
    what: str
    make: Callable[[], Recording]
    step: int
    expected: tuple[ExpectedFinding, ...]
    event: str = ""
    field: str = ""
    value: Any = None
    is_around: bool = False
    is_order: bool = False
    everywhere: bool = False

    @cached_property
    def recording(self) -> Recording:
        """The broken recording, made when it is first asked for."""
        return self.make()


@dataclass(frozen=True, kw_only=True, eq=False)
class RequestWithEvents:
    """A request that no fault struck: the step in which it arrived, and its place among the records."""

    step: int
    position: int
    beacon: Beacon
    reading: Reading

    @property
    def events(self) -> tuple[Event, ...]:
        return self.reading.events


@dataclass(frozen=True)
class HealthyRecording:
    """A recording of which a passing verdict was given, with what each request in it says."""

    recording: Recording
    read: Read

    @cached_property
    def requests(self) -> tuple[RequestWithEvents, ...]:
        """The requests that hold events."""
        return tuple(item for item in self._read_all() if item.events)

    @cached_property
    def filed(self) -> tuple[RequestWithEvents, ...]:
        """The requests in which a back end sent one document each; what came before the first step counts as its own."""
        return tuple(item for item in self._read_all() if [each.pointer for each in item.reading.documents] == [""])

    @property
    def next_number(self) -> int:
        return 1 + max((record.number for record in self.recording.records if isinstance(record, Beacon)), default=0)

    def _read_all(self) -> Iterator[RequestWithEvents]:
        step = next((record.number for record in self.recording.records if isinstance(record, StepBegun)), 0)
        for position, record in enumerate(self.recording.records):
            if isinstance(record, StepBegun):
                step = record.number
            elif isinstance(record, Beacon) and not record.fault:
                yield RequestWithEvents(step=step, position=position, beacon=record, reading=self.read(record))

    def with_records(self, changes: Mapping[int, Iterable[Record]]) -> Recording:
        """The recording with other records in place of those at these positions."""
        records: list[Record] = []
        for position, record in enumerate(self.recording.records):
            records.extend(changes.get(position, (record,)))
        return replace(self.recording, records=tuple(records))

    def copy_around(
        self,
        mutation: str,
        what: str,
        step: int,
        changes: Mapping[int, Iterable[Record]],
        expected: Iterable[ExpectedFinding],
        *,
        everywhere: bool = False,
    ) -> RecordingMutant:
        """A copy with other records at these positions, broken in what is around the events."""
        return RecordingMutant(
            mutation=mutation,
            what=what,
            make=partial(self.with_records, changes),
            step=step,
            expected=tuple(expected),
            is_around=True,
            everywhere=everywhere,
        )

    def with_bodies(self, bodies: Mapping[int, bytes | None]) -> Recording:
        """The recording with other bodies of the requests at these positions; None for one that was not sent."""
        requests = {item.position: item.beacon for item in (*self.requests, *self.filed)}
        return self.with_records(
            {at: [] if body is None else [with_body(requests[at], body)] for at, body in bodies.items()}
        )


Mutation = Callable[[HealthyRecording], Iterable[RecordingMutant]]
"""A way to break a recording: a copy for each place where it fits and makes a difference. It changes nothing and never raises."""


def with_body(beacon: Beacon, body: bytes) -> Beacon:
    """The request with another body, and the headers that tell its length as they then are."""
    headers = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in beacon.headers
    )
    return replace(beacon, body=body, headers=headers, declared_length=len(body))


def types_of(requests: RequestWithEvents) -> str:
    """`visit and purchase`: the events of a request, in words."""
    *others, last = dict.fromkeys(event.type for event in requests.events)
    return f"{', '.join(others)} and {last}" if others else last


def _also(finding: Finding) -> tuple[str, ...]:
    """The types of other events that a finding speaks of as well."""
    if not finding.evidence.get("whole_page"):
        return ()
    return tuple(finding.message.partition(" are missing")[0].replace(" and ", ", ").split(", "))
