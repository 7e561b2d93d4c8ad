"""Wrappers held against the pages they speak of: page, visit, cookies, clock and currency must be those of the moment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from harness.events import Beacon
from harness.findings import Evidence, Finding, Scope
from harness.judge.expectations import quoted
from harness.protocols.jirafe.rules.implicit_expectations import customer_facts
from harness.protocols.jirafe.rules.timestamps import CLOCK_TOLERANCE_S, duration, seconds, wrong_clocks
from harness.protocols.jirafe.rules.visits import SeenPage, hostname, seen_pages
from harness.recording.records import PageView
from harness.recording.timeline import Arrival, StepTimeline, Timeline, plain_url

_WHOLE_VISIT = ("id", "visitor", "landing_url", "referrer_url", "user_agent")
_ATTRIBUTIONS = ("tag_attribution", "rule_attribution", "attribution")
_OWN_TYPE = ("current_type", "page_type")
_COOKIES = {"id": "jirafe_vid", "visitor": "jirafe_vis"}
_ADDRESSES = {"landing_url": "jirafe_lnd", "referrer_url": "jirafe_ref"}

Visit = Mapping[str, Any]


def check(timeline: Timeline) -> tuple[Finding, ...]:
    """What a wrapper says of its page, visit, time and currency, against what the browser and the store know."""
    pages = seen_pages(timeline)
    visits = _Visits(timeline.store_hosts)
    findings: list[Finding] = []
    for step in timeline.steps:
        candidates = _candidates(step, pages)
        for arrival in step.arrivals:
            if arrival.reading.events:
                wrapper = _Wrapper(step=step, arrival=arrival)
                findings += _check_clock(wrapper, candidates)
                findings += _check_currency(wrapper, timeline.store.get("currency"))
                findings += _check_page(wrapper, candidates, visits)
                findings += _check_attribution(wrapper)
    return (*findings, *wrong_clocks(timeline))


@dataclass(frozen=True, kw_only=True)
class _Wrapper:
    """A beacon that holds events, and the step in which it arrived."""

    step: StepTimeline
    arrival: Arrival

    @property
    def beacon(self) -> Beacon:
        return self.arrival.beacon

    def part(self, name: str) -> Mapping[str, Any]:
        """An object in the wrapper, empty where it is none."""
        value = self.arrival.reading.envelope.get(name)
        return value if isinstance(value, Mapping) else {}

    def named(self, candidates: Sequence[SeenPage]) -> list[SeenPage]:
        """Those of these pages that it says it comes from."""
        url = self.part("page").get("current_url")
        if not isinstance(url, str):
            return []
        return [page for page in candidates if plain_url(url) in map(plain_url, (page.view.url, *page.addresses))]

    def holds(self, event_type: str) -> bool:
        return any(event.type == event_type for event in self.arrival.reading.events)


def _candidates(step: StepTimeline, pages: Sequence[SeenPage]) -> list[SeenPage]:
    """The pages that a beacon of this step can speak of: those shown in it, and in each tab the one that was left.

    What faults held up speaks of pages shown since they began.
    """
    earlier = [page for page in pages if page.step.number < step.number]
    left = {page.view.tab: page for page in earlier}
    delayed = [page for page in earlier if page.step.delayed and (step.delayed or step.recovers)]
    return [*left.values(), *delayed, *(page for page in pages if page.step is step)]


def _check_page(wrapper: _Wrapper, candidates: Sequence[SeenPage], visits: "_Visits") -> Iterator[Finding]:
    """Find the page that the wrapper speaks of, then hold its words against it.

    Where it names none of them, its visit is that of the page that was up. A wrapper need not name its page (errata 7). In
    a step that broke off it may be a page that was never noted.
    """
    if not candidates:
        return
    url = wrapper.part("page").get("current_url")
    said = wrapper.named(candidates)
    if said:
        yield from _check_words(wrapper, _just_shown(wrapper, said) or said)
        yield from visits.check(wrapper, said[-1])
    elif not wrapper.step.failure:
        up = _page_up(wrapper, candidates)
        if isinstance(url, str):
            wrong = _wrong(wrapper, "/page/current_url", up.view.url, url)
            yield replace(wrong, scope=Scope(other_page=True))
        else:
            yield from _check_words(wrapper, candidates)
        yield from visits.check(wrapper, up)


def _page_up(wrapper: _Wrapper, candidates: Sequence[SeenPage]) -> SeenPage:
    """The page of this step that came to rest when the beacon had arrived; the last candidate where none did."""
    here = [candidate for candidate in candidates if candidate.step is wrapper.step]
    return next((page for page in here[wrapper.arrival.page :] if page.view.observed), candidates[-1])


def _just_shown(wrapper: _Wrapper, said: Sequence[SeenPage]) -> list[SeenPage]:
    """Of several views of one page the one that a pageview tells of: that which was coming up when it arrived.

    Of what was held up nobody can say.
    """
    if wrapper.step.delayed or wrapper.step.recovers:
        return []
    at = wrapper.arrival.page
    coming = wrapper.step.pages[at].view if wrapper.holds("pageview") and at < len(wrapper.step.pages) else None
    return [page for page in said if page.view is coming and page.view.observed]


def _check_words(wrapper: _Wrapper, said: Sequence[SeenPage]) -> Iterator[Finding]:
    """Title, referrer, types and customer: right if they are those of any view of that page here."""
    page = wrapper.part("page")
    told = [event.body.get("page_type") for event in wrapper.arrival.reading.events]
    for name, values in _page_words(said).items():
        is_the_events = name in _OWN_TYPE and page.get(name) in told  # if it is wrong, it is the event that is
        if name in page and values and page[name] not in values and not is_the_events:
            yield _wrong(wrapper, f"/page/{name}", values[-1], page[name])
    customers = [customer_facts(item.entry["customer"]) for item in said if "customer" in item.entry]
    for name, got in wrapper.part("customer").items():
        known = [customer[name] for customer in customers if name in customer]
        if known and got not in known:
            yield _wrong(wrapper, f"/customer/{name}", known[-1], got)


def _page_words(said: Sequence[SeenPage]) -> dict[str, list[str]]:
    """What the wrapper's page may say; nothing where nobody knows."""
    observed = [item for item in said if item.view.observed]
    types = [item.entry["page"]["type"] for item in said if item.entry]
    referrers = [item.referrer_types for item in said]
    return {
        "current_title": [item.view.title for item in observed],
        "referrer_url": [url for item in observed for url in _before(item.view)],
        "referrer_type": [each for some in referrers for each in some] if all(referrers) else [],
        **dict.fromkeys(_OWN_TYPE, types),
    }


