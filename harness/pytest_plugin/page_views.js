// Report the page views of this document, each with the time at which it was shown, in milliseconds since the epoch.
// Needs `harness` of browser/page_scripts/page_views.js. A test may replace the page's clock later, so its own one is kept.
const elapsed = performance.now.bind(performance), started = performance.timeOrigin;
harness.onView = shown => {
    const [{type = ''} = {}] = performance.getEntriesByType('navigation');
    report({...shown, at: started + elapsed(), navigation: type});
};
harness.onView(harness.views[0]);
