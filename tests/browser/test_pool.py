"""The browser of a scenario, and the reason if there is none."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.async_api import Browser, Playwright

from harness.browser import pool as pool_module
from harness.browser.discovery import BrowserChoice
from harness.browser.pool import BrowserPool, LaunchOptions, RunningBrowser
from harness.errors import BrowserError
from harness.scenario.model import Scenario

SHELL = BrowserChoice(path=Path("/bin/shell"), source="system", channel="chromium-headless-shell")
FULL = BrowserChoice(path=Path("/bin/chromium"), source="system", channel="chromium")
STOCK = BrowserChoice(path=Path("/bin/firefox"), source="system", channel="moz-firefox")
SPECIAL = Scenario(name="special", file="s.yaml", text="", items=(), browser="full", not_in={"firefox": "it cannot"})


def running(choice: BrowserChoice, *, gone: bool = False) -> RunningBrowser:
    browser = SimpleNamespace(version="1.2", is_connected=lambda: not gone)
    return RunningBrowser(browser=cast(Browser, browser), choice=choice)


def pool_of(usual: RunningBrowser, options: LaunchOptions = LaunchOptions()) -> BrowserPool:  # noqa: B008
    return BrowserPool(usual=usual, options=options, playwright=cast(Playwright, None), spki="", stack=AsyncExitStack())


@pytest.fixture
def launches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[BrowserChoice, bool]]:
    """The browsers launched later, each with its `full`; a full Chromium is installed."""
    seen: list[tuple[BrowserChoice, bool]] = []

    async def started(choice: BrowserChoice, *_given: Any, full: bool = False) -> RunningBrowser:
        seen.append((choice, full))
        return running(choice)

    monkeypatch.setattr(pool_module, "_started", started)
    monkeypatch.setattr(pool_module, "list_browsers", lambda playwright, headed: [FULL])
    return seen


def reason(pool: BrowserPool, scenario: Scenario) -> str:
    with pytest.raises(BrowserError) as caught:
        asyncio.run(pool.for_scenario(scenario))
    return str(caught.value)


def test_scenario_gets_the_usual_browser(launches: list[tuple[BrowserChoice, bool]]) -> None:
    pool = pool_of(running(SHELL))
    plain = Scenario(name="plain", file="p.yaml", text="", items=())
    assert asyncio.run(pool.for_scenario(plain)) is pool.usual
    assert launches == []
    assert pool.notes == ()


def test_scenarios_that_need_a_full_browser_share_one(launches: list[tuple[BrowserChoice, bool]]) -> None:
    pool = pool_of(running(SHELL))

    async def two() -> list[RunningBrowser]:
        return await asyncio.gather(pool.for_scenario(SPECIAL), pool.for_scenario(SPECIAL))

    one, other = asyncio.run(two())
    assert one is other
    assert launches == [(FULL, True)]
    assert pool.notes == ("scenarios that need a full browser ran in /bin/chromium, chromium 1.2",)


def test_full_browser_is_launched_again_with_its_page_cache(launches: list[tuple[BrowserChoice, bool]]) -> None:
    asyncio.run(pool_of(running(FULL)).for_scenario(SPECIAL))
    assert launches == [(FULL, True)]


def test_missing_full_browser_error_contains_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "list_browsers", lambda playwright, headed: [])
    assert reason(pool_of(running(SHELL)), SPECIAL) == (
        "the scenario needs a full browser, but only a headless shell is installed; "
        "'harness doctor --install --channel chromium' installs one"
    )


@pytest.mark.parametrize(
    "options", [LaunchOptions(channel="chromium-headless-shell"), LaunchOptions(path=Path("/bin/shell"))]
)
def test_requested_headless_shell_is_not_replaced(options: LaunchOptions) -> None:
    assert (
        reason(pool_of(running(SHELL), options), SPECIAL)
        == "the scenario needs a full browser, but the options request a headless shell"
    )


def test_excluded_browser_error_contains_the_scenario_reason() -> None:
    assert reason(pool_of(running(STOCK)), SPECIAL) == "not in firefox: it cannot"


def test_ended_browser_is_an_error() -> None:
    plain = Scenario(name="plain", file="p.yaml", text="", items=())
    assert reason(pool_of(running(SHELL, gone=True)), plain) == "the browser has ended"


def test_firefox_run_notes_unchecked_certificates() -> None:
    (note,) = pool_of(running(STOCK)).notes
    assert note.startswith("firefox accepts any certificate here")
