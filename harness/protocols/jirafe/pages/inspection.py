"""Pages of an unknown store against the published way to put the tracker into a page: what keeps it silent, what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from harness.findings import Evidence, Finding, Severity
from harness.protocol import Inspection
from harness.protocols.jirafe.pages.calls import call_findings, events_called
from harness.protocols.jirafe.pages.page_types import subject_findings
from harness.protocols.jirafe.pages.snippet import PageSeen, silencer, site_findings
from harness.recording.timeline import StepTimeline, Timeline

_OF_THE_LANDING = frozenset(["/visit/landing_url", "/visit/referrer_url"])
_LONG_S = 30 * 24 * 60 * 60


def inspect(timeline: Timeline) -> Inspection:
    """What is wrong on each page that was looked at, whether the page itself keeps the tracker silent, and what to know."""
    pages = [PageSeen(step=step, looked=step.looked) for step in timeline.steps if step.looked and not step.failure]
    findings: list[Finding] = []
    tracker_blocked = set()
    for page in pages:
        silence = silencer(page)
        if silence:
            tracker_blocked.add(page.step.number)
            findings.append(silence)
        findings += (*site_findings(page), *call_findings(page), *subject_findings(page))
    findings += [*_never_sent(pages), *_cookie_findings(pages)]
    placed = (
        replace(finding, evidence=replace(finding.evidence, url=finding.evidence.url or "")) for finding in findings
    )
    is_landing_lost = bool(pages) and pages[0].step.number in tracker_blocked
    return Inspection(
        findings=tuple(placed),
        tracker_blocked=frozenset(tracker_blocked),
        lost=_OF_THE_LANDING if is_landing_lost else frozenset(),
        notes=tuple(_notes(pages)),
    )


def _types(step: StepTimeline) -> set[str]:
    return {event.type for event in step.events}


def _never_sent(pages: list[PageSeen]) -> Iterator[Finding]:
    """What the protocol has events for, and this store says nothing of: no fault, as long as nobody misses it."""
    if not any(page.step.events for page in pages):
        return
    for kind, wanted, what in (
        ("added", {"add_item_to_cart"}, "a product was put into the cart"),
        ("checkout", {"funnel"}, "the checkout was opened"),
    ):
        page = next((page for page in pages if page.looked.said.get("did") == kind), None)
        if page and not wanted & set().union(*(_types(other.step) for other in pages)):
            (event,) = wanted
            yield Finding(
                code="not-sent",
                severity=Severity.NOTE,
                message=f"{what}, and no {event} event was sent",
                hint="nothing is wrong where the store does not mean to send it",
                step=page.step.number,
                place=page.url,
                evidence=Evidence(event=event, url=page.url),
            )


def _cookie_findings(pages: list[PageSeen]) -> Iterator[Finding]:
    """Facts, section 2: the visitor's id outlives the visit."""
    for page in pages:
        for cookie in page.looked.cookies:
            life = _left(cookie)
            if cookie["name"] == "jirafe_vis" and life < _LONG_S:
                yield Finding(
                    code="short-cookie",
                    severity=Severity.WARNING,
                    message=f"the cookie jirafe_vis, the visitor's id, is kept {_life(life)}",
                    hint="let it live for a year or more, or every visit looks like a new visitor's",
                    step=page.step.number,
                    place=page.url,
                    evidence=Evidence(url=page.url, value=_life(life)),
                )
                return


def _notes(pages: list[PageSeen]) -> Iterator[str]:
    sent = dict.fromkeys(event for page in pages for event in events_called(page))
    views = [event.body for page in pages for event in page.step.events if event.type == "pageview"]
    types = dict.fromkeys(str(view["page_type"]) for view in views if "page_type" in view)
    if types:
        yield f"page types sent: {', '.join(types)}"
    others = dict.fromkeys(event.type for page in pages for event in page.step.events if event.type != "pageview")
    if others or sent:
        yield f"other events sent: {', '.join(others) or 'none'}"
    if views:
        named = any(view.get("customer") for view in views)
        yield "customer: " + ("named" if named else "no page named one; nobody was signed in, so that may be right")
    cookies = {cookie["name"]: cookie for page in pages for cookie in page.looked.cookies}
    if cookies:
        groups = groupby(sorted(cookies.values(), key=_alike), key=_alike)
        yield "cookies of the tracker: " + "; ".join(_described(list(group)) for _rules, group in groups)


def _described(cookies: Sequence[Mapping[str, Any]]) -> str:
    """Cookies that live equally long under the same rules: their names, and these."""
    cookie, names = cookies[0], ", ".join(str(cookie["name"]) for cookie in cookies)
    return f"{names} {_life(_left(cookie))}, SameSite={cookie['same_site']}{', Secure' if cookie['secure'] else ''}"


def _left(cookie: Mapping[str, Any]) -> float:
    """How long a cookie still lives, in seconds; 0 where it ends with the browser."""
    return float(cookie["expires"] - cookie["at"]) if cookie["expires"] > 0 else 0.0


def _alike(cookie: Mapping[str, Any]) -> tuple[str, str, bool]:
    return _life(_left(cookie)), cookie["same_site"], cookie["secure"]


def _life(seconds: float) -> str:
    """How long a cookie lives, in words."""
    if seconds <= 0:
        return "until the browser closes"
    for length, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            count = round(seconds / length)
            return f"{count} {word}{'s' * (count != 1)}"
    return f"{round(seconds)} s"
