"""The JSON form of a beacon, shared by journals and recordings."""

import base64
from collections.abc import Mapping
from typing import Any, Final

from harness.events import Beacon

JOURNAL_FORMAT: Final = "harness-journal"
"""The value of `format` in the first line of an exported journal."""


def beacon_to_json(beacon: Beacon) -> dict[str, Any]:
    """The beacon as a JSON object: `body` if the bytes are UTF-8, otherwise `body_base64`."""
    record = {"number": beacon.number, **head_to_json(beacon)}
    try:
        return {**record, "body": beacon.body.decode()}
    except UnicodeDecodeError:
        return {**record, "body_base64": base64.b64encode(beacon.body).decode()}


def beacon_from_json(record: Mapping[str, Any]) -> Beacon:
    """The inverse of `beacon_to_json`. Raises KeyError, TypeError or ValueError for an invalid object."""
    encoded = record.get("body_base64")
    body = record["body"].encode() if encoded is None else base64.b64decode(encoded, validate=True)
    return beacon_from_head(record, record["number"], body)


def head_to_json(beacon: Beacon) -> dict[str, Any]:
    """All fields of the beacon except `number` and `body`; an empty `fault` is left out."""
    return {
        "time": beacon.time,
        "method": beacon.method,
        "url": beacon.url,
        "headers": beacon.headers,
        "status": beacon.status,
        "declared_length": beacon.declared_length,
        "truncated": beacon.truncated,
        **({"fault": beacon.fault} if beacon.fault else {}),
    }


def beacon_from_head(head: Mapping[str, Any], number: int, body: bytes) -> Beacon:
    """The beacon with the fields that `head_to_json` returned."""
    return Beacon(
        number=number,
        time=head["time"],
        method=head["method"],
        url=head["url"],
        headers=tuple((name, value) for name, value in head["headers"]),
        body=body,
        status=head["status"],
        declared_length=head["declared_length"],
        truncated=head["truncated"],
        fault=head.get("fault", ""),
    )
