"""Small edits of the built-in tracker's source: slips about consent, cookies and what lives longer than a page."""

from typing import Final

from harness.protocols.jirafe.mutations.expected_findings import LOST, REPEATED, WRONG, about, at, some
from harness.protocols.jirafe.mutations.tracker_edits import edit

_CONSENT: Final = (
    edit(
        "consent-unasked",
        "it does not wait until the shopper agrees",
        some("consent-ignored"),
        ("let allowed = startingConsent();", "let allowed = true;"),
        near=("- accept cookies",),
    ),
    edit(
        "refusal-ignored",
        "it takes a refusal for an answer, and sends",
        some("consent-ignored"),
        ("allowed = Boolean(given);", "allowed = true;"),
        near=("- refuse cookies",),
    ),
    edit(
        "cookies-outlive-consent",
        "it keeps its cookies when the shopper takes consent back",
        some("consent-ignored"),
        ("writeCookie(name, '', 0, domain)", "cookie"),
        near=("- withdraw consent",),
    ),
    edit(
        "page-forgotten-before-consent",
        "it forgets what a page said before the shopper agreed",
        (*about("visit", *LOST), *about("pageview", *LOST)),
        ("if (allowed === false) return;", "if (!allowed) return;"),
        near=("- accept cookies",),
    ),
    edit(
        "signals-ignored",
        "it does not heed a browser that says no",
        some("consent-ignored"),
        ("return !navigator.globalPrivacyControl && navigator.doNotTrack !== '1';", "return true;"),
        near=("signals: GPC",),
    ),
    edit(
        "do-not-track-ignored",
        "it heeds one of the two ways only in which a browser says no",
        some("consent-ignored"),
        (" && navigator.doNotTrack !== '1'", ""),
        near=("signals: DNT",),
    ),
)

_KEPT: Final = (
    edit(
        "page-view-id-stuck",
        "it gives all page views of a visit one id",
        at("/cookie", "wrong-value"),
        ("pageview: newId()});", "pageview: visit.pageview || newId()});"),
    ),
    edit(
        "last-page-view-lost",
        "it does not keep the id of the page view before",
        at("/cookie", "wrong-value"),
        ("lastPageview: visit.pageview, ", ""),
    ),
    edit(
        "visitor-of-the-browser",
        "it knows a shopper by the browser, as all do who have the same one",
        at("/visit/visitor", "visit-changed", "wrong-value"),
        ("readCookie(VISITOR_COOKIE) || newId()", "String(navigator.userAgent.length * screen.width)"),
        near=("new shopper: tumbler",),
    ),
    edit(
        "visit-for-each-tab",
        "it starts a visit in every tab",
        about("visit", *REPEATED),
        (
            "const starts = !isRunning(running)",
            "const known = sessionStorage.known; sessionStorage.known = 1; const starts = !known || !isRunning(running)",
        ),
        near=("new tab: tumbler",),
    ),
    edit(
        "visit-ends-at-midnight",
        "it ends a visit at midnight",
        about("visit", *REPEATED),
        ("visit.id !== '' &&", "new Date().getDate() === new Date(+visit.active).getDate() &&"),
        near=("wait: until 23:50",),
    ),
    edit(
        "landing-cookie-renamed",
        "it calls a cookie by a name of its own",
        (*at("/cookie", *WRONG), *about("pageview", "missing-event")),
        ("'jirafe_lnd'", "'jirafe_landing'"),
        near=("jirafe_lnd=http",),
    ),
    edit(
        "search-engines-unknown",
        "it takes a search engine for any other site",
        (*at("/rule_attribution/0", *WRONG), *about("visit", "missing-event")),
        (r"(?:^|\.)(google|bing", r"(?:^|\.)(goggle|bing"),
        near=("rule_attribution",),
    ),
    edit(
        "online-unnoticed",
        "it does not notice that the browser is online again",
        some("missing-event"),
        ("addEventListener('online', ", "void ("),
        near=("offline",),
    ),
    edit(
        "pixels-without-site",
        "its pictures do not say of which site they tell",
        (*at("/site", *WRONG), *some("schema", "missing-event", "bad-request")),
        (
            "Object.entries({org, site, data: JSON.stringify(event)})",
            "Object.entries({org, data: JSON.stringify(event)})",
        ),
        near=("lacks: [fetch, sendBeacon, XMLHttpRequest]",),
    ),
    edit(
        "pixels-of-visits-only",
        "its pictures tell of visits, and of page views not",
        about("pageview", *LOST),
        ("if (type === 'pageview' || type === 'visit') {", "if (type === 'visit') {"),
        near=("lacks: [fetch, sendBeacon, XMLHttpRequest]",),
    ),
)

MUTANTS: Final = (*_CONSENT, *_KEPT)
