"""The command `harness doctor`: check what a run needs, list the browsers, and install a missing one."""

import asyncio
import os
import re
import shlex
import shutil
import socket
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.browser.discovery import (
    ENVIRONMENT,
    BrowserChoice,
    install_command,
    is_headless_shell,
    list_browsers,
    named_browser,
    resolve_browser_name,
    version_of,
)
from harness.browser.install import install, print_progress
from harness.browser.launch import FIX, PLAYWRIGHT_FITS, SEE_DOCTOR, driver, launch_browser, proxy_options
from harness.browser.launch_flags import proxy_variables
from harness.browser.pool import LaunchOptions
from harness.browser_names import BROWSERS, CHROMIUM
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.socks_proxy import socks_proxy
from harness.capture.tls import make_certificate
from harness.commands import options as shared
from harness.errors import COULD_NOT_RUN, PASSED, BrowserError, HarnessError

DISTRIBUTION = "tracker-harness"
_HOST = "doctor.test"
_ADDRESS = (_HOST, 443)
_TITLE = "Page of harness doctor"
_PATIENCE_S = 15.0


class State(Enum):
    """The result of one check; only a problem prevents a run."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One checked topic: the result, and the shell command that fixes it."""

    topic: str
    found: str
    state: State = State.OK
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All checks, in the order in which to fix them."""

    checks: tuple[Check, ...]
    browser_starts: bool

    @property
    def ready(self) -> bool:
        return all(check.state is not State.PROBLEM for check in self.checks)


def doctor(
    install: Annotated[bool, typer.Option("--install", help="Install a browser if none starts.")] = False,
    browser: shared.Browser = None,
    channel: shared.BrowserChannel = None,
    browser_path: shared.BrowserPath = None,
    debug: shared.Debug = False,
) -> None:
    """Check the environment and list installed browsers.

    Checks Python, packages, Playwright, local ports, and that a browser shows a
    page. For each problem, it prints the command that fixes it.

    [dim]harness doctor[/]
    [dim]harness doctor --install --browser firefox[/]

    Exit status: 0 if scenarios can run, 2 if not.
    """
    options = LaunchOptions(name=browser, channel=channel, path=browser_path)
    raise typer.Exit(examine(options, install=install, console=Console()))


def examine(options: LaunchOptions, *, install: bool, console: Console) -> int:
    """Check the environment and print a table; with `install`, first install a browser if none starts. Return the exit status."""
    report = check_environment(options)
    if install and not report.browser_starts and _install(options):
        report = check_environment(options)
    _print(report, console)
    return PASSED if report.ready else COULD_NOT_RUN


def check_environment(options: LaunchOptions) -> Report:
    """Run all checks; one of them starts a browser."""
    browser_checks = asyncio.run(_browsers(options))
    python = Check(topic="Python", found=f"{sys.version.split()[0]}, {sys.executable}")
    checks = (python, _packages(), _playwright_version(), _ports(), *browser_checks, _shared_memory(), _proxies())
    return Report(checks=checks, browser_starts=all(check.state is not State.PROBLEM for check in browser_checks))


def _install(options: LaunchOptions) -> bool:
    name = resolve_browser_name(options.name, options.channel)
    if options.path is None and (options.name or options.channel or not os.environ.get(ENVIRONMENT)):
        return install(name, options.channel, works=lambda: check_environment(options).browser_starts)
    print_progress(f"no browser is installed, because --browser-path or {ENVIRONMENT} names one")
    return False


def _packages() -> Check:
    """The required packages with their installed versions."""
    try:
        required = [name for name in metadata.requires(DISTRIBUTION) or [] if "extra ==" not in name]
    except metadata.PackageNotFoundError:
        where = Path(__file__).parents[2]
        found = f"run from {where}; the package is not installed"
        return Check(topic="packages", found=found, state=State.NOTE, fix=_pip("-e", str(where)))
    versions = {
        name: _version(name) for name in (re.split(r"[^\w.-]", item, maxsplit=1)[0] for item in sorted(required))
    }
    missing = [name for name, version in versions.items() if not version]
    if missing:
        found = f"missing: {', '.join(missing)}"
        return Check(topic="packages", found=found, state=State.PROBLEM, fix=_pip(*missing))
    return Check(topic="packages", found=", ".join(f"{name} {version}" for name, version in versions.items()))


def _playwright_version() -> Check:
    version = _version("playwright")
    oldest, newest = PLAYWRIGHT_FITS
    if oldest <= tuple(int(part) for part in re.findall(r"\d+", version)[:2]) <= newest:
        return Check(topic="Playwright", found=f"{version} is supported")
    between = " to ".join(".".join(map(str, ends)) for ends in PLAYWRIGHT_FITS)
    found = f"{version or 'not installed'}; {between} support both Chromium and stock Firefox"
    return Check(topic="Playwright", found=found, state=State.NOTE, fix=_pip(f"playwright=={newest[0]}.{newest[1]}"))


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _pip(*what: str) -> str:
    return shlex.join([sys.executable, "-m", "pip", "install", *what])


async def _browsers(options: LaunchOptions) -> list[Check]:
    """Each installed browser, and whether the chosen one shows a page."""
    name = resolve_browser_name(options.name, options.channel)
    try:
        async with driver() as playwright:
            named = None if options.channel else named_browser(options.path, name=options.name)
            choices = list_browsers(playwright, name=named.browser if named else name, channel=options.channel)
            if named:
                choices = [named, *(choice for choice in choices if choice.path != named.path)]
            others = [*_others(playwright, [choice.path for choice in choices])]
            if not choices:
                fix = install_command(name, options.channel)
                found = f"no {options.channel or options.name or 'browser'} is installed"
                return [Check(topic="browser", found=found, state=State.PROBLEM, fix=fix), *others]
            described = [_described(choice, used=choice is choices[0]) for choice in choices]
            return [*described, await _page_check(playwright, choices), *others]
    except BrowserError as error:
        found, _, fix = str(error).partition(FIX)
        return [Check(topic="browser", found=found, state=State.PROBLEM, fix=fix)]


def _others(playwright: Playwright, listed: Collection[Path]) -> Iterator[Check]:
    """All other installed browsers, and how to install the missing ones."""
    for name in BROWSERS:
        found = list_browsers(playwright, name=name)
        for choice in (choice for choice in found if choice.path not in listed):
            yield _described(choice, used=False)
        if not found:
            hint = f"not installed; 'harness doctor --install --browser {name}' installs it"
            yield Check(topic=name, found=hint, state=State.NOTE)
        elif name == CHROMIUM and not any(not is_headless_shell(choice) for choice in found):
            reason = "not installed; scenarios with 'browser: full' cannot run"
            command = f"'harness doctor --install --channel {CHROMIUM}' installs it"
            yield Check(topic="full Chromium", found=f"{reason}; {command}", state=State.NOTE)


def _described(choice: BrowserChoice, *, used: bool) -> Check:
    why = f"; chosen: {_why(choice)}" if used else ""
    version = version_of(choice.path, seconds=_PATIENCE_S)
    state = State.OK if version or used else State.NOTE
    found = f"{choice.path}, {version or 'version unknown'}, {choice.build}{why}"
    return Check(topic="browser" if choice.browser == CHROMIUM else choice.browser, found=found, state=state)


def _why(choice: BrowserChoice) -> str:
    if choice.source == "Playwright":
        return "Playwright's own browser has priority"
    if choice.source != "system":
        return f"{choice.source} names it"
    if choice.browser != CHROMIUM:
        return f"Playwright's own {choice.browser} is not installed"
    if is_headless_shell(choice):
        return "a headless shell is fastest"
    return "no headless shell is installed"


async def _page_check(playwright: Playwright, choices: list[BrowserChoice]) -> Check:
    """Whether the first choice shows a page; if not, the fix names another one that does."""
    first, *others = choices
    try:
        return Check(topic="page", found=await _show_page(playwright, first))
    except HarnessError as error:
        reason = str(error).removesuffix(SEE_DOCTOR)
    fix = install_command(first.browser)
    for other in others:
        with suppress(HarnessError):
            await _show_page(playwright, other)
            fix = f"export {ENVIRONMENT}={shlex.quote(str(other.path))}"
            break
    return Check(topic="page", found=reason, state=State.PROBLEM, fix=fix)


async def _show_page(playwright: Playwright, choice: BrowserChoice) -> str:
    """Show a page as a run does: under a test host name, through the proxy, with a test certificate. HarnessError on failure."""
    certificate = make_certificate([_HOST])
    app = web.Application()
    app.router.add_get("/", _page)
    async with (
        serve_app(app, Site(ssl_context=certificate.server)) as (port,),
        socks_proxy({_ADDRESS: port}, on_refused=lambda address: None) as proxy,
        launch_browser(choice, playwright, headed=False, slow_mo_ms=0, spki=certificate.spki) as browser,
    ):
        try:
            context = await browser.new_context(**proxy_options(browser, proxy))
            page = await context.new_page()
            await page.goto(f"https://{_HOST}/", timeout=_PATIENCE_S * 1000)
            title = await page.title()
        except PlaywrightError as error:
            reason = error.message.splitlines()[0]
            raise BrowserError(f"{choice.path} starts, but shows no page: {reason}") from error
        if title != _TITLE:
            raise BrowserError(f"{choice.path} starts, but shows another page: {title!r}")
        return f"version {browser.version} shows a page through the proxy with the test certificate"


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=f"<!doctype html><title>{_TITLE}</title>", content_type="text/html")


def _ports() -> Check:
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), _PATIENCE_S),
        ):
            return Check(topic="ports", found="127.0.0.1 accepts connections")
    except OSError as error:
        found = f"cannot listen on 127.0.0.1: {error.strerror or error}"
        return Check(topic="ports", found=found, state=State.PROBLEM, fix="ip link set lo up")


def _shared_memory() -> Check:
    """The size of /dev/shm. A small one (64 MiB in Docker) is enough: Playwright keeps Chromium from using it."""
    try:
        size = shutil.disk_usage("/dev/shm").total // 1024 // 1024
    except OSError:
        return Check(topic="shared memory", found="there is no /dev/shm; it is not needed")
    return Check(topic="shared memory", found=f"/dev/shm has {size} MiB; it is not needed")


def _proxies() -> Check:
    names = proxy_variables()
    if not names:
        return Check(topic="proxies", found="the environment sets no proxy")
    return Check(topic="proxies", found=f"{', '.join(names)} in the environment; the browser ignores them")


def _print(report: Report, console: Console) -> None:
    table = Table("", "", "", box=None, show_header=False, pad_edge=False)
    colours = {State.OK: "green", State.NOTE: "yellow", State.PROBLEM: "red"}
    for check in report.checks:
        state = Text(check.state.value, style=colours[check.state])
        table.add_row(state, check.topic, Text(check.found, overflow="fold"))
    console.print(table)
    for check in report.checks:
        if check.fix:
            console.print(Text(f"To fix '{check.topic}', run: {check.fix}"), soft_wrap=True)
    console.print("Scenarios can run." if report.ready else "Scenarios cannot run yet.")
