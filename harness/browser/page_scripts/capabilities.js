// Remove capabilities of the browser from the page, and note whether a script checks for automation.
const driven = Object.getOwnPropertyDescriptor(Navigator.prototype, 'webdriver');
if (driven) Object.defineProperty(Navigator.prototype, 'webdriver', {...driven, get() { harness.readsAutomation = true; return driven.get.call(this) }});

const restorers = [];
const deny = () => { throw new DOMException('Access is denied for this document.', 'SecurityError') };
const remove = (owner, name, replacement) => {
    const original = Object.getOwnPropertyDescriptor(owner, name);
    if (!original) return;
    restorers.push(() => Object.defineProperty(owner, name, original));
    delete owner[name];
    if (replacement) Object.defineProperty(owner, name, {configurable: true, ...replacement});
};
const REMOVE = {
    fetch: () => remove(window, 'fetch'),
    sendBeacon: () => remove(Navigator.prototype, 'sendBeacon'),
    XMLHttpRequest: () => remove(window, 'XMLHttpRequest'),
    cookies: () => remove(Document.prototype, 'cookie', {get: () => '', set() {}}),
    storage: () => ['localStorage', 'sessionStorage'].forEach(name => remove(window, name, {get: deny})),
};
harness.removeCapabilities = names => {
    restorers.splice(0).forEach(restore => restore());
    names.forEach(name => REMOVE[name]());
};

// Set the privacy signals of the document's browser to these names.
harness.setPrivacySignals = signals => {
    const define = (name, value) => Object.defineProperty(navigator, name, {configurable: true, get: () => value});
    define('globalPrivacyControl', signals.includes('GPC'));
    define('doNotTrack', signals.includes('DNT') ? '1' : null);
};
