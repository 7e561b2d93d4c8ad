"""Broken trackers: visits, visitors, attribution, and cookies."""

from typing import Final

from support.broken_trackers.model import detected_by, edited

TRACKERS: Final = (
    edited(
        "visit-ends-early",
        "ends a visit after 29 minutes",
        detected_by("visits/half-an-hour", "unexpected-event", event="visit"),
        ("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 29 * 60"),
    ),
    edited(
        "visit-ends-a-second-early",
        "ends a visit one second too early",
        detected_by("visits/half-an-hour", "unexpected-event", event="visit", condition=15),
        ("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 30 * 60 - 1"),
    ),
    edited(
        "visit-ends-two-seconds-late",
        "ends a visit two seconds too late",
        detected_by("visits/half-an-hour", "missing-event", event="visit", condition=15),
        ("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 30 * 60 + 2"),
    ),
    edited(
        "visit-never-ends",
        "continues a visit after half an hour without activity",
        detected_by("visits/half-an-hour", "missing-event", event="visit"),
        ("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 24 * 60 * 60"),
    ),
    edited(
        "visit-ends-at-midnight",
        "ends a visit at midnight",
        detected_by("visits/midnight", "unexpected-event", event="visit", condition=15),
        ("visit.id !== '' &&", "new Date().getDate() === new Date(+visit.active).getDate() &&"),
    ),
    edited(
        "visit-on-every-page",
        "starts a visit on every page",
        detected_by("visits/levels", "unexpected-event", event="visit"),
        ("!arrived && document.referrer !== '' && !cameFromStore()", "!arrived && document.referrer !== ''"),
    ),
    edited(
        "visit-on-reload",
        "starts a visit when the landing page is reloaded",
        detected_by("visits/walk-back", "unexpected-event", event="visit"),
        ("|| (arrives && !/reload|back_forward/.test(navigationType()))", "|| arrives"),
    ),
    edited(
        "visit-for-each-tab",
        "starts a visit in every tab",
        detected_by("visits/two-tabs", "unexpected-event", event="visit", condition=16),
        (
            "const starts = !isRunning(running)",
            "const known = sessionStorage.known; sessionStorage.known = 1; "
            "const starts = !known || !isRunning(running)",
        ),
    ),
    edited(
        "visit-not-sent",
        "never sends the visit event",
        detected_by("hostile/offline", "missing-event", event="visit"),
        ("if (visit.isNew) calls.unshift(", "if (false) calls.unshift("),
    ),
    edited(
        "visit-sent-last",
        "sends the visit event after the other events",
        detected_by("hostile/offline", "wrong-order", event="pageview"),
        ("if (visit.isNew) calls.unshift(", "if (visit.isNew) calls.push("),
    ),
    edited(
        "arrival-ignored",
        "continues a visit when the shopper comes from another site",
        detected_by("visits/referrers", "missing-event", event="visit"),
        ("|| (arrives &&", "|| (false &&"),
    ),
    edited(
        "campaign-ignored",
        "continues a visit when a new campaign starts",
        detected_by("visits/new-campaign", "missing-event", event="visit", condition=24),
        ("      || (levels && JSON.stringify(levels) !== running.tag_attribution);", ";"),
        ("|| (arrives &&", "|| (false &&"),
    ),
    edited(
        "empty-attribution-as-new",
        "starts a visit when a page has no attribution",
        detected_by("visits/new-campaign", "unexpected-event", event="visit", condition=15),
        ("|| (levels && JSON", "|| (JSON"),
        (" !== running.tag_attribution", " !== (running.tag_attribution || undefined)"),
    ),
    edited(
        "campaign-lost",
        "omits the campaign after the first page",
        detected_by("visits/campaign", "visit-changed", field="/visit/tag_attribution", condition=24),
        (
            "tag_attribution: fromJson(visit.tag_attribution)",
            "tag_attribution: visit.isNew ? fromJson(visit.tag_attribution) : undefined",
        ),
    ),
    edited(
        "search-engines-unknown",
        "reports search engines as other sites",
        detected_by("visits/attribution", "missing-event", event="visit", word='"referral"', condition=24),
        ("(?:^|\\.)(google|bing", "(?:^|\\.)(goggle|bing"),
    ),
    edited(
        "too-many-levels",
        "sends more than five attribution levels",
        detected_by("visits/levels", "schema", field="/visit/tag_attribution", condition=24),
        ("MOST_LEVELS = 5", "MOST_LEVELS = 9"),
    ),
    edited(
        "attribution-truncated",
        "sends only the first attribution level",
        detected_by("visits/levels", "missing-event", event="visit"),
        ("const MOST_LEVELS = 5;", "const MOST_LEVELS = 1;"),
    ),
    edited(
        "visitor-renewed",
        "creates a new visitor id on every page",
        detected_by("visits/levels", "visit-changed", field="/visit/visitor"),
        ("readCookie(VISITOR_COOKIE) || newId()", "newId()"),
    ),
    edited(
        "visitor-of-the-browser",
        "derives the visitor id from the browser",
        detected_by("visits/two-shoppers", "visit-changed", field="/visit/visitor", condition=16),
        ("readCookie(VISITOR_COOKIE) || newId()", "String(navigator.userAgent.length * screen.width)"),
    ),
    edited(
        "visit-referrer-lost",
        "omits the referrer of the visit",
        detected_by("hostile/offline", "wrong-value", field="/visit/referrer_url"),
        ("newVisit(levels, arrives ? document.referrer : '')", "newVisit(levels, '')"),
    ),
    edited(
        "landing-page-moves",
        "reports the current page as the landing page",
        detected_by("visits/levels", "visit-changed", field="/visit/landing_url"),
        ("landing_url: visit.landing_url,", "landing_url: location.href,"),
    ),
    edited(
        "cookies-swapped",
        "stores the visit id in the visitor's cookie and vice versa",
        detected_by("hostile/offline", "swapped-ids", field="/visit/id"),
        ("const VISITOR_COOKIE = 'jirafe_vis';", "const VISITOR_COOKIE = 'jirafe_vid';"),
        ("id: 'jirafe_vid',", "id: 'jirafe_vis',"),
    ),
    edited(
        "cookies-of-a-folder",
        "sets cookies for the page's folder only",
        detected_by("hostile/signals", "consent-ignored", word="jirafe_vid"),
        ("Path=/; Max-Age", "Max-Age"),
    ),
    edited(
        "cookies-of-one-host",
        "sets cookies for one host only",
        detected_by("visits/subdomains", "visit-changed", field="/visit/visitor", condition=19),
        ("DOMAINS.find(isTaken)", "''"),
    ),
    edited(
        "landing-cookie-renamed",
        "stores the landing page in a cookie with another name",
        detected_by("visits/cookies", "missing-event", event="pageview", word="jirafe_landing", condition=24),
        ("'jirafe_lnd'", "'jirafe_landing'"),
    ),
    edited(
        "last-page-view-lost",
        "stores no id of the previous page view",
        detected_by(
            "visits/walk-back", "wrong-value", field="/cookie", word="jirafe_lpvid", condition=15, healthy_twin=False
        ),
        ("lastPageview: visit.pageview, ", ""),
    ),
    edited(
        "page-view-id-stuck",
        "uses one id for all page views of a visit",
        detected_by(
            "visits/walk-back", "wrong-value", field="/cookie", word="jirafe_pvid", condition=15, healthy_twin=False
        ),
        ("pageview: newId()});", "pageview: visit.pageview || newId()});"),
    ),
    edited(
        "other-host-as-other-site",
        "treats the store's second host as another site",
        detected_by("visits/subdomains", "unexpected-event", event="visit", condition=19),
        ("return isOurs(host) ||", "return host === location.hostname ||"),
    ),
    edited(
        "visit-without-referrer",
        "starts a visit on a page without a referrer",
        detected_by("hostile/referrer-policy", "unexpected-event", event="visit", condition=23),
        ("document.referrer !== '' && !cameFromStore()", "!cameFromStore()"),
    ),
)
