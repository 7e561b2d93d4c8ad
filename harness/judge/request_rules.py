"""Findings about single requests: invalid bodies, wrong addresses, and preflights without a request."""

from collections.abc import Iterator
from dataclasses import replace

from harness.events import Beacon
from harness.findings import Evidence, Finding
from harness.recording.timeline import Arrival, StepTimeline, Timeline


def request_findings(timeline: Timeline) -> Iterator[Finding]:
    """Defects of the requests and their bodies, whatever the journey was."""
    for step, arrival in all_arrivals(timeline):
        beacon, findings = arrival.beacon, arrival.reading.findings
        url = step.url_of(beacon) if findings or is_no_beacon(beacon) else ""
        for finding in findings:
            proof = replace(finding.evidence, pointer=finding.evidence.pointer or "", url=url, beacon=beacon.number)
            yield replace(finding, step=step.number or None, evidence=proof)
        if is_no_beacon(beacon):
            yield _bad_request(step, beacon, url)
    for step, beacon in unanswered_preflights(timeline):
        yield _preflight_only(step, beacon, step.url_of(beacon))


def all_arrivals(timeline: Timeline) -> Iterator[tuple[StepTimeline, Arrival]]:
    """All arrivals with their steps; those before the first step belong to step 0."""
    return ((step, arrival) for step in (timeline.opening, *timeline.steps) for arrival in step.arrivals)


def is_no_beacon(beacon: Beacon) -> bool:
    """Whether no endpoint accepts the request."""
    return beacon.method != "OPTIONS" and beacon.status in (404, 405)


def is_empty_request(beacon: Beacon) -> bool:
    """Whether it is a refused request without any data, also in its URL: it was not meant as a beacon."""
    return is_no_beacon(beacon) and beacon.method in ("GET", "HEAD") and "?" not in beacon.url


def unanswered_preflights(timeline: Timeline) -> Iterator[tuple[StepTimeline, Beacon]]:
    """The preflights that no request followed although no injected fault prevented it."""
    requests = [arrival.beacon for step in timeline.steps for arrival in (*step.arrivals, *step.faulted)]
    for step in (timeline.opening, *timeline.steps):
        is_disturbed = step.conditions.delayed or step.conditions.recovers
        attempts = [*step.arrivals, *(() if is_disturbed else step.faulted)]
        for preflight in (arrival.beacon for arrival in attempts if arrival.beacon.method == "OPTIONS"):
            if not any(_follows(request, preflight) for request in requests):
                yield step, preflight


def asks_for_type(preflight: Beacon) -> bool:
    """Whether a preflight requests permission for a content type."""
    named = (preflight.header("access-control-request-headers") or "").lower().split(",")
    return "content-type" in map(str.strip, named)


def has_asked_type(request: Beacon) -> bool:
    """Whether a request has a content type that needs a preflight."""
    sent = (request.header("content-type") or "text/plain").partition(";")[0].strip().lower()
    return sent not in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")


def _follows(request: Beacon, preflight: Beacon) -> bool:
    """Whether a request is the one of a preflight: later, to the same URL, with the named headers."""
    if request.method == "OPTIONS" or request.number < preflight.number or request.url != preflight.url:
        return False
    return has_asked_type(request) or not asks_for_type(preflight)


def _preflight_only(step: StepTimeline, beacon: Beacon, url: str) -> Finding:
    return Finding(
        code="preflight-only",
        message=f"the CORS preflight to {beacon.url} was not followed by a request",
        hint="Send as text/plain, which needs no preflight; other types need a collector that allows the page's origin by name.",
        step=step.number or None,
        place=beacon.url,
        evidence=Evidence(event=None, url=url, beacon=beacon.number, value=beacon.url),
    )


def _bad_request(step: StepTimeline, beacon: Beacon, url: str) -> Finding:
    reason = "has no such address" if beacon.status == 404 else f"does not accept {beacon.method} there"
    return Finding(
        code="bad-request",
        message=f"{beacon.method} {beacon.url} was refused with {beacon.status}: the collector {reason}",
        hint="Send with POST to the collector's published address.",
        step=step.number or None,
        place=beacon.url,
        evidence=Evidence(event=None, url=url, beacon=beacon.number, value=f"{beacon.method} {beacon.url}"),
    )
