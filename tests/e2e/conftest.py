"""What every test with a browser needs."""

import asyncio
from pathlib import Path

import pytest
from command import Ended, harness

from harness.browser import driver, find_browser
from harness.errors import BrowserError


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


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """The shipped suite, run once with everything kept."""
    folder = tmp_path_factory.mktemp("artifacts")
    return harness(
        "run", "--strict", "--workers", "4", "--report", "json", "--artifacts", folder, "--keep", "all"
    ), folder
