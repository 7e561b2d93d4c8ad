"""Take in what arrives at the collector: read it, have the protocol answer, journal it, and only then answer."""

import asyncio
import logging
import string
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar
from urllib.parse import quote

from aiohttp import hdrs, web

from harness.collector.cors import allow_origin, answer_preflight
from harness.collector.faults import BEACONS, DOCUMENTS, Fault, Faults
from harness.errors import FileError
from harness.events import Beacon
from harness.journal import Journal
from harness.protocols import Answer, Endpoint, TrackerProtocol

JOURNAL: Final = web.AppKey("journal", Journal)
PROTOCOL: Final = web.AppKey("protocol", TrackerProtocol)
FAULTS: Final = web.AppKey("faults", Faults)
ON_ARRIVAL: Final[web.AppKey[Callable[[Beacon], None]]] = web.AppKey("on_arrival")

_LOG: Final = logging.getLogger(__name__)

T = TypeVar("T")

LARGE: Final = 1024 * 1024
"""How many bytes a body may have that is judged at once, so that beacons and fences keep the order in which they came."""

LIMIT_ELSEWHERE: Final = 1024 * 1024
"""How many bytes are kept of a body that was sent to no endpoint."""


async def take_in(request: web.Request, endpoint: Endpoint | None) -> web.Response:
    """Answer a request as its endpoint says, or that there is none; the beacon is journaled before the answer goes out."""
    beacon = await _read(request, endpoint.limit if endpoint else LIMIT_ELSEWHERE)
    fault = _strike(request.app, beacon) if endpoint else None
    response = _struck(request, fault) if fault else await _respond(request, beacon, endpoint)
    try:
        kept = await request.app[JOURNAL].append(replace(beacon, status=response.status, fault=str(fault or "")))
    except FileError as error:
        return _say(request, request.app[PROTOCOL].refuse(503, str(error)))
    _announce(request.app, kept)
    return response


def _strike(app: web.Application, beacon: Beacon) -> Fault | None:
    """What the scenario lets become of a request. A preflight is the browser's, and sends nothing."""
    if beacon.method == hdrs.METH_OPTIONS:
        return None
    return app[FAULTS].strike(DOCUMENTS if app[PROTOCOL].is_of_back_end(beacon) else BEACONS)


def _struck(request: web.Request, fault: Fault) -> web.Response:
    return _say(request, request.app[PROTOCOL].refuse(fault.status, "the scenario lets the collector fail here"))


def _announce(app: web.Application, beacon: Beacon) -> None:
    """Tell whoever listens. What fails there, such as a terminal that is gone, changes nothing for the tracker."""
    try:
        app[ON_ARRIVAL](beacon)
    except Exception as error:
        _LOG.error("beacon %d arrived, but could not be told of: %r", beacon.number, error)


async def in_turn(function: Callable[[Beacon], T], beacon: Beacon) -> T:
    """`function(beacon)`; where the body is large in a thread, so that other requests need not wait for it."""
    return await asyncio.to_thread(function, beacon) if len(beacon.body) > LARGE else function(beacon)


async def _respond(request: web.Request, beacon: Beacon, endpoint: Endpoint | None) -> web.Response:
    refuse = request.app[PROTOCOL].refuse
    if beacon.method == hdrs.METH_OPTIONS:
        return answer_preflight(request)
    if endpoint is None:
        return _say(request, refuse(404, f"there is nothing at {request.path}"))
    if beacon.method not in endpoint.methods:
        allowed = ", ".join((*endpoint.methods, hdrs.METH_OPTIONS))
        response = _say(request, refuse(405, f"{beacon.method} is not taken here; use {allowed}"))
        response.headers[hdrs.ALLOW] = allowed
        return response
    if not beacon.truncated:
        return _say(request, await in_turn(endpoint.answer, beacon))
    if len(beacon.body) == endpoint.limit:
        return _say(request, refuse(413, f"a body may have {endpoint.limit} bytes"))
    return _say(request, refuse(400, "the body was cut off"))


def _say(request: web.Request, answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        body=answer.body,
        content_type=answer.content_type,
        headers=allow_origin(request),
    )


async def _read(request: web.Request, limit: int) -> Beacon:
    """The request as a beacon without number and status: of its body at most `limit` bytes, or those that came."""
    body, truncated = await _read_body(request, limit)
    return Beacon(
        number=0,
        time=time.time(),
        method=request.method,
        url=_url(request),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers),
        body=body,
        status=0,
        declared_length=request.content_length,
        truncated=truncated,
    )


async def _read_body(request: web.Request, limit: int) -> tuple[bytes, bool]:
    """At most `limit` bytes, as they were sent, and whether there were more or the sender broke off."""
    body = bytearray()
    try:
        while chunk := await request.content.readany():
            body += chunk
            if len(body) > limit:
                return bytes(body[:limit]), True
    except (ConnectionError, web.RequestPayloadError, asyncio.CancelledError):
        return bytes(body), True
    return bytes(body), False


def _url(request: web.Request) -> str:
    """The absolute URL that was asked for, with the host that the browser named and the target as it wrote it."""
    target = quote(request.raw_path.encode("utf-8", "surrogateescape"), safe=string.punctuation)
    if not target.startswith("/"):
        return target
    host = quote(request.headers.get(hdrs.HOST, "").encode("utf-8", "surrogateescape"), safe=string.punctuation)
    return f"{request.scheme}://{host}{target}"
