"""The visit in a wrapper: constant within the visit, new with a new visit, and not another shopper's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.findings import Finding
from harness.judge.expectation_findings import quoted
from harness.protocols.jirafe.rules.cookie_consistency import (
    ID_COOKIES,
    cookie_findings,
    is_same,
    is_swapped,
    swapped_ids,
    visit_cookies,
)
from harness.protocols.jirafe.rules.visits import VisitedPage, hostname
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrapper_finding, wrong_value

_CONSTANT = ("id", "visitor", "landing_url", "referrer_url", "user_agent")
_ATTRIBUTIONS = ("tag_attribution", "rule_attribution", "attribution")

Visit = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class VisitHistory:
    """The visits before a wrapper, by their numbers.

    `first` is the `visit` of the first wrapper of each, `shoppers` the shopper of each. A visit is `restarted` after a
    visit event that should not be there: that event is a finding, and later values of the visit are not checked.
    """

    store_hosts: frozenset[str]
    first: Mapping[int, Visit] = field(default_factory=dict)
    shoppers: Mapping[int, int] = field(default_factory=dict)
    restarted: frozenset[int] = frozenset()

    def after(self, wrapper: Wrapper, page: VisitedPage) -> "VisitHistory":
        if self.is_restart(wrapper, page):
            return replace(self, restarted=self.restarted | {page.visit})
        visit = wrapper.part("visit")
        if page.visit in self.first or not self.is_checked(wrapper, page) or is_swapped(visit, visit_cookies(page)):
            return self
        shoppers = {**self.shoppers, page.visit: page.view.shopper}
        return replace(self, first={**self.first, page.visit: visit}, shoppers=shoppers)

    def is_restart(self, wrapper: Wrapper, page: VisitedPage) -> bool:
        """Whether the wrapper starts a visit with another id in the middle of a visit."""
        first = self.first.get(page.visit)
        return first is not None and wrapper.contains("visit") and wrapper.part("visit").get("id") != first.get("id")

    def is_checked(self, wrapper: Wrapper, page: VisitedPage) -> bool:
        """Whether the visit is in the wrapper and can be known."""
        is_known = page.visit not in self.restarted and not wrapper.step.conditions.cookies_blocked
        return bool(wrapper.part("visit")) and is_known


def visit_findings(wrapper: Wrapper, page: VisitedPage, history: VisitHistory) -> list[Finding]:
    """Compare the wrapper's visit with the visits before it and with the page's cookies."""
    first = history.first.get(page.visit)
    if first is not None and history.is_restart(wrapper, page):
        return [] if page.visit in history.restarted else list(_changes(wrapper, first, names=("visitor",)))
    if not history.is_checked(wrapper, page):
        return []
    if is_swapped(wrapper.part("visit"), {**(first or {}), **visit_cookies(page)}):
        return [swapped_ids(wrapper)]
    found = list(_first_findings(wrapper, page, history) if first is None else _changes(wrapper, first))
    places = {finding.place for finding in found}
    return [*found, *(finding for finding in cookie_findings(wrapper, page) if finding.place not in places)]


def attribution_findings(wrapper: Wrapper) -> Iterator[Finding]:
    """The attribution that a page sets becomes that of its visit (errata 8)."""
    visit = wrapper.part("visit")
    for event in wrapper.arrival.reading.events:
        levels = event.body.get("attribution") if event.type == "pageview" else None
        got = visit.get("tag_attribution", visit.get("attribution"))
        if levels and got and got != levels:
            name = "attribution" if "attribution" in visit and "tag_attribution" not in visit else "tag_attribution"
            yield wrong_value(wrapper, f"/visit/{name}", levels, got, source="the attribution in the pageview")


def _first_findings(wrapper: Wrapper, page: VisitedPage, history: VisitHistory) -> Iterator[Finding]:
    """The first wrapper of a visit: a new id, the shopper's visitor, the landing page's URL and referrer."""
    visit, previous = wrapper.part("visit"), history.first.get(page.previous_visit, {})
    if previous and not wrapper.contains("visit"):
        return  # the missing visit event is a finding already
    if "id" in visit and visit["id"] == previous.get("id"):
        text = f"visit.id is still {quoted(visit['id'])}, but a new visit started at {page.landing.url}"
        yield wrapper_finding("visit-changed", wrapper, "/visit/id", text, allowed="another id", value=visit["id"])
    yield from _shared_ids(wrapper, page, history)
    for name, value in _expected(wrapper, page, history, previous).items():
        if name in visit and value is not None and not is_same(visit[name], value):
            yield wrong_value(wrapper, f"/visit/{name}", value, visit[name])


def _expected(wrapper: Wrapper, page: VisitedPage, history: VisitHistory, previous: Visit) -> dict[str, Any]:
    """The values of a visit that starts on its landing page.

    A visit can also start on a link within the store after a long pause. Its referrer is then that link, or empty.
    """
    landing = page.landing
    expected = {"visitor": previous.get("visitor"), "landing_url": landing.url}
    if landing.observed and landing.navigation != "restore" and hostname(landing.referrer) not in history.store_hosts:
        expected["referrer_url"] = landing.referrer
    expected["user_agent"] = wrapper.beacon.header("user-agent")
    if page.view is landing and wrapper.part("visit").get("landing_url") in page.addresses:
        del expected["landing_url"]
    return expected


def _shared_ids(wrapper: Wrapper, page: VisitedPage, history: VisitHistory) -> Iterator[Finding]:
    visit = wrapper.part("visit")
    others = [first for number, first in history.first.items() if history.shoppers[number] != page.view.shopper]
    for name in ID_COOKIES:
        if name in visit and visit[name] in [other.get(name) for other in others]:
            text = f"visit.{name} is {quoted(visit[name])}, the same as another shopper's"
            pointer = f"/visit/{name}"
            yield wrapper_finding("visit-changed", wrapper, pointer, text, allowed="another id", value=visit[name])


def _changes(wrapper: Wrapper, first: Visit, *, names: Sequence[str] = _CONSTANT) -> Iterator[Finding]:
    """Values that must not change within a visit. With another id, the other values belong to another visit, too."""
    visit = wrapper.part("visit")
    changed = [name for name in names if name in visit and name in first and visit[name] != first[name]]
    changed += [name for name in _ATTRIBUTIONS if names is _CONSTANT and visit.get(name) != first.get(name)]
    for name in changed[:1] if "id" in changed else changed:
        old, new = (quoted(part[name]) if name in part else "nothing" for part in (first, visit))
        text = f"visit.{name} changed from {old} to {new} within one visit"
        pointer, allowed = f"/visit/{name}", first.get(name)
        yield wrapper_finding("visit-changed", wrapper, pointer, text, allowed=allowed, value=visit.get(name))
