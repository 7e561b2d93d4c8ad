"""Get a browser: by Playwright, or by Debian's packages where we are root."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from harness.browser.discovery import install_command, installable, is_root
from harness.browser_names import CHROMIUM, FIREFOX

INSTALL_S = 600
"""How long a browser's installation may take, in seconds."""


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One way to get a browser: commands, one after the other."""

    what: str
    commands: tuple[tuple[str, ...], ...]


def install(name: str = CHROMIUM, channel: str | None = None, *, works: Callable[[], bool]) -> bool:
    """Get a browser by the first way after which it `works`; what is done is said on stderr. Whether that came about."""
    for way in _ways(name, channel):
        for step in way.commands:
            print_progress(f"{way.what}: {' '.join(step)}")
            if trouble := run(step):
                print_progress(f"  that failed: {trouble}")
                break
        if works():
            return True
    by_hand = "Chromium or Chrome" if name == CHROMIUM and not channel else "it"
    hint = f", or try: {command}" if (command := install_command(name, channel)) else ""
    print_progress(
        f"no {channel or ('browser' if name == CHROMIUM else name)} could be installed; install {by_hand} by hand{hint}"
    )
    return False


def can_be_installed(name: str = CHROMIUM, channel: str | None = None) -> bool:
    """Whether this machine has all it takes to install it, so that a failure to do so is one: we are root, and have its package."""
    return is_root() and bool(installable(name, channel)[0])


def print_progress(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def _ways(name: str, channel: str | None) -> Iterator[_Way]:
    """Playwright's own; for root where there is apt, Debian's package, or elsewhere the libraries that Playwright's own lacks.

    Of Firefox Debian's comes first: it is what shoppers have, and the smaller one.
    """
    package, options = installable(name, channel)
    playwright = (sys.executable, "-m", "playwright", "install")
    ways = []
    if options:
        ways.append(_Way(what="Playwright's own browser", commands=((*playwright, options),)))
    if package and is_root():
        get = ("apt-get", "install", "-y", "--no-install-recommends", package)
        ways.append(_Way(what="Debian's package", commands=(("apt-get", "update"), get)))
    elif options and is_root() and shutil.which("apt-get"):
        command = (*playwright, "--with-deps", options)
        ways.append(_Way(what="Playwright's own browser and its libraries", commands=(command,)))
    yield from reversed(ways) if name == FIREFOX and package else ways


def run(command: tuple[str, ...]) -> str:
    """Run a command, all its children with it, for at most INSTALL_S. Gives the reason where it failed, else nothing."""
    quick = {"DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    pipe, merged = subprocess.PIPE, subprocess.STDOUT
    try:
        process = subprocess.Popen(
            command,
            stdout=pipe,
            stderr=merged,
            text=True,
            errors="replace",
            env=os.environ | quick,
            start_new_session=True,
        )
    except OSError as error:
        return str(error)
    with process:
        try:
            said, _ = process.communicate(timeout=INSTALL_S)
        except subprocess.TimeoutExpired:
            return f"it was not done after {INSTALL_S} seconds"
        finally:
            _end(process)
    return _telling(said) if process.returncode else ""


def _end(process: subprocess.Popen[str]) -> None:
    """End what is left of the process and its children."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _telling(said: str) -> str:
    """The line that says why a command failed: its first error, else its last line."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[\d;]*m", "", said).splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"E: |.*\b(Error|error)\b", line)]
    return (errors[:1] or lines[-1:] or ["it said nothing"])[0][:300]
