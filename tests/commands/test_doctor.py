"""`harness doctor`: its checks, the commands that fix problems, and the installation of a browser."""

import asyncio
import io
import os
import shutil
from importlib import metadata
from pathlib import Path

import pytest
from aiohttp import web
from rich.console import Console
from support import bare_machine as machine

from harness.browser import discovery as programs
from harness.browser import install as installing
from harness.browser.launch import driver
from harness.browser.pool import LaunchOptions
from harness.capture.socks_proxy import socks_proxy
from harness.commands import doctor
from harness.commands.doctor import Check, Report, State, check_environment

STARTS = Report(checks=(Check(topic="browser", found="here"),), browser_starts=True)
NO_BROWSER = Report(checks=(Check(topic="browser", found="none", state=State.PROBLEM),), browser_starts=False)


@pytest.fixture(scope="session")
def shell() -> Path:
    """A browser that is installed on this machine."""

    async def find() -> Path:
        async with driver() as playwright:
            return programs.find_browser(playwright).path

    return asyncio.run(find())


bare_path = machine.bare_machine


def program(path: Path, text: str) -> Path:
    return machine.program(path, f"#!/bin/sh\n{text}\n")


@pytest.fixture
def bare_machine(bare_path: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a browser and without access to Playwright's downloads; the value is its only PATH folder."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    return tmp_path / "bin"


def set_machine(monkeypatch: pytest.MonkeyPatch, *, root: bool, debian: bool) -> None:
    for module in (programs, installing):
        monkeypatch.setattr(module, "is_root", lambda: root)
    monkeypatch.setattr(programs, "is_debian", lambda: debian)


def examined(
    *, install: bool = False, browser_path: Path | None = None, name: str | None = None, channel: str | None = None
) -> tuple[int, str]:
    """The exit status and the output of `harness doctor`."""
    printed = io.StringIO()
    options = LaunchOptions(path=browser_path, name=name, channel=channel)
    status = doctor.examine(options, install=install, console=Console(file=printed, width=200))
    return status, printed.getvalue()


def found(checks: tuple[Check, ...], topic: str) -> Check:
    return next(check for check in checks if check.topic == topic)


def test_a_machine_with_a_browser_can_run(shell: Path) -> None:
    status, printed = examined(browser_path=shell)
    assert status == 0
    assert f"{shell}, " in printed
    assert "chosen: --browser-path names it" in printed
    assert "shows a page through the proxy with the test certificate" in printed
    assert printed.endswith("Scenarios can run.\n")


def test_without_a_browser_scenarios_cannot_run_and_the_fix_is_printed(bare_machine: Path) -> None:
    status, printed = examined()
    assert status == 2
    assert f"To fix 'browser', run: {programs.install_command()}\n" in printed
    assert printed.endswith("Scenarios cannot run yet.\n")


def test_a_browser_that_does_not_start_is_reported_with_the_reason_and_another_one_that_starts(
    bare_machine: Path, shell: Path
) -> None:
    works = program(bare_machine / "chromium", f'exec "{shell}" "$@"')
    broken = program(bare_machine / "chromium-headless-shell", "echo no such libraries >&2; exit 127")
    report = check_environment(LaunchOptions())
    assert not report.browser_starts
    check = found(report.checks, "page")
    assert check.found == f"{broken} does not start: no such libraries"
    assert check.fix == f"export HARNESS_BROWSER={works}"


def test_a_browser_that_shows_another_page_is_a_problem(monkeypatch: pytest.MonkeyPatch, shell: Path) -> None:
    async def another(request: web.Request) -> web.Response:
        return web.Response(text="<title>Blocked by your company</title>", content_type="text/html")

    monkeypatch.setattr(doctor, "_page", another)
    check = found(check_environment(LaunchOptions(path=shell)).checks, "page")
    assert check.state is State.PROBLEM
    assert check.found == f"{shell} starts, but shows another page: 'Blocked by your company'"


def test_a_browser_that_cannot_use_the_proxy_is_a_problem(monkeypatch: pytest.MonkeyPatch, shell: Path) -> None:
    monkeypatch.setattr(doctor, "socks_proxy", lambda _targets, **options: socks_proxy({}, **options))
    check = found(check_environment(LaunchOptions(path=shell)).checks, "page")
    assert check.state is State.PROBLEM
    assert "starts, but shows no page: " in check.found


def test_a_playwright_without_its_driver_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / "gone"))
    check = found(check_environment(LaunchOptions()).checks, "browser")
    assert check.state is State.PROBLEM
    assert check.fix.endswith("-m pip install --force-reinstall playwright")


