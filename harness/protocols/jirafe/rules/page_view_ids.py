"""Page view ids in cookies: each page view has a new id and keeps the id of the one before (facts, section 2)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from harness.findings import Finding
from harness.judge.expectation_findings import quoted
from harness.protocols.jirafe.rules.visits import VisitedPage, visited_pages
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrapper_finding, wrappers
from harness.recording.records import read_cookies
from harness.recording.timeline import Timeline

CURRENT, LAST = "jirafe_pvid", "jirafe_lpvid"


def page_view_id_findings(timeline: Timeline) -> Iterator[Finding]:
    """Compare each page view with the one before, by the cookies in their wrappers. Skipped without cookies."""
    pages = sorted(visited_pages(timeline), key=lambda page: page.view.shopper)
    sent = [(page, _pageview_wrappers(page)) for page in pages]
    for (before, earlier), (page, later) in pairwise(sent):
        if len(earlier) != 1 or len(later) != 1 or before.visit != page.visit:
            continue  # a page view that was sent twice has two ids
        if earlier[0].arrival is later[0].arrival:
            continue
        last, cookies = _cookies(earlier[0]).get(CURRENT), _cookies(later[0])
        current = cookies.get(CURRENT)
        if last and current and current == last:
            text = f"the cookie {CURRENT} is {quoted(current)} again; expected a new id"
            yield _finding(page, later[0], text, value=current, allowed="a new id")
        elif last and current and cookies.get(LAST) != last:
            got = cookies.get(LAST, "")
            text = f"the cookie {LAST} is {quoted(got)}; expected {quoted(last)} (the id of the page view before)"
            yield _finding(page, later[0], text, value=got, allowed=last)


def _pageview_wrappers(page: VisitedPage) -> list[Wrapper]:
    """The wrappers in the page's step that contain its pageview. Exactly one is right."""
    return [
        wrapper
        for wrapper in wrappers(page.step)
        if wrapper.contains("pageview") and wrapper.named_pages([replace(page, addresses=())])
    ]


def _cookies(wrapper: Wrapper) -> Mapping[str, str]:
    text = wrapper.arrival.reading.envelope.get("cookie")
    return _parsed(text) if isinstance(text, str) else {}


_parsed = lru_cache(maxsize=1024)(read_cookies)


def _finding(page: VisitedPage, wrapper: Wrapper, text: str, *, value: str, allowed: str) -> Finding:
    hint = "Create a new jirafe_pvid for each page view, and keep the previous one in jirafe_lpvid."
    found = wrapper_finding("wrong-value", wrapper, "/cookie", text, value=value, allowed=allowed, hint=hint)
    return replace(found, message=f"pageview: {text}", evidence=replace(found.evidence, url=page.view.url))
