"""Broken trackers: page views, URLs, titles, referrers, and frames."""

from typing import Final

from support.broken_trackers.model import SOURCE, detected_by, edited, replaced

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
        detected_by(
            "hostile/single-page", "missing-event", event="pageview", word="/categories/3/index.html", condition=4
        ),
        ("if (allowed === false) return;", "if (allowed === false || (name === 'pageview' && page.url)) return;"),
    ),
    edited(
        "popstate-ignored",
        "ignores page views after popstate",
        detected_by("hostile/single-page", "missing-event", event="pageview", word="?q=blue+suede+shoes", condition=4),
        ("if (allowed === false) return;", "if (name === 'pageview' && popped) { popped = false; return; }"),
        prefix="let popped;\naddEventListener('popstate', () => { popped = true; });\n",
    ),
    replaced(
        "fragment-as-page",
        "sends a page view when only the fragment changes",
        detected_by("hostile/single-page", "unexpected-event", event="pageview", condition=4),
        SOURCE + _REPEAT_PAGE_VIEW % "addEventListener('hashchange', again);",
    ),
    replaced(
        "replace-state-as-page",
        "sends a page view after replaceState",
        detected_by("hostile/single-page", "unexpected-event", event="pageview", condition=4),
        SOURCE
        + _REPEAT_PAGE_VIEW
        % """const change = history.replaceState;
          history.replaceState = function (...state) { change.apply(this, state); again(); };""",
    ),
    edited(
        "url-of-first-page",
        "keeps the URL of the first page of a document",
        detected_by(
            "hostile/single-page",
            "wrong-value",
            field="/page/current_url",
            word="https://shop.test/fakewww/index.html",
            condition=4,
        ),
        ("current_url: location.href", "current_url: entryUrl"),
    ),
    edited(
        "title-of-first-page",
        "keeps the title of the first page of a document",
        detected_by(
            "hostile/single-page", "wrong-value", field="/page/current_title", word="Beacon Test Index", condition=4
        ),
        ("current_title: document.title", "current_title: entryTitle"),
        prefix="const entryTitle = document.title;\n",
    ),
    edited(
        "referrer-of-first-page",
        "keeps the referrer of the first page of a document",
        detected_by(
            "hostile/single-page",
            "wrong-value",
            field="/page/referrer_url",
            word="https://www.google.com/",
            condition=4,
        ),
        ("      if (page.url) page.referrer = page.url; // the history API led here\n", ""),
    ),
    edited(
        "restored-page-ignored",
        "ignores pages that are restored from the back/forward cache",
        detected_by(
            "visits/restored", "missing-event", event="pageview", word="/categories/7/index.html", condition=17
        ),
        ("if (persisted && page.view) queue", "if (false) queue"),
    ),
    edited(
        "frame-as-page",
        "sends a page view for each frame",
        detected_by("hostile/iframes", "wrong-value", field="/page/current_url", condition=22),
        ("while (seen.frameElement) seen = seen.parent;", ""),
    ),
    edited(
        "page-around-frame-again",
        "sends another page view for the page around a frame",
        detected_by("hostile/iframes", "unexpected-event", event="pageview", condition=22),
        ("seen === window ? reporter('pageview', pageview) : () => {}", "reporter('pageview', pageview)"),
    ),
    edited(
        "stored-referrer",
        "replaces a hidden referrer by a stored URL",
        detected_by("hostile/referrer-policy", "wrong-value", field="/page/referrer_url", condition=23),
        (
            "referrer: document.referrer, referrer_type",
            "referrer: document.referrer || sessionStorage.last || '', referrer_type",
        ),
        (
            "      if (page.url) page.referrer",
            "      sessionStorage.last = location.href;\n      if (page.url) page.referrer",
        ),
    ),
    edited(
        "referrer-origin-unknown",
        "recognizes pages of the store by their full URL only",
        detected_by("hostile/referrer-origin", "wrong-value", field="/page/referrer_type", word="*none*", condition=23),
        ("if (!isOurs(hostOf(page.referrer)))", "if (!page.referrer.startsWith(location.origin + '/fakewww/'))"),
    ),
    edited(
        "page-types-stuck",
        "reports every page as the home page",
        detected_by("visits/levels", "wrong-value", event="pageview", field="/page_type"),
        ("page_type: required(text(type), 'page_type'),", "page_type: 'homepage',"),
    ),
    edited(
        "category-missing",
        "omits the category of category pages",
        detected_by("visits/levels", "missing-field", event="pageview", field="/category"),
        ("category: texts(said.category),", ""),
    ),
    edited(
        "path-as-url",
        "sends the path of the page instead of its URL",
        detected_by("hostile/offline", "wrong-value", field="/page/current_url"),
        ("current_url: location.href,", "current_url: location.pathname,"),
    ),
    edited(
        "referrer-type-is-own",
        "sends the page's own type as the type of the referrer",
        detected_by("hostile/offline", "wrong-value", field="/page/referrer_type"),
        ("referrer_type: page.referrer_type,\n", "referrer_type: page.type,\n"),
    ),
    edited(
        "view-when-visible-again",
        "sends a page view when a hidden page becomes visible again",
        detected_by("hostile/hidden", "unexpected-event", event="pageview", condition=6),
        ("? leave() : comeBack()", "? leave() : (comeBack(), window.jirafe_deferred(api))"),
    ),
)
