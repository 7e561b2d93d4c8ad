"""The tracker's endpoint of version 1: its responses, and the events in its beacons."""

import json
from typing import Any, Final
from urllib.parse import unquote

from harness.events import Beacon, Reading
from harness.findings import Evidence, Finding
from harness.protocol import Answer, Endpoint
from harness.protocols.jirafe.wire.decode import decode, events
from harness.protocols.jirafe.wire.responses import answer, failure
from harness.protocols.jirafe.wire.validate import validate

TRACKER: Final = "/v1/tracker"
TRACKER_LIMIT: Final = 1024 * 1024
"""The maximum size of a tracker's beacon in bytes."""

_ERROR_TYPES: Final = {400: "bad_json", 404: "not_found", 405: "invalid_method", 413: "too_large", 503: "unknown"}


def answer_tracker(beacon: Beacon) -> Answer:
    """The response to a beacon. The content type is ignored; a compressed body is not JSON."""
    return as_answer(*answer(beacon.body))


def refuse(status: int, message: str) -> Answer:
    """The response to a request that is refused before its body is read (facts, section 3; errata 25)."""
    return as_answer(status, failure(_ERROR_TYPES.get(status, "unknown"), message=message))


def read(beacon: Beacon) -> Reading:
    """The events and findings of a beacon; empty for a preflight or a request to another URL."""
    if beacon.method != "POST" or _path(beacon.url) != TRACKER:
        return Reading(envelope={}, events=(), findings=())
    if beacon.truncated:
        return Reading(envelope={}, events=(), findings=(incomplete(beacon),))
    decoded = decode(beacon.body)
    if not decoded.is_json:
        return Reading(envelope={}, events=(), findings=decoded.findings)
    return Reading(
        envelope=decoded.value if isinstance(decoded.value, dict) else {},
        events=events(beacon, decoded.value),
        findings=(*decoded.findings, *validate(decoded.value)),
    )


def as_answer(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode())


def _path(url: str) -> str:
    return "/" + unquote(url.partition("?")[0].split("/", 3)[-1])


def incomplete(beacon: Beacon) -> Finding:
    declared = "" if beacon.declared_length is None else f" of {beacon.declared_length}"
    if beacon.status == 413:
        return Finding(
            code="too-large",
            message=f"the body is larger than {TRACKER_LIMIT} bytes; the collector read {len(beacon.body)}{declared}",
            hint="Send fewer events in one body.",
            evidence=Evidence(pointer="", allowed=TRACKER_LIMIT, value=beacon.declared_length),
        )
    return Finding(
        code="bad-json",
        message=f"the body ended after {len(beacon.body)} bytes{declared}",
        hint="Use sendBeacon, or fetch with keepalive, so that the browser completes the request after the page is closed.",
        evidence=Evidence(pointer="", value=beacon.body[-80:].decode("utf-8", "replace")),
    )


ENDPOINTS: Final = (Endpoint(path=TRACKER, methods=("POST",), limit=TRACKER_LIMIT, answer=answer_tracker),)
