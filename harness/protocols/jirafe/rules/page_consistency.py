"""The page in a wrapper: which of the shown pages it is, and whether its URL, title, types and customer are right."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.findings import Finding, Scope
from harness.protocols.jirafe.rules.implicit_expectations import customer_facts
from harness.protocols.jirafe.rules.visits import VisitedPage
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrong_value
from harness.recording.records import PageView
from harness.recording.timeline import StepTimeline

_OWN_TYPES = ("current_type", "page_type")


def candidate_pages(step: StepTimeline, pages: Sequence[VisitedPage]) -> list[VisitedPage]:
    """The pages that can have sent a beacon of this step: those shown in it, and the last one before it in each tab.

    Delayed beacons can come from all pages that were on screen since the delay began.
    """
    earlier = [page for page in pages if page.step.number < step.number]
    first = step.conditions.delayed_since if step.conditions.delayed_since is not None else step.number
    on_screen = {page.view.tab: page for page in earlier if page.step.number < first}
    delayed = [page for page in earlier if page.step.number >= first]
    last_of_tab = {page.view.tab: page for page in earlier}
    candidates = [*on_screen.values(), *delayed, *last_of_tab.values()]
    distinct = {id(page): page for page in candidates}
    return [*distinct.values(), *(page for page in pages if page.step is step)]


def page_of(wrapper: Wrapper, candidates: Sequence[VisitedPage]) -> VisitedPage | None:
    """The page that sent the wrapper, by its URL or else the one on screen. None if unknown.

    A wrapper need not name its page (errata 7). In a failed step the page may be one that was never recorded.
    """
    if named := wrapper.named_pages(candidates):
        return named[-1]
    return None if wrapper.step.failure or not candidates else _page_on_screen(wrapper, candidates)


def page_findings(wrapper: Wrapper, candidates: Sequence[VisitedPage]) -> Iterator[Finding]:
    """Compare the wrapper's URL, title, referrer, types and customer with those of its page."""
    if named := wrapper.named_pages(candidates):
        yield from _field_findings(wrapper, _page_loading(wrapper, named) or named)
    elif page := page_of(wrapper, candidates):
        url = wrapper.part("page").get("current_url")
        if isinstance(url, str):
            wrong = wrong_value(wrapper, "/page/current_url", page.view.url, url)
            yield replace(wrong, scope=Scope(other_page=True))
        else:
            yield from _field_findings(wrapper, candidates)


def _page_on_screen(wrapper: Wrapper, candidates: Sequence[VisitedPage]) -> VisitedPage:
    """The first page of this step that settled after the beacon arrived, or the last candidate."""
    own = [candidate for candidate in candidates if candidate.step is wrapper.step]
    return next((page for page in own[wrapper.arrival.page :] if page.view.observed), candidates[-1])


def _page_loading(wrapper: Wrapper, named: Sequence[VisitedPage]) -> list[VisitedPage]:
    """Of several views of one page, the one that was loading when a pageview arrived. Unknown for delayed wrappers."""
    index, shown = wrapper.arrival.page, wrapper.step.pages
    if wrapper.is_delayed or not wrapper.contains("pageview") or index >= len(shown):
        return []
    return [page for page in named if page.view is shown[index].view and page.view.observed]


def _field_findings(wrapper: Wrapper, pages: Sequence[VisitedPage]) -> Iterator[Finding]:
    """A field is right if it has the value of any of these pages."""
    part = wrapper.part("page")
    sent_types = [event.body.get("page_type") for event in wrapper.arrival.reading.events]
    for name, values in _page_fields(pages).items():
        is_checked_in_event = name in _OWN_TYPES and part.get(name) in sent_types
        if name in part and values and part[name] not in values and not is_checked_in_event:
            yield wrong_value(wrapper, f"/page/{name}", values[-1], part[name])
    customers = [customer_facts(page.entry["customer"]) for page in pages if "customer" in page.entry]
    for name, got in wrapper.part("customer").items():
        known = [customer[name] for customer in customers if name in customer]
        if known and got not in known:
            yield wrong_value(wrapper, f"/customer/{name}", known[-1], got)


def _page_fields(pages: Sequence[VisitedPage]) -> dict[str, list[str]]:
    """The allowed values of each field of `page`; an empty list if they are unknown."""
    observed = [page.view for page in pages if page.view.observed]
    referrer_types = [page.referrer_types for page in pages]
    return {
        "current_title": [title for view in observed for title in (*view.titles, view.title)],
        "referrer_url": [url for view in observed for url in _referrers(view)],
        "referrer_type": [each for types in referrer_types for each in types] if all(referrer_types) else [],
        **{name: [page.entry["page"]["type"] for page in pages if page.entry] for name in _OWN_TYPES},
    }


def _referrers(view: PageView) -> tuple[str, ...]:
    """The URL of the previous page; within a document also the URL that it had at the end."""
    return (view.left, view.referrer) if view.left else (view.referrer,)
