// Record the page views of this document: its own, those of the history API, the Navigation API and hash routers, and those
// restored from the back/forward cache. A replaced address is the same view. A fragment that is no route is part of the same view.
let view, address;
harness.areRoutesPages = true;  // whether the fragments #/… and #!/… are pages of their own
harness.onView = () => {};  // is called with each view after the document's own
const record = added => {
    harness.views.push(added);
    harness.onView(added);
};

// Start the record. A tab's first page can share its window with the empty document before it, so this may run twice.
harness.startDocument = () => {
    if (harness.document === document) return;
    harness.isLeaving = false;
    address = location.href;
    view = {how: 'load', url: address, referrer: document.referrer, left: '', titles: []};
    Object.assign(harness, {document, id: `${performance.timeOrigin} ${Math.random()}`, views: [view], staleTitle: null});
};
harness.startDocument();

const withoutFragment = url => url.replace(/#.*/, '');
const withRoute = url => withoutFragment(url) + (/#!?\/.+/.exec(url) || [''])[0];
// Where routes are no pages, the address without the route is correct as well.
const addPlainAddress = () => {
    if (!harness.areRoutesPages && withRoute(address) !== withoutFragment(address)) {
        record({...view, how: 'replace', url: withoutFragment(address), titles: []});
    }
};
harness.ignoreRoutes = () => {
    harness.areRoutesPages = false;
    addPlainAddress();
};
const addView = (how, left) => {
    address = location.href;
    if (withRoute(address) === withRoute(left)) return;
    const isSamePage = how === 'replace' || (!harness.areRoutesPages && withoutFragment(address) === withoutFragment(left));
    record({how: isSamePage ? 'replace' : how, url: address, referrer: view.url, left, titles: []});
    if (isSamePage) return;
    view = harness.views.at(-1);
    addPlainAddress();
    harness.staleTitle = document.title;  // that of the page before, until the page sets its own
};
for (const [name, how] of [['pushState', 'push'], ['replaceState', 'replace']]) {
    const change = History.prototype[name];
    History.prototype[name] = function (...state) {
        const left = location.href;
        address = left;
        change.apply(this, state);
        addView(how, address);
    };
}
if (window.navigation) {  // this event also comes for links that a page intercepts, and for fragments
    navigation.addEventListener('currententrychange', ({navigationType}) => addView(navigationType || 'replace', address));
}
addEventListener('popstate', () => {
    if (withoutFragment(location.href) !== withoutFragment(address)) addView('traverse', address);
});
addEventListener('hashchange', () => addView('push', address));
addEventListener('beforeunload', () => { harness.isLeaving = true });
addEventListener('pageshow', ({persisted, isTrusted}) => {
    if (!persisted || !isTrusted) return;
    harness.isLeaving = false;
    view = {...view, how: 'restore', url: location.href, titles: []};
    record(view);
}, true);

// Note the title at the moment of a request to another host: a page may change its title afterwards.
harness.noteTitle = () => {
    const {title} = document, {titles} = view;
    if (title !== harness.staleTitle && !titles.includes(title) && titles.length < 20) titles.push(title);
};
