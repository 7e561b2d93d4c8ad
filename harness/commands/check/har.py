"""Read captures entry by entry: the protocol's requests, the loaded pages, and the contacted hosts."""

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import ijson

from harness.commands.check.batch import OWN, endpoint_of
from harness.commands.check.har_bodies import Body, body_of
from harness.commands.check.har_entry import Entry, PageKind, entry_of, host_of, page_kind, split_url
from harness.commands.check.har_stream import DEEPEST, TooDeep, entries
from harness.commands.check.models import Page, Request, Requests
from harness.commands.check.row_merging import BODY_LOST, Row, RowMerger
from harness.errors import FileError
from harness.events import Beacon
from harness.findings import Evidence, Finding
from harness.protocol import Endpoint, TrackerProtocol

BATCH: Final = 200
BATCH_BYTES: Final = 1024 * 1024
"""The size of a batch: requests, or bytes of their bodies."""

MOST_HOSTS: Final = 2_000
_LIMIT: Final = 1024 * 1024
_MOST_PAGEREFS: Final = 2_000

Placed = tuple[str, Mapping[str, Any]]
"""The place of an entry in its file, and the entry."""


@dataclass(kw_only=True)
class CaptureSummary:
    """The contents of a HAR besides beacons: requests to each host, loads of the tracker's script, loaded pages."""

    hosts: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    scripts: list[tuple[str, int, str]] = field(default_factory=list)
    pages: deque[Page] = field(default_factory=deque)
    starts_with_page: bool = False
    began: float | None = None


def har_entries(file: BinaryIO, name: str) -> Iterator[Placed]:
    """The entries of a HAR. FileError if the file is no HAR, or truncated."""
    number = 0
    try:
        for entry in entries(file):
            number += 1
            if not isinstance(entry, Mapping) or not isinstance(entry.get("request"), Mapping):
                raise FileError(f"{name}: entry {number}: it has no request; check that the file is a HAR")
            yield f"{name}: entry {number}", entry
    except ijson.JSONError as error:
        raise FileError(f"{name}: {_parse_error(str(error), _where(number), file.tell())}") from error
    except TooDeep as error:
        raise FileError(f"{name}: nested more than {DEEPEST} levels deep {_where(number)}") from error


def _where(number: int) -> str:
    return f"after entry {number}" if number else "before its first entry"


def _parse_error(message: str, where: str, at: int) -> str:
    if "EOF" in message or "ncomplete" in message:
        return f"the HAR is truncated {where}, at byte {at}; export it again"
    if "UTF8" in message:
        return f"not UTF-8 {where}; save the HAR as UTF-8"
    lines = message.splitlines()
    text = lines[1].strip() if len(lines) > 1 else ""
    near = f", near {text[:60]!r}" if text else ""
    return f"not JSON {where}{near}; export the HAR again"


