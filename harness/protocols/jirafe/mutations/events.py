"""Ways to break whole events: lost, doubled, sent again, of another type, in another order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, Final

from harness.events import Event
from harness.mutation.recordings.mutant import (
    ExpectedFinding,
    HealthyRecording,
    Mutation,
    RecordingMutant,
    RequestWithEvents,
)
from harness.protocols.jirafe.mutations.field_edit import CART_EVENTS, is_wrapper, packed, unpacked
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.recording.records import Recording

REPEATED: Final = ("duplicate-event", "unexpected-event", "forbidden-event")
_NOT_DUE: Final = ("unexpected-event", "forbidden-event", "duplicate-event", "wrong-value")


def lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """One event of several was left out."""
    for requests, index, event in _events(healthy):
        if len(requests.events) > 1:
            rest = _without(requests, index)
            what = f"{event.type} was left out"
            yield _copy(healthy, "event-lost", what, {requests: rest}, event, requests, _about(event, "missing-event"))


def type_lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that never sends events of a type."""
    for event_type in EVENT_TYPES:
        hit = [
            requests for requests in _wrappers(healthy) if any(event.type == event_type for event in requests.events)
        ]
        if hit and any(event.type != event_type for requests in healthy.requests for event in requests.events):
            bodies = {
                requests: [body for body in _data(requests) if body.get("event_type") != event_type] for requests in hit
            }
            event = next(event for event in hit[0].events if event.type == event_type)
            what = f"{event_type} is never sent"
            copy = _copy(healthy, "type-lost", what, bodies, event, hit[0], _about(event, "missing-event"))
            yield replace(copy, everywhere=True)


def doubled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker was called twice for one thing."""
    for requests, index, event in _events(healthy):
        data = _data(requests)
        twice = [*data[: index + 1], data[index], *data[index + 1 :]]
        what = f"{event.type} was sent twice in one request"
        yield _copy(healthy, "event-doubled", what, {requests: twice}, event, requests, _about(event, *REPEATED))


def sent_again(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An event was sent again on the page after, as when a receipt is reloaded."""
    for requests, after in pairwise(_wrappers(healthy)):
        for index, event in enumerate(requests.events):
            again = [_data(requests)[index], *_data(after)]
            what = f"{event.type} was sent again with the next request"
            yield _copy(healthy, "event-again", what, {after: again}, event, after, _about(event, *REPEATED))


