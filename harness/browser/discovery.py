"""Which browsers are here: the one that was named, Playwright's own where they are installed, else those of the system."""

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
"""An environment variable that names the browser's program, as `--browser-path` does."""

_OWN_SHELL_NAMES = ("chrome-headless-shell", "headless_shell", "chrome-headless-shell.exe", "headless_shell.exe")
_CALLED = {FIREFOX: "Firefox", CHROMIUM: "Chromium or Chrome", WEBKIT: "Playwright's WebKit"}
_TELLING = {
    r"headless.shell": SHELL,
    r"firefox|mozilla": FIREFOX,
    r"chrom|edge|brave|vivaldi|opera": CHROMIUM,
    r"pw_run|playwright|webkit|minibrowser": WEBKIT,
}
"""What a program is by its name, or by its word on itself; the first that fits."""

_VERSION_S = 5.0
"""How long a program that was named may take to say what it is, in seconds."""


@dataclass(frozen=True, kw_only=True)
class BrowserChoice:
    """A browser's program, its kind (`kinds.CHANNELS`), and how it was found.

    `source` is `--browser-path`, the environment's variable, `Playwright`, or `system`.
    """

    path: Path
    source: str
    channel: str = "chromium"

    @property
    def browser(self) -> str:
        """What `--browser` calls it."""
        return CHANNELS[self.channel].browser

    @property
    def build(self) -> str:
        """Which build of the browser it is."""
        return CHANNELS[self.channel].about


def find_browser(
    playwright: "Playwright | SyncPlaywright",
    *,
    path: Path | None = None,
    name: str | None = None,
    channel: str | None = None,
    headed: bool = False,
    prefer_full: bool = False,
) -> BrowserChoice:
    """The browser to use, of that name and channel; with `whole` a headless shell only where nothing else is.

    BrowserError where the one that was named is not there, or none is; UsageError where the wishes contradict each other.
    """
    wanted = resolve_browser_name(name, channel)
    if path and channel:
        raise UsageError("--browser-path and --channel exclude each other: either names the browser")
    if channel == SHELL and headed:
        raise UsageError(f"--channel {SHELL} has no window to show; leave out --headed")
    if not channel and (named := named_browser(path, name=name)):
        return named
    candidates = [
        *(list_browsers(playwright, name=wanted, channel=channel, headed=True) if prefer_full else []),
        *list_browsers(playwright, name=wanted, channel=channel, headed=headed),
    ]
    found = next(iter(candidates), None)
    if found is None:
        raise BrowserError(_missing(wanted, channel))
    return found


def resolve_browser_name(name: str | None, channel: str | None) -> str:
    """The browser that these words ask for. UsageError for words that nobody knows, or that contradict each other."""
    if name is not None and name not in BROWSERS:
        raise UsageError(f'--browser "{name}": there is no such browser; {suggest(name, BROWSERS)}')
    if channel is None:
        return name or CHROMIUM
    if channel not in CHANNELS:
        raise UsageError(f'--channel "{channel}": there is no such channel; {suggest(channel, CHANNELS)}')
    if name not in (None, CHANNELS[channel].browser):
        raise UsageError(f"--channel {channel} is {CHANNELS[channel].browser}, and --browser asks for {name}")
    return CHANNELS[channel].browser


def named_browser(path: Path | None = None, *, name: str | None = None) -> BrowserChoice | None:
    """The browser that `--browser-path` names, else the environment where that is the `name` that is asked for, else None.

    BrowserError where it is no program, or another browser.
    """
    if path is not None:
        found = _named(path, "--browser-path", name)
        if name not in (None, found.browser):
            called, wanted = _CALLED[found.browser], _CALLED[name or CHROMIUM]
            raise BrowserError(f"--browser-path: {path} is {called}; give the path of a {wanted}")
        return found
    if os.environ.get(ENVIRONMENT):
        found = _named(Path(os.environ[ENVIRONMENT]), ENVIRONMENT, name)
        return found if name in (None, found.browser) else None
    return None


def list_browsers(
    playwright: "Playwright | SyncPlaywright", *, name: str = CHROMIUM, channel: str | None = None, headed: bool = False
) -> list[BrowserChoice]:
    """Every browser of that name here that can be used, the best first: the headless shell before the full Chromium when headless."""
    channels = [
        each
        for each, about in CHANNELS.items()
        if about.browser == name and channel in (None, each) and not (headed and each == SHELL)
    ]
    candidates = [
        BrowserChoice(path=path, source="Playwright", channel=each)
        for each in channels
        for path in _own(playwright, each)
    ]
    candidates += [
        BrowserChoice(path=path, source="system", channel=each) for each in channels for path in _of_the_system(each)
    ]
    programs: dict[str, BrowserChoice] = {}
    for candidate in candidates:
        if shutil.which(candidate.path):
            programs.setdefault(os.path.realpath(candidate.path), candidate)
    return list(programs.values())


