"""Find a browser and launch it: Playwright's own where it is installed, else one of the system's."""

import asyncio
import os
import platform
import re
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Browser, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from harness.errors import BrowserError

if TYPE_CHECKING:
    from playwright.sync_api import Playwright as SyncPlaywright

ENVIRONMENT = "HARNESS_BROWSER"
"""An environment variable that names the browser's program, as `--browser-path` does."""

PACKAGE = "chromium-headless-shell"
"""The headless shell's name, to Playwright and to Debian alike."""

HEADLESS_NAMES = (PACKAGE, "chrome-headless-shell")
FULL_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_OWN_SHELL_NAMES = ("chrome-headless-shell", "headless_shell", "chrome-headless-shell.exe", "headless_shell.exe")
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
)

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""What keeps Chromium from talking to its maker while it is under test."""

QUICK = ("--disable-site-isolation-trials", "--renderer-process-limit=2")
"""What spares Chromium a new process for each site that a shopper comes through. Two contexts share none in any case."""

_PROXIES = {f"{kind}_proxy" for kind in ("http", "https", "ftp", "all", "no", "auto")} | {
    "socks_server",
    "socks_version",
}
_LAUNCH_MS = 60_000

MEND = "; mend it: "
"""Stands between what is wrong and what to type."""

SEE_DOCTOR = "; 'harness doctor' looks for what is wrong"
"""Ends the message about a browser that does not start."""


@dataclass(frozen=True, kw_only=True)
class BrowserChoice:
    """A browser's program and how it was found: `--browser-path`, the environment, Playwright, or the system."""

    path: Path
    source: str


def find_browser(
    playwright: "Playwright | SyncPlaywright", *, path: Path | None = None, headed: bool = False, whole: bool = False
) -> BrowserChoice:
    """The browser to use; with `whole` a headless shell only where nothing else is.

    BrowserError where the one that was named is not there, or none is.
    """
    if named := named_browser(path):
        return named
    candidates = [*(browsers(playwright, headed=True) if whole else []), *browsers(playwright, headed=headed)]
    found = next(iter(candidates), None)
    if found is None:
        raise BrowserError(f"no browser found; 'harness doctor --install' installs one, or run: {install_command()}")
    return found


def named_browser(path: Path | None = None) -> BrowserChoice | None:
    """The browser that `--browser-path` names, else the environment, else None. BrowserError where it is no program."""
    if path is not None:
        return _named(path, "--browser-path")
    if os.environ.get(ENVIRONMENT):
        return _named(Path(os.environ[ENVIRONMENT]), ENVIRONMENT)
    return None


def browsers(playwright: "Playwright | SyncPlaywright", *, headed: bool = False) -> list[BrowserChoice]:
    """Every browser here that can be used, the best first: the headless shell before the whole Chromium when headless."""
    candidates = [BrowserChoice(path=path, source="Playwright") for path in _own(playwright, headed=headed)]
    candidates += [BrowserChoice(path=path, source="system") for path in _of_the_system(headed=headed)]
    programs: dict[str, BrowserChoice] = {}
    for candidate in candidates:
        if shutil.which(candidate.path):
            programs.setdefault(os.path.realpath(candidate.path), candidate)
    return list(programs.values())


def install_command() -> str:
    """What a person can type here to get a browser."""
    sudo = "" if is_root() else "sudo "
    if is_debian():
        return f"{sudo}apt-get update && {sudo}apt-get install -y {PACKAGE}"
    dependencies = "--with-deps " if sys.platform == "linux" and shutil.which("apt-get") else ""
    return f"{sys.executable} -m playwright install {dependencies}{PACKAGE}"


def is_debian() -> bool:
    """Whether apt here has Debian's packages; Ubuntu's Chromium is a snap and of no use to us."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian" and shutil.which("apt-get") is not None
    except OSError:
        return False


def is_root() -> bool:
    """Whether we may install what we like."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def proxy_variables() -> list[str]:
    """The names of the variables in our environment that would send a browser through a proxy."""
    return sorted(name for name in os.environ if name.lower() in _PROXIES)


def environment() -> dict[str, str]:
    """Our environment, as the browser may know it: without its proxies."""
    return {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}


