"""Check a batch in a separate process: decode each request and count its findings."""

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
from harness.judge.protocol_rules import protocol_rules
from harness.judge.request_rules import asks_for_type, has_asked_type
from harness.protocol import Endpoint, TrackerProtocol
from harness.protocol import get as get_protocol
from harness.recording.timeline import Arrival, StepTimeline, Timeline
from harness.urls import hidden_email

OWN: Final = "/harness/"
"""The path prefix of our own collector's API, which receives no beacons."""

_MASKED: Final = re.compile(r"redact|filter|mask|remov|hidden|^(Bearer )?([*.\u2022<> -]*|x{3,})$", re.IGNORECASE)
"""Values that tools write in place of credentials."""


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """The findings of a batch; `size` is its share of the file, in bytes."""

    tally: Tally
    traces: tuple[Trace, ...]
    size: int


def check_batch(batch: Batch, protocol_name: str) -> BatchResult:
    """Check each request of a batch on its own. FileError for an invalid line."""
    protocol = get_protocol(protocol_name)
    tally, traces = Tally(), []
    requests: Iterable[Request] = batch.requests if isinstance(batch, Requests) else requests_in(batch)
    for request in requests:
        reading = read(request, protocol)
        tally.counts.add(_counts(request, reading))
        for finding in _findings(request, reading, protocol):
            tally.add(located(finding, request.place, request.beacon.number))
        trace = _trace(request, reading, protocol)
        if any(trace[4:]):
            traces.append(trace)
    return BatchResult(
        tally=tally, traces=tuple(traces), size=batch.read if isinstance(batch, Requests) else batch.end - batch.start
    )


def located(finding: Finding, place: str, number: int) -> Finding:
    """The finding with its place in the file. Its place in the body stays in the evidence."""
    pointer = finding.place if finding.evidence.pointer is None else finding.evidence.pointer
    evidence = replace(finding.evidence, pointer=pointer, beacon=number)
    return replace(finding, place=place, step=None, evidence=evidence)


def read(request: Request, protocol: TrackerProtocol) -> Reading:
    """The decoded request; empty if its body is unknown."""
    if not request.has_body:
        return Reading(envelope={}, events=(), findings=())
    return protocol.read(request.beacon)


def endpoint_of(url: str, protocol: TrackerProtocol) -> Endpoint | None:
    path = "/" + url.partition("?")[0].partition("#")[0].split("/", 3)[-1] if url.count("/") > 2 else "/"
    return next((endpoint for endpoint in protocol.endpoints if _compiled(endpoint.path).fullmatch(path)), None)


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
    own = [_without_credentials(finding, request) for finding in reading.findings]
    yield from request.findings
    yield from own
    misdirected = _bad_request(request.beacon, protocol)
    is_wrong = any(each.severity is Severity.ERROR for each in (*request.findings, *own))
    if misdirected:
        yield misdirected
    elif request.arrived and not is_wrong and request.beacon.status >= 400:
        yield _refused(request.beacon)
    if reading.events and request.clock_to is not None:
        yield from _clock(request, reading, request.clock_to, protocol)
    yield from _leaked_addresses(reading, protocol)


def _without_credentials(finding: Finding, request: Request) -> Finding:
    """The finding about a token, as a note if the file may have left out the header and the collector accepted the request."""
    sent = request.beacon.header("authorization")
    is_left_out = sent is None or _MASKED.search(sent) is not None
    is_refused = request.beacon.status in (401, 403)
    if finding.code != "invalid-token" or not request.may_lack_headers or not is_left_out or is_refused:
        return finding
    return replace(
        finding,
        severity=Severity.NOTE,
        message="the export has no credentials, so the token was not checked",
        hint="Export the HAR with sensitive data to check the token as well.",
    )


def _leaked_addresses(reading: Reading, protocol: TrackerProtocol) -> Iterator[Finding]:
    """The first page URL of the beacon that contains an e-mail address."""
    hidden = next((each for url in protocol.page_view_urls(reading) if (each := hidden_email(url))), None)
    if hidden:
        yield Finding(
            code="leaked-address",
            message=f"the URL of a page contains an e-mail address ({hidden}); the tracker sends it with every event",
            hint="Keep personal data out of URLs: send forms with POST, and identify customers by an id.",
            evidence=Evidence(event=None, pointer="", value=hidden),
        )


def _clock(request: Request, reading: Reading, clock_to: float, protocol: TrackerProtocol) -> Iterator[Finding]:
    """The judge's checks of a beacon without a known page: whether its timestamp is possible."""
    arrival = Arrival(beacon=request.beacon, reading=reading, clock_from=request.clock_from, clock_to=clock_to)
    step = StepTimeline(number=1, began=clock_to, ended=clock_to, arrivals=[arrival])
    yield from protocol_rules(protocol.name).check(Timeline(steps=[step]))


def _bad_request(beacon: Beacon, protocol: TrackerProtocol) -> Finding | None:
    endpoint = endpoint_of(beacon.url, protocol)
    if beacon.method == "OPTIONS" or (endpoint and beacon.method in endpoint.methods):
        return None
    why = f"allows {' or '.join(endpoint.methods)} at this address" if endpoint else "has no such address"
    return Finding(
        code="bad-request",
        message=f"{beacon.method} {beacon.url.partition('?')[0]} is not a beacon: the protocol {why}",
        hint="Send it with POST to the collector's published address.",
        evidence=Evidence(event=None, pointer="", value=f"{beacon.method} {beacon.url[:500]}"),
    )


def _refused(beacon: Beacon) -> Finding:
    return Finding(
        code="not-delivered",
        message=f"the collector answered {beacon.status} to a valid request",
        hint="Check that this collector knows the site id and accepts requests from this origin.",
        evidence=Evidence(event=None, pointer="", value=beacon.status),
    )


def _trace(request: Request, reading: Reading, protocol: TrackerProtocol) -> Trace:
    """The comparable parts. A request that was not received makes no statement, but its page view needs no other finding."""
    announces, fulfils = _preflight(request) if request.beacon.method != "GET" else ("", "")
    is_received = request.arrived and request.beacon.status < 400 and not request.beacon.fault
    return Trace(
        number=request.beacon.number,
        place=request.place,
        stream=protocol.stream(reading),
        is_prerendered=request.is_prerendered,
        claims=protocol.claims(reading) if is_received else (),
        identities=protocol.identities(reading) if is_received else (),
        pages=protocol.page_view_urls(reading),
        announces=announces,
        fulfils=fulfils,
    )


def _preflight(request: Request) -> tuple[str, str]:
    """The request that a preflight announces, and the announced request: its kind of content type and its URL."""
    beacon = request.beacon
    if beacon.method == "OPTIONS":
        wants_post = (beacon.header("access-control-request-method") or "POST").upper() != "GET"
        return (f"{'typed' if asks_for_type(beacon) else 'plain'} {beacon.url}" if wants_post else ""), ""
    is_unknown = request.may_lack_headers and beacon.header("content-type") is None
    kind = "typed" if is_unknown or has_asked_type(beacon) else "plain"
    return "", f"{kind} {beacon.url}" if request.arrived else ""
