"""Ways to break what a tracker keeps of a shopper in cookies: ids of page views, another shopper's ids, all without consent."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.mutation.recordings.mutant import (
    ExpectedFinding,
    HealthyRecording,
    Mutation,
    RecordingMutant,
    RequestWithEvents,
    with_body,
)
from harness.protocols.jirafe.mutations.field_edit import is_wrapper, packed, unpacked
from harness.recording.records import LedgerRead, PageView, Record, StepBegun
from harness.recording.timeline import GRANTED, latest_consent

_IDS: Final = {"id": "jirafe_vid", "visitor": "jirafe_vis"}
_THIS, _LAST = "jirafe_pvid", "jirafe_lpvid"
_WHEN: Final = {"required": "before the shopper was asked", "denied": "though the shopper had refused"}

_Shown = tuple[int, int, str, PageView]
"""Where a page view stands among the records, its step, what the shopper had said to being tracked, and itself."""


def page_view_id_stuck(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that makes an id for the first page view only."""
    what = f"the cookie {_THIS} stays what it was on the first page"
    yield from _unchained(
        healthy, "page-view-id-stuck", what, lambda text, first: _put(text, _THIS, _held(first, _THIS))
    )


def page_view_unchained(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that keeps no id of the page view before, or its own as that."""
    what = f"the cookie {_LAST} is always empty"
    yield from _unchained(healthy, "last-page-view-lost", what, lambda text, _first: _put(text, _LAST, ""))
    what = f"the cookie {_LAST} holds the id of this page view, not of the one before"
    yield from _unchained(
        healthy, "last-page-view-is-this", what, lambda text, _: _put(text, _LAST, _held(text, _THIS))
    )


def shared_ids(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that gives one shopper the id of another, as where it is made of the device or cached with the page."""
    views = [(at, record) for at, record in enumerate(healthy.recording.records) if isinstance(record, PageView)]
    for name, cookie in _IDS.items():
        mine = next((view.cookies[cookie] for _at, view in views if cookie in view.cookies), None)
        others = [(at, view) for at, view in views if view.shopper > 1 and cookie in view.cookies]
        theirs = {view.cookies[cookie] for _at, view in others}
        hit = [requests for requests in filter(is_wrapper, healthy.requests) if _visit(requests).get(name) in theirs]
        if mine is None or not hit:
            continue
        changes: dict[int, Sequence[Record]] = {
            at: [replace(view, cookies={**view.cookies, cookie: mine})] for at, view in others
        }
        changes |= {requests.position: [_with_id(requests, name, mine)] for requests in hit}
        what = f"visit.{name} of one shopper is another shopper's, too, and so is the cookie {cookie}"
        expected = tuple(ExpectedFinding(code="visit-changed", field=f"/visit/{each}") for each in _IDS)
        yield healthy.copy_around(f"{name}-shared", what, hit[0].step, changes, expected, everywhere=True)


def kept_without_consent(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that keeps a cookie before it may, or does not forget it when the shopper refuses."""
    for consent, when in _WHEN.items():
        shown = _unallowed(healthy, consent)
        changes: dict[int, Sequence[Record]] = {
            at: [replace(view, cookies={**view.cookies, _IDS["visitor"]: "42"})] for at, _step, _consent, view in shown
        }
        if shown:
            what = f"the tracker kept a cookie {when}"
            expected = (ExpectedFinding(code="consent-ignored", word="kept"),)
            yield healthy.copy_around(f"kept-{consent}", what, shown[0][1], changes, expected, everywhere=True)


def sent_without_consent(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A tracker that tells of every page, whatever the shopper said."""
    for consent, when in _WHEN.items():
        shown = _unallowed(healthy, consent)
        if shown and healthy.requests:
            beacon = healthy.requests[0].beacon
            changes: dict[int, Sequence[Record]] = {
                at: [view, replace(beacon, number=healthy.next_number + more, time=view.at + 0.02)]
                for more, (at, _step, _consent, view) in enumerate(shown)
            }
            what = f"the tracker told of a page {when}"
            expected = (ExpectedFinding(code="consent-ignored", word="sent"),)
            yield healthy.copy_around(f"sent-{consent}", what, shown[0][1], changes, expected, everywhere=True)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    page_view_id_stuck,
    page_view_unchained,
    shared_ids,
    kept_without_consent,
    sent_without_consent,
)


def _unchained(
    healthy: HealthyRecording, name: str, what: str, change: Callable[[str, str], str]
) -> Iterator[RecordingMutant]:
    """A copy with other cookies in its wrappers; `change` makes them of what they are and what the first one holds."""
    requests = [each for each in filter(is_wrapper, healthy.requests) if _held(_cookies(each), _THIS)]
    changes: dict[int, Sequence[Record]] = {}
    for each in requests:
        told = change(_cookies(each), _cookies(requests[0]))
        if told != _cookies(each):
            changes[each.position] = [with_body(each.beacon, packed({**unpacked(each), "cookie": told}))]
    if changes:
        step = next(each.step for each in requests if each.position in changes)
        yield healthy.copy_around(
            name, what, step, changes, (ExpectedFinding(code="wrong-value", field="/cookie"),), everywhere=True
        )


def _cookies(requests: RequestWithEvents) -> str:
    text = requests.reading.envelope.get("cookie")
    return text if isinstance(text, str) else ""


def _held(cookies: str, name: str) -> str:
    found = re.search(rf"(?:^|; ){name}=([^;]*)", cookies)
    return found[1] if found else ""


def _put(cookies: str, name: str, value: str) -> str:
    return re.sub(rf"(^|; ){name}=[^;]*", rf"\g<1>{name}={value}", cookies)


def _visit(requests: RequestWithEvents) -> dict[str, object]:
    visit = requests.reading.envelope.get("visit")
    return visit if isinstance(visit, dict) else {}


def _with_id(requests: RequestWithEvents, name: str, value: str) -> Record:
    wrapper = unpacked(requests)
    wrapper["visit"][name] = value
    return with_body(requests.beacon, packed(wrapper))


def _unallowed(healthy: HealthyRecording, consent: str) -> list[_Shown]:
    """The page views in steps at whose end the shopper had said so, by the ledger."""
    return [each for each in _shown(healthy) if each[2] == consent]


def _shown(healthy: HealthyRecording) -> Iterator[_Shown]:
    views: list[tuple[int, int, PageView]] = []
    step, consent = 0, GRANTED
    for at, record in enumerate(healthy.recording.records):
        if isinstance(record, StepBegun):
            yield from ((where, number, consent, view) for where, number, view in views)
            step, views = record.number, []
        elif isinstance(record, PageView):
            views.append((at, step, record))
        elif isinstance(record, LedgerRead):
            consent = latest_consent(record.entries, before=consent)
    yield from ((where, number, consent, view) for where, number, view in views)
