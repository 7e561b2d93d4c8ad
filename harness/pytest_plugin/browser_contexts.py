"""Leads the browser contexts of pytest-playwright to a test's store. Registered only where pytest-playwright is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin import shared_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, BrowserType, Playwright

    from harness.pytest_plugin.store import FakeStore

_MARKER = "browser_context_args"


@pytest.fixture
def _store_of_test(request: pytest.FixtureRequest) -> FakeStore | None:
    """The store of a test that asks for one; contexts that are made after this reach it."""
    if "fakestore" not in request.fixturenames:
        return None
    store: FakeStore = request.getfixturevalue("fakestore")
    marker = request.node.get_closest_marker(_MARKER)
    given = marker.kwargs if marker else {}
    request.node.add_marker(getattr(pytest.mark, _MARKER)(**{**given, **store.context_args}), append=False)
    return store


@pytest.fixture
def new_context(
    _store_of_test: FakeStore | None, new_context: Callable[..., BrowserContext]
) -> Callable[..., BrowserContext]:
    """pytest-playwright's, whose contexts reach the store."""
    store = _store_of_test
    if store is None:
        return new_context

    def made(**arguments: Any) -> BrowserContext:
        context = new_context(**arguments)
        store.watch(context)
        return context

    return made


@pytest.fixture(scope="session")
def launch_browser(
    launch_browser: Callable[..., Browser],
    playwright: Playwright,
    browser_type: BrowserType,
    browser_type_launch_args: Mapping[str, Any],
    connect_options: Mapping[str, Any] | None,
    request: pytest.FixtureRequest,
) -> Callable[..., Browser]:
    """pytest-playwright's, whose Chromium trusts the store's certificate, where a test needs that."""
    is_needed = any("fakestore" in getattr(item, "fixturenames", ()) for item in request.session.items)
    if not is_needed or connect_options or browser_type.name != "chromium":
        return launch_browser

    def launch(**arguments: Any) -> Browser:
        given = {**browser_type_launch_args, **arguments}
        spki = shared_of(request.config).certificate.spki
        trusting = [*given.get("args", ()), f"--ignore-certificate-errors-spki-list={spki}"]
        return launch_browser(**{**program(given, playwright), **arguments, "args": trusting})

    return launch


def program(arguments: Mapping[str, Any], playwright: Playwright) -> dict[str, Any]:
    """Which program to launch: a browser of the system where Playwright has none of its own, and the arguments name none."""
    from harness.browser.discovery import find_browser
    from harness.errors import BrowserError

    if arguments.get("executable_path") or arguments.get("channel"):
        return {}
    try:
        choice = find_browser(playwright, name="chromium", headed=not arguments.get("headless", True))
    except BrowserError:
        return {}
    return {"executable_path": choice.path}
