"""Go through a tab's history. Under Firefox, Playwright gets no event of a move within a document."""

import asyncio
from contextlib import suppress

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

_TRAVEL = """steps => new Promise(next => {
    addEventListener('popstate', next, {once: true});
    history.go(steps);
})"""


async def travel(page: Page, steps: int, moved: asyncio.Event, *, timeout: float) -> None:
    """Go this many steps, and wait until `moved` is set, at most `timeout` seconds.

    The tab's log sets `moved` for another document; this function sets it for a move within the document.
    """
    popstate = asyncio.ensure_future(page.evaluate(_TRAVEL, steps))
    navigation = asyncio.ensure_future(moved.wait())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await asyncio.wait((popstate, navigation), return_when=asyncio.FIRST_COMPLETED)
                if popstate.done() and popstate.exception() is None:
                    moved.set()
                await navigation
    finally:
        for task in (popstate, navigation):
            task.cancel()
            with suppress(PlaywrightError, asyncio.CancelledError):
                await task
