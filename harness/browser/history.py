"""Go back and forward through a tab's history, where Playwright does not hear of a way within a document, as in Firefox."""

import asyncio
from contextlib import suppress

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

_TRAVEL = """steps => new Promise(next => {
    addEventListener('popstate', next, {once: true});
    history.go(steps);
})"""


async def travel(page: Page, steps: int, moved: asyncio.Event, *, timeout: float) -> None:
    """Go so many steps. `moved` is set when the tab shows another page, and here where it shows another place in the same document;
    it is not where nothing came of it for `timeout` seconds.
    """
    within = asyncio.ensure_future(page.evaluate(_TRAVEL, steps))
    away = asyncio.ensure_future(moved.wait())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await asyncio.wait((within, away), return_when=asyncio.FIRST_COMPLETED)
                if within.done() and within.exception() is None:
                    moved.set()
                await away
    finally:
        for task in (within, away):
            task.cancel()
            with suppress(PlaywrightError, asyncio.CancelledError):
                await task
