"""The three sources of a recording (ledger, events, documents), with each event, document and order state once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.events import Beacon, Document, Event
from harness.findings import Finding
from harness.judge.suppression import ReportedErrors
from harness.protocols.jirafe.reconcile.line_items import Content, document_content, ledger_content
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.recording.timeline import StepTimeline, Timeline

CART_EVENTS = ("add_item_to_cart", "remove_item_from_cart", "edit_cart")

_RETRY_STATUSES = (0, 408, 425, 429)


@dataclass(frozen=True, kw_only=True)
class StepEvent:
    """An event and the step in which it arrived.

    `is_accepted` by the collector. `is_explained` if it is no evidence: a finding concerns it, or it was not accepted.
    """

    event: Event
    step: StepTimeline
    is_explained: bool
    is_accepted: bool

    @property
    def body(self) -> Mapping[str, Any]:
        return self.event.body

    @property
    def beacon(self) -> Beacon:
        return self.event.beacon

    @property
    def pointer(self) -> str:
        return self.event.pointer

    @property
    def kind(self) -> str:
        return self.event.type

    title = kind

    def item(self, name: str, key: str) -> Any:
        """A field of an object in the event, None if either is absent."""
        part = self.event.body.get(name)
        return part.get(key) if isinstance(part, Mapping) else None


@dataclass(frozen=True, kw_only=True)
class StepDocument:
    """A document and the step in which it was answered. One that was sent again counts once."""

    document: Document
    step: StepTimeline

    @property
    def body(self) -> Mapping[str, Any]:
        return self.document.body

    @property
    def beacon(self) -> Beacon:
        return self.document.beacon

    @property
    def pointer(self) -> str:
        return self.document.pointer

    @property
    def kind(self) -> str:
        return self.document.type

    @cached_property
    def content(self) -> Content | None:
        """Its items, None if invalid. In version 1 they are optional."""
        return document_content(self._items)

    @cached_property
    def active_content(self) -> Content | None:
        """Its items without cancelled ones."""
        return document_content(self._items, only_active=True)

    @property
    def _items(self) -> Any:
        return self.body.get("items", [] if self.document.version == 1 else None)

    @property
    def number(self) -> str:
        """The id of a cart, the number of an order."""
        return str(self.body.get("id" if self.kind == "cart" else "order_number"))

    @property
    def status(self) -> str:
        """An order's status: `placed`, `accepted` or `cancelled`; empty for other words, which version 1 allows."""
        status = self.body.get("status")
        return status if self.kind == "order" and status in ("placed", "accepted", "cancelled") else ""

    @property
    def title(self) -> str:
        return f"{self.kind} {self.status}" if self.status and self.document.version == 2 else self.kind


@dataclass(frozen=True, kw_only=True)
class LedgerState:
    """A state of a cart or an order in the ledger, from the entry's `body`.

    `customer` is the shopper's id at that time. `is_due` if a document must report the state.
    """

    kind: str
    body: Mapping[str, Any]
    step: StepTimeline
    session: str
    customer: str | None = None
    is_due: bool = False

    @property
    def number(self) -> str:
        return str(self.body["id" if self.kind == "cart" else "number"])

    @property
    def state(self) -> str:
        """An order's state: `placed`, `paid`, `edited` or `cancelled`."""
        return str(self.body["state"])

    @cached_property
    def content(self) -> Content:
        return ledger_content(self.body["items"])


@dataclass(frozen=True, kw_only=True)
class Sources:
    """All sources, and the errors reported before.

    `lost` are the documents that were neither accepted nor sent again, `duplicates` those accepted twice, after the first.
    `orders` are the ledger's states by order number. `is_interrupted` if faults still prevent sending at the end of the
    recording: then no document is missing.
    """

    timeline: Timeline
    reported: ReportedErrors
    events: Sequence[StepEvent]
    documents: Sequence[StepDocument]
    lost: Sequence[StepDocument] = ()
    duplicates: Sequence[tuple[StepDocument, StepDocument]] = ()
    orders: Mapping[str, Sequence[LedgerState]] = field(default_factory=dict)
    is_interrupted: bool = False

    @property
    def has_ledger(self) -> bool:
        return self.timeline.has_ledger

    def events_of(self, *types: str) -> Iterator[StepEvent]:
        return (event for event in self.events if event.kind in types)

    def documents_of(self, kind: str) -> Sequence[StepDocument]:
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> Mapping[str, list[StepDocument]]:
        kinds: dict[str, list[StepDocument]] = defaultdict(list)
        for document in self.documents:
            kinds[document.kind].append(document)
        return kinds

    def expects(self, kind: str) -> bool:
        """Whether the back end sends documents of this type, by the ledger or by documents that arrived."""
        backend = self.timeline.store.get("backend")
        return not self.is_interrupted and backend != "off" and (backend is not None or bool(self.documents_of(kind)))

    def is_past(self, number: str) -> bool:
        """Whether an order is older than the recording, by the ledger."""
        return any(state.body.get("past") for state in self.orders.get(number, ()))


