"""Inspect the pages of an unknown store: what keeps the tracker silent, and what the snippet does wrong."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from harness.findings import Finding, Severity
from harness.judge.protocol_rules import Inspection
from harness.protocols.jirafe.pages.calls import call_findings, called_events
from harness.protocols.jirafe.pages.cart_events import cart_findings
from harness.protocols.jirafe.pages.page_types import subject_findings
from harness.protocols.jirafe.pages.snippet import StorePage, obsolete_findings, site_findings, snippet_finding
from harness.recording.timeline import Timeline

_LANDING_FIELDS = frozenset(["/visit/landing_url", "/visit/referrer_url"])
_MIN_VISITOR_S = 30 * 24 * 60 * 60

_OPTIONAL_EVENTS = (
    ("added", "add_item_to_cart", "a product was added to the cart"),
    ("checkout", "funnel", "the checkout was opened"),
)
"""Actions on a store, with the event that the protocol has for each."""


def inspect(timeline: Timeline) -> Inspection:
    """The findings on each inspected page, the pages that block the tracker, and notes for the report."""
    inspected = [(step, step.inspected_page) for step in timeline.steps if not step.failure]
    pages = [StorePage(step=step, inspected=page) for step, page in inspected if page]
    findings: list[Finding] = []
    tracker_blocked = set()
    is_blocked = False
    for page in pages:
        silent = snippet_finding(page)
        is_blocked = silent is not None or (is_blocked and page.stayed)
        if silent:
            findings.append(silent)
        if is_blocked:
            tracker_blocked.add(page.step.number)
        findings += (*obsolete_findings(page), *site_findings(page), *call_findings(page), *subject_findings(page))
        findings += cart_findings(page, is_currency_known="currency" in timeline.store)
    findings += [*_never_sent(pages), *_cookie_findings(pages)]
    is_landing_lost = bool(pages) and pages[0].step.number in tracker_blocked
    return Inspection(
        findings=tuple(findings),
        tracker_blocked=frozenset(tracker_blocked),
        lost=_LANDING_FIELDS if is_landing_lost else frozenset(),
        notes=tuple(_notes(pages)),
    )


def _never_sent(pages: Sequence[StorePage]) -> Iterator[Finding]:
    """Events that this store does not send, although something happened that the protocol has them for."""
    sent = {event.type for page in pages for event in page.step.events}
    for action, event, text in _OPTIONAL_EVENTS if sent else ():
        page = next((page for page in pages if page.inspected.survey.get("did") == action), None)
        if page and event not in sent:
            hint = f"Send {event} if your reports need it."
            yield page.finding("not-sent", f"{text}, but no {event} event was sent", hint, Severity.NOTE, event=event)


def _cookie_findings(pages: Sequence[StorePage]) -> Iterator[Finding]:
    """Facts, section 2: the visitor's id outlives the visit. Only the first such cookie is a finding."""
    for page in pages:
        for cookie in page.inspected.cookies:
            lifetime = _lifetime_s(cookie)
            if cookie["name"] == "jirafe_vis" and lifetime < _MIN_VISITOR_S:
                yield page.finding(
                    "short-cookie",
                    f"the cookie jirafe_vis with the visitor's id is kept {_duration(lifetime)}",
                    "Keep it for a year or more. Otherwise every visit seems to have a new visitor.",
                    Severity.WARNING,
                    value=_duration(lifetime),
                )
                return


def _notes(pages: Sequence[StorePage]) -> Iterator[str]:
    called = [event for page in pages for event in called_events(page)]
    events = [event for page in pages for event in page.step.events]
    views = [event.body for event in events if event.type == "pageview"]
    if types := dict.fromkeys(str(view["page_type"]) for view in views if "page_type" in view):
        yield f"page types sent: {', '.join(types)}"
    others = dict.fromkeys(event.type for event in events if event.type != "pageview")
    if others or called:
        yield f"other events sent: {', '.join(others) or 'none'}"
    if views:
        is_named = any(view.get("customer") for view in views)
        yield f"customer: {'sent' if is_named else 'not sent on any page, which is right for a visitor without an account'}"
    cookies = {cookie["name"]: cookie for page in pages for cookie in page.inspected.cookies}
    if cookies:
        groups = groupby(sorted(cookies.values(), key=_attributes), key=_attributes)
        yield "cookies of the tracker: " + "; ".join(_describe(list(group)) for _attribute, group in groups)


def _describe(cookies: Sequence[Mapping[str, Any]]) -> str:
    cookie, names = cookies[0], ", ".join(str(cookie["name"]) for cookie in cookies)
    secure = ", Secure" if cookie["secure"] else ""
    return f"{names} {_duration(_lifetime_s(cookie))}, SameSite={cookie['same_site']}{secure}"


def _attributes(cookie: Mapping[str, Any]) -> tuple[str, str, bool]:
    return _duration(_lifetime_s(cookie)), cookie["same_site"], cookie["secure"]


def _lifetime_s(cookie: Mapping[str, Any]) -> float:
    """The remaining lifetime in seconds, 0 if the cookie ends with the browser session."""
    return float(cookie["expires"] - cookie["at"]) if cookie["expires"] > 0 else 0.0


def _duration(seconds: float) -> str:
    if seconds <= 0:
        return "until the browser closes"
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            count = round(seconds / length)
            return f"for {count} {unit}{'s' * (count != 1)}"
    return f"for {round(seconds)} s"
