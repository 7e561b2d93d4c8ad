"""The pytest plugin with tests, scenarios and other plugins of a user."""

import re
from pathlib import Path

import pytest
from support import broken_trackers as trackers
from support import user_contexts
from support.command import ROOT, harness
from support.pytest_runner import Outcome, Ran, run_tests, write

README = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Use it in pytest\n")[2].partition("\n## ")[0]
SMOKE = ROOT / "scenarios" / "smoke"

SHOP = '''
import pytest

SEND = "body => navigator.sendBeacon('https://events.jirafe.com/v1/tracker', body)"
TWICE = """
    for (const [owner, name] of [[window, 'fetch'], [Navigator.prototype, 'sendBeacon']]) {
        const real = owner[name];
        owner[name] = function (...given) { real.apply(this, given); return real.apply(this, given) };
    }
"""


@pytest.fixture
def tumbler(page, fakestore, beacons):
    page.goto(fakestore.page("tumbler"))
    return page


def test_healthy(tumbler, fakestore, beacons):
    tumbler.goto(fakestore.page("home"), referer="https://www.google.com/")
    beacons.expect("pageview", page_type="homepage")
    tumbler.go_back()
    tumbler.reload()
    tumbler.get_by_role("button", name="Add to cart").click()
    beacons.expect("add_item_to_cart", line_item={"quantity": 1})
    assert [entry["kind"] for entry in fakestore.ledger][-2:] == ["cart", "page"]


def test_invalid(tumbler, beacons):
    tumbler.evaluate(SEND, "{}")


@pytest.mark.allow_beacons("unexpected")
def test_invalid_with_the_unexpected_allowed(tumbler, beacons):
    tumbler.evaluate(SEND, "{}")


@pytest.mark.allow_beacons
def test_invalid_and_allowed(tumbler, beacons):
    tumbler.evaluate(SEND, "{}")


def test_twice(page, fakestore, beacons):
    page.add_init_script(TWICE)
    page.goto(fakestore.page("home"))


@pytest.mark.allow_beacons("unexpected")
def test_twice_and_allowed(page, fakestore, beacons):
    page.add_init_script(TWICE)
    page.goto(fakestore.page("home"))


def test_two_shoppers(tumbler, new_context, fakestore, beacons):
    new_context().new_page().goto(fakestore.page("home"))
    assert len({beacons.expect("visit").beacon.number, beacons.expect("visit").beacon.number}) == 2


def test_each_event_matches_one_expectation(tumbler, beacons):
    beacons.expect("visit")
    beacons.expect("visit", timeout=0.1)


def test_handlers_run_during_the_wait(page, fakestore, beacons):
    page.route("**/jirafe_api.js", lambda route: route.continue_())
    page.goto(fakestore.page("home"), wait_until="commit")
    beacons.expect("pageview")


@pytest.mark.fakestore(backend="v2")
def test_documents(tumbler, beacons):
    tumbler.get_by_role("button", name="Add to cart").click()
    beacons.expect("cart document", items=[{"quantity": 1}])


@pytest.mark.fakestore(outlet="on")
def test_the_other_host(tumbler, fakestore, beacons):
    tumbler.locator(".outlet").click()
    event = beacons.expect("pageview", page_type="homepage")
    assert event.envelope["page"]["current_url"] == "https://outlet.shop.test/fakewww/index.html"


def test_misspelt_field(fakestore, beacons):
    beacons.expect("pageview", page_typ="product")


@pytest.mark.fakestore(bakend="v2")
def test_misspelt_option(fakestore):
    pass


@pytest.mark.allow_beacons("unexpcted")
def test_misspelt_kind(beacons):
    pass
'''

WRONG_PAGE_TYPES = trackers.broken("""
  for (const event of wrapper.data) if (event.page_type) event.page_type = 'other';
  return send(url, wrapper);
""")

CONFTEST = """
import pytest


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 500, "height": 400}}


@pytest.fixture
def page(page):
    page.set_default_timeout(20_000)
    return page
"""

BROKEN = """
def test_nearest(page, fakestore, beacons):
    page.goto(fakestore.page("tumbler"))
    assert page.viewport_size == {"width": 500, "height": 400}
    beacons.expect("pageview", page_type="product", timeout=0.3)


def test_without_the_plugin(page):
    page.goto("data:text/html,<title>mine</title>")
    assert page.title() == "mine"
"""


