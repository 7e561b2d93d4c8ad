"""What documents are asked by the harness, in JavaScript; `in_page.js` runs in each of them before."""

from pathlib import Path

PAGE_SCRIPT = (Path(__file__).parent / "page_script.js").read_text(encoding="utf-8")
"""What every document runs first."""

SLEEP = """(() => {
    const real = window[Symbol.for('harness')], missed = [];
    if (window !== window.top) return;
    let asleep = false;
    addEventListener('pagehide', ({persisted}) => { asleep = persisted });
    const hold = event => {
        if (!asleep || document.visibilityState !== 'visible') return;
        event.stopImmediatePropagation();
        missed.push(event);
    };
    for (const type of ['visibilitychange', 'resume', 'pageshow']) addEventListener(type, hold, true);
    real.wake = clock => {
        if (asleep) Object.assign(real, clock);
        asleep = false;
        for (const event of missed.splice(0)) {
            (event.type === 'pageshow' ? window : document).dispatchEvent(new event.constructor(event.type, event));
        }
    };
})()"""
"""Let a document that comes from the back/forward cache hear of it only when it knows what time it is."""

WAKE = "clock => window[Symbol.for('harness')].wake(clock)"
"""Tell a document the time, as `MOVE_ON` and `SET_CLOCK` do, if it was asleep; after that it hears what it has missed."""

MOVE_ON = "([ahead, held]) => window[Symbol.for('harness')].moveOn(ahead, held)"
"""Move a document's clock on, to so many milliseconds ahead of ours, when all answers have come but those that are held."""

IS_LEAVING = """async () => {
    const real = window[Symbol.for('harness')];
    await new Promise(next => real.setTimeout(next, 0));
    const leaving = real.leaving;
    real.leaving = false;
    return leaving;
}"""
"""Whether the page has begun to go away, or does in the task after this one, as a form does."""

LACK = "window[Symbol.for('harness')].lack(%s)"
"""Take from a document what its browser shall not have, and nothing else."""

SET_CLOCK = "Object.assign(window[Symbol.for('harness')], %s)"
"""Let a document's dates be `stopped` at a moment, in milliseconds since the epoch, and go on only as it is moved on, or let them go,
where that is null; and `off` by so many milliseconds."""

SIGNAL = """(wishes => {
    const tell = (name, value) => Object.defineProperty(navigator, name, {configurable: true, get: () => value});
    tell('globalPrivacyControl', wishes.includes('GPC'));
    tell('doNotTrack', wishes.includes('DNT') ? '1' : null);
})(%s)"""
"""Let a document's browser say what its shopper wishes."""

ONLINE = """async () => {
    const real = window[Symbol.for('harness')];
    while (real.offline) await new Promise(next => real.setTimeout(next, 5));
    await real.answered(0);
}"""
"""Wait until a document knows that the network is there again, and has its answers to what it sent then."""

A_MOMENT = "() => new Promise(next => window[Symbol.for('harness')].setTimeout(next, 5))"
"""Let a document do what it has to."""

PENDING = """() => {
    const real = window[Symbol.for('harness')];
    return {pending: real.pending(), bodies: real.bodies, givenUp: real.givenUp.splice(0).map(String)};
}"""
"""How many answers a document waits for, what it sent and waits for an answer to, and what it has given up."""

NEXT_TRY = "stuck => window[Symbol.for('harness')].nextTry(stuck)"
"""How many milliseconds it is until a document may try again what has failed, null where it does not mean to."""

LOOK = """async ({ahead, fences, withImages, held, areHeard}) => {
    const real = window[Symbol.for('harness')];
    real.begin();
    const {length} = real.shown;
    let busy = real.waiting > 0;
    await real.moveOn(ahead, held);
    busy ||= real.waiting > 0;
    await real.answered(held);
    let sent = areHeard && !real.isFencedOff ? fences.filter(fence => real.sendBeacon(fence + '-1')) : [];
    if (sent.length) await new Promise(next => real.setTimeout(next, 0));
    if (real.isFencedOff || sent.length < fences.length) sent = [];
    for (const fence of sent.length ? [] : fences) {
        const held = real.sendBeacon(fence + '-1') ? '?after=' + fence.split('/').pop() + '-1' : '';
        await real.fetch(fence + '-2' + held, {mode: 'no-cors', cache: 'no-store'}).catch(() => {});
        if (withImages) await new Promise(next => {
            const image = new real.Image();
            image.onload = image.onerror = next;
            image.src = fence + '-3';
        });
    }
    const [navigation] = real.performance.getEntriesByType('navigation');
    let cookie = '';
    try { cookie = document.cookie } catch { }
    const leaving = real.leaving;
    real.leaving = false;
    return {
        refused: real.refused.splice(0),
        id: real.id, shown: real.shown, url: location.href, title: document.title, referrer: document.referrer, cookie,
        navigation: navigation ? navigation.type : '', leaving, busy: busy || real.shown.length > length, sent,
    };
}"""
"""Move the clock on, wait for answers under way, send a fence over each transport in turn, and read what the page says of itself.

Where fences are heard of as they arrive, and the page has had all its answers, one is enough, for what gets no answer; `sent`
are those to wait for then. Images go out later than the rest, and cost the most: they are fenced where beacons came as images,
and at the end.
"""
