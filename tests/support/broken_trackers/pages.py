"""Broken trackers: page views, URLs, titles, referrers, and frames."""

from typing import Final

from harness.mutation.model import ExpectedFinding
from support.broken_trackers.model import SOURCE, BrokenTracker, edited

_REPEAT_PAGE_VIEW: Final = """(function () {
  const {pageview} = jirafe_api;
  let last;
  jirafe_api.pageview = (...values) => { last = values; pageview(...values); };
  const again = () => pageview(...last);
  %s
})();
"""

TRACKERS: Final = (
    edited(
        "page-views-of-documents-only",
        "ignores page views after pushState",
        "hostile/single-page",
        ExpectedFinding(code="missing-event", event="pageview", word="/categories/3/index.html"),
        ("if (allowed === false) return;", "if (allowed === false || (name === 'pageview' && page.url)) return;"),
        condition=4,
    ),
    edited(
        "popstate-ignored",
        "ignores page views after popstate",
        "hostile/single-page",
        ExpectedFinding(code="missing-event", event="pageview", word="?q=blue+suede+shoes"),
        ("if (allowed === false) return;", "if (name === 'pageview' && popped) { popped = false; return; }"),
        condition=4,
        prefix="let popped;\naddEventListener('popstate', () => { popped = true; });\n",
    ),
    BrokenTracker(
        name="fragment-as-page",
        defect="sends a page view when only the fragment changes",
        scenario="hostile/single-page",
        expected=(ExpectedFinding(code="unexpected-event", event="pageview"),),
        source=SOURCE + _REPEAT_PAGE_VIEW % "addEventListener('hashchange', again);",
        condition=4,
    ),
    BrokenTracker(
        name="replace-state-as-page",
        defect="sends a page view after replaceState",
        scenario="hostile/single-page",
        expected=(ExpectedFinding(code="unexpected-event", event="pageview"),),
        source=SOURCE
        + _REPEAT_PAGE_VIEW
        % """const change = history.replaceState;
          history.replaceState = function (...state) { change.apply(this, state); again(); };""",
        condition=4,
    ),
    edited(
        "url-of-first-page",
        "keeps the URL of the first page of a document",
        "hostile/single-page",
        ExpectedFinding(code="wrong-value", field="/page/current_url", word="https://shop.test/fakewww/index.html"),
        ("current_url: location.href", "current_url: entryUrl"),
        condition=4,
    ),
    edited(
        "title-of-first-page",
        "keeps the title of the first page of a document",
        "hostile/single-page",
        ExpectedFinding(code="wrong-value", field="/page/current_title", word="Beacon Test Index"),
        ("current_title: document.title", "current_title: entryTitle"),
        condition=4,
        prefix="const entryTitle = document.title;\n",
    ),
    edited(
        "referrer-of-first-page",
        "keeps the referrer of the first page of a document",
        "hostile/single-page",
        ExpectedFinding(code="wrong-value", field="/page/referrer_url", word="https://www.google.com/"),
        ("      if (page.url) page.referrer = page.url; // the history API led here\n", ""),
        condition=4,
    ),
    edited(
        "restored-page-ignored",
        "ignores pages that are restored from the back/forward cache",
        "visits/restored",
        ExpectedFinding(code="missing-event", event="pageview", word="/categories/7/index.html"),
        ("if (persisted && page.view) queue", "if (false) queue"),
        condition=17,
    ),
    edited(
        "frame-as-page",
        "sends a page view for each frame",
        "hostile/iframes",
        ExpectedFinding(code="wrong-value", field="/page/current_url"),
        ("while (seen.frameElement) seen = seen.parent;", ""),
        condition=22,
    ),
    edited(
        "page-around-frame-again",
        "sends another page view for the page around a frame",
        "hostile/iframes",
        ExpectedFinding(code="unexpected-event", event="pageview"),
        ("seen === window ? reporter('pageview', pageview) : () => {}", "reporter('pageview', pageview)"),
        condition=22,
    ),
    edited(
        "stored-referrer",
        "replaces a hidden referrer by a stored URL",
        "hostile/referrer-policy",
        ExpectedFinding(code="wrong-value", field="/page/referrer_url"),
        (
            "referrer: document.referrer, referrerType",
            "referrer: document.referrer || sessionStorage.last || '', referrerType",
        ),
        (
            "      if (page.url) page.referrer",
            "      sessionStorage.last = location.href;\n      if (page.url) page.referrer",
        ),
        condition=23,
    ),
    edited(
        "referrer-origin-unknown",
        "recognizes pages of the store by their full URL only",
        "hostile/referrer-origin",
        ExpectedFinding(code="wrong-value", field="/page/referrer_type", word="*none*"),
        ("if (!isOurs(hostOf(page.referrer)))", "if (!page.referrer.startsWith(location.origin + '/fakewww/'))"),
        condition=23,
    ),
    edited(
        "page-types-stuck",
        "reports every page as the home page",
        "visits/levels",
        ExpectedFinding(code="wrong-value", event="pageview", field="/page_type"),
        ("page_type: required(text(type), 'the page type'),", "page_type: 'homepage',"),
    ),
    edited(
        "category-missing",
        "omits the category of category pages",
        "visits/levels",
        ExpectedFinding(code="missing-field", event="pageview", field="/category"),
        ("category: texts(said.category),", ""),
    ),
    edited(
        "path-as-url",
        "sends the path of the page instead of its URL",
        "hostile/offline",
        ExpectedFinding(code="wrong-value", field="/page/current_url"),
        ("current_url: location.href,", "current_url: location.pathname,"),
    ),
    edited(
        "referrer-type-is-own",
        "sends the page's own type as the type of the referrer",
        "hostile/offline",
        ExpectedFinding(code="wrong-value", field="/page/referrer_type"),
        ("referrer_type: page.referrerType,", "referrer_type: page.type,"),
    ),
    edited(
        "view-when-visible-again",
        "sends a page view when a hidden page becomes visible again",
        "hostile/hidden",
        ExpectedFinding(code="unexpected-event", event="pageview"),
        ("? leave() : comeBack()", "? leave() : (comeBack(), window.jirafe_deferred(api))"),
        condition=6,
    ),
)
