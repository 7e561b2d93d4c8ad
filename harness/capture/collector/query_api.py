"""The collector's HTTP interface: query events and beacons, wait for them, export the journal."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from harness.capture.collector.documents_json import documents_json, finding_json
from harness.capture.collector.query_params import Query, QueryError, parse_query
from harness.capture.collector.receive import JOURNAL, PROTOCOL, read_off_loop
from harness.capture.journal import Journal, ndjson
from harness.events import Beacon, Document, Event, Reading
from harness.findings import Severity
from harness.json_matching import differences, is_inside, suggest
from harness.recording.beacon_json import beacon_to_json

ALLOW_RESET: Final = web.AppKey("allow_reset", bool)

Item = Event | Document

_NEAREST: Final = 3
_BEACONS_PER_TURN: Final = 20

routes = web.RouteTableDef()


@routes.get("/harness/health")
async def health(request: web.Request) -> web.Response:
    """200 as soon as the collector runs."""
    return web.json_response({"protocol": request.app[PROTOCOL].name, "beacons": len(request.app[JOURNAL])})


@routes.get("/harness/events")
async def events(request: web.Request) -> web.StreamResponse:
    """All events, documents or beacons, by `kind`, in order of arrival, each with its findings."""
    query = parse_query(request.query, ("kind", "type", "valid", "where"))
    views = {"event": _event_views, "document": _document_views, "beacon": _beacon_views}[query.kind]
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/json; charset=utf-8"})
    await response.prepare(request)
    await response.write(f'{{"{query.kind}s": ['.encode())
    separator = ""
    async for view in views(request, query):
        await response.write(f"{separator}{json.dumps(view)}".encode())
        separator = ", "
    await response.write(b"]}")
    await response.write_eof()
    return response


@routes.get("/harness/wait")
async def wait(request: web.Request) -> web.Response:
    """The first `count` matching events or documents, once they have arrived; after `timeout` seconds 408 with the nearest."""
    query = parse_query(request.query, ("kind", "type", "where", "count", "timeout"))
    if query.kind == "beacon":
        raise QueryError('"kind" must be event or document, not "beacon"')
    search = _Search(request, query)
    try:
        found = await request.app[JOURNAL].wait(search.found, timeout=query.timeout)
    except TimeoutError:
        return web.json_response(search.shortfall(), status=408)
    return web.json_response({f"{query.kind}s": found})


@routes.get("/harness/journal.ndjson")
async def export(request: web.Request) -> web.StreamResponse:
    """The journal as NDJSON, after a header with the version; with `since` only the records after that number.

    With `wait` the answer is sent as soon as there is one, at most after this many seconds.
    """
    query = parse_query(request.query, ("since", "wait"))
    journal = request.app[JOURNAL]
    if query.wait:
        with suppress(TimeoutError):
            await journal.wait(lambda journal: len(journal) > query.since, timeout=query.wait)
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/x-ndjson"})
    await response.prepare(request)
    lines = ndjson(journal, request.app[PROTOCOL].name, since=query.since)
    while chunk := "".join(itertools.islice(lines, 100)):
        await response.write(chunk.encode())
    await response.write_eof()
    return response


@routes.post("/harness/reset")
async def reset(request: web.Request) -> web.Response:
    """Empty the journal, if that is allowed."""
    if not request.app[ALLOW_RESET]:
        return _refuse(403, "the journal of a run cannot be emptied; that of `harness serve` can")
    await request.app[JOURNAL].reset()
    return web.json_response({"beacons": 0})


async def answer_unknown_path(request: web.Request) -> web.Response:
    """404 with the nearest path, or 405 for a wrong method."""
    known = {route.path: route.method for route in routes if isinstance(route, web.RouteDef)}
    if method := known.get(request.path):
        response = _refuse(405, f"{request.path} accepts {method}, not {request.method}")
        response.headers[hdrs.ALLOW] = method
        return response
    return _refuse(404, f'no such path "{request.path}"; {suggest(request.path, known)}')


@web.middleware
async def answer_query_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer an invalid query with 400 and the reason."""
    try:
        return await handler(request)
    except QueryError as error:
        return _refuse(400, str(error))