def test_a_machine_without_listening_ports_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    assert doctor._ports().state is State.OK
    monkeypatch.setattr("socket.create_server", refuse)
    assert doctor._ports().state is State.PROBLEM
    assert doctor._ports().found == "cannot listen on 127.0.0.1: Operation not permitted"


def test_proxies_are_listed_without_their_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.test")
    check = doctor._proxies()
    assert "https_proxy" in check.found
    assert "the browser ignores them" in check.found
    assert "secret" not in check.found


@pytest.mark.parametrize("version", ["1.57.0", "1.65.0", "2.0"])
def test_an_unsupported_playwright_is_noted_with_a_supported_one(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: version)
    check = doctor._playwright_version()
    assert check.state is State.NOTE
    assert check.found.startswith(version)
    assert check.fix.endswith("-m pip install playwright==1.64")


@pytest.mark.parametrize("version", ["1.58.0", "1.64.1"])
def test_a_supported_playwright_is_ok(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: version)
    assert doctor._playwright_version() == Check(topic="Playwright", found=f"{version} is supported")


def test_a_missing_package_is_a_problem_unless_it_is_for_tests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["aiohttp", "no.such-thing>=1", 'neither-is-this; extra == "test"']
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    check = doctor._packages()
    assert check.state is State.PROBLEM
    assert check.found == "missing: no.such-thing"
    assert check.fix.endswith("-m pip install no.such-thing")


def test_packages_are_listed_with_their_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda name: ["aiohttp"])
    assert doctor._packages() == Check(topic="packages", found=f"aiohttp {metadata.version('aiohttp')}")


def test_nothing_is_installed_if_a_browser_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(command: tuple[str, ...]) -> str:
        raise AssertionError(command)

    monkeypatch.setattr(installing, "run", never)
    monkeypatch.setattr(doctor, "check_environment", lambda *_: STARTS)
    assert examined(install=True)[0] == 0


