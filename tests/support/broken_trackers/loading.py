"""Broken trackers: loading of the script, storage, and the page's policy."""

from typing import Final

from harness.mutation.model import ExpectedFinding
from support.broken_trackers.model import SOURCE, BrokenTracker, edited

TRACKERS: Final = (
    edited(
        "acts-twice",
        "runs again each time that its script is loaded",
        "hostile/snippet-twice",
        ExpectedFinding(code="duplicate-event"),
        ("if (window.jirafe_api && window.jirafe_api.pageview) return;", ""),
        condition=3,
    ),
    edited(
        "waits-for-load",
        "waits for the load event of a page that is already loaded",
        "hostile/snippet-late",
        ExpectedFinding(code="tracker-silent"),
        ("setTimeout(callPage);", ""),
        condition=3,
    ),
    edited(
        "calls-at-once",
        "calls the page's function at once or never",
        "hostile/snippet-before",
        ExpectedFinding(code="tracker-silent"),
        ("document.addEventListener('DOMContentLoaded', callPage);", ""),
        ("addEventListener('load', callPage);", ""),
        ("setTimeout(callPage);", "callPage();"),
        condition=3,
    ),
    edited(
        "needs-session-storage",
        "fails without session storage",
        "hostile/no-storage",
        ExpectedFinding(code="page-error"),
        (
            "  const entryUrl = location.href;",
            "  sessionStorage.getItem('jirafe_unsent');\n  const entryUrl = location.href;",
        ),
    ),
    BrokenTracker(
        name="needs-local-storage",
        defect="fails without local storage",
        scenario="hostile/no-storage",
        expected=(ExpectedFinding(code="page-error", word="Access is denied"),),
        source="localStorage.getItem('jirafe');\n" + SOURCE,
        condition=12,
    ),
    edited(
        "needs-cookies",
        "sends nothing if the browser refuses its cookie",
        "hostile/no-cookies",
        ExpectedFinding(code="tracker-silent"),
        ("      saveVisit(visit);\n", "      saveVisit(visit);\n      if (!readCookie(VISITOR_COOKIE)) return;\n"),
        condition=12,
    ),
    edited(
        "forbidden-host",
        "sends to a host that the page's policy forbids",
        "hostile/policy",
        ExpectedFinding(code="browser-refused", word="https://event.jirafe.com/v1/tracker"),
        ("events.jirafe.com/v1/tracker`", "event.jirafe.com/v1/tracker`"),
        condition=13,
    ),
    BrokenTracker(
        name="worker-sends-twice",
        defect="is healthy, but the store's service worker sends each beacon twice",
        scenario="hostile/service-worker",
        expected=(ExpectedFinding(code="duplicate-event"),),
        source=SOURCE,
        condition=23,
        store={"worker": "twice"},
    ),
)
