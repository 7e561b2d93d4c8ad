"""One entry of a HAR, in the spellings of the tools that write it: URL, headers, time, answer, and the kind of page it loads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

_ABORTED: Final = ("ERR_ABORTED", "BINDING_ABORTED", "No response received", "Client disconnected")
"""Errors of requests that were sent during unload, of browsers and proxies; nothing waited for their responses."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_HTML: Final = ("text/html", "application/xhtml+xml")
_MILLISECONDS_SINCE: Final = 1e11
"""Numbers from here on are times in milliseconds; in seconds they would be after the year 5000."""


class PageKind(Enum):
    """Whether a response is a page that was shown: surely, perhaps, or only if the browser used what it fetched ahead."""

    NONE = "none"
    POSSIBLE = "possible"
    CERTAIN = "certain"
    PREFETCHED = "prefetched"
    PRERENDERED = "prerendered"


class WorkerPart(Enum):
    """Whether a service worker answered a page's request, or sent the request itself, which is then another row."""

    NONE = "none"
    ANSWERED = "answered"
    SENT = "sent"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The status, 0 if no response was recorded; the browser's error if the request failed; the target of a redirect."""

    status: int
    failure: str
    redirect: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A request in a capture. `time` and `ended` are in seconds since the epoch; None if unknown.

    `by_name` are the headers with names in lower case. `raw` is the entry as the file contains it.
    """

    number: int
    place: str
    url: str
    method: str
    headers: tuple[tuple[str, str], ...]
    by_name: Mapping[str, str]
    time: float | None
    ended: float | None
    answer: Answer
    raw: Mapping[str, Any]

    @property
    def request(self) -> Mapping[str, Any]:
        request: Mapping[str, Any] = self.raw["request"]
        return request

    @property
    def worker(self) -> WorkerPart:
        """The part of a service worker in this request, as Chromium, WebKit and Playwright record it."""
        response = _mapping(self.raw.get("response"))
        if self.raw.get("_serviceWorkerRef"):
            return WorkerPart.SENT
        is_answered = True in (response.get("_fetchedViaServiceWorker"), self.raw.get("_fetchedViaServiceWorker"))
        return WorkerPart.ANSWERED if is_answered or self.raw.get("_fetchType") == "Service Worker" else WorkerPart.NONE

    @property
    def is_from_server(self) -> bool:
        """Whether the row names the server's address or the connection; the row of a worker's answer does not."""
        raw = self.raw
        return any(raw.get(name) for name in ("serverIPAddress", "connection", "_connectionId", "_serverPort"))

    @property
    def is_from_cache(self) -> bool:
        """Whether the browser answered from its cache, without a request to the server."""
        is_cached = self.raw.get("_fetchType") in ("Memory Cache", "Disk Cache")
        return is_cached or self.raw.get("_fromCache") in ("disk", "memory")


def entry_of(raw: Mapping[str, Any], *, number: int, place: str) -> Entry:
    """The entry with this number, counted from 1. `raw` has a mapping `request`."""
    request = raw["request"]
    headers = _headers(request)
    by_name = {name.lower(): value for name, value in reversed(headers)}
    url = _absolute(str(request.get("url", "")), by_name)
    time = _seconds(raw.get("startedDateTime"))
    duration = raw.get("time")
    took = duration / 1000 if isinstance(duration, int | float) and duration > 0 else 0.0
    return Entry(
        number=number,
        place=place,
        url=url,
        method=str(request.get("method", "")).upper(),
        headers=tuple(pair for pair in headers if not pair[0].startswith(":")),
        by_name=by_name,
        time=time,
        ended=None if time is None else time + took,
        answer=_answer(raw, url),
        raw=raw,
    )


@lru_cache(maxsize=4096)
def split_url(url: str) -> SplitResult | None:
    """The parts of an http URL; None for another or an invalid one."""
    try:
        parts = urlsplit(url)
        _port = parts.port  # raises ValueError for an invalid port
        return parts if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def host_of(url: str) -> str:
    """The host with its port, in lower case; empty for other URLs."""
    parts = split_url(url)
    return parts.netloc.rpartition("@")[2].lower() if parts else ""


@lru_cache(maxsize=4096)
def without_default_port(url: str) -> str:
    """The URL as a browser writes it: host in lower case, no default port."""
    parts = split_url(url)
    if parts is None or not parts.hostname:
        return url
    host = parts.netloc.rpartition("@")[2].lower()
    if parts.port == _DEFAULT_PORTS[parts.scheme]:
        host = host.rpartition(":")[0]
    return urlunsplit(parts._replace(netloc=host, path=parts.path or "/"))


def page_kind(entry: Entry) -> PageKind:
    """Whether the entry shows a page: an HTML document that is neither in a frame nor fetched by a script."""
    headers, status = entry.by_name, entry.answer.status
    if entry.method not in ("GET", "POST") or not _is_html(entry, status):
        return PageKind.NONE
    purpose = " ".join(headers.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz")).lower()
    if "prerender" in purpose:
        return PageKind.PRERENDERED
    if "prefetch" in purpose or "preview" in purpose:
        return PageKind.PREFETCHED
    if entry.raw.get("_was_pushed"):
        return PageKind.POSSIBLE
    if (destination := headers.get("sec-fetch-dest")) is not None:
        is_shown = destination == "document" and status in (200, 304)
        return PageKind.CERTAIN if is_shown else PageKind.POSSIBLE if destination == "document" else PageKind.NONE
    if (
        entry.raw.get("_resourceType", "document") not in ("document", "Document", None)
        or "x-requested-with" in headers
    ):
        return PageKind.NONE
    return PageKind.POSSIBLE if "html" in headers.get("accept", "text/html") else PageKind.NONE


def _is_html(entry: Entry, status: int) -> bool:
    """Whether the answer is an HTML document, or a confirmation of the browser's copy of one."""
    if not (200 <= status < 300 or status == 304 or status >= 400):
        return False
    content = _mapping(_mapping(entry.raw.get("response")).get("content"))
    kind = str(content.get("mimeType") or "").partition(";")[0].strip().lower()
    return kind in _HTML or (status == 304 and kind in ("", "x-unknown"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _absolute(url: str, headers: Mapping[str, str]) -> str:
    """The URL with the host of the pseudo-header or the Host header, where the tool wrote only the path."""
    if url.startswith("/") and not url.startswith("//"):
        host = headers.get(":authority") or headers.get("host", "")
        return f"{headers.get(':scheme') or 'https'}://{host}{url}" if host else url
    return without_default_port(url)


def _headers(request: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The headers in their order. Some tools write an object instead of a list."""
    listed = request.get("headers")
    if isinstance(listed, Mapping):
        return tuple((str(name), str(value)) for name, value in listed.items())
    pairs = []
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, Mapping):
            pairs.append((str(item.get("name", "")), str(item.get("value", ""))))
        elif isinstance(item, list | tuple) and len(item) == 2:
            pairs.append((str(item[0]), str(item[1])))
    return tuple(pair for pair in pairs if pair[0])


def _answer(raw: Mapping[str, Any], url: str) -> Answer:
    response = _mapping(raw.get("response"))
    status = response.get("status")
    number = int(status) if isinstance(status, int) or (isinstance(status, str) and status.isdigit()) else 0
    target = response.get("redirectURL") or {n.lower(): v for n, v in _headers(response)}.get("location", "")
    if number > 0:
        is_redirect = number in (301, 302, 303, 307, 308) and isinstance(target, str) and target
        return Answer(status=number, failure="", redirect=_join(url, str(target)) if is_redirect else "")
    error = str(response.get("_failureText") or response.get("_error") or raw.get("_error") or "")
    is_failure = bool(error) and not any(word in error for word in _ABORTED)
    return Answer(status=0, failure=error if is_failure else "", redirect="")


def _join(url: str, target: str) -> str:
    try:
        return without_default_port(urljoin(url, target))
    except ValueError:
        return ""


def _seconds(value: object) -> float | None:
    """An ISO 8601 time, or a number of seconds or milliseconds, in seconds since the epoch."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return value / 1000 if value > _MILLISECONDS_SINCE else float(value)
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() if time else None
