"""Finding a browser and launching it."""

import asyncio
import gc
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from playwright.async_api import Playwright

from harness import browser
from harness.browser import BrowserChoice, browsers, driver, find_browser, install_command, launched
from harness.errors import BrowserError

WHOLE = "chromium-1248/chrome-linux64/chrome"
SHELL = "chromium_headless_shell-1248/chrome-headless-shell-linux64/chrome-headless-shell"


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser is on the PATH, and none is named."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(browser.ENVIRONMENT, raising=False)
    monkeypatch.setattr(browser, "_ELSEWHERE", ())


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def own(path: Path) -> Path:
    """A browser as Playwright installs it: with a mark in its folder that says that it is complete."""
    folder = next(parent for parent in path.parents if parent.name.startswith("chromium"))
    program(path)
    (folder / "INSTALLATION_COMPLETE").touch()
    return path


def playwright_in(folder: Path, whole: str = WHOLE) -> Playwright:
    return cast(Playwright, SimpleNamespace(chromium=SimpleNamespace(executable_path=str(folder / whole))))


def paths(choices: list[BrowserChoice]) -> list[Path]:
    return [choice.path for choice in choices]


def test_playwrights_headless_shell_comes_before_its_chromium_and_both_before_the_systems(tmp_path: Path) -> None:
    system = program(tmp_path / "bin" / "chromium-headless-shell")
    whole, shell = own(tmp_path / WHOLE), own(tmp_path / SHELL)
    found = browsers(playwright_in(tmp_path))
    assert paths(found) == [shell, whole, system]
    assert [choice.source for choice in found] == ["Playwright", "Playwright", "system"]


def test_a_headed_run_takes_no_headless_shell(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "chromium-headless-shell")
    own(tmp_path / SHELL)
    chrome, whole = program(tmp_path / "bin" / "google-chrome"), own(tmp_path / WHOLE)
    assert paths(browsers(playwright_in(tmp_path), headed=True)) == [whole, chrome]


@pytest.mark.parametrize(
    ("whole", "shell"),
    [
        (WHOLE, SHELL),
        ("chromium-1/chrome-linux/chrome", "chromium_headless_shell-1/chrome-linux/headless_shell"),
        (
            "chromium-1/chrome-win64/chrome.exe",
            "chromium_headless_shell-1/chrome-headless-shell-win64/chrome-headless-shell.exe",
        ),
        (
            "chromium-1/chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
            "chromium_headless_shell-1/chrome-headless-shell-mac-arm64/chrome-headless-shell",
        ),
    ],
)
def test_playwrights_headless_shell_is_found_beside_its_chromium(tmp_path: Path, whole: str, shell: str) -> None:
    program(tmp_path / Path(shell).parent / "LICENSE.headless_shell")
    assert paths(browsers(playwright_in(tmp_path, whole))) == []
    own(tmp_path / shell)
    assert paths(browsers(playwright_in(tmp_path, whole))) == [tmp_path / shell]


def test_a_headless_shell_of_another_playwright_is_left_alone(tmp_path: Path) -> None:
    own(tmp_path / SHELL.replace("1248", "1000"))
    assert browsers(playwright_in(tmp_path)) == []


def test_a_browser_that_playwright_has_not_wholly_installed_is_left_alone(tmp_path: Path) -> None:
    program(tmp_path / WHOLE)
    program(tmp_path / SHELL)
    assert browsers(playwright_in(tmp_path)) == []


def test_a_system_without_playwrights_browsers_is_searched_by_name(tmp_path: Path) -> None:
    chromium, shell = program(tmp_path / "bin" / "chromium"), program(tmp_path / "bin" / "chromium-headless-shell")
    assert paths(browsers(playwright_in(tmp_path))) == [shell, chromium]


def test_two_names_of_one_program_are_one_browser(tmp_path: Path) -> None:
    chrome = program(tmp_path / "bin" / "google-chrome")
    (tmp_path / "bin" / "google-chrome-stable").symlink_to(chrome)
    (tmp_path / "bin" / "chromium").symlink_to("google-chrome")
    program(tmp_path / "bin" / "microsoft-edge")
    assert [path.name for path in paths(browsers(playwright_in(tmp_path)))] == ["chromium", "microsoft-edge"]


def test_the_browser_path_comes_before_the_environment_and_that_before_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin" / "chromium")
    one, two = program(tmp_path / "one"), program(tmp_path / "two")
    monkeypatch.setenv(browser.ENVIRONMENT, str(one))
    found = find_browser(playwright_in(tmp_path))
    assert (found.path, found.source) == (one, "HARNESS_BROWSER")
    found = find_browser(playwright_in(tmp_path), path=two)
    assert (found.path, found.source) == (two, "--browser-path")


