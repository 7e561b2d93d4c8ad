"""The tracker's endpoints of version 2: one event in a body or in the query of a tracking pixel."""

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
from harness.protocols.jirafe.finding_text import TitledBody, event_type
from harness.protocols.jirafe.schemas import schema
from harness.protocols.jirafe.wire.decode import Decoded, decode
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.misspelt_fields import suspect_findings
from harness.protocols.jirafe.wire.payload_rules import ERRORS, Rule, terms
from harness.protocols.jirafe.wire.responses import by_path, failure
from harness.protocols.jirafe.wire.schema_findings import is_lenient, schema_finding
from harness.protocols.jirafe.wire.v1 import TRACKER_LIMIT, as_answer, incomplete, refuse

EVENT_TYPES: Final = ("pageview", "visit")
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of 1×1."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """The event type that a URL is for, and whether it is a pixel."""

    type: str
    is_pixel: bool

    @property
    def method(self) -> str:
        return "GET" if self.is_pixel else "POST"


def match_route(url: str) -> Route | None:
    match segments(url):
        case ["v2", "tracker", name] if name.removesuffix(".gif") in EVENT_TYPES:
            return Route(type=name.removesuffix(".gif"), is_pixel=name.endswith(".gif"))
    return None


def answer(beacon: Beacon) -> Answer:
    """200, with a GIF for a pixel, or 400. No token is needed (facts, section 3)."""
    route = match_route(beacon.url)
    if route is None:
        return refuse(404, "there is no endpoint at this URL")
    received = _receive(beacon, route)
    if not received.decoded.is_json:
        return as_answer(400, failure("bad_json", message=received.decoded.findings[0].message))
    if errors := _errors(received):
        return as_answer(400, failure("validation", errors=errors))
    if route.is_pixel:
        return Answer(status=200, body=PIXEL, content_type="image/gif")
    return as_answer(200, {"success": True})


def read(beacon: Beacon, route: Route) -> Reading:
    """The event and the findings of a request; empty for a preflight."""
    if beacon.method != route.method:
        return Reading(envelope={}, events=(), findings=())
    if beacon.truncated:
        return Reading(envelope={}, events=(), findings=(incomplete(beacon),))
    received = _receive(beacon, route)
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
    """One event as it was sent. `query` contains it in a pixel; it is None for an event in a body."""

    type: str
    decoded: Decoded
    query: dict[str, Any] | None = None

    @property
    def event(self) -> Any:
        return self.decoded.value

    @property
    def is_present(self) -> bool:
        return self.decoded.is_json and (self.query is None or "data" in self.query)

    @property
    def pointer(self) -> str:
        return "" if self.query is None else "/data"


def _receive(beacon: Beacon, route: Route) -> _Received:
    name = route.type
    if not route.is_pixel:
        return _Received(type=name, decoded=decode(beacon.body, name=name))
    given = dict(_parameters(beacon.url))
    query: dict[str, Any] = {key: unquote_plus(given[key]) for key in ("org", "site") if key in given}
    if "data" not in given:
        return _Received(type=name, decoded=Decoded(None), query=query)
    decoded = decode(unquote_to_bytes(given["data"].replace("+", " ")), name=name)
    return _Received(type=name, decoded=decoded, query={**query, "data": decoded.value})


def _parameters(url: str) -> Iterator[tuple[str, str]]:
    for pair in url.partition("#")[0].partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        yield unquote_plus(name), value


def _errors(received: _Received) -> dict[str, str]:
    """The messages by dotted path. A wrong format does not refuse an event (errata 26)."""
    errors = by_path(violations("v2/pixel", received.query), ()) if received.query is not None else {}
    if received.is_present:
        refusing = (
            error
            for error in violations(received.type, received.event)
            if error.validator != "format" and not is_lenient(error)
        )
        prefix = received.pointer[1:]
        for path, message in by_path(refusing, _rule_findings(ERRORS, received.event)).items():
            errors[f"{prefix}.{path}".strip(".")] = message
    return errors


def _findings(received: _Received) -> Iterator[Finding]:
    if received.query is not None:
        query = TitledBody(received.type, received.type, received.query)
        for error in violations("v2/pixel", received.query):
            yield _event_finding(schema_finding(error, query), received.type, "")
    for item in chain(received.decoded.findings, _body_findings(received) if received.is_present else ()):
        yield _event_finding(item, received.type, received.pointer)


def _body_findings(received: _Received) -> Iterator[Finding]:
    body = TitledBody(received.type, received.type, received.event)
    found = [schema_finding(error, body) for error in violations(received.type, received.event)]
    found += _rule_findings((*ERRORS, terms), received.event)
    yield from found
    yield from suspect_findings(body, schema(received.type), {item.place for item in found})


def _rule_findings(rules: tuple[Rule, ...], event: Any) -> Iterator[Finding]:
    """Apply the rules for events in a wrapper to an event without one."""
    for found in chain.from_iterable(rule({"data": [event]}) for rule in rules):
        yield replace(found, place=found.place.removeprefix("/data/0"))


def _event_finding(item: Finding, name: str, prefix: str) -> Finding:
    """Make a finding about a document one about an event, with the place in the request."""
    place = prefix + item.place
    return replace(item, place=place, evidence=replace(item.evidence, document=None, event=name, pointer=place))


ENDPOINTS: Final = (
    Endpoint(path="/v2/tracker/{type:pageview|visit}", methods=("POST",), limit=TRACKER_LIMIT, answer=answer),
    Endpoint(path=r"/v2/tracker/{type:(pageview|visit)\.gif}", methods=("GET",), limit=TRACKER_LIMIT, answer=answer),
)
