"""The smoke scenarios in a full Chromium and in Firefox; excluded scenarios are not run, never passed."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support import broken_trackers as trackers
from support.command import Ended, harness

from harness.browser import launch as launch_module
from harness.browser.discovery import BrowserChoice
from harness.browser.launch import driver, launch_browser, proxy_options
from harness.capture.socks_proxy import Address, socks_proxy

JOURNEY = """name: {name}
{keys}
steps:
  - arrive: {{at: tumbler}}
"""


def written(folder: Path, name: str, keys: str = "") -> Path:
    """A short scenario with these keys."""
    file = folder / f"{name}.yaml"
    file.write_text(JOURNEY.format(name=name, keys=keys), encoding="utf-8")
    return file


def verdicts(ended: Ended) -> dict[str, str]:
    return {scenario["name"]: scenario["verdict"] for scenario in ended.report["scenarios"]}


@pytest.fixture(scope="module")
def in_firefox(firefox: BrowserChoice, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """The smoke scenarios, and one that excludes Firefox, with all artifacts and every report."""
    folder = tmp_path_factory.mktemp("firefox")
    extra = written(folder, "elsewhere", "tags: [smoke]\nnot in firefox: it lacks the feature")
    reports = [f"--report={kind}={folder / 'report'}.{kind}" for kind in ("text", "junit", "html")]
    kept = ("--artifacts", folder / "kept", "--keep", "all")
    options = ("--browser", "firefox", "--strict", "--report", "json", *reports, *kept)
    return harness("run", "scenarios/smoke", extra, *options), folder


def test_smoke_scenarios_pass_in_firefox(in_firefox: tuple[Ended, Path]) -> None:
    ended, _folder = in_firefox
    assert ended.status == 0, ended.report["scenarios"]
    assert {name for name, verdict in verdicts(ended).items() if verdict != "pass"} == {"elsewhere"}
    assert ended.report["totals"]["passed"] >= 3


def test_reports_and_recordings_name_the_firefox_used(in_firefox: tuple[Ended, Path], firefox: BrowserChoice) -> None:
    ended, folder = in_firefox
    used = ended.report["browser"]
    assert (used["name"], used["build"]) == ("firefox", firefox.build)
    assert int(used["version"].partition(".")[0]) > 100
    recordings = list((folder / "kept").glob("*.ndjson"))
    assert len(recordings) == ended.report["totals"]["passed"]
    for file in recordings:
        header = json.loads(file.read_text(encoding="utf-8").partition("\n")[0])
        assert header["browser"] == {**used, "path": str(firefox.path)}
    for kind in ("text", "junit", "html"):
        report = (folder / f"report.{kind}").read_text(encoding="utf-8")
        assert f"firefox {used['version']}, {used['build']}" in report, kind
    again = harness("judge", *recordings, "--report", "json")
    assert again.status == 0
    assert again.report["browser"] == used


def test_scenario_excluded_in_firefox_is_not_run_and_reported(in_firefox: tuple[Ended, Path]) -> None:
    ended, folder = in_firefox
    assert verdicts(ended)["elsewhere"] == "not-run"
    assert ended.report["totals"]["not_run"] == 1
    (reason,) = (each["reason"] for each in ended.report["scenarios"] if each["verdict"] == "not-run")
    assert reason == "not in firefox: it lacks the feature"
    for kind in ("text", "junit", "html"):
        assert reason in (folder / f"report.{kind}").read_text(encoding="utf-8"), kind


def test_firefox_detects_a_broken_tracker(firefox: BrowserChoice, tmp_path: Path) -> None:
    tracker = tmp_path / "broken.js"
    tracker.write_text(trackers.WRONG_CURRENCY, encoding="utf-8")
    ended = harness(
        "run", "scenarios/smoke/change-the-cart.yaml", "--browser", "firefox", "--tracker", tracker, "--report", "json"
    )
    assert ended.status == 1
    assert {finding["code"] for finding in ended.report["scenarios"][0]["findings"]} == {"wrong-value"}


def test_smoke_scenarios_pass_in_a_full_chromium(full_chromium: BrowserChoice) -> None:
    ended = harness("run", "scenarios/smoke", "--channel", full_chromium.channel, "--strict", "--report", "json")
    assert ended.status == 0, ended.report["scenarios"]
    assert set(verdicts(ended).values()) == {"pass"}
    assert (ended.report["browser"]["name"], ended.report["browser"]["build"]) == ("chromium", "full")


def test_scenario_that_needs_a_full_browser_gets_one_in_addition(full_chromium: BrowserChoice, tmp_path: Path) -> None:
    written(tmp_path, "usual")
    written(tmp_path, "full", "browser: full")
    out = tmp_path / "out"
    ended = harness(
        "run", tmp_path, "--report", "json", "--report", "text=/dev/stderr", "--artifacts", out, "--keep", "all"
    )
    assert verdicts(ended) == {"usual": "pass", "full": "pass"}
    builds = {}
    for file in out.glob("*.ndjson"):
        builds[file.stem] = json.loads(file.read_text(encoding="utf-8").partition("\n")[0])["browser"]["build"]
    assert builds == {"usual": ended.report["browser"]["build"], "full": "full"}
    if builds["usual"] != "full":
        assert f"scenarios that need a full browser ran in {full_chromium.path}" in ended.err


def test_requested_headless_shell_excludes_full_browser_scenarios(tmp_path: Path) -> None:
    written(tmp_path, "usual")
    written(tmp_path, "full", "browser: full")
    ended = harness("run", tmp_path, "--channel", "chromium-headless-shell", "--report", "json")
    assert verdicts(ended) == {"usual": "pass", "full": "not-run"}
    reasons = {scenario["name"]: scenario["reason"] for scenario in ended.report["scenarios"]}
    assert reasons["full"] == "the scenario needs a full browser, but the options request a headless shell"


async def own_requests(choice: BrowserChoice, preferences: Mapping[str, Any], seconds: float) -> list[Address]:
    """The browser's own requests while it starts, shows a page and is idle."""
    requests: list[Address] = []
    async with driver() as playwright, socks_proxy({}, on_refused=requests.append) as proxy:
        port = {"network.proxy.socks_port": int(proxy.rpartition(":")[2])}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(launch_module, "PREFERENCES", {**preferences, **port})
            async with launch_browser(choice, playwright, headed=False, slow_mo_ms=0, spki="") as browser:
                context = await browser.new_context(**proxy_options(browser, proxy))
                page = await context.new_page()
                await page.goto("data:text/html,<title>Here</title>")
                assert await page.title() == "Here"
                await page.evaluate("ms => new Promise(next => setTimeout(next, ms))", seconds * 1000)
    return requests


def test_firefox_sends_no_requests_of_its_own(firefox: BrowserChoice) -> None:
    assert asyncio.run(own_requests(firefox, launch_module.PREFERENCES, 2)) == []


def test_firefox_without_the_preferences_sends_requests_of_its_own(
    firefox: BrowserChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy of the test above detects such requests."""
    monkeypatch.setattr(launch_module, "FIREFOX_ENVIRONMENT", {})
    proxies = {key: value for key, value in launch_module.PREFERENCES.items() if key.startswith("network.proxy")}
    assert asyncio.run(own_requests(firefox, proxies, 2)) != []
