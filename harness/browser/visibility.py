"""Hide and show a page, and end it without any event in the page, as a phone's system does."""

import asyncio
from contextlib import suppress

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page


async def set_hidden(page: Page, *, is_hidden: bool) -> None:
    """Hide all documents of the page, or show them again."""
    for frame in page.frames:
        await frame.evaluate("isHidden => window[Symbol.for('harness')].setHidden(isHidden)", is_hidden)


async def kill(page: Page, *, timeout: float) -> None:
    """End the page's process and with it all its documents, without any event in them. Only Chromium can do it.

    TimeoutError if it has not ended after `timeout` seconds.
    """
    crashed = asyncio.Event()
    page.once("crash", lambda _page: crashed.set())
    session = await page.context.new_cdp_session(page)
    crash = asyncio.ensure_future(session.send("Page.crash"))  # a crashed page gives no answer
    try:
        async with asyncio.timeout(timeout):
            await crashed.wait()
    finally:
        crash.cancel()
        with suppress(PlaywrightError, asyncio.CancelledError):
            await crash
    await page.close()
