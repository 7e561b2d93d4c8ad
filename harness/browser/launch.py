"""Drive a browser: Playwright itself, a browser that is launched to talk to nobody but us, and what it calls itself."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version as package_version
from typing import Any

from platformdirs import user_cache_path
from playwright.async_api import Browser, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from harness.browser.channels import STOCK_FIREFOX
from harness.browser.discovery import BrowserChoice, is_headless_shell
from harness.browser.launch_flags import (
    FEATURES_OFF,
    FIREFOX_ENVIRONMENT,
    HISTORY_CACHE,
    PREFERENCES,
    QUICK,
    QUIET,
    SHOPPERS_PREFERENCES,
    UNSEEN,
    environment,
)
from harness.browser_names import CHROMIUM, PROXY_LOOPBACK, WEBKIT
from harness.errors import BrowserError

_AS_IT_IS: dict[str, Any] = dict.fromkeys(("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null")
"""What keeps Playwright from asking stock Firefox for emulations that it does not have."""

PLAYWRIGHT_FITS = ((1, 58), (1, 64))
"""The oldest and the newest Playwright that were seen to drive Chromium and stock Firefox alike."""

_LAUNCH_MS = 60_000

_COMPILED = "NODE_COMPILE_CACHE"
"""Tells Node, in which Playwright's driver runs, where to keep what it has compiled; without it, it compiles all of it each time."""

FIX = "; mend it: "
"""Stands between what is wrong and what to type."""

SEE_DOCTOR = "; 'harness doctor' looks for what is wrong"
"""Ends the message about a browser that does not start."""


@asynccontextmanager
async def launch_browser(
    choice: BrowserChoice, playwright: Playwright, *, headed: bool, slow_mo_ms: float, spki: str, full: bool = False
) -> AsyncIterator[Browser]:
    """The browser, running; Chromium trusts certificates with the key `spki` alone, and none knows of the environment's proxies.

    With `full` it keeps pages that were left, as a shopper's does. BrowserError where it does not start within a minute.
    (Its sandbox is off: so says Playwright's default.)
    """
    try:
        browser = await getattr(playwright, choice.browser).launch(
            executable_path=choice.path,
            headless=not headed,
            slow_mo=slow_mo_ms,
            timeout=_LAUNCH_MS,
            **_told(choice, spki=spki, full=full),
        )
    except PlaywrightError as error:
        raise BrowserError(f"{choice.path} does not start: {_reason(error.message)}{SEE_DOCTOR}") from None
    try:
        await _check_fit(browser, choice)
        yield browser
    finally:
        with suppress(Exception):  # a bare Exception where the driver was interrupted together with us
            await browser.close()


def browser_info(choice: BrowserChoice, browser: Browser) -> dict[str, str]:
    """What reports and recordings say of the browser that was used."""
    return {"name": choice.browser, "version": browser.version, "build": choice.build, "path": str(choice.path)}


def proxy_options(browser: Browser, proxy: str) -> dict[str, Any]:
    """What a context of this browser must be made with, so that `proxy` is its network and our certificate is good in it."""
    if browser.browser_type.name == CHROMIUM:
        return {"proxy": {"server": proxy, "bypass": PROXY_LOOPBACK}}
    return {"proxy": {"server": proxy}, "ignore_https_errors": True, **_AS_IT_IS}


def _told(choice: BrowserChoice, *, spki: str, full: bool) -> dict[str, Any]:
    """How a browser of this kind is launched."""
    if choice.browser == CHROMIUM:
        unseen = [UNSEEN] if is_headless_shell(choice) else []
        arguments = [*QUIET, *QUICK, FEATURES_OFF, *unseen, f"--ignore-certificate-errors-spki-list={spki}"]
        kept = {"ignore_default_args": [HISTORY_CACHE]} if full else {}
        return {"args": arguments, "env": environment(), **kept}
    if choice.browser == WEBKIT:
        return {"env": environment()}
    preferences = {**PREFERENCES, **(SHOPPERS_PREFERENCES if full else {})}
    stock = {"channel": STOCK_FIREFOX} if choice.channel == STOCK_FIREFOX else {}
    return {"firefox_user_prefs": preferences, "env": {**environment(), **FIREFOX_ENVIRONMENT}, **stock}


