"""Mutations of whole events: lost, doubled, repeated, of another type, in another order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, Final

from harness.events import Event
from harness.mutation.model import (
    ExpectedFinding,
    HealthyRecording,
    RecordingMutant,
    RequestWithEvents,
    at_field,
    for_event,
    with_codes,
)
from harness.protocols.jirafe.mutations.field_edit import CART_EVENTS, decoded, encoded, is_wrapper
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.recording.records import Recording

REPEATED: Final = ("duplicate-event", "unexpected-event", "forbidden-event")
_NOT_DUE: Final = ("unexpected-event", "forbidden-event", "duplicate-event", "wrong-value")


def lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request, index, event in _events(healthy):
        if len(request.events) > 1:
            data = {request: _without(request, index)}
            expected = for_event(event.type, "missing-event")
            yield _mutant(healthy, "event-lost", f"{event.type} is missing", data, event, expected)


def type_lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for event_type in EVENT_TYPES:
        hit = [request for request in _wrappers(healthy) if any(event.type == event_type for event in request.events)]
        if hit and any(event.type != event_type for request in healthy.requests for event in request.events):
            bodies = {
                request: [body for body in _data(request) if body.get("event_type") != event_type] for request in hit
            }
            event = next(event for event in hit[0].events if event.type == event_type)
            expected = for_event(event.type, "missing-event")
            mutant = _mutant(healthy, "type-lost", f"{event_type} is never sent", bodies, event, expected)
            yield replace(mutant, systematic=True)


def doubled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request, index, event in _events(healthy):
        data = _data(request)
        twice = {request: [*data[: index + 1], data[index], *data[index + 1 :]]}
        description = f"{event.type} was sent twice in one request"
        yield _mutant(healthy, "event-doubled", description, twice, event, for_event(event.type, *REPEATED))


def sent_again(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An event was repeated on the next page, as when a receipt is reloaded."""
    for request, after in pairwise(_wrappers(healthy)):
        for index, event in enumerate(request.events):
            again = {after: [_data(request)[index], *_data(after)]}
            description = f"{event.type} was sent again with the next request"
            yield _mutant(healthy, "event-again", description, again, event, for_event(event.type, *REPEATED))


