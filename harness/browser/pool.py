"""The browsers of one run: the requested one, and a full one for the scenarios that need it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Playwright

from harness.browser.discovery import BrowserChoice, find_browser, is_headless_shell, list_browsers
from harness.browser.launch import browser_info, driver, launch_browser
from harness.browser_names import CHROMIUM
from harness.errors import BrowserError
from harness.scenario.model import Scenario


@dataclass(frozen=True, kw_only=True)
class LaunchOptions:
    """The requested browser: `name`, `path` and `channel` as on the command line, None for the best installed one.

    With `prefer_full` a headless shell is the last choice.
    """

    name: str | None = None
    path: Path | None = None
    channel: str | None = None
    headed: bool = False
    slow_mo_ms: float = 0.0
    prefer_full: bool = False

    @property
    def is_particular(self) -> bool:
        """Whether the options request one build, which no other may replace."""
        return self.path is not None or self.channel is not None


@dataclass(frozen=True, kw_only=True)
class RunningBrowser:
    browser: Browser
    choice: BrowserChoice

    @property
    def info(self) -> dict[str, str]:
        return browser_info(self.choice, self.browser)


@dataclass(kw_only=True)
class BrowserPool:
    """The `usual` browser, and a full one from the first scenario on that needs it."""

    usual: RunningBrowser
    options: LaunchOptions
    playwright: Playwright
    spki: str
    stack: AsyncExitStack
    full: RunningBrowser | None = None
    _launch_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on the browsers for the report."""
        unchecked = f"{self.usual.choice.browser} accepts any certificate here: problems of the store's certificate are not detected"
        notes = () if self.usual.choice.browser == CHROMIUM else (unchecked,)
        if self.full is None:
            return notes
        full = self.full.info
        note = f"scenarios that need a full browser ran in {full['path']}, {full['name']} {full['version']}"
        return (*notes, note)

    async def for_scenario(self, scenario: Scenario) -> RunningBrowser:
        """Return the browser for this scenario. BrowserError with the reason if there is none."""
        if reason := scenario.not_in.get(self.usual.choice.browser):
            raise BrowserError(f"not in {self.usual.choice.browser}: {reason}")
        running = await self._full() if scenario.browser == "full" else self.usual
        if not running.browser.is_connected():
            raise BrowserError("the browser has ended")
        return running

    async def _full(self) -> RunningBrowser:
        async with self._launch_lock:
            if self.full is None:
                self.full = await _started(
                    self._full_choice(), self.options, self.playwright, self.spki, self.stack, full=True
                )
            return self.full

    def _full_choice(self) -> BrowserChoice:
        """The usual browser; instead of a headless shell, the best other one."""
        if not is_headless_shell(self.usual.choice):
            return self.usual.choice
        if self.options.is_particular or self.usual.choice.source not in ("Playwright", "system"):
            raise BrowserError("the scenario needs a full browser, but the options request a headless shell")
        found = next(iter(list_browsers(self.playwright, headed=True)), None)
        if found is None:
            raise BrowserError(
                "the scenario needs a full browser, but only a headless shell is installed; "
                f"'harness doctor --install --channel {CHROMIUM}' installs one"
            )
        return found


@asynccontextmanager
async def open_pool(options: LaunchOptions, *, spki: str) -> AsyncIterator[BrowserPool]:
    """Launch the requested browser, which trusts certificates with the public key `spki`. BrowserError if there is none."""
    async with driver() as playwright, AsyncExitStack() as stack:
        choice = find_browser(
            playwright,
            path=options.path,
            name=options.name,
            channel=options.channel,
            headed=options.headed,
            prefer_full=options.prefer_full,
        )
        usual = await _started(choice, options, playwright, spki, stack)
        yield BrowserPool(usual=usual, options=options, playwright=playwright, spki=spki, stack=stack)


async def _started(
    choice: BrowserChoice,
    options: LaunchOptions,
    playwright: Playwright,
    spki: str,
    stack: AsyncExitStack,
    *,
    full: bool = False,
) -> RunningBrowser:
    launch = launch_browser(
        choice, playwright, headed=options.headed, slow_mo_ms=options.slow_mo_ms, spki=spki, full=full
    )
    return RunningBrowser(browser=await stack.enter_async_context(launch), choice=choice)
