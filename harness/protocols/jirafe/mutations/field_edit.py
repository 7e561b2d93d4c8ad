"""Change one field, in one event or, for a systematic defect, in all events of a type."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from harness.json_matching import MISSING
from harness.mutation.model import ExpectedFinding, HealthyRecording, RecordingMutant, RequestWithEvents
from harness.protocols.jirafe.finding_text import truncate

WRAPPER: Final = ()
"""No event types: the wrapper around the events."""

CART_EVENTS: Final = ("add_item_to_cart", "remove_item_from_cart", "edit_cart")
_SHOWN = 60


@dataclass(frozen=True)
class Place:
    """A field that can be changed: its `value`, the object that contains it, and the earlier values of the same field."""

    request: RequestWithEvents
    pointer: str
    event: str
    container: Mapping[str, Any]
    field: str
    earlier: Sequence["Place"]
    healthy: HealthyRecording

    @cached_property
    def value(self) -> Any:
        return value_at(self.container, self.field)

    @property
    def first(self) -> Any:
        return self.earlier[0].value if self.earlier else self.value

    @property
    def previous(self) -> Any:
        """The previous value, or this one if it is the first."""
        return self.earlier[-1].value if self.earlier else self.value

    @property
    def wrapper(self) -> Mapping[str, Any]:
        return self.request.reading.envelope


Change = Callable[[Place], Any]
"""Returns the value that a mutant sends: the same for no mutant, `MISSING` to remove the field."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Changes one field of the events of these types, or of the wrapper.

    `field` is a JSON pointer into the event or wrapper. Each mutant has one changed place, or, if `systematic`, all of them.
    `of` is the pointer to the reported field, if `field` is an object that contains it.
    """

    name: str
    text: str
    types: Sequence[str]
    field: str
    change: Change
    expected: Sequence[ExpectedFinding]
    systematic: bool = False
    of: str = ""

    def __call__(self, healthy: HealthyRecording) -> Iterator[RecordingMutant]:
        changes = [
            (place, new)
            for place in _places(healthy, self.types, self.field)
            if (new := _changed(self.change, place)) is not None
        ]
        if self.systematic:
            for event in dict.fromkeys(place.event for place, _new in changes):
                yield self._mutant(healthy, [each for each in changes if each[0].event == event])
        else:
            for change in changes:
                yield self._mutant(healthy, [change])

    def _mutant(self, healthy: HealthyRecording, changes: "Sequence[tuple[Place, _New]]") -> RecordingMutant:
        place, new = changes[0]
        name = (self.of or self.field).strip("/").replace("/", ".")
        owner = "" if self.types is WRAPPER else f" of {place.event}"
        old, now = value_at(place.container, self.of or self.field), _reported_part(new.value, self.of, self.field)
        return RecordingMutant(
            mutation=self.name,
            description=f"{self.text}: {name}{owner} {_change_text(old, now)}",
            make=lambda: healthy.with_bodies(edited(changes)),
            step=place.request.step,
            expected=tuple(_for_event_type(each, place.event, self.types) for each in self.expected),
            event="" if self.types is WRAPPER else place.event,
            field=self.of or self.field,
            value=None if old is MISSING else old,
            in_payload=self.types is WRAPPER,
            systematic=self.systematic,
        )


@dataclass(frozen=True)
class _New:
    """A value that differs from the healthy one."""

    value: Any = field(default=MISSING)


def edited(changes: "Sequence[tuple[Place, _New]]") -> dict[int, bytes | None]:
    """Apply the changes. Return the bodies by the positions of their requests."""
    wrappers: dict[int, Any] = {}
    for place, new in changes:
        at = place.request.position
        wrappers.setdefault(at, decoded(place.request))
        if place.pointer + place.field == "":
            wrappers[at] = new.value
        else:
            set_value(wrappers[at], place.pointer + place.field, new.value)
    return {position: encoded(wrapper) for position, wrapper in wrappers.items()}


def decoded(request: RequestWithEvents) -> Any:
    """Return a mutable mutant of a request's wrapper."""
    return json.loads(request.beacon.body)


def encoded(wrapper: Any) -> bytes:
    """Encode a wrapper as the tracker does."""
    return json.dumps(wrapper, ensure_ascii=False, separators=(",", ":")).encode()


def value_at(value: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer, or `MISSING`."""
    for name in pointer.split("/")[1:]:
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def is_wrapper(request: RequestWithEvents) -> bool:
    """Whether a request has a wrapper as its body, with a list that contains only events. A pixel has no body."""
    data = request.reading.envelope.get("data")
    return bool(request.beacon.body) and isinstance(data, list) and len(data) == len(request.events)


def expect(code: str, field_name: str | None = None, *, event: str | None = "") -> ExpectedFinding:
    """Expect a finding about a field of the changed event, or of any event if `event` is None."""
    return ExpectedFinding(code=code, event=event, field=field_name)


def _for_event_type(expected_finding: ExpectedFinding, event: str, types: Sequence[str]) -> ExpectedFinding:
    """Insert the event type into an expected finding."""
    is_of_event = expected_finding.event == ""
    return replace(expected_finding, event=None if types is WRAPPER else event) if is_of_event else expected_finding


def _places(healthy: HealthyRecording, types: Sequence[str], pointer: str) -> Iterator[Place]:
    """Yield every place with that field, in the order of arrival."""
    seen: dict[str, list[Place]] = {}
    for request in filter(is_wrapper, healthy.requests):
        places = (
            [("", "", request.reading.envelope)]
            if types is WRAPPER
            else [(event.pointer, event.type, event.body) for event in request.events if event.type in types]
        )
        for at, event, container in places:
            if pointer == "" or value_at(container, pointer) is not MISSING:
                earlier = tuple(seen.setdefault(event, []))
                place = Place(request, at, event, container, pointer, earlier, healthy)
                seen[event].append(place)
                yield place


def _changed(change: Change, place: Place) -> _New | None:
    """Return the changed value, or None if it is the same."""
    new = change(place)
    return None if json.dumps(_plain(new)) == json.dumps(_plain(place.value)) else _New(new)


def _plain(value: Any) -> Any:
    return ["nothing"] if value is MISSING else [value, 1]


def set_value(wrapper: Any, pointer: str, value: Any) -> None:
    """Set or, with `MISSING`, remove the value at a JSON pointer."""
    *path, last = pointer.split("/")[1:]
    for name in path:
        wrapper = wrapper[int(name) if isinstance(wrapper, list) else name]
    if value is MISSING:
        del wrapper[last]
    elif isinstance(wrapper, list):
        wrapper[int(last)] = value
    else:
        wrapper[last] = value


def _reported_part(value: Any, of: str, pointer: str) -> Any:
    """Return the reported part of a new value."""
    return value_at(value, of.removeprefix(pointer)) if of else value


def _change_text(old: Any, new: Any) -> str:
    if new is MISSING:
        return f"was {_shown(old)} and is not sent" if old is not MISSING else "is not sent"
    return f"{_shown(old)} became {_shown(new)}" if old is not MISSING else f"became {_shown(new)}"


def _shown(value: Any) -> str:
    return truncate(json.dumps(value, ensure_ascii=False), _SHOWN)
