"""Probe a page for reasons why its tracker sends nothing: calls, requests, scripts, consent managers."""

from playwright.async_api import Page

from harness.browser.page_script import DESCRIBE_TRACKER
from harness.recording.records import ProbeReport


async def probe_report(page: Page) -> ProbeReport:
    """Read the page's report. PlaywrightError if the page has just gone."""
    report = await page.evaluate(DESCRIBE_TRACKER)
    return ProbeReport(
        url=page.url,
        snippet=report["snippet"],
        calls=tuple(report["calls"]),
        tried=tuple(report["tried"]),
        scripts=tuple(report["scripts"]),
        consent_managers=tuple(report["managers"]),
        reads_automation=bool(report["automation"]),
    )
