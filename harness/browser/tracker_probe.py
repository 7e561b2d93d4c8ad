"""Probe a page for reasons why its tracker sends nothing: calls, requests, scripts, consent managers."""

from typing import Final

from playwright.async_api import Page

from harness.recording.records import ProbeReport

PROBE: Final = """(trap => {
    const harness = window[Symbol.for('harness')];
    if (window !== window.top || harness.probedDocument === document) return;  // a tab's first page can share its window
    harness.probedDocument = document;
    harness.trackerCalls = new Set();
    harness.describeSnippet = trap(({name}) => harness.trackerCalls.add(name));
})(%s)"""
"""Note the names of a document's calls to the tracker, by the protocol's trap."""

_REPORT: Final = """() => {
    const harness = window[Symbol.for('harness')];
    const scripts = harness.performance.getEntriesByType('resource').filter(entry => entry.initiatorType === 'script');
    const MANAGERS = ['__tcfapi', '__gpp', '__cmp', 'OneTrust', 'Cookiebot', 'Didomi', 'UC_UI', 'Osano', 'axeptioSDK'];
    return {
        snippet: harness.describeSnippet ? harness.describeSnippet() : {},
        calls: [...harness.trackerCalls || []],
        tried: [...harness.foreignUrls].slice(0, 20),
        scripts: scripts.map(entry => entry.name).slice(0, 100),
        managers: MANAGERS.filter(name => name in window),
        automation: Boolean(harness.readsAutomation),
    };
}"""


async def probe_report(page: Page) -> ProbeReport:
    """Read the page's report. PlaywrightError if the page has just gone."""
    report = await page.evaluate(_REPORT)
    return ProbeReport(
        url=page.url,
        snippet=report["snippet"],
        calls=tuple(report["calls"]),
        tried=tuple(report["tried"]),
        scripts=tuple(report["scripts"]),
        consent_managers=tuple(report["managers"]),
        reads_automation=bool(report["automation"]),
    )
