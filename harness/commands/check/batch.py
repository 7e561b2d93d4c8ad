"""Look at a batch, in a process of its own: read each request, and tally what is wrong with it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from aiohttp.web import UrlDispatcher

from harness.commands.check.aggregation import Tally
from harness.commands.check.models import Batch, Counts, Request, Requests, Trace
from harness.commands.check.ndjson import requests_in
from harness.events import Beacon, Reading
from harness.findings import Evidence, Finding, Severity
from harness.judge.request_rules import asks_for_type, has_asked_type
from harness.protocol import Endpoint, TrackerProtocol
from harness.protocol import get as get_protocol
from harness.recording.timeline import Arrival, StepTimeline, Timeline

OWN: Final = "/harness/"
"""Addresses of a collector of ours that are no beacon's."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen in a batch: `size` is how much of the file it was, in bytes."""

    tally: Tally
    traces: tuple[Trace, ...]
    size: int


def look(batch: Batch, protocol_name: str) -> Seen:
    """Judge each request of a batch by itself. FileError for a line that is none."""
    protocol = get_protocol(protocol_name)
    tally, traces = Tally(), []
    requests: Iterable[Request] = batch.requests if isinstance(batch, Requests) else requests_in(batch)
    for request in requests:
        reading = read(request, protocol)
        tally.counts.add(_counts(request, reading))
        for finding in _findings(request, reading, protocol):
            tally.add(located(finding, request.place, request.beacon.number))
        trace = _trace(request, reading, protocol)
        if any(trace[2:]):
            traces.append(trace)
    return Seen(
        tally=tally, traces=tuple(traces), size=batch.read if isinstance(batch, Requests) else batch.end - batch.start
    )


def located(finding: Finding, place: str, number: int) -> Finding:
    """The finding with its place in the file; where in the body it is stays in the evidence."""
    pointer = finding.place if finding.evidence.pointer is None else finding.evidence.pointer
    evidence = replace(finding.evidence, pointer=pointer, beacon=number)
    return replace(finding, place=place, step=None, evidence=evidence)


def read(request: Request, protocol: TrackerProtocol) -> Reading:
    """What the protocol reads in a request; nothing where its body is not known."""
    if not request.has_body:
        return Reading(envelope={}, events=(), findings=())
    return protocol.read(request.beacon)


def endpoint_of(url: str, protocol: TrackerProtocol) -> Endpoint | None:
    """The protocol's endpoint at the path of a URL."""
    path = "/" + url.partition("?")[0].partition("#")[0].split("/", 3)[-1] if url.count("/") > 2 else "/"
    return next((endpoint for endpoint in protocol.endpoints if _matches(endpoint.path, path)), None)


def _matches(pattern: str, path: str) -> bool:
    return _compiled(pattern).fullmatch(path) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    info = UrlDispatcher().add_resource(pattern).get_info()
    return info["pattern"] if "pattern" in info else re.compile(re.escape(info["path"]))


def _counts(request: Request, reading: Reading) -> Counts:
    is_beacon = request.beacon.method != "OPTIONS"
    return Counts(
        beacons=int(is_beacon),
        events=len(reading.events),
        documents=len(reading.documents),
        unread=int(is_beacon and not request.has_body),
    )


def _findings(request: Request, reading: Reading, protocol: TrackerProtocol) -> Iterator[Finding]:
    yield from request.findings
    yield from reading.findings
    misled = _bad_request(request.beacon, protocol)
    if misled:
        yield misled
    elif request.arrived and not _is_wrong(request, reading) and request.beacon.status >= 400:
        yield _refused(request.beacon)
    if reading.events and request.clock_to is not None:
        yield from _clock(request, reading, request.clock_to, protocol)


def _is_wrong(request: Request, reading: Reading) -> bool:
    return any(finding.severity is Severity.ERROR for finding in (*request.findings, *reading.findings))


def _clock(request: Request, reading: Reading, clock_to: float, protocol: TrackerProtocol) -> Iterator[Finding]:
    """What the judge says of a beacon whose page nobody knows: whether its time can be."""
    arrival = Arrival(beacon=request.beacon, reading=reading, clock_from=request.clock_from, clock_to=clock_to)
    step = StepTimeline(number=1, began=clock_to, ended=clock_to, arrivals=[arrival])
    yield from protocol.check(Timeline(steps=[step]))


def _bad_request(beacon: Beacon, protocol: TrackerProtocol) -> Finding | None:
    endpoint = endpoint_of(beacon.url, protocol)
    if beacon.method == "OPTIONS" or (endpoint and beacon.method in endpoint.methods):
        return None
    why = f"takes {' or '.join(endpoint.methods)} there" if endpoint else "has nothing at that address"
    return Finding(
        code="bad-request",
        message=f"{beacon.method} {beacon.url.partition('?')[0]} is no beacon: the protocol {why}",
        hint="send with POST to the collector's published address",
        evidence=Evidence(event=None, pointer="", value=f"{beacon.method} {beacon.url[:500]}"),
    )


def _refused(beacon: Beacon) -> Finding:
    return Finding(
        code="not-delivered",
        message=f"the collector answered {beacon.status} to a request with nothing wrong in it",
        hint="is the site id known to that collector, and does it take requests from there?",
        evidence=Evidence(event=None, pointer="", value=beacon.status),
    )


def _trace(request: Request, reading: Reading, protocol: TrackerProtocol) -> Trace:
    asks, brings = _preflight(request) if request.beacon.method != "GET" else ("", "")
    return Trace(
        request.beacon.number,
        request.place,
        protocol.claims(reading),
        protocol.page_view_urls(reading),
        asks,
        brings,
    )


def _preflight(request: Request) -> tuple[str, str]:
    """What a preflight asks for, and what a request brings: whether with a type of its own, and the address."""
    beacon = request.beacon
    if beacon.method == "OPTIONS":
        wants_post = (beacon.header("access-control-request-method") or "POST").upper() != "GET"
        return (f"{'typed' if asks_for_type(beacon) else 'plain'} {beacon.url}" if wants_post else ""), ""
    return "", f"{'typed' if has_asked_type(beacon) else 'plain'} {beacon.url}" if request.arrived else ""
