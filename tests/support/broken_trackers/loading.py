"""Broken trackers: loading of the script, storage, and the page's policy."""

from typing import Final

from harness.protocol import get
from support.broken_trackers.model import SOURCE, detected_by, edited, replaced

TRACKERS: Final = (
    edited(
        "acts-twice",
        "runs again each time that its script is loaded",
        detected_by("hostile/snippet-twice", "duplicate-event", condition=3),
        ("if (window.jirafe_api && window.jirafe_api.pageview) return;", ""),
    ),
    edited(
        "waits-for-load",
        "waits for the load event of a page that is already loaded",
        detected_by("hostile/snippet-late", "tracker-silent", condition=3),
        ("setTimeout(callPage);", ""),
    ),
    edited(
        "calls-at-once",
        "calls the page's function at once or never",
        detected_by("hostile/snippet-before", "tracker-silent", condition=3),
        ("document.addEventListener('DOMContentLoaded', callPage);", ""),
        ("addEventListener('load', callPage);", ""),
        ("setTimeout(callPage);", "callPage();"),
    ),
    edited(
        "waits-for-load-of-touched-page",
        "waits for the load event of a page that the shopper already uses",
        detected_by("hostile/first-touch", "tracker-silent", condition=29),
        ("setTimeout(callPage);", ""),
    ),
    replaced(
        "stand-in",
        "is a content blocker's stand-in, which does nothing",
        detected_by("hostile/stand-in", "tracker-silent", word="functions are empty", condition=30, healthy_twin=False),
        get().stand_in,
    ),
    replaced(
        "called-twice",
        "is healthy, but each page calls it twice, as an effect that runs twice does",
        detected_by("smoke/look-around", "duplicate-event", event="pageview", condition=31, healthy_twin=False),
        SOURCE,
        store={"effects": "twice"},
    ),
    edited(
        "needs-session-storage",
        "fails without session storage",
        detected_by("hostile/no-storage", "page-error"),
        (
            "  const entryUrl = location.href;",
            "  sessionStorage.getItem('jirafe_unsent');\n  const entryUrl = location.href;",
        ),
    ),
    replaced(
        "needs-local-storage",
        "fails without local storage",
        detected_by("hostile/no-storage", "page-error", word="Access is denied", condition=12),
        "localStorage.getItem('jirafe');\n" + SOURCE,
    ),
    edited(
        "needs-cookies",
        "sends nothing if the browser refuses its cookie",
        detected_by("hostile/no-cookies", "tracker-silent", condition=12),
        ("      saveVisit(visit);\n", "      saveVisit(visit);\n      if (!readCookie(VISITOR_COOKIE)) return;\n"),
    ),
    edited(
        "forbidden-host",
        "sends to a host that the page's policy forbids",
        detected_by("hostile/policy", "browser-refused", word="https://event.jirafe.com/v1/tracker", condition=13),
        ("events.jirafe.com/v1/tracker`", "event.jirafe.com/v1/tracker`"),
    ),
    replaced(
        "worker-sends-twice",
        "is healthy, but the store's service worker sends each beacon twice",
        detected_by("hostile/service-worker", "duplicate-event", condition=23),
        SOURCE,
        store={"worker": "twice"},
    ),
)
