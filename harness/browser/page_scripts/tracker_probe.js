// Describe the page's tracker: its calls, requests and scripts, and consent managers.
const MANAGERS = ['__tcfapi', '__gpp', '__cmp', 'OneTrust', 'Cookiebot', 'Didomi', 'UC_UI', 'Osano', 'axeptioSDK'];

// Note the names of the document's calls to the tracker, by the protocol's trap.
harness.probe = trap => {
    if (window !== window.top || harness.probedDocument === document) return;  // a tab's first page can share its window
    harness.probedDocument = document;
    harness.trackerCalls = new Set();
    harness.describeSnippet = trap(({name}) => harness.trackerCalls.add(name));
};

harness.describeTracker = () => {
    const scripts = harness.performance.getEntriesByType('resource').filter(entry => entry.initiatorType === 'script');
    return {
        snippet: harness.describeSnippet ? harness.describeSnippet() : {},
        calls: [...harness.trackerCalls || []],
        tried: [...harness.foreignUrls].slice(0, 20),
        scripts: scripts.map(entry => entry.name).slice(0, 100),
        managers: MANAGERS.filter(name => name in window),
        automation: Boolean(harness.readsAutomation),
    };
};