@pytest.fixture(scope="module")
def shop(browser_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The README's test, more tests and a scenario, in two processes."""
    folder = write(
        tmp_path_factory.mktemp("shop"), test_shop=block("python"), test_more=SHOP, test_own=user_contexts.TESTS
    )
    (folder / "pytest.ini").write_text("[pytest]\nharness_scenarios = scenarios\n")
    copy_scenarios(folder, "look-around")
    assert block("console") == "pytest test_shop.py\n"
    return run_tests(folder, add="-n 2 --strict-markers -v")


@pytest.fixture(scope="module")
def broken(browser_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Tests and scenarios with a tracker that sends wrong page types, in a project with its own fixtures."""
    folder = write(tmp_path_factory.mktemp("broken"), conftest=CONFTEST, test_broken=BROKEN)
    (folder / "tracker.js").write_text(WRONG_PAGE_TYPES, encoding="utf-8")
    settings = "harness_scenarios = scenarios\nharness_tracker = tracker.js\nharness_timeout = 0.3\n"
    (folder / "pytest.ini").write_text(f"[pytest]\n{settings}")
    copy_scenarios(folder, "look-around", "change-the-cart")
    return run_tests(folder, "--browser", "chromium", "--tracing", "retain-on-failure")


def copy_scenarios(folder: Path, *names: str) -> None:
    (folder / "scenarios").mkdir()
    for name in names:
        (folder / "scenarios" / f"{name}.yaml").write_bytes((SMOKE / f"{name}.yaml").read_bytes())


def block(language: str) -> str:
    """The only block of this language in the README's section."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_example_of_the_readme_passes(shop: Ran) -> None:
    assert shop["test_a_tumbler_goes_into_the_cart"] == Outcome("passed")


def test_two_processes_share_tests_and_scenarios(shop: Ran) -> None:
    names = ("test_a_tumbler_goes_into_the_cart", "test_healthy", "A visitor looks around and leaves")
    assert [shop[name].outcome for name in names] == ["passed"] * 3
    assert {"[gw0]", "[gw1]"} <= set(shop.out.split())


def test_an_invalid_beacon_fails_at_teardown(shop: Ran) -> None:
    for name in ("test_invalid", "test_invalid_with_the_unexpected_allowed"):
        assert shop[name].outcome == "error"
        assert set(shop[name].codes) == {"schema"}
        assert '"site" is missing from the wrapper' in shop[name].message


def test_the_marker_allows_beacons(shop: Ran) -> None:
    assert [shop[name].outcome for name in ("test_invalid_and_allowed", "test_twice_and_allowed")] == ["passed"] * 2


def test_an_unexpected_beacon_fails_at_teardown(shop: Ran) -> None:
    assert shop["test_twice"].outcome == "error"
    assert shop["test_twice"].codes == ["duplicate-event"]


def test_the_beacons_of_several_shoppers_are_checked(shop: Ran) -> None:
    assert shop["test_two_shoppers"] == Outcome("passed")


def test_an_event_matches_one_expectation(shop: Ran) -> None:
    message = shop["test_each_event_matches_one_expectation"].message
    assert "nearest is beacon 1: that event matches another expectation" in message


def test_handlers_of_the_test_run_during_the_wait(shop: Ran) -> None:
    assert shop["test_handlers_run_during_the_wait"].outcome == "passed"


def test_a_store_option_makes_the_back_end_send_documents(shop: Ran) -> None:
    assert shop["test_documents"].outcome == "passed"


def test_pages_on_the_other_host_belong_to_the_store(shop: Ran) -> None:
    assert shop["test_the_other_host"] == Outcome("passed")


def test_contexts_of_the_user_are_connected_to_the_store(shop: Ran) -> None:
    for name in ("test_own_context", "test_persistent_context"):
        assert shop[name] == Outcome("passed")
    assert set(shop["test_own_context_invalid"].codes) == {"schema"}


def test_page_views_within_a_document_of_a_live_server_are_counted(shop: Ran) -> None:
    assert shop["test_a_page_within_a_document"] == Outcome("passed")
    assert shop["test_a_page_within_a_document_twice"].codes == ["duplicate-event"]


def test_timestamps_are_judged_unless_the_test_changes_the_clock(shop: Ran) -> None:
    assert [shop[name] for name in ("test_fixed_clock", "test_clock_forward")] == [Outcome("passed")] * 2
    assert "clock-skew" in shop["test_wrong_clock"].codes


@pytest.mark.parametrize(
    ("name", "outcome", "message"),
    [
        ("field", "failed", 'no such field "page_typ" in "pageview"; did you mean "page_type"?'),
        ("option", "error", 'fakestore: no such option "bakend"; did you mean "backend"?'),
        ("kind", "error", 'allow_beacons: no such kind "unexpcted"; did you mean "unexpected"?'),
    ],
)
def test_a_misspelt_name_is_reported_in_one_line(shop: Ran, name: str, outcome: str, message: str) -> None:
    test = shop[f"test_misspelt_{name}"]
    assert test.outcome == outcome
    assert message in test.message
    assert "harness/" not in test.message.replace("\\", "/")


def test_a_broken_tracker_fails_with_the_nearest_event(broken: Ran) -> None:
    test = broken["test_nearest"]
    assert test.outcome == "failed"
    assert 'nearest is beacon 1: page_type is "other"; expected "product"' in test.message
    assert '"name": "Tumbler"' in test.message


def test_other_tests_of_the_project_are_unchanged(broken: Ran) -> None:
    assert broken["test_without_the_plugin"].outcome == "passed"


def test_traces_of_failed_tests_are_kept(broken: Ran) -> None:
    failed = [name for name, test in broken.outcomes.items() if test.outcome == "failed"]
    assert len(failed) == 3
    assert len(list(broken.folder.glob("test-results/*/trace.zip"))) == 1
    assert len(list(broken.folder.glob("test-results-scenarios/*.trace.zip"))) == 2


def test_scenarios_pass_and_fail_as_in_a_run(broken: Ran) -> None:
    files, tracker = broken.folder / "scenarios", broken.folder / "tracker.js"
    ended = harness("run", files, "--tracker", tracker, "--report", "json", "--timeout", "0.3")
    judged = {
        each["name"]: (each["verdict"] == "pass", [finding["code"] for finding in each["findings"]])
        for each in ended.report["scenarios"]
    }
    assert len(judged) == 2
    assert {name: (broken[name].outcome == "passed", broken[name].codes) for name in judged} == judged


def test_the_report_of_a_scenario_contains_its_journey(broken: Ran) -> None:
    assert "- Captured journey call -" in broken.out
    assert re.search(r"^ +1  arrive.*: visit, pageview$", broken.out, re.MULTILINE)


def test_the_report_of_a_test_contains_its_beacons(broken: Ran) -> None:
    assert re.search(r"^ +1  200  visit, pageview$", broken.out, re.MULTILINE)
