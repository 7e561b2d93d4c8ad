"""Find installed browsers, and report missing ones."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from playwright.async_api import Playwright
from support.bare_machine import program

from harness.browser import discovery
from harness.browser.discovery import BrowserChoice, find_browser, install_command, list_browsers
from harness.errors import BrowserError, UsageError

pytestmark = pytest.mark.usefixtures("bare_machine")

WHOLE = "chromium-1248/chrome-linux64/chrome"
SHELL = "chromium_headless_shell-1248/chrome-headless-shell-linux64/chrome-headless-shell"
FIREFOX, WEBKIT = "firefox-1500/firefox/firefox", "webkit-2200/pw_run.sh"


def own(path: Path) -> Path:
    """A browser as Playwright installs it: with a file that marks a complete installation."""
    folder = next(parent for parent in path.parents if re.search(r"-\d+$", parent.name))
    program(path)
    (folder / "INSTALLATION_COMPLETE").touch()
    return path


def playwright_in(folder: Path, full: str = WHOLE) -> Playwright:
    places = {"chromium": full, "firefox": FIREFOX, "webkit": WEBKIT}
    return cast(
        Playwright,
        SimpleNamespace(**{name: SimpleNamespace(executable_path=str(folder / at)) for name, at in places.items()}),
    )


def paths(choices: list[BrowserChoice]) -> list[Path]:
    return [choice.path for choice in choices]


def test_playwright_builds_precede_system_browsers(tmp_path: Path) -> None:
    system = program(tmp_path / "bin" / "chromium-headless-shell")
    full, shell = own(tmp_path / WHOLE), own(tmp_path / SHELL)
    found = list_browsers(playwright_in(tmp_path))
    assert paths(found) == [shell, full, system]
    assert [choice.source for choice in found] == ["Playwright", "Playwright", "system"]


def test_headed_run_excludes_headless_shell(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "chromium-headless-shell")
    own(tmp_path / SHELL)
    chrome, full = program(tmp_path / "bin" / "google-chrome"), own(tmp_path / WHOLE)
    assert paths(list_browsers(playwright_in(tmp_path), headed=True)) == [full, chrome]


@pytest.mark.parametrize(
    ("full", "shell"),
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
def test_headless_shell_is_found_next_to_chromium(tmp_path: Path, full: str, shell: str) -> None:
    program(tmp_path / Path(shell).parent / "LICENSE.headless_shell")
    assert paths(list_browsers(playwright_in(tmp_path, full))) == []
    own(tmp_path / shell)
    assert paths(list_browsers(playwright_in(tmp_path, full))) == [tmp_path / shell]


def test_headless_shell_of_another_playwright_is_ignored(tmp_path: Path) -> None:
    own(tmp_path / SHELL.replace("1248", "1000"))
    assert list_browsers(playwright_in(tmp_path)) == []


def test_incomplete_installation_is_ignored(tmp_path: Path) -> None:
    program(tmp_path / WHOLE)
    program(tmp_path / SHELL)
    assert list_browsers(playwright_in(tmp_path)) == []


def test_system_browsers_are_found_on_the_path(tmp_path: Path) -> None:
    chromium, shell = program(tmp_path / "bin" / "chromium"), program(tmp_path / "bin" / "chromium-headless-shell")
    assert paths(list_browsers(playwright_in(tmp_path))) == [shell, chromium]


def test_two_names_of_one_program_are_one_browser(tmp_path: Path) -> None:
    chrome = program(tmp_path / "bin" / "google-chrome")
    (tmp_path / "bin" / "google-chrome-stable").symlink_to(chrome)
    (tmp_path / "bin" / "chromium").symlink_to("google-chrome")
    program(tmp_path / "bin" / "microsoft-edge")
    assert [path.name for path in paths(list_browsers(playwright_in(tmp_path)))] == ["chromium", "microsoft-edge"]


def test_browser_path_precedes_environment_precedes_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin" / "chromium")
    one, two = program(tmp_path / "one"), program(tmp_path / "two")
    monkeypatch.setenv(discovery.ENVIRONMENT, str(one))
    found = find_browser(playwright_in(tmp_path))
    assert (found.path, found.source) == (one, "HARNESS_BROWSER")
    found = find_browser(playwright_in(tmp_path), path=two)
    assert (found.path, found.source) == (two, "--browser-path")


def test_empty_variable_names_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium = program(tmp_path / "bin" / "chromium")
    monkeypatch.setenv(discovery.ENVIRONMENT, "")
    assert find_browser(playwright_in(tmp_path)).path == chromium


def test_browser_path_may_be_a_name_on_the_path(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "my-chromium")
    assert find_browser(playwright_in(tmp_path), path=Path("my-chromium")).path == tmp_path / "bin" / "my-chromium"


def test_invalid_browser_path_is_an_error_despite_installed_browsers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin" / "chromium")
    (tmp_path / "notes.txt").write_text("not a browser")
    for path, what in (("gone", "does not exist"), ("notes.txt", "is not executable"), ("bin", "is a folder")):
        with pytest.raises(
            BrowserError, match=rf"^--browser-path: {tmp_path / path} {what}; give the path of a Chromium"
        ):
            find_browser(playwright_in(tmp_path), path=tmp_path / path)
    monkeypatch.setenv(discovery.ENVIRONMENT, "/gone")
    with pytest.raises(BrowserError, match=r"^HARNESS_BROWSER: /gone does not exist"):
        find_browser(playwright_in(tmp_path))


def test_missing_browser_error_contains_the_install_command(tmp_path: Path) -> None:
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
def test_install_command_suits_the_machine(
    monkeypatch: pytest.MonkeyPatch, root: bool, debian: bool, command: str
) -> None:
    monkeypatch.setattr(discovery, "is_root", lambda: root)
    monkeypatch.setattr(discovery, "is_debian", lambda: debian)
    assert install_command().endswith(command)


def test_playwright_firefox_precedes_stock_firefox(tmp_path: Path) -> None:
    stock = program(tmp_path / "bin" / "firefox-esr")
    program(tmp_path / "bin" / "chromium")
    assert paths(list_browsers(playwright_in(tmp_path), name="firefox")) == [stock]
    built = own(tmp_path / FIREFOX)
    found = list_browsers(playwright_in(tmp_path), name="firefox")
    assert [(choice.path, choice.channel) for choice in found] == [(built, "firefox"), (stock, "moz-firefox")]
    assert {choice.browser for choice in found} == {"firefox"}


def test_second_name_of_a_channel_is_no_other_browser(tmp_path: Path) -> None:
    """Debian has a script `firefox` that starts firefox-esr."""
    stock = program(tmp_path / "bin" / "firefox-esr")
    program(tmp_path / "bin" / "firefox", '#!/bin/sh\nexec firefox-esr "$@"\n')
    assert paths(list_browsers(playwright_in(tmp_path), name="firefox")) == [stock]


def test_webkit_is_only_the_playwright_build(tmp_path: Path) -> None:
    assert list_browsers(playwright_in(tmp_path), name="webkit") == []
    assert paths(list_browsers(playwright_in(tmp_path), name="webkit")) == []
    built = own(tmp_path / WEBKIT)
    assert find_browser(playwright_in(tmp_path), name="webkit").path == built


def test_channel_selects_one_build(tmp_path: Path) -> None:
    full, _shell = program(tmp_path / "bin" / "chromium"), program(tmp_path / "bin" / "chromium-headless-shell")
    stock = program(tmp_path / "bin" / "firefox-esr")
    assert find_browser(playwright_in(tmp_path), channel="chromium").path == full
    assert find_browser(playwright_in(tmp_path), channel="moz-firefox").path == stock
    with pytest.raises(BrowserError, match=r"^no chrome found; install it by hand, or leave out --channel$"):
        find_browser(playwright_in(tmp_path), channel="chrome")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "firfox"}, '--browser "firfox": there is no such browser; did you mean "firefox"?'),
        ({"name": "opera"}, '--browser "opera": there is no such browser; allowed: chromium, firefox, webkit'),
        ({"channel": "chromum"}, '--channel "chromum": there is no such channel; did you mean "chromium"?'),
        ({"channel": "moz-firefox", "name": "webkit"}, "--channel moz-firefox is a firefox, but --browser is webkit"),
        (
            {"channel": "chrome", "path": Path("/x")},
            "--browser-path and --channel exclude each other; give one of them",
        ),
        ({"channel": "chromium-headless-shell", "headed": True}, "--channel chromium-headless-shell has no window"),
    ],
)
def test_contradictory_options_are_errors(tmp_path: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_browser(playwright_in(tmp_path), **options)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("file", "version", "channel"),
    [
        ("firefox-esr", "", "moz-firefox"),
        ("my-browser", "Mozilla Firefox 153.7.0esr", "moz-firefox"),
        ("my-browser", "Google Chrome 156.0.1", "chromium"),
        ("my-browser", "", "chromium"),
        ("chrome-headless-shell", "", "chromium-headless-shell"),
        ("pw_run.sh", "", "webkit"),
    ],
)
def test_channel_follows_from_file_name_or_version(tmp_path: Path, file: str, version: str, channel: str) -> None:
    path = program(tmp_path / "bin" / file, f"#!/bin/sh\necho '{version}'\n")
    assert find_browser(playwright_in(tmp_path), path=path).channel == channel


def test_browser_path_of_another_browser_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    firefox, chromium = program(tmp_path / "bin" / "firefox-esr"), program(tmp_path / "bin" / "chromium")
    for path, name, message in (
        (firefox, "chromium", f"--browser-path: {firefox} is Firefox; give the path of a Chromium or Chrome"),
        (chromium, "firefox", f"--browser-path: {chromium} is Chromium or Chrome; give the path of a Firefox"),
    ):
        with pytest.raises(BrowserError) as caught:
            find_browser(playwright_in(tmp_path), path=path, name=name)
        assert str(caught.value) == message


def test_browser_path_of_another_program_is_an_error_with_its_version(tmp_path: Path) -> None:
    path = program(tmp_path / "bin" / "ls", "#!/bin/sh\necho 'ls (GNU coreutils) 9.1'\n")
    with pytest.raises(BrowserError) as caught:
        find_browser(playwright_in(tmp_path), path=path)
    assert str(caught.value) == (
        f"--browser-path: {path} is no browser: its version is 'ls (GNU coreutils) 9.1'; "
        "give the path of a Chromium or Chrome"
    )


def test_requested_browser_overrides_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium, firefox = program(tmp_path / "bin" / "chromium"), program(tmp_path / "bin" / "firefox-esr")
    monkeypatch.setenv(discovery.ENVIRONMENT, str(chromium))
    assert find_browser(playwright_in(tmp_path), name="firefox").path == firefox
    monkeypatch.setenv(discovery.ENVIRONMENT, str(firefox))
    assert find_browser(playwright_in(tmp_path)).browser == "firefox"


@pytest.mark.parametrize(
    ("name", "root", "debian", "command"),
    [
        ("firefox", True, True, "apt-get update && apt-get install -y firefox-esr"),
        ("firefox", False, True, "sudo apt-get update && sudo apt-get install -y firefox-esr"),
        ("firefox", False, False, "-m playwright install firefox"),
        ("webkit", True, True, "-m playwright install webkit"),
    ],
)
def test_missing_named_browser_error_contains_the_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, root: bool, debian: bool, command: str
) -> None:
    monkeypatch.setattr(discovery, "is_root", lambda: root)
    monkeypatch.setattr(discovery, "is_debian", lambda: debian)
    with pytest.raises(BrowserError) as caught:
        find_browser(playwright_in(tmp_path), name=name)
    assert f"found; 'harness doctor --install --browser {name}' installs one, or run: " in str(caught.value)
    assert str(caught.value).endswith(command)
