"""What requests to the collector say against themselves, and which of them brought no event at all."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from harness.events import Beacon, Event
from harness.findings import Evidence, Finding, Severity
from harness.json_matching import MISSING, Difference
from harness.judge.expectations import place_of
from harness.recording.timeline import Arrival, StepTimeline, Timeline

_NEEDS_NO_PREFLIGHT = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")


def wire_findings(timeline: Timeline) -> Iterator[Finding]:
    """What is wrong with the requests and their bodies, whatever the journey was, each with its step and page."""
    for step, arrival in _arrivals(timeline):
        beacon, findings = arrival.beacon, arrival.reading.findings
        url = step.url_of(beacon) if findings or is_no_beacon(beacon) else ""
        for finding in findings:
            proof = replace(finding.evidence, pointer=finding.evidence.pointer or "", url=url, beacon=beacon.number)
            yield replace(finding, step=step.number or None, evidence=proof)
        if is_no_beacon(beacon):
            yield _bad_request(step, beacon, url)
    for step, beacon in unanswered_preflights(timeline):
        yield _preflight_only(step, beacon, step.url_of(beacon))


def is_no_beacon(beacon: Beacon) -> bool:
    """Whether it is a request that no endpoint takes."""
    return beacon.method != "OPTIONS" and beacon.status in (404, 405)


def is_stray(beacon: Beacon) -> bool:
    """Whether it is a refused request that carries nothing, not even in its address: nobody meant it to tell of an event."""
    return is_no_beacon(beacon) and beacon.method in ("GET", "HEAD") and "?" not in beacon.url


def unanswered_preflights(timeline: Timeline) -> Iterator[tuple[StepTimeline, Beacon]]:
    """The preflights after which the request that they asked for never came, though nothing else was in its way."""
    requests = [arrival.beacon for step in timeline.steps for arrival in (*step.arrivals, *step.faulted)]
    for step in (timeline.opening, *timeline.steps):
        asking = [*step.arrivals, *(() if step.delayed or step.recovers else step.faulted)]
        for beacon in (arrival.beacon for arrival in asking if arrival.beacon.method == "OPTIONS"):
            if not any(_is_asked_for(request, beacon) for request in requests):
                yield step, beacon


class Faults:
    """Which places in which bodies are known to be wrong, so that nothing else is said of them."""

    def __init__(self, timeline: Timeline, event_types: Collection[str], *, besides: Iterable[Finding] = ()) -> None:
        """`besides` are findings, each with a beacon in its evidence, that tell more than the bodies do."""
        self._event_types = frozenset(event_types)
        self._errors: dict[int, list[str]] = defaultdict(list)
        self._renamed: dict[int, dict[str, str]] = defaultdict(dict)
        for _step, arrival in _arrivals(timeline):
            for finding in arrival.reading.findings:
                self._add(arrival.beacon.number, finding)
        for finding in besides:
            self._add(finding.evidence.beacon or 0, finding)
        self._lossy = {step.number for step, _beacon in unanswered_preflights(timeline)}
        self._lossy |= {step.number for step, arrival in _arrivals(timeline) if _is_lost(arrival)}

    def explain(self, event: Event, difference: Difference) -> bool:
        """Whether a difference lies where a body is known to be wrong, or where a field goes by another name."""
        place, number = place_of(event, difference), event.beacon.number
        if any(_is_inside(place, error) or _is_inside(error, place) for error in self._errors.get(number, ())):
            return True
        return difference.got is MISSING and place in self._renamed.get(number, ())

    def meant_type(self, event: Event) -> str | None:
        """The type that an event of unknown type was probably meant to have, empty where none is close; None if known."""
        if event.type in self._event_types:
            return None
        names = self._renamed.get(event.beacon.number, {})
        near = (name for place, name in names.items() if _is_inside(place, event.pointer))
        return next((name for name in near if name in self._event_types), "")

    def swallowed(self, step: StepTimeline) -> bool:
        """Whether a request came in this step whose events could not be read: what is missing may have been in it."""
        return step.number in self._lossy

    def _add(self, beacon: int, finding: Finding) -> None:
        pointer, near = finding.evidence.pointer or "", finding.evidence.nearest
        if finding.severity is Severity.ERROR:
            self._errors[beacon].append(pointer)
        if isinstance(near, str):
            self._renamed[beacon][f"{pointer.rpartition('/')[0]}/{near}"] = near


def _arrivals(timeline: Timeline) -> Iterator[tuple[StepTimeline, Arrival]]:
    return ((step, arrival) for step in (timeline.opening, *timeline.steps) for arrival in step.arrivals)


def _is_lost(arrival: Arrival) -> bool:
    """Whether there may have been more events in a request than could be read."""
    reading = arrival.reading
    unread = {finding.place for finding in reading.findings} & {event.pointer for event in reading.events}
    of_a_tracker = [finding for finding in reading.findings if finding.evidence.document is None]
    return is_no_beacon(arrival.beacon) or bool(unread) or bool(of_a_tracker and not reading.events)


def _is_inside(place: str, outer: str) -> bool:
    return place == outer or place.startswith(f"{outer}/")


def asks_for_type(asking: Beacon) -> bool:
    """Whether a preflight asks for leave to name a content type."""
    named = (asking.header("access-control-request-headers") or "").lower().split(",")
    return "content-type" in map(str.strip, named)


def has_asked_type(request: Beacon) -> bool:
    """Whether a request has a content type that a browser asks leave for."""
    sent = (request.header("content-type") or "text/plain").partition(";")[0].strip().lower()
    return sent not in _NEEDS_NO_PREFLIGHT


def _is_asked_for(request: Beacon, asking: Beacon) -> bool:
    """Whether a request is what a preflight asked for: later, to the same address, with the headers that were named."""
    if request.method == "OPTIONS" or request.number < asking.number or request.url != asking.url:
        return False
    return has_asked_type(request) or not asks_for_type(asking)


def _preflight_only(step: StepTimeline, beacon: Beacon, url: str) -> Finding:
    return Finding(
        code="preflight-only",
        message=f"the browser asked whether it may send to {beacon.url}, and then did not send",
        hint="send as text/plain, which needs no asking; with another type the collector must allow the page's origin by name",
        step=step.number or None,
        place=beacon.url,
        evidence=Evidence(event=None, url=url, beacon=beacon.number, value=beacon.url),
    )


def _bad_request(step: StepTimeline, beacon: Beacon, url: str) -> Finding:
    wrong = "has nothing at that address" if beacon.status == 404 else f"takes no {beacon.method} there"
    return Finding(
        code="bad-request",
        message=f"{beacon.method} {beacon.url} was refused with {beacon.status}: the collector {wrong}",
        hint="send with POST to the collector's published address",
        step=step.number or None,
        place=beacon.url,
        evidence=Evidence(event=None, url=url, beacon=beacon.number, value=f"{beacon.method} {beacon.url}"),
    )
