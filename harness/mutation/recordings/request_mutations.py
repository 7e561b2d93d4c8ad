"""Mutations of whole requests, for any protocol: lost, doubled, late, refused, truncated."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from harness.events import Beacon
from harness.mutation.model import (
    ExpectedFinding,
    HealthyRecording,
    RecordingMutant,
    RequestWithEvents,
    event_types,
    with_body,
    with_codes,
)
from harness.recording.records import HostRefused, PageError, Record, ScriptServed, StepBegun

_REPEATED: Final = ("duplicate-event", "unexpected-event", "forbidden-event")


def lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests:
        yield _gone(healthy, [request], "request-lost", f"the request with {event_types(request)} is missing")


def lost_from_here(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for step in dict.fromkeys(request.step for request in healthy.requests[1:]):
        rest = [request for request in healthy.requests if request.step >= step]
        if len(rest) < len(healthy.requests):
            yield _gone(healthy, rest, "silent-from-here", "no request arrived from this step on")


def lost_every_second(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    rest = healthy.requests[1::2]
    if rest:
        yield _gone(healthy, rest, "every-second-lost", "every second request is missing")


def silent(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    if healthy.requests:
        mutant = _gone(healthy, healthy.requests, "tracker-silent", "no request arrived")
        yield replace(mutant, expected=(ExpectedFinding(code="tracker-silent"),), systematic=True)


def script_missing(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    served = {
        position: [replace(record, status=404)]
        for position, record in enumerate(healthy.recording.records)
        if isinstance(record, ScriptServed) and record.status == 200
    }
    gone: dict[int, list[Record]] = {request.position: [] for request in healthy.requests}
    if served and gone:
        yield RecordingMutant(
            mutation="script-missing",
            description="the tracker script was not found",
            make=partial(healthy.with_records, {**served, **gone}),
            step=healthy.requests[0].step,
            expected=(ExpectedFinding(code="tracker-silent"), ExpectedFinding(code="bad-request")),
            systematic=True,
        )


def doubled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests:
        twin = replace(request.beacon, number=healthy.next_number, time=request.beacon.time + 0.02)
        yield RecordingMutant(
            mutation="request-doubled",
            description=f"the request with {event_types(request)} was sent twice",
            make=partial(healthy.with_records, {request.position: [request.beacon, twin]}),
            step=request.step,
            event=request.events[0].type,
            expected=_any_of(request, *_REPEATED),
        )


def late(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    records = healthy.recording.records
    for request in healthy.requests:
        begun = [at for at, record in enumerate(records) if isinstance(record, StepBegun) and at > request.position]
        if not begun:
            continue
        mark = records[begun[0]]
        assert isinstance(mark, StepBegun)
        moved = replace(request.beacon, time=mark.at + 0.01)
        yield RecordingMutant(
            mutation="request-late",
            description=f"the request with {event_types(request)} arrived late, in step {mark.number}",
            make=partial(healthy.with_records, {request.position: [], begun[0]: [mark, moved]}),
            step=request.step,
            event=request.events[0].type,
            expected=_any_of(request, "late-event", "missing-event"),
        )


def leaked(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request of another journey arrived first."""
    begun = next((at for at, record in enumerate(healthy.recording.records) if isinstance(record, StepBegun)), None)
    last = healthy.requests[-1:] if len({request.step for request in healthy.requests}) > 1 else ()
    for request in last:
        if begun is not None:
            stray = replace(request.beacon, number=healthy.next_number, time=healthy.requests[0].beacon.time - 0.01)
            yield RecordingMutant(
                mutation="leaked",
                description=f"a request of another journey with {event_types(request)} arrived first",
                make=partial(healthy.with_records, {begun: [healthy.recording.records[begun], stray]}),
                step=healthy.requests[0].step,
                event=request.events[0].type,
                expected=(*_any_of(request, *_REPEATED), ExpectedFinding(code="wrong-value")),
            )


