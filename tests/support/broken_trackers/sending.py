"""Broken trackers: transports, retries, and the order of requests."""

from typing import Final

from harness.mutation.model import ExpectedFinding
from support.broken_trackers.model import BrokenTracker, broken, edited

TRACKERS: Final = (
    edited(
        "in-flight-sent-again",
        "sends a request in flight again on the next page",
        "hostile/in-a-hurry",
        ExpectedFinding(code="duplicate-event"),
        ("if (underWay && fits(outbox[0])) left = outbox[0];", "if (underWay) keep([outbox[0]]);"),
        condition=1,
    ),
    edited(
        "no-image-beacons",
        "sends no image beacons if all other transports are missing",
        "hostile/transports",
        ExpectedFinding(code="missing-event", event="pageview"),
        ("new Image().src = ", "void "),
        condition=2,
    ),
    edited(
        "fetch-only",
        "uses no transport but fetch",
        "hostile/transports",
        ExpectedFinding(code="missing-event", event="pageview"),
        ("if (window.fetch) postByFetch(body, done);", "if (true) postByFetch(body, done);"),
        condition=2,
    ),
    edited(
        "image-beacons-without-site",
        "omits the site from image beacons",
        "hostile/policy",
        ExpectedFinding(code="schema", event="pageview", field="/site"),
        (
            "Object.entries({org, site, data: JSON.stringify(event)})",
            "Object.entries({org, data: JSON.stringify(event)})",
        ),
    ),
    edited(
        "image-beacons-of-visits-only",
        "sends image beacons for visits, but not for page views",
        "hostile/policy",
        ExpectedFinding(code="missing-event", event="pageview"),
        ("if (type === 'pageview' || type === 'visit') {", "if (type === 'visit') {"),
    ),
    edited(
        "never-retries",
        "never retries after a failure of the collector",
        "hostile/collector-busy",
        ExpectedFinding(code="missing-event", event="pageview"),
        ("status === 0 || status === 429 || status >= 500", "status === -1"),
        condition=8,
    ),
    edited(
        "retry-after-ignored",
        "ignores Retry-After",
        "hostile/collector-busy",
        ExpectedFinding(code="early-retry", word="20 s"),
        ("tryLater(Number(retryAfter));", "tryLater(0);"),
        condition=8,
    ),
    edited(
        "refused-sent-again",
        "retries permanently refused requests",
        "hostile/refused-for-good",
        ExpectedFinding(code="needless-retry", word="400"),
        ("status === 0 || status === 429 || status >= 500", "status !== 200"),
        condition=8,
    ),
    edited(
        "endless-retries",
        "retries once a second without a limit",
        "hostile/collector-down",
        ExpectedFinding(code="endless-retry"),
        ("if (failures < PAUSES.length && !leaving) {", "if (!leaving) {"),
        ("PAUSES[failures]", "1"),
        condition=7,
    ),
    edited(
        "errors-uncaught",
        "does not catch network errors",
        "hostile/collector-blocked",
        ExpectedFinding(code="page-error", word="Failed to fetch"),
        (", cutOff)", ")"),
        condition=7,
    ),
    edited(
        "unsent-lost",
        "discards unsent events when the page unloads",
        "hostile/collector-blocked",
        ExpectedFinding(code="missing-event"),
        ("keep(failures ? rest : ", "keep(failures ? [] : "),
        condition=11,
    ),
    edited(
        "unsent-on-every-page",
        "sends the unsent events of one page on every later page",
        "hostile/collector-down",
        ExpectedFinding(code="duplicate-event"),
        ("      sessionStorage.removeItem(UNSENT);\n", ""),
    ),
    edited(
        "online-ignored",
        "does not retry when the browser is online again",
        "hostile/offline",
        ExpectedFinding(code="missing-event"),
        ("addEventListener('online', ", "void ("),
        condition=11,
    ),
    BrokenTracker(
        name="retries-with-new-time",
        defect="sends retries with a new timestamp",
        scenario="hostile/offline",
        expected=(ExpectedFinding(code="clock-skew", field="/timestamp", word="2 hours"),),
        source=broken("return send(url, {...wrapper, timestamp: new Date().toISOString()});"),
        condition=11,
    ),
    edited(
        "new-before-old",
        "sends new events before the unsent events of the previous page",
        "hostile/collector-down",
        ExpectedFinding(code="wrong-order"),
        ("outbox.splice(underWay ? 1 : 0, 0, ...takeUnsent())", "outbox.push(...takeUnsent())"),
        condition=20,
    ),
    edited(
        "two-transports",
        "uses another transport after a failure and also retries",
        "hostile/cut-socket",
        ExpectedFinding(code="duplicate-event", event="pageview"),
        (", cutOff)", ", () => { sendBeacon(body); return [0]; })"),
        condition=9,
    ),
    edited(
        "json-content-type",
        "sends with a JSON content type, which needs a preflight",
        "hostile/preflights",
        ExpectedFinding(code="preflight-only"),
        ("{method: 'POST', body,", "{method: 'POST', headers: {'Content-Type': 'application/json'}, body,"),
        condition=14,
    ),
    edited(
        "keepalive-too-large",
        "uses keepalive for bodies of any size",
        "hostile/large",
        ExpectedFinding(code="browser-refused", word="65536"),
        ("keepalive: fits(body)", "keepalive: true"),
        condition=18,
    ),
    BrokenTracker(
        name="cart-on-pagehide",
        defect="sends cart events on pagehide only",
        scenario="hostile/killed",
        expected=(ExpectedFinding(code="missing-event", event="add_item_to_cart"),),
        source=broken("""
          addEventListener('pagehide', () => send(url, only(wrapper, 'add_item_to_cart')));
          return send(url, without(wrapper, 'add_item_to_cart'));
        """),
        condition=6,
    ),
    BrokenTracker(
        name="all-again-when-hidden",
        defect="sends all events of a page again when the page is hidden",
        scenario="hostile/hidden",
        expected=(ExpectedFinding(code="duplicate-event"),),
        source=broken("""
          const sent = window.sent = window.sent || [];
          if (!sent.length) {
            addEventListener('pagehide', () => sent.splice(0));
            document.addEventListener('visibilitychange', () => document.hidden && sent.forEach(each => send(url, each)));
          }
          sent.push(wrapper);
          return send(url, wrapper);
        """),
        condition=6,
    ),
)