def _before(view: PageView) -> tuple[str, ...]:
    """What may be said of the page before: its address, or, within a document, that which it had in the end."""
    return (view.left, view.referrer) if view.left else (view.referrer,)


class _Visits:
    """What the wrappers of each visit have said of it so far."""

    def __init__(self, inside: Collection[str]) -> None:
        """A visit that starts on a link of the store's, after a long pause, came from nowhere, or from there: `inside`."""
        self._inside = inside
        self._said: dict[int, Visit] = {}
        self._shoppers: dict[int, int] = {}
        self._broken: set[int] = set()

    def check(self, wrapper: _Wrapper, page: SeenPage) -> list[Finding]:
        """A visit's words stay the same, are the cookies', and are a new visit's own."""
        visit, first = wrapper.part("visit"), self._said.get(page.visit)
        if first is not None and wrapper.holds("visit") and visit.get("id") != first.get("id"):
            is_news = page.visit not in self._broken
            self._broken.add(page.visit)  # the visit event that should not be there is a finding, and explains the rest
            return [*_changes(wrapper, first, only=("visitor",))] if is_news else []
        if not visit or page.visit in self._broken or wrapper.step.cookies_blocked:
            return []
        if _is_swapped(visit, {**(first or {}), **_cookies(page)}):
            return [_swapped(wrapper)]
        found = list(self._first(wrapper, page) if first is None else _changes(wrapper, first))
        self._said.setdefault(page.visit, visit)
        self._shoppers.setdefault(page.visit, page.view.shopper)
        told = {finding.place for finding in found}
        return [*found, *(finding for finding in _check_cookies(wrapper, page) if finding.place not in told)]

    def _first(self, wrapper: _Wrapper, page: SeenPage) -> Iterator[Finding]:
        """The first wrapper of a visit: an id of its own, the shopper's own, the landing page's URL and referrer."""
        visit, before = wrapper.part("visit"), self._said.get(page.before, {})
        if before and not wrapper.holds("visit"):
            return  # that no visit started is told already
        if "id" in visit and visit["id"] == before.get("id"):
            message = f"a visit started at {page.landing.url}, and visit.id is still {quoted(visit['id'])}"
            yield _finding("visit-changed", wrapper, "/visit/id", message, expected="another id", got=visit["id"])
        yield from self._shared(wrapper, page)
        right = {"visitor": before.get("visitor"), "landing_url": page.landing.url}
        came = page.landing.observed and page.landing.navigation != "restore"
        if came and hostname(page.landing.referrer) not in self._inside:
            right["referrer_url"] = page.landing.referrer
        right["user_agent"] = wrapper.beacon.header("user-agent")
        if page.view is page.landing and visit.get("landing_url") in page.addresses:
            del right["landing_url"]
        for name, value in right.items():
            if name in visit and value is not None and not _same(visit[name], value):
                yield _wrong(wrapper, f"/visit/{name}", value, visit[name])

    def _shared(self, wrapper: _Wrapper, page: SeenPage) -> Iterator[Finding]:
        """Ids that another shopper has as well."""
        visit = wrapper.part("visit")
        others = [said for number, said in self._said.items() if self._shoppers[number] != page.view.shopper]
        for name in _COOKIES:
            if name in visit and visit[name] in [said.get(name) for said in others]:
                message = f"visit.{name} is {quoted(visit[name])}, which is another shopper's"
                yield _finding(
                    "visit-changed", wrapper, f"/visit/{name}", message, expected="another id", got=visit[name]
                )


