"""Is everything here that a run needs, and which browsers are."""

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

from aiohttp import web
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.browser_names import BROWSERS, CHROMIUM
from harness.browser.discovery import (
    ENVIRONMENT,
    BrowserChoice,
    list_browsers,
    install_command,
    is_headless_shell,
    named_browser,
    version_of,
    resolve_browser_name,
)
from harness.browser.install import install, print_progress
from harness.browser.launch import FIX, PLAYWRIGHT_FITS, SEE_DOCTOR, driver, proxy_options, launch_browser
from harness.browser.launch_flags import proxy_variables
from harness.browser.pool import LaunchOptions
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.socks_proxy import socks_proxy
from harness.capture.tls import make_certificate
from harness.errors import BrowserError, HarnessError

DISTRIBUTION = "tracker-harness"
_HOST = "doctor.test"
_ADDRESS = (_HOST, 443)
_TITLE = "The doctor's page"
_PATIENCE_S = 15.0


class State(Enum):
    """How a thing stands; only trouble keeps a run from happening."""

    OK = "ok"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that was looked at: what was found, and what to type where it is not right."""

    topic: str
    found: str
    state: State = State.OK
    mend: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that was looked at, in the order in which a person would mend it."""

    lines: tuple[Line, ...]
    browser_starts: bool

    @property
    def ready(self) -> bool:
        """Whether a run could happen."""
        return all(line.state is not State.TROUBLE for line in self.lines)


def run(*, install: bool, wish: LaunchOptions, console: Console) -> int:
    """Look at everything, with `install` first get a browser where none starts, and print a table. Gives the exit status."""
    report = check(wish)
    if install and not report.browser_starts and _install(wish):
        report = check(wish)
    _print(report, console)
    return 0 if report.ready else 2


def check(wish: LaunchOptions | None = None) -> Report:
    """Look at everything that a run needs, starting a browser on the way."""
    seen = asyncio.run(_browsers(wish or LaunchOptions()))
    lines = (_python(), _packages(), _playwright_fits(), _ports(), *seen, _shared_memory(), _proxies())
    return Report(lines=lines, browser_starts=all(line.state is not State.TROUBLE for line in seen))


def _install(wish: LaunchOptions) -> bool:
    name = resolve_browser_name(wish.name, wish.channel)
    if wish.path is None and (wish.name or wish.channel or not os.environ.get(ENVIRONMENT)):
        return install(name, wish.channel, works=lambda: check(wish).browser_starts)
    print_progress("nothing is installed, because a browser is named by --browser-path or " + ENVIRONMENT)
    return False


def _python() -> Line:
    return Line(topic="Python", found=f"{sys.version.split()[0]}, {sys.executable}")


def _packages() -> Line:
    """What the package asks for, as it is installed."""
    try:
        wanted = [name for name in metadata.requires(DISTRIBUTION) or [] if "extra ==" not in name]
    except metadata.PackageNotFoundError:
        where = Path(__file__).parents[2]
        return Line(
            topic="packages", found=f"run from {where}, not installed", state=State.NOTE, mend=_pip("-e", str(where))
        )
    versions = {name: _version(name) for name in (re.split(r"[^\w.-]", wish, maxsplit=1)[0] for wish in sorted(wanted))}
    missing = [name for name, version in versions.items() if not version]
    if missing:
        found = f"missing: {', '.join(missing)}"
        return Line(topic="packages", found=found, state=State.TROUBLE, mend=_pip(*missing))
    return Line(topic="packages", found=", ".join(f"{name} {version}" for name, version in versions.items()))


def _playwright_fits() -> Line:
    version = _version("playwright")
    oldest, newest = PLAYWRIGHT_FITS
    if oldest <= tuple(int(part) for part in re.findall(r"\d+", version)[:2]) <= newest:
        return Line(topic="Playwright", found=f"{version} fits")
    between = " to ".join(".".join(map(str, ends)) for ends in PLAYWRIGHT_FITS)
    found = f"{version or 'not installed'}; {between} are known to drive Chromium and stock Firefox alike"
    return Line(topic="Playwright", found=found, state=State.NOTE, mend=_pip(f"playwright=={newest[0]}.{newest[1]}"))


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _pip(*what: str) -> str:
    return shlex.join([sys.executable, "-m", "pip", "install", *what])


async def _browsers(wish: LaunchOptions) -> list[Line]:
    """Each browser that is here, and whether the one to be used shows a page."""
    wanted = resolve_browser_name(wish.name, wish.channel)
    try:
        async with driver() as playwright:
            named = None if wish.channel else named_browser(wish.path, name=wish.name)
            choices = list_browsers(playwright, name=named.browser if named else wanted, channel=wish.channel)
            if named:
                choices = [named, *(choice for choice in choices if choice.path != named.path)]
            others = [*_others(playwright, [choice.path for choice in choices])]
            if not choices:
                mend = install_command(wanted, wish.channel)
                return [Line(topic="browser", found=_none(wish), state=State.TROUBLE, mend=mend), *others]
            described = [_described(choice, used=choice is choices[0]) for choice in choices]
            return [*described, await _started(playwright, choices), *others]
    except BrowserError as error:
        what, _, mend = str(error).partition(FIX)
        return [Line(topic="browser", found=what, state=State.TROUBLE, mend=mend)]


