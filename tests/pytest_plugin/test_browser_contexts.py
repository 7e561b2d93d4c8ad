"""Which browser pytest-playwright launches for tests that use the store."""

from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Playwright

from harness.browser import discovery as programs
from harness.errors import BrowserError
from harness.pytest_plugin.browser_contexts import program

PLAYWRIGHT = cast(Playwright, None)


@pytest.mark.parametrize("given", [{"executable_path": "/opt/chrome"}, {"channel": "msedge"}])
def test_what_the_user_names_is_taken(given: dict[str, Any]) -> None:
    assert program(given, PLAYWRIGHT) == {}


@pytest.mark.parametrize(("given", "headed"), [({}, False), ({"headless": True}, False), ({"headless": False}, True)])
def test_headed_asks_for_a_browser_with_windows(
    given: dict[str, Any], headed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(_playwright: object, *, name: str, headed: bool) -> programs.BrowserChoice:
        return programs.BrowserChoice(path=Path("whole" if headed else "shell"), source="system")

    monkeypatch.setattr(programs, "find_browser", find)
    assert program(given, PLAYWRIGHT) == {"executable_path": Path("whole" if headed else "shell")}


def test_where_none_is_found_playwright_says_so_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_playwright: object, *, name: str, headed: bool) -> programs.BrowserChoice:
        raise BrowserError("none")

    monkeypatch.setattr(programs, "find_browser", find)
    assert program({}, PLAYWRIGHT) == {}