def test_an_empty_variable_names_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium = program(tmp_path / "bin" / "chromium")
    monkeypatch.setenv(browser.ENVIRONMENT, "")
    assert find_browser(playwright_in(tmp_path)).path == chromium


def test_a_named_browser_may_be_a_name_on_the_path(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "my-chromium")
    assert find_browser(playwright_in(tmp_path), path=Path("my-chromium")).path == tmp_path / "bin" / "my-chromium"


def test_a_named_browser_that_is_none_is_an_error_although_others_are_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin" / "chromium")
    (tmp_path / "notes.txt").write_text("not a browser")
    for path, what in (("gone", "does not exist"), ("notes.txt", "may not be executed"), ("bin", "is a folder")):
        with pytest.raises(
            BrowserError, match=rf"^--browser-path: {tmp_path / path} {what}; give the path of a Chromium"
        ):
            find_browser(playwright_in(tmp_path), path=tmp_path / path)
    monkeypatch.setenv(browser.ENVIRONMENT, "/gone")
    with pytest.raises(BrowserError, match=r"^HARNESS_BROWSER: /gone does not exist"):
        find_browser(playwright_in(tmp_path))


def test_no_browser_at_all_is_an_error_that_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(BrowserError) as caught:
        find_browser(playwright_in(tmp_path))
    assert str(caught.value) == (
        f"no browser found; 'harness doctor --install' installs one, or run: {install_command()}"
    )


@pytest.mark.parametrize(
    ("root", "debian", "command"),
    [
        (True, True, "apt-get update && apt-get install -y chromium-headless-shell"),
        (False, True, "sudo apt-get update && sudo apt-get install -y chromium-headless-shell"),
        (False, False, "-m playwright install chromium-headless-shell"),
    ],
)
def test_what_to_type_suits_the_machine(
    monkeypatch: pytest.MonkeyPatch, root: bool, debian: bool, command: str
) -> None:
    monkeypatch.setattr(browser, "is_root", lambda: root)
    monkeypatch.setattr(browser, "is_debian", lambda: debian)
    assert install_command().endswith(command)


def why_not(path: Path) -> str:
    """What is said when this program is launched as the browser."""

    async def launch() -> None:
        async with driver() as playwright:
            choice = find_browser(playwright, path=path)
            async with launched(choice, playwright, headed=False, slow_mo_ms=0, spki=""):
                pass

    with pytest.raises(BrowserError) as caught:
        asyncio.run(launch())
    return str(caught.value)


MISSING = "error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/bin/sh\nexit 3\n", "it ended at once, with exit status 3"),
        (f"#!/bin/sh\necho '{MISSING}' >&2\necho 'last words' >&2\nexit 127\n", MISSING),
    ],
)
def test_a_browser_that_ends_at_once_is_an_error_of_one_line_with_its_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = program(tmp_path / "fake", text)
    assert why_not(path) == f"{path} does not start: {reason}; 'harness doctor' looks for what is wrong"


def test_a_text_file_with_leave_to_run_is_an_error_of_one_line(tmp_path: Path) -> None:
    path = program(tmp_path / "notes.txt", "not a browser\n")
    assert "\n" not in why_not(path)
    assert why_not(path).startswith(f"{path} does not start: ")


def test_a_browser_that_never_answers_is_an_error_of_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_LAUNCH_MS", 300)
    path = program(tmp_path / "fake", "#!/bin/sh\nexec /bin/sleep 60\n")
    assert "Timeout 300ms exceeded" in why_not(path)
    assert "\n" not in why_not(path)


@pytest.mark.parametrize("node", ["gone", "ends"])
def test_a_playwright_without_its_driver_is_an_error_of_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, node: str
) -> None:
    program(tmp_path / "ends", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / node))

    async def start() -> None:
        async with driver():
            pass

    with pytest.raises(
        BrowserError, match=r"^Playwright's driver does not run \(.*\); mend it: .* install .*playwright$"
    ):
        asyncio.run(start())
    gc.collect()
    assert caplog.text == ""


def test_the_browser_is_not_told_of_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["http_proxy", "HTTPS_PROXY", "all_proxy", "no_proxy", "SOCKS_SERVER"]
    for name in names:
        monkeypatch.setenv(name, "http://proxy.test")
    monkeypatch.setenv("HARNESS_TEST", "kept")
    told = browser.environment()
    assert told["HARNESS_TEST"] == "kept"
    assert not told.keys() & set(names)
    assert set(names) <= set(browser.proxy_variables())
