"""Hard conditions: scenarios, and for each a tracker, or a store, that is broken in the one way that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from support import broken_trackers as trackers


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A scenario under `scenarios/`, and a tracker that fails it: with which finding, and what that says.

    Where it is the store that is broken, `store` are its switches in that scenario.
    """

    condition: int
    scenario: str
    tracker: str
    code: str
    says: str
    healthy: bool = field(default=True)
    store: Mapping[str, str] = field(default_factory=dict)


PAIRS = {
    "it sends when the page goes, by a request that goes with it": Pair(
        condition=1,
        scenario="hostile/leaving",
        tracker=trackers.SENT_ON_LEAVING,
        code="preflight-only",
        says="asked whether it may send",
        healthy=False,
    ),
    "it sends again on the next page what was under way": Pair(
        condition=1,
        scenario="hostile/in-a-hurry",
        tracker=trackers.changed(
            ("if (underWay && fits(outbox[0])) left = outbox[0];", "if (underWay) keep([outbox[0]]);")
        ),
        code="duplicate-event",
        says="was sent more than once: again in beacon",
    ),
    "it has no last resort": Pair(
        condition=2,
        scenario="hostile/transports",
        tracker=trackers.changed(("new Image().src = ", "void ")),
        code="missing-event",
        says="pageview is missing",
    ),
    "it knows fetch only": Pair(
        condition=2,
        scenario="hostile/transports",
        tracker=trackers.changed(("if (window.fetch) postByFetch(body, done);", "if (true) postByFetch(body, done);")),
        code="missing-event",
        says="pageview is missing",
    ),
    "it acts for each time that it is loaded": Pair(
        condition=3,
        scenario="hostile/snippet-twice",
        tracker=trackers.changed(("if (window.jirafe_api && window.jirafe_api.pageview) return;", "")),
        code="duplicate-event",
        says="was sent more than once: again in beacon",
    ),
    "it waits for a page that has loaded already": Pair(
        condition=3,
        scenario="hostile/snippet-late",
        tracker=trackers.changed(("setTimeout(callPage);", "")),
        code="tracker-silent",
        says="the tracker sent nothing",
    ),
    "it calls the page at once or never": Pair(
        condition=3,
        scenario="hostile/snippet-before",
        tracker=trackers.changed(
            ("document.addEventListener('DOMContentLoaded', callPage);", ""),
            ("addEventListener('load', callPage);", ""),
            ("setTimeout(callPage);", "callPage();"),
        ),
        code="tracker-silent",
        says="the tracker sent nothing",
    ),
    "it knows the page views of documents only": Pair(
        condition=4,
        scenario="hostile/single-page",
        tracker=trackers.changed(
            ("if (allowed === false) return;", "if (allowed === false || (name === 'pageview' && page.url)) return;")
        ),
        code="missing-event",
        says="/categories/3/index.html, shown by pushState",
    ),
    "it overlooks the way back": Pair(
        condition=4,
        scenario="hostile/single-page",
        tracker="let popped;\naddEventListener('popstate', () => { popped = true; });\n"
        + trackers.changed(
            ("if (allowed === false) return;", "if (name === 'pageview' && popped) { popped = false; return; }")
        ),
        code="missing-event",
        says="?q=blue+suede+shoes, to which the history led within the document",
    ),
    "it takes a place in a page for a page": Pair(
        condition=4,
        scenario="hostile/single-page",
        tracker=trackers.AGAIN_AT_A_PLACE,
        code="unexpected-event",
        says="pageview arrived",
    ),
    "it takes another address of a page for another page": Pair(
        condition=4,
        scenario="hostile/single-page",
        tracker=trackers.AGAIN_AT_AN_ADDRESS,
        code="unexpected-event",
        says="pageview arrived",
    ),
    "it keeps the address of the first page": Pair(
        condition=4,
        scenario="hostile/single-page",
        tracker=trackers.changed(("current_url: location.href", "current_url: entryUrl")),
        code="wrong-value",
        says='page.current_url is "https://shop.test/fakewww/index.html", not',
    ),
    "it keeps the title of the first page": Pair(
        condition=4,
        scenario="hostile/single-page",
        tracker="const entryTitle = document.title;\n"
        + trackers.changed(("current_title: document.title", "current_title: entryTitle")),
        code="wrong-value",
        says='page.current_title is "Beacon Test Index", not',
    ),
    "it keeps the referrer of the first page": Pair(
        condition=4,
        scenario="hostile/single-page",
        tracker=trackers.changed(("      if (page.url) page.referrer = page.url; // the history API led here\n", "")),
        code="wrong-value",
        says='page.referrer_url is "https://www.google.com/", not',
    ),
    "it overlooks a page that comes back as it was left": Pair(
        condition=17,
        scenario="visits/restored",
        tracker=trackers.changed(("if (persisted && page.view) queue", "if (false) queue")),
        code="missing-event",
        says="/categories/7/index.html, restored from the back/forward cache",
    ),
    "it never tries again": Pair(
        condition=8,
        scenario="hostile/collector-busy",
        tracker=trackers.changed(("status === 0 || status === 429 || status >= 500", "status === -1")),
        code="missing-event",
        says="it was not sent again",
    ),
    "it does not heed Retry-After": Pair(
        condition=8,
        scenario="hostile/collector-busy",
        tracker=trackers.changed(("tryLater(Number(retryAfter));", "tryLater(0);")),
        code="early-retry",
        says="the collector asked for 20 seconds (Retry-After), and was tried again after 1.",
    ),
    "it sends again what was refused for good": Pair(
        condition=8,
        scenario="hostile/refused-for-good",
        tracker=trackers.changed(("status === 0 || status === 429 || status >= 500", "status !== 200")),
        code="needless-retry",
        says="was refused with 400, and sent again all the same",
    ),
    "it goes on for ever": Pair(
        condition=7,
        scenario="hostile/collector-down",
        tracker=trackers.changed(
            ("if (failures < PAUSES.length && !leaving) {", "if (!leaving) {"), ("PAUSES[failures]", "1")
        ),
        code="endless-retry",
        says="one request was tried",
    ),
    "it does not catch its errors": Pair(
        condition=7,
        scenario="hostile/collector-blocked",
        tracker=trackers.changed((", cutOff)", ")")),
        code="page-error",
        says="Failed to fetch",
    ),
    "it forgets what it could not send when the page goes": Pair(
        condition=11,
        scenario="hostile/collector-blocked",
        tracker=trackers.changed(("keep(failures ? rest : ", "keep(failures ? [] : ")),
        code="missing-event",
        says="are missing: nothing came from",
    ),
    "it does not notice that it is online again": Pair(
        condition=11,
        scenario="hostile/offline",
        tracker=trackers.changed(("addEventListener('online', ", "void (")),
        code="missing-event",
        says="it was not sent again",
    ),
    "it dates what it sends again anew": Pair(
        condition=11,
        scenario="hostile/offline",
        tracker=trackers.broken("return send(url, {...wrapper, timestamp: new Date().toISOString()});"),
        code="clock-skew",
        says="2 hours too late",
    ),
    "it tells the order again when the receipt is reloaded": Pair(
        condition=10,
        scenario="checkout/receipt-again",
        tracker=trackers.ORDER_AGAIN_ON_RELOAD,
        code="duplicate-event",
        says="order_success was sent more than once",
    ),
    "it cannot do without storage": Pair(
        condition=12,
        scenario="hostile/no-storage",
        tracker="localStorage.getItem('jirafe');\n" + trackers.SOURCE,
        code="page-error",
        says="Access is denied",
    ),
    "it sends only what its cookie stays with": Pair(
        condition=12,
        scenario="hostile/no-cookies",
        tracker=trackers.changed(
            ("      saveVisit(visit);\n", "      saveVisit(visit);\n      if (!readCookie(VISITOR_COOKIE)) return;\n")
        ),
        code="tracker-silent",
        says="the tracker sent nothing",
    ),
    "it sends as JSON, for which a browser asks first": Pair(
        condition=14,
        scenario="hostile/preflights",
        tracker=trackers.changed(
            ("{method: 'POST', body,", "{method: 'POST', headers: {'Content-Type': 'application/json'}, body,")
        ),
        code="preflight-only",
        says="asked whether it may send",
    ),
    "it ends a visit a second too soon": Pair(
        condition=15,
        scenario="visits/half-an-hour",
        tracker=trackers.changed(("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 30 * 60 - 1")),
        code="unexpected-event",
        says="visit arrived",
    ),
    "it ends a visit two seconds too late": Pair(
        condition=15,
        scenario="visits/half-an-hour",
        tracker=trackers.changed(("VISIT_ENDS_AFTER = 30 * 60", "VISIT_ENDS_AFTER = 30 * 60 + 2")),
        code="missing-event",
        says="visit is missing",
    ),
    "it ends a visit at midnight": Pair(
        condition=15,
        scenario="visits/midnight",
        tracker=trackers.changed(
            ("visit.id !== '' &&", "new Date().getDate() === new Date(+visit.active).getDate() &&")
        ),
        code="unexpected-event",
        says="visit arrived",
    ),
    "it takes an empty attribution for a new one": Pair(
        condition=15,
        scenario="visits/new-campaign",
        tracker=trackers.changed(
            ("|| (levels && JSON", "|| (JSON"),
            (" !== running.tagAttribution", " !== (running.tagAttribution || undefined)"),
        ),
        code="unexpected-event",
        says="visit arrived",
    ),
    "it forgets the page view before": Pair(
        condition=15,
        scenario="visits/walk-back",
        tracker=trackers.changed((" lastPageview: visit.pageview,", "")),
        code="wrong-value",
        says="the cookie jirafe_lpvid is",
        healthy=False,
    ),
    "it gives all pages of a visit one id": Pair(
        condition=15,
        scenario="visits/walk-back",
        tracker=trackers.changed((" pageview: newId()}", " pageview: visit.pageview || newId()}")),
        code="wrong-value",
        says="the cookie jirafe_pvid is",
        healthy=False,
    ),
    "it goes on with a visit when a new campaign comes": Pair(
        condition=24,
        scenario="visits/new-campaign",
        tracker=trackers.changed(
            ("      || (levels && JSON.stringify(levels) !== running.tagAttribution);", ";"),
            ("|| (arrives &&", "|| (false &&"),
        ),
        code="missing-event",
        says="visit is missing",
    ),
    "it knows no search engine": Pair(
        condition=24,
        scenario="visits/attribution",
        tracker=trackers.changed(("(?:^|\\.)(google|bing", "(?:^|\\.)(goggle|bing")),
        code="missing-event",
        says='visit.rule_attribution.0 is "referral", not "search"',
    ),
    "it reports as many levels as a page says": Pair(
        condition=24,
        scenario="visits/levels",
        tracker=trackers.changed(("MOST_LEVELS = 5", "MOST_LEVELS = 9")),
        code="schema",
        says="attribution",
    ),
    "it forgets the campaign on the next page": Pair(
        condition=24,
        scenario="visits/campaign",
        tracker=trackers.changed(
            (
                "tag_attribution: fromJson(visit.tagAttribution)",
                "tag_attribution: visit.isNew ? fromJson(visit.tagAttribution) : undefined",
            )
        ),
        code="visit-changed",
        says="visit.tag_attribution changed within a visit",
    ),
    "it calls a cookie by a name of its own": Pair(
        condition=24,
        scenario="visits/cookies",
        tracker=trackers.changed(("'jirafe_lnd'", "'jirafe_landing'")),
        code="missing-event",
        says="cookie is",
    ),
    "it sends to where the policy lets nobody": Pair(
        condition=13,
        scenario="hostile/policy",
        tracker=trackers.changed(("events.jirafe.com/v1/tracker`", "event.jirafe.com/v1/tracker`")),
        code="browser-refused",
        says="the page's policy (connect-src) forbids https://event.jirafe.com/v1/tracker",
    ),
    "it never counts its bytes": Pair(
        condition=18,
        scenario="hostile/large",
        tracker=trackers.changed(("keepalive: fits(body)", "keepalive: true")),
        code="browser-refused",
        says="fetch with keepalive takes no",
    ),
    "it writes plain letters only": Pair(
        condition=21,
        scenario="hostile/unicode",
        tracker=trackers.PLAIN_LETTERS,
        code="wrong-value",
        says="search.keyword is",
    ),
    "it has a visit for each tab": Pair(
        condition=16,
        scenario="visits/two-tabs",
        tracker=trackers.changed(
            (
                "const starts = !isRunning(running)",
                "const known = sessionStorage.known; sessionStorage.known = 1; const starts = !known || !isRunning(running)",
            )
        ),
        code="unexpected-event",
        says="visit arrived",
    ),
    "it knows a shopper by the browser": Pair(
        condition=16,
        scenario="visits/two-shoppers",
        tracker=trackers.changed(
            ("readCookie(VISITOR_COOKIE) || newId()", "String(navigator.userAgent.length * screen.width)")
        ),
        code="visit-changed",
        says="which is another shopper's",
    ),
    "its cookies are of one host": Pair(
        condition=19,
        scenario="visits/subdomains",
        tracker=trackers.changed(("DOMAINS.find(isTaken)", "''")),
        code="visit-changed",
        says="visit.visitor changed within a visit",
    ),
    "it takes the store's other name for another site": Pair(
        condition=19,
        scenario="visits/subdomains",
        tracker=trackers.changed(("return isOurs(host) ||", "return host === location.hostname ||")),
        code="unexpected-event",
        says="visit arrived",
    ),
    "it takes each frame for a page": Pair(
        condition=22,
        scenario="hostile/iframes",
        tracker=trackers.changed(("while (seen.frameElement) seen = seen.parent;", "")),
        code="wrong-value",
        says="page.current_url is",
    ),
    "it counts the page around a frame once more": Pair(
        condition=22,
        scenario="hostile/iframes",
        tracker=trackers.changed(
            ("seen === window ? reporter('pageview', pageview) : () => {}", "reporter('pageview', pageview)")
        ),
        code="unexpected-event",
        says="pageview",
    ),
    "it starts a visit where no page is said to have referred": Pair(
        condition=23,
        scenario="hostile/referrer-policy",
        tracker=trackers.changed(("document.referrer !== '' && !cameFromStore()", "!cameFromStore()")),
        code="unexpected-event",
        says="visit arrived",
    ),
    "it names the page before by what it keeps": Pair(
        condition=23,
        scenario="hostile/referrer-policy",
        tracker=trackers.changed(
            (
                "referrer: document.referrer, referrerType",
                "referrer: document.referrer || sessionStorage.last || '', referrerType",
            ),
            (
                "      if (page.url) page.referrer",
                "      sessionStorage.last = location.href;\n      if (page.url) page.referrer",
            ),
        ),
        code="wrong-value",
        says="page.referrer_url is",
    ),
    "it knows a page of the store by its whole address": Pair(
        condition=23,
        scenario="hostile/referrer-origin",
        tracker=trackers.changed(
            ("if (!isOurs(hostOf(page.referrer)))", "if (!page.referrer.startsWith(location.origin + '/fakewww/'))")
        ),
        code="wrong-value",
        says='page.referrer_type is "*none*"',
    ),
    "it is the store's worker that sends each beacon twice": Pair(
        condition=23,
        scenario="hostile/service-worker",
        tracker=trackers.SOURCE,
        store={"worker": "twice"},
        code="duplicate-event",
        says="was sent more than once",
    ),
    "it does not wait for consent": Pair(
        condition=5,
        scenario="hostile/consent-given",
        tracker=trackers.changed(("let allowed = startingConsent();", "let allowed = true;")),
        code="consent-ignored",
        says="sent visit, pageview though the shopper had not been asked yet",
    ),
    "it keeps its cookies when consent is taken back": Pair(
        condition=5,
        scenario="hostile/consent-given",
        tracker=trackers.changed(("writeCookie(name, '', 0, domain)", "cookie")),
        code="consent-ignored",
        says="kept the cookie jirafe_",
    ),
    "it forgets what was said before consent": Pair(
        condition=5,
        scenario="hostile/consent-given",
        tracker=trackers.changed(("if (allowed === false) return;", "if (!allowed) return;")),
        code="missing-event",
        says="missing",
    ),
    "it takes a refusal for an answer": Pair(
        condition=5,
        scenario="hostile/consent-refused",
        tracker=trackers.changed(("allowed = Boolean(given);", "allowed = true;")),
        code="consent-ignored",
        says="though the shopper had refused it",
    ),
    "it does not look at what the browser says": Pair(
        condition=5,
        scenario="hostile/signals",
        tracker=trackers.changed(("return !navigator.globalPrivacyControl &&", "return")),
        code="consent-ignored",
        says="though the shopper had refused it",
    ),
    "it writes money with two decimals": Pair(
        condition=21,
        scenario="hostile/wares",
        tracker=trackers.broken("""
  for (const {line_item: line} of wrapper.data) if (line) line.price = Number(line.price).toFixed(2);
  return send(url, wrapper);
"""),
        code="missing-event",
        says='line_item.price is "1999.00", not "1999"',
    ),
    "it cuts a name inside of a character": Pair(
        condition=21,
        scenario="hostile/wares",
        tracker=trackers.broken(r"""
  for (const {product} of wrapper.data) if (product) product.name = product.name.replace(/([\ud800-\udbff]).*/, '$1');
  return send(url, wrapper);
"""),
        code="wrong-value",
        says="product.name is",
    ),
    "it waits for the page to say that it goes": Pair(
        condition=6,
        scenario="hostile/killed",
        tracker=trackers.CART_ON_PAGEHIDE,
        code="missing-event",
        says="add_item_to_cart is missing",
    ),
    "it sends all of a page again when that is hidden": Pair(
        condition=6,
        scenario="hostile/hidden",
        tracker=trackers.AGAIN_WHEN_HIDDEN,
        code="duplicate-event",
        says="was sent more than once: again in beacon",
    ),
    "it takes a page that is looked at again for another view": Pair(
        condition=6,
        scenario="hostile/hidden",
        tracker=trackers.changed(("? leave() : comeBack()", "? leave() : (comeBack(), window.jirafe_deferred(api))")),
        code="unexpected-event",
        says="pageview arrived",
    ),
    "it keeps the day on which the shopper came": Pair(
        condition=20,
        scenario="hostile/wrong-clock",
        tracker=trackers.DAY_OF_THE_FIRST_PAGE,
        code="clock-skew",
        says="is 2 days too early; it was about",
    ),
    "it sends what is new before what is left": Pair(
        condition=20,
        scenario="hostile/collector-down",
        tracker=trackers.changed(
            ("outbox.splice(underWay ? 1 : 0, 0, ...takeUnsent())", "outbox.push(...takeUnsent())"),
        ),
        code="wrong-order",
        says="came after what was said later",
    ),
    "it takes another way and tries again as well": Pair(
        condition=9,
        scenario="hostile/cut-socket",
        tracker=trackers.changed((", cutOff)", ", () => { sendBeacon(body); return [0]; })")),
        code="duplicate-event",
        says="was sent more than once",
    ),
}