async def _check_fit(browser: Browser, choice: BrowserChoice) -> None:
    """BrowserError where this Playwright asks the makers' own Firefox for what it does not have."""
    if choice.channel != STOCK_FIREFOX:
        return
    try:
        await (await browser.new_context(**_AS_IT_IS)).close()
    except PlaywrightError as error:
        if "unknown command" not in error.message:
            raise
        lacking = re.search(r"\(([\w.]+)\)", error.message)
        newest = ".".join(map(str, PLAYWRIGHT_FITS[1]))
        raise BrowserError(
            f"Playwright {package_version('playwright')} asks Firefox {browser.version} for {lacking[1] if lacking else 'more'}, "
            f"which it does not have{FIX}{sys.executable} -m pip install playwright=={newest}"
        ) from None


async def ordinary_user_agent(browser: Browser) -> str:
    """What the browser calls itself when a person uses it: without the word that it is headless."""
    page = await browser.new_page()
    try:
        return str(await page.evaluate("navigator.userAgent")).replace("HeadlessChrome", "Chrome")
    finally:
        await page.close()


async def override_client_hints(page: Page, user_agent: str) -> None:
    """Let a headless shell's client hints, too, say Chromium and no more, in this tab."""
    version = re.search(r"Chrome/(\d+)", user_agent)
    brands = [
        {"brand": "Chromium", "version": version[1] if version else ""},
        {"brand": "Not?A_Brand", "version": "24"},
    ]
    hints = {"platform": "Linux", "platformVersion": "", "architecture": "x86", "model": "", "mobile": False}
    session = await page.context.new_cdp_session(page)
    await session.send(
        "Emulation.setUserAgentOverride", {"userAgent": user_agent, "userAgentMetadata": {**hints, "brands": brands}}
    )


async def limit_painting(page: Page) -> None:
    """Let a Chromium without a window draw one point of this tab, and no more; its context must have a fixed viewport.

    The page finds all as it is, and a picture that is taken of it shows all; a film shows nothing. A wheel or a finger, which no
    step uses, would scroll the page and never a box in it.
    """
    session = await page.context.new_cdp_session(page)
    with suppress(PlaywrightError):  # a browser that does not know how draws it all
        await session.send("Emulation.setVisibleSize", {"width": 1, "height": 1})
    await session.detach()


@asynccontextmanager
async def driver() -> AsyncIterator[Playwright]:
    """Playwright itself; BrowserError where its driver does not run."""
    _keep_compiled()
    manager = async_playwright()
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda loop, context: None)  # a driver that fails tells of it here too, with a traceback
    try:
        playwright = await manager.__aenter__()
    except BaseException as error:  # Playwright raises a bare Exception where its driver ends at once
        with suppress(Exception):
            await asyncio.wait_for(manager.__aexit__(None, None, None), timeout=5)
        if not isinstance(error, Exception):
            raise  # Ctrl-C
        raise BrowserError(
            f"Playwright's driver does not run ({error}){FIX}{sys.executable} -m pip install --force-reinstall playwright"
        ) from None
    loop.set_exception_handler(handler)
    try:
        yield playwright
    finally:
        with suppress(Exception):
            await manager.__aexit__(None, None, None)


def _keep_compiled() -> None:
    """Give Node a folder that is there: for some that cannot be made it tries for ever."""
    folder = user_cache_path("tracker-harness") / "node"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault(_COMPILED, str(folder))


def _reason(message: str) -> str:
    """The telling line of Playwright's message on a failed launch: what the browser said last, else how it ended."""
    said: list[str] = re.findall(r"^\[pid=\d+\]\[err\] (.*\S)", message, re.MULTILINE)
    telling = [line for line in said if re.search("shared librar|FATAL|cannot", line)]
    if said:
        return (telling or said[-1:])[0][:300]
    if ended := re.search(r"process did exit: exitCode=(\d+)", message):
        return f"it ended at once, with exit status {ended[1]}"
    return next((line.strip() for line in message.splitlines() if line.strip()), "no reason given")[:300]
