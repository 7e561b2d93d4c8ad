"""Mutations of cookies: page view ids, ids shared between shoppers, cookies without consent."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.mutation.model import ExpectedFinding, HealthyRecording, RecordingMutant, RequestWithEvents, with_body
from harness.protocols.jirafe.mutations.field_edit import decoded, encoded, is_wrapper
from harness.recording.records import LedgerRead, PageView, Record, StepBegun
from harness.recording.timeline import GRANTED, latest_consent

_IDS: Final = {"id": "jirafe_vid", "visitor": "jirafe_vis"}
_THIS, _LAST = "jirafe_pvid", "jirafe_lpvid"
_WHEN: Final = {"required": "before the shopper granted consent", "denied": "after the shopper denied consent"}

_Shown = tuple[int, int, str, PageView]
"""A page view with its index among the records, its step, and the consent at that time."""


def page_view_id_stuck(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker creates an id for the first page view only."""
    description = f"the cookie {_THIS} keeps its value from the first page"
    yield from _with_cookies(
        healthy, "page-view-id-stuck", description, lambda text, first: _set_cookie(text, _THIS, _cookie(first, _THIS))
    )


def previous_page_view_id_lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The tracker stores no previous page view id, or the current id instead of it."""
    description = f"the cookie {_LAST} is always empty"
    yield from _with_cookies(
        healthy, "last-page-view-lost", description, lambda text, _first: _set_cookie(text, _LAST, "")
    )
    description = f"the cookie {_LAST} contains the id of this page view instead of the previous one"
    yield from _with_cookies(
        healthy, "last-page-view-is-this", description, lambda text, _: _set_cookie(text, _LAST, _cookie(text, _THIS))
    )


def shared_ids(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Two shoppers have the same id, for example because it is derived from the device or cached with the page."""
    views = [(at, record) for at, record in enumerate(healthy.recording.records) if isinstance(record, PageView)]
    for name, cookie in _IDS.items():
        mine = next((view.cookies[cookie] for _at, view in views if cookie in view.cookies), None)
        others = [(at, view) for at, view in views if view.shopper > 1 and cookie in view.cookies]
        theirs = {view.cookies[cookie] for _at, view in others}
        hit = [request for request in filter(is_wrapper, healthy.requests) if _visit(request).get(name) in theirs]
        if mine is None or not hit:
            continue
        changes: dict[int, Sequence[Record]] = {
            at: [replace(view, cookies={**view.cookies, cookie: mine})] for at, view in others
        }
        changes |= {request.position: [_with_id(request, name, mine)] for request in hit}
        description = f"visit.{name} and the cookie {cookie} are equal for two shoppers"
        expected = tuple(ExpectedFinding(code="visit-changed", field=f"/visit/{each}") for each in _IDS)
        yield healthy.payload_mutant(f"{name}-shared", description, hit[0].step, changes, expected, systematic=True)


def kept_without_consent(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for consent, when in _WHEN.items():
        shown = _views_with_consent(healthy, consent)
        changes: dict[int, Sequence[Record]] = {
            at: [replace(view, cookies={**view.cookies, _IDS["visitor"]: "42"})] for at, _step, _consent, view in shown
        }
        if shown:
            description = f"the tracker stored a cookie {when}"
            expected = (ExpectedFinding(code="consent-ignored", word="stored the cookie"),)
            step = shown[0][1]
            yield healthy.payload_mutant(f"kept-{consent}", description, step, changes, expected, systematic=True)


def sent_without_consent(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for consent, when in _WHEN.items():
        shown = _views_with_consent(healthy, consent)
        if shown and healthy.requests:
            beacon = healthy.requests[0].beacon
            changes: dict[int, Sequence[Record]] = {
                at: [view, replace(beacon, number=healthy.next_number + more, time=view.at + 0.02)]
                for more, (at, _step, _consent, view) in enumerate(shown)
            }
            description = f"the tracker sent a page view {when}"
            expected = (ExpectedFinding(code="consent-ignored", word="sent"),)
            step = shown[0][1]
            yield healthy.payload_mutant(f"sent-{consent}", description, step, changes, expected, systematic=True)


MUTATIONS: Final = (
    *(page_view_id_stuck, previous_page_view_id_lost, shared_ids),
    *(kept_without_consent, sent_without_consent),
)


def _with_cookies(
    healthy: HealthyRecording, name: str, description: str, change: Callable[[str, str], str]
) -> Iterator[RecordingMutant]:
    """Change the cookies in the wrappers; `change` gets the cookies and those of the first wrapper."""
    requests = [each for each in filter(is_wrapper, healthy.requests) if _cookie(_cookies(each), _THIS)]
    changes: dict[int, Sequence[Record]] = {}
    for each in requests:
        changed = change(_cookies(each), _cookies(requests[0]))
        if changed != _cookies(each):
            changes[each.position] = [with_body(each.beacon, encoded({**decoded(each), "cookie": changed}))]
    if changes:
        step = next(each.step for each in requests if each.position in changes)
        expected = (ExpectedFinding(code="wrong-value", field="/cookie"),)
        yield healthy.payload_mutant(name, description, step, changes, expected, systematic=True)


def _cookies(request: RequestWithEvents) -> str:
    text = request.reading.envelope.get("cookie")
    return text if isinstance(text, str) else ""


def _cookie(cookies: str, name: str) -> str:
    found = re.search(rf"(?:^|; ){name}=([^;]*)", cookies)
    return found[1] if found else ""


def _set_cookie(cookies: str, name: str, value: str) -> str:
    return re.sub(rf"(^|; ){name}=[^;]*", rf"\g<1>{name}={value}", cookies)


def _visit(request: RequestWithEvents) -> dict[str, object]:
    visit = request.reading.envelope.get("visit")
    return visit if isinstance(visit, dict) else {}


def _with_id(request: RequestWithEvents, name: str, value: str) -> Record:
    wrapper = decoded(request)
    wrapper["visit"][name] = value
    return with_body(request.beacon, encoded(wrapper))


def _views_with_consent(healthy: HealthyRecording, consent: str) -> list[_Shown]:
    """Return the page views in steps at whose end the ledger records this consent."""
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
