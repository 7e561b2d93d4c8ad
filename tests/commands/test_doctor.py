"""The doctor: what it finds, what it says to type, and how it gets a browser."""

import asyncio
import io
import os
import shutil
from importlib import metadata
from pathlib import Path

import pytest
from aiohttp import web
from rich.console import Console

from harness.browser import discovery as programs
from harness.browser import install as installing
from harness.browser.launch import driver
from harness.browser.pool import LaunchOptions
from harness.commands import doctor_checks as doctor
from harness.commands.doctor_checks import Line, Report, State

STARTS = Report(lines=(Line(topic="browser", found="here"),), browser_starts=True)
NO_BROWSER = Report(lines=(Line(topic="browser", found="none", state=State.TROUBLE),), browser_starts=False)


@pytest.fixture(scope="session")
def shell() -> Path:
    """A browser of this machine."""

    async def find() -> Path:
        async with driver() as playwright:
            return programs.find_browser(playwright).path

    return asyncio.run(find())


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No browser is here, and Playwright's site cannot be reached. Gives the folder that is the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    monkeypatch.delenv(programs.ENVIRONMENT, raising=False)
    monkeypatch.setattr(programs, "_elsewhere", lambda channel: ())
    return folder


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def examined(
    *, install: bool = False, browser_path: Path | None = None, name: str | None = None, channel: str | None = None
) -> tuple[int, str]:
    """What `harness doctor` does: its exit status and what it prints."""
    printed = io.StringIO()
    wish = LaunchOptions(path=browser_path, name=name, channel=channel)
    status = doctor.run(install=install, wish=wish, console=Console(file=printed, width=200))
    return status, printed.getvalue()


def found(lines: tuple[Line, ...] | list[Line], topic: str) -> Line:
    return next(line for line in lines if line.topic == topic)


def test_a_machine_with_a_browser_can_run(shell: Path) -> None:
    status, printed = examined(browser_path=shell)
    assert status == 0
    assert f"{shell}, " in printed
    assert "used, because --browser-path names it" in printed
    assert "through our proxy and with our certificate" in printed
    assert printed.endswith("A run can start.\n")


def test_a_machine_without_a_browser_cannot_run_and_is_told_what_to_type(bare_machine: Path) -> None:
    status, printed = examined()
    assert status == 2
    assert f"To mend 'browser', type: {programs.install_command()}\n" in printed
    assert printed.endswith("A run cannot start.\n")


def test_a_browser_that_does_not_start_is_told_of_with_its_reason_and_with_one_that_does(
    bare_machine: Path, shell: Path
) -> None:
    works = program(bare_machine / "chromium", f'exec "{shell}" "$@"')
    broken = program(bare_machine / "chromium-headless-shell", "echo no such libraries >&2; exit 127")
    report = doctor.check()
    assert not report.browser_starts
    line = found(report.lines, "a page")
    assert line.found == f"{broken} does not start: no such libraries"
    assert line.mend == f"export HARNESS_BROWSER={works}"


def test_a_browser_that_shows_another_page_is_trouble(monkeypatch: pytest.MonkeyPatch, shell: Path) -> None:
    async def another(request: web.Request) -> web.Response:
        return web.Response(text="<title>Blocked by your company</title>", content_type="text/html")

    monkeypatch.setattr(doctor, "_page", another)
    line = found(doctor.check(LaunchOptions(path=shell)).lines, "a page")
    assert line.state is State.TROUBLE
    assert line.found == f"{shell} starts, but shows another page: 'Blocked by your company'"


def test_a_browser_that_cannot_come_through_the_proxy_is_trouble(monkeypatch: pytest.MonkeyPatch, shell: Path) -> None:
    monkeypatch.setattr(doctor, "_ADDRESS", ("doctor.test", 444))
    line = found(doctor.check(LaunchOptions(path=shell)).lines, "a page")
    assert line.state is State.TROUBLE
    assert "starts, but shows no page: " in line.found


def test_a_playwright_without_its_driver_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / "gone"))
    line = found(doctor.check().lines, "browser")
    assert line.state is State.TROUBLE
    assert line.mend.endswith("-m pip install --force-reinstall playwright")


def test_a_machine_on_which_nothing_can_listen_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    assert doctor._ports().state is State.OK
    monkeypatch.setattr("socket.create_server", refuse)
    assert doctor._ports().state is State.TROUBLE
    assert doctor._ports().found == "127.0.0.1 cannot be listened on: Operation not permitted"


def test_proxies_are_named_without_their_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.test")
    line = doctor._proxies()
    assert "https_proxy" in line.found
    assert "kept from the browser" in line.found
    assert "secret" not in line.found


@pytest.mark.parametrize("version", ["1.57.0", "1.65.0", "2.0"])
def test_a_playwright_that_does_not_fit_is_noted_with_one_that_does(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: version)
    line = doctor._playwright_fits()
    assert line.state is State.NOTE
    assert line.found.startswith(version)
    assert line.mend.endswith("-m pip install playwright==1.64")


@pytest.mark.parametrize("version", ["1.58.0", "1.64.1"])
def test_a_playwright_that_fits_is_right(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: version)
    assert doctor._playwright_fits() == Line(topic="Playwright", found=f"{version} fits")


def test_a_missing_package_is_trouble_and_one_for_tests_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["aiohttp", "no.such-thing>=1", 'neither-is-this; extra == "test"']
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    line = doctor._packages()
    assert line.state is State.TROUBLE
    assert line.found == "missing: no.such-thing"
    assert line.mend.endswith("-m pip install no.such-thing")


def test_packages_are_told_with_their_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda name: ["aiohttp"])
    assert doctor._packages() == Line(topic="packages", found=f"aiohttp {metadata.version('aiohttp')}")


