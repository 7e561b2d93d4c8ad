"""Broken trackers: pages without a new document, whose address or title changes in unusual ways."""

from typing import Final

from support.broken_trackers.model import SOURCE, detected_by, edited, replaced

_REPEAT_PREVIEWS: Final = """(function () {
  const {pageview} = jirafe_api;
  let last;
  jirafe_api.pageview = (...values) => { last = values; pageview(...values); };
  addEventListener('turbo:render', () => document.documentElement.hasAttribute('data-turbo-preview') && pageview(...last));
})();
"""

TRACKERS: Final = (
    edited(
        "routes-ignored",
        "ignores page views of hash routes",
        detected_by(
            "hostile/hash-routes", "missing-event", event="pageview", word="#/fakewww/categories/3", condition=25
        ),
        ("if (allowed === false) return;", "if (allowed === false || location.hash.startsWith('#/')) return;"),
    ),
    edited(
        "url-without-route",
        "sends the URL of a hash route without its fragment",
        detected_by("hostile/hash-routes", "wrong-value", field="/page/current_url", condition=25),
        ("current_url: location.href", "current_url: location.href.split('#')[0]"),
    ),
    replaced(
        "any-fragment-as-page",
        "sends a page view for a fragment that is no route",
        detected_by("hostile/hash-routes", "unexpected-event", event="pageview", condition=25),
        SOURCE + "addEventListener('hashchange', () => location.hash === '#main' && jirafe_deferred(jirafe_api));",
    ),
    edited(
        "history-api-only",
        "recognizes page views only after pushState or popstate",
        detected_by("hostile/navigation-api", "missing-event", event="pageview", condition=26),
        (
            "if (allowed === false) return;",
            "if (allowed === false || (name === 'pageview' && page.url && !changed)) return;\n      changed = false;",
        ),
        prefix="""let changed = false;
            const push = history.pushState;
            history.pushState = function (...state) { changed = true; push.apply(this, state); };
            addEventListener('popstate', () => { changed = true; });\n""",
    ),
    edited(
        "title-when-address-changes",
        "reads the title as soon as the address changes",
        detected_by(
            "hostile/late-title", "wrong-value", field="/page/current_title", word="Beacon Test Index", condition=27
        ),
        ("current_title: document.title", "current_title: pushedTitle || document.title"),
        prefix="""let pushedTitle = '';
            const push = history.pushState;
            history.pushState = function (...state) { push.apply(this, state); pushedTitle = document.title; };\n""",
    ),
    replaced(
        "preview-as-page",
        "sends a page view for a preview from the page's cache",
        detected_by("hostile/turbo-preview", "unexpected-event", event="pageview", condition=28),
        SOURCE + _REPEAT_PREVIEWS,
    ),
)
