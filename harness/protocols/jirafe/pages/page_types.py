"""What a page is, as the store's own markup and our way to it say, against what it tells the tracker that it is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from harness.findings import Finding
from harness.protocols.jirafe.pages.snippet import PageSeen

PAGE_TYPES: Final = {
    "home": ("homepage",),
    "category": ("category",),
    "product": ("product",),
    "search": ("search",),
    "cart": ("cart",),
    "checkout": ("checkout", "order_confirm"),
}
"""The page types that are right for a page of each kind, the best first."""

_ADDRESS = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}")


def subject_findings(page: PageSeen) -> Iterator[Finding]:
    """The wrong type for the page, other words than were searched for, a customer's address in a URL."""
    views = _views(page)
    right = PAGE_TYPES.get(page.looked.kind, ())
    for kind in dict.fromkeys(str(view.get("page_type")) for view in views):
        if right and kind not in right:
            yield page.finding(
                "wrong-type",
                f'page_type is "{kind}" on a {page.looked.kind} page, not "{right[0]}"',
                "give jirafe_api.pageview the page's own type as its third argument: "
                + ", ".join(f'"{types[0]}" on {_a(name)} page' for name, types in PAGE_TYPES.items()),
                event="pageview",
                pointer="/page_type",
                value=kind,
                allowed=list(right),
            )
            break
    yield from _words(page, views)
    yield from _addresses(page)


def _views(page: PageSeen) -> list[Any]:
    """The page views of this page, of those in its step: as sent, or as called where nothing was sent."""
    views = [event for event in page.step.events if event.type == "pageview"]
    own = [event for event in views if _current_url(event.envelope) == page.url]
    sent = [event.body for event in own or views]
    called = [call["arguments"] for call in page.looked.calls if call["name"] == "pageview"]
    return sent or [{"page_type": given[2], **_object(given[3:4])} for given in called if len(given) > 2]


def _current_url(envelope: Mapping[str, Any]) -> Any:
    told = envelope.get("page")
    return told.get("current_url") if isinstance(told, dict) else None


def _object(given: Any) -> dict[str, Any]:
    return given[0] if given and isinstance(given[0], dict) else {}


def _words(page: PageSeen, views: list[Any]) -> Iterator[Finding]:
    words = str(page.looked.said.get("words", ""))
    for view in views:
        search = view.get("search")
        said = search.get("keyword", search.get("term")) if isinstance(search, dict) else None
        if words and isinstance(said, str) and said.strip().lower() != words.lower():
            yield page.finding(
                "wrong-value",
                f'search.keyword is "{said}", and "{words}" was searched for',
                "take the words from the search field, decoded, as the shopper typed them",
                event="pageview",
                pointer="/search/keyword",
                value=said,
                allowed=words,
            )


def _addresses(page: PageSeen) -> Iterator[Finding]:
    """A URL with an e-mail address goes to the collector with every event, and to everyone else on the page."""
    urls = dict.fromkeys([page.url, *(shown.view.url for shown in page.step.pages)])
    for url in urls:
        found = _ADDRESS.search(unquote_plus(unquote_plus(url)))
        if found:
            hidden = re.sub(r"(?<=.).(?=[^@]*@)", "*", found[0])
            yield page.finding(
                "leaked-address",
                f"an e-mail address ({hidden}) stands in the URL of a page; the tracker sends it with every event",
                "keep personal data out of URLs: send forms with POST, and name customers by an id",
                value=hidden,
            )
            return


def _a(name: str) -> str:
    return f"the {name}" if name in ("home", "cart", "checkout") else f"a {name}"
