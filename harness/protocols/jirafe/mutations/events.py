"""Ways to break whole events: lost, doubled, sent again, of another type, in another order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, Final

from harness.events import Event
from harness.mutation.recordings.mutant import Answer, Copy, Healthy, Sabotage, Said
from harness.protocols.jirafe.mutations.field_edit import CART_EVENTS, is_wrapper, packed, unpacked
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.recording.records import Recording

REPEATED: Final = ("duplicate-event", "unexpected-event", "forbidden-event")
_NOT_DUE: Final = ("unexpected-event", "forbidden-event", "duplicate-event", "wrong-value")


def lost(healthy: Healthy) -> Iterator[Copy]:
    """One event of several was left out."""
    for said, index, event in _events(healthy):
        if len(said.events) > 1:
            rest = _without(said, index)
            what = f"{event.type} was left out"
            yield _copy(healthy, "event-lost", what, {said: rest}, event, said, _about(event, "missing-event"))


def type_lost(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that never sends events of a type."""
    for event_type in EVENT_TYPES:
        hit = [said for said in _wrappers(healthy) if any(event.type == event_type for event in said.events)]
        if hit and any(event.type != event_type for said in healthy.said for event in said.events):
            bodies = {said: [body for body in _data(said) if body.get("event_type") != event_type] for said in hit}
            event = next(event for event in hit[0].events if event.type == event_type)
            what = f"{event_type} is never sent"
            copy = _copy(healthy, "type-lost", what, bodies, event, hit[0], _about(event, "missing-event"))
            yield replace(copy, everywhere=True)


def doubled(healthy: Healthy) -> Iterator[Copy]:
    """The tracker was called twice for one thing."""
    for said, index, event in _events(healthy):
        data = _data(said)
        twice = [*data[: index + 1], data[index], *data[index + 1 :]]
        what = f"{event.type} was sent twice in one request"
        yield _copy(healthy, "event-doubled", what, {said: twice}, event, said, _about(event, *REPEATED))


def sent_again(healthy: Healthy) -> Iterator[Copy]:
    """An event was sent again on the page after, as when a receipt is reloaded."""
    for said, after in pairwise(_wrappers(healthy)):
        for index, event in enumerate(said.events):
            again = [_data(said)[index], *_data(after)]
            what = f"{event.type} was sent again with the next request"
            yield _copy(healthy, "event-again", what, {after: again}, event, after, _about(event, *REPEATED))


def moved(healthy: Healthy) -> Iterator[Copy]:
    """An event was held back and went out from the page after."""
    for said, after in pairwise(_wrappers(healthy)):
        for index, event in enumerate(said.events):
            bodies = {said: _without(said, index), after: [_data(said)[index], *_data(after)]}
            what = f"{event.type} was held back and sent by the next page"
            codes = ("late-event", "missing-event", "unexpected-event", "wrong-value", "duplicate-event")
            yield _copy(healthy, "event-moved", what, bodies, event, said, _about(event, *codes))