def _refuse(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


class _Search:
    """A wait for events or documents that reads each beacon only once."""

    def __init__(self, request: web.Request, query: Query) -> None:
        self._protocol = request.app[PROTOCOL]
        self._query = query
        self._start()

    def _start(self) -> None:
        self._last = 0
        self._found: list[dict[str, Any]] = []
        self._others: list[tuple[Item, dict[str, Any]]] = []

    def found(self, journal: Journal) -> list[dict[str, Any]]:
        if len(journal) < self._last:
            self._start()
        for beacon in journal.records(self._last):
            self._last = beacon.number
            for item, view in self._items(self._protocol.read(beacon)):
                if self._query.accepts(item):
                    self._found.append(view)
                else:
                    self._others.append((item, view))
        return self._found[: self._query.count] if len(self._found) >= self._query.count else []

    def _items(self, reading: Reading) -> Iterator[tuple[Item, dict[str, Any]]]:
        if self._query.kind == "document":
            return zip(reading.documents, documents_json(reading), strict=True)
        return ((event, event_view(event, reading)) for event in reading.events)

    def shortfall(self) -> dict[str, Any]:
        """The answer after a timeout: the items found, the nearest ones of the type, and a count of the other types."""
        near = [
            (view, differences(self._query.where, item.body))
            for item, view in self._others
            if self._query.has_type(item)
        ]
        near.sort(key=lambda pair: len(pair[1]))
        return {
            "message": f"{len(self._found)} of {self._query.count} matching {self._query.kind}s in {self._query.timeout:g} s",
            f"{self._query.kind}s": self._found,
            "nearest": [
                {**view, "differences": [difference.as_json() for difference in found]}
                for view, found in near[:_NEAREST]
            ],
            "others": Counter(item.type for item, _view in self._others if not self._query.has_type(item)),
        }


def event_view(event: Event, reading: Reading) -> dict[str, Any]:
    """An event as JSON, with its findings and those of its envelope."""
    others = [other.pointer for other in reading.events if other.pointer != event.pointer]
    findings = [finding for finding in reading.findings if not any(is_inside(finding.place, other) for other in others)]
    return {**_event_json(event), "findings": [finding_json(finding) for finding in findings]}


def beacon_view(beacon: Beacon, reading: Reading) -> dict[str, Any]:
    """A beacon as in the journal's export, with its findings."""
    return {**beacon_to_json(beacon), "findings": [finding_json(finding) for finding in reading.findings]}


def _event_json(event: Event) -> dict[str, Any]:
    beacon = event.beacon
    return {
        "type": event.type,
        "beacon": beacon.number,
        "time": beacon.time,
        "status": beacon.status,
        "pointer": event.pointer,
        "body": event.body,
        "envelope": event.envelope,
    }


async def _event_views(request: web.Request, query: Query) -> AsyncIterator[dict[str, Any]]:
    async for _, reading in _readings(request):
        for event in filter(query.accepts, reading.events):
            view = event_view(event, reading)
            if query.valid is None or query.valid == _is_valid(view):
                yield view


async def _document_views(request: web.Request, query: Query) -> AsyncIterator[dict[str, Any]]:
    async for _, reading in _readings(request):
        for document, view in zip(reading.documents, documents_json(reading), strict=True):
            if query.accepts(document) and (query.valid is None or query.valid == _is_valid(view)):
                yield view


async def _beacon_views(request: web.Request, query: Query) -> AsyncIterator[dict[str, Any]]:
    async for beacon, reading in _readings(request):
        view = beacon_view(beacon, reading)
        if query.accepts_beacon(reading) and (query.valid is None or query.valid == _is_valid(view)):
            yield view


async def _readings(request: web.Request) -> AsyncIterator[tuple[Beacon, Reading]]:
    """Each current beacon with its reading; other requests are served in between."""
    protocol, journal = request.app[PROTOCOL], request.app[JOURNAL]
    last = len(journal)
    for turn, beacon in enumerate(journal.records(), 1):
        if beacon.number > last:
            return
        yield beacon, await read_off_loop(protocol.read, beacon)
        if turn % _BEACONS_PER_TURN == 0:
            await asyncio.sleep(0)


def _is_valid(view: Mapping[str, Any]) -> bool:
    return not any(finding["severity"] == Severity.ERROR for finding in view["findings"])
