"""The JavaScript that the harness runs in documents: one script before the page's own, and calls on the object that it leaves.

`window[Symbol.for('harness')]` is that object; the files in `page_scripts/` document its members. Times are in milliseconds.
"""

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "page_scripts"
_PARTS: Final = ("page_views", "network", "clock", "visibility", "capabilities", "elements")


def _joined() -> str:
    """One script of all parts; each part is a block that shares only `harness` with the others."""
    parts = ((_FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
    blocks = "\n".join(f"{{\n{part}}}" for part in parts)
    start = "const harness = {};\nObject.defineProperty(window, Symbol.for('harness'), {value: harness});"
    return f"'use strict';\nif (!window[Symbol.for('harness')]) {{\n{start}\n{blocks}\n}}"


PAGE_SCRIPT: Final = _joined()
"""Runs first in every document."""

DELAY_RESTORE: Final = """(() => {
    const harness = window[Symbol.for('harness')], missed = [];
    if (window !== window.top) return;
    let isCached = false;
    addEventListener('pagehide', ({persisted}) => { isCached = persisted });
    const delay = event => {
        if (!isCached || document.visibilityState !== 'visible') return;
        event.stopImmediatePropagation();
        missed.push(event);
    };
    for (const type of ['visibilitychange', 'resume', 'pageshow']) addEventListener(type, delay, true);
    harness.restore = clock => {
        if (isCached) Object.assign(harness, clock);
        isCached = false;
        for (const event of missed.splice(0)) {
            (event.type === 'pageshow' ? window : document).dispatchEvent(new event.constructor(event.type, event));
        }
    };
})()"""
"""Delay the events of a restore from the back/forward cache until `RESTORE` has set the document's clock."""

RESTORE: Final = "clock => window[Symbol.for('harness')].restore(clock)"
"""Set the clock of a restored document (`ahead`, `stopped`, `off`), then deliver the delayed events."""

ADVANCE_CLOCK: Final = "([ahead, held]) => window[Symbol.for('harness')].advance(ahead, held)"
"""Set a document's clock `ahead` of the real one, once it waits only for the `held` answers."""

IS_LEAVING: Final = """async () => {
    const harness = window[Symbol.for('harness')];
    await new Promise(next => harness.setTimeout(next, 0));
    const {isLeaving} = harness;
    harness.isLeaving = false;
    return isLeaving;
}"""
"""Return whether the page is being left; the next task counts, because a form starts its navigation there."""

REMOVE_CAPABILITIES: Final = "window[Symbol.for('harness')].removeCapabilities(%s)"
"""Remove these capabilities (a JSON list of names) from a document, and restore all others."""

SET_CLOCK: Final = "Object.assign(window[Symbol.for('harness')], %s)"
"""Stop a document's dates at `stopped` (since the epoch; null lets them run), and set them wrong by `off`."""

SET_PRIVACY_SIGNALS: Final = """(signals => {
    const define = (name, value) => Object.defineProperty(navigator, name, {configurable: true, get: () => value});
    define('globalPrivacyControl', signals.includes('GPC'));
    define('doNotTrack', signals.includes('DNT') ? '1' : null);
})(%s)"""
"""Set the privacy signals of a document's browser to a JSON list of names."""

WAIT_UNTIL_ONLINE: Final = """async () => {
    const harness = window[Symbol.for('harness')];
    while (harness.isOffline) await new Promise(next => harness.setTimeout(next, 5));
    await harness.waitForAnswers(0);
}"""
"""Wait until a document has its `online` event and the answers to the requests that it sent then."""

SHORT_PAUSE: Final = "() => new Promise(next => window[Symbol.for('harness')].setTimeout(next, 5))"
"""Give a document time for its own tasks."""

PENDING_REQUESTS: Final = """() => {
    const harness = window[Symbol.for('harness')];
    return {pending: harness.pending(), bodies: harness.bodies, aborted: harness.aborted.splice(0).map(String)};
}"""
"""Return the number of requests under way, their bodies, and the bodies of the requests that the page gave up."""

NEXT_RETRY: Final = "isStuck => window[Symbol.for('harness')].nextRetry(isStuck)"
"""Return the time until the document's next retry, or null. With `isStuck` any timer counts as a retry."""

READ_STATE: Final = """async ({ahead, fences, withImages, held, areReported}) => {
    const harness = window[Symbol.for('harness')];
    harness.startDocument();
    const {length} = harness.views;
    let isBusy = harness.waiting > 0;
    await harness.advance(ahead, held);
    isBusy ||= harness.waiting > 0;
    await harness.waitForAnswers(held);
    let sent = areReported && !harness.areFencesBlocked ? fences.filter(fence => harness.sendBeacon(fence + '-1')) : [];
    if (sent.length) await new Promise(next => harness.setTimeout(next, 0));
    if (harness.areFencesBlocked || sent.length < fences.length) sent = [];
    for (const fence of sent.length ? [] : fences) {
        const after = harness.sendBeacon(fence + '-1') ? '?after=' + fence.split('/').pop() + '-1' : '';
        await harness.fetch(fence + '-2' + after, {mode: 'no-cors', cache: 'no-store'}).catch(() => {});
        if (withImages) await new Promise(next => {
            const image = new harness.Image();
            image.onload = image.onerror = next;
            image.src = fence + '-3';
        });
    }
    const [navigation] = harness.performance.getEntriesByType('navigation');
    let cookie = '';
    try { cookie = document.cookie } catch { }
    const {isLeaving} = harness;
    harness.isLeaving = false;
    return {
        id: harness.id, url: location.href, title: document.title, cookie, navigation: navigation ? navigation.type : '',
        views: harness.views, refusals: harness.refusals.splice(0), fences: sent,
        isLeaving, isBusy: isBusy || harness.views.length > length,
    };
}"""
"""Advance the clock, wait for answers under way, send the fences, and return the members of a `PageState`.

With `areReported` the collector reports each fence that arrives. One beacon is then enough, and `fences` are those to wait for.
Otherwise each transport gets a fence of its own, in turn. Images leave later than all else and cost the most: they get a fence
where beacons are images, and at the end.
"""
