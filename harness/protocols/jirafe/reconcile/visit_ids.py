"""Visit ids in documents: those that the browser's cookies held at that time, each in its own place (errata 36)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_document, listed
from harness.protocols.jirafe.reconcile.sources import Filed, Sources

_COOKIES = {
    "visit_id": "jirafe_vid",
    "visitor_id": "jirafe_vis",
    "pageview_id": "jirafe_pvid",
    "last_pageview_id": "jirafe_lpvid",
}
_IN_WRAPPER = {"jirafe_vid": "id", "jirafe_vis": "visitor"}
_PAGE_VIEWS = ("pageview_id", "last_pageview_id")
_ITS_OWN = {"visit_id": ("jirafe_vid",), "visitor_id": ("jirafe_vis",)}
_HINT = "visit_id comes from jirafe_vid, visitor_id from jirafe_vis, pageview_id from jirafe_pvid, last_pageview_id from jirafe_lpvid"


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """What the cookies of a page held, or what a wrapper said of them."""

    step: int
    held: Mapping[str, str]
    is_page: bool


def check(books: Sources) -> Iterator[Finding]:
    """Every document with a visit, but for those of orders from before the store was opened."""
    with_visit = [filed for filed in books.documents if isinstance(filed.body.get("visit"), dict)]
    moments = _moments(books) if with_visit else []
    for filed in with_visit if moments else ():
        number = str(filed.body.get("order_number"))
        if not books.is_past(number) and filed.step.number:
            yield from _check(filed, moments, _happened(books, filed, number))


def _moments(books: Sources) -> list[_Moment]:
    found: list[_Moment] = []
    for step in books.timeline.steps:
        for shown in step.pages:
            if shown.view.observed:
                held = {
                    name: value for name, value in shown.view.cookies.items() if name in _COOKIES.values() and value
                }
                found.append(_Moment(step=step.number, held=held, is_page=True))
        for arrival in step.arrivals:
            visit = arrival.reading.envelope.get("visit") if arrival.reading.events else None
            if isinstance(visit, dict):
                said = {cookie: visit.get(name) for cookie, name in _IN_WRAPPER.items()}
                held = {cookie: value for cookie, value in said.items() if isinstance(value, str) and value}
                moment = _Moment(step=step.number, held=held, is_page=False)
                if moment not in found[-2:]:
                    found.append(moment)
    return found


def _happened(books: Sources, filed: Filed, number: str) -> int | None:
    """The step in which the order came up, by the ledger."""
    states = books.states.get(number) if filed.kind == "order" else None
    return states[0].step.number if states else None


def _check(filed: Filed, moments: Sequence[_Moment], happened: int | None) -> Iterator[Finding]:
    visit = {name: value for name, value in filed.body["visit"].items() if isinstance(value, str) and value}
    if any(_agrees(moment, visit, happened or filed.step.number) for moment in moments):
        return
    before = [moment for moment in moments if moment.step <= filed.step.number]
    pages = [moment for moment in before if moment.is_page and moment.held]
    swapped = list(_swapped(visit, pages or before))
    if swapped:
        yield _swap(filed, visit, swapped)
        return
    for name in _ITS_OWN:
        if name in visit:
            yield from _is_held(filed, name, visit[name], before, happened)


def _agrees(moment: _Moment, visit: Mapping[str, str], step: int) -> bool:
    """Whether all the ids are those of a page of that step."""
    if not moment.is_page or moment.step != step:
        return False
    return all(moment.held.get(_COOKIES.get(name, "")) == value for name, value in visit.items())


def _swapped(visit: Mapping[str, str], moments: Sequence[_Moment]) -> Iterator[str]:
    """The fields that hold what belongs into another one."""
    held = {
        cookie: {moment.held[cookie] for moment in moments if cookie in moment.held} for cookie in _COOKIES.values()
    }
    pages = held["jirafe_pvid"] | held["jirafe_lpvid"]
    for name, value in visit.items():
        own = pages if name in _PAGE_VIEWS else held.get(_COOKIES.get(name, ""), set())
        others = [held[cookie] for other, cookie in _COOKIES.items() if other != name]
        if value not in own and name in _COOKIES and any(value in other for other in others):
            yield name
    pair = visit.get("last_pageview_id"), visit.get("pageview_id")
    views = [(moment.held.get("jirafe_pvid"), moment.held.get("jirafe_lpvid")) for moment in moments]
    if None not in pair and pair[0] != pair[1] and pair in views and pair[::-1] not in views:
        yield from _PAGE_VIEWS


def _swap(filed: Filed, visit: Mapping[str, str], names: Sequence[str]) -> Finding:
    said = " and ".join(f'visit.{name} "{visit[name]}"' for name in names)
    return about_document(
        "swapped-ids",
        filed,
        ("visit", names[0]),
        f"{said} changed places: the browser's cookies held {'these ids' if len(names) > 1 else 'this id'} under other names",
        hint=_HINT,
        value={name: visit[name] for name in names},
        allowed=_HINT,
    )


def _is_held(filed: Filed, name: str, value: str, before: Sequence[_Moment], happened: int | None) -> Iterator[Finding]:
    cookie = _COOKIES[name]
    ever = [moment.held[cookie] for moment in before if cookie in moment.held]
    now = _held_then(before, cookie, happened)
    if ever and value not in ever:
        yield _strange(filed, name, value, list(dict.fromkeys(ever)), "the browser's cookie {} held {}")
    elif now and value not in now:
        yield _strange(filed, name, value, now, "when the order came up the browser's cookie {} held {}")


def _held_then(before: Sequence[_Moment], cookie: str, happened: int | None) -> list[str]:
    """What the cookie held in a step: at its beginning, and on each of its pages. Empty where that is not known."""
    earlier = [
        moment.held[cookie] for moment in before if happened and moment.step < happened and cookie in moment.held
    ]
    here = [moment.held[cookie] for moment in before if moment.step == happened and cookie in moment.held]
    return list(dict.fromkeys([*earlier[-1:], *here])) if here else []


def _strange(filed: Filed, name: str, value: str, held: Sequence[str], words: str) -> Finding:
    return about_document(
        "wrong-value",
        filed,
        ("visit", name),
        f'visit.{name} is "{value}"; {words.format(_COOKIES[name], listed(held))}',
        hint=_HINT,
        value=value,
        allowed=list(held),
    )