def _changes(wrapper: _Wrapper, first: Visit, *, only: Sequence[str] = _WHOLE_VISIT) -> Iterator[Finding]:
    """What belongs to the whole visit and is another now; with another id the rest is another visit's, too."""
    visit = wrapper.part("visit")
    changed = [name for name in only if name in visit and name in first and visit[name] != first[name]]
    changed += [name for name in _ATTRIBUTIONS if only is _WHOLE_VISIT and visit.get(name) != first.get(name)]
    for name in changed[:1] if "id" in changed else changed:
        was, is_now = (quoted(said[name]) if name in said else "nothing" for said in (first, visit))
        message = f"visit.{name} changed within a visit, from {was} to {is_now}"
        yield _finding(
            "visit-changed", wrapper, f"/visit/{name}", message, expected=first.get(name), got=visit.get(name)
        )


def _check_attribution(wrapper: _Wrapper) -> Iterator[Finding]:
    """What a page sets is the attribution of its visit from then on (errata 8)."""
    visit = wrapper.part("visit")
    for event in wrapper.arrival.reading.events:
        levels = event.body.get("attribution") if event.type == "pageview" else None
        said = visit.get("tag_attribution", visit.get("attribution"))
        if levels and said and said != levels:
            name = "attribution" if "attribution" in visit and "tag_attribution" not in visit else "tag_attribution"
            yield _wrong(wrapper, f"/visit/{name}", levels, said, source="what the page set")


def _check_cookies(wrapper: _Wrapper, page: SeenPage) -> Iterator[Finding]:
    visit, cookies = wrapper.part("visit"), _cookies(page)
    for name, cookie in (_COOKIES | _ADDRESSES).items():
        if name in visit and name in cookies and not _same(visit[name], cookies[name]):
            yield _wrong(wrapper, f"/visit/{name}", cookies[name], visit[name], source=f"the cookie {cookie}")


def _cookies(page: SeenPage) -> dict[str, str]:
    """The visit's ids and addresses by the page's cookies, where it has them."""
    held = page.view.cookies
    ids = {name: held[cookie] for name, cookie in _COOKIES.items() if cookie in held}
    return ids | {name: _unescaped(held[cookie]) for name, cookie in _ADDRESSES.items() if cookie in held}


