"""The browser that pytest-playwright launches for tests with a store. Registered only with pytest-playwright."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin import session_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Playwright


@pytest.fixture(scope="session")
def launch_browser(
    launch_browser: Callable[..., Browser],
    playwright: Playwright,
    browser_type: BrowserType,
    browser_type_launch_args: Mapping[str, Any],
    connect_options: Mapping[str, Any] | None,
    request: pytest.FixtureRequest,
) -> Callable[..., Browser]:
    """The fixture of pytest-playwright, with a Chromium that trusts the store's certificate if a test needs it."""
    is_needed = any("fakestore" in getattr(item, "fixturenames", ()) for item in request.session.items)
    if not is_needed or connect_options or browser_type.name != "chromium":
        return launch_browser

    def launch(**arguments: Any) -> Browser:
        given = {**browser_type_launch_args, **arguments}
        spki = session_of(request.config).certificate.spki
        flags = [*given.get("args", ()), f"--ignore-certificate-errors-spki-list={spki}"]
        return launch_browser(**{**executable(given, playwright), **arguments, "args": flags})

    return launch


def executable(arguments: Mapping[str, Any], playwright: Any) -> dict[str, Any]:
    """The launch argument for a browser of the system, if Playwright has none and the arguments name none."""
    from harness.browser.discovery import find_browser
    from harness.errors import BrowserError

    if arguments.get("executable_path") or arguments.get("channel"):
        return {}
    try:
        choice = find_browser(playwright, name="chromium", headed=not arguments.get("headless", True))
    except BrowserError:
        return {}
    return {"executable_path": choice.path}
