// Replace the page's clocks and timers, so that the harness can advance them.
Object.assign(harness, {
    performance,
    ahead: 0,  // milliseconds that the page's clocks are ahead of the real ones
    off: 0,  // milliseconds that the page's dates are wrong by
    stopped: null,  // the moment at which the page's dates stand still, in milliseconds since the epoch
    lastTimer: 0,
    setTimeout: setTimeout.bind(window),
    clearTimeout: clearTimeout.bind(window),
});

const {Date, Performance, Event} = window, now = Date.now, elapsed = Performance.prototype.now;
const time = () => (harness.stopped ?? now()) + harness.ahead + harness.off, ticks = () => elapsed.call(harness.performance) + harness.ahead;
const stamp = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp').get;
Date.now = time;
window.Date = Date.prototype.constructor = new Proxy(Date, {
    construct: (target, given, made) => Reflect.construct(target, given.length ? given : [time()], made),
    apply: () => new Date(time()).toString(),
});
Performance.prototype.now = ticks;
Object.defineProperty(Event.prototype, 'timeStamp', {get() { return stamp.call(this) + harness.ahead }});
const frame = requestAnimationFrame.bind(window);
window.requestAnimationFrame = callback => frame(typeof callback === 'function' ? at => callback(at + harness.ahead) : callback);

// Timers that are due after an advance run once, in order, each in its own task.
const timers = new Map();
const start = timer => { timer.handle = harness.setTimeout(run, Math.max(timer.due - ticks(), 0), timer) };
const run = timer => {
    timers.delete(timer.id);
    if (timer.every !== undefined) schedule(timer, timer.every);
    timer.callback(...timer.values);
};
const schedule = (timer, delay) => {
    timer.due = ticks() + delay;
    timers.set(timer.id, timer);
    start(timer);
    return timer.id;
};
const create = (callback, delay, values, every) => {
    const wait = Math.max(Number(delay) || 0, 0);
    if (wait > 0x7fffffff) return create(callback, 0, values, every);
    const called = typeof callback === 'function' ? callback.bind(window) : () => (0, eval)(String(callback));
    return schedule({id: ++harness.lastTimer, callback: called, values, every: every ? wait : undefined}, wait);
};
window.setTimeout = (callback, delay, ...values) => create(callback, delay, values, false);
window.setInterval = (callback, delay, ...values) => create(callback, delay, values, true);
window.clearTimeout = window.clearInterval = id => {
    const timer = timers.get(Number(id));
    if (timer) harness.clearTimeout(timer.handle);
    timers.delete(Number(id));
};

// Milliseconds until the next timer that was set after a failure, or until any timer if `isStuck`; null without such a timer.
harness.nextRetry = isStuck => {
    const due = [...timers.values()].filter(timer => timer.every === undefined && (isStuck || timer.id > harness.lastTimerBeforeFailure));
    return due.length ? Math.max(Math.min(...due.map(timer => timer.due)) - ticks(), 0) : null;
};

// Advance the clocks. Requests under way finish first: otherwise the page's own time-outs would end them too early.
harness.advance = async (ahead, held = 0) => {
    if (harness.pending() > held) await harness.waitForAnswers(held);
    harness.ahead = Math.max(harness.ahead, ahead);
    for (const timer of [...timers.values()].sort((one, other) => one.due - other.due)) {
        harness.clearTimeout(timer.handle);
        start(timer);
    }
    return new Promise(next => harness.setTimeout(next, 0));
};
