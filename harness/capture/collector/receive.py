"""Receive a request at the collector: read it, journal it, and then send the protocol's answer."""

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
from harness.events import LARGE_BODY, Beacon
from harness.protocol import Answer, Endpoint, TrackerProtocol

JOURNAL: Final = web.AppKey("journal", Journal)
PROTOCOL: Final = web.AppKey("protocol", TrackerProtocol)
FAULTS: Final = web.AppKey("faults", FaultInjector)
ON_ARRIVAL: Final[web.AppKey[Callable[[Beacon], None]]] = web.AppKey("on_arrival")

_LOG: Final = logging.getLogger(__name__)

T = TypeVar("T")

UNKNOWN_ENDPOINT_LIMIT: Final = 1024 * 1024
"""Bytes that the journal keeps of a body without an endpoint."""


async def receive_request(request: web.Request, endpoint: Endpoint | None) -> web.Response:
    """Answer a request by its endpoint, or with 404; the beacon is journaled before the answer is sent."""
    fault = _next_fault(request) if endpoint else None
    if fault and not fault.is_accepted:
        return await _answer_faulted(request, fault, endpoint.limit if endpoint else 0)
    beacon = await _read(request, endpoint.limit if endpoint else UNKNOWN_ENDPOINT_LIMIT)
    response = await _respond(request, beacon, endpoint)
    try:
        journaled = await request.app[JOURNAL].append(replace(beacon, status=response.status))
    except FileError as error:
        return _to_response(request, request.app[PROTOCOL].refuse(503, str(error)))
    _announce(request.app, journaled)
    if fault:
        if request.method == hdrs.METH_OPTIONS:
            response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "0"  # each request needs a slow preflight
        await asyncio.sleep(fault.late_ms / 1000)
    return response


def _next_fault(request: web.Request) -> Fault | None:
    """The injected fault of a request of which only the head has arrived."""
    if request.method == hdrs.METH_OPTIONS:
        return request.app[FAULTS].next_fault(PREFLIGHTS)
    is_document = request.app[PROTOCOL].is_of_back_end(_beacon(request, b"", truncated=False))
    return request.app[FAULTS].next_fault(DOCUMENTS if is_document else BEACONS)


async def _answer_faulted(request: web.Request, fault: Fault, limit: int) -> web.Response:
    """Journal a request with a fault, and apply the fault."""
    is_read = not fault.reset.endswith("before body")
    beacon = await _read(request, limit) if is_read else _beacon(request, b"", truncated=True)
    _announce(request.app, await request.app[JOURNAL].append(replace(beacon, status=fault.status, fault=str(fault))))
    await asyncio.sleep(fault.late_ms / 1000)
    if fault.is_silent:
        await request.app[FAULTS].hold(beacon.body)
    if fault.reset and request.transport:
        request.transport.abort()
    refusal = request.app[PROTOCOL].refuse(fault.status or 503, "the scenario injects this fault")
    answer = _to_response(request, refusal)
    if fault.retry_after is not None:
        answer.headers[hdrs.RETRY_AFTER] = str(fault.retry_after)
    return answer


def _announce(app: web.Application, beacon: Beacon) -> None:
    """Call the listener; its failure, such as a closed terminal, does not affect the tracker."""
    try:
        app[ON_ARRIVAL](beacon)
    except Exception as error:
        _LOG.error("beacon %d arrived, but its listener failed: %r", beacon.number, error)


async def read_off_loop(function: Callable[[Beacon], T], beacon: Beacon) -> T:
    """Return `function(beacon)`; a large body is handled in a thread, so that other requests do not wait for it."""
    return await asyncio.to_thread(function, beacon) if len(beacon.body) > LARGE_BODY else function(beacon)


async def _respond(request: web.Request, beacon: Beacon, endpoint: Endpoint | None) -> web.Response:
    refuse = request.app[PROTOCOL].refuse
    if beacon.method == hdrs.METH_OPTIONS:
        return answer_preflight(request)
    if endpoint is None:
        return _to_response(request, refuse(404, f"no such path: {request.path}"))
    if beacon.method not in endpoint.methods:
        allowed = ", ".join((*endpoint.methods, hdrs.METH_OPTIONS))
        response = _to_response(request, refuse(405, f"{beacon.method} is not allowed; use {allowed}"))
        response.headers[hdrs.ALLOW] = allowed
        return response
    if not beacon.truncated:
        return _to_response(request, await read_off_loop(endpoint.answer, beacon))
    if len(beacon.body) == endpoint.limit:
        return _to_response(request, refuse(413, f"the body is longer than {endpoint.limit} bytes"))
    return _to_response(request, refuse(400, "the body is incomplete"))


def _to_response(request: web.Request, answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status, body=answer.body, content_type=answer.content_type, headers=allow_origin(request)
    )


async def _read(request: web.Request, limit: int) -> Beacon:
    """The request as a beacon without number and status, with at most `limit` bytes of its body."""
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
    """At most `limit` bytes as they were sent, and whether the body is longer or incomplete."""
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
    """The absolute URL of the request, with its Host header and its target unchanged."""
    target = quote(request.raw_path.encode("utf-8", "surrogateescape"), safe=string.punctuation)
    if not target.startswith("/"):
        return target
    host = quote(request.headers.get(hdrs.HOST, "").encode("utf-8", "surrogateescape"), safe=string.punctuation)
    return f"{request.scheme}://{host}{target}"
