"""What every test with a browser needs."""

import asyncio
from pathlib import Path

import pytest
from support.command import Ended, harness

from harness.browser.discovery import BrowserChoice, find_browser
from harness.browser.install import can_be_installed
from harness.browser.launch import driver
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


def _or_reason(name: str, channel: str | None = None) -> BrowserChoice:
    """A further browser. Where this machine could have installed it the tests fail without; where it could not, they say why."""

    async def find() -> BrowserChoice:
        async with driver() as playwright:
            return find_browser(playwright, name=name, channel=channel)

    try:
        return asyncio.run(find())
    except BrowserError as error:
        if can_be_installed(name, channel):
            pytest.fail(f"{error}; 'make test' does it")
        pytest.skip(f"this machine cannot have it: no root on Debian, and Playwright's own was not to be had ({error})")


@pytest.fixture(scope="session")
def firefox() -> BrowserChoice:
    """The Firefox that a run with `--browser firefox` would take."""
    return _or_reason("firefox")


@pytest.fixture(scope="session")
def full_chromium() -> BrowserChoice:
    """A Chromium that is no headless shell."""
    return _or_reason("chromium", "chromium")
