"""Visit ids in documents: those of the browser's cookies at that time, each in its own field (errata 36)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import list_ids
from harness.protocols.jirafe.reconcile.finding_text import source_finding
from harness.protocols.jirafe.reconcile.sources import Sources, StepDocument

_COOKIES = {
    "visit_id": "jirafe_vid",
    "visitor_id": "jirafe_vis",
    "pageview_id": "jirafe_pvid",
    "last_pageview_id": "jirafe_lpvid",
}
_WRAPPER_FIELDS = {"jirafe_vid": "id", "jirafe_vis": "visitor"}
_PAGE_VIEWS = ("pageview_id", "last_pageview_id")
_CHECKED_ALONE = ("visit_id", "visitor_id")
_HINT = (
    "Read visit_id from jirafe_vid, visitor_id from jirafe_vis, pageview_id from jirafe_pvid, and last_pageview_id from "
    "jirafe_lpvid."
)


@dataclass(frozen=True, kw_only=True)
class _CookieState:
    """The cookies of a page, or those that a wrapper implies, in a step."""

    step: int
    cookies: Mapping[str, str]
    is_page: bool


def visit_id_findings(sources: Sources) -> Iterator[Finding]:
    """Check every document with a visit, except those of past orders."""
    with_visit = [document for document in sources.documents if isinstance(document.body.get("visit"), dict)]
    states = _cookie_states(sources) if with_visit else []
    for document in with_visit if states else ():
        number = str(document.body.get("order_number"))
        if not sources.is_past(number) and document.step.number:
            orders = sources.orders.get(number) if document.kind == "order" else None
            yield from _document_findings(document, states, orders[0].step.number if orders else None)


def _cookie_states(sources: Sources) -> list[_CookieState]:
    found: list[_CookieState] = []
    for step in sources.timeline.steps:
        for view in (shown.view for shown in step.pages if shown.view.observed):
            cookies = {name: value for name, value in view.cookies.items() if name in _COOKIES.values() and value}
            found.append(_CookieState(step=step.number, cookies=cookies, is_page=True))
        for arrival in step.arrivals:
            visit = arrival.reading.envelope.get("visit") if arrival.reading.events else None
            if isinstance(visit, dict):
                values = {cookie: visit.get(name) for cookie, name in _WRAPPER_FIELDS.items()}
                cookies = {cookie: value for cookie, value in values.items() if isinstance(value, str) and value}
                state = _CookieState(step=step.number, cookies=cookies, is_page=False)
                if state not in found[-2:]:
                    found.append(state)
    return found


def _document_findings(
    document: StepDocument, states: Sequence[_CookieState], order_step: int | None
) -> Iterator[Finding]:
    """`order_step` is the step of the order's first state in the ledger, if known."""
    visit = {name: value for name, value in document.body["visit"].items() if isinstance(value, str) and value}
    if any(_is_same(state, visit, order_step or document.step.number) for state in states):
        return
    before = [state for state in states if state.step <= document.step.number]
    pages = [state for state in before if state.is_page and state.cookies]
    swapped = list(_swapped_fields(visit, pages or before))
    if swapped:
        yield _swapped_ids(document, visit, swapped)
        return
    for name in _CHECKED_ALONE:
        if name in visit:
            yield from _id_findings(document, name, visit[name], before, order_step)


def _is_same(state: _CookieState, visit: Mapping[str, str], step: int) -> bool:
    if not state.is_page or state.step != step:
        return False
    return all(state.cookies.get(_COOKIES.get(name, "")) == value for name, value in visit.items())


def _swapped_fields(visit: Mapping[str, str], states: Sequence[_CookieState]) -> Iterator[str]:
    """The fields with the value of another field's cookie."""
    values = {
        cookie: {state.cookies[cookie] for state in states if cookie in state.cookies} for cookie in _COOKIES.values()
    }
    page_views = values["jirafe_pvid"] | values["jirafe_lpvid"]
    for name, value in visit.items():
        own = page_views if name in _PAGE_VIEWS else values.get(_COOKIES.get(name, ""), set())
        others = [values[cookie] for other, cookie in _COOKIES.items() if other != name]
        if value not in own and name in _COOKIES and any(value in other for other in others):
            yield name
    pair = visit.get("last_pageview_id"), visit.get("pageview_id")
    views = [(state.cookies.get("jirafe_pvid"), state.cookies.get("jirafe_lpvid")) for state in states]
    if None not in pair and pair[0] != pair[1] and pair in views and pair[::-1] not in views:
        yield from _PAGE_VIEWS


def _swapped_ids(document: StepDocument, visit: Mapping[str, str], names: Sequence[str]) -> Finding:
    fields = " and ".join(f'visit.{name} "{visit[name]}"' for name in names)
    text = f"{fields} are swapped" if len(names) > 1 else f"{fields} is in the wrong field"
    return source_finding(
        "swapped-ids",
        document,
        ("visit", names[0]),
        f"{text}: {'each is' if len(names) > 1 else 'it is'} the value of another id's cookie",
        hint=_HINT,
        value={name: visit[name] for name in names},
        allowed=_HINT,
    )


def _id_findings(
    document: StepDocument, name: str, value: str, before: Sequence[_CookieState], order_step: int | None
) -> Iterator[Finding]:
    cookie = _COOKIES[name]
    ever = list(dict.fromkeys(state.cookies[cookie] for state in before if cookie in state.cookies))
    at_order = _values_in(before, cookie, order_step)
    if ever and value not in ever:
        text = f'visit.{name} is "{value}", but the cookie {cookie} contained {list_ids(ever)}'
        yield _wrong_id(document, name, text, value, ever)
    elif at_order and value not in at_order:
        text = f'visit.{name} is "{value}", but the cookie {cookie} contained {list_ids(at_order)} at the time of the order'
        yield _wrong_id(document, name, text, value, at_order)


def _values_in(states: Sequence[_CookieState], cookie: str, step: int | None) -> list[str]:
    """The values of a cookie at the beginning of a step and on each of its pages. Empty if unknown."""
    known = [state for state in states if cookie in state.cookies]
    earlier = [state.cookies[cookie] for state in known if step and state.step < step]
    own = [state.cookies[cookie] for state in known if state.step == step]
    return list(dict.fromkeys([*earlier[-1:], *own])) if own else []


def _wrong_id(document: StepDocument, name: str, text: str, value: str, allowed: list[str]) -> Finding:
    return source_finding("wrong-value", document, ("visit", name), text, hint=_HINT, value=value, allowed=allowed)
