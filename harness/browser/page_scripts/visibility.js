// Hide the page on request. While it is hidden, the page gets no visibility events of the browser.
const {Event} = window;  // the page may replace it
harness.isHidden = false;
for (const [name, hidden] of [['visibilityState', 'hidden'], ['hidden', true]]) {
    const original = Object.getOwnPropertyDescriptor(Document.prototype, name);
    Object.defineProperty(Document.prototype, name, {...original, get() { const value = original.get.call(this); return harness.isHidden ? hidden : value }});
}
addEventListener('visibilitychange', event => { if (event.isTrusted && harness.isHidden) event.stopImmediatePropagation() }, true);
harness.setHidden = isHidden => {
    if (harness.isHidden === isHidden) return;
    harness.isHidden = isHidden;
    document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
};