def group_by_number(items: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for number, item in items:
        groups[number].append(item)
    return groups


def read_sources(timeline: Timeline, findings: Sequence[Finding]) -> Sources:
    """Collect the sources of a recording; `findings` are those reported before."""
    reported = ReportedErrors(findings, EVENT_TYPES)
    events = [
        _step_event(event, step, reported)
        for step in timeline.steps
        for arrival in step.attempts
        for event in arrival.reading.events
    ]
    states = [
        LedgerState(kind="order", body=entry["order"], session=entry["session"], step=step)
        for step in timeline.steps
        for entry in step.entries
        if entry["kind"] == "order"
    ]
    deliveries = _Deliveries(timeline)
    return Sources(
        timeline=timeline,
        reported=reported,
        events=events,
        documents=deliveries.documents,
        lost=deliveries.lost,
        duplicates=deliveries.duplicates,
        orders=group_by_number((state.number, state) for state in states),
        is_interrupted=deliveries.is_last_faulted and _has_faults_at_end(timeline),
    )


def _has_faults_at_end(timeline: Timeline) -> bool:
    faults = [fault for step in (timeline.opening, *timeline.steps) for fault in step.conditions.faults_set]
    return bool(faults and faults[-1].faults)


def _step_event(event: Event, step: StepTimeline, reported: ReportedErrors) -> StepEvent:
    is_accepted = not _needs_retry(event.beacon)
    is_explained = not is_accepted or reported.concern(event.beacon, event.pointer)
    return StepEvent(event=event, step=step, is_explained=is_explained, is_accepted=is_accepted)


class _Deliveries:
    def __init__(self, timeline: Timeline) -> None:
        self.documents: list[StepDocument] = []
        self.duplicates: list[tuple[StepDocument, StepDocument]] = []
        self.is_last_faulted = False
        self._pending: dict[tuple[str, bytes], list[StepDocument]] = {}
        self._accepted: dict[tuple[str, bytes], list[StepDocument]] = {}
        for step in (timeline.opening, *timeline.steps):
            for arrival in step.attempts:
                if arrival.reading.documents:
                    attempt = [StepDocument(document=document, step=step) for document in arrival.reading.documents]
                    self._add(arrival.beacon, attempt)
        self.lost = [document for attempt in self._pending.values() for document in attempt]
        if self.lost:
            self.documents = sorted([*self.documents, *self.lost], key=lambda each: each.beacon.number)

    def _add(self, beacon: Beacon, attempt: list[StepDocument]) -> None:
        """After a failed attempt, or with the same `Idempotency-Key`, the same body is the same document."""
        self.is_last_faulted = bool(beacon.fault)
        key = beacon.url, beacon.body
        if key in self._accepted:
            pairs = zip(self._accepted[key], attempt, strict=True)
            self.duplicates += [(first, second) for first, second in pairs if _is_duplicate(first, second)]
        elif _needs_retry(beacon):
            self._pending.setdefault(key, attempt)
        else:
            self._pending.pop(key, None)
            self._accepted[key] = attempt
            self.documents += attempt


def _is_duplicate(first: StepDocument, second: StepDocument) -> bool:
    """Whether one change was reported twice. Documents of the catalogue may be sent again."""
    keys = [document.beacon.header("idempotency-key") for document in (first, second)]
    is_same = keys[0] is not None and keys[0] == keys[1]
    return first.kind in ("cart", "order") and first.document.accepted and second.document.accepted and not is_same


def _needs_retry(beacon: Beacon) -> bool:
    """Whether the collector cannot have accepted a request, so that it must be sent again."""
    return bool(beacon.fault) or beacon.status in _RETRY_STATUSES or beacon.status >= 500
