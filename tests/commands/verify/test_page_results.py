"""From a recording of a way through an unknown store to a result: what each page is told, and what was not looked at."""

from dataclasses import replace

import pytest

from harness.browser.access import without_secrets
from harness.capture.upstream import is_tracker_host
from harness.commands.verify.page_results import Walked, page_results
from harness.protocol import get
from harness.recording.page_records import PageInspected
from harness.recording.records import Header, PageView, Record, Recording, StepBegun, StepEnded
from harness.results import ScenarioResult

HOME, CART = "https://shop.example/", "https://shop.example/cart"
HEADER = Header(
    protocol="jirafe", scenario_file="", scenario="", target_file=HOME, target="", store_hosts=("shop.example",)
)
WALKED = Walked(url=HOME, steps={1: "open it", 2: "follow the cart"})
BANNER = {"text": "We use cookies", "buttons": ["Accept", "Refuse"]}


def seen(number: int, url: str, kind: str, **said: object) -> list[Record]:
    looked = PageInspected(url=url, kind=kind, how="", said={"banner": None, **said})
    view = PageView(url=url, at=number, clock=0, observed=True)
    return [StepBegun(number=number, at=number), view, looked, StepEnded(number=number, at=number + 0.5, clock=0)]


def results(*records: Record, walked: Walked = WALKED) -> list[ScenarioResult]:
    entries, _notes = page_results(Recording(header=HEADER, records=records), walked, get(), strict=False)
    return entries


def test_each_page_is_an_entry_and_says_what_silences_it_once() -> None:
    home, cart, receipt = results(*seen(1, HOME, "home"), *seen(2, CART, "cart"))
    assert (home.name, home.file, home.verdict) == ("home page", HOME, "fail")
    assert [finding.code for finding in home.findings] == ["snippet-missing"]
    assert [finding.code for finding in cart.findings] == ["snippet-missing"]
    assert (receipt.name, receipt.verdict) == ("receipt", "not-run")


def test_a_kind_of_page_that_was_not_found_is_not_looked_at_and_never_passed() -> None:
    walked = replace(WALKED, missed={"cart": "no link to a cart was found"})
    entries = {entry.name: entry for entry in results(*seen(1, HOME, "home"), walked=walked)}
    assert entries["cart page"].verdict == "not-run"
    assert entries["cart page"].reason == "not looked at: no link to a cart was found"


def test_a_step_that_brought_no_page_is_told_once() -> None:
    walked = replace(WALKED, unseen={2: "it answers 500"}, missed={"cart": "it answers 500"})
    names = [entry.name for entry in results(*seen(1, HOME, "home"), walked=walked)]
    assert names == ["home page", "cart page", "receipt"]


def test_a_banner_that_nobody_answered_comes_first_where_nothing_was_sent() -> None:
    home, _receipt = results(*seen(1, HOME, "home", banner=BANNER))
    assert [finding.code for finding in home.findings] == ["consent-banner", "snippet-missing"]
    assert '--consent "Accept"' in home.findings[0].hint
    home, _receipt = results(*seen(1, HOME, "home", banner=BANNER), walked=replace(WALKED, pressed_consent=True))
    assert [finding.code for finding in home.findings] == ["snippet-missing"]


@pytest.mark.parametrize(
    ("host", "live", "held"),
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
def test_no_name_of_the_trackers_company_is_reached_but_the_scripts_when_asked_for(
    host: str, live: bool, held: bool
) -> None:
    assert is_tracker_host(host, get(), live=live) is held


def test_the_command_that_repeats_it_tells_no_secrets() -> None:
    told = without_secrets(
        ["verify", HOME, "--user", "ann:secret", "--header=X=secret", "--cookie", "a=secret", "--strict"]
    )
    assert told == ["verify", HOME, "--user", "…", "--header=…", "--cookie", "…", "--strict"]