def test_nothing_is_installed_where_a_browser_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(command: tuple[str, ...]) -> str:
        raise AssertionError(command)

    monkeypatch.setattr(installing, "run", never)
    monkeypatch.setattr(doctor, "check", lambda *_: STARTS)
    assert examined(install=True)[0] == 0


def test_where_playwrights_own_cannot_be_had_root_gets_debians_package(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: Path
) -> None:
    """The real installer of Playwright, with nothing to reach, and an apt-get of ours."""
    monkeypatch.setattr(programs, "is_root", lambda: True)
    monkeypatch.setattr(installing, "is_root", lambda: True)
    monkeypatch.setattr(programs, "is_debian", lambda: True)
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
    said = capsys.readouterr().err
    assert "Playwright's own browser: " in said
    assert "  failed: Error: connect ECONNREFUSED 127.0.0.1:9\n" in said
    assert "Debian's package: apt-get update\n" in said
    assert "Traceback" not in said


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that were run here, where no browser starts; each of them failed."""
    commands: list[tuple[str, ...]] = []

    def fail(command: tuple[str, ...]) -> str:
        commands.append(command)
        return "it would not"

    monkeypatch.setattr(installing, "run", fail)
    monkeypatch.setattr(doctor, "check", lambda *_: NO_BROWSER)
    monkeypatch.delenv(programs.ENVIRONMENT, raising=False)
    return commands


def test_nothing_is_installed_unasked(ran: list[tuple[str, ...]]) -> None:
    assert examined()[0] == 2
    assert ran == []


def test_nothing_is_installed_where_a_browser_was_named(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert examined(install=True, browser_path=Path("/gone"))[0] == 2
    monkeypatch.setenv(programs.ENVIRONMENT, "/gone")
    assert examined(install=True)[0] == 2
    assert ran == []
    assert "nothing is installed, because a browser is named" in capsys.readouterr().err


def test_who_is_not_root_is_told_what_to_type_and_apt_is_left_alone(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(programs, "is_root", lambda: False)
    monkeypatch.setattr(installing, "is_root", lambda: False)
    monkeypatch.setattr(programs, "is_debian", lambda: True)
    assert examined(install=True)[0] == 2
    assert [command[1:] for command in ran] == [("-m", "playwright", "install", "chromium-headless-shell")]
    assert capsys.readouterr().err.endswith(
        "by hand, or try: sudo apt-get update && sudo apt-get install -y chromium-headless-shell\n"
    )


def test_apt_installs_nothing_where_it_could_not_update(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "is_root", lambda: True)
    monkeypatch.setattr(installing, "is_root", lambda: True)
    monkeypatch.setattr(programs, "is_debian", lambda: True)
    assert examined(install=True)[0] == 2
    assert ran[-1] == ("apt-get", "update")


def test_root_of_an_ubuntu_gets_playwrights_own_with_its_libraries(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, bare_machine: Path
) -> None:
    monkeypatch.setattr(programs, "is_root", lambda: True)
    monkeypatch.setattr(installing, "is_root", lambda: True)
    monkeypatch.setattr(programs, "is_debian", lambda: False)
    program(bare_machine / "apt-get", "exit 1")
    assert examined(install=True)[0] == 2
    assert ran[-1][1:] == ("-m", "playwright", "install", "--with-deps", "chromium-headless-shell")


def test_a_machine_without_firefox_is_told_what_to_type_for_it(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "is_root", lambda: False)
    monkeypatch.setattr(programs, "is_debian", lambda: True)
    status, printed = examined(name="firefox")
    assert status == 2
    assert "To mend 'browser', type: sudo apt-get update && sudo apt-get install -y firefox-esr\n" in printed


def test_the_doctor_lists_what_is_here_of_every_kind_and_how_to_get_the_rest(bare_machine: Path, shell: Path) -> None:
    program(bare_machine / "chromium-headless-shell", f'exec "{shell}" "$@"')
    program(bare_machine / "firefox-esr", "echo Mozilla Firefox 153.7.0esr")
    lines = doctor.check().lines
    assert found(lines, "browser").found.endswith("headless shell; used, because a headless shell is the fastest")
    assert found(lines, "firefox").found == f"{bare_machine / 'firefox-esr'}, Mozilla Firefox 153.7.0esr, stock"
    assert found(lines, "full Chromium").found.endswith("'harness doctor --install --channel chromium' gets one")
    assert found(lines, "webkit") == Line(
        topic="webkit", found="none; 'harness doctor --install --browser webkit' gets one", state=State.NOTE
    )


def test_root_of_a_debian_gets_its_firefox_before_playwrights_own(
    ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (programs, installing):
        monkeypatch.setattr(module, "is_root", lambda: True)
    monkeypatch.setattr(programs, "is_debian", lambda: True)
    assert examined(install=True, name="firefox")[0] == 2
    assert ran[0] == ("apt-get", "update")
    assert ran[-1][1:] == ("-m", "playwright", "install", "firefox")


def test_a_channel_that_only_its_makers_install_is_left_to_them(
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
def test_only_root_of_a_debian_can_surely_install_what_debian_has(
    monkeypatch: pytest.MonkeyPatch, root: bool, debian: bool, name: str, can: bool
) -> None:
    monkeypatch.setattr(installing, "is_root", lambda: root)
    monkeypatch.setattr(programs, "is_debian", lambda: debian)
    assert installing.can_be_installed(name) is can


def test_an_installation_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_command_that_fails_gives_its_telling_line(script: str, reason: str) -> None:
    assert installing.run(("sh", "-c", script)) == reason


def test_a_command_that_is_not_there_gives_its_reason() -> None:
    assert "No such file" in installing.run(("/no/such/program",))
