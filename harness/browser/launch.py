"""Launch Playwright and a browser whose only network is the harness's own."""

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
    FEWER_PROCESSES,
    FIREFOX_ENVIRONMENT,
    FULL_PREFERENCES,
    HISTORY_CACHE,
    IN_PROCESS_GPU,
    PREFERENCES,
    QUIET,
    environment,
)
from harness.browser_names import CHROMIUM, PROXY_LOOPBACK, WEBKIT
from harness.errors import BrowserError

_NO_EMULATION: dict[str, Any] = dict.fromkeys(("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null")
"""Context options without the emulations that stock Firefox does not support."""

PLAYWRIGHT_FITS = ((1, 58), (1, 64))
"""The oldest and the newest Playwright tested with both Chromium and stock Firefox."""

_LAUNCH_MS = 60_000

FIX = "; fix it with: "
"""Separates a problem from the command that fixes it."""

SEE_DOCTOR = "; 'harness doctor' checks the installation"
"""Ends the message about a browser that does not start."""


@asynccontextmanager
async def launch_browser(
    choice: BrowserChoice, playwright: Playwright, *, headed: bool, slow_mo_ms: float, spki: str, full: bool = False
) -> AsyncIterator[Browser]:
    """Launch a browser without the environment's proxies; Chromium trusts certificates with the public key `spki`.

    With `full` it keeps left pages in a cache, as a shopper's browser does. BrowserError if it does not start within a minute.
    The sandbox is off, as is Playwright's default.
    """
    try:
        browser = await getattr(playwright, choice.browser).launch(
            executable_path=choice.path,
            headless=not headed,
            slow_mo=slow_mo_ms,
            timeout=_LAUNCH_MS,
            **_launch_arguments(choice, spki=spki, full=full),
        )
    except PlaywrightError as error:
        raise BrowserError(f"{choice.path} does not start: {_reason(error.message)}{SEE_DOCTOR}") from error
    try:
        await _check_fit(browser, choice)
        yield browser
    finally:
        with suppress(Exception):  # a bare Exception where the driver was interrupted together with us
            await browser.close()


def browser_info(choice: BrowserChoice, browser: Browser) -> dict[str, str]:
    """The browser's name, version, build and path, for reports and recordings."""
    return {"name": choice.browser, "version": browser.version, "build": choice.build, "path": str(choice.path)}


def proxy_options(browser: Browser, proxy: str) -> dict[str, Any]:
    """The context options that make `proxy` the network and the harness's certificate trusted."""
    if browser.browser_type.name == CHROMIUM:
        return {"proxy": {"server": proxy, "bypass": PROXY_LOOPBACK}}
    return {"proxy": {"server": proxy}, "ignore_https_errors": True, **_NO_EMULATION}


def _launch_arguments(choice: BrowserChoice, *, spki: str, full: bool) -> dict[str, Any]:
    if choice.browser == CHROMIUM:
        gpu = [IN_PROCESS_GPU] if is_headless_shell(choice) else []
        arguments = [*QUIET, *FEWER_PROCESSES, FEATURES_OFF, *gpu, f"--ignore-certificate-errors-spki-list={spki}"]
        kept = {"ignore_default_args": [HISTORY_CACHE]} if full else {}
        return {"args": arguments, "env": environment(), **kept}
    if choice.browser == WEBKIT:
        return {"env": environment()}
    preferences = {**PREFERENCES, **(FULL_PREFERENCES if full else {})}
    stock = {"channel": STOCK_FIREFOX} if choice.channel == STOCK_FIREFOX else {}
    return {"firefox_user_prefs": preferences, "env": {**environment(), **FIREFOX_ENVIRONMENT}, **stock}


async def _check_fit(browser: Browser, choice: BrowserChoice) -> None:
    """BrowserError if this Playwright needs a command that stock Firefox does not have."""
    if choice.channel != STOCK_FIREFOX:
        return
    try:
        await (await browser.new_context(**_NO_EMULATION)).close()
    except PlaywrightError as error:
        if "unknown command" not in error.message:
            raise
        lacking = re.search(r"\(([\w.]+)\)", error.message)
        newest = ".".join(map(str, PLAYWRIGHT_FITS[1]))
        raise BrowserError(
            f"Playwright {package_version('playwright')} does not support stock Firefox {browser.version}, "
            f"which lacks {lacking[1] if lacking else 'a command'}{FIX}{sys.executable} -m pip install playwright=={newest}"
        ) from error


async def ordinary_user_agent(browser: Browser) -> str:
    """The user agent of the browser with a window: without the word Headless."""
    page = await browser.new_page()
    try:
        return str(await page.evaluate("navigator.userAgent")).replace("HeadlessChrome", "Chrome")
    finally:
        await page.close()


async def override_client_hints(page: Page, user_agent: str) -> None:
    """Remove the headless shell from this tab's client hints too."""
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
    """Paint only one pixel of this tab, in a Chromium without a window; its context must have a fixed viewport.

    The page sees no difference, and a screenshot shows everything; a video shows nothing. A wheel or a touch, which no step
    uses, would scroll the page and never a box in it.
    """
    session = await page.context.new_cdp_session(page)
    with suppress(PlaywrightError):  # an older browser paints everything
        await session.send("Emulation.setVisibleSize", {"width": 1, "height": 1})
    await session.detach()


@asynccontextmanager
async def driver() -> AsyncIterator[Playwright]:
    """Start Playwright. BrowserError if its driver does not run."""
    _cache_compiled_code()
    manager = async_playwright()
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda loop, context: None)  # a failed driver is reported below
    try:
        playwright = await manager.__aenter__()
    except BaseException as error:  # Playwright raises a bare Exception where its driver ends at once
        with suppress(Exception):
            await asyncio.wait_for(manager.__aexit__(None, None, None), timeout=5)
        if not isinstance(error, Exception):
            raise  # Ctrl-C
        raise BrowserError(
            f"Playwright's driver does not run ({error}){FIX}{sys.executable} -m pip install --force-reinstall playwright"
        ) from error
    loop.set_exception_handler(handler)
    try:
        yield playwright
    finally:
        with suppress(Exception):
            await manager.__aexit__(None, None, None)


def _cache_compiled_code() -> None:
    """Let Node, which runs Playwright's driver, cache compiled code; in a folder that cannot be created, it would retry forever."""
    folder = user_cache_path("tracker-harness") / "node"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("NODE_COMPILE_CACHE", str(folder))


def _reason(message: str) -> str:
    """The reason in Playwright's message on a failed launch: the browser's last error output, else its exit status."""
    errors: list[str] = re.findall(r"^\[pid=\d+\]\[err\] (.*\S)", message, re.MULTILINE)
    causes = [line for line in errors if re.search("shared librar|FATAL|cannot", line)]
    if errors:
        return (causes or errors[-1:])[0][:300]
    if exited := re.search(r"process did exit: exitCode=(\d+)", message):
        return f"it ended at once with exit status {exited[1]}"
    return next((line.strip() for line in message.splitlines() if line.strip()), "no reason given")[:300]
