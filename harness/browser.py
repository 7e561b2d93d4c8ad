"""Find a browser and launch it: Playwright's own where it is installed, else one of the system's."""

import os
import platform
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from harness.errors import BrowserError

ENVIRONMENT = "HARNESS_BROWSER"
"""An environment variable that names the browser's program, as `--browser-path` does."""

HEADLESS_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
FULL_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
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
)
"""What keeps Chromium from talking to its maker while it is under test."""

_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy"}


@dataclass(frozen=True, kw_only=True)
class BrowserChoice:
    """A browser's program and how it was found: `--browser-path`, the environment, Playwright, or the system."""

    path: Path
    source: str


def find_browser(playwright: Playwright, *, path: Path | None = None, headed: bool = False) -> BrowserChoice:
    """The browser to use. BrowserError where the one that was named is not there, or none is."""
    if path is not None:
        return _named(path, "--browser-path")
    if os.environ.get(ENVIRONMENT):
        return _named(Path(os.environ[ENVIRONMENT]), ENVIRONMENT)
    found = next(iter(browsers(playwright, headed=headed)), None)
    if found is None:
        raise BrowserError(f"no browser found; 'harness doctor --install' installs one, or run: {install_command()}")
    return found


def browsers(playwright: Playwright, *, headed: bool = False) -> list[BrowserChoice]:
    """Every browser here that can be used, the best first: the headless shell before the whole Chromium when headless."""
    own = Path(playwright.chromium.executable_path)
    candidates = [BrowserChoice(path=shell, source="Playwright") for shell in _own_shells(own)] if not headed else []
    candidates.append(BrowserChoice(path=own, source="Playwright"))
    names = FULL_NAMES if headed else HEADLESS_NAMES + FULL_NAMES
    found = (shutil.which(name) for name in names)
    candidates += [BrowserChoice(path=Path(path), source="system") for path in found if path]
    candidates += [BrowserChoice(path=Path(path), source="system") for path in _ELSEWHERE]
    return [candidate for candidate in candidates if candidate.path.is_file()]


def install_command() -> str:
    """What a person can type here to get a browser."""
    if shutil.which("apt-get"):
        sudo = "" if _is_root() else "sudo "
        package = "chromium-headless-shell" if "debian" in _os_release() else "chromium-browser"
        return f"{sudo}apt-get update && {sudo}apt-get install -y {package}"
    return "python -m playwright install chromium-headless-shell"


@asynccontextmanager
async def launched(
    choice: BrowserChoice, playwright: Playwright, *, headed: bool, slow_mo_ms: float, spki: str
) -> AsyncIterator[Browser]:
    """The browser, running; it trusts certificates with the key `spki` alone, and knows nothing of the environment's proxies."""
    arguments = [*QUIET, f"--ignore-certificate-errors-spki-list={spki}"]
    if _is_root():
        arguments.append("--no-sandbox")
    environment = {key: value for key, value in os.environ.items() if key.lower() not in _PROXIES}
    try:
        browser = await playwright.chromium.launch(
            executable_path=choice.path,
            headless=not headed,
            slow_mo=slow_mo_ms,
            args=arguments,
            env={**environment},
        )
    except PlaywrightError as error:
        raise BrowserError(
            f"{choice.path} does not start: {_reason(error)}; 'harness doctor' looks for what is wrong"
        ) from None
    try:
        yield browser
    finally:
        await browser.close()


@asynccontextmanager
async def driver() -> AsyncIterator[Playwright]:
    """Playwright itself; BrowserError where its driver does not run."""
    try:
        manager = async_playwright()
        playwright = await manager.__aenter__()
    except (PlaywrightError, OSError) as error:
        raise BrowserError(
            f"Playwright does not start: {error}; 'pip install --force-reinstall playwright' mends it"
        ) from None
    try:
        yield playwright
    finally:
        await manager.__aexit__(None, None, None)


def _named(path: Path, source: str) -> BrowserChoice:
    found = shutil.which(path)
    if found is None:
        what = "is not a program" if path.exists() else "does not exist"
        raise BrowserError(f"{source}: {path} {what}; give the path of a Chromium or Chrome")
    return BrowserChoice(path=Path(found), source=source)


def _own_shells(own: Path) -> list[Path]:
    """Playwright's headless shell stands in a folder beside that of its Chromium."""
    revision = next((part.removeprefix("chromium-") for part in own.parts if part.startswith("chromium-")), "")
    folder = next((parent.parent for parent in own.parents if parent.name.startswith("chromium-")), None)
    return sorted(folder.glob(f"chromium_headless_shell-{revision}/*/*headless*shell*")) if folder else []


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _os_release() -> str:
    try:
        return platform.freedesktop_os_release().get("ID", "")
    except OSError:
        return ""


def _reason(error: PlaywrightError) -> str:
    """The telling line of Playwright's message on a failed launch."""
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    telling = [line for line in lines if "rror" in line or "annot" in line]
    return (telling or lines or ["no reason given"])[0][:300]
