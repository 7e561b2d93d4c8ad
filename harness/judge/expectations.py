"""Expectations, and their matching with events."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.events import Event, is_document_name
from harness.json_matching import WRAPPER, Difference, differences, matches
from harness.urls import plain_url


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One event that must arrive, once.

    `pattern` must match the event, and `wrapper` the payload around it; `facts` must match only where the event has the field.
    `origin` is a pattern for the wrapper: of several matching events, the one with this origin is preferred. `why` is the
    reason for messages ("the shopper saw …"), `url` the page, `place` is `file:line`. `codes` maps pointers into the event to
    finding codes; differences elsewhere are a `wrong-value`. An event that `recurs` is a duplicate only within one step.
    An optional event is accepted, but not missed.
    """

    type: str
    pattern: Mapping[str, Any]
    why: str
    step: int
    place: str = ""
    url: str = ""
    wrapper: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    recurs: bool = False
    is_optional: bool = False

    @property
    def is_document(self) -> bool:
        return is_document_name(self.type)

    def is_met_by(self, event: Event) -> bool:
        """Whether the event has the expected type and content, whatever its origin."""
        if event.type != self.type or not matches(self.pattern, event.body):
            return False
        if self.wrapper and not matches(self.wrapper, event.envelope):
            return False
        return not self.facts or matches(_common(self.facts, event.body), event.body)

    def differences(self, event: Event) -> tuple[Difference, ...]:
        """The differences from the expected content: pointers into the event, or with the prefix `$wrapper` into its wrapper."""
        known = _common(self.facts, event.body)
        in_wrapper = differences(self.wrapper, event.envelope) if self.wrapper else ()
        in_event = differences(self.pattern, event.body) + differences(known, event.body)
        return (*in_event, *(replace(item, pointer=WRAPPER + item.pointer) for item in in_wrapper))

    def origin_differences(self, event: Event) -> tuple[Difference, ...]:
        """The differences from the expected origin, with pointers into the wrapper."""
        return () if matches(self.origin, event.envelope) else differences(self.origin, event.envelope)

    def wrong_origin(self, event: Event) -> Difference | None:
        """The origin in the event's wrapper if it is another page; None if it is right or absent."""
        return _other_page(self.origin_differences(event))


def match_events(
    expectations: Sequence[Expectation], events: Sequence[Event], *, prefer: Collection[int] = ()
) -> dict[int, int]:
    """The index of a matching event for each expectation's index: as many pairs as possible, earlier expectations first.

    Events in `prefer` come first, then events with the expected origin. An event with another origin matches nothing.
    """
    if not (expectations and events):
        return {}
    by_type: dict[str, list[int]] = {}
    for index, event in enumerate(events):
        by_type.setdefault(event.type, []).append(index)
    origins = [
        {
            index: expectation.origin_differences(events[index])
            for index in by_type.get(expectation.type, ())
            if expectation.is_met_by(events[index])
        }
        for expectation in expectations
    ]
    matching = [[index for index, found in each.items() if not _other_page(found)] for each in origins]
    from_origin = [[index for index, found in each.items() if not found] for each in origins]
    preferred = [[index for index in indexes if index in prefer] for indexes in matching]
    taken_by: dict[int, int] = {}
    for candidates in (preferred, from_origin, matching):
        for number in range(len(expectations)):
            if number not in taken_by.values():
                _augment(number, candidates, taken_by, set())
    return {number: index for index, number in taken_by.items()}


def _augment(number: int, candidates: Sequence[Sequence[int]], taken_by: dict[int, int], tried: set[int]) -> bool:
    """Find an event for one expectation; reassign events of others if necessary (Kuhn's algorithm)."""
    for index in sorted(candidates[number], key=lambda index: index in taken_by):
        if index in tried:
            continue
        tried.add(index)
        if index not in taken_by or _augment(taken_by[index], candidates, taken_by, tried):
            taken_by[index] = number
            return True
    return False


def match_nearest(expectations: Sequence[Expectation], events: Sequence[Event]) -> dict[int, int]:
    """Pairs of the same type (indexes), those with the expected origin and the fewest differences first."""
    candidates = sorted(
        (bool(expectation.origin_differences(event)), len(expectation.differences(event)), number, index)
        for number, expectation in enumerate(expectations)
        for index, event in enumerate(events)
        if expectation.type == event.type
    )
    pairs: dict[int, int] = {}
    for _is_elsewhere, _count, number, index in candidates:
        if number not in pairs and index not in pairs.values():
            pairs[number] = index
    return pairs


def nearest(expectation: Expectation, events: Iterable[Event]) -> Event | None:
    """The first event of the expected type with the fewest differences; None without events of the type."""
    return min(
        (event for event in events if event.type == expectation.type),
        key=lambda event: (len(expectation.differences(event)), bool(expectation.origin_differences(event))),
        default=None,
    )


def place_of(event: Event, difference: Difference) -> str:
    """The JSON pointer of a difference in the beacon's body."""
    pointer = difference.pointer
    return pointer.removeprefix(WRAPPER) if pointer.startswith(WRAPPER) else event.pointer + pointer


def is_matcher(pattern: Mapping[str, Any]) -> bool:
    """Whether the pattern is a matcher such as `{$about: 9.99}`."""
    return len(pattern) == 1 and next(iter(pattern)).startswith("$")


def _common(facts: Any, body: Any) -> Any:
    """The part of `facts` whose keys the body has, too."""
    if type(facts) is str or not isinstance(facts, Mapping) or not isinstance(body, Mapping):
        return facts
    return {
        key: _common(fact, body[key])
        for key, fact in facts.items()
        if key in body and (isinstance(body[key], Mapping) or not isinstance(fact, Mapping) or is_matcher(fact))
    }


def _other_page(found: Iterable[Difference]) -> Difference | None:
    urls = (item for item in found if isinstance(item.got, str))
    return next((item for item in urls if plain_url(str(item.expected)) != plain_url(item.got)), None)
