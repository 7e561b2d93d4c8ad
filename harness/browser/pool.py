"""The browsers of one run: the one that was asked for, and a full one for the scenarios that need that."""

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
    """Which browser, and how: `name`, `path` and `channel` as on the command line, None for the best that is here.

    With `whole` a headless shell is taken only where nothing else is.
    """

    name: str | None = None
    path: Path | None = None
    channel: str | None = None
    headed: bool = False
    slow_mo_ms: float = 0.0
    prefer_full: bool = False

    @property
    def is_particular(self) -> bool:
        """Whether one build was asked for, so that no other may take its place."""
        return self.path is not None or self.channel is not None


@dataclass(frozen=True, kw_only=True)
class RunningBrowser:
    """A browser that runs, and which one it is."""

    browser: Browser
    choice: BrowserChoice

    @property
    def info(self) -> dict[str, str]:
        """What reports and recordings say of it."""
        return browser_info(self.choice, self.browser)


@dataclass(kw_only=True)
class BrowserPool:
    """What runs: the `usual` browser, and, from the first scenario on that asks for it, a full one."""

    usual: RunningBrowser
    options: LaunchOptions
    playwright: Playwright
    spki: str
    stack: AsyncExitStack
    full: RunningBrowser | None = None
    _one_launch: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the browsers, to trust the verdict."""
        unchecked = f"{self.usual.choice.browser} was told to take any certificate: what is wrong with a store's own is not seen"
        notes = () if self.usual.choice.browser == CHROMIUM else (unchecked,)
        if self.full is None:
            return notes
        full = self.full.info
        asked = f"scenarios that ask for a full browser ran in {full['path']}, {full['name']} {full['version']}"
        return (*notes, asked)

    async def for_scenario(self, scenario: Scenario) -> RunningBrowser:
        """The browser for this scenario. BrowserError says why there is none."""
        if reason := scenario.not_in.get(self.usual.choice.browser):
            raise BrowserError(f"not in {self.usual.choice.browser}: {reason}")
        found = await self._full() if scenario.browser == "full" else self.usual
        if not found.browser.is_connected():
            raise BrowserError("the browser has gone")
        return found

    async def _full(self) -> RunningBrowser:
        async with self._one_launch:
            if self.full is None:
                self.full = await _started(
                    self._full_choice(), self.options, self.playwright, self.spki, self.stack, full=True
                )
            return self.full

    def _full_choice(self) -> BrowserChoice:
        """The usual browser, or, where that is a headless shell, the best that is none."""
        if not is_headless_shell(self.usual.choice):
            return self.usual.choice
        if self.options.is_particular or self.usual.choice.source not in ("Playwright", "system"):
            raise BrowserError("it needs a full browser, and a headless shell was asked for")
        found = next(iter(list_browsers(self.playwright, headed=True)), None)
        if found is None:
            raise BrowserError(
                "it needs a full browser, and only a headless shell is here; "
                f"'harness doctor --install --channel {CHROMIUM}' installs one"
            )
        return found


@asynccontextmanager
async def open_pool(options: LaunchOptions, *, spki: str) -> AsyncIterator[BrowserPool]:
    """Launch the browser that is wished for; it trusts certificates with the key `spki`, see `browser.launched`.

    BrowserError where it cannot be had.
    """
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
