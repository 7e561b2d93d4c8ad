"""Find the installed browsers: the one that the user names, Playwright's own builds, then those of the system."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Playwright

from harness.browser.channels import CHANNELS, SHELL, STOCK_FIREFOX
from harness.browser.launch_flags import environment
from harness.browser_names import BROWSERS, CHROMIUM, FIREFOX, WEBKIT
from harness.errors import BrowserError, UsageError
from harness.json_matching import suggest

if TYPE_CHECKING:
    from playwright.sync_api import Playwright as SyncPlaywright

ENVIRONMENT = "HARNESS_BROWSER"
"""The environment variable for the browser's program; `--browser-path` overrides it."""

_OWN_SHELL_NAMES = ("chrome-headless-shell", "headless_shell", "chrome-headless-shell.exe", "headless_shell.exe")
_PRODUCT = {FIREFOX: "Firefox", CHROMIUM: "Chromium or Chrome", WEBKIT: "Playwright's WebKit"}
_CHANNEL_PATTERNS = {
    r"headless.shell": SHELL,
    r"firefox|mozilla": FIREFOX,
    r"chrom|edge|brave|vivaldi|opera": CHROMIUM,
    r"pw_run|playwright|webkit|minibrowser": WEBKIT,
}
"""The channel of a program by a pattern in its file name or its version text; the first match counts."""

_VERSION_S = 5.0
"""The time limit for the `--version` of a program that the user names, in seconds."""


@dataclass(frozen=True, kw_only=True)
class BrowserChoice:
    """A browser's program and its channel. `source` is `--browser-path`, HARNESS_BROWSER, `Playwright` or `system`."""

    path: Path
    source: str
    channel: str = "chromium"

    @property
    def browser(self) -> str:
        """The browser's name, as in `--browser`."""
        return CHANNELS[self.channel].browser

    @property
    def build(self) -> str:
        return CHANNELS[self.channel].build


def find_browser(
    playwright: "Playwright | SyncPlaywright",
    *,
    path: Path | None = None,
    name: str | None = None,
    channel: str | None = None,
    headed: bool = False,
    prefer_full: bool = False,
) -> BrowserChoice:
    """Find the best browser for these options; with `prefer_full` a headless shell is the last choice.

    BrowserError if there is none; UsageError if the options contradict each other.
    """
    wanted = resolve_browser_name(name, channel)
    if path and channel:
        raise UsageError("--browser-path and --channel exclude each other; give one of them")
    if channel == SHELL and headed:
        raise UsageError(f"--channel {SHELL} has no window; leave out --headed")
    if not channel and (named := named_browser(path, name=name)):
        return named
    candidates = [
        *(list_browsers(playwright, name=wanted, channel=channel, headed=True) if prefer_full else []),
        *list_browsers(playwright, name=wanted, channel=channel, headed=headed),
    ]
    if not candidates:
        raise BrowserError(_missing(wanted, channel))
    return candidates[0]


def resolve_browser_name(name: str | None, channel: str | None) -> str:
    """The browser's name for these options. UsageError for an unknown name or channel, or a contradiction."""
    if name is not None and name not in BROWSERS:
        raise UsageError(f'--browser "{name}": there is no such browser; {suggest(name, BROWSERS)}')
    if channel is None:
        return name or CHROMIUM
    if channel not in CHANNELS:
        raise UsageError(f'--channel "{channel}": there is no such channel; {suggest(channel, CHANNELS)}')
    if name not in (None, CHANNELS[channel].browser):
        raise UsageError(
            f"--channel {channel} is a {CHANNELS[channel].browser}, but --browser is {name}; give one of them"
        )
    return CHANNELS[channel].browser


def named_browser(path: Path | None = None, *, name: str | None = None) -> BrowserChoice | None:
    """The browser of `--browser-path`, else of the environment if it is the requested one, else None.

    BrowserError if the path is no program or another browser.
    """
    if path is not None:
        found = _named(path, "--browser-path", name)
        if name not in (None, found.browser):
            actual, wanted = _PRODUCT[found.browser], _PRODUCT[name or CHROMIUM]
            raise BrowserError(f"--browser-path: {path} is {actual}; give the path of a {wanted}")
        return found
    if os.environ.get(ENVIRONMENT):
        found = _named(Path(os.environ[ENVIRONMENT]), ENVIRONMENT, name)
        return found if name in (None, found.browser) else None
    return None


def list_browsers(
    playwright: "Playwright | SyncPlaywright", *, name: str = CHROMIUM, channel: str | None = None, headed: bool = False
) -> list[BrowserChoice]:
    """All installed browsers for these options, the best first; headless, the headless shell precedes the full Chromium."""
    channels = [
        each
        for each, build in CHANNELS.items()
        if build.browser == name and channel in (None, each) and not (headed and each == SHELL)
    ]
    candidates = [
        BrowserChoice(path=path, source="Playwright", channel=each)
        for each in channels
        for path in _playwright_programs(playwright, each)
    ]
    candidates += [
        BrowserChoice(path=path, source="system", channel=each) for each in channels for path in _system_programs(each)
    ]
    programs: dict[str, BrowserChoice] = {}
    for candidate in candidates:
        if shutil.which(candidate.path):
            programs.setdefault(os.path.realpath(candidate.path), candidate)
    return list(programs.values())


