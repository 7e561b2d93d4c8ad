"""`harness check` on a HAR that a real browser recorded in the built-in store, healthy and with one fault."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page
from support.command import Ended, call
from support.served import served

from harness.browser.discovery import BrowserChoice
from harness.browser.launch import driver, launch_browser
from harness.commands.check.checker import check_files
from harness.findings import Finding

Json = dict[str, Any]


async def shop(page: Page, store: str) -> None:
    """Open a category and a product, and buy it."""
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
    """Record a session; the HAR is complete after the context has closed."""
    async with driver() as playwright:
        choice = BrowserChoice(path=browser_path, source="test")
        async with launch_browser(choice, playwright, headed=False, slow_mo_ms=0, spki="") as browser:
            context = await browser.new_context(record_har_path=har)
            await shop(await context.new_page(), store)
            await context.close()


@pytest.fixture(scope="module")
def session(browser_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """A recorded HAR."""
    path = tmp_path_factory.mktemp("har") / "session.har"
    with served() as (_process, addresses):
        asyncio.run(record(browser_path, addresses["store"].strip(), path))
    har: Json = json.loads(path.read_text(encoding="utf-8"))
    return har


def beacons(har: Json) -> list[Json]:
    """The entries of beacons."""
    requests = ((entry, entry["request"]) for entry in har["log"]["entries"])
    return [entry for entry, request in requests if request["method"] == "POST" and "/tracker" in request["url"]]


def check(folder: Path, har: Json, *options: str) -> Ended:
    path = folder / "session.har"
    path.write_text(json.dumps(har), encoding="utf-8")
    return call("check", path, "--report", "json", *options)


def broken(session: Json, event_type: str, change: Callable[[Json, Json], None]) -> Json:
    """The session, with a changed first event of this type or a changed wrapper."""
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


def findings(folder: Path, har: Json) -> tuple[Finding, ...]:
    path = folder / "session.har"
    path.write_text(json.dumps(har), encoding="utf-8")
    checked = check_files([path])
    assert checked.errors == ()
    return checked.result.scenarios[0].findings


def lower_case_currency(event: Json, _wrapper: Json) -> None:
    event["line_item"]["currency"] = event["line_item"]["currency"].lower()


def wrong_total(event: Json, _wrapper: Json) -> None:
    event["line_item"]["total_price"] = "1.00"


def misspelt_quantity(event: Json, _wrapper: Json) -> None:
    event["line_item"]["qty"] = event["line_item"].pop("quantity")


def no_order_number(event: Json, _wrapper: Json) -> None:
    del event["order"]["num"]


def site_a_number(_event: Json, wrapper: Json) -> None:
    wrapper["site"] = int(wrapper["site"])


def ids_swapped(_event: Json, wrapper: Json) -> None:
    visit = wrapper["visit"]
    visit["id"], visit["visitor"] = visit["visitor"], visit["id"]


def another_landing_page(_event: Json, wrapper: Json) -> None:
    wrapper["visit"]["landing_url"] += "?other"


def a_day_late(_event: Json, wrapper: Json) -> None:
    wrapper["timestamp"] = wrapper["timestamp"].replace("20", "30", 1)


def sent_twice(event: Json, wrapper: Json) -> None:
    wrapper["data"].append(event)


@pytest.mark.parametrize(
    ("event_type", "change", "code", "pointer"),
    [
        ("add_item_to_cart", lower_case_currency, "schema", "/data/0/line_item/currency"),
        ("add_item_to_cart", wrong_total, "total-mismatch", "/data/0/line_item/total_price"),
        ("add_item_to_cart", misspelt_quantity, "schema", "/data/0/line_item/quantity"),
        ("order_success", no_order_number, "schema", "/data/1/order/num"),
        ("funnel", site_a_number, "schema", "/site"),
        ("add_item_to_cart", ids_swapped, "swapped-ids", "/visit/id"),
        ("add_item_to_cart", another_landing_page, "visit-changed", "/visit/landing_url"),
        ("add_item_to_cart", a_day_late, "clock-skew", "/timestamp"),
        ("order_success", sent_twice, "duplicate-event", "/data/3"),
    ],
)
def test_one_broken_event_is_the_only_finding(
    session: Json, tmp_path: Path, event_type: str, change: Callable[[Json, Json], None], code: str, pointer: str
) -> None:
    (finding,) = findings(tmp_path, broken(session, event_type, change))
    assert (finding.code, finding.evidence.pointer, finding.count) == (code, pointer, 1), finding
    entry = finding.evidence.beacon
    assert finding.place == f"{tmp_path / 'session.har'}: entry {entry}"
    assert "/tracker" in urlsplit(session["log"]["entries"][entry - 1]["request"]["url"]).path


def test_a_page_without_a_beacon_is_a_warning(session: Json, tmp_path: Path) -> None:
    har: Json = json.loads(json.dumps(session))
    lost = beacons(har)[1]
    har["log"]["entries"].remove(lost)
    page = json.loads(lost["request"]["postData"]["text"])["page"]["current_url"]
    (finding,) = findings(tmp_path, har)
    assert (finding.code, finding.severity, finding.evidence.url) == ("missing-event", "warning", page)


def test_a_page_view_sent_twice_is_a_warning(session: Json, tmp_path: Path) -> None:
    har: Json = json.loads(json.dumps(session))
    har["log"]["entries"].append(beacons(har)[1])
    (finding,) = findings(tmp_path, har)
    assert (finding.code, finding.severity) == ("duplicate-event", "warning")


def test_a_broken_session_fails_the_command(session: Json, tmp_path: Path) -> None:
    ended = check(tmp_path, broken(session, "funnel", site_a_number))
    assert (ended.status, ended.report["verdict"], ended.report["totals"]["errors"]) == (1, "fail", 1)


def test_the_finding_of_a_session_without_a_beacon_lists_the_requested_hosts(session: Json, tmp_path: Path) -> None:
    har: Json = json.loads(json.dumps(session))
    for entry in beacons(har):
        har["log"]["entries"].remove(entry)
    (finding,) = findings(tmp_path, har)
    store = urlsplit(session["log"]["entries"][0]["request"]["url"]).netloc
    assert finding.code == "tracker-silent"
    assert f"{store} ({len(har['log']['entries'])})" in finding.message