def preflight_only(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    headers = (("access-control-request-method", "POST"), ("access-control-request-headers", "content-type"))
    for request in healthy.requests:
        other = replace(request.beacon, method="OPTIONS", headers=headers, body=b"", declared_length=None, status=204)
        yield _refused(healthy, request, "preflight-only", "was not sent after its preflight", other, "preflight-only")


def by_get(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request had a method that no endpoint accepts."""
    for request in healthy.requests:
        other = replace(request.beacon, method="PUT", status=405)
        yield _refused(healthy, request, "wrong-method", "was sent with PUT", other, "bad-request")


def elsewhere(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests:
        other = replace(request.beacon, url=f"{request.beacon.url.partition('?')[0]}s", status=404)
        yield _refused(healthy, request, "wrong-address", f"was sent to {other.url}", other, "bad-request")


def cut_off(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in (request for request in healthy.requests if request.beacon.body):
        body, size = request.beacon.body, len(request.beacon.body)
        half = replace(request.beacon, body=body[: size // 2], declared_length=size, truncated=True, status=400)
        yield _refused(healthy, request, "cut-off", "was truncated", half, "bad-json")


def given_up(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests:
        failed = replace(request.beacon, status=503, fault="503")
        mutant = _refused(healthy, request, "given-up", "got status 503 and was not retried", failed, "missing-event")
        expected = ExpectedFinding(code="missing-event", word="is lost"), ExpectedFinding(code="tracker-silent")
        yield replace(mutant, expected=expected)


def too_large(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests[:1]:
        huge = replace(request.beacon, declared_length=9_000_000, truncated=True, status=413)
        yield _refused(healthy, request, "too-large", "had nine megabytes", huge, "too-large")


def garbled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    posted = [request for request in healthy.requests if request.beacon.body]
    for request in posted:
        short = replace(with_body(request.beacon, request.beacon.body[:-1]), status=400)
        yield _refused(healthy, request, "not-json", "lacks the last byte of its body", short, "bad-json")
        old = request.beacon.body.decode("utf-8", "replace").encode("cp1252", "replace")
        if not old.isascii():
            latin = replace(with_body(request.beacon, old), status=400)
            yield _refused(healthy, request, "not-utf-8", "was encoded as Windows-1252", latin, "bad-json")
    for request in posted:
        empty = replace(with_body(request.beacon, b""), status=400)
        yield _refused(healthy, request, "empty-body", "has no body", empty, "bad-json")


def another_host(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests:
        refused = HostRefused(host="collector.invalid", port=443)
        description = f"the request with {event_types(request)} went to collector.invalid"
        mutant = _gone(healthy, [request], "another-host", description)
        expected = (*mutant.expected, *with_codes("host-refused", "tracker-silent"))
        yield replace(mutant, make=partial(healthy.with_records, {request.position: [refused]}), expected=expected)


def script_threw(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in healthy.requests:
        error = PageError(url="", message="TypeError: undefined is not a function")
        description = f"a script threw an error, and {event_types(request)} was not sent"
        mutant = _gone(healthy, [request], "script-threw", description)
        yield replace(mutant, make=partial(healthy.with_records, {request.position: [error]}))


MUTATIONS: Final = (
    *(lost, lost_from_here, lost_every_second, silent, script_missing, doubled, late, leaked, preflight_only, by_get),
    *(elsewhere, cut_off, given_up, too_large, garbled, another_host, script_threw),
)


def _gone(healthy: HealthyRecording, gone: Sequence[RequestWithEvents], name: str, description: str) -> RecordingMutant:
    expected = [each for request in gone for each in _any_of(request, "missing-event")]
    if len(gone) == len(healthy.requests):
        expected.append(ExpectedFinding(code="tracker-silent"))
    return RecordingMutant(
        mutation=name,
        description=description,
        make=partial(healthy.with_records, {request.position: () for request in gone}),
        step=gone[0].step,
        event=gone[0].events[0].type,
        expected=tuple(expected),
    )


def _refused(
    healthy: HealthyRecording, request: RequestWithEvents, name: str, how: str, instead: Beacon, code: str
) -> RecordingMutant:
    return RecordingMutant(
        mutation=name,
        description=f"the request with {event_types(request)} {how}",
        make=partial(healthy.with_records, {request.position: [instead]}),
        step=request.step,
        event=request.events[0].type,
        expected=(ExpectedFinding(code=code),),
    )


def _any_of(request: RequestWithEvents, *codes: str) -> tuple[ExpectedFinding, ...]:
    types = dict.fromkeys(event.type for event in request.events)
    return tuple(ExpectedFinding(code=code, event=event) for event in types for code in codes)