@asynccontextmanager
async def launched(
    choice: BrowserChoice, playwright: Playwright, *, headed: bool, slow_mo_ms: float, spki: str
) -> AsyncIterator[Browser]:
    """The browser, running; it trusts certificates with the key `spki` alone, and knows nothing of the environment's proxies.

    BrowserError where it does not start within a minute. (Its sandbox is off: so says Playwright's default.)
    """
    try:
        browser = await playwright.chromium.launch(
            executable_path=choice.path,
            headless=not headed,
            slow_mo=slow_mo_ms,
            args=[*QUIET, *QUICK, f"--ignore-certificate-errors-spki-list={spki}"],
            env={**environment()},
            timeout=_LAUNCH_MS,
        )
    except PlaywrightError as error:
        raise BrowserError(f"{choice.path} does not start: {_reason(error.message)}{SEE_DOCTOR}") from None
    try:
        yield browser
    finally:
        with suppress(Exception):  # a bare Exception where the driver was interrupted together with us
            await browser.close()


async def ordinary_user_agent(browser: Browser) -> str:
    """What the browser calls itself when a person uses it: without the word that it is headless."""
    page = await browser.new_page()
    try:
        return str(await page.evaluate("navigator.userAgent")).replace("HeadlessChrome", "Chrome")
    finally:
        await page.close()


async def mend_brands(page: Page, user_agent: str) -> None:
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


def is_headless_shell(choice: BrowserChoice) -> bool:
    """Whether it is the small browser that has no window, and differs from a shopper's in more than that."""
    return choice.path.name in (*HEADLESS_NAMES, *_OWN_SHELL_NAMES)


@asynccontextmanager
async def driver() -> AsyncIterator[Playwright]:
    """Playwright itself; BrowserError where its driver does not run."""
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
            f"Playwright's driver does not run ({error}){MEND}{sys.executable} -m pip install --force-reinstall playwright"
        ) from None
    loop.set_exception_handler(handler)
    try:
        yield playwright
    finally:
        with suppress(Exception):
            await manager.__aexit__(None, None, None)


def _named(path: Path, source: str) -> BrowserChoice:
    found = shutil.which(path)
    if found is None:
        what = (
            "is a folder"
            if os.path.isdir(path)
            else "may not be executed"
            if os.path.exists(path)
            else "does not exist"
        )
        raise BrowserError(f"{source}: {path} {what}; give the path of a Chromium or Chrome")
    return BrowserChoice(path=Path(found), source=source)


def _own(playwright: "Playwright | SyncPlaywright", *, headed: bool) -> Iterator[Path]:
    """Playwright's browsers that are wholly installed. The headless shell's folder stands beside that of the whole Chromium."""
    whole = Path(playwright.chromium.executable_path)
    folder = next((parent for parent in whole.parents if parent.name.startswith("chromium-")), None)
    if folder is None:
        return
    shells = folder.with_name(folder.name.replace("chromium-", "chromium_headless_shell-"))
    if not headed and _complete(shells):
        for name in _OWN_SHELL_NAMES:
            yield from shells.glob(f"*/{name}")
    if _complete(folder):
        yield whole


def _complete(folder: Path) -> bool:
    return (folder / "INSTALLATION_COMPLETE").is_file()


def _of_the_system(*, headed: bool) -> Iterator[Path]:
    for name in FULL_NAMES if headed else HEADLESS_NAMES + FULL_NAMES:
        if found := shutil.which(name):
            yield Path(found)
    yield from map(Path, _ELSEWHERE)


def _reason(message: str) -> str:
    """The telling line of Playwright's message on a failed launch: what the browser said last, else how it ended."""
    said: list[str] = re.findall(r"^\[pid=\d+\]\[err\] (.*\S)", message, re.MULTILINE)
    telling = [line for line in said if re.search("shared librar|FATAL|cannot", line)]
    if said:
        return (telling or said[-1:])[0][:300]
    if ended := re.search(r"process did exit: exitCode=(\d+)", message):
        return f"it ended at once, with exit status {ended[1]}"
    return next((line.strip() for line in message.splitlines() if line.strip()), "no reason given")[:300]