_unescaped = lru_cache(maxsize=1024)(unquote)


def _is_swapped(visit: Visit, right: Visit) -> bool:
    """Facts, section 2; errata 36."""
    theirs = right.get("id"), right.get("visitor")
    return None not in theirs and theirs[0] != theirs[1] and (visit.get("visitor"), visit.get("id")) == theirs


def _swapped(wrapper: _Wrapper) -> Finding:
    visit = wrapper.part("visit")
    message = "visit.id and visit.visitor have changed places: the id is what the cookie jirafe_vid holds, the visitor jirafe_vis"
    return _finding("swapped-ids", wrapper, "/visit/id", message, expected=visit["visitor"], got=visit["id"])


def _check_currency(wrapper: _Wrapper, currency: object) -> Iterator[Finding]:
    """Every line item is priced in the store's currency, whatever the ledger says of it."""
    for event in wrapper.arrival.reading.events:
        line = event.body.get("line_item")
        got = line.get("currency") if isinstance(line, Mapping) else None
        if isinstance(currency, str) and isinstance(got, str) and got != currency:
            message = f"line_item.currency is {quoted(got)}, not {quoted(currency)}, the store's currency"
            pointer = f"{event.pointer}/line_item/currency"
            code = "wrong-value"
            yield _finding(code, wrapper, pointer, message, event=event.type, expected=currency, got=got)


def _check_clock(wrapper: _Wrapper, candidates: Sequence[SeenPage]) -> Iterator[Finding]:
    """The timestamp lies within five seconds of the time at which the page can have sent it.

    What faults held up was said when its page came up, whenever it arrives.
    """
    value = wrapper.arrival.reading.envelope.get("timestamp")
    time = seconds(value)
    if time is None:
        return
    earliest, latest = wrapper.arrival.clock_from, wrapper.arrival.clock_to
    said = wrapper.named(candidates)
    earliest = min([earliest, *(page.at for page in said if page.waited)])
    if wrapper.holds("pageview") and (wrapper.step.delayed or wrapper.step.recovers):
        latest = min([latest, *(page.view.at + page.view.clock + wrapper.step.clock_off for page in said[-1:])])
    off = max(time - latest, 0) or min(time - earliest, 0)
    if abs(off) > CLOCK_TOLERANCE_S:
        now = datetime.fromtimestamp(latest, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = f"timestamp {value} is {duration(abs(off))} too {'late' if off > 0 else 'early'}; it was about {now}"
        yield _finding("clock-skew", wrapper, "/timestamp", message, expected=now, got=value)


def _same(said: object, right: object) -> bool:
    return said == right or (isinstance(said, str) and isinstance(right, str) and plain_url(said) == plain_url(right))


def _wrong(wrapper: _Wrapper, pointer: str, expected: object, got: object, *, source: str = "") -> Finding:
    name = pointer.lstrip("/").replace("/", ".")
    message = f"{name} is {quoted(got)}, not {quoted(expected)}{f' ({source})' if source else ''}"
    return _finding("wrong-value", wrapper, pointer, message, expected=expected, got=got)


_HINTS = {
    "swapped-ids": "read visit.id from jirafe_vid and visit.visitor from jirafe_vis",
    "visit-changed": "keep it in a cookie for the length of the visit, and change it only when a new visit starts",
    "clock-skew": "take the time when the event happens, in UTC, from the shopper's clock",
    "wrong-value": "take it from the page, the cookie or the store at the moment when the event is made",
}


def _finding(
    code: str, wrapper: _Wrapper, pointer: str, message: str, *, expected: object, got: object, event: str | None = None
) -> Finding:
    return Finding(
        code=code,
        message=f"{event or wrapper.arrival.reading.events[0].type}: {message}",
        hint=_HINTS[code],
        step=wrapper.step.number,
        place=pointer,
        evidence=Evidence(
            event=event,
            pointer=pointer,
            url=wrapper.step.url_of(wrapper.beacon),
            beacon=wrapper.beacon.number,
            value=got,
            allowed=expected,
        ),
    )
