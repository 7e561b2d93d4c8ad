"""The browser that pytest-playwright launches for tests with the store."""

from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Playwright

from harness.browser import discovery
from harness.errors import BrowserError
from harness.pytest_plugin.browser_launch import executable

PLAYWRIGHT = cast(Playwright, None)


@pytest.mark.parametrize("given", [{"executable_path": "/opt/chrome"}, {"channel": "msedge"}])
def test_a_browser_that_the_user_names_is_kept(given: dict[str, Any]) -> None:
    assert executable(given, PLAYWRIGHT) == {}


@pytest.mark.parametrize(("given", "headed"), [({}, False), ({"headless": True}, False), ({"headless": False}, True)])
def test_headed_needs_a_browser_with_windows(
    given: dict[str, Any], headed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(_playwright: object, *, name: str, headed: bool) -> discovery.BrowserChoice:
        return discovery.BrowserChoice(path=Path("full" if headed else "shell"), source="system")

    monkeypatch.setattr(discovery, "find_browser", find)
    assert executable(given, PLAYWRIGHT) == {"executable_path": Path("full" if headed else "shell")}


def test_without_a_browser_the_error_is_playwrights(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_playwright: object, *, name: str, headed: bool) -> discovery.BrowserChoice:
        raise BrowserError("none")

    monkeypatch.setattr(discovery, "find_browser", find)
    assert executable({}, PLAYWRIGHT) == {}
