// Count the requests under way, and note the requests that the browser refuses without an error.
Object.assign(harness, {
    waiting: 0,  // requests and bodies that the page waits for
    sending: 0,  // requests with `keepalive`, which the page does not wait for
    bodies: [],  // bodies of the requests under way
    aborted: [],  // bodies of the requests that the page gave up
    refusals: [],  // why the browser sent no request
    foreignUrls: new Set(),  // addresses on other hosts that the page sent something to
    lastTimerBeforeFailure: Infinity,
    isOffline: false,
    Image,
    fetch: fetch.bind(window),
    sendBeacon: navigator.sendBeacon && navigator.sendBeacon.bind(navigator),
});
addEventListener('offline', () => { harness.isOffline = true });  // before the page's own listeners
addEventListener('online', () => { harness.isOffline = false });

const KEEPALIVE_LIMIT = 65_536;
const size = body => typeof body === 'string' ? new TextEncoder().encode(body).length : body instanceof Blob ? body.size : 0;
const refuse = reason => { if (!harness.refusals.includes(reason)) harness.refusals.push(reason) };
addEventListener('securitypolicyviolation', ({blockedURI, effectiveDirective, disposition}) => {
    if (blockedURI.includes('/harness/fence/')) harness.areFencesBlocked = true;
    else if (disposition === 'enforce') refuse(`the page's policy (${effectiveDirective}) forbids ${blockedURI}`);
});
const noteUrl = url => {
    try { url = new URL(url, location.href) } catch { return }
    if (url.host === location.host) return;
    harness.foreignUrls.add(url.href);
    harness.noteTitle();
};
if (harness.sendBeacon) Navigator.prototype.sendBeacon = (url, body) => {
    const isQueued = harness.sendBeacon(url, body);
    noteUrl(url);
    if (isQueued && harness.isOffline) refuse('sendBeacon accepted it while there was no network, and lost it without an error');
    if (!isQueued) refuse(`sendBeacon refused ${size(body)} bytes; at most 65536 bytes may be under way`);
    return isQueued;
};

// A page has an answer only when it has read the body.
for (const name of ['text', 'json', 'blob', 'arrayBuffer']) {
    const read = Response.prototype[name];
    Response.prototype[name] = function () {
        harness.waiting++;
        return read.call(this).finally(() => { harness.waiting-- });
    };
}

const addBody = body => {
    if (typeof body === 'string') harness.bodies.push(body);
    return () => { if (harness.bodies.includes(body)) harness.bodies.splice(harness.bodies.indexOf(body), 1) };
};
const noteFailure = () => { harness.lastTimerBeforeFailure = Math.min(harness.lastTimerBeforeFailure, harness.lastTimer) };
window.fetch = (...request) => {
    const answer = harness.fetch(...request), {keepalive, body} = request[1] || {}, kind = keepalive ? 'sending' : 'waiting';
    const removeBody = addBody(body);
    noteUrl(request[0] && request[0].url || request[0]);
    if (keepalive && size(body) > KEEPALIVE_LIMIT) refuse(`fetch with keepalive refused ${size(body)} bytes; at most 65536 bytes may be under way`);
    harness[kind]++;
    answer.then(({ok, type}) => { harness[kind]--; removeBody(); if (!ok && type !== 'opaque') noteFailure() }, error => {
        harness[kind]--;
        removeBody();
        noteFailure();
        if (error && error.name === 'AbortError') harness.aborted.push(body);
    });
    return answer;
};
const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (...request) {
    this.addEventListener('loadstart', () => { noteUrl(request[1]); harness.waiting++ }, {once: true});
    this.addEventListener('loadend', () => { harness.waiting--; if (this.status < 200 || this.status > 299) noteFailure() }, {once: true});
    return open.apply(this, request);
};
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (body) {
    this.addEventListener('loadend', addBody(body), {once: true});
    this.addEventListener('timeout', () => { harness.aborted.push(body) }, {once: true});
    return send.call(this, body);
};

harness.pending = () => harness.waiting + harness.sending;

// Wait until at most `held` requests are under way. Requests with `keepalive` get more time. The result is false after a timeout.
harness.waitForAnswers = async held => {
    for (let ms = 0; harness.pending() > held; ms += 5) {
        if (ms > (harness.sending > held ? 10_000 : 2000)) return false;
        await new Promise(next => harness.setTimeout(next, 5));
    }
    return true;
};
