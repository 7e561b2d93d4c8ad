"""What was asked for against what arrived: events paired with expectations, and for what is missing the nearest event."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.events import Event, is_document_name, subject
from harness.findings import Evidence, Finding, NearestEvent, Scope
from harness.json_matching import MISSING, WRAPPER, Difference, differences, matches
from harness.recording.timeline import plain_url


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One event that must arrive, once.

    `pattern` must match, and `wrapper` the wrapper around the event; `facts` must match wherever the event has such a field
    at all. `origin` is a pattern for the wrapper, too: of several events that would do, the one that comes from there is
    meant. `why` says in words what makes it due ("the shopper saw …"), `url` on which page, `place` is `file:line`. `codes`
    names the finding for a pointer in the event whose value has a name of its own (an order number); any other is a
    `wrong-value`. An event that `recurs` is like others of its type: only within one step does a second one repeat the first. One
    that `is_picture` can be sent as the address of a picture. One that `may_lack` is accounted for where it comes, and not
    missed where it does not.
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
    is_picture: bool = False
    may_miss_events: bool = False

    def met_by(self, event: Event) -> bool:
        if event.type != self.type or not matches(self.pattern, event.body):
            return False
        if self.wrapper and not matches(self.wrapper, event.envelope):
            return False
        return not self.facts or matches(_common(self.facts, event.body), event.body)

    def differences(self, event: Event) -> tuple[Difference, ...]:
        """Where the event is not what is expected, by pointers into the event, or, behind `$wrapper`, into its wrapper."""
        known = _common(self.facts, event.body)
        around = differences(self.wrapper, event.envelope) if self.wrapper else ()
        found = differences(self.pattern, event.body) + differences(known, event.body)
        return (*found, *(replace(item, pointer=WRAPPER + item.pointer) for item in around))

    def strays(self, event: Event) -> tuple[Difference, ...]:
        """Where the event comes from elsewhere, by pointers into the wrapper."""
        return () if matches(self.origin, event.envelope) else differences(self.origin, event.envelope)

    def astray(self, event: Event) -> Difference | None:
        """Where the event says that it comes from elsewhere; None where it does not, or says nothing of it."""
        return _astray(self.strays(event))


def pair(
    expectations: Sequence[Expectation], events: Sequence[Event], *, prefer: Collection[int] = ()
) -> dict[int, int]:
    """Which expectation is met by which event, by index: as many as possible, the earlier expectations before the later.

    Events in `prefer` are used before others, and those that come from where they are expected before the rest. One that
    says that it comes from elsewhere meets nothing.
    """
    if not (expectations and events):
        return {}
    by_type: dict[str, list[int]] = {}
    for index, event in enumerate(events):
        by_type.setdefault(event.type, []).append(index)
    met = [
        {index: wanted.strays(events[index]) for index in by_type.get(wanted.type, ()) if wanted.met_by(events[index])}
        for wanted in expectations
    ]
    fits = [[index for index, strays in each.items() if not _astray(strays)] for each in met]
    at_home = [[index for index, strays in each.items() if not strays] for each in met]
    preferred = [[index for index in indexes if index in prefer] for indexes in fits]
    taken_by: dict[int, int] = {}
    for candidates in (preferred, at_home, fits):
        for number in range(len(expectations)):
            if number not in taken_by.values():
                _augment(number, candidates, taken_by, set())
    return {number: index for index, number in taken_by.items()}


def _augment(number: int, candidates: Sequence[Sequence[int]], taken_by: dict[int, int], tried: set[int]) -> bool:
    """Find an event for one expectation, moving others to another of theirs where that makes room (Kuhn's algorithm)."""
    for index in sorted(candidates[number], key=lambda index: index in taken_by):
        if index in tried:
            continue
        tried.add(index)
        if index not in taken_by or _augment(taken_by[index], candidates, taken_by, tried):
            taken_by[index] = number
            return True
    return False


def pair_nearest(expectations: Sequence[Expectation], events: Sequence[Event]) -> dict[int, int]:
    """Pair what was expected with what came instead: same type, from the same place, least differences first."""
    candidates = sorted(
        (bool(expectation.strays(event)), len(expectation.differences(event)), number, index)
        for number, expectation in enumerate(expectations)
        for index, event in enumerate(events)
        if expectation.type == event.type
    )
    pairs: dict[int, int] = {}
    for _strays, _count, number, index in candidates:
        if number not in pairs and index not in pairs.values():
            pairs[number] = index
    return pairs


def nearest(expectation: Expectation, events: Iterable[Event]) -> Event | None:
    """The event of the expected type that differs least; of several the first. None where no such event is there."""
    same = [event for event in events if event.type == expectation.type]
    return min(
        same, key=lambda event: (len(expectation.differences(event)), bool(expectation.strays(event))), default=None
    )


def in_words(difference: Difference) -> str:
    """`cart.id is "3", not "2"`; `search is missing; expected "cup"`."""
    name = difference.pointer.removeprefix(WRAPPER).lstrip("/").replace("/", ".") or "the event"
    if difference.got is MISSING:
        return f"{name} is missing; expected {quoted(difference.expected)}"
    if difference.expected is MISSING:
        return f"{name} is one too many: {quoted(difference.got)}"
    return f"{name} is {quoted(difference.got)}, not {quoted(difference.expected)}"


def place_of(event: Event, difference: Difference) -> str:
    """Where in the body a difference lies."""
    inside = difference.pointer
    return inside.removeprefix(WRAPPER) if inside.startswith(WRAPPER) else event.pointer + inside


def evidence(event: Event, *, url: str, found: Sequence[Difference] = ()) -> Evidence:
    """The evidence of a finding about an event: its place, and the differences from what was expected."""
    beacon = event.beacon.number
    if not found:
        return Evidence(**subject(event.type), pointer=event.pointer, beacon=beacon, url=url)
    first = found[0]
    return Evidence(
        **subject(event.type),
        pointer=place_of(event, first),
        beacon=beacon,
        url=url,
        value=None if first.got is MISSING else first.got,
        allowed=_plain(first.expected),
        differences=tuple(found),
    )


def nearest_event(event: Event) -> NearestEvent:
    """An event as the nearest one of another finding."""
    return NearestEvent(beacon=event.beacon.number, event=event.type, body=event.body)


def missing(expectation: Expectation, events: Sequence[Event]) -> Finding:
    """The finding for what did not come: what, why it was due, what came nearest, and how that differs."""
    events = [event for event in events if is_document_name(event.type) == _is_document(expectation)]
    near = nearest(expectation, events)
    proof = Evidence(**subject(expectation.type), pointer="", url=expectation.url, expected=expectation.pattern)
    message = f"{expectation.type} is missing: {expectation.why}; "
    if near is None:
        asked = (
            f"it is to hold {quoted(expectation.pattern)}; "
            if _is_document(expectation) and expectation.pattern
            else ""
        )
        message += f"{asked}arrived: {', '.join(dict.fromkeys(event.type for event in events)) or 'nothing'}"
    else:
        found = (*expectation.differences(near), *expectation.strays(near))
        proof = replace(proof, nearest_event=nearest_event(near), beacon=near.beacon.number, differences=found)
        what = "; ".join(in_words(difference) for difference in found[:3]) or "that one is accounted for already"
        message += f"nearest is beacon {near.beacon.number}: {what}"
    return Finding(
        code="missing-document" if _is_document(expectation) else "missing-event",
        message=message,
        hint=_to_send(expectation.type, any_came=bool(events)),
        step=expectation.step,
        place=expectation.place,
        evidence=proof,
    )


def _is_document(expectation: Expectation) -> bool:
    return is_document_name(expectation.type)


def _to_send(name: str, *, any_came: bool) -> str:
    if not is_document_name(name):
        return f"send {name} when this happens; look at the conditions under which the page calls the tracker"
    if any_came:
        return f"send the {name} when this happens; look at the conditions under which the back end does"
    return "is the store's back end on? The built-in store's is with 'store: {backend: v2}' in the scenario"


def lost(expectation: Expectation, event: Event) -> Finding:
    """The finding for an event that came only where a fault of the scenario struck it."""
    beacon = event.beacon
    return Finding(
        code="missing-event",
        message=f"{event.type} is lost: {expectation.why}; beacon {beacon.number} held it, which the scenario let fail "
        f"({beacon.fault}), and it was not sent again",
        hint="send again, after a pause, what the collector did not take",
        step=expectation.step,
        place=expectation.place,
        evidence=replace(evidence(event, url=expectation.url), expected=expectation.pattern),
    )


def unsendable(finding: Finding, type: str) -> Finding:
    """The finding in place of that of a missing event, where the browser had no way to send it."""
    return replace(
        finding,
        code="transport-unavailable",
        message=f"{type} was due and could not be sent: the browser lacks all but pictures, which carry no such event",
        hint="a browser like that tells of page views and visits at most; leave such steps out of its journey",
    )


def wrong(expectation: Expectation, event: Event, found: Sequence[Difference]) -> Finding:
    """The finding for an event that came with other values than the store or the scenario says."""
    first = found[0]
    field_name = first.pointer.rsplit("/", 1)[-1] or "the event"
    return Finding(
        code=expectation.codes.get(first.pointer, "wrong-value"),
        message=f"{event.type}: {'; '.join(in_words(difference) for difference in found)} ({expectation.why})",
        hint=f"look at where the page takes {field_name} from when it calls the tracker",
        step=expectation.step,
        place=place_of(event, first),
        evidence=evidence(event, url=expectation.url, found=found),
    )


def astray(expectation: Expectation, event: Event, found: Difference) -> Finding:
    """The finding for an event that came from elsewhere than where it was due, by what the envelope says."""
    return Finding(
        code="wrong-value",
        message=f"{event.type}: {in_words(found)} ({expectation.why})",
        hint="send an event from the page on which it happens, with that page's own words",
        step=expectation.step,
        place=found.pointer,
        evidence=replace(
            evidence(event, url=expectation.url), pointer=found.pointer, value=found.got, allowed=found.expected
        ),
        scope=Scope(other_origin=True),
    )


def late(expectation: Expectation, event: Event, *, step: int) -> Finding:
    """The finding for an event that came in a later step than the one in which it was due."""
    return Finding(
        code="late-event",
        message=f"{event.type} was due in step {expectation.step} ({expectation.why}) and came in step {step}",
        hint="send it when it happens; what waits for the next page is lost when the shopper leaves",
        step=expectation.step,
        place=expectation.place,
        evidence=evidence(event, url=expectation.url),
    )


def _common(facts: Any, body: Any) -> Any:
    """The part of `facts` whose keys the body has too."""
    if type(facts) is str or not isinstance(facts, Mapping) or not isinstance(body, Mapping):
        return facts
    return {
        key: _common(fact, body[key])
        for key, fact in facts.items()
        if key in body and (isinstance(body[key], Mapping) or not isinstance(fact, Mapping) or _is_matcher(fact))
    }


def _astray(strays: Iterable[Difference]) -> Difference | None:
    return next((item for item in strays if isinstance(item.got, str) and not _is_same_url(item)), None)


def _is_same_url(found: Difference) -> bool:
    return plain_url(str(found.expected)) == plain_url(found.got)


def _is_matcher(pattern: Mapping[str, Any]) -> bool:
    return len(pattern) == 1 and next(iter(pattern)).startswith("$")


def _plain(value: Any) -> Any:
    """A pattern as a person would say it: the number itself for `{$about: …}`, None where nothing is expected."""
    if value is MISSING:
        return None
    if isinstance(value, Mapping) and _is_matcher(value):
        ((key, argument),) = value.items()
        return argument if key == "$about" else f"{key[1:]} {'' if argument is None else argument}".strip()
    return value


def quoted(value: Any) -> str:
    """A value or a pattern as it stands in a message: JSON on one line, cut where it is long."""
    shown = json.dumps(_plain(value), ensure_ascii=False)
    return shown if len(shown) <= 160 else f"{shown[:159]}…"
