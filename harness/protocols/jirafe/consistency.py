"""Wrappers held against the pages they speak of: page, visit, cookies and clock must be those of the moment."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from harness.finding import Finding
from harness.protocols.jirafe.visits import SeenPage, same_url, seen_pages
from harness.timeline import Arrival, StepTimeline, Timeline

CLOCK_TOLERANCE_S = 5
_WHOLE_VISIT = ("visitor", "landing_url", "referrer_url", "user_agent")


def check(timeline: Timeline) -> tuple[Finding, ...]:
    """What a wrapper says of its page, visit and time, against what the browser and the store know."""
    pages = seen_pages(timeline)
    visits: dict[int, Mapping[str, Any]] = {}
    findings: list[Finding] = []
    for step in timeline.steps:
        for arrival in step.arrivals:
            if arrival.reading.events:
                findings += _check_clock(step, arrival)
                findings += _check_page(step, arrival, pages, visits)
    return tuple(findings)


def _check_page(
    step: StepTimeline, arrival: Arrival, pages: Sequence[SeenPage], visits: dict[int, Mapping[str, Any]]
) -> Iterator[Finding]:
    """Find the page that the wrapper speaks of, then hold its words against it."""
    page = _object(arrival, "page")
    url = page.get("current_url")
    candidates = _candidates(step, pages)
    if not candidates:
        return
    said = [candidate for candidate in candidates if isinstance(url, str) and same_url(candidate.view.url, url)]
    if isinstance(url, str) and not said:
        shown = " or ".join(dict.fromkeys(candidate.view.url for candidate in candidates))
        yield _wrong(step, arrival, "/page/current_url", shown, url)
        return
    if not said:
        return
    yield from _check_words(step, arrival, said)
    yield from _check_visit(step, arrival, said[-1], visits)


def _candidates(step: StepTimeline, pages: Sequence[SeenPage]) -> list[SeenPage]:
    """The pages that a beacon of this step can speak of: those shown in it, and the one that was left."""
    here = [page for page in pages if page.step is step]
    before = [page for page in pages if page.step.number < step.number]
    return [*before[-1:], *here]


def _check_words(step: StepTimeline, arrival: Arrival, said: Sequence[SeenPage]) -> Iterator[Finding]:
    """Title, referrer and type: right if they are those of any view of that page here."""
    page = _object(arrival, "page")
    observed = [item for item in said if item.view.observed]
    allowed = {
        "current_title": [item.view.title for item in observed],
        "referrer_url": [item.view.referrer for item in observed],
        "current_type": [item.entry["page"]["type"] for item in said if item.entry],
    }
    for name, values in allowed.items():
        if name in page and values and page[name] not in values:
            yield _wrong(step, arrival, f"/page/{name}", values[-1], page[name])


def _check_visit(
    step: StepTimeline, arrival: Arrival, page: SeenPage, visits: dict[int, Mapping[str, Any]]
) -> Iterator[Finding]:
    visit = _object(arrival, "visit")
    if not visit:
        return
    yield from _check_cookies(step, arrival, visit, page)
    first = visits.setdefault(page.visit, visit)
    if first is visit:
        yield from _check_first(step, arrival, visit, page, visits)
        return
    for name in ("id", *_WHOLE_VISIT):
        if visit.get(name) != first.get(name):
            yield _changed(step, arrival, f"/visit/{name}", first.get(name), visit.get(name))


def _check_first(
    step: StepTimeline,
    arrival: Arrival,
    visit: Mapping[str, Any],
    page: SeenPage,
    visits: Mapping[int, Mapping[str, Any]],
) -> Iterator[Finding]:
    """The first wrapper of a visit: an id of its own, and the landing page's URL and referrer."""
    before = visits.get(page.visit - 1, {})
    if "id" in visit and visit["id"] == before.get("id"):
        message = f"a new visit started at {page.landing.url}, and the visit's id is still {visit['id']!r}"
        yield _finding("visit-changed", step, arrival, "/visit/id", message, "an id of its own", visit["id"])
    if "landing_url" in visit and not same_url(str(visit["landing_url"]), page.landing.url):
        yield _wrong(step, arrival, "/visit/landing_url", page.landing.url, visit["landing_url"])
    if page.landing.observed and visit.get("referrer_url", page.landing.referrer) != page.landing.referrer:
        yield _wrong(step, arrival, "/visit/referrer_url", page.landing.referrer, visit["referrer_url"])


