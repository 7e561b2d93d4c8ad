"""Listen to what goes on in a page: does it tell the tracker anything, does that try to send, and what may keep it silent."""

from playwright.async_api import Page

from harness.recording.page_records import ProbeReport

LISTEN = """(trap => {
    const real = window[Symbol.for('harness')];
    if (window !== window.top || real.heardOn === document) return;  // a new tab's first page has the window of the one before
    real.heardOn = document;
    real.calls = new Set();
    real.describe = trap(({name}) => real.calls.add(name));
})(%s)"""
"""Let a document keep the names of what it tells the tracker, by the protocol's trap."""

_HEARD = """() => {
    const real = window[Symbol.for('harness')];
    const scripts = real.performance.getEntriesByType('resource').filter(entry => entry.initiatorType === 'script');
    const MANAGERS = ['__tcfapi', '__gpp', '__cmp', 'OneTrust', 'Cookiebot', 'Didomi', 'UC_UI', 'Osano', 'axeptioSDK'];
    return {
        snippet: real.describe ? real.describe() : {},
        calls: [...real.calls || []],
        tried: [...real.tried].slice(0, 20),
        scripts: scripts.map(entry => entry.name).slice(0, 100),
        managers: MANAGERS.filter(name => name in window),
        automation: Boolean(real.readsAutomation),
    };
}"""


async def probe_report(page: Page) -> ProbeReport:
    """What the page and its scripts have done so far. PlaywrightError where it has just gone."""
    said = await page.evaluate(_HEARD)
    return ProbeReport(
        url=page.url,
        snippet=said["snippet"],
        calls=tuple(said["calls"]),
        tried=tuple(said["tried"]),
        scripts=tuple(said["scripts"]),
        consent_managers=tuple(said["managers"]),
        reads_automation=bool(said["automation"]),
    )
