"""Page views of pages that change their address through the history API."""

from pathlib import Path
from typing import Any

import pytest
from support import broken_trackers as trackers
from support.command import harness

ABOUT = "/fakewww/about/index.html"


def found(script: str, steps: str, folder: Path) -> list[Any]:
    """Run the steps with a script before the tracker; return the code and the message of each finding."""
    (folder / "tracker.js").write_text(f"{script}\n{trackers.SOURCE}", encoding="utf-8")
    (folder / "journey.yaml").write_text(f"name: A journey\nsteps:\n{steps}", encoding="utf-8")
    ended = harness("run", folder / "journey.yaml", "--tracker", folder / "tracker.js", "--report", "json")
    return [(finding["code"], finding["message"]) for finding in ended.report["scenarios"][0]["findings"]]


@pytest.mark.parametrize(
    "change",
    [
        *("history.pushState(null, '', '#top')", "history.pushState({}, '')"),
        *("history.replaceState(null, '', '?sort=price')", "history.replaceState(null, '', '#top')"),
        "location.hash = 'top'",
    ],
)
@pytest.mark.parametrize("when", ["{}", "setTimeout(() => {{ {} }}, 1000)"], ids=["before", "after"])
def test_address_change_of_the_same_page_is_no_page_view(change: str, when: str, tmp_path: Path) -> None:
    script = f"if (location.pathname === '{ABOUT}') {{ {when.format(change)} }}"
    assert found(script, "  - arrive: {at: about}\n  - home\n  - cart\n", tmp_path) == []


def test_pushed_page_is_a_page_view_without_a_call_to_the_tracker(tmp_path: Path) -> None:
    script = f"if (location.pathname !== '{ABOUT}') setTimeout(() => history.pushState(null, '', '{ABOUT}'), 1000);"
    findings = found(script, "  - arrive: {at: home}\n", tmp_path)
    assert sorted(code for code, _message in findings) == ["missing-event", "page-count"]
    assert any(f"{ABOUT}, shown without a new document" in message for _code, message in findings)


def test_each_page_pushed_in_one_step_is_a_page_view(tmp_path: Path) -> None:
    script = (
        "if (!history.state) for (const name of 'ab') setTimeout(() => history.pushState(1, '', `?${name}`), 1000);"
    )
    findings = found(script, "  - arrive: {at: home}\n", tmp_path)
    [message] = [message for code, message in findings if code == "page-count"]
    assert "index.html?a, https" in message
    assert "index.html?b; the store's ledger contains" in message
