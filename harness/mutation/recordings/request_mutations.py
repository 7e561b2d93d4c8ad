"""Ways to break whole requests, whatever the protocol: lost, doubled, late, refused, cut off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from harness.events import Beacon
from harness.mutation.recordings.mutant import (
    ExpectedFinding,
    HealthyRecording,
    Mutation,
    RecordingMutant,
    RequestWithEvents,
    types_of,
    with_body,
)
from harness.recording.records import HostRefused, PageError, Record, ScriptServed, StepBegun


def lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request never arrived."""
    for requests in healthy.requests:
        yield _gone(healthy, [requests], "request-lost", f"the request with {types_of(requests)} never arrived")


def lost_from_here(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker fell silent in the middle of the journey."""
    for step in dict.fromkeys(requests.step for requests in healthy.requests[1:]):
        rest = [requests for requests in healthy.requests if requests.step >= step]
        if len(rest) < len(healthy.requests):
            yield _gone(healthy, rest, "silent-from-here", "from here on nothing arrived")


def lost_every_second(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker whose throttle lets only every second request pass."""
    rest = healthy.requests[1::2]
    if rest:
        yield _gone(healthy, rest, "every-second-lost", "every second request never arrived")


def silent(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker sent nothing at all."""
    if healthy.requests:
        copy = _gone(healthy, healthy.requests, "tracker-silent", "nothing arrived at all")
        yield replace(copy, expected=(ExpectedFinding(code="tracker-silent"),), everywhere=True)


def script_missing(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker's script was not found."""
    served = {
        position: [replace(record, status=404)]
        for position, record in enumerate(healthy.recording.records)
        if isinstance(record, ScriptServed) and record.status == 200
    }
    gone: dict[int, list[Record]] = {requests.position: [] for requests in healthy.requests}
    if served and gone:
        yield RecordingMutant(
            mutation="script-missing",
            what="the tracker's script was not found on its host",
            make=partial(healthy.with_records, {**served, **gone}),
            step=healthy.requests[0].step,
            expected=(ExpectedFinding(code="tracker-silent"), ExpectedFinding(code="bad-request")),
            everywhere=True,
        )


def doubled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request was sent twice."""
    for requests in healthy.requests:
        twin = replace(requests.beacon, number=healthy.next_number, time=requests.beacon.time + 0.02)
        yield RecordingMutant(
            mutation="request-doubled",
            what=f"the request with {types_of(requests)} was sent twice",
            make=partial(healthy.with_records, {requests.position: [requests.beacon, twin]}),
            step=requests.step,
            event=requests.events[0].type,
            expected=_any_of(requests, "duplicate-event", "unexpected-event", "forbidden-event"),
        )


def late(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request arrived when the next step had begun."""
    records = healthy.recording.records
    for requests in healthy.requests:
        begun = [at for at, record in enumerate(records) if isinstance(record, StepBegun) and at > requests.position]
        if not begun:
            continue
        mark = records[begun[0]]
        assert isinstance(mark, StepBegun)
        moved = replace(requests.beacon, time=mark.at + 0.01)
        yield RecordingMutant(
            mutation="request-late",
            what=f"the request with {types_of(requests)} arrived only after its step, in step {mark.number}",
            make=partial(healthy.with_records, {requests.position: [], begun[0]: [mark, moved]}),
            step=requests.step,
            event=requests.events[0].type,
            expected=_any_of(requests, "late-event", "missing-event"),
        )


def leaked(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request of another journey arrived in this one, before anything else."""
    begun = next((at for at, record in enumerate(healthy.recording.records) if isinstance(record, StepBegun)), None)
    last = healthy.requests[-1:] if len({requests.step for requests in healthy.requests}) > 1 else ()
    for requests in last:
        if begun is not None:
            stray = replace(requests.beacon, number=healthy.next_number, time=healthy.requests[0].beacon.time - 0.01)
            yield RecordingMutant(
                mutation="leaked",
                what=f"a request with {types_of(requests)}, left over from another journey, arrived first",
                make=partial(healthy.with_records, {begun: [healthy.recording.records[begun], stray]}),
                step=healthy.requests[0].step,
                event=requests.events[0].type,
                expected=(
                    *_any_of(requests, "duplicate-event", "unexpected-event", "forbidden-event"),
                    ExpectedFinding(code="wrong-value"),
                ),
            )


def preflight_only(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The browser asked whether it may send JSON, was not let, and did not send."""
    asks = (("access-control-request-method", "POST"), ("access-control-request-headers", "content-type"))
    for requests in healthy.requests:
        asking = replace(requests.beacon, method="OPTIONS", headers=asks, body=b"", declared_length=None, status=204)
        yield _refused(
            healthy, requests, "preflight-only", "got only as far as its preflight", asking, "preflight-only"
        )


def by_get(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request came with a method that no endpoint takes."""
    for requests in healthy.requests:
        other = replace(requests.beacon, method="PUT", status=405)
        yield _refused(healthy, requests, "wrong-method", "was sent with PUT", other, "bad-request")


def elsewhere(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request went to an address that the collector has not."""
    for requests in healthy.requests:
        other = replace(requests.beacon, url=f"{requests.beacon.url.partition('?')[0]}s", status=404)
        yield _refused(healthy, requests, "wrong-address", f"was sent to {other.url}", other, "bad-request")


def cut_off(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The page went away while a request was on its way."""
    for requests in healthy.requests:
        body = requests.beacon.body
        half = replace(
            requests.beacon, body=body[: len(body) // 2], declared_length=len(body), truncated=True, status=400
        )
        yield _refused(healthy, requests, "cut-off", "broke off in the middle", half, "bad-json")


def given_up(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The collector failed for a moment, and the tracker did not try again."""
    for requests in healthy.requests:
        failed = replace(requests.beacon, status=503, fault="503")
        copy = _refused(healthy, requests, "given-up", "was answered 503 and never sent again", failed, "missing-event")
        yield replace(
            copy,
            expected=(ExpectedFinding(code="missing-event", word="is lost"), ExpectedFinding(code="tracker-silent")),
        )


def too_large(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request was larger than the collector takes."""
    for requests in healthy.requests[:1]:
        huge = replace(requests.beacon, declared_length=9_000_000, truncated=True, status=413)
        yield _refused(healthy, requests, "too-large", "was nine megabytes long", huge, "too-large")


def garbled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A body lost its end, or was sent in the encoding of another age."""
    posted = [requests for requests in healthy.requests if requests.beacon.body]
    for requests in posted:
        short = replace(with_body(requests.beacon, requests.beacon.body[:-1]), status=400)
        yield _refused(healthy, requests, "not-json", "lost the last byte of its body", short, "bad-json")
        old = requests.beacon.body.decode("utf-8", "replace").encode("cp1252", "replace")
        if not old.isascii():
            latin = replace(with_body(requests.beacon, old), status=400)
            yield _refused(healthy, requests, "not-utf-8", "was sent in Windows-1252", latin, "bad-json")
    for requests in posted:
        empty = replace(with_body(requests.beacon, b""), status=400)
        yield _refused(healthy, requests, "empty-body", "was sent without a body", empty, "bad-json")


def another_host(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A request went to a host that is no collector."""
    for requests in healthy.requests:
        refused = HostRefused(host="collector.invalid", port=443)
        copy = _gone(
            healthy, [requests], "another-host", f"the request with {types_of(requests)} went to collector.invalid"
        )
        yield replace(
            copy,
            make=partial(healthy.with_records, {requests.position: [refused]}),
            expected=(*copy.expected, ExpectedFinding(code="host-refused"), ExpectedFinding(code="tracker-silent")),
        )


def script_threw(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A script on the page threw before the tracker was called."""
    for requests in healthy.requests:
        error = PageError(url="", message="TypeError: undefined is not a function")
        copy = _gone(healthy, [requests], "script-threw", f"a script threw, and {types_of(requests)} was not sent")
        yield replace(copy, make=partial(healthy.with_records, {requests.position: [error]}))


MUTATIONS: Final[tuple[Mutation, ...]] = (
    lost,
    lost_from_here,
    lost_every_second,
    silent,
    script_missing,
    doubled,
    late,
    leaked,
    preflight_only,
    by_get,
    elsewhere,
    cut_off,
    given_up,
    too_large,
    garbled,
    another_host,
    script_threw,
)


def _gone(healthy: HealthyRecording, gone: Sequence[RequestWithEvents], name: str, what: str) -> RecordingMutant:
    expected = [answer for requests in gone for answer in _any_of(requests, "missing-event")]
    return RecordingMutant(
        mutation=name,
        what=what,
        make=partial(healthy.with_records, {requests.position: () for requests in gone}),
        step=gone[0].step,
        event=gone[0].events[0].type,
        expected=(*expected, ExpectedFinding(code="tracker-silent"))
        if len(gone) == len(healthy.requests)
        else tuple(expected),
    )


def _refused(
    healthy: HealthyRecording, requests: RequestWithEvents, name: str, how: str, instead: Beacon, code: str
) -> RecordingMutant:
    return RecordingMutant(
        mutation=name,
        what=f"the request with {types_of(requests)} {how}",
        make=partial(healthy.with_records, {requests.position: [instead]}),
        step=requests.step,
        event=requests.events[0].type,
        expected=(ExpectedFinding(code=code),),
    )


def _any_of(requests: RequestWithEvents, *codes: str) -> tuple[ExpectedFinding, ...]:
    types = dict.fromkeys(event.type for event in requests.events)
    return tuple(ExpectedFinding(code=code, event=event) for event in types for code in codes)
