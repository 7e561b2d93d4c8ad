"""Tracking pixels: one event in the query of an image request, in the published encoding (facts, section 3)."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.events import Beacon, Reading
from harness.findings import Finding
from harness.protocol import Answer, Endpoint
from harness.protocols.jirafe.documents.routes import segments
from harness.protocols.jirafe.wire.decode import events
from harness.protocols.jirafe.wire.pixel_query import PARAMETERS, Query, decode_query
from harness.protocols.jirafe.wire.responses import by_path, failure
from harness.protocols.jirafe.wire.v1 import TRACKER_LIMIT, as_answer, refuse
from harness.protocols.jirafe.wire.validate import broken_rules, refusals, validate

PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of 1×1."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A pixel's address: the version, and the event type that it is for, empty for all types."""

    version: int
    type: str = ""

    @property
    def schema_name(self) -> str:
        return f"v2/pixel_{self.type}" if self.type else "pixel"


_ROUTES: Final[dict[tuple[str, ...], Route]] = {
    ("v1", "tracker", "pixel.gif"): Route(version=1),
    ("v2", "tracker", "pageview.gif"): Route(version=2, type="pageview"),
    ("v2", "tracker", "visit.gif"): Route(version=2, type="visit"),
}


def match_route(url: str) -> Route | None:
    return _ROUTES.get(tuple(segments(url)))


def answer(beacon: Beacon) -> Answer:
    """200 and a GIF; else 400, or 422 in version 1. No token is needed."""
    route = match_route(beacon.url)
    if route is None:
        return refuse(404, "there is no endpoint at this URL")
    query = _decode(beacon, route)
    if query.is_broken:
        return as_answer(400, failure("bad_json", message=query.findings[0].message))
    if errors := _errors(query, route):
        return as_answer(422 if route.version == 1 else 400, failure("validation", errors=errors))
    return Answer(status=200, body=PIXEL, content_type="image/gif")


def read(beacon: Beacon, route: Route) -> Reading:
    """The event, with the query as a wrapper. A finding about the wrapper names the parameter. Empty for a preflight."""
    if beacon.method != "GET":
        return Reading(envelope={}, events=(), findings=())
    query = _decode(beacon, route)
    if query.is_broken:
        return Reading(envelope={}, events=(), findings=query.findings)
    found = (*query.findings, *validate(query.wrapper, route.schema_name))
    return Reading(envelope=query.wrapper, events=events(beacon, query.wrapper), findings=tuple(_named(found)))


def _decode(beacon: Beacon, route: Route) -> Query:
    return decode_query(beacon.url, schema_name=route.schema_name, event_type=route.type)


def _errors(query: Query, route: Route) -> dict[str, str]:
    """The messages by dotted path. In version 2 a wrong format is no error (errata 26)."""
    violations = refusals(query.wrapper, route.schema_name)
    refusing = (error for error in violations if route.version == 1 or error.validator != "format")
    return by_path(refusing, broken_rules(query.wrapper))


def _named(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Add the parameter to each message about a part of the wrapper; messages about the event name their field."""
    for finding in findings:
        title, colon, text = finding.message.partition(": ")
        if not colon or title != "wrapper":
            yield finding
            continue
        place = f"{finding.place}/"
        ends = ((name, f"{pointer}/") for name, pointer in PARAMETERS.items())
        name = next((name for name, end in ends if place.startswith(end) or end.startswith(place)), None)
        yield replace(finding, message=f"pixel: {text}" + (f' (parameter "{name}")' if name else ""))


ENDPOINTS: Final = tuple(
    Endpoint(path="/" + "/".join(path), methods=("GET",), limit=TRACKER_LIMIT, answer=answer) for path in _ROUTES
)
