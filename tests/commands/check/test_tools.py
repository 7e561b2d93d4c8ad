"""One small capture of each tool, written after its documentation or source: healthy, and with one fault in the first beacon.

The captures contain the peculiarities of the tools: several rows of one request, bodies in other places or encodings, missing
headers, ports in URLs, time zones, and beacons that were sent during unload.
"""

import base64
import re
import shutil
from pathlib import Path

import pytest
from support.captures import checked, findings

TOOLS = Path(__file__).parent / "tools"
CAPTURES = sorted(path.name for path in TOOLS.glob("*.har"))
NAMES = (
    *("chromium", "firefox", "safari", "playwright", "charles", "fiddler", "mitmproxy", "http-toolkit", "proxyman"),
    *("reqable", "browsermob", "burp", "webpagetest"),
)


def broken(text: str) -> str:
    """The text with a number as site id in its first beacon; a pixel gets an unknown page type."""
    encoded = re.search(r'"(ey[A-Za-z0-9+/=]{200,})"', text)
    if encoded:
        body = broken(base64.b64decode(encoded[1]).decode())
        return text.replace(encoded[1], base64.b64encode(body.encode()).decode())
    for good, bad in (
        (r"\"site\":\"7\"", r"\"site\":  7"),
        ('"site":"7"', '"site":  7'),
        ("5D=homepage", "5D=shopping"),
    ):
        if good in text:
            return text.replace(good, bad, 2)
    return text


def test_each_tool_has_a_capture() -> None:
    assert set(CAPTURES) == {f"{name}.har" for name in NAMES}


@pytest.mark.parametrize("name", CAPTURES)
def test_a_healthy_capture_has_no_finding(tmp_path: Path, name: str) -> None:
    shutil.copy(TOOLS / "playwright-beacon.json", tmp_path)
    (file,) = checked(tmp_path, (TOOLS / name).read_bytes(), strict=True).result.scenarios
    assert (file.findings, file.verdict, file.events) == ((), "pass", 2)


@pytest.mark.parametrize("name", CAPTURES)
def test_a_fault_is_the_only_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / "playwright-beacon.json").write_text(broken((TOOLS / "playwright-beacon.json").read_text()))
    found = findings(tmp_path, broken((TOOLS / name).read_text()))
    assert {finding.code for finding in found} == {"schema"}


def test_webpagetest_leaves_out_the_bodies_of_posts(tmp_path: Path) -> None:
    text = (TOOLS / "chromium.har").read_text().replace('"text": "{', '"text": "", "was": "{')
    (error,) = checked(tmp_path, text).errors
    assert "none of its 2 beacons has a body; record with Playwright's record_har_path" in str(error)
