"""Findings about unmet expectations: missing, lost, late and wrong events."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.events import Event, is_document_name, subject
from harness.findings import Evidence, Finding, NearestEvent, Scope
from harness.json_matching import MISSING, WRAPPER, Difference
from harness.judge.expectations import Expectation, is_matcher, nearest, place_of


def describe_difference(difference: Difference) -> str:
    """`cart.id is "3"; expected "2"`; `search is missing; expected "cup"`."""
    name = difference.pointer.removeprefix(WRAPPER).lstrip("/").replace("/", ".") or "the event"
    if difference.got is MISSING:
        return f"{name} is missing; expected {quoted(difference.expected)}"
    if difference.expected is MISSING:
        return f"{name} is surplus: {quoted(difference.got)}"
    return f"{name} is {quoted(difference.got)}; expected {quoted(difference.expected)}"


def evidence(event: Event, *, url: str, found: Sequence[Difference] = ()) -> Evidence:
    """The evidence of a finding about an event on the page `url`: its place, and the differences from the expectation."""
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
    """An event as the nearest one in the evidence of another finding."""
    return NearestEvent(beacon=event.beacon.number, event=event.type, body=event.body)


def missing(expectation: Expectation, events: Sequence[Event]) -> Finding:
    """The finding for an event that did not arrive: the reason to expect it, the nearest event, and the differences."""
    events = [event for event in events if is_document_name(event.type) == expectation.is_document]
    near = nearest(expectation, events)
    proof = Evidence(**subject(expectation.type), pointer="", url=expectation.url, expected=expectation.pattern)
    message = f"{expectation.type} is missing: {expectation.why}; "
    if near is None:
        has_pattern = expectation.is_document and expectation.pattern
        message += f"expected content: {quoted(expectation.pattern)}; " if has_pattern else ""
        message += f"arrived: {', '.join(dict.fromkeys(event.type for event in events)) or 'nothing'}"
    else:
        found = (*expectation.differences(near), *expectation.origin_differences(near))
        proof = replace(proof, nearest_event=nearest_event(near), beacon=near.beacon.number, differences=found)
        why_not = "; ".join(describe_difference(item) for item in found[:3]) or "that event matches another expectation"
        message += f"nearest is beacon {near.beacon.number}: {why_not}"
    return Finding(
        code="missing-document" if expectation.is_document else "missing-event",
        message=message,
        hint=_missing_hint(expectation, near, any_came=bool(events)),
        step=expectation.step,
        place=expectation.place,
        evidence=proof,
    )


def _missing_hint(expectation: Expectation, near: Event | None, *, any_came: bool) -> str:
    name, sender = (f"the {expectation.type}", "back end") if expectation.is_document else (expectation.type, "page")
    found = expectation.differences(near) if near and not expectation.origin_differences(near) else ()
    if found:
        return f"Check where the {sender} gets {_field_name(found[0])}: {name} arrived with other values."
    if not expectation.is_document:
        return f"Send {name} at this point, and check that the page calls the tracker."
    if any_came:
        return f"Send {name} at this point, and check when the back end sends it."
    return "Switch on the store's back end; for the built-in store, write 'store: {backend: v2}' in the scenario."


def lost(expectation: Expectation, event: Event) -> Finding:
    """The finding for an event that arrived only in a faulted request."""
    beacon = event.beacon
    return Finding(
        code="missing-event",
        message=f"{event.type} is lost: {expectation.why}; beacon {beacon.number} contained it, "
        f"but an injected fault ({beacon.fault}) hit the beacon, and it was not sent again",
        hint="Send a request again, after a pause, if the collector did not accept it.",
        step=expectation.step,
        place=expectation.place,
        evidence=replace(evidence(event, url=expectation.url), expected=expectation.pattern),
    )


def unsendable(finding: Finding, type: str) -> Finding:
    """The finding that replaces that of a missing event if the browser had no transport for it."""
    return replace(
        finding,
        code="transport-unavailable",
        message=f"{type} is missing: only image requests were available, and they cannot carry this event",
        hint="Leave such steps out of a journey in which the browser can send image requests only.",
    )


def wrong(expectation: Expectation, event: Event, found: Sequence[Difference]) -> Finding:
    """The finding for an event whose values differ from those of the store or the scenario."""
    first = found[0]
    return Finding(
        code=expectation.codes.get(first.pointer, "wrong-value"),
        message=f"{event.type}: {'; '.join(describe_difference(item) for item in found)} ({expectation.why})",
        hint=f"Check where the page gets {_field_name(first)} from when it calls the tracker.",
        step=expectation.step,
        place=place_of(event, first),
        evidence=evidence(event, url=expectation.url, found=found),
    )


def wrong_origin(expectation: Expectation, event: Event, found: Difference) -> Finding:
    """The finding for an event whose payload names another page than expected."""
    proof = evidence(event, url=expectation.url)
    return Finding(
        code="wrong-value",
        message=f"{event.type}: {describe_difference(found)} ({expectation.why})",
        hint="Send an event from the page on which it happens, with that page's own data.",
        step=expectation.step,
        place=found.pointer,
        evidence=replace(proof, pointer=found.pointer, value=found.got, allowed=found.expected),
        scope=Scope(other_origin=True),
    )


def late(expectation: Expectation, event: Event, *, step: int) -> Finding:
    """The finding for an event that arrived in a later step than expected."""
    return Finding(
        code="late-event",
        message=f"{event.type} was expected in step {expectation.step} ({expectation.why}) but arrived in step {step}",
        hint="Send an event when it happens: an event that waits for the next page is lost if the shopper leaves.",
        step=expectation.step,
        place=expectation.place,
        evidence=evidence(event, url=expectation.url),
    )


def quoted(value: Any) -> str:
    """A value or a pattern for a message: JSON on one line, at most 160 characters."""
    shown = json.dumps(_plain(value), ensure_ascii=False)
    return shown if len(shown) <= 160 else f"{shown[:159]}…"


def _field_name(difference: Difference) -> str:
    parts = difference.pointer.removeprefix(WRAPPER).split("/")
    return next((part for part in reversed(parts) if part and not part.isdigit()), "the event")


def _plain(value: Any) -> Any:
    """A pattern for people: only the number of `{$about: …}`, and None if nothing is expected."""
    if value is MISSING:
        return None
    if isinstance(value, Mapping) and is_matcher(value):
        ((key, argument),) = value.items()
        return argument if key == "$about" else f"{key[1:]} {'' if argument is None else argument}".strip()
    return value