def installable(name: str = CHROMIUM, channel: str | None = None) -> tuple[str, str]:
    """Debian's package and Playwright's name for a browser that this machine can install; each is empty if there is none."""
    channels = [CHANNELS[channel]] if channel else [each for each in CHANNELS.values() if each.browser == name]
    package = next((each.package for each in channels if each.package and is_debian()), "")
    return package, next((each.playwright_name for each in channels if each.playwright_name), "")


def install_command(name: str = CHROMIUM, channel: str | None = None) -> str:
    """The shell command that installs a browser on this machine; empty if only its vendor's installer can."""
    package, playwright_name = installable(name, channel)
    sudo = "" if is_root() else "sudo "
    if package:
        return f"{sudo}apt-get update && {sudo}apt-get install -y {package}"
    dependencies = "--with-deps " if sys.platform == "linux" and shutil.which("apt-get") else ""
    return f"{sys.executable} -m playwright install {dependencies}{playwright_name}" if playwright_name else ""


def is_debian() -> bool:
    """Whether apt can install Debian's packages; Ubuntu's Chromium is a snap, which Playwright cannot launch."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian" and shutil.which("apt-get") is not None
    except OSError:
        return False


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_headless_shell(choice: BrowserChoice) -> bool:
    """Whether it is Chromium's headless shell, which has no window and differs from a shopper's browser."""
    return choice.channel == SHELL


def _named(path: Path, source: str, name: str | None) -> BrowserChoice:
    found = shutil.which(path)
    if found is None:
        exists = "is not executable" if os.path.exists(path) else "does not exist"
        trouble = "is a folder" if os.path.isdir(path) else exists
        raise BrowserError(f"{source}: {path} {trouble}; give the path of a {_PRODUCT[name or CHROMIUM]}")
    return BrowserChoice(path=Path(found), source=source, channel=_channel_of(Path(found), source, name))


def _channel_of(path: Path, source: str, name: str | None) -> str:
    """The channel of a program by its file name or its version text; without either, the requested one."""
    folders = {folder.name.rpartition("-")[0] for folder in path.parents}
    by_name = _channel_in(path.name)
    version = "" if by_name else version_of(path, seconds=_VERSION_S)
    channel = by_name or _channel_in(version)
    if version and not channel:
        wanted = _PRODUCT[name or CHROMIUM]
        raise BrowserError(
            f"{source}: {path} is no browser: its version is {version[:60]!r}; give the path of a {wanted}"
        )
    channel = channel or name or CHROMIUM
    return STOCK_FIREFOX if channel == FIREFOX and FIREFOX not in folders else channel


def _channel_in(text: str) -> str | None:
    return next((channel for pattern, channel in _CHANNEL_PATTERNS.items() if re.search(pattern, text.lower())), None)


def version_of(path: Path, *, seconds: float) -> str:
    """The first line of the program's `--version`; empty without an answer, and on Windows, where it would open a window."""
    if sys.platform == "win32":
        return ""
    with suppress(OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        result = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=seconds, env=environment(), check=False
        )
        return result.stdout.strip().partition("\n")[0] if result.returncode == 0 else ""
    return ""


def _missing(name: str, channel: str | None) -> str:
    option = f" --channel {channel}" if channel else "" if name == CHROMIUM else f" --browser {name}"
    product = channel or ("browser" if name == CHROMIUM else _PRODUCT[name])
    command = install_command(name, channel)
    if not command:
        return f"no {product} found; install it by hand, or leave out --channel"
    return f"no {product} found; 'harness doctor --install{option}' installs one, or run: {command}"


def _playwright_programs(playwright: "Playwright | SyncPlaywright", channel: str) -> Iterator[Path]:
    """Playwright's completely installed builds. The headless shell's folder is a sibling of the full Chromium's folder."""
    build = CHANNELS[channel]
    if not build.folder:
        return
    program = Path(getattr(playwright, build.browser).executable_path)
    prefix = CHANNELS[CHROMIUM].folder if channel == SHELL else build.folder
    folder = next((parent for parent in program.parents if parent.name.startswith(prefix)), None)
    if folder is None:
        return
    if channel != SHELL:
        yield from [program] if _is_complete(folder) else []
        return
    shells = folder.with_name(folder.name.replace(prefix, build.folder))
    if _is_complete(shells):
        for name in _OWN_SHELL_NAMES:
            yield from shells.glob(f"*/{name}")


def _is_complete(folder: Path) -> bool:
    return (folder / "INSTALLATION_COMPLETE").is_file()


def _system_programs(channel: str) -> Iterator[Path]:
    """The first of the channel's programs on the PATH, then those elsewhere."""
    found = next(filter(None, map(shutil.which, CHANNELS[channel].programs)), None)
    if found:
        yield Path(found)
    yield from _elsewhere(channel)


def _elsewhere(channel: str) -> Iterator[Path]:
    return map(Path, CHANNELS[channel].elsewhere)
