"""Install a browser: Playwright's build, or Debian's package if this process is root."""

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
"""The time limit of one command, in seconds."""


@dataclass(frozen=True, kw_only=True)
class _Method:
    """One method to install a browser: its name, and commands in order."""

    name: str
    commands: tuple[tuple[str, ...], ...]


def install(name: str = CHROMIUM, channel: str | None = None, *, works: Callable[[], bool]) -> bool:
    """Try all methods until the browser `works`, and print each command to stderr. Return whether one succeeded."""
    for method in _methods(name, channel):
        for step in method.commands:
            print_progress(f"{method.name}: {' '.join(step)}")
            if trouble := run(step):
                print_progress(f"  failed: {trouble}")
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
    """Whether an installation should succeed: this process is root, and the system has the package."""
    return is_root() and bool(installable(name, channel)[0])


def print_progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _methods(name: str, channel: str | None) -> Iterator[_Method]:
    """Playwright's build; for root also Debian's package, or else the libraries that Playwright's build needs.

    For Firefox, Debian's package comes first: it is the build that shoppers have, and the smaller one.
    """
    package, playwright_name = installable(name, channel)
    playwright = (sys.executable, "-m", "playwright", "install")
    methods = []
    if playwright_name:
        methods.append(_Method(name="Playwright's own browser", commands=((*playwright, playwright_name),)))
    if package and is_root():
        get = ("apt-get", "install", "-y", "--no-install-recommends", package)
        methods.append(_Method(name="Debian's package", commands=(("apt-get", "update"), get)))
    elif playwright_name and is_root() and shutil.which("apt-get"):
        command = (*playwright, "--with-deps", playwright_name)
        methods.append(_Method(name="Playwright's own browser and its libraries", commands=(command,)))
    yield from reversed(methods) if name == FIREFOX and package else methods


def run(command: tuple[str, ...]) -> str:
    """Run a command in its own process group, for at most INSTALL_S. Return the reason of a failure, else an empty text."""
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
            output, _ = process.communicate(timeout=INSTALL_S)
        except subprocess.TimeoutExpired:
            return f"not finished after {INSTALL_S} seconds"
        finally:
            _end(process)
    return _error_line(output) if process.returncode else ""


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _error_line(output: str) -> str:
    """The first error of a failed command, else its last line."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[\d;]*m", "", output).splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"E: |.*\b(Error|error)\b", line)]
    return (errors[:1] or lines[-1:] or ["no output"])[0][:300]
