// Runs in every document before the page's own scripts: keeps what the page may replace, knows whether it waits for an answer,
// and gives it a clock that can be moved on. `ahead` is how far, in milliseconds.
'use strict';
if (!window[Symbol.for('harness')]) {
    const real = {
        performance, Image, ahead: 0, off: 0, stopped: null, offline: false, hidden: false, leaving: false, waiting: 0, sending: 0, failedAfter: Infinity, taken: [], bodies: [], givenUp: [], refused: [], tried: new Set(),
        setTimeout: setTimeout.bind(window), clearTimeout: clearTimeout.bind(window),
        fetch: fetch.bind(window), sendBeacon: navigator.sendBeacon && navigator.sendBeacon.bind(navigator),
    };
    Object.defineProperty(window, Symbol.for('harness'), {value: real});

    // The page views of this document: its own, those that the history API leads to, and those from the back/forward cache. Where
    // a page only takes another address it is still the same view; a place in a page is nothing at all.
    let view, here;
    real.begin = () => {  // again in a page that has the window of the empty one before it, as a tab's first page may
        if (real.document === document) return;
        real.leaving = false;
        here = location.href;
        view = {how: 'load', url: here, referrer: document.referrer, left: ''};
        Object.assign(real, {document, id: `${performance.timeOrigin} ${Math.random()}`, shown: [view]});
    };
    real.begin();
    const plain = url => url.replace(/#.*/, '');
    const moved = (how, left) => {
        here = location.href;
        if (plain(here) === plain(left)) return;
        real.shown.push({how, url: here, referrer: view.url, left});
        if (how !== 'replace') view = real.shown.at(-1);
    };
    for (const [name, how] of [['pushState', 'push'], ['replaceState', 'replace']]) {
        const change = History.prototype[name];
        History.prototype[name] = function (...state) {
            const left = location.href;
            change.apply(this, state);
            moved(how, left);
        };
    }
    addEventListener('popstate', () => moved('traverse', here));
    addEventListener('hashchange', () => { here = location.href });
    addEventListener('pageshow', ({persisted, isTrusted}) => {
        if (!persisted || !isTrusted) return;
        real.leaving = false;
        view = {...view, how: 'restore', url: location.href};
        real.shown.push(view);
    }, true);

    // Whether the page has heard that there is no network; before the page's own listeners hear of it.
    addEventListener('offline', () => { real.offline = true });
    addEventListener('online', () => { real.offline = false });

    // Whether the page is leaving, waits for an answer, or only sends something; and after which timer something failed.
    addEventListener('beforeunload', () => { real.leaving = true });
    // What the browser does not let the page send, and says to nobody.
    const MOST = 65_536;
    const size = body => typeof body === 'string' ? new TextEncoder().encode(body).length : body instanceof Blob ? body.size : 0;
    const refuse = reason => { if (!real.refused.includes(reason)) real.refused.push(reason) };
    addEventListener('securitypolicyviolation', ({blockedURI, effectiveDirective, disposition}) => {
        const isOurs = blockedURI.includes('/harness/fence/');
        if (isOurs) real.isFencedOff = true;
        else if (disposition === 'enforce') refuse(`the page's policy (${effectiveDirective}) forbids ${blockedURI}`);
    });
    const tries = url => { try { url = new URL(url, location.href); if (url.host !== location.host) real.tried.add(url.href) } catch { } };
    if (real.sendBeacon) Navigator.prototype.sendBeacon = (url, body) => {
        const taken = real.sendBeacon(url, body);
        tries(url);
        if (taken && real.offline) refuse('sendBeacon took it while there was no network, and says nothing of its loss');
        if (!taken) refuse(`sendBeacon takes no ${size(body)} bytes now; 65536 may be under way`);
        return taken;
    };

    // An answer has come when it has been read.
    for (const name of ['text', 'json', 'blob', 'arrayBuffer']) {
        const read = Response.prototype[name];
        Response.prototype[name] = function () {
            real.waiting++;
            return read.call(this).finally(() => { real.waiting-- });
        };
    }

    const asked = body => {
        if (typeof body === 'string') real.bodies.push(body);
        return () => { if (real.bodies.includes(body)) real.bodies.splice(real.bodies.indexOf(body), 1) };
    };
    real.pending = () => real.waiting + real.sending;
    const failed = () => { real.failedAfter = Math.min(real.failedAfter, last) };
    const begun = () => { real.waiting++ }, done = () => { real.waiting-- };
    window.fetch = (...request) => {
        const answer = real.fetch(...request), {keepalive, body} = request[1] || {}, kind = keepalive ? 'sending' : 'waiting';
        const over = asked(body);
        tries(request[0] && request[0].url || request[0]);
        if (keepalive && size(body) > MOST) refuse(`fetch with keepalive takes no ${size(body)} bytes; 65536 may be under way`);
        real[kind]++;
        answer.then(({ok, type}) => { real[kind]--; over(); if (!ok && type !== 'opaque') failed() }, error => {
            real[kind]--;
            over();
            failed();
            if (error && error.name === 'AbortError') real.givenUp.push(body);
        });
        return answer;
    };
    const open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (...request) {
        this.addEventListener('loadstart', () => { tries(request[1]); begun() }, {once: true});
        this.addEventListener('loadend', () => { done(); if (this.status < 200 || this.status > 299) failed() }, {once: true});
        return open.apply(this, request);
    };

    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) {
        const over = asked(body);
        this.addEventListener('loadend', over, {once: true});
        this.addEventListener('timeout', () => { real.givenUp.push(body) }, {once: true});
        return send.call(this, body);
    };

    // Whether the shopper looks at the page. What the browser says of it besides, as when the page goes, is no news to a hidden one.
    for (const [name, hidden] of [['visibilityState', 'hidden'], ['hidden', true]]) {
        const had = Object.getOwnPropertyDescriptor(Document.prototype, name);
        Object.defineProperty(Document.prototype, name, {...had, get() { const seen = had.get.call(this); return real.hidden ? hidden : seen }});
    }
    addEventListener('visibilitychange', event => { if (event.isTrusted && real.hidden) event.stopImmediatePropagation() }, true);
    real.hide = hidden => {
        if (real.hidden === hidden) return;
        real.hidden = hidden;
        document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
    };

    // Whether a script looks whether the browser is driven.
    const driven = Object.getOwnPropertyDescriptor(Navigator.prototype, 'webdriver');
    if (driven) Object.defineProperty(Navigator.prototype, 'webdriver', {...driven, get() { real.readsAutomation = true; return driven.get.call(this) }});

    // What tells the time.
    const {Date, Performance, Event} = window, now = Date.now, elapsed = Performance.prototype.now;
    const clock = () => (real.stopped ?? now()) + real.ahead + real.off, ticks = () => elapsed.call(real.performance) + real.ahead;
    const stamp = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp').get;
    Date.now = clock;
    window.Date = Date.prototype.constructor = new Proxy(Date, {
        construct: (target, given, made) => Reflect.construct(target, given.length ? given : [clock()], made),
        apply: () => new Date(clock()).toString(),
    });
    Performance.prototype.now = ticks;
    Object.defineProperty(Event.prototype, 'timeStamp', {get() { return stamp.call(this) + real.ahead }});
    const frame = requestAnimationFrame.bind(window);
    window.requestAnimationFrame = callback => frame(typeof callback === 'function' ? time => callback(time + real.ahead) : callback);

    // Timers. Those that are due when the clock has moved on run once, in order, each in a task of its own.
    const timers = new Map();
    let last = 0;
    const start = timer => { timer.handle = real.setTimeout(run, Math.max(timer.due - ticks(), 0), timer) };
    const run = timer => {
        timers.delete(timer.id);
        if (timer.every !== undefined) wind(timer, timer.every);
        timer.callback(...timer.values);
    };
    const wind = (timer, delay) => {
        timer.due = ticks() + delay;
        timers.set(timer.id, timer);
        start(timer);
        return timer.id;
    };
    const make = (callback, delay, values, every) => {
        const wait = Math.max(Number(delay) || 0, 0);
        if (wait > 0x7fffffff) return make(callback, 0, values, every);
        const called = typeof callback === 'function' ? callback.bind(window) : () => (0, eval)(String(callback));
        return wind({id: ++last, callback: called, values, every: every ? wait : undefined}, wait);
    };
    window.setTimeout = (callback, delay, ...values) => make(callback, delay, values, false);
    window.setInterval = (callback, delay, ...values) => make(callback, delay, values, true);
    window.clearTimeout = window.clearInterval = id => {
        const timer = timers.get(Number(id));
        if (timer) real.clearTimeout(timer.handle);
        timers.delete(Number(id));
    };

    real.nextTry = stuck => {
        const due = [...timers.values()].filter(timer => timer.every === undefined && (stuck || timer.id > real.failedAfter));
        return due.length ? Math.max(Math.min(...due.map(timer => timer.due)) - ticks(), 0) : null;
    };

    // Whether all answers have come but those that are held on purpose; whoever only sends something gets more time.
    real.answered = async held => {
        for (let ms = 0; real.pending() > held; ms += 5) {
            if (ms > (real.sending > held ? 10_000 : 2000)) return false;
            await new Promise(next => real.setTimeout(next, 5));
        }
        return true;
    };

    // What is under way must not run into a time-out of the page's, only because our clock is faster.
    real.moveOn = async (ahead, held = 0) => {
        if (real.pending() > held) await real.answered(held);
        real.ahead = Math.max(real.ahead, ahead);
        for (const timer of [...timers.values()].sort((one, other) => one.due - other.due)) {
            real.clearTimeout(timer.handle);
            start(timer);
        }
        return new Promise(next => real.setTimeout(next, 0));
    };

    // What the browser shall not have, on this page, though it has it.
    const deny = () => { throw new DOMException('Access is denied for this document.', 'SecurityError') };
    const take = (owner, name, other) => {
        const had = Object.getOwnPropertyDescriptor(owner, name);
        if (!had) return;
        real.taken.push(() => Object.defineProperty(owner, name, had));
        delete owner[name];
        if (other) Object.defineProperty(owner, name, {configurable: true, ...other});
    };
    const TAKE = {
        fetch: () => take(window, 'fetch'),
        sendBeacon: () => take(Navigator.prototype, 'sendBeacon'),
        XMLHttpRequest: () => take(window, 'XMLHttpRequest'),
        cookies: () => take(Document.prototype, 'cookie', {get: () => '', set() {}}),
        storage: () => ['localStorage', 'sessionStorage'].forEach(name => take(window, name, {get: deny})),
    };
    real.lack = names => {
        real.taken.splice(0).forEach(giveBack => giveBack());
        names.forEach(name => TAKE[name]());
    };

    // The one element that is meant, where it can be used at once without a doubt; all else is left to Playwright.
    const SOURCES = {button: 'button', link: 'a[href]'};
    const UNCLEAR = ':is(a, button):is([aria-label], [aria-labelledby]), [role=button], [role=link], input:is([type=submit], [type=button])';
    const words = element => element.textContent.trim().replace(/\s+/g, ' ');
    const matching = meant => {
        const [, within, text] = typeof meant === 'string' ? /^(.*):text-is\("([^"\\]+)"\)$/.exec(meant) || [] : [];
        if (within) return [...document.querySelectorAll(within)].filter(element => words(element) === text);
        if (typeof meant === 'string') return document.querySelectorAll(meant);
        const [[role, name]] = Object.entries(meant);
        if (!SOURCES[role] || document.querySelector(UNCLEAR)) return [];
        return [...document.querySelectorAll(SOURCES[role])].filter(element => words(element) === name);
    };
    const centre = element => {
        const box = element.getClientRects()[0] || new DOMRect();
        return {x: box.x + box.width / 2, y: box.y + box.height / 2};
    };
    const isHit = element => {
        const {x, y} = centre(element);
        return element.contains(document.elementFromPoint(x, y));
    };
    const isStill = () => document.getAnimations().every(animation => animation.playState !== 'running');
    const only = meant => {
        const found = matching(meant), [element] = found;
        if (found.length !== 1 || element.closest(':disabled, [aria-disabled=true], [inert]') || !isStill()) return null;
        if (typeof meant !== 'string' && element.childElementCount) return null;
        if (getComputedStyle(element).visibility !== 'visible') return null;
        if (!isHit(element)) element.scrollIntoView({block: 'center', behavior: 'instant'});
        return isHit(element) ? element : null;
    };
    const uses = {
        click: element => centre(element),
        press: element => { element.focus(); return true },
        fill: (element, text) => {
            if (!element.matches('textarea, input:is(:not([type]), [type=text], [type=email], [type=tel], [type=search], [type=password], [type=url], [type=number])')) return null;
            if (element.readOnly) return null;
            element.focus();
            element.select();
            if (text && element.selectionStart === null) element.value = '';  // Firefox under Playwright would add to it
            return document.activeElement === element;
        },
        select_option: (element, choice) => {
            const options = [...element.options || []].filter(option => [option.value, option.label].includes(choice));
            if (element.multiple || options.length !== 1 || options[0].disabled) return null;
            options[0].selected = true;
            element.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
            element.dispatchEvent(new Event('change', {bubbles: true}));
            return true;
        },
    };
    real.use = (meant, how, ...values) => {
        try {
            const element = uses[how] && only(meant);
            return element ? uses[how](element, ...values) : null;
        } catch {
            return null;
        }
    };
}