def _none(wish: LaunchOptions) -> str:
    return f"none of the channel {wish.channel}" if wish.channel else f"no {wish.name}" if wish.name else "none"


def _others(playwright: Playwright, told: Collection[Path]) -> Iterator[Line]:
    """What is here beside these, of every kind, and how to get what is not."""
    for name in BROWSERS:
        found = list_browsers(playwright, name=name)
        for choice in (choice for choice in found if choice.path not in told):
            yield _described(choice, used=False)
        if not found:
            yield Line(
                topic=name, found=f"none; 'harness doctor --install --browser {name}' gets one", state=State.NOTE
            )
        elif name == CHROMIUM and not any(not is_headless_shell(choice) for choice in found):
            get = f"'harness doctor --install --channel {CHROMIUM}' gets one"
            yield Line(
                topic="full Chromium", found=f"none; what asks for a full browser does not run; {get}", state=State.NOTE
            )


def _described(choice: BrowserChoice, *, used: bool) -> Line:
    why = f"; used, because {_why(choice)}" if used else ""
    version = version_of(choice.path, seconds=_PATIENCE_S)
    state = State.OK if version or used else State.NOTE
    found = f"{choice.path}, {version or 'gives no version'}, {choice.build}{why}"
    return Line(topic="browser" if choice.browser == CHROMIUM else choice.browser, found=found, state=state)


def _why(choice: BrowserChoice) -> str:
    if choice.source == "Playwright":
        return "Playwright's own comes first"
    if choice.source != "system":
        return f"{choice.source} names it"
    if choice.browser != CHROMIUM:
        return f"no {choice.browser} of Playwright's own is here"
    if is_headless_shell(choice):
        return "a headless shell is the fastest"
    return "no headless shell is here"


async def _started(playwright: Playwright, choices: list[BrowserChoice]) -> Line:
    """Whether the first of these shows a page; where it does not, whether another one would."""
    first, *others = choices
    try:
        return Line(topic="a page", found=await _shows_a_page(playwright, first))
    except HarnessError as error:
        reason = str(error).removesuffix(SEE_DOCTOR)
    mend = install_command(first.browser)
    for other in others:
        with suppress(HarnessError):
            await _shows_a_page(playwright, other)
            mend = f"export {ENVIRONMENT}={shlex.quote(str(other.path))}"
            break
    return Line(topic="a page", found=reason, state=State.TROUBLE, mend=mend)


async def _shows_a_page(playwright: Playwright, choice: BrowserChoice) -> str:
    """Show a page as a run does: by a name of ours, through our proxy, with our certificate. Errors where it fails."""
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
            raise BrowserError(f"{choice.path} starts, but shows no page: {reason}") from None
        if title != _TITLE:
            raise BrowserError(f"{choice.path} starts, but shows another page: {title!r}")
        return f"shown by version {browser.version}, through our proxy and with our certificate"


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=f"<!doctype html><title>{_TITLE}</title>", content_type="text/html")


def _ports() -> Line:
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), _PATIENCE_S),
        ):
            return Line(topic="ports", found="127.0.0.1 can be listened on")
    except OSError as error:
        found = f"127.0.0.1 cannot be listened on: {error.strerror or error}"
        return Line(topic="ports", found=found, state=State.TROUBLE, mend="ip link set lo up")


def _shared_memory() -> Line:
    """Playwright keeps Chromium from using /dev/shm, so a small one (Docker gives 64 MiB) is no trouble."""
    try:
        size = shutil.disk_usage("/dev/shm").total // 1024 // 1024
    except OSError:
        return Line(topic="shared memory", found="no /dev/shm here; none is needed")
    return Line(topic="shared memory", found=f"/dev/shm has {size} MiB; none is needed")


def _proxies() -> Line:
    names = proxy_variables()
    if not names:
        return Line(topic="proxies", found="the environment names none")
    return Line(topic="proxies", found=f"{', '.join(names)} in the environment; kept from the browser")


def _print(report: Report, console: Console) -> None:
    table = Table("", "", "", box=None, show_header=False, pad_edge=False)
    colours = {State.OK: "green", State.NOTE: "yellow", State.TROUBLE: "red"}
    for line in report.lines:
        table.add_row(Text(line.state.value, style=colours[line.state]), line.topic, Text(line.found, overflow="fold"))
    console.print(table)
    for line in report.lines:
        if line.mend:
            console.print(Text(f"To mend '{line.topic}', type: {line.mend}"), soft_wrap=True)
    console.print("A run can start." if report.ready else "A run cannot start.")
