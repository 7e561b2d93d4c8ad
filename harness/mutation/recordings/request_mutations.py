"""Ways to break whole requests, whatever the protocol: lost, doubled, late, refused, cut off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from harness.events import Beacon
from harness.mutation.recordings.mutant import Answer, Copy, Healthy, Sabotage, Said, types_of, with_body
from harness.recording.records import HostRefused, PageError, Record, ScriptServed, StepBegun


def lost(healthy: Healthy) -> Iterator[Copy]:
    """A request never arrived."""
    for said in healthy.said:
        yield _gone(healthy, [said], "request-lost", f"the request with {types_of(said)} never arrived")


def lost_from_here(healthy: Healthy) -> Iterator[Copy]:
    """The tracker fell silent in the middle of the journey."""
    for step in dict.fromkeys(said.step for said in healthy.said[1:]):
        rest = [said for said in healthy.said if said.step >= step]
        if len(rest) < len(healthy.said):
            yield _gone(healthy, rest, "silent-from-here", "from here on nothing arrived")


def lost_every_second(healthy: Healthy) -> Iterator[Copy]:
    """A tracker whose throttle lets only every second request pass."""
    rest = healthy.said[1::2]
    if rest:
        yield _gone(healthy, rest, "every-second-lost", "every second request never arrived")


def silent(healthy: Healthy) -> Iterator[Copy]:
    """The tracker sent nothing at all."""
    if healthy.said:
        copy = _gone(healthy, healthy.said, "tracker-silent", "nothing arrived at all")
        yield replace(copy, answers=(Answer(code="tracker-silent"),), everywhere=True)


def script_missing(healthy: Healthy) -> Iterator[Copy]:
    """The tracker's script was not found."""
    served = {
        position: [replace(record, status=404)]
        for position, record in enumerate(healthy.recording.records)
        if isinstance(record, ScriptServed) and record.status == 200
    }
    gone: dict[int, list[Record]] = {said.position: [] for said in healthy.said}
    if served and gone:
        yield Copy(
            sabotage="script-missing",
            what="the tracker's script was not found on its host",
            make=partial(healthy.with_records, {**served, **gone}),
            step=healthy.said[0].step,
            answers=(Answer(code="tracker-silent"), Answer(code="bad-request")),
            everywhere=True,
        )


def doubled(healthy: Healthy) -> Iterator[Copy]:
    """A request was sent twice."""
    for said in healthy.said:
        twin = replace(said.beacon, number=healthy.next_number, time=said.beacon.time + 0.02)
        yield Copy(
            sabotage="request-doubled",
            what=f"the request with {types_of(said)} was sent twice",
            make=partial(healthy.with_records, {said.position: [said.beacon, twin]}),
            step=said.step,
            event=said.events[0].type,
            answers=_any_of(said, "duplicate-event", "unexpected-event", "forbidden-event"),
        )


def late(healthy: Healthy) -> Iterator[Copy]:
    """A request arrived when the next step had begun."""
    records = healthy.recording.records
    for said in healthy.said:
        begun = [at for at, record in enumerate(records) if isinstance(record, StepBegun) and at > said.position]
        if not begun:
            continue
        mark = records[begun[0]]
        assert isinstance(mark, StepBegun)
        moved = replace(said.beacon, time=mark.at + 0.01)
        yield Copy(
            sabotage="request-late",
            what=f"the request with {types_of(said)} arrived only after its step, in step {mark.number}",
            make=partial(healthy.with_records, {said.position: [], begun[0]: [mark, moved]}),
            step=said.step,
            event=said.events[0].type,
            answers=_any_of(said, "late-event", "missing-event"),
        )


def leaked(healthy: Healthy) -> Iterator[Copy]:
    """A request of another journey arrived in this one, before anything else."""
    begun = next((at for at, record in enumerate(healthy.recording.records) if isinstance(record, StepBegun)), None)
    last = healthy.said[-1:] if len({said.step for said in healthy.said}) > 1 else ()
    for said in last:
        if begun is not None:
            stray = replace(said.beacon, number=healthy.next_number, time=healthy.said[0].beacon.time - 0.01)
            yield Copy(
                sabotage="leaked",
                what=f"a request with {types_of(said)}, left over from another journey, arrived first",
                make=partial(healthy.with_records, {begun: [healthy.recording.records[begun], stray]}),
                step=healthy.said[0].step,
                event=said.events[0].type,
                answers=(
                    *_any_of(said, "duplicate-event", "unexpected-event", "forbidden-event"),
                    Answer(code="wrong-value"),
                ),
            )


def preflight_only(healthy: Healthy) -> Iterator[Copy]:
    """The browser asked whether it may send JSON, was not let, and did not send."""
    asks = (("access-control-request-method", "POST"), ("access-control-request-headers", "content-type"))
    for said in healthy.said:
        asking = replace(said.beacon, method="OPTIONS", headers=asks, body=b"", declared_length=None, status=204)
        yield _refused(healthy, said, "preflight-only", "got only as far as its preflight", asking, "preflight-only")