def moved(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An event was held back and went out from the page after."""
    for requests, after in pairwise(_wrappers(healthy)):
        for index, event in enumerate(requests.events):
            bodies = {requests: _without(requests, index), after: [_data(requests)[index], *_data(after)]}
            what = f"{event.type} was held back and sent by the next page"
            codes = ("late-event", "missing-event", "unexpected-event", "wrong-value", "duplicate-event")
            yield _copy(healthy, "event-moved", what, bodies, event, requests, _about(event, *codes))


def reversed_order(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that sends what it has collected in the wrong order: of each two types, in every request."""
    pairs = {
        (first.type, second.type)
        for requests in _wrappers(healthy)
        for first, second in pairwise(requests.events)
        if first.type != second.type
    }
    for first, second in sorted(pairs):
        bodies = {
            requests: data
            for requests in _wrappers(healthy)
            if (data := _swapped(requests, first, second)) != _data(requests)
        }
        requests = next(iter(bodies))
        event = next(event for event in requests.events if event.type == second)
        what = f"{second} was sent before {first}"
        expected = (ExpectedFinding(code="wrong-order"),)
        copy = _copy(healthy, f"order-reversed-{first}", what, bodies, event, requests, expected)
        yield replace(copy, is_order=True, everywhere=True, value=[first, second])


def other_type(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A change of the cart was reported as another kind of change."""
    for requests, index, event in _events(healthy):
        for other in CART_EVENTS if event.type in CART_EVENTS else ():
            if other != event.type:
                data = _data(requests)
                data[index]["event_type"] = other
                expected = (*_about(event, "missing-event"), *_type_answers(other))
                what = f"{event.type} was sent as {other}"
                yield _copy(healthy, "event-of-other-type", what, {requests: data}, event, requests, expected)


def renamed(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that names events as another vendor does, or not at all."""
    for name, make in _MISNOMERS.items():
        for event_type in EVENT_TYPES:
            bodies = {}
            for requests in _wrappers(healthy):
                data = [make(body) if body.get("event_type") == event_type else body for body in _data(requests)]
                if data != _data(requests):
                    bodies[requests] = data
            if bodies:
                requests = next(iter(bodies))
                event = next(event for event in requests.events if event.type == event_type)
                expected = (ExpectedFinding(code="schema", field="event_type"),)
                copy = _copy(healthy, name, f"{event_type}: {_MISNOMER_WORDS[name]}", bodies, event, requests, expected)
                yield replace(copy, everywhere=True, field="/event_type")


def visit_everywhere(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The visit event on every page, as the same visit or each time as a new one."""
    wrappers = _wrappers(healthy)
    for name, is_new in (("visit-repeated", False), ("visit-restarted", True)):
        bodies = {}
        for number, requests in enumerate(wrappers):
            if all(event.type != "visit" for event in requests.events):
                bodies[requests] = _with_visit(requests, f"42{number}" if is_new else None)
        if bodies:
            requests = next(iter(bodies))
            event = replace(requests.events[0], type="visit")
            what = f"a visit was reported on every page{', as a new one' if is_new else ''}"
            expected = (
                *_about(event, *REPEATED),
                ExpectedFinding(code="visit-changed"),
                ExpectedFinding(code="wrong-value"),
            )
            yield RecordingMutant(
                mutation=name,
                what=what,
                make=partial(
                    healthy.with_bodies, {requests.position: packed(body) for requests, body in bodies.items()}
                ),
                step=requests.step,
                event="visit",
                expected=expected,
                everywhere=True,
            )


def phantom_order(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A purchase was reported that was none, as when a payment is cancelled or the receipt comes back."""
    event_type = "order_success"
    for requests in _wrappers(healthy):
        if all(event.type != event_type for event in requests.events):
            order = {"event_type": event_type, "order": {"num": "77"}}
            event = replace(requests.events[0], type=event_type)
            what = "an order was reported that nobody had placed"
            expected = (*_about(event, *_NOT_DUE), ExpectedFinding(code="order-number-mismatch", event=event_type))
            yield _copy(
                healthy, "phantom-order", what, {requests: [order, *_data(requests)]}, event, requests, expected
            )


def data_shape(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that sends one event where the protocol has a list, or an empty list."""
    shapes: dict[str, Callable[[list[Any]], Any]] = {
        "data-not-a-list": lambda data: data[0],
        "data-empty": lambda data: [],
    }
    for name, shape in shapes.items():
        for requests in _wrappers(healthy):
            event = requests.events[0]
            what = f"the data of the request with {event.type} is {'empty' if name == 'data-empty' else 'no list'}"
            expected = (ExpectedFinding(code="schema", field="data"),)
            yield _copy(healthy, name, what, {requests: shape(_data(requests))}, event, requests, expected)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    lost,
    type_lost,
    doubled,
    sent_again,
    moved,
    reversed_order,
    other_type,
    renamed,
    visit_everywhere,
    phantom_order,
    data_shape,
)


def _camel(body: dict[str, Any]) -> dict[str, Any]:
    first, *others = body["event_type"].split("_")
    return {**body, "event_type": first + "".join(map(str.title, others)) if others else first.title()}


_MISNOMERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "type-renamed": _camel,
    "type-without-name": lambda body: {name: value for name, value in body.items() if name != "event_type"},
}
_MISNOMER_WORDS = {"type-renamed": "another way of writing its name", "type-without-name": "sent without event_type"}


def _wrappers(healthy: HealthyRecording) -> list[RequestWithEvents]:
    return [requests for requests in healthy.requests if is_wrapper(requests)]


def _events(healthy: HealthyRecording) -> Iterator[tuple[RequestWithEvents, int, Event]]:
    for requests in _wrappers(healthy):
        for index, event in enumerate(requests.events):
            yield requests, index, event


def _data(requests: RequestWithEvents) -> list[Any]:
    """The events of a request, to be changed."""
    data: list[Any] = unpacked(requests)["data"]
    return data


def _without(requests: RequestWithEvents, index: int) -> list[Any]:
    data = _data(requests)
    del data[index]
    return data


def _swapped(requests: RequestWithEvents, first: str, second: str) -> list[Any]:
    """The events, with each two neighbours of these types in the other order."""
    data = _data(requests)
    for index in range(len(data) - 1):
        if (data[index]["event_type"], data[index + 1]["event_type"]) == (first, second):
            data[index : index + 2] = data[index + 1], data[index]
    return data


def _with_visit(requests: RequestWithEvents, new_id: str | None) -> dict[str, Any]:
    wrapper: dict[str, Any] = unpacked(requests)
    wrapper["data"].insert(0, {"event_type": "visit"})
    if new_id is not None and "visit" in wrapper:
        wrapper["visit"]["id"] = new_id
    return wrapper


def _copy(
    healthy: HealthyRecording,
    name: str,
    what: str,
    data: Mapping[RequestWithEvents, Any],
    event: Event,
    requests: RequestWithEvents,
    expected: Sequence[ExpectedFinding],
) -> RecordingMutant:
    """A copy in which these requests hold other events; one that holds none any more was not sent."""
    return RecordingMutant(
        mutation=name,
        what=what,
        make=partial(_broken, healthy, data, keep_empty=name == "data-empty"),
        step=requests.step,
        event=event.type,
        expected=tuple(expected),
    )


def _broken(healthy: HealthyRecording, data: Mapping[RequestWithEvents, Any], *, keep_empty: bool) -> Recording:
    bodies = {
        requests.position: packed({**unpacked(requests), "data": events}) if events != [] or keep_empty else None
        for requests, events in data.items()
    }
    return healthy.with_bodies(bodies)


def _about(event: Event, *codes: str) -> tuple[ExpectedFinding, ...]:
    return tuple(ExpectedFinding(code=code, event=event.type) for code in codes)


def _type_answers(other: str) -> tuple[ExpectedFinding, ...]:
    return tuple(ExpectedFinding(code=code, event=other) for code in _NOT_DUE)
