"""The visit in a wrapper against the page's cookies, each value in its own field."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from harness.findings import Finding
from harness.protocols.jirafe.rules.visits import VisitedPage
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrapper_finding, wrong_value
from harness.urls import plain_url

ID_COOKIES = {"id": "jirafe_vid", "visitor": "jirafe_vis"}
_URL_COOKIES = {"landing_url": "jirafe_lnd", "referrer_url": "jirafe_ref"}
_unescaped = lru_cache(maxsize=1024)(unquote)


def visit_cookies(page: VisitedPage) -> dict[str, str]:
    cookies = page.view.cookies
    ids = {name: cookies[cookie] for name, cookie in ID_COOKIES.items() if cookie in cookies}
    return ids | {name: _unescaped(cookies[cookie]) for name, cookie in _URL_COOKIES.items() if cookie in cookies}


def cookie_findings(wrapper: Wrapper, page: VisitedPage) -> Iterator[Finding]:
    visit, expected = wrapper.part("visit"), visit_cookies(page)
    for name, cookie in (ID_COOKIES | _URL_COOKIES).items():
        if name in visit and name in expected and not is_same(visit[name], expected[name]):
            yield wrong_value(wrapper, f"/visit/{name}", expected[name], visit[name], source=f"the cookie {cookie}")


def is_swapped(visit: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Whether the ids of visit and visitor are in each other's field (facts, section 2; errata 36)."""
    ids = expected.get("id"), expected.get("visitor")
    return None not in ids and ids[0] != ids[1] and (visit.get("visitor"), visit.get("id")) == ids


def swapped_ids(wrapper: Wrapper) -> Finding:
    visit = wrapper.part("visit")
    text = "visit.id and visit.visitor are swapped: visit.id has the value of the cookie jirafe_vis, visit.visitor that of jirafe_vid"
    return wrapper_finding("swapped-ids", wrapper, "/visit/id", text, allowed=visit["visitor"], value=visit["id"])


def is_same(got: object, expected: object) -> bool:
    """Whether two values are equal; URLs are compared without fragment and escaping."""
    if isinstance(got, str) and isinstance(expected, str) and plain_url(got) == plain_url(expected):
        return True
    return got == expected
