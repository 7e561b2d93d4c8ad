// Answer the harness's questions to a document while a step settles: its state, its requests, and whether it is being left.

// Advance the clock, wait for answers under way, send the fences, and return the members of a `PageState`.
// With `areReported` the collector reports each fence that arrives. One beacon is then enough, and `fences` are those to wait for.
// Otherwise each transport gets a fence of its own, in turn. Images leave later than all else and cost the most: they get a fence
// where beacons are images, and at the end.
harness.readState = async ({ahead, fences, withImages, held, areReported}) => {
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
    return {
        id: harness.id, url: location.href, title: document.title, cookie, navigation: navigation ? navigation.type : '',
        views: harness.views, refusals: harness.refusals.splice(0), fences: sent,
        isLeaving: takeIsLeaving(), isBusy: isBusy || harness.views.length > length,
    };
};

const takeIsLeaving = () => {
    const {isLeaving} = harness;
    harness.isLeaving = false;
    return isLeaving;
};

// Return whether the page is being left; the next task counts, because a form starts its navigation there.
harness.checkLeaving = async () => {
    await harness.pause(0);
    return takeIsLeaving();
};

// Give the document time for its own tasks.
harness.pause = ms => new Promise(next => harness.setTimeout(next, ms));

// Wait until the document has its `online` event and the answers to the requests that it sent then.
harness.waitUntilOnline = async () => {
    while (harness.isOffline) await harness.pause(5);
    await harness.waitForAnswers(0);
};

// Return the number of requests under way, their bodies, and the bodies of the requests that the page gave up.
harness.describeRequests = () => ({
    pending: harness.pending(), bodies: harness.bodies, aborted: harness.aborted.splice(0).map(String),
});

// Delay the events of a restore from the back/forward cache until `restore` has set the document's clock.
harness.delayRestore = () => {
    const missed = [];
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
};
