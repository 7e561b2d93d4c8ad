"""Is everything here that a run needs; install what is missing."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path

from aiohttp import web
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, ProxySettings
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness import browser as browsers
from harness.browser import BrowserChoice
from harness.collector.server import Site, serving
from harness.errors import BrowserError, HarnessError
from harness.network import EVEN_LOOPBACK, make_certificate, network

DISTRIBUTION = "tracker-harness"
PLAYWRIGHT_FITS = ((1, 58), (1, 64))
"""The oldest and the newest Playwright that were seen to drive Chromium and stock Firefox alike."""

INSTALL_S = 600
"""How long a browser's installation may take, in seconds."""

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


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One way to get a browser: commands, one after the other."""

    what: str
    commands: tuple[tuple[str, ...], ...]


def run(*, install: bool, browser_path: Path | None, console: Console) -> int:
    """Look at everything, with `install` first get a browser where none starts, and print a table. Gives the exit status."""
    report = check(browser_path=browser_path)
    if install and not report.browser_starts and _install(browser_path):
        report = check(browser_path=browser_path)
    _print(report, console)
    return 0 if report.ready else 2


def check(*, browser_path: Path | None = None) -> Report:
    """Look at everything that a run needs, starting a browser on the way."""
    seen = asyncio.run(_browsers(browser_path))
    lines = (_python(), _packages(), _playwright_fits(), _ports(), *seen, _shared_memory(), _proxies())
    return Report(lines=lines, browser_starts=all(line.state is not State.TROUBLE for line in seen))


def install() -> bool:
    """Get a browser by the first way that ends in one that starts; what is done is said on stderr. Whether that came about."""
    for way in _ways():
        for command in way.commands:
            _say(f"{way.what}: {' '.join(command)}")
            if trouble := _run(command):
                _say(f"  that failed: {trouble}")
                break
        if check().browser_starts:
            return True
    _say(f"no browser could be installed; install Chromium or Chrome by hand, or try: {browsers.install_command()}")
    return False


def _install(browser_path: Path | None) -> bool:
    if browser_path is None and not os.environ.get(browsers.ENVIRONMENT):
        return install()
    _say("nothing is installed, because a browser is named by --browser-path or " + browsers.ENVIRONMENT)
    return False


def _ways() -> Iterator[_Way]:
    """Playwright's own; then, for root where there is apt, Debian's package, or elsewhere the libraries that Playwright's own lacks."""
    playwright = (sys.executable, "-m", "playwright")
    yield _Way(what="Playwright's own browser", commands=((*playwright, "install", browsers.PACKAGE),))
    if browsers.is_root() and browsers.is_debian():
        get = ("apt-get", "install", "-y", "--no-install-recommends", browsers.PACKAGE)
        yield _Way(what="Debian's package", commands=(("apt-get", "update"), get))
    elif browsers.is_root() and shutil.which("apt-get"):
        command = (*playwright, "install", "--with-deps", browsers.PACKAGE)
        yield _Way(what="Playwright's own browser and its libraries", commands=(command,))


def _run(command: tuple[str, ...]) -> str:
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


def _python() -> Line:
    return Line(topic="Python", found=f"{sys.version.split()[0]}, {sys.executable}")


def _packages() -> Line:
    """What the package asks for, as it is installed."""
    try:
        wanted = [name for name in metadata.requires(DISTRIBUTION) or [] if "extra ==" not in name]
    except metadata.PackageNotFoundError:
        where = Path(__file__).parents[1]
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


async def _browsers(path: Path | None) -> list[Line]:
    """Each browser that is here, and whether the one to be used shows a page."""
    try:
        async with browsers.driver() as playwright:
            named = browsers.named_browser(path)
            choices = browsers.browsers(playwright)
            if named:
                choices = [named, *(choice for choice in choices if choice.path != named.path)]
            if not choices:
                return [Line(topic="browser", found="none", state=State.TROUBLE, mend=browsers.install_command())]
            described = [_described(choice, used=choice is choices[0]) for choice in choices]
            return [*described, await _started(playwright, choices), *_whole(choices)]
    except BrowserError as error:
        what, _, mend = str(error).partition(browsers.MEND)
        return [Line(topic="browser", found=what, state=State.TROUBLE, mend=mend)]


def _whole(choices: list[BrowserChoice]) -> list[Line]:
    """A note where other people's stores would be looked at with a headless shell, which is no shopper's browser."""
    if not all(browsers.is_headless_shell(choice) for choice in choices):
        return []
    found = "no whole Chromium, which verify and --target take where there is one; they use the headless shell"
    return [Line(topic="other stores", found=found, state=State.NOTE, mend=browsers.whole_command())]


def _described(choice: BrowserChoice, *, used: bool) -> Line:
    why = f"; used, because {_why(choice)}" if used else ""
    version = _browser_version(choice.path)
    state = State.OK if version or used else State.NOTE
    return Line(topic="browser", found=f"{choice.path}, {version or 'gives no version'}{why}", state=state)


def _why(choice: BrowserChoice) -> str:
    if choice.source == "Playwright":
        return "Playwright's own comes first"
    if choice.source != "system":
        return f"{choice.source} names it"
    if choice.path.name in browsers.HEADLESS_NAMES:
        return "a headless shell is the fastest"
    return "no headless shell is here"


def _browser_version(path: Path) -> str:
    """What the program says of itself; nothing where it does not, or where asking would open a window."""
    if sys.platform == "win32":
        return ""
    with suppress(OSError, subprocess.TimeoutExpired):
        asked = subprocess.run(
            [path, "--version"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            env=browsers.environment(),
            check=False,
        )
        return asked.stdout.strip() if asked.returncode == 0 else ""
    return ""


async def _started(playwright: Playwright, choices: list[BrowserChoice]) -> Line:
    """Whether the first of these shows a page; where it does not, whether another one would."""
    first, *others = choices
    try:
        return Line(topic="a page", found=await _shows_a_page(playwright, first))
    except HarnessError as error:
        reason = str(error).removesuffix(browsers.SEE_DOCTOR)
    mend = browsers.install_command()
    for other in others:
        with suppress(HarnessError):
            await _shows_a_page(playwright, other)
            mend = f"export {browsers.ENVIRONMENT}={shlex.quote(str(other.path))}"
            break
    return Line(topic="a page", found=reason, state=State.TROUBLE, mend=mend)


async def _shows_a_page(playwright: Playwright, choice: BrowserChoice) -> str:
    """Show a page as a run does: by a name of ours, through our proxy, with our certificate. Errors where it fails."""
    certificate = make_certificate([_HOST])
    app = web.Application()
    app.router.add_get("/", _page)
    async with (
        serving(app, Site(ssl_context=certificate.server)) as (port,),
        network({_ADDRESS: port}, on_refused=lambda address: None) as proxy,
        browsers.launched(choice, playwright, headed=False, slow_mo_ms=0, spki=certificate.spki) as browser,
    ):
        try:
            context = await browser.new_context(proxy=ProxySettings(server=proxy, bypass=EVEN_LOOPBACK))
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
    names = browsers.proxy_variables()
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


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