def moved(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request, after in pairwise(_wrappers(healthy)):
        for index, event in enumerate(request.events):
            bodies = {request: _without(request, index), after: [_data(request)[index], *_data(after)]}
            description = f"{event.type} was sent late, by the next page"
            codes = ("late-event", "missing-event", "unexpected-event", "wrong-value", "duplicate-event")
            yield _mutant(healthy, "event-moved", description, bodies, event, for_event(event.type, *codes))


def reversed_order(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker sends two event types in the wrong order in every request."""
    pairs = {
        (first.type, second.type)
        for request in _wrappers(healthy)
        for first, second in pairwise(request.events)
        if first.type != second.type
    }
    for first, second in sorted(pairs):
        bodies = {
            request: data
            for request in _wrappers(healthy)
            if (data := _swapped(request, first, second)) != _data(request)
        }
        event = next(event for event in next(iter(bodies)).events if event.type == second)
        description = f"{second} was sent before {first}"
        expected = (ExpectedFinding(code="wrong-order"),)
        mutant = _mutant(healthy, f"order-reversed-{first}", description, bodies, event, expected)
        yield replace(mutant, is_order=True, systematic=True, value=[first, second])


def other_type(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request, index, event in _events(healthy):
        for other in CART_EVENTS if event.type in CART_EVENTS else ():
            if other != event.type:
                data = _data(request)
                data[index]["event_type"] = other
                expected = (*for_event(event.type, "missing-event"), *for_event(other, *_NOT_DUE))
                description = f"{event.type} was sent as {other}"
                yield _mutant(healthy, "event-of-other-type", description, {request: data}, event, expected)


def renamed(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for name, make in _RENAMINGS.items():
        for event_type in EVENT_TYPES:
            bodies = {}
            for request in _wrappers(healthy):
                data = [make(body) if body.get("event_type") == event_type else body for body in _data(request)]
                if data != _data(request):
                    bodies[request] = data
            if bodies:
                event = next(event for event in next(iter(bodies)).events if event.type == event_type)
                description = f"{event_type}: {_RENAMING_DESCRIPTIONS[name]}"
                mutant = _mutant(healthy, name, description, bodies, event, at_field("event_type", "schema"))
                yield replace(mutant, systematic=True, field="/event_type")


def visit_everywhere(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker sends a visit event on every page, for the same visit or for a new one."""
    wrappers = _wrappers(healthy)
    for name, is_new in (("visit-repeated", False), ("visit-restarted", True)):
        bodies = {}
        for number, request in enumerate(wrappers):
            if all(event.type != "visit" for event in request.events):
                bodies[request] = _with_visit(request, f"42{number}" if is_new else None)
        if bodies:
            description = f"a visit was sent on every page{' with a new id' if is_new else ''}"
            changed = {request.position: encoded(body) for request, body in bodies.items()}
            yield RecordingMutant(
                mutation=name,
                description=description,
                make=partial(healthy.with_bodies, changed),
                step=next(iter(bodies)).step,
                event="visit",
                expected=(*for_event("visit", *REPEATED), *with_codes("visit-changed", "wrong-value")),
                systematic=True,
            )


def phantom_order(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker reports an order that was not placed, as when a payment is cancelled."""
    event_type = "order_success"
    for request in _wrappers(healthy):
        if all(event.type != event_type for event in request.events):
            order = {"event_type": event_type, "order": {"num": "77"}}
            event = replace(request.events[0], type=event_type)
            description = "an order was sent that was not placed"
            expected = for_event(event_type, *_NOT_DUE, "order-number-mismatch")
            data = {request: [order, *_data(request)]}
            yield _mutant(healthy, "phantom-order", description, data, event, expected)


def data_shape(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker sends one event instead of a list, or an empty list."""
    for name, shape in (("data-not-a-list", "not a list"), ("data-empty", "empty")):
        for request in _wrappers(healthy):
            event = request.events[0]
            description = f"the data of the request with {event.type} is {shape}"
            data = {request: [] if name == "data-empty" else _data(request)[0]}
            yield _mutant(healthy, name, description, data, event, at_field("data", "schema"))


MUTATIONS: Final = (
    *(lost, type_lost, doubled, sent_again, moved, reversed_order),
    *(other_type, renamed, visit_everywhere, phantom_order, data_shape),
)


def _camel(body: dict[str, Any]) -> dict[str, Any]:
    first, *others = body["event_type"].split("_")
    return {**body, "event_type": first + "".join(map(str.title, others)) if others else first.title()}


_RENAMINGS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "type-renamed": _camel,
    "type-without-name": lambda body: {name: value for name, value in body.items() if name != "event_type"},
}
_RENAMING_DESCRIPTIONS = {"type-renamed": "spelled differently", "type-without-name": "sent without event_type"}


def _wrappers(healthy: HealthyRecording) -> list[RequestWithEvents]:
    return [request for request in healthy.requests if is_wrapper(request)]


def _events(healthy: HealthyRecording) -> Iterator[tuple[RequestWithEvents, int, Event]]:
    for request in _wrappers(healthy):
        for index, event in enumerate(request.events):
            yield request, index, event


def _data(request: RequestWithEvents) -> list[Any]:
    """Return a mutable mutant of a request's events."""
    data: list[Any] = decoded(request)["data"]
    return data


def _without(request: RequestWithEvents, index: int) -> list[Any]:
    data = _data(request)
    del data[index]
    return data


def _swapped(request: RequestWithEvents, first: str, second: str) -> list[Any]:
    """Swap neighbouring events of these types."""
    data = _data(request)
    for index in range(len(data) - 1):
        if (data[index]["event_type"], data[index + 1]["event_type"]) == (first, second):
            data[index : index + 2] = data[index + 1], data[index]
    return data


def _with_visit(request: RequestWithEvents, new_id: str | None) -> dict[str, Any]:
    wrapper: dict[str, Any] = decoded(request)
    wrapper["data"].insert(0, {"event_type": "visit"})
    if new_id is not None and "visit" in wrapper:
        wrapper["visit"]["id"] = new_id
    return wrapper


def _mutant(
    healthy: HealthyRecording,
    name: str,
    description: str,
    data: Mapping[RequestWithEvents, Any],
    event: Event,
    expected: Sequence[ExpectedFinding],
) -> RecordingMutant:
    """Replace the events of these requests, the first one first. A request without events is removed."""
    return RecordingMutant(
        mutation=name,
        description=description,
        make=partial(_broken, healthy, data, keep_empty=name == "data-empty"),
        step=next(iter(data)).step,
        event=event.type,
        expected=tuple(expected),
    )


def _broken(healthy: HealthyRecording, data: Mapping[RequestWithEvents, Any], *, keep_empty: bool) -> Recording:
    bodies = {
        request.position: encoded({**decoded(request), "data": events}) if events != [] or keep_empty else None
        for request, events in data.items()
    }
    return healthy.with_bodies(bodies)
