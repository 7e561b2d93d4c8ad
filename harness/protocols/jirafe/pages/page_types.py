"""A page's own type and search words, checked against those that it sends, and personal data in its URL."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.protocols.jirafe.pages.snippet import StorePage
from harness.urls import hidden_email

PAGE_TYPES: Final = {
    "home": ("homepage",),
    "category": ("category",),
    "product": ("product",),
    "search": ("search",),
    "cart": ("cart",),
    "checkout": ("checkout", "order_confirm"),
}
"""The right page types for each kind of page, the best one first."""

LIKE_VENDOR: Final = ("homepage", "checkout", "order_confirm")
"""The types for which the vendor's own snippets send `other` (errata 41)."""


def subject_findings(page: StorePage) -> Iterator[Finding]:
    """A wrong page type, wrong search words, an e-mail address in a URL."""
    views = _pageviews(page)
    right = PAGE_TYPES.get(page.inspected.kind, ())
    types = [str(view.get("page_type")) for view in views]
    wrong = next((name for name in types if right and name not in right), None)
    if wrong is not None:
        is_as_vendor = wrong == "other" and right[0] in LIKE_VENDOR
        yield page.finding(
            "wrong-type",
            f'page_type is "{wrong}" on a {page.inspected.kind} page; expected "{right[0]}"'
            f"{'; the vendor publishes snippets that do this' * is_as_vendor}",
            f'Pass "{right[0]}" as the third argument of jirafe_api.pageview on this page.',
            Severity.WARNING if is_as_vendor else Severity.ERROR,
            event="pageview",
            pointer="/page_type",
            value=wrong,
            allowed=list(right),
        )
    yield from _keyword_findings(page, views)
    yield from _email_findings(page)


def _pageviews(page: StorePage) -> list[Any]:
    """The pageviews that the step sent for this page; if none was sent, those that the page's calls create."""
    views = [event for event in page.step.events if event.type == "pageview"]
    own = [event for event in views if _current_url(event.envelope) == page.url]
    sent = [event.body for event in own or views]
    calls = [arguments for arguments in page.pageview_calls if len(arguments) > 2]
    return sent or [{"page_type": arguments[2], **_object(arguments[3:4])} for arguments in calls]


def _current_url(envelope: Mapping[str, Any]) -> Any:
    page = envelope.get("page")
    return page.get("current_url") if isinstance(page, dict) else None


def _object(arguments: Any) -> dict[str, Any]:
    return arguments[0] if arguments and isinstance(arguments[0], dict) else {}


def _keyword_findings(page: StorePage, views: list[Any]) -> Iterator[Finding]:
    words = str(page.inspected.survey.get("words", ""))
    for view in views:
        search = view.get("search")
        keyword = search.get("keyword", search.get("term")) if isinstance(search, dict) else None
        if words and isinstance(keyword, str) and keyword.strip().lower() != words.lower():
            yield page.finding(
                "wrong-value",
                f'search.keyword is "{keyword}"; expected "{words}" (the words that were searched for)',
                "Send the decoded words from the search field, as the shopper typed them.",
                event="pageview",
                pointer="/search/keyword",
                value=keyword,
                allowed=words,
            )


def _email_findings(page: StorePage) -> Iterator[Finding]:
    """The tracker sends URLs with every event, and other scripts on the page can read them."""
    urls = dict.fromkeys([page.url, *(shown.view.url for shown in page.step.pages)])
    hidden = next((each for url in urls if (each := hidden_email(url))), None)
    if hidden:
        yield page.finding(
            "leaked-address",
            f"the URL of a page contains an e-mail address ({hidden}); the tracker sends it with every event",
            "Keep personal data out of URLs: send forms with POST, and identify customers by an id.",
            value=hidden,
        )