def reversed_order(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that sends what it has collected in the wrong order: of each two types, in every request."""
    pairs = {
        (first.type, second.type)
        for said in _wrappers(healthy)
        for first, second in pairwise(said.events)
        if first.type != second.type
    }
    for first, second in sorted(pairs):
        bodies = {said: data for said in _wrappers(healthy) if (data := _swapped(said, first, second)) != _data(said)}
        said = next(iter(bodies))
        event = next(event for event in said.events if event.type == second)
        what = f"{second} was sent before {first}"
        answers = (Answer(code="wrong-order"),)
        copy = _copy(healthy, f"order-reversed-{first}", what, bodies, event, said, answers)
        yield replace(copy, is_order=True, everywhere=True, value=[first, second])


def other_type(healthy: Healthy) -> Iterator[Copy]:
    """A change of the cart was reported as another kind of change."""
    for said, index, event in _events(healthy):
        for other in CART_EVENTS if event.type in CART_EVENTS else ():
            if other != event.type:
                data = _data(said)
                data[index]["event_type"] = other
                answers = (*_about(event, "missing-event"), *_type_answers(other))
                what = f"{event.type} was sent as {other}"
                yield _copy(healthy, "event-of-other-type", what, {said: data}, event, said, answers)


def renamed(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that names events as another vendor does, or not at all."""
    for name, make in _MISNOMERS.items():
        for event_type in EVENT_TYPES:
            bodies = {}
            for said in _wrappers(healthy):
                data = [make(body) if body.get("event_type") == event_type else body for body in _data(said)]
                if data != _data(said):
                    bodies[said] = data
            if bodies:
                said = next(iter(bodies))
                event = next(event for event in said.events if event.type == event_type)
                answers = (Answer(code="schema", field="event_type"),)
                copy = _copy(healthy, name, f"{event_type}: {_MISNOMER_WORDS[name]}", bodies, event, said, answers)
                yield replace(copy, everywhere=True, field="/event_type")


def visit_everywhere(healthy: Healthy) -> Iterator[Copy]:
    """The visit event on every page, as the same visit or each time as a new one."""
    wrappers = _wrappers(healthy)
    for name, is_new in (("visit-repeated", False), ("visit-restarted", True)):
        bodies = {}
        for number, said in enumerate(wrappers):
            if all(event.type != "visit" for event in said.events):
                bodies[said] = _with_visit(said, f"42{number}" if is_new else None)
        if bodies:
            said = next(iter(bodies))
            event = replace(said.events[0], type="visit")
            what = f"a visit was reported on every page{', as a new one' if is_new else ''}"
            answers = (*_about(event, *REPEATED), Answer(code="visit-changed"), Answer(code="wrong-value"))
            yield Copy(
                sabotage=name,
                what=what,
                make=partial(healthy.with_bodies, {said.position: packed(body) for said, body in bodies.items()}),
                step=said.step,
                event="visit",
                answers=answers,
                everywhere=True,
            )


def phantom_order(healthy: Healthy) -> Iterator[Copy]:
    """A purchase was reported that was none, as when a payment is cancelled or the receipt comes back."""
    event_type = "order_success"
    for said in _wrappers(healthy):
        if all(event.type != event_type for event in said.events):
            order = {"event_type": event_type, "order": {"num": "77"}}
            event = replace(said.events[0], type=event_type)
            what = "an order was reported that nobody had placed"
            answers = (*_about(event, *_NOT_DUE), Answer(code="order-number-mismatch", event=event_type))
            yield _copy(healthy, "phantom-order", what, {said: [order, *_data(said)]}, event, said, answers)


def data_shape(healthy: Healthy) -> Iterator[Copy]:
    """A tracker that sends one event where the protocol has a list, or an empty list."""
    shapes: dict[str, Callable[[list[Any]], Any]] = {
        "data-not-a-list": lambda data: data[0],
        "data-empty": lambda data: [],
    }
    for name, shape in shapes.items():
        for said in _wrappers(healthy):
            event = said.events[0]
            what = f"the data of the request with {event.type} is {'empty' if name == 'data-empty' else 'no list'}"
            answers = (Answer(code="schema", field="data"),)
            yield _copy(healthy, name, what, {said: shape(_data(said))}, event, said, answers)


SABOTAGES: Final[tuple[Sabotage, ...]] = (
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


def _wrappers(healthy: Healthy) -> list[Said]:
    return [said for said in healthy.said if is_wrapper(said)]


def _events(healthy: Healthy) -> Iterator[tuple[Said, int, Event]]:
    for said in _wrappers(healthy):
        for index, event in enumerate(said.events):
            yield said, index, event


def _data(said: Said) -> list[Any]:
    """The events of a request, to be changed."""
    data: list[Any] = unpacked(said)["data"]
    return data


def _without(said: Said, index: int) -> list[Any]:
    data = _data(said)
    del data[index]
    return data


def _swapped(said: Said, first: str, second: str) -> list[Any]:
    """The events, with each two neighbours of these types in the other order."""
    data = _data(said)
    for index in range(len(data) - 1):
        if (data[index]["event_type"], data[index + 1]["event_type"]) == (first, second):
            data[index : index + 2] = data[index + 1], data[index]
    return data


def _with_visit(said: Said, new_id: str | None) -> dict[str, Any]:
    wrapper: dict[str, Any] = unpacked(said)
    wrapper["data"].insert(0, {"event_type": "visit"})
    if new_id is not None and "visit" in wrapper:
        wrapper["visit"]["id"] = new_id
    return wrapper


def _copy(
    healthy: Healthy,
    name: str,
    what: str,
    data: Mapping[Said, Any],
    event: Event,
    said: Said,
    answers: Sequence[Answer],
) -> Copy:
    """A copy in which these requests hold other events; one that holds none any more was not sent."""
    return Copy(
        sabotage=name,
        what=what,
        make=partial(_broken, healthy, data, keep_empty=name == "data-empty"),
        step=said.step,
        event=event.type,
        answers=tuple(answers),
    )


def _broken(healthy: Healthy, data: Mapping[Said, Any], *, keep_empty: bool) -> Recording:
    bodies = {
        said.position: packed({**unpacked(said), "data": events}) if events != [] or keep_empty else None
        for said, events in data.items()
    }
    return healthy.with_bodies(bodies)


def _about(event: Event, *codes: str) -> tuple[Answer, ...]:
    return tuple(Answer(code=code, event=event.type) for code in codes)


def _type_answers(other: str) -> tuple[Answer, ...]:
    return tuple(Answer(code=code, event=other) for code in _NOT_DUE)