def by_get(healthy: Healthy) -> Iterator[Copy]:
    """A request came with a method that no endpoint takes."""
    for said in healthy.said:
        other = replace(said.beacon, method="PUT", status=405)
        yield _refused(healthy, said, "wrong-method", "was sent with PUT", other, "bad-request")


def elsewhere(healthy: Healthy) -> Iterator[Copy]:
    """A request went to an address that the collector has not."""
    for said in healthy.said:
        other = replace(said.beacon, url=f"{said.beacon.url.partition('?')[0]}s", status=404)
        yield _refused(healthy, said, "wrong-address", f"was sent to {other.url}", other, "bad-request")


def cut_off(healthy: Healthy) -> Iterator[Copy]:
    """The page went away while a request was on its way."""
    for said in healthy.said:
        body = said.beacon.body
        half = replace(said.beacon, body=body[: len(body) // 2], declared_length=len(body), truncated=True, status=400)
        yield _refused(healthy, said, "cut-off", "broke off in the middle", half, "bad-json")


def given_up(healthy: Healthy) -> Iterator[Copy]:
    """The collector failed for a moment, and the tracker did not try again."""
    for said in healthy.said:
        failed = replace(said.beacon, status=503, fault="503")
        copy = _refused(healthy, said, "given-up", "was answered 503 and never sent again", failed, "missing-event")
        yield replace(copy, answers=(Answer(code="missing-event", word="is lost"), Answer(code="tracker-silent")))


def too_large(healthy: Healthy) -> Iterator[Copy]:
    """A request was larger than the collector takes."""
    for said in healthy.said[:1]:
        huge = replace(said.beacon, declared_length=9_000_000, truncated=True, status=413)
        yield _refused(healthy, said, "too-large", "was nine megabytes long", huge, "too-large")


def garbled(healthy: Healthy) -> Iterator[Copy]:
    """A body lost its end, or was sent in the encoding of another age."""
    posted = [said for said in healthy.said if said.beacon.body]
    for said in posted:
        short = replace(with_body(said.beacon, said.beacon.body[:-1]), status=400)
        yield _refused(healthy, said, "not-json", "lost the last byte of its body", short, "bad-json")
        old = said.beacon.body.decode("utf-8", "replace").encode("cp1252", "replace")
        if not old.isascii():
            latin = replace(with_body(said.beacon, old), status=400)
            yield _refused(healthy, said, "not-utf-8", "was sent in Windows-1252", latin, "bad-json")
    for said in posted:
        empty = replace(with_body(said.beacon, b""), status=400)
        yield _refused(healthy, said, "empty-body", "was sent without a body", empty, "bad-json")


def another_host(healthy: Healthy) -> Iterator[Copy]:
    """A request went to a host that is no collector."""
    for said in healthy.said:
        refused = HostRefused(host="collector.invalid", port=443)
        copy = _gone(healthy, [said], "another-host", f"the request with {types_of(said)} went to collector.invalid")
        yield replace(
            copy,
            make=partial(healthy.with_records, {said.position: [refused]}),
            answers=(*copy.answers, Answer(code="host-refused"), Answer(code="tracker-silent")),
        )


def script_threw(healthy: Healthy) -> Iterator[Copy]:
    """A script on the page threw before the tracker was called."""
    for said in healthy.said:
        error = PageError(url="", message="TypeError: undefined is not a function")
        copy = _gone(healthy, [said], "script-threw", f"a script threw, and {types_of(said)} was not sent")
        yield replace(copy, make=partial(healthy.with_records, {said.position: [error]}))


SABOTAGES: Final[tuple[Sabotage, ...]] = (
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


def _gone(healthy: Healthy, gone: Sequence[Said], name: str, what: str) -> Copy:
    answers = [answer for said in gone for answer in _any_of(said, "missing-event")]
    return Copy(
        sabotage=name,
        what=what,
        make=partial(healthy.with_records, {said.position: () for said in gone}),
        step=gone[0].step,
        event=gone[0].events[0].type,
        answers=(*answers, Answer(code="tracker-silent")) if len(gone) == len(healthy.said) else tuple(answers),
    )


def _refused(healthy: Healthy, said: Said, name: str, how: str, instead: Beacon, code: str) -> Copy:
    return Copy(
        sabotage=name,
        what=f"the request with {types_of(said)} {how}",
        make=partial(healthy.with_records, {said.position: [instead]}),
        step=said.step,
        event=said.events[0].type,
        answers=(Answer(code=code),),
    )


def _any_of(said: Said, *codes: str) -> tuple[Answer, ...]:
    types = dict.fromkeys(event.type for event in said.events)
    return tuple(Answer(code=code, event=event) for event in types for code in codes)
