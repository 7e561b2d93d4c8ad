"""Small edits of the built-in tracker's source: slips of its authors."""

from typing import Final

from harness.mutation.recordings.mutant import ExpectedFinding
from harness.mutation.trackers.mutant import Mutant
from harness.protocols.jirafe.mutations.expected_findings import LOST, REPEATED, WRONG, about, at, some


def edit(
    name: str, what: str, expected: tuple[ExpectedFinding, ...], *edits: tuple[str, str], near: tuple[str, ...] = ()
) -> Mutant:
    """A mutant made by replacing texts that stand once in the built-in tracker's source."""
    return Mutant(name=name, what=what, expected=expected, edits=edits, near=near)


_LOADING: Final = (
    edit(
        "acts-twice",
        "it acts for each time that it is loaded",
        some(*REPEATED),
        ("if (window.jirafe_api && window.jirafe_api.pageview) return;", ""),
        near=("snippet: twice",),
    ),
    edit(
        "waits-for-load",
        "it waits for the load of a page that has loaded already",
        some("tracker-silent", "missing-event"),
        ("setTimeout(callPage);", ""),
        near=("snippet: late",),
    ),
    edit(
        "calls-at-once",
        "it calls the page at once or never",
        some("tracker-silent", "missing-event"),
        ("document.addEventListener('DOMContentLoaded', callPage);", ""),
        ("addEventListener('load', callPage);", ""),
        ("setTimeout(callPage);", "callPage();"),
        near=("snippet: before",),
    ),
    edit(
        "needs-storage",
        "it cannot do without storage",
        some("page-error", "tracker-silent"),
        (
            "  const entryUrl = location.href;",
            "  sessionStorage.getItem('jirafe_unsent');\n  const entryUrl = location.href;",
        ),
        near=("lacks: storage",),
    ),
)

_VISITS: Final = (
    edit(
        "visit-ends-early",
        "it ends a visit after 29 minutes",
        about("visit", *REPEATED),
        ("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 29 * 60"),
        near=("wait: 1739 seconds",),
    ),
    edit(
        "visit-never-ends",
        "it goes on with a visit after half an hour of silence",
        about("visit", *LOST),
        ("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 24 * 60 * 60"),
        near=("wait: 1741 seconds",),
    ),
    edit(
        "visit-on-every-page",
        "it starts a visit on every page",
        about("visit", *REPEATED),
        ("!arrived && document.referrer !== '' && !cameFromStore()", "!arrived && document.referrer !== ''"),
    ),
    edit(
        "visit-on-reload",
        "it starts a visit when the landing page is reloaded",
        about("visit", *REPEATED),
        ("|| (arrives && !['reload', 'back_forward'].includes(navigationType()))", "|| arrives"),
        near=("from: www.google.com", "- reload"),
    ),
    edit(
        "visit-untold",
        "it never tells that a visit starts",
        about("visit", *LOST),
        ("if (visit.isNew) calls.unshift(", "if (false) calls.unshift("),
    ),
    edit(
        "visit-told-last",
        "it tells that a visit starts after what happened in it",
        some("wrong-order"),
        ("if (visit.isNew) calls.unshift(", "if (visit.isNew) calls.push("),
        near=("expect in order:\n      - visit",),
    ),
    edit(
        "arrival-missed",
        "it goes on with a visit when the shopper comes from another site",
        about("visit", *LOST),
        ("|| (arrives &&", "|| (false &&"),
        near=("from: www.facebook.com",),
    ),
    edit(
        "campaign-missed",
        "it goes on with a visit when another campaign comes",
        (*about("visit", *LOST), *at("/visit/tag_attribution", *WRONG)),
        ("      || (levels && JSON.stringify(levels) !== running.tagAttribution);", ";"),
        ("|| (arrives &&", "|| (false &&"),
        near=("utm_campaign=", "from: newsletter.example"),
    ),
    edit(
        "visitor-renewed",
        "it takes every visitor for a new one",
        at("/visit/visitor", "wrong-value", "visit-changed"),
        ("readCookie(VISITOR_COOKIE) || newId()", "newId()"),
    ),
    edit(
        "cookies-swapped",
        "it keeps the visit's id in the visitor's cookie, and the other way round",
        some("swapped-ids"),
        ("const VISITOR_COOKIE = 'jirafe_vis';", "const VISITOR_COOKIE = 'jirafe_vid';"),
        ("id: 'jirafe_vid',", "id: 'jirafe_vis',"),
    ),
    edit(
        "cookies-of-a-folder",
        "it sets its cookies for the page's folder, not for the whole store",
        (*about("visit", *REPEATED), *some("visit-changed"), *at("/cookie", "wrong-value")),
        ("Path=/; Max-Age", "Max-Age"),
        near=("- category",),
    ),
    edit(
        "referrer-of-the-visit-lost",
        "it forgets where the visit came from",
        at("/visit/referrer_url", *WRONG, "visit-changed"),
        ("newVisit(levels, arrives ? document.referrer : '')", "newVisit(levels, '')"),
        near=("from: www.google.com",),
    ),
    edit(
        "landing-follows",
        "it takes each page for the one that the visit landed on",
        at("/visit/landing_url", *WRONG, "visit-changed"),
        ("landing_url: visit.landing,", "landing_url: location.href,"),
    ),
)

