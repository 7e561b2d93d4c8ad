"""Read HAR files entry by entry: the protocol's requests, the loaded pages, and the contacted hosts."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import ijson

from harness.commands.check.batch import OWN, endpoint_of
from harness.commands.check.har_bodies import Body, body_of
from harness.commands.check.har_stream import DEEPEST, TooDeep, entries
from harness.commands.check.models import Request, Requests
from harness.errors import FileError
from harness.events import Beacon
from harness.findings import Evidence, Finding
from harness.protocol import Endpoint, TrackerProtocol

BATCH: Final = 200
BATCH_BYTES: Final = 1024 * 1024
"""The size of a batch: requests, or bytes of their bodies."""

MOST_HOSTS: Final = 2_000
_LIMIT: Final = 1024 * 1024
_ABORTED: Final = ("ERR_ABORTED", "BINDING_ABORTED")
"""Errors of requests that were sent during unload; the browser did not wait for their responses."""


@dataclass(frozen=True, kw_only=True)
class Page:
    url: str
    place: str
    number: int


@dataclass(kw_only=True)
class CaptureSummary:
    """The contents of a HAR besides beacons: requests to each host, loads of the tracker's script, loaded pages."""

    hosts: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    scripts: list[tuple[str, int, str]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    starts_with_page: bool = False
    began: float | None = None


class HarReader:
    """Reads one HAR. All requests to `collectors`, hosts with or without a port, belong to the protocol."""

    def __init__(
        self, file: BinaryIO, name: str, *, protocol: TrackerProtocol, folder: Path, collectors: Collection[str]
    ):
        self.summary = CaptureSummary()
        self._file, self._name, self._folder = file, name, folder
        self._protocol = protocol
        self._collectors = {host.lower() for host in (*collectors, *protocol.collector_hosts)}
        self._specific_endpoints = [endpoint for endpoint in protocol.endpoints if _is_specific(endpoint)]

    def batches(self, size: int = BATCH) -> Iterator[Requests]:
        """The protocol's requests in batches; `summary` is filled meanwhile. FileError if the file is no HAR, or truncated."""
        pending: list[Request] = []
        weight = 0
        for entry in self._entries():
            request = self._request(entry)
            if request:
                pending.append(request)
                weight += len(request.beacon.body)
            if len(pending) >= size or weight > BATCH_BYTES:
                yield Requests(requests=tuple(pending), read=self._file.tell())
                pending, weight = [], 0
        yield Requests(requests=tuple(pending), read=self._file.tell())

    def _entries(self) -> Iterator[Mapping[str, Any]]:
        try:
            for entry in entries(self._file):
                self.summary.entries += 1
                if not isinstance(entry, Mapping) or not isinstance(entry.get("request"), Mapping):
                    raise FileError(
                        f"{self._name}: entry {self.summary.entries}: it has no request; check that the file is a HAR"
                    )
                yield entry
        except ijson.JSONError as error:
            raise FileError(f"{self._name}: {self._parse_error(str(error))}") from error
        except TooDeep as error:
            raise FileError(f"{self._name}: nested more than {DEEPEST} levels deep {self._where()}") from error

    def _where(self) -> str:
        return f"after entry {self.summary.entries}" if self.summary.entries else "before its first entry"

    def _parse_error(self, message: str) -> str:
        where = self._where()
        if "EOF" in message or "ncomplete" in message:
            return f"the HAR is truncated {where}, at byte {self._file.tell()}; export it again"
        if "UTF8" in message:
            return f"not UTF-8 {where}; save the HAR as UTF-8"
        return f"not JSON {where}{_near(message)}; export the HAR again"

    def _request(self, entry: Mapping[str, Any]) -> Request | None:
        """The entry as a request of the protocol; None for any other request, which only counts in the summary."""
        request = entry["request"]
        url, method = str(request.get("url", "")), str(request.get("method", "")).upper()
        number, place = self.summary.entries, f"{self._name}: entry {self.summary.entries}"
        host = _host(url)
        if host and (host in self.summary.hosts or len(self.summary.hosts) < MOST_HOSTS):
            self.summary.hosts[host] += 1
        time = _seconds(entry.get("startedDateTime"))
        self._begin(entry, url, time, number, place)
        if not self._is_ours(url):
            return None
        return self._as_request(entry, url=url, method=method, time=time, place=place)

    def _begin(self, entry: Mapping[str, Any], url: str, time: float | None, number: int, place: str) -> None:
        status, failure = _answer(entry)
        is_page = _is_page(entry, status)
        if number == 1:
            self.summary.began, self.summary.starts_with_page = time, is_page
        if is_page:
            self.summary.pages.append(Page(url=url, place=place, number=number))
        if _host(url) == self._protocol.script_host and len(self.summary.scripts) < BATCH:
            self.summary.scripts.append((url, status, failure))

    def _is_ours(self, url: str) -> bool:
        parts = _parts(url)
        if parts is None or parts.path.startswith(OWN):
            return False
        host = (parts.hostname or "").lower()
        if host in self._collectors or f"{host}:{parts.port}" in self._collectors:
            return True
        return endpoint_of(url, self._protocol) in self._specific_endpoints

    def _as_request(
        self, entry: Mapping[str, Any], *, url: str, method: str, time: float | None, place: str
    ) -> Request:
        request = entry["request"]
        headers = _headers(request)
        by_name = {name.lower(): value for name, value in reversed(headers)}
        endpoint = endpoint_of(url, self._protocol)
        limit = endpoint.limit if endpoint else _LIMIT
        body = body_of(request, by_name, folder=self._folder, limit=limit)
        status, failure = _answer(entry)
        too_large = body.content is not None and len(body.content) > limit
        found = [*body.findings, *_no_body(body), *_not_sent(failure)]
        beacon = Beacon(
            number=self.summary.entries,
            time=time or 0.0,
            method=method,
            url=url,
            headers=headers,
            body=(body.content or b"")[:limit],
            status=413 if too_large else status,
            declared_length=body.declared,
            truncated=too_large or body.is_cut,
        )
        fresh = self.summary.began if self.summary.starts_with_page else None
        return Request(
            beacon=beacon,
            place=place,
            findings=tuple(found),
            clock_from=float("-inf") if fresh is None else fresh,
            clock_to=time,
            has_body=body.content is not None,
            arrived=not failure,
        )


def _near(message: str) -> str:
    """The text at the place of a parser's error, taken from its message."""
    lines = message.splitlines()
    text = lines[1].strip() if len(lines) > 1 else ""
    return f", near {text[:60]!r}" if text else ""


def _is_specific(endpoint: Endpoint) -> bool:
    """Whether the path alone identifies the protocol: at least two parts of it are fixed."""
    return endpoint.path.partition("{")[0].count("/") > 2 or "{" not in endpoint.path


def _parts(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _port = parts.port  # raises ValueError for an invalid port
        return parts if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def _host(url: str) -> str:
    parts = _parts(url)
    return parts.netloc.rpartition("@")[2].lower() if parts else ""


def _headers(request: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    listed = request.get("headers")
    items = [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    pairs = [(str(item.get("name", "")), str(item.get("value", ""))) for item in items]
    return tuple(pair for pair in pairs if pair[0] and not pair[0].startswith(":"))


def _answer(entry: Mapping[str, Any]) -> tuple[int, str]:
    """The status, 0 if no response was recorded, and the browser's error if the request failed."""
    response = entry.get("response")
    response = response if isinstance(response, Mapping) else {}
    status = response.get("status")
    error = str(response.get("_failureText") or response.get("_error") or entry.get("_error") or "")
    is_failure = bool(error) and not any(word in error for word in _ABORTED)
    if isinstance(status, int) and status > 0:
        return status, ""
    return 0, error if is_failure else ""


def _is_page(entry: Mapping[str, Any], status: int) -> bool:
    """Whether the response is a page view: an HTML document, not in a frame, and not prefetched."""
    content = entry["response"].get("content") if isinstance(entry.get("response"), Mapping) else None
    kind = str(content.get("mimeType", "")) if isinstance(content, Mapping) else ""
    if status != 200 or kind.partition(";")[0].strip().lower() not in ("text/html", "application/xhtml+xml"):
        return False
    headers = {name.lower(): value for name, value in _headers(entry["request"])}
    if headers.get("sec-purpose") or headers.get("purpose") == "prefetch":
        return False
    if "sec-fetch-dest" in headers:
        return headers["sec-fetch-dest"] == "document"
    return entry.get("_resourceType", "document") == "document" and "x-requested-with" not in headers


def _seconds(value: object) -> float | None:
    """An ISO 8601 time, in seconds since the epoch."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() if time else None


def _no_body(body: Body) -> Iterator[Finding]:
    if body.content is None:
        yield Finding(
            code="no-body",
            message=f"the file does not contain the body of this request: {body.missing}",
            hint="Record with Playwright's record_har_path or in Firefox, or send to 'harness serve' and check its journal.",
            evidence=Evidence(event=None, pointer="", value=body.missing),
        )


def _not_sent(failure: str) -> Iterator[Finding]:
    if failure:
        yield Finding(
            code="not-delivered",
            message=f"the request failed: {failure[:200]}",
            hint="Check for an ad blocker, the page's Content-Security-Policy, CORS errors, or an unreachable host.",
            evidence=Evidence(event=None, pointer="", value=failure[:200]),
        )
