"""`harness check` on a HAR that a real browser recorded in the built-in store, healthy and broken in one place."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from command import Ended, harness
from playwright.async_api import Page
from test_serve import served

from harness.browser import BrowserChoice, driver, launched

Json = dict[str, Any]


async def shop(page: Page, store: str) -> None:
    """Look at a category and a product, buy it, and see the receipt."""
    await page.goto(store)
    await page.click('.categories a:text-is("Lamps")')
    await page.click('.cards a:text-is("Pendant lamp")')
    await page.fill("#quantity", "2")
    await page.get_by_role("button", name="Add to cart").click()
    await page.click(".mine .cart")
    await page.get_by_role("button", name="Check out").click()
    for name, value in (("email", "ada@example.org"), ("first_name", "Ada"), ("last_name", "Byron")):
        await page.fill(f"#{name}", value)
    for name, value in (("street", "1 Square"), ("postcode", "W1"), ("city", "London")):
        await page.fill(f"#{name}", value)
    await page.select_option("#country", index=1)
    for button in ("Continue to shipping", "Continue to payment", "Continue to review", "Place order"):
        await page.get_by_role("button", name=button).click()
    await page.wait_for_url("**/success/**")
    await page.goto("about:blank")


async def record(browser_path: Path, store: str, har: Path) -> None:
    """The session, with whatever the browser answers for; the HAR is whole once the context has closed."""
    async with driver() as playwright:
        choice = BrowserChoice(path=browser_path, source="test")
        async with launched(choice, playwright, headed=False, slow_mo_ms=0, spki="") as browser:
            context = await browser.new_context(record_har_path=har)
            await shop(await context.new_page(), store)
            await context.close()


@pytest.fixture(scope="module")
def session(browser_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    """A recorded session, as JSON."""
    path = tmp_path_factory.mktemp("har") / "session.har"
    with served() as (_process, said):
        asyncio.run(record(browser_path, said["store"].strip(), path))
    yield json.loads(path.read_text(encoding="utf-8"))


def beacons(har: Json) -> list[Json]:
    """The entries that are beacons."""
    requests = ((entry, entry["request"]) for entry in har["log"]["entries"])
    return [entry for entry, asked in requests if asked["method"] == "POST" and "/tracker" in asked["url"]]


def check(folder: Path, har: Json, *options: str) -> Ended:
    path = folder / "session.har"
    path.write_text(json.dumps(har), encoding="utf-8")
    return harness("check", path, "--report", "json", *options)


def broken(session: Json, event_type: str, change: Callable[[Json, Json], None]) -> Json:
    """The session with the first event of that type changed, in its body and its wrapper."""
    har: Json = json.loads(json.dumps(session))
    for entry in beacons(har):
        data = entry["request"]["postData"]
        wrapper = json.loads(data["text"])
        event = next((event for event in wrapper["data"] if event["event_type"] == event_type), None)
        if event:
            change(event, wrapper)
            data["text"] = json.dumps(wrapper)
            entry["request"]["headers"] = [
                header for header in entry["request"]["headers"] if header["name"].lower() != "content-length"
            ]
            return har
    pytest.fail(f"no {event_type} in the session")


def test_a_healthy_session_passes_without_a_warning(session: Json, tmp_path: Path) -> None:
    ended = check(tmp_path, session, "--strict")
    (file,) = ended.report["scenarios"]
    assert (ended.status, file["verdict"], file["findings"]) == (0, "pass", [])
    assert file["events"] >= 15