class CaptureReader:
    """Reads one capture. All requests to `collectors`, hosts with or without a port, belong to the protocol."""

    def __init__(
        self,
        listed: Iterator[Placed],
        file: BinaryIO,
        *,
        protocol: TrackerProtocol,
        folder: Path,
        collectors: Collection[str],
    ):
        self.summary = CaptureSummary()
        self._listed, self._file, self._folder = listed, file, folder
        self._protocol = protocol
        self._collectors = {host.lower() for host in (*collectors, *protocol.collector_hosts)}
        self._specific_endpoints = [endpoint for endpoint in protocol.endpoints if _is_specific(endpoint)]
        self._pagerefs: set[str] = set()

    def batches(self, size: int = BATCH) -> Iterator[Requests]:
        """The protocol's requests in batches; `summary` is filled meanwhile. FileError if the file cannot be read to its end."""
        pending: list[Request] = []
        weight = 0
        for request in self._requests():
            pending.append(request)
            weight += len(request.beacon.body)
            if len(pending) >= size or weight > BATCH_BYTES:
                yield Requests(requests=tuple(pending), read=self._file.tell())
                pending, weight = [], 0
        yield Requests(requests=tuple(pending), read=self._file.tell())

    def _requests(self) -> Iterator[Request]:
        merger = RowMerger()
        for place, raw in self._listed:
            self.summary.entries += 1
            entry = entry_of(raw, number=self.summary.entries, place=place)
            self._summarise(entry)
            url = next((each for each in (entry.url, entry.answer.redirect) if self._is_ours(each)), None)
            if url is not None:
                yield from merger.push(self._row(entry, url))
        yield from merger.finish()

    def _summarise(self, entry: Entry) -> None:
        summary, host = self.summary, host_of(entry.url)
        if host and (host in summary.hosts or len(summary.hosts) < MOST_HOSTS):
            summary.hosts[host] += 1
        kind = self._page_kind(entry)
        if entry.number == 1:
            summary.began = entry.time
            summary.starts_with_page = kind in (PageKind.CERTAIN, PageKind.POSSIBLE)
        if kind is not PageKind.NONE:
            began, ended = entry.time, entry.ended
            page = Page(url=entry.url, place=entry.place, number=entry.number, kind=kind, began=began, ended=ended)
            summary.pages.append(page)
        if host == self._protocol.script_host and len(summary.scripts) < BATCH:
            summary.scripts.append((entry.url, entry.answer.status, entry.answer.failure))

    def _page_kind(self, entry: Entry) -> PageKind:
        """The kind of page. In Chromium's files the first document of each `pageref` is surely one, also without `Sec-Fetch-Dest`."""
        kind, pageref = page_kind(entry), entry.raw.get("pageref")
        if not isinstance(pageref, str) or pageref in self._pagerefs or len(self._pagerefs) >= _MOST_PAGEREFS:
            return kind
        self._pagerefs.add(pageref)
        is_chromium = entry.raw.get("_resourceType") == "document" and "upgrade-insecure-requests" in entry.by_name
        is_shown = kind is PageKind.POSSIBLE and is_chromium and entry.answer.status in (200, 304)
        return PageKind.CERTAIN if is_shown else kind

    def _is_ours(self, url: str) -> bool:
        parts = split_url(url)
        if parts is None or parts.path.startswith(OWN):
            return False
        host = (parts.hostname or "").lower()
        if host in self._collectors or f"{host}:{parts.port}" in self._collectors:
            return True
        return endpoint_of(url, self._protocol) in self._specific_endpoints

    def _row(self, entry: Entry, url: str) -> Row:
        """The entry as a request to `url`, which is the target of a redirect if only the target is the collector's."""
        endpoint, answer = endpoint_of(url, self._protocol), entry.answer
        limit = endpoint.limit if endpoint else _LIMIT
        is_accepted = 200 <= answer.status < 400
        body = body_of(entry.request, entry.by_name, folder=self._folder, limit=limit, is_accepted=is_accepted)
        too_large = body.content is not None and len(body.content) > limit
        beacon = Beacon(
            number=entry.number,
            time=entry.time or 0.0,
            method=entry.method,
            url=url,
            headers=_with_content_type(entry),
            body=(body.content or b"")[:limit],
            status=413 if too_large else answer.status,
            declared_length=body.declared,
            truncated=too_large or body.is_cut,
        )
        not_sent = tuple(_not_delivered(entry))
        fresh = self.summary.began if self.summary.starts_with_page else None
        request = Request(
            beacon=beacon,
            place=entry.place,
            findings=(*body.findings, *_no_body(body), *not_sent),
            clock_from=float("-inf") if fresh is None else fresh,
            clock_to=entry.time,
            has_body=body.content is not None,
            arrived=not not_sent,
            may_lack_headers=True,
            is_prerendered=_is_prerendered(entry.by_name),
        )
        return Row(
            request=request,
            redirect=answer.redirect,
            worker=entry.worker,
            is_from_server=entry.is_from_server,
            failed=bool(not_sent) or answer.status >= 400,
            began=entry.time,
            ended=entry.ended,
        )


def _is_specific(endpoint: Endpoint) -> bool:
    """Whether the path alone identifies the protocol: at least two parts of it are fixed."""
    return endpoint.path.partition("{")[0].count("/") > 2 or "{" not in endpoint.path


def _with_content_type(entry: Entry) -> tuple[tuple[str, str], ...]:
    """The headers; the content type is taken from the body's description if an export left the headers out."""
    data = entry.request.get("postData")
    kind = data.get("mimeType") if isinstance(data, Mapping) else None
    if "content-type" in entry.by_name or not isinstance(kind, str) or not kind:
        return entry.headers
    return (*entry.headers, ("content-type", kind))


def _is_prerendered(headers: Mapping[str, str]) -> bool | None:
    """Whether the page was being prerendered: Chromium marks its requests. None if the headers were left out."""
    if "sec-purpose" in headers:
        return "prerender" in headers["sec-purpose"]
    return False if "sec-fetch-dest" in headers else None


def _no_body(body: Body) -> Iterator[Finding]:
    if body.content is None:
        yield Finding(
            code="no-body",
            message=f"the file does not contain the body of this request: {body.missing}",
            hint="Record with Playwright's record_har_path or in Firefox, or send to 'harness serve' and check its journal.",
            evidence=Evidence(event=None, pointer="", value=body.missing),
        )


def _not_delivered(entry: Entry) -> Iterator[Finding]:
    """Why the collector did not get the request: a failure, the browser's cache, or a redirect that loses the body."""
    answer = entry.answer
    if answer.failure:
        yield _undelivered(
            f"the request failed: {answer.failure[:200]}",
            "Check for an ad blocker, the page's Content-Security-Policy, CORS errors, or an unreachable host.",
            answer.failure[:200],
        )
    elif entry.is_from_cache:
        yield _undelivered(
            "the browser answered this request from its cache, so the collector did not receive it",
            "Let the collector forbid caching, and make the address of each request different.",
            entry.url[:500],
        )
    elif answer.status in BODY_LOST and entry.method == "POST":
        is_https = answer.redirect.partition(":")[2] == entry.url.partition(":")[2]
        known = answer.redirect[:500] or "the address to which it redirects"
        target = "https" if is_https and answer.redirect.startswith("https:") else known
        yield _undelivered(
            f"the collector's address redirects (status {answer.status}) and the body is lost: "
            "browsers repeat the request as GET without it",
            f"Send to {target}.",
            f"{entry.method} {entry.url[:500]}",
        )


def _undelivered(message: str, hint: str, value: str) -> Finding:
    return Finding(
        code="not-delivered", message=message, hint=hint, evidence=Evidence(event=None, pointer="", value=value)
    )
