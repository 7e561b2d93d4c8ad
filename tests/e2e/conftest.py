"""Fixtures of the tests with a browser."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.async_tests import run_async_test
from support.command import ROOT, Ended
from support.script_page import on_page  # noqa: F401

from harness.browser.discovery import BrowserChoice, find_browser
from harness.browser.install import can_be_installed
from harness.browser.launch import driver
from harness.commands.exit_status import tracker_source
from harness.errors import BrowserError
from harness.protocol import get
from harness.recording import ndjson as recordings
from harness.reports import json_report
from harness.runner.jobs import Job, Options, Outcome
from harness.runner.runner import run
from harness.runner.selection import read_all
from harness.scenario.target import built_in

if TYPE_CHECKING:
    from support.oscar_shop import OscarShop


async def _find(name: str | None = None, channel: str | None = None) -> BrowserChoice:
    async with driver() as playwright:
        return find_browser(playwright, name=name, channel=channel)


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """The default browser of a run. The tests fail without one."""
    try:
        return asyncio.run(_find()).path
    except BrowserError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """The shipped suite, run once without traces: its JSON report, and the folder of its recordings.

    The `conftest.py` of the project keeps its users in one process.
    """
    folder = tmp_path_factory.mktemp("recordings")

    def save(outcome: Outcome) -> None:
        if outcome.recording:
            recordings.write(outcome.recording, folder / f"{len(list(folder.iterdir()))}.ndjson")

    target, protocol = built_in(), get()
    scenarios = read_all([ROOT / "scenarios"], target=target, protocol=protocol)
    jobs = [Job(scenario=scenario, name=scenario.name) for scenario in scenarios]
    options = Options(script=tracker_source(None), workers=4, strict=True)
    result = asyncio.run(run(jobs, target=target, protocol=protocol, options=options, on_done=save))
    return Ended(int(result.verdict != "pass"), json_report.render(result), ""), folder


@pytest.fixture(scope="session")
def running_oscar_shop(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[OscarShop]":
    """One shop of django-oscar for all tests. The `conftest.py` of the project keeps its users in one process."""
    from support.oscar_shop import running_shop

    with running_shop(tmp_path_factory.mktemp("oscar")) as shop:
        yield shop


@pytest.fixture
def oscar_shop(running_oscar_shop: "OscarShop") -> "OscarShop":
    """The shop without faults, which sends orders to no collector."""
    running_oscar_shop.reset()
    return running_oscar_shop


def _find_or_skip(name: str, channel: str | None = None) -> BrowserChoice:
    """A further browser. Skip if this machine cannot install it, fail if it could."""
    try:
        return asyncio.run(_find(name, channel))
    except BrowserError as error:
        if can_be_installed(name, channel):
            pytest.fail(f"{error}; 'make test' installs it")
        pytest.skip(f"{error}; this machine can install neither Debian's nor Playwright's")


@pytest.fixture(scope="session")
def firefox() -> BrowserChoice:
    """The browser of a run with `--browser firefox`."""
    return _find_or_skip("firefox")


@pytest.fixture(scope="session")
def full_chromium() -> BrowserChoice:
    """A Chromium other than the headless shell."""
    return _find_or_skip("chromium", "chromium")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run the coroutine functions that test the tracker script on the event loop of their `shop`."""
    shop = pyfuncitem.funcargs.get("shop")
    return run_async_test(pyfuncitem, shop.runner.run) if hasattr(shop, "runner") else None
