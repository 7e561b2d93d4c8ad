"""A page of a browser with the script that runs first in every document."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from harness.browser.discovery import BrowserChoice
from harness.browser.launch import driver, launch_browser
from harness.browser.page_script import PAGE_SCRIPT

Try = Callable[[Callable[[Page], Coroutine[Any, Any, Any]]], Any]


@pytest.fixture(scope="module")
def on_page(browser_path: Path) -> Iterator[Try]:
    """A function that runs a coroutine on an empty page with the script."""
    with asyncio.Runner() as runner:
        playwright_manager = driver()
        playwright = runner.run(playwright_manager.__aenter__())
        choice = BrowserChoice(path=browser_path, source="test")
        browser_manager = launch_browser(choice, playwright, headed=False, slow_mo_ms=0, spki="")
        browser = runner.run(browser_manager.__aenter__())

        async def once(do: Callable[[Page], Coroutine[Any, Any, Any]]) -> Any:
            context = await browser.new_context()
            await context.add_init_script(PAGE_SCRIPT)
            page = await context.new_page()
            await page.goto("data:text/html,<!doctype html><title>Empty</title>")
            try:
                return await do(page)
            finally:
                with suppress(TimeoutError):  # a page that never ends does not close
                    async with asyncio.timeout(5):
                        await context.close()

        yield lambda do: runner.run(once(do))
        runner.run(browser_manager.__aexit__(None, None, None))
        runner.run(playwright_manager.__aexit__(None, None, None))


def evaluate(on_page: Try, script: str) -> Any:
    """Run a script in the page, and return its result."""
    return on_page(lambda page: page.evaluate(f"async () => {{ {script} }}"))
