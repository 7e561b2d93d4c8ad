"""What was asked for against what arrived: events paired with expectations, and for what is missing the nearest event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.events import Event
from harness.finding import Finding
from harness.matching import Difference, differences, text


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One event that must arrive, once.

    `pattern` must match; `facts` must match wherever the event has such a field at all. `why` says in words what makes it
    due ("the shopper saw …"), `url` on which page, `place` is `file:line`. `codes` names the finding for a pointer in the
    event whose value has a name of its own (an order number); any other is a `wrong-value`.
    """

    type: str
    pattern: Mapping[str, Any]
    why: str
    step: int
    place: str = ""
    url: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)

    def met_by(self, event: Event) -> bool:
        return event.type == self.type and not self.differences(event)

    def differences(self, event: Event) -> tuple[Difference, ...]:
        """Where the event is not what is expected, by pointers into the event."""
        known = _common(self.facts, event.body)
        return differences(self.pattern, event.body) + differences(known, event.body)


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """Which expectation is met by which event (by index), and what is left over on both sides."""

    pairs: Mapping[int, int]
    unmet: tuple[int, ...]
    left: tuple[int, ...]


def pair(expectations: Sequence[Expectation], events: Sequence[Event], *, prefer: Iterable[int] = ()) -> Pairing:
    """As many expectations as possible, each with an event of its own; events in `prefer` are used before the others."""
    preferred = list(prefer)
    others = [index for index in range(len(events)) if index not in set(preferred)]
    taken_by: dict[int, int] = {}
    for candidates in (preferred, preferred + others):
        for number in range(len(expectations)):
            if number not in taken_by.values():
                _augment(number, expectations, events, candidates, taken_by, set())
    pairs = {number: index for index, number in taken_by.items()}
    return Pairing(
        pairs=pairs,
        unmet=tuple(number for number in range(len(expectations)) if number not in pairs),
        left=tuple(index for index in range(len(events)) if index not in taken_by),
    )


def nearest(expectation: Expectation, events: Iterable[Event]) -> Event | None:
    """The event of the expected type that differs least; of several the first. None where no such event is there."""
    same = [event for event in events if event.type == expectation.type]
    return min(same, key=lambda event: len(expectation.differences(event)), default=None)


def in_words(difference: Difference) -> str:
    """`line_item.quantity is "3", not "2"`."""
    name = difference.pointer.lstrip("/").replace("/", ".") or "the event"
    return f"{name} is {_quoted(difference.got)}, not {_quoted(difference.expected)}"


def evidence(event: Event, *, url: str = "", found: Sequence[Difference] = ()) -> dict[str, Any]:
    """What a finding about an event carries: the event, where it is, and what differs."""
    pointer = event.pointer + (found[0].pointer if found else "")
    data: dict[str, Any] = {"event": event.type, "pointer": pointer, "beacon": event.beacon.number}
    if url:
        data["url"] = url
    if found:
        data["value"] = None if not isinstance(found[0].got, str | int | float | bool | list | dict) else found[0].got
        data["allowed"] = _plain(found[0].expected)
        data["differences"] = [difference.as_json() for difference in found]
    return data


def missing(expectation: Expectation, events: Sequence[Event]) -> Finding:
    """The finding for an event that did not come: what, why it was due, which event came nearest, and how that differs."""
    near = nearest(expectation, events)
    data: dict[str, Any] = {"event": expectation.type, "pointer": "", "expected": expectation.pattern}
    if expectation.url:
        data["url"] = expectation.url
    if near is None:
        arrived = ", ".join(dict.fromkeys(event.type for event in events)) or "nothing"
        message = f"{expectation.type} is missing: {expectation.why}; in this step arrived {arrived}"
    else:
        found = expectation.differences(near)
        data["nearest"] = {"beacon": near.beacon.number, "event": near.type, "body": near.body}
        data["differences"] = [difference.as_json() for difference in found]
        what = (
            "; ".join(in_words(difference) for difference in found[:3])
            or "it was already counted for another expectation"
        )
        message = f"{expectation.type} is missing: {expectation.why}; nearest is beacon {near.beacon.number}: {what}"
    return Finding(
        code="missing-event",
        message=message,
        hint=f"send {expectation.type} when this happens, once, and look at the conditions under which the page calls the tracker",
        step=expectation.step,
        place=expectation.place,
        evidence=data,
    )


def wrong(expectation: Expectation, event: Event) -> Finding:
    """The finding for an event that came with other values than the store or the scenario says."""
    found = expectation.differences(event)
    first = found[0]
    return Finding(
        code=expectation.codes.get(first.pointer, "wrong-value"),
        message=f"{event.type}: {'; '.join(in_words(difference) for difference in found)} ({expectation.why})",
        hint=f"look at where the page takes {first.pointer.rsplit('/', 1)[-1]} from when it calls the tracker",
        step=expectation.step,
        place=event.pointer + first.pointer,
        evidence=evidence(event, url=expectation.url, found=found),
    )


def _augment(
    number: int,
    expectations: Sequence[Expectation],
    events: Sequence[Event],
    candidates: Sequence[int],
    taken_by: dict[int, int],
    tried: set[int],
) -> bool:
    """Find an event for one expectation, moving others to another of theirs where that makes room (Kuhn's algorithm)."""
    for index in candidates:
        if index in tried or not expectations[number].met_by(events[index]):
            continue
        tried.add(index)
        if index not in taken_by or _augment(taken_by[index], expectations, events, candidates, taken_by, tried):
            taken_by[index] = number
            return True
    return False


def pair_nearest(expectations: Sequence[Expectation], events: Sequence[Event]) -> dict[int, int]:
    """Pair what was expected with what came instead: same type, least differences first."""
    candidates = [
        (len(expectation.differences(event)), number, index)
        for number, expectation in enumerate(expectations)
        for index, event in enumerate(events)
        if expectation.type == event.type
    ]
    pairs: dict[int, int] = {}
    for _count, number, index in sorted(candidates):
        if number not in pairs and index not in pairs.values():
            pairs[number] = index
    return pairs


def _common(facts: Any, body: Any) -> Any:
    """The part of `facts` whose keys the body has too."""
    if not isinstance(facts, Mapping) or not isinstance(body, Mapping):
        return facts
    return {
        key: _common(fact, body[key])
        for key, fact in facts.items()
        if key in body and (isinstance(body[key], Mapping) or not isinstance(fact, Mapping) or _is_matcher(fact))
    }


def _is_matcher(pattern: Mapping[str, Any]) -> bool:
    return len(pattern) == 1 and next(iter(pattern)).startswith("$")


def _plain(value: Any) -> Any:
    """A pattern as a person would say it: the number itself for `{$about: …}`."""
    if isinstance(value, Mapping) and _is_matcher(value):
        ((key, argument),) = value.items()
        return argument if key == "$about" else f"{key[1:]} {argument or ''}".strip()
    return value if isinstance(value, str | int | float | bool | list | dict) else None


def _quoted(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return "missing" if value is not None else "null"
    shown = f'"{plain}"' if isinstance(plain, str) else text(plain)
    return shown if len(shown) <= 120 else shown[:117] + "…"