_EVENTS: Final = (
    edit(
        "edit-as-add",
        "it tells a changed quantity as an add",
        (
            *about("edit_cart", *LOST),
            *about("add_item_to_cart", "unexpected-event", "forbidden-event", "wrong-value"),
        ),
        ("cartEvent('edit_cart', data)", "cartEvent('add_item_to_cart', data)"),
        near=("edit_cart",),
    ),
    edit(
        "remove-untold",
        "it does not tell what leaves the cart",
        about("remove_item_from_cart", *LOST),
        ("remove: reporter('cart.remove',", "remove: () => undefined && reporter('cart.remove',"),
        near=("remove_item_from_cart",),
    ),
    edit(
        "page-types-stuck",
        "it says of each page that it is of the home page's type",
        at("/page_type", *WRONG),
        ("page_type: required(text(type), 'the page type'),", "page_type: 'homepage',"),
        near=("- category",),
    ),
    edit(
        "last-step-never",
        "it takes the text true for something else, so that no step of the funnel is the last",
        (*at("/last_step", *WRONG), *about("funnel", "funnel-order", "wrong-value", "missing-event")),
        ("said.last_step === 'true'", "said.last_step === true"),
        near=("funnel",),
    ),
    edit(
        "positions-as-text",
        "it sends the position in the funnel as text",
        at("/step_position", "schema"),
        ("integer(required(said.step_position, 'step_position'))", "required(said.step_position, 'step_position')"),
        near=("funnel",),
    ),
    edit(
        "search-cut",
        "it keeps only the first word of what was searched for",
        at("/search/keyword", *WRONG),
        ("{keyword: term, ...rest,", "{...rest, keyword: (rest.keyword || term).split(' ')[0],"),
        near=("search: blue suede shoes",),
    ),
    edit(
        "category-untold",
        "it does not say which category a page shows",
        at("/category", *WRONG),
        ("category: texts(said.category),", ""),
        near=("- category",),
    ),
    edit(
        "attribution-cut",
        "it keeps only the first level of what the page sets as attribution",
        (*at("/attribution", *WRONG), *at("/tag_attribution", *WRONG), *about("visit", "missing-event")),
        ("const MOST_LEVELS = 5;", "const MOST_LEVELS = 1;"),
        near=("attribution: [",),
    ),
    edit(
        "path-for-address",
        "it sends the page's path in place of its address",
        at("/page/current_url", *WRONG),
        ("current_url: location.href,", "current_url: location.pathname,"),
    ),
    edit(
        "referring-type-late",
        "it says of the page that referred the type of the page itself",
        at("/page/referrer_type", *WRONG),
        ("referrer_type: page.referrerType,", "referrer_type: page.type,"),
    ),
    edit(
        "clock-in-words",
        "it writes the time as browsers show it",
        at("/timestamp", "schema", "date-format"),
        ("calls[0].time.toISOString()", "String(calls[0].time)"),
    ),
)

_TRANSPORT: Final = (
    edit(
        "never-tries-again",
        "it does not send again what the collector could not take",
        some("missing-event"),
        ("status === 0 || status === 429 || status >= 500", "status === -1"),
        near=("503",),
    ),
    edit(
        "retry-after-ignored",
        "it does not heed Retry-After",
        some("early-retry"),
        ("tryLater(Number(retryAfter));", "tryLater(0);"),
        near=("retry after",),
    ),
    edit(
        "refused-sent-again",
        "it sends again what was refused for good",
        some("needless-retry"),
        ("status === 0 || status === 429 || status >= 500", "status !== 200"),
        near=("[400,",),
    ),
    edit(
        "tries-for-ever",
        "it goes on trying for ever, once a second",
        some("endless-retry"),
        ("if (failures < PAUSES.length && !leaving) {", "if (!leaving) {"),
        ("PAUSES[failures]", "1"),
        near=("collector: 503", "for: beacons"),
    ),
    edit(
        "errors-uncaught",
        "it does not catch it when the network fails",
        some("page-error"),
        (", cutOff)", ")"),
        near=("blocked: collector",),
    ),
    edit(
        "unsent-forgotten",
        "it forgets what it could not send when the page goes",
        some("missing-event"),
        ("keep(failures ? rest : ", "keep(failures ? [] : "),
        near=("blocked: collector",),
    ),
    edit(
        "unsent-kept",
        "it sends on every page what one page could not send",
        some("duplicate-event"),
        ("      sessionStorage.removeItem(UNSENT);\n", ""),
        near=("collector: 503", "for: beacons"),
    ),
    edit(
        "new-before-old",
        "it sends what is new before what is left from the page before",
        some("wrong-order"),
        ("outbox.splice(underWay ? 1 : 0, 0, ...takeUnsent())", "outbox.push(...takeUnsent())"),
        near=("collector: 503", "for: beacons"),
    ),
    edit(
        "two-ways-at-once",
        "it takes another way when one fails, and tries the first again as well",
        some("duplicate-event"),
        (", cutOff)", ", () => { sendBeacon(body); return [0]; })"),
        near=("reset before body",),
    ),
    edit(
        "fetch-only",
        "it knows fetch only",
        some("missing-event", "page-error"),
        ("if (window.fetch) postByFetch(body, done);", "if (true) postByFetch(body, done);"),
        near=("lacks: fetch",),
    ),
    edit(
        "no-pixels",
        "it has no last resort where a browser can send nothing but pictures",
        some("missing-event"),
        ("new Image().src = ", "void "),
        near=("lacks: [fetch, sendBeacon, XMLHttpRequest]",),
    ),
    edit(
        "never-counts-bytes",
        "it asks for a request that outlives the page, however large",
        some("browser-refused"),
        ("keepalive: fits(body)", "keepalive: true"),
        near=("pictures:",),
    ),
    edit(
        "forbidden-host",
        "it sends to a host that the page's policy forbids",
        some("browser-refused"),
        ("events.jirafe.com/v1/tracker`", "event.jirafe.com/v1/tracker`"),
        near=("policy: smallest",),
    ),
)

MUTANTS: Final = (*_LOADING, *_VISITS, *_EVENTS, *_TRANSPORT)
