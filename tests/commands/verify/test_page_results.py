"""The results of a crawl: the findings of each page, and the pages that were not checked."""

from typing import Any

import pytest

from harness.browser.access import without_secrets
from harness.capture.upstream import is_tracker_host
from harness.commands.verify.crawl_log import CrawlLog
from harness.commands.verify.page_results import page_results
from harness.protocol import get
from harness.recording.records import Header, PageInspected, PageView, Record, Recording, StepBegun, StepEnded
from harness.results import ScenarioResult

HOME, CART = "https://shop.example/", "https://shop.example/cart"
HEADER = Header(
    protocol="jirafe", scenario_file="", scenario="", target_file=HOME, target="", store_hosts=("shop.example",)
)
STEPS = {1: "open it", 2: "follow the cart"}
BANNER = {"text": "We use cookies", "buttons": ["Accept", "Refuse"]}


def visit(number: int, url: str, kind: str, **survey: object) -> list[Record]:
    inspected = PageInspected(url=url, kind=kind, how="", survey={"banner": None, **survey})
    view = PageView(url=url, at=number, clock=0, observed=True)
    return [StepBegun(number=number, at=number), view, inspected, StepEnded(number=number, at=number + 0.5, clock=0)]


def results(*records: Record, consent_pressed: bool = False, **log: Any) -> list[ScenarioResult]:
    crawl_log = CrawlLog(url=HOME, steps=STEPS, **log)
    recording = Recording(header=HEADER, records=records)
    return page_results(recording, crawl_log, get(), strict=False, consent_pressed=consent_pressed)[0]


def test_each_page_has_a_result_with_its_cause_of_silence() -> None:
    home, cart, receipt = results(*visit(1, HOME, "home"), *visit(2, CART, "cart"))
    assert (home.name, home.file, home.verdict) == ("home page", HOME, "fail")
    assert [finding.code for finding in home.findings] == ["snippet-missing"]
    assert [finding.code for finding in cart.findings] == ["snippet-missing"]
    assert (receipt.name, receipt.verdict) == ("receipt", "not-run")


def test_a_page_type_that_was_not_reached_did_not_pass() -> None:
    missing = {"cart": "no link to a cart was found"}
    entries = {entry.name: entry for entry in results(*visit(1, HOME, "home"), missing=missing)}
    assert entries["cart page"].verdict == "not-run"
    assert entries["cart page"].reason == "not checked: no link to a cart was found"


def test_a_failed_step_is_reported_once() -> None:
    reason = "the page responds with status 500"
    names = [entry.name for entry in results(*visit(1, HOME, "home"), failures={2: reason}, missing={"cart": reason})]
    assert names == ["home page", "cart page", "receipt"]


def test_an_unanswered_consent_banner_is_the_first_finding_if_nothing_was_sent() -> None:
    home, _receipt = results(*visit(1, HOME, "home", banner=BANNER))
    assert [finding.code for finding in home.findings] == ["consent-banner", "snippet-missing"]
    assert '--consent "Accept"' in home.findings[0].hint
    home, _receipt = results(*visit(1, HOME, "home", banner=BANNER), consent_pressed=True)
    assert [finding.code for finding in home.findings] == ["snippet-missing"]


@pytest.mark.parametrize(
    ("host", "live", "blocked"),
    [
        ("events.jirafe.com", False, True),
        ("EVENT.jirafe.com.", True, True),
        ("anything.jirafe.com", True, True),
        ("jirafe.com", True, True),
        ("beacon.jirafe.com", False, True),
        ("beacon.jirafe.com", True, False),
        ("notjirafe.com", False, False),
        ("jirafe.com.example", False, False),
    ],
)
def test_the_trackers_hosts_are_blocked_except_the_live_scripts(host: str, live: bool, blocked: bool) -> None:
    assert is_tracker_host(host, get(), live=live) is blocked


def test_the_command_in_the_report_contains_no_secrets() -> None:
    command = without_secrets(
        ["verify", HOME, "--user", "ann:secret", "--header=X=secret", "--cookie", "a=secret", "--strict"]
    )
    assert command == ["verify", HOME, "--user", "…", "--header=…", "--cookie", "…", "--strict"]
