"""Changes of one field, in one event, or in all of a type as a tracker that is set up wrongly would make them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from harness.json_matching import MISSING
from harness.mutation.recordings.mutant import ExpectedFinding, HealthyRecording, RecordingMutant, RequestWithEvents
from harness.protocols.jirafe.finding_text import clipped

AROUND: Final = ()
"""In place of event types: the wrapper around the events."""

CART_EVENTS: Final = ("add_item_to_cart", "remove_item_from_cart", "edit_cart")
_SHOWN = 60


@dataclass(frozen=True)
class Spot:
    """One place that can be changed: the `value` there, the object that it is in, and what was sent before of its kind."""

    requests: RequestWithEvents
    pointer: str
    event: str
    within: Mapping[str, Any]
    field: str
    earlier: Sequence["Spot"]
    healthy: HealthyRecording

    @cached_property
    def value(self) -> Any:
        return look(self.within, self.field)

    @property
    def first(self) -> Any:
        """The value that was sent first."""
        return self.earlier[0].value if self.earlier else self.value

    @property
    def previous(self) -> Any:
        """The value that was sent before; this one where none was."""
        return self.earlier[-1].value if self.earlier else self.value

    @property
    def wrapper(self) -> Mapping[str, Any]:
        return self.requests.reading.envelope


Change = Callable[[Spot], Any]
"""The value that a broken tracker sends in a spot: the same where it makes no difference, `MISSING` for none."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One way to change one field of the events of these types, or of the wrapper.

    `field` is a pointer into the event or wrapper. The change is made once in each place, or `always`: in all of them at
    once, and then in every recording of a run. `of` is the field to speak of, where `field` is an object around it.
    """

    name: str
    about: str
    types: Sequence[str]
    field: str
    change: Change
    expected: Sequence[ExpectedFinding]
    always: bool = False
    of: str = ""

    def __call__(self, healthy: HealthyRecording) -> Iterator[RecordingMutant]:
        changes = [
            (spot, new)
            for spot in _spots(healthy, self.types, self.field)
            if (new := _made(self.change, spot)) is not None
        ]
        if self.always:
            for event in dict.fromkeys(spot.event for spot, _new in changes):
                yield self._copy(healthy, [each for each in changes if each[0].event == event])
        else:
            for change in changes:
                yield self._copy(healthy, [change])

    def _copy(self, healthy: HealthyRecording, changes: "Sequence[tuple[Spot, _New]]") -> RecordingMutant:
        spot, new = changes[0]
        name = (self.of or self.field).strip("/").replace("/", ".")
        place = "" if self.types is AROUND else f" of {spot.event}"
        old, now = look(spot.within, self.of or self.field), _inside(new.value, self.of, self.field)
        return RecordingMutant(
            mutation=self.name,
            what=f"{self.about}: {name}{place} {_became(old, now)}",
            make=lambda: healthy.with_bodies(edited(changes)),
            step=spot.requests.step,
            expected=tuple(_of_event(answer, spot.event, self.types) for answer in self.expected),
            event="" if self.types is AROUND else spot.event,
            field=self.of or self.field,
            value=None if old is MISSING else old,
            is_around=self.types is AROUND,
            everywhere=self.always,
        )


@dataclass(frozen=True)
class _New:
    """A value that differs from the one that was sent."""

    value: Any = field(default=MISSING)


def edited(changes: "Sequence[tuple[Spot, _New]]") -> dict[int, bytes | None]:
    """The bodies with these changes, by the positions of their requests."""
    wrappers: dict[int, Any] = {}
    for spot, new in changes:
        at = spot.requests.position
        wrappers.setdefault(at, unpacked(spot.requests))
        if spot.pointer + spot.field == "":
            wrappers[at] = new.value
        else:
            put(wrappers[at], spot.pointer + spot.field, new.value)
    return {position: packed(wrapper) for position, wrapper in wrappers.items()}


def unpacked(requests: RequestWithEvents) -> Any:
    """The wrapper of a request, to be changed."""
    return json.loads(requests.beacon.body)


def packed(wrapper: Any) -> bytes:
    """A body as a tracker sends it."""
    return json.dumps(wrapper, ensure_ascii=False, separators=(",", ":")).encode()


def look(value: Any, pointer: str) -> Any:
    """What stands at a pointer; `MISSING` where nothing does."""
    for name in pointer.split("/")[1:]:
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def is_wrapper(requests: RequestWithEvents) -> bool:
    """Whether a request is a wrapper with a list of events, and of nothing else, as the tracker sends it."""
    data = requests.reading.envelope.get("data")
    return isinstance(data, list) and len(data) == len(requests.events)


def says(code: str, field_name: str | None = None, *, event: str | None = "") -> ExpectedFinding:
    """An answer about a field of the event that was changed; with `event` None about whatever."""
    return ExpectedFinding(code=code, event=event, field=field_name)


def _of_event(answer: ExpectedFinding, event: str, types: Sequence[str]) -> ExpectedFinding:
    """The answer for one of the events of an edit."""
    if answer.event == "":
        return ExpectedFinding(code=answer.code, event=None if types is AROUND else event, field=answer.field)
    return answer


def _spots(healthy: HealthyRecording, types: Sequence[str], pointer: str) -> Iterator[Spot]:
    """Every place with that field, in the order in which they were sent."""
    seen: dict[str, list[Spot]] = {}
    for requests in filter(is_wrapper, healthy.requests):
        places = (
            [("", "", requests.reading.envelope)]
            if types is AROUND
            else [(event.pointer, event.type, event.body) for event in requests.events if event.type in types]
        )
        for at, event, within in places:
            if pointer == "" or look(within, pointer) is not MISSING:
                earlier = tuple(seen.setdefault(event, []))
                spot = Spot(requests, at, event, within, pointer, earlier, healthy)
                seen[event].append(spot)
                yield spot


def _made(change: Change, spot: Spot) -> _New | None:
    """What the change makes of the spot; None where that is what was sent."""
    new = change(spot)
    return None if json.dumps(_plain(new)) == json.dumps(_plain(spot.value)) else _New(new)


def _plain(value: Any) -> Any:
    return ["nothing"] if value is MISSING else [value, 1]


def put(wrapper: Any, pointer: str, value: Any) -> None:
    """Set what stands at a pointer, or take it away."""
    *path, last = pointer.split("/")[1:]
    for name in path:
        wrapper = wrapper[int(name) if isinstance(wrapper, list) else name]
    if value is MISSING:
        del wrapper[last]
    elif isinstance(wrapper, list):
        wrapper[int(last)] = value
    else:
        wrapper[last] = value


def _inside(value: Any, of: str, pointer: str) -> Any:
    """The part of a new value that is spoken of."""
    return look(value, of.removeprefix(pointer)) if of else value


def _became(old: Any, new: Any) -> str:
    if new is MISSING:
        return f"was {_words(old)} and is not sent" if old is not MISSING else "is not sent"
    return f"{_words(old)} became {_words(new)}" if old is not MISSING else f"became {_words(new)}"


def _words(value: Any) -> str:
    return clipped(json.dumps(value, ensure_ascii=False), _SHOWN)
