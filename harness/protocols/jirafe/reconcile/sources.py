"""The three books, opened: each event, document and state of an order once, with the step that it belongs to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.events import Beacon, Document, Event
from harness.findings import Finding, Severity
from harness.protocols.jirafe.reconcile.line_items import Content, of_document
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.recording.timeline import StepTimeline, Timeline

CART_EVENTS = ("add_item_to_cart", "remove_item_from_cart", "edit_cart")

_TRY_AGAIN = (0, 408, 425, 429)


@dataclass(frozen=True, kw_only=True)
class Said:
    """An event, and the step in which it arrived.

    `is_taken` where the collector took it. `is_told` where it is no witness: a finding speaks of it, or it was not taken.
    """

    event: Event
    step: StepTimeline
    is_explained: bool
    is_taken: bool


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A document, and the step in which it was answered for; one that was sent again is filed once."""

    document: Document
    step: StepTimeline

    @property
    def body(self) -> Mapping[str, Any]:
        return self.document.body

    @cached_property
    def content(self) -> Content | None:
        """What it holds; None where that is not what it should be. In version 1 items may be left out."""
        return of_document(self.body.get("items", [] if self.document.version == 1 else None))

    @cached_property
    def alive(self) -> Content | None:
        """What it holds without the items that are cancelled."""
        return of_document(self.body.get("items", [] if self.document.version == 1 else None), alive=True)

    @property
    def kind(self) -> str:
        return self.document.type

    @property
    def status(self) -> str:
        """Of an order: `placed`, `accepted` or `cancelled`; empty where it is another word, as version 1 allows."""
        status = self.body.get("status")
        return status if self.kind == "order" and status in ("placed", "accepted", "cancelled") else ""

    @property
    def title(self) -> str:
        """What findings call it."""
        return f"{self.kind} {self.status}" if self.status and self.document.version == 2 else self.kind


@dataclass(frozen=True, kw_only=True)
class OrderState:
    """A state that an order came into, by the ledger."""

    order: Mapping[str, Any]
    session: str
    step: StepTimeline

    @property
    def state(self) -> str:
        return str(self.order["state"])