def installable(name: str = CHROMIUM, channel: str | None = None) -> tuple[str, str]:
    """What can be installed here for this wish: Debian's package, and Playwright's word; each empty where there is none."""
    kinds = [CHANNELS[channel]] if channel else [each for each in CHANNELS.values() if each.browser == name]
    package = next((kind.package for kind in kinds if kind.package and is_debian()), "")
    return package, next((kind.options for kind in kinds if kind.options), "")


def install_command(name: str = CHROMIUM, channel: str | None = None) -> str:
    """What a person can type here to get a browser; empty where nobody installs it but its makers."""
    package, options = installable(name, channel)
    sudo = "" if is_root() else "sudo "
    if package:
        return f"{sudo}apt-get update && {sudo}apt-get install -y {package}"
    dependencies = "--with-deps " if sys.platform == "linux" and shutil.which("apt-get") else ""
    return f"{sys.executable} -m playwright install {dependencies}{options}" if options else ""


def is_debian() -> bool:
    """Whether apt here has Debian's packages; Ubuntu's Chromium is a snap and of no use to us."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian" and shutil.which("apt-get") is not None
    except OSError:
        return False


def is_root() -> bool:
    """Whether we may install what we like."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_headless_shell(choice: BrowserChoice) -> bool:
    """Whether it is the small browser that has no window, and differs from a shopper's in more than that."""
    return choice.channel == SHELL


def _named(path: Path, source: str, name: str | None) -> BrowserChoice:
    found = shutil.which(path)
    if found is None:
        what = (
            "is a folder"
            if os.path.isdir(path)
            else "may not be executed"
            if os.path.exists(path)
            else "does not exist"
        )
        raise BrowserError(f"{source}: {path} {what}; give the path of a {_CALLED[name or CHROMIUM]}")
    return BrowserChoice(path=Path(found), source=source, channel=_channel_of(Path(found), source, name))


def _channel_of(path: Path, source: str, name: str | None) -> str:
    """The kind of a program, by its name or by what it says of itself; what says nothing is taken for what is asked for."""
    own = {folder.name.rpartition("-")[0] for folder in path.parents}
    known = _kind_in(path.name) or ""
    said = "" if known else version_of(path, seconds=_VERSION_S)
    kind = known or _kind_in(said)
    if said and not kind:
        wanted = _CALLED[name or CHROMIUM]
        raise BrowserError(
            f"{source}: {path} is no browser: it calls itself {said[:60]!r}; give the path of a {wanted}"
        )
    kind = kind or name or CHROMIUM
    return STOCK_FIREFOX if kind == FIREFOX and FIREFOX not in own else kind


def _kind_in(text: str) -> str | None:
    """The channel, or at least the browser, that a program's name or its word on itself speaks of."""
    text = text.lower()
    for words, channel in _TELLING.items():
        if re.search(words, text):
            return channel
    return None


def version_of(path: Path, *, seconds: float) -> str:
    """What the program says of itself, in one line; nothing where it does not, or where asking would open a window."""
    if sys.platform == "win32":
        return ""
    with suppress(OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        asked = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=seconds, env=environment(), check=False
        )
        return asked.stdout.strip().partition("\n")[0] if asked.returncode == 0 else ""
    return ""


def _missing(name: str, channel: str | None) -> str:
    """That there is none, and what to do."""
    options = f" --channel {channel}" if channel else "" if name == CHROMIUM else f" --browser {name}"
    what = channel or ("browser" if name == CHROMIUM else _CALLED[name])
    command = install_command(name, channel)
    if not command:
        return f"no {what} found; install it by hand, or leave out --channel"
    return f"no {what} found; 'harness doctor --install{options}' installs one, or run: {command}"


def _own(playwright: "Playwright | SyncPlaywright", channel: str) -> Iterator[Path]:
    """Playwright's browsers that are wholly installed. The headless shell's folder stands beside that of the full Chromium."""
    kind = CHANNELS[channel]
    if not kind.folder:
        return
    program = Path(getattr(playwright, kind.browser).executable_path)
    begins = CHANNELS[CHROMIUM].folder if channel == SHELL else kind.folder
    folder = next((parent for parent in program.parents if parent.name.startswith(begins)), None)
    if folder is None:
        return
    if channel != SHELL:
        yield from [program] if _complete(folder) else []
        return
    shells = folder.with_name(folder.name.replace(begins, kind.folder))
    if _complete(shells):
        for name in _OWN_SHELL_NAMES:
            yield from shells.glob(f"*/{name}")


def _complete(folder: Path) -> bool:
    return (folder / "INSTALLATION_COMPLETE").is_file()


def _of_the_system(channel: str) -> Iterator[Path]:
    """The program of the first of its names that is here, and those that are off the PATH."""
    found = next(filter(None, map(shutil.which, CHANNELS[channel].programs)), None)
    if found:
        yield Path(found)
    yield from _elsewhere(channel)


def _elsewhere(channel: str) -> Iterator[Path]:
    return map(Path, CHANNELS[channel].elsewhere)
