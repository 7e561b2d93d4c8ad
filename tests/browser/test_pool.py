"""Which browser a scenario gets, and what is said where there is none for it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.async_api import Browser, Playwright

from harness.browser import pool as open_pool
from harness.browser.discovery import BrowserChoice
from harness.browser.pool import BrowserPool, LaunchOptions, Running
from harness.errors import BrowserError
from harness.scenario.parser import Scenario

SHELL = BrowserChoice(path=Path("/bin/shell"), source="system", channel="chromium-headless-shell")
FULL = BrowserChoice(path=Path("/bin/chromium"), source="system", channel="chromium")
STOCK = BrowserChoice(path=Path("/bin/firefox"), source="system", channel="moz-firefox")
SPECIAL = Scenario(name="special", file="s.yaml", text="", items=(), browser="full", not_in={"firefox": "it cannot"})


def running(choice: BrowserChoice, *, gone: bool = False) -> Running:
    browser = SimpleNamespace(version="1.2", is_connected=lambda: not gone)
    return Running(browser=cast(Browser, browser), choice=choice)


def fleet_of(usual: Running, wish: LaunchOptions = LaunchOptions()) -> BrowserPool:  # noqa: B008
    return BrowserPool(usual=usual, wish=wish, playwright=cast(Playwright, None), spki="", stack=AsyncExitStack())


@pytest.fixture
def launches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[BrowserChoice, bool]]:
    """What was launched later, and whether as a shopper has it; a full Chromium is here."""
    seen: list[tuple[BrowserChoice, bool]] = []

    async def started(choice: BrowserChoice, *_given: Any, full: bool = False) -> Running:
        seen.append((choice, full))
        return running(choice)

    monkeypatch.setattr(open_pool, "_started", started)
    monkeypatch.setattr(open_pool, "browsers", lambda playwright, headed: [FULL])
    return seen


def reason(browsers: BrowserPool, scenario: Scenario) -> str:
    with pytest.raises(BrowserError) as caught:
        asyncio.run(browsers.for_scenario(scenario))
    return str(caught.value)


def test_a_scenario_gets_the_usual_browser(launches: list[tuple[BrowserChoice, bool]]) -> None:
    browsers = fleet_of(running(SHELL))
    plain = Scenario(name="plain", file="p.yaml", text="", items=())
    assert asyncio.run(browsers.for_scenario(plain)) is browsers.usual
    assert launches == []
    assert browsers.notes == ()


def test_scenarios_that_ask_for_a_full_browser_share_one(launches: list[tuple[BrowserChoice, bool]]) -> None:
    browsers = fleet_of(running(SHELL))

    async def two() -> list[Running]:
        return await asyncio.gather(browsers.for_scenario(SPECIAL), browsers.for_scenario(SPECIAL))

    one, other = asyncio.run(two())
    assert one is other
    assert launches == [(FULL, True)]
    assert browsers.notes == ("scenarios that ask for a full browser ran in /bin/chromium, chromium 1.2",)


def test_a_usual_browser_that_is_full_is_launched_once_more_as_shoppers_have_it(
    launches: list[tuple[BrowserChoice, bool]],
) -> None:
    asyncio.run(fleet_of(running(FULL)).for_scenario(SPECIAL))
    assert launches == [(FULL, True)]


def test_where_no_full_browser_is_here_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_pool, "browsers", lambda playwright, headed: [])
    assert reason(fleet_of(running(SHELL)), SPECIAL) == (
        "it needs a full browser, and only a headless shell is here; 'harness doctor --install --channel chromium' installs one"
    )


@pytest.mark.parametrize(
    "wish", [LaunchOptions(channel="chromium-headless-shell"), LaunchOptions(path=Path("/bin/shell"))]
)
def test_where_a_headless_shell_was_asked_for_no_other_takes_its_place(wish: LaunchOptions) -> None:
    assert (
        reason(fleet_of(running(SHELL), wish), SPECIAL) == "it needs a full browser, and a headless shell was asked for"
    )


def test_what_a_browser_cannot_do_is_told_with_the_scenarios_own_reason() -> None:
    assert reason(fleet_of(running(STOCK)), SPECIAL) == "not in firefox: it cannot"


def test_a_browser_that_has_gone_is_told() -> None:
    plain = Scenario(name="plain", file="p.yaml", text="", items=())
    assert reason(fleet_of(running(SHELL, gone=True)), plain) == "the browser has gone"


def test_that_firefox_checks_no_certificates_is_said() -> None:
    (note,) = fleet_of(running(STOCK)).notes
    assert note.startswith("firefox was told to take any certificate")
