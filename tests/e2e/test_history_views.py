"""Page views of pages that change their address through the history API; one run over shared browsers."""

from pathlib import Path

import pytest
from support.journeys import run_journeys

from harness.results import ScenarioResult

ABOUT = "/fakewww/about/index.html"
CHANGES = (
    *("history.pushState(null, '', '#top')", "history.pushState({}, '')"),
    *("history.replaceState(null, '', '?sort=price')", "history.replaceState(null, '', '#top')"),
    "location.hash = 'top'",
)
WHEN = {"before": "{}", "after": "setTimeout(() => {{ {} }}, 1000)"}
"""Before the tracker starts, or after."""
FROM_HOME = "  - arrive: {at: home}\n"
PUSHED = f"if (location.pathname !== '{ABOUT}') setTimeout(() => history.pushState(null, '', '{ABOUT}'), 1000);"
PUSHED_TWICE = (
    "if (!history.state) for (const name of 'ab') setTimeout(() => history.pushState(1, '', `?${name}`), 1000);"
)


@pytest.fixture(scope="module")
def results(browser_path: Path) -> dict[str, ScenarioResult]:
    steps = "  - arrive: {at: about}\n  - home\n  - cart\n"
    same_page = {
        f"{when} {change}": (f"if (location.pathname === '{ABOUT}') {{ {script.format(change)} }}", steps)
        for when, script in WHEN.items()
        for change in CHANGES
    }
    pushed = {"pushed": (PUSHED, FROM_HOME), "pushed twice": (PUSHED_TWICE, FROM_HOME)}
    return run_journeys({**same_page, **pushed}, browser_path)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("when", WHEN)
def test_address_change_of_the_same_page_is_no_page_view(
    change: str, when: str, results: dict[str, ScenarioResult]
) -> None:
    assert results[f"{when} {change}"].verdict == "pass"
    assert results[f"{when} {change}"].findings == ()


def test_pushed_page_is_a_page_view_without_a_call_to_the_tracker(results: dict[str, ScenarioResult]) -> None:
    findings = results["pushed"].findings
    assert sorted(each.code for each in findings) == ["missing-event", "page-count"]
    assert any(f"{ABOUT}, shown without a new document" in each.message for each in findings)


def test_each_page_pushed_in_one_step_is_a_page_view(results: dict[str, ScenarioResult]) -> None:
    [message] = [each.message for each in results["pushed twice"].findings if each.code == "page-count"]
    assert "index.html?a, https" in message
    assert "index.html?b; the store's ledger contains" in message
