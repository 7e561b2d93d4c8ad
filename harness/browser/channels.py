"""The kinds of browsers: what they are called, where their programs are, and who can install them."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.browser_names import CHROMIUM, FIREFOX, WEBKIT

SHELL, STOCK_FIREFOX = "chromium-headless-shell", "moz-firefox"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One kind of a browser. `programs` are its names on the PATH, the usual one first; `elsewhere` are whole paths.

    `folder` is how the folder begins that Playwright's own is installed into, empty where Playwright has none of its own;
    `package` is Debian's name for it, `wish` Playwright's, each empty where that cannot install it.
    """

    browser: str
    about: str
    programs: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    folder: str = ""
    package: str = ""
    options: str = ""


CHANNELS: Mapping[str, Channel] = {
    SHELL: Channel(
        browser=CHROMIUM,
        about="headless shell",
        programs=(SHELL, "chrome-headless-shell"),
        folder="chromium_headless_shell-",
        package=SHELL,
        options=SHELL,
    ),
    "chromium": Channel(
        browser=CHROMIUM,
        about="full",
        programs=("chromium", "chromium-browser"),
        elsewhere=("/Applications/Chromium.app/Contents/MacOS/Chromium",),
        folder="chromium-",
        package="chromium",
        options="chromium",
    ),
    "chrome": Channel(
        browser=CHROMIUM,
        about="full",
        programs=("google-chrome", "google-chrome-stable", "chrome"),
        elsewhere=(
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "C:/Program Files/Google/Chrome/Application/chrome.exe",
            "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
        ),
    ),
    "msedge": Channel(
        browser=CHROMIUM,
        about="full",
        programs=("microsoft-edge", "microsoft-edge-stable"),
        elsewhere=(
            "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
            "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
        ),
    ),
    "firefox": Channel(browser=FIREFOX, about="Playwright's build", folder="firefox-", options="firefox"),
    STOCK_FIREFOX: Channel(
        browser=FIREFOX,
        about="stock",
        programs=("firefox-esr", "firefox"),
        elsewhere=(
            "/Applications/Firefox.app/Contents/MacOS/firefox",
            "C:/Program Files/Mozilla Firefox/firefox.exe",
        ),
        package="firefox-esr",
    ),
    "webkit": Channel(browser=WEBKIT, about="Playwright's build", folder="webkit-", options="webkit"),
}
"""What `--channel` takes, in Playwright's words; of each browser the one that is preferred comes first."""
