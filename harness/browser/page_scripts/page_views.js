// Record the page views of this document: its own, those of the history API, and those restored from the back/forward cache.
// A replaced address is the same view. A fragment is part of the same view.
let view, address;

// Start the record. A tab's first page can share its window with the empty document before it, so this may run twice.
harness.startDocument = () => {
    if (harness.document === document) return;
    harness.isLeaving = false;
    address = location.href;
    view = {how: 'load', url: address, referrer: document.referrer, left: ''};
    Object.assign(harness, {document, id: `${performance.timeOrigin} ${Math.random()}`, views: [view]});
};
harness.startDocument();

const withoutFragment = url => url.replace(/#.*/, '');
const addView = (how, left) => {
    address = location.href;
    if (withoutFragment(address) === withoutFragment(left)) return;
    harness.views.push({how, url: address, referrer: view.url, left});
    if (how !== 'replace') view = harness.views.at(-1);
};
for (const [name, how] of [['pushState', 'push'], ['replaceState', 'replace']]) {
    const change = History.prototype[name];
    History.prototype[name] = function (...state) {
        const left = location.href;
        change.apply(this, state);
        addView(how, left);
    };
}
addEventListener('popstate', () => addView('traverse', address));
addEventListener('hashchange', () => { address = location.href });
addEventListener('beforeunload', () => { harness.isLeaving = true });
addEventListener('pageshow', ({persisted, isTrusted}) => {
    if (!persisted || !isTrusted) return;
    harness.isLeaving = false;
    view = {...view, how: 'restore', url: location.href};
    harness.views.push(view);
}, true);
