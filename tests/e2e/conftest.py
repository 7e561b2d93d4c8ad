"""What every test with a browser needs."""

import asyncio
from pathlib import Path

import pytest

from harness.browser import driver
from harness.errors import BrowserError
from harness.programs import find_browser


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """The browser that a run would take. Where there is none the tests fail: a skipped test tells nobody."""

    async def find() -> Path:
        async with driver() as playwright:
            return find_browser(playwright).path

    try:
        return asyncio.run(find())
    except BrowserError as error:
        pytest.fail(str(error))
