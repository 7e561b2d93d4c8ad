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

from harness.capture.collector.cors import allow_origin, answer_preflight
from harness.capture.collector.fault_injection import FaultInjector
from harness.capture.journal import Journal
from harness.collector_faults import BEACONS, DOCUMENTS, PREFLIGHTS, Fault
from harness.errors import FileError
from harness.events import Beacon
from harness.protocol import Answer, Endpoint, TrackerProtocol

JOURNAL: Final = web.AppKey("journal", Journal)
PROTOCOL: Final = web.AppKey("protocol", TrackerProtocol)
FAULTS: Final = web.AppKey("faults", FaultInjector)
ON_ARRIVAL: Final[web.AppKey[Callable[[Beacon], None]]] = web.AppKey("on_arrival")

_LOG: Final = logging.getLogger(__name__)

T = TypeVar("T")

LARGE: Final = 1024 * 1024
"""How many bytes a body may have that is judged at once, so that beacons and fences keep the order in which they came."""

UNKNOWN_ENDPOINT_LIMIT: Final = 1024 * 1024
"""How many bytes are kept of a body that was sent to no endpoint."""


async def receive_request(request: web.Request, endpoint: Endpoint | None) -> web.Response:
    """Answer a request as its endpoint says, or that there is none; the beacon is journaled before the answer goes out."""
    fault = _strike(request) if endpoint else None
    if fault and not fault.is_accepted:
        return await _struck(request, fault, endpoint.limit if endpoint else 0)
    beacon = await _read(request, endpoint.limit if endpoint else UNKNOWN_ENDPOINT_LIMIT)
    response = await _respond(request, beacon, endpoint)
    try:
        kept = await request.app[JOURNAL].append(replace(beacon, status=response.status))
    except FileError as error:
        return _say(request, request.app[PROTOCOL].refuse(503, str(error)))
    _announce(request.app, kept)
    if fault:
        if request.method == hdrs.METH_OPTIONS:
            response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "0"  # so that each request is as slow
        await asyncio.sleep(fault.late_ms / 1000)
    return response


def _strike(request: web.Request) -> Fault | None:
    """What the scenario lets become of a request, of which only the head has come."""
    if request.method == hdrs.METH_OPTIONS:
        return request.app[FAULTS].strike(PREFLIGHTS)
    is_document = request.app[PROTOCOL].is_of_back_end(_beacon(request, b"", truncated=False))
    return request.app[FAULTS].strike(DOCUMENTS if is_document else BEACONS)


async def _struck(request: web.Request, fault: Fault, limit: int) -> web.Response:
    """Journal a request that the scenario lets nobody take, and let become of it what shall."""
    is_read = not fault.reset.endswith("before body")
    beacon = await _read(request, limit) if is_read else _beacon(request, b"", truncated=True)
    _announce(request.app, await request.app[JOURNAL].append(replace(beacon, status=fault.status, fault=str(fault))))
    await asyncio.sleep(fault.late_ms / 1000)
    if fault.is_silent:
        await request.app[FAULTS].hold(beacon.body)
    if fault.reset and request.transport:
        request.transport.abort()
    refused = request.app[PROTOCOL].refuse(fault.status or 503, "the scenario lets the collector fail here")
    answer = _say(request, refused)
    if fault.retry_after is not None:
        answer.headers[hdrs.RETRY_AFTER] = str(fault.retry_after)
    return answer


def _announce(app: web.Application, beacon: Beacon) -> None:
    """Tell whoever listens. What fails there, such as a terminal that is gone, changes nothing for the tracker."""
    try:
        app[ON_ARRIVAL](beacon)
    except Exception as error:
        _LOG.error("beacon %d arrived, but could not be told of: %r", beacon.number, error)


async def call_off_loop(function: Callable[[Beacon], T], beacon: Beacon) -> T:
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
        return _say(request, await call_off_loop(endpoint.answer, beacon))
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
    return _beacon(request, body, truncated=truncated)


def _beacon(request: web.Request, body: bytes, *, truncated: bool) -> Beacon:
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
