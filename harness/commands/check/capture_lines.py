"""Captures with one request a line: NDJSON of requests, HAR entries or bodies, and plain lists of URLs."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Final

from harness.errors import FileError

LONGEST_LINE: Final = 64 * 1024 * 1024
URL_LINE: Final = re.compile(rb"\s*(?:(GET|POST|HEAD|PUT|OPTIONS)\s+)?(https?://\S+)", re.IGNORECASE)
_BODIES: Final = ("body", "requestBody", "request_body", "data", "payload", "text")
_TIMES: Final = ("startedDateTime", "timestamp", "time", "ts", "date")
_STATUSES: Final = ("status", "status_code", "statusCode")
_NO_REQUEST: Final = (
    "the first line is not the header of a journal (/harness/journal.ndjson) or a recording ('harness run --artifacts'), "
    "and no HAR entry, request with a URL, or body of the protocol"
)

Placed = tuple[str, Mapping[str, Any]]
"""The place of an entry in its file, and the entry in the form of a HAR."""


def urls_in(file: BinaryIO, name: str) -> Iterator[Placed]:
    """One GET request for each line with a URL; a method may precede it. Empty lines and lines with # are skipped."""
    for number, line in _lines(file, name):
        if line.startswith(b"#"):
            continue
        match = URL_LINE.match(line)
        if match is None:
            raise FileError(
                f"{name}:{number}: not a URL: {line[:80].decode('utf-8', 'replace')!r}; each line is one URL"
            )
        method = (match[1] or b"GET").decode().upper()
        yield f"{name}:{number}", {"request": {"method": method, "url": match[2].decode("utf-8", "replace")}}


def requests_in_lines(file: BinaryIO, name: str, *, address: str, is_body: Callable[[str], bool]) -> Iterator[Placed]:
    """The requests in NDJSON. A line is a HAR entry, an object with a URL, or a body that was sent to `address`.

    `is_body` decides whether the first line is a body of the protocol; it decides for the file.
    """
    accepts_bodies: bool | None = None
    for number, line in _lines(file, name):
        place = f"{name}:{number}"
        data = _object(line, place)
        entry = _entry(data)
        if entry is None:
            if accepts_bodies is None:
                accepts_bodies = is_body(line.decode())
            if not accepts_bodies:
                reason = _NO_REQUEST if number == 1 else "not a request: it has no URL"
                raise FileError(f"{place}: {reason}")
            entry = _posted(line.decode(), address)
        yield place, entry


def _lines(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE:
            raise FileError(f"{name}:{number}: the line is longer than {LONGEST_LINE} bytes; each line is one request")
        if line.strip():
            yield number, line.strip()


def _object(line: bytes, place: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except UnicodeDecodeError as error:
        raise FileError(f"{place}: not UTF-8: byte 0x{line[error.start]:02x}") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{place}: not JSON; each line is one object. Check that the file was not truncated") from error
    if not isinstance(data, Mapping):
        raise FileError(f"{place}: not a JSON object; each line must be one")
    return data


def _entry(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The line as a HAR entry: as it is, or made of an object with a URL; None if it has no URL."""
    request = data.get("request")
    if isinstance(request, Mapping) and isinstance(request.get("url"), str):
        return data
    url = data.get("url", data.get("request_url"))
    if not isinstance(url, str):
        return None
    body = _first(data, _BODIES)
    post_data = data.get("postData") or _post_data(data, body)
    method = data.get("method") or ("GET" if post_data is None else "POST")
    made: dict[str, Any] = {
        "request": {"method": str(method), "url": url, "headers": data.get("headers", data.get("requestHeaders"))},
        "response": {"status": _first(data, _STATUSES)},
        "startedDateTime": _first(data, _TIMES),
    }
    if post_data is not None:
        made["request"]["postData"] = post_data
    return made


def _post_data(data: Mapping[str, Any], body: Any) -> Mapping[str, Any] | None:
    """The body in the form of a HAR: text, JSON, or base64 as in our journals."""
    encoded = data.get("body_base64")
    if isinstance(encoded, str):
        return {"text": encoded, "encoding": "base64"}
    if isinstance(body, str | dict | list) and body:
        return {"text": body, "encoding": data.get("encoding")}
    return None


def _first(data: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((data[name] for name in names if data.get(name) is not None), None)


def _posted(text: str, address: str) -> Mapping[str, Any]:
    post_data = {"mimeType": "application/json", "text": text}
    return {"request": {"method": "POST", "url": address, "postData": post_data}, "response": {"status": 200}}
