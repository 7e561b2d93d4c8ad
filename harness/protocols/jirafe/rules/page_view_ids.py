"""The ids of page views, which a visit's cookies chain from page to page: each is new, and names the one before (facts, section 2)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from harness.findings import Evidence, Finding
from harness.judge.expectations import quoted
from harness.protocols.jirafe.rules.visits import SeenPage, seen_pages
from harness.recording.page_records import read_cookies
from harness.recording.timeline import Arrival, Timeline, plain_url

THIS, LAST = "jirafe_pvid", "jirafe_lpvid"


def check_chain(timeline: Timeline) -> Iterator[Finding]:
    """Each page view against the one before, by the cookies that their wrappers tell; without these nothing is told."""
    told = [(page, _told(page)) for page in sorted(seen_pages(timeline), key=lambda page: page.view.shopper)]
    for (before, others), (page, arrivals) in pairwise(told):
        if len(others) != 1 or len(arrivals) != 1 or before.visit != page.visit:
            continue  # what was told twice has two ids, and nobody can say which is the page view's
        earlier, arrival = others[0], arrivals[0]
        if earlier is arrival:
            continue
        last, here = _cookies(earlier).get(THIS), _cookies(arrival)
        this = here.get(THIS)
        if last and this and this == last:
            yield _finding(page, arrival, THIS, got=this, expected="an id of its own")
        elif last and this and here.get(LAST) != last:
            yield _finding(page, arrival, LAST, got=here.get(LAST, ""), expected=last)


def _told(page: SeenPage) -> list[Arrival]:
    """What told of the page view, in its own step: once, if all is well."""
    url = plain_url(page.view.url)
    found = []
    for arrival in page.step.arrivals:
        said = arrival.reading.envelope.get("page")
        address = said.get("current_url") if isinstance(said, dict) else None
        is_view = any(event.type == "pageview" for event in arrival.reading.events)
        if is_view and isinstance(address, str) and plain_url(address) == url:
            found.append(arrival)
    return found


def _cookies(arrival: Arrival) -> Mapping[str, str]:
    text = arrival.reading.envelope.get("cookie")
    return _parsed(text) if isinstance(text, str) else {}


_parsed = lru_cache(maxsize=1024)(read_cookies)


def _finding(page: SeenPage, arrival: Arrival, cookie: str, *, got: str, expected: str) -> Finding:
    right = expected if cookie == THIS else f"{quoted(expected)}, the id of the page view before"
    return Finding(
        code="wrong-value",
        message=f"pageview: the cookie {cookie} is {quoted(got)}, not {right}",
        hint="give each page view an id of its own, and keep the one before in jirafe_lpvid",
        step=page.step.number,
        place="/cookie",
        evidence=Evidence(
            event=None, pointer="/cookie", url=page.view.url, beacon=arrival.beacon.number, value=got, allowed=expected
        ),
    )
