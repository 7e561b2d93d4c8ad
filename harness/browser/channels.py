"""The channels: builds of browsers, their programs, and the packages that install them."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.browser_names import CHROMIUM, FIREFOX, WEBKIT

SHELL, STOCK_FIREFOX = "chromium-headless-shell", "moz-firefox"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One build of a browser. `programs` are its names on the PATH, the usual one first; `elsewhere` are absolute paths.

    `folder` is the prefix of the folder of Playwright's own build. `package` is Debian's package, and `playwright_name` the
    argument of `playwright install`. Each is empty if there is none.
    """

    browser: str
    build: str
    programs: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    folder: str = ""
    package: str = ""
    playwright_name: str = ""


CHANNELS: Mapping[str, Channel] = {
    SHELL: Channel(
        browser=CHROMIUM,
        build="headless shell",
        programs=(SHELL, "chrome-headless-shell"),
        folder="chromium_headless_shell-",
        package=SHELL,
        playwright_name=SHELL,
    ),
    "chromium": Channel(
        browser=CHROMIUM,
        build="full",
        programs=("chromium", "chromium-browser"),
        elsewhere=("/Applications/Chromium.app/Contents/MacOS/Chromium",),
        folder="chromium-",
        package="chromium",
        playwright_name="chromium",
    ),
    "chrome": Channel(
        browser=CHROMIUM,
        build="full",
        programs=("google-chrome", "google-chrome-stable", "chrome"),
        elsewhere=(
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "C:/Program Files/Google/Chrome/Application/chrome.exe",
            "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
        ),
    ),
    "msedge": Channel(
        browser=CHROMIUM,
        build="full",
        programs=("microsoft-edge", "microsoft-edge-stable"),
        elsewhere=(
            "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
            "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
        ),
    ),
    "firefox": Channel(browser=FIREFOX, build="Playwright's build", folder="firefox-", playwright_name="firefox"),
    STOCK_FIREFOX: Channel(
        browser=FIREFOX,
        build="stock",
        programs=("firefox-esr", "firefox"),
        elsewhere=("/Applications/Firefox.app/Contents/MacOS/firefox", "C:/Program Files/Mozilla Firefox/firefox.exe"),
        package="firefox-esr",
    ),
    "webkit": Channel(browser=WEBKIT, build="Playwright's build", folder="webkit-", playwright_name="webkit"),
}
"""The values of `--channel`, as Playwright names them; the preferred build of each browser comes first."""
