"""The tracker's endpoints of version 2: one event in a body, or in the query of a tracking pixel."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final
from urllib.parse import unquote_plus, unquote_to_bytes

from harness.events import Beacon, Event, Reading
from harness.findings import Finding
from harness.protocol import Answer, Endpoint
from harness.protocols.jirafe.documents.routes import segments
from harness.protocols.jirafe.finding_text import Named, event_type
from harness.protocols.jirafe.schemas import schema
from harness.protocols.jirafe.wire.decode import Decoded, decode
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.misspelt_fields import suspects
from harness.protocols.jirafe.wire.payload_rules import ERRORS, Rule, terms
from harness.protocols.jirafe.wire.responses import by_path, failure
from harness.protocols.jirafe.wire.schema_findings import finding, is_lenient
from harness.protocols.jirafe.wire.v1 import TRACKER_LIMIT, as_answer, incomplete, refuse

EVENT_TYPES: Final = ("pageview", "visit")
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of 1×1."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Which event is sent there, and whether by GET, in a pixel's query."""

    type: str
    is_pixel: bool

    @property
    def method(self) -> str:
        return "GET" if self.is_pixel else "POST"


def address(url: str) -> Address | None:
    """The address that a URL names, or None where it is none of these."""
    match segments(url):
        case ["v2", "tracker", name] if name.removesuffix(".gif") in EVENT_TYPES:
            return Address(type=name.removesuffix(".gif"), is_pixel=name.endswith(".gif"))
    return None


def answer(beacon: Beacon) -> Answer:
    """200, with a GIF for a pixel, or 400; an address needs no token (facts, section 3)."""
    at = address(beacon.url)
    if at is None:
        return refuse(404, "there is nothing at this address")
    received = _receive(beacon, at)
    if not received.decoded.is_json:
        return as_answer(400, failure("bad_json", message=received.decoded.findings[0].message))
    if errors := _errors(received):
        return as_answer(400, failure("validation", errors=errors))
    return (
        Answer(status=200, body=PIXEL, content_type="image/gif") if at.is_pixel else as_answer(200, {"success": True})
    )


def read(beacon: Beacon, at: Address) -> Reading:
    """The event in a request, and what is wrong with it; nothing in a preflight."""
    if beacon.method != at.method:
        return Reading(envelope={}, events=(), findings=())
    if beacon.truncated:
        return Reading(envelope={}, events=(), findings=(incomplete(beacon),))
    received = _receive(beacon, at)
    envelope = received.query or {}
    event = Event(
        type=event_type(received.event) if isinstance(received.event, dict) else "unknown",
        body=received.event,
        envelope=envelope,
        pointer=received.pointer,
        beacon=beacon,
    )
    return Reading(
        envelope=envelope,
        events=(event,) if isinstance(received.event, dict) else (),
        findings=tuple(_findings(received)),
    )


@dataclass(frozen=True, kw_only=True)
class _Received:
    """One event as it was sent; `query` is what stands around it in a pixel's query, None for one in a body."""

    type: str
    decoded: Decoded
    query: dict[str, Any] | None = None

    @property
    def event(self) -> Any:
        return self.decoded.value

    @property
    def is_there(self) -> bool:
        return self.decoded.is_json and (self.query is None or "data" in self.query)

    @property
    def pointer(self) -> str:
        return "" if self.query is None else "/data"


def _receive(beacon: Beacon, at: Address) -> _Received:
    if not at.is_pixel:
        return _Received(type=at.type, decoded=decode(beacon.body, name=at.type))
    given = dict(_parameters(beacon.url))
    query: dict[str, Any] = {name: unquote_plus(given[name]) for name in ("org", "site") if name in given}
    if "data" not in given:
        return _Received(type=at.type, decoded=Decoded(None), query=query)
    decoded = decode(unquote_to_bytes(given["data"].replace("+", " ")), name=at.type)
    return _Received(type=at.type, decoded=decoded, query={**query, "data": decoded.value})


def _parameters(url: str) -> Iterator[tuple[str, str]]:
    for pair in url.partition("#")[0].partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        yield unquote_plus(name), value


def _errors(received: _Received) -> dict[str, str]:
    """Dotted path → message; a wrong format refuses nothing here (errata 26)."""
    errors = by_path(violations("v2/pixel", received.query), ()) if received.query is not None else {}
    if received.is_there:
        refusing = (
            error
            for error in violations(received.type, received.event)
            if error.validator != "format" and not is_lenient(error)
        )
        within = received.pointer[1:]
        for path, message in by_path(refusing, _broken(ERRORS, received.event)).items():
            errors[f"{within}.{path}".strip(".")] = message
    return errors


def _findings(received: _Received) -> Iterator[Finding]:
    if received.query is not None:
        around = Named(received.type, received.type, received.query)
        for error in violations("v2/pixel", received.query):
            yield _about_event(finding(error, around), received.type, "")
    for item in chain(received.decoded.findings, _about(received) if received.is_there else ()):
        yield _about_event(item, received.type, received.pointer)


def _about(received: _Received) -> Iterator[Finding]:
    named = Named(received.type, received.type, received.event)
    found = [finding(error, named) for error in violations(received.type, received.event)]
    found += _broken((*ERRORS, terms), received.event)
    yield from found
    spoken_for = {item.place for item in found}
    yield from (item for absent, item in suspects(named, schema(received.type)) if absent not in spoken_for)


def _broken(rules: tuple[Rule, ...], event: Any) -> Iterator[Finding]:
    """What the rules for events in a wrapper say of an event without one."""
    for found in chain.from_iterable(rule({"data": [event]}) for rule in rules):
        yield replace(found, place=found.place.removeprefix("/data/0"))


def _about_event(item: Finding, name: str, prefix: str) -> Finding:
    """A finding as one about an event of that type, at its place in what was sent."""
    place = prefix + item.place
    return replace(item, place=place, evidence=replace(item.evidence, document=None, event=name, pointer=place))


ENDPOINTS: Final = (
    Endpoint(path="/v2/tracker/{type:pageview|visit}", methods=("POST",), limit=TRACKER_LIMIT, answer=answer),
    Endpoint(path=r"/v2/tracker/{type:(pageview|visit)\.gif}", methods=("GET",), limit=TRACKER_LIMIT, answer=answer),
)