def test_without_playwrights_own_browser_root_installs_debians_package(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: Path
) -> None:
    """Playwright's real installer without a network, and a fake apt-get."""
    set_machine(monkeypatch, root=True, debian=True)
    log, package = bare_machine / "log", bare_machine / "chromium-headless-shell"
    packed = program(bare_machine / "packed", f'exec "{shell}" "$@"')
    install = f'test "$1" = update || {shutil.which("mv", path=os.defpath)} {packed} {package}'
    program(bare_machine / "apt-get", f'echo "$DEBIAN_FRONTEND: $*" >> {log}; {install}')
    status, printed = examined(install=True)
    assert status == 0
    assert f"{package}, " in printed
    assert log.read_text().splitlines() == [
        "noninteractive: update",
        "noninteractive: install -y --no-install-recommends chromium-headless-shell",
    ]
    printed_lines = capsys.readouterr().err
    assert "Playwright's own browser: " in printed_lines
    assert "  failed: Error: connect ECONNREFUSED 127.0.0.1:9\n" in printed_lines
    assert "Debian's package: apt-get update\n" in printed_lines
    assert "Traceback" not in printed_lines


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that ran; each of them fails, and no browser starts."""
    commands: list[tuple[str, ...]] = []

    def fail(command: tuple[str, ...]) -> str:
        commands.append(command)
        return "it would not"

    monkeypatch.setattr(installing, "run", fail)
    monkeypatch.setattr(doctor, "check_environment", lambda *_: NO_BROWSER)
    monkeypatch.delenv(programs.ENVIRONMENT, raising=False)
    return commands


def test_nothing_is_installed_without_the_option(ran: list[tuple[str, ...]]) -> None:
    assert examined()[0] == 2
    assert ran == []


def test_nothing_is_installed_if_the_user_names_a_browser(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert examined(install=True, browser_path=Path("/gone"))[0] == 2
    monkeypatch.setenv(programs.ENVIRONMENT, "/gone")
    assert examined(install=True)[0] == 2
    assert ran == []
    assert "no browser is installed, because --browser-path or HARNESS_BROWSER names one" in capsys.readouterr().err


def test_without_root_apt_is_not_run_and_its_command_is_printed(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_machine(monkeypatch, root=False, debian=True)
    assert examined(install=True)[0] == 2
    assert [command[1:] for command in ran] == [("-m", "playwright", "install", "chromium-headless-shell")]
    assert capsys.readouterr().err.endswith(
        "by hand, or try: sudo apt-get update && sudo apt-get install -y chromium-headless-shell\n"
    )


def test_apt_installs_nothing_after_a_failed_update(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_machine(monkeypatch, root=True, debian=True)
    assert examined(install=True)[0] == 2
    assert ran[-1] == ("apt-get", "update")


def test_on_ubuntu_root_installs_playwrights_own_browser_with_its_libraries(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, bare_machine: Path
) -> None:
    set_machine(monkeypatch, root=True, debian=False)
    program(bare_machine / "apt-get", "exit 1")
    assert examined(install=True)[0] == 2
    assert ran[-1][1:] == ("-m", "playwright", "install", "--with-deps", "chromium-headless-shell")


def test_without_firefox_the_command_that_installs_it_is_printed(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "is_root", lambda: False)
    monkeypatch.setattr(programs, "is_debian", lambda: True)
    status, printed = examined(name="firefox")
    assert status == 2
    assert "To fix 'browser', run: sudo apt-get update && sudo apt-get install -y firefox-esr\n" in printed


def test_installed_browsers_of_every_kind_are_listed_with_the_commands_for_the_others(
    bare_machine: Path, shell: Path
) -> None:
    program(bare_machine / "chromium-headless-shell", f'exec "{shell}" "$@"')
    program(bare_machine / "firefox-esr", "echo Mozilla Firefox 153.7.0esr")
    checks = check_environment(LaunchOptions()).checks
    assert found(checks, "browser").found.endswith("headless shell; chosen: a headless shell is fastest")
    assert found(checks, "firefox").found == f"{bare_machine / 'firefox-esr'}, Mozilla Firefox 153.7.0esr, stock"
    assert found(checks, "full Chromium").found.endswith("'harness doctor --install --channel chromium' installs it")
    assert found(checks, "webkit") == Check(
        topic="webkit", found="not installed; 'harness doctor --install --browser webkit' installs it", state=State.NOTE
    )


def test_on_debian_root_installs_debians_firefox_before_playwrights_own(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_machine(monkeypatch, root=True, debian=True)
    assert examined(install=True, name="firefox")[0] == 2
    assert ran[0] == ("apt-get", "update")
    assert ran[-1][1:] == ("-m", "playwright", "install", "firefox")


def test_a_channel_that_only_its_vendor_installs_is_not_installed(
    ran: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert examined(install=True, channel="chrome")[0] == 2
    assert ran == []
    assert capsys.readouterr().err == "no chrome could be installed; install it by hand\n"


@pytest.mark.parametrize(
    ("root", "debian", "name", "can"),
    [
        (True, True, "firefox", True),
        (False, True, "firefox", False),
        (True, False, "firefox", False),
        (True, True, "webkit", False),
    ],
)
def test_only_root_on_debian_can_certainly_install_a_package_of_debian(
    monkeypatch: pytest.MonkeyPatch, root: bool, debian: bool, name: str, can: bool
) -> None:
    set_machine(monkeypatch, root=root, debian=debian)
    assert installing.can_be_installed(name) is can


def test_an_installation_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "INSTALL_S", 0.2)
    assert installing.run(("sh", "-c", "sleep 60 & wait")) == "not finished after 0.2 seconds"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 0", ""),
        ("echo fine; exit 3", "fine"),
        ("exit 3", "no output"),
        (
            "echo Reading; echo 'E: Unable to locate package x' >&2; echo Done; exit 100",
            "E: Unable to locate package x",
        ),
        (r"printf '\033[31mError: no route\033[0m\n    at connect\n'; exit 1", "Error: no route"),
    ],
)
def test_the_reason_of_a_failed_command_is_its_error_line(script: str, reason: str) -> None:
    assert installing.run(("sh", "-c", script)) == reason


def test_the_reason_of_a_missing_command_is_reported() -> None:
    assert "No such file" in installing.run(("/no/such/program",))
