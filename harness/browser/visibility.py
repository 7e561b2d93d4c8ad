"""Look away from a page, look at it again, and let the system end it without a word, as phones do."""

import asyncio
from contextlib import suppress

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

_HIDE = "hidden => window[Symbol.for('harness')].hide(hidden)"


async def set_hidden(page: Page, *, is_hidden: bool) -> None:
    """Let all documents of the page know that nobody looks at it, or that somebody does again."""
    for frame in page.frames:
        await frame.evaluate(_HIDE, is_hidden)


async def kill(page: Page, *, timeout: float) -> None:
    """End the page's process, and with it every page that it has: none of them hears of it. Chromium alone can do it.

    TimeoutError where it has not ended after `timeout` seconds.
    """
    over = asyncio.Event()
    page.once("crash", lambda _page: over.set())
    session = await page.context.new_cdp_session(page)
    crash = asyncio.ensure_future(session.send("Page.crash"))  # has no answer: who should give it?
    try:
        async with asyncio.timeout(timeout):
            await over.wait()
    finally:
        crash.cancel()
        with suppress(PlaywrightError, asyncio.CancelledError):
            await crash
    await page.close()