class Told:
    """The errors that were found before."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = [item for item in findings if item.severity is Severity.ERROR]
        self.is_silent = any(item.code == "tracker-silent" for item in findings)
        self._by_beacon: dict[Any, list[str]] = defaultdict(list)
        for item in self.findings:
            pointer = item.place if item.evidence.pointer is None else item.evidence.pointer
            self._by_beacon[item.evidence.beacon].append(pointer)

    def of(self, beacon: Beacon, pointer: str) -> bool:
        """Whether an error speaks of this place, or of something in it."""
        places = self._by_beacon.get(beacon.number, ())
        return any(place == pointer or place.startswith(f"{pointer}/") for place in places)

    def in_step(self, step: StepTimeline, types: Sequence[str]) -> bool:
        """Whether an error of that step concerns events of these types, or may do so: then they are no witnesses."""
        return any(item.step == step.number and _may_concern(item, types) for item in self.findings)


def _may_concern(finding: Finding, types: Sequence[str]) -> bool:
    about = finding.evidence
    if about.document is not None or finding.code == "page-count":
        return False
    if about.event in types or finding.scope.page_events or finding.scope.whole_beacon:
        return True
    pointer = about.pointer or ""
    return about.event not in EVENT_TYPES and (not pointer or pointer.startswith("/data"))


@dataclass(frozen=True, kw_only=True)
class Sources:
    """All that is known. `lost` are those of the documents that nobody took and nobody sent again; `doubles` are those that
    were taken once more, each after the first. `is_held_back` where the recording ends while faults of the scenario still
    keep the back end from sending: then nothing is missing.
    """

    timeline: Timeline
    told: Told
    events: Sequence[Said]
    documents: Sequence[Filed]
    lost: Sequence[Filed] = ()
    doubles: Sequence[tuple[Filed, Filed]] = ()
    states: Mapping[str, Sequence[OrderState]] = field(default_factory=dict)
    is_held_back: bool = False

    @property
    def has_ledger(self) -> bool:
        return self.timeline.has_ledger

    def of_type(self, *types: str) -> Iterator[Said]:
        return (said for said in self.events if said.event.type in types)

    def filed(self, kind: str) -> Sequence[Filed]:
        """The documents of a type, in the order in which they came."""
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Filed]]:
        kinds: dict[str, list[Filed]] = defaultdict(list)
        for filed in self.documents:
            kinds[filed.kind].append(filed)
        return kinds

    def expects(self, kind: str) -> bool:
        """Whether a back end sends documents of this type: the store says so, or else some came."""
        backend = self.timeline.store.get("backend")
        return not self.is_held_back and backend != "off" and (backend is not None or bool(self.filed(kind)))

    def is_past(self, number: str) -> bool:
        """Whether the ledger says that the order is from before the store was opened."""
        return any(state.order.get("past") for state in self.states.get(number, ()))


def read(timeline: Timeline, findings: Sequence[Finding]) -> Sources:
    """Open the books of a recording."""
    told = Told(findings)
    states: dict[str, list[OrderState]] = defaultdict(list)
    events = []
    for step in timeline.steps:
        for arrival in step.attempts:
            events += [_said(event, step, told) for event in arrival.reading.events]
        for entry in step.entries:
            if entry["kind"] == "order":
                state = OrderState(order=entry["order"], session=entry["session"], step=step)
                states[state.order["number"]].append(state)
    mail = _Mail(timeline)
    return Sources(
        timeline=timeline,
        told=told,
        events=events,
        documents=mail.filed,
        lost=mail.lost,
        doubles=mail.doubles,
        states=states,
        is_held_back=mail.is_last_struck and _is_faulty(timeline),
    )


def _is_faulty(timeline: Timeline) -> bool:
    """Whether faults are still set at the end."""
    faults = [fault for step in (timeline.opening, *timeline.steps) for fault in step.conditions.faults_set]
    return bool(faults and faults[-1].faults)


def _said(event: Event, step: StepTimeline, told: Told) -> Said:
    is_taken = not _is_open(event.beacon)
    is_explained = not is_taken or told.of(event.beacon, event.pointer)
    return Said(event=event, step=step, is_explained=is_explained, is_taken=is_taken)


class _Mail:
    """What the back end sent, try by try."""

    def __init__(self, timeline: Timeline) -> None:
        self.filed: list[Filed] = []
        self.doubles: list[tuple[Filed, Filed]] = []
        self._open: dict[tuple[str, bytes], list[Filed]] = {}
        self._done: dict[tuple[str, bytes], list[Filed]] = {}
        self.is_last_struck = False
        for step in (timeline.opening, *timeline.steps):
            for arrival in step.attempts:
                if arrival.reading.documents:
                    filed = [Filed(document=document, step=step) for document in arrival.reading.documents]
                    self._take(arrival.beacon, filed)
        self.lost = [filed for tried in self._open.values() for filed in tried]
        if self.lost:
            self.filed = sorted([*self.filed, *self.lost], key=lambda filed: filed.document.beacon.number)

    def _take(self, beacon: Beacon, tried: list[Filed]) -> None:
        """With the same `Idempotency-Key`, or after a try that came to nothing, the same body is the same document."""
        self.is_last_struck = bool(beacon.fault)
        key = beacon.url, beacon.body
        if key in self._done:
            again = zip(self._done[key], tried, strict=True)
            self.doubles += [(first, second) for first, second in again if _is_double(first, second)]
        elif _is_open(beacon):
            self._open.setdefault(key, tried)
        else:
            self._open.pop(key, None)
            self._done[key] = tried
            self.filed += tried


def _is_double(first: Filed, second: Filed) -> bool:
    """Whether the collector was told twice of what happened once. What a catalogue holds may be pushed again."""
    keys = [filed.document.beacon.header("idempotency-key") for filed in (first, second)]
    is_same = keys[0] is not None and keys[0] == keys[1]
    return first.kind in ("cart", "order") and first.document.accepted and second.document.accepted and not is_same


def _is_open(beacon: Beacon) -> bool:
    """Whether nobody can have taken what was sent, so that it has to be sent again."""
    return bool(beacon.fault) or beacon.status in _TRY_AGAIN or beacon.status >= 500