def _check_cookies(step: StepTimeline, arrival: Arrival, visit: Mapping[str, Any], page: SeenPage) -> Iterator[Finding]:
    """Visit id and visitor are those of the cookies, and not each other's (facts, section 2; errata 36)."""
    visit_id, visitor = page.view.cookies.get("jirafe_vid"), page.view.cookies.get("jirafe_vis")
    if visit_id is None or visitor is None or visit_id == visitor:
        return
    if visit.get("id") == visitor and visit.get("visitor") == visit_id:
        message = "visit.id and visit.visitor have changed places: the visit's id is the cookie jirafe_vid, the visitor jirafe_vis"
        yield _finding("swapped-ids", step, arrival, "/visit/id", message, visit_id, visit["id"])
        return
    for name, cookie, value in (("id", "jirafe_vid", visit_id), ("visitor", "jirafe_vis", visitor)):
        if name in visit and str(visit[name]) != value:
            yield _wrong(step, arrival, f"/visit/{name}", value, visit[name], f"the cookie {cookie}")


def _check_clock(step: StepTimeline, arrival: Arrival) -> Iterator[Finding]:
    """The timestamp lies within five seconds of the time at which the page can have sent it."""
    value = arrival.reading.envelope.get("timestamp")
    time = _seconds(value)
    if time is None:
        return
    earliest, latest = arrival.clock_from - CLOCK_TOLERANCE_S, arrival.clock_to + CLOCK_TOLERANCE_S
    if not earliest <= time <= latest:
        off = time - latest if time > latest else time - earliest
        now = datetime.fromtimestamp(arrival.clock_to, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = f"timestamp {value} is {_duration(abs(off))} too {'late' if off > 0 else 'early'}; it was about {now}"
        yield _finding("clock-skew", step, arrival, "/timestamp", message, now, value)


def _seconds(value: object) -> float | None:
    """An RFC 3339 time as seconds since the epoch; one without an offset counts as UTC (errata 6)."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} seconds"


def _object(arrival: Arrival, name: str) -> Mapping[str, Any]:
    value = arrival.reading.envelope.get(name)
    return value if isinstance(value, Mapping) else {}


def _wrong(
    step: StepTimeline, arrival: Arrival, pointer: str, expected: object, got: object, source: str = ""
) -> Finding:
    name = pointer.lstrip("/").replace("/", ".")
    message = f"{name} is {_quoted(got)}, not {_quoted(expected)}{f' ({source})' if source else ''}"
    return _finding("wrong-value", step, arrival, pointer, message, expected, got)


def _changed(step: StepTimeline, arrival: Arrival, pointer: str, expected: object, got: object) -> Finding:
    name = pointer.lstrip("/").replace("/", ".")
    message = f"{name} changed within a visit, from {_quoted(expected)} to {_quoted(got)}"
    return _finding("visit-changed", step, arrival, pointer, message, expected, got)


_HINTS = {
    "swapped-ids": "read visit.id from jirafe_vid and visit.visitor from jirafe_vis",
    "visit-changed": "keep it in a cookie for the length of the visit, and change it only when a new visit starts",
    "clock-skew": "take the time when the event happens, in UTC, from the shopper's clock",
    "wrong-value": "take it from the page, or the cookie, at the moment when the event is made",
}


def _finding(
    code: str, step: StepTimeline, arrival: Arrival, pointer: str, message: str, expected: object, got: object
) -> Finding:
    return Finding(
        code=code,
        message=f"{arrival.reading.events[0].type}: {message}",
        hint=_HINTS[code],
        step=step.number,
        place=pointer,
        evidence={
            "event": None,
            "pointer": pointer,
            "url": step.url,
            "beacon": arrival.beacon.number,
            "value": got,
            "allowed": expected,
        },
    )


def _quoted(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 160 else f"{text[:157]}…"
