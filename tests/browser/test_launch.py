"""Launch a browser, and report one that does not start."""

import asyncio
import gc
from pathlib import Path

import pytest
from support.bare_machine import program

from harness.browser import discovery
from harness.browser import launch as launch_module
from harness.browser.discovery import find_browser
from harness.browser.launch import driver, launch_browser
from harness.errors import BrowserError

pytestmark = pytest.mark.usefixtures("bare_machine")


def launch_error(path: Path) -> str:
    """The message for a program that is launched as the browser."""

    async def launch() -> None:
        async with driver() as playwright:
            choice = find_browser(playwright, path=path)
            async with launch_browser(choice, playwright, headed=False, slow_mo_ms=0, spki=""):
                pass

    with pytest.raises(BrowserError) as caught:
        asyncio.run(launch())
    return str(caught.value)


MISSING = "error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/bin/sh\nexit 3\n", "it ended at once with exit status 3"),
        (f"#!/bin/sh\necho '{MISSING}' >&2\necho 'last words' >&2\nexit 127\n", MISSING),
    ],
)
def test_browser_that_exits_at_once_is_a_one_line_error_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = program(tmp_path / "fake", text)
    assert launch_error(path) == f"{path} does not start: {reason}; 'harness doctor' checks the installation"


def test_executable_text_file_is_a_one_line_error(tmp_path: Path) -> None:
    path = program(tmp_path / "notes.txt", "not a browser\n")
    assert "\n" not in launch_error(path)
    assert launch_error(path).startswith(f"{path} does not start: ")


def test_browser_without_an_answer_is_a_one_line_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch_module, "_LAUNCH_MS", 300)
    monkeypatch.setattr(discovery, "_VERSION_S", 0.1)
    path = program(tmp_path / "fake", "#!/bin/sh\nexec /bin/sleep 60\n")
    assert "Timeout 300ms exceeded" in launch_error(path)
    assert "\n" not in launch_error(path)


@pytest.mark.parametrize("node", ["gone", "ends"])
def test_playwright_without_driver_is_a_one_line_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, node: str
) -> None:
    program(tmp_path / "ends", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / node))

    async def start() -> None:
        async with driver():
            pass

    with pytest.raises(
        BrowserError, match=r"^Playwright's driver does not run \(.*\); fix it with: .* install .*playwright$"
    ):
        asyncio.run(start())
    gc.collect()
    assert caplog.text == ""
