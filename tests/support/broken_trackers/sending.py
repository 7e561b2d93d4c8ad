"""Broken trackers: transports, retries, and the order of requests."""

from typing import Final

from support.broken_trackers.model import broken, detected_by, edited, replaced

ALL_IMAGES: Final = "for (const event of data) {"

TRACKERS: Final = (
    edited(
        "in-flight-sent-again",
        "sends a request in flight again on the next page",
        detected_by("hostile/in-a-hurry", "duplicate-event", condition=1),
        ("if (underWay && fits(outbox[0])) left = outbox[0];", "if (underWay) keep([outbox[0]]);"),
    ),
    edited(
        "no-image-beacons",
        "sends no image beacons if all other transports are missing",
        detected_by("hostile/transports", "missing-event", event="pageview", condition=2),
        ("new Image().src = ", "void "),
    ),
    edited(
        "fetch-only",
        "uses no transport but fetch",
        detected_by("hostile/transports", "missing-event", event="pageview", condition=2),
        ("if (window.fetch) postByFetch(body, done);", "if (true) postByFetch(body, done);"),
    ),
    edited(
        "image-beacons-without-site",
        "omits the site from image beacons",
        detected_by("hostile/policy", "schema", field="/site"),
        ("ts: timestamp, sid: site,", "ts: timestamp,"),
    ),
    edited(
        "image-beacons-of-visits-only",
        "sends image beacons for visits, but not for page views",
        detected_by("hostile/policy", "missing-event", event="pageview"),
        (ALL_IMAGES, ALL_IMAGES.replace("data", "data.filter((each) => each.event_type === 'visit')")),
    ),
    edited(
        "image-beacons-without-cart",
        "sends image beacons for page views and visits only",
        detected_by("hostile/transports", "missing-event", event="add_item_to_cart", condition=2),
        (ALL_IMAGES, ALL_IMAGES.replace("data", "data.filter((each) => !each.line_item)")),
    ),
    edited(
        "image-beacons-flat",
        "sends the parts of an event as parameters of their own",
        detected_by("hostile/transports", "schema", field="/data", condition=2),
        ("name ? `${name}[${key}]` : key", "key"),
    ),
    edited(
        "image-beacons-of-other-visit",
        "swaps the ids of visit and visitor in image beacons",
        detected_by("hostile/policy", "swapped-ids", field="/visit/id"),
        ("vid: visit.id, vis: visit.visitor,", "vid: visit.visitor, vis: visit.id,"),
    ),
    edited(
        "never-retries",
        "never retries after a failure of the collector",
        detected_by("hostile/collector-busy", "missing-event", event="pageview", condition=8),
        ("status === 0 || status === 429 || status >= 500", "status === -1"),
    ),
    edited(
        "retry-after-ignored",
        "ignores Retry-After",
        detected_by("hostile/collector-busy", "early-retry", word="20 s", condition=8),
        ("tryLater(Number(retryAfter));", "tryLater(0);"),
    ),
    edited(
        "refused-sent-again",
        "retries permanently refused requests",
        detected_by("hostile/refused-for-good", "needless-retry", word="400", condition=8),
        ("status === 0 || status === 429 || status >= 500", "status !== 200"),
    ),
    edited(
        "endless-retries",
        "retries once a second without a limit",
        detected_by("hostile/collector-down", "endless-retry", condition=7),
        ("if (failures < RETRIES && !leaving) {", "if (!leaving) {"),
        ("2 ** failures", "1"),
    ),
    edited(
        "errors-uncaught",
        "does not catch network errors",
        detected_by("hostile/collector-blocked", "page-error", word="Failed to fetch", condition=7),
        (", cutOff)", ")"),
    ),
    edited(
        "unsent-lost",
        "discards unsent events when the page unloads",
        detected_by("hostile/collector-blocked", "missing-event", condition=11),
        ("keep(failures ? rest : ", "keep(failures ? [] : "),
    ),
    edited(
        "unsent-on-every-page",
        "sends the unsent events of one page on every later page",
        detected_by("hostile/collector-down", "duplicate-event"),
        ("      sessionStorage.removeItem(UNSENT);\n", ""),
    ),
    edited(
        "online-ignored",
        "does not retry when the browser is online again",
        detected_by("hostile/offline", "missing-event", condition=11),
        ("addEventListener('online', ", "void ("),
    ),
    replaced(
        "retries-with-new-time",
        "sends retries with a new timestamp",
        detected_by("hostile/offline", "clock-skew", field="/timestamp", word="2 hours", condition=11),
        broken("return send(url, {...wrapper, timestamp: new Date().toISOString()});"),
    ),
    edited(
        "new-before-old",
        "sends new events before the unsent events of the previous page",
        detected_by("hostile/collector-down", "wrong-order", condition=20),
        ("outbox.splice(underWay ? 1 : 0, 0, ...takeUnsent())", "outbox.push(...takeUnsent())"),
    ),
    edited(
        "two-transports",
        "uses another transport after a failure and also retries",
        detected_by("hostile/cut-socket", "duplicate-event", event="pageview", condition=9),
        (", cutOff)", ", () => { sendBeacon(body); return [0]; })"),
    ),
    edited(
        "json-content-type",
        "sends with a JSON content type, which needs a preflight",
        detected_by("hostile/preflights", "preflight-only", condition=14),
        ("{method: 'POST', body,", "{method: 'POST', headers: {'Content-Type': 'application/json'}, body,"),
    ),
    edited(
        "keepalive-too-large",
        "uses keepalive for bodies of any size",
        detected_by("hostile/large", "browser-refused", word="65536", condition=18),
        ("keepalive: fits(body)", "keepalive: true"),
    ),
    replaced(
        "cart-on-pagehide",
        "sends cart events on pagehide only",
        detected_by("hostile/killed", "missing-event", event="add_item_to_cart", condition=6),
        broken("""
          addEventListener('pagehide', () => send(url, only(wrapper, 'add_item_to_cart')));
          return send(url, without(wrapper, 'add_item_to_cart'));
        """),
    ),
    replaced(
        "all-again-when-hidden",
        "sends all events of a page again when the page is hidden",
        detected_by("hostile/hidden", "duplicate-event", condition=6),
        broken("""
          const sent = window.sent = window.sent || [];
          if (!sent.length) {
            addEventListener('pagehide', () => sent.splice(0));
            document.addEventListener('visibilitychange', () => document.hidden && sent.forEach(each => send(url, each)));
          }
          sent.push(wrapper);
          return send(url, wrapper);
        """),
    ),
)
