"""`harness run`, from the command to the verdict, in a real browser."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from support import broken_trackers as trackers
from support.command import Ended, call

HEADER = "name: A journey\nsteps:\n"
TWO_SCENARIOS = [f"scenarios/smoke/{name}.yaml" for name in ("change-the-cart", "look-around")]


def run_journey(folder: Path, steps: str, *options: str, tracker: str = trackers.SOURCE) -> Ended:
    """Run a scenario with these steps and this tracker."""
    file, script = folder / "journey.yaml", folder / "tracker.js"
    file.write_text(HEADER + steps, encoding="utf-8")
    script.write_text(tracker, encoding="utf-8")
    return call("run", file, "--report", "json", "--tracker", script, *options)


def findings(ended: Ended) -> Any:
    return ended.report["scenarios"][0]["findings"]


def test_the_shipped_suite_has_no_error_and_no_warning(suite: tuple[Ended, Path]) -> None:
    ended, _folder = suite
    report = ended.report
    assert ended.status == 0, [scenario["findings"] for scenario in report["scenarios"]]
    assert report["totals"]["passed"] == report["totals"]["scenarios"] >= 14
    assert report["totals"]["errors"] == report["totals"]["warnings"] == 0


def test_the_shipped_suite_sends_every_event_type_and_every_page_type(suite: tuple[Ended, Path]) -> None:
    _ended, folder = suite
    sent = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.ndjson"))
    events = "pageview visit add_item_to_cart remove_item_from_cart edit_cart order_success funnel".split()
    pages = "homepage cart order_confirm order_success checkout product category search other".split()
    assert [name for name in events if rf"\"event_type\":\"{name}\"" not in sent] == []
    assert [name for name in pages if rf"\"page_type\":\"{name}\"" not in sent] == []


def test_one_worker_and_four_workers_return_the_same_verdicts_and_findings(
    suite: tuple[Ended, Path], tmp_path: Path
) -> None:
    four, _folder = suite
    one = call("run", "scenarios/smoke", "--strict", "--workers", "1", "--report", "json")
    assert sorted(_verdicts(one)) == sorted(
        each for each in _verdicts(four) if each[0] in {name for name, *_ in _verdicts(one)}
    )
    script = tmp_path / "changed.js"
    script.write_text(trackers.WRONG_CURRENCY, encoding="utf-8")
    options = ("run", *TWO_SCENARIOS, "--tracker", script, "--report", "json", "--timeout", "0.5")
    broken_one, broken_four = call(*options, "--workers", "1"), call(*options, "--workers", "4")
    assert _verdicts(broken_one) == _verdicts(broken_four)
    assert broken_one.status == 1


def test_a_recording_gets_the_verdict_of_its_run(suite: tuple[Ended, Path]) -> None:
    ended, folder = suite
    again = call("judge", *sorted(folder.glob("*.ndjson")), "--strict", "--report", "json")
    assert sorted(_verdicts(again)) == sorted(_verdicts(ended))


def test_a_recording_of_a_broken_tracker_gets_the_verdict_of_its_run(tmp_path: Path) -> None:
    script = tmp_path / "changed.js"
    script.write_text(trackers.EVERY_SECOND_PAGEVIEW_LOST, encoding="utf-8")
    options = ("--tracker", script, "--report", "json", "--timeout", "0.5", "--artifacts", tmp_path / "kept")
    ended = call("run", *TWO_SCENARIOS, *options)
    again = call("judge", *sorted((tmp_path / "kept").glob("*.ndjson")), "--report", "json")
    assert again.status == ended.status == 1
    assert sorted(_verdicts(again)) == sorted(_verdicts(ended))


def test_the_seed_determines_the_shopper(tmp_path: Path) -> None:
    def emails(seed: str) -> set[str]:
        folder = tmp_path / f"seed-{seed}-{len(list(tmp_path.iterdir()))}"
        steps = "  - arrive\n  - sign up\n"
        run_journey(tmp_path, steps, "--seed", seed, "--artifacts", str(folder), "--keep", "all")
        text = next(folder.glob("*.ndjson")).read_text(encoding="utf-8")
        return {word for word in text.replace("\\", "").split('"') if word.endswith("@example.com")}

    first, second = emails("7"), emails("7")
    assert first == second != set()
    assert emails("8").isdisjoint(first)


def test_a_selector_without_a_match_fails_its_scenario_with_a_screenshot_and_the_others_continue(
    tmp_path: Path,
) -> None:
    (tmp_path / "good.yaml").write_text("name: Good\nsteps:\n  - arrive\n", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("name: Bad\nsteps:\n  - arrive\n  - click: '#no-such'\n", encoding="utf-8")
    ended = call("run", tmp_path, "--report", "json", "--artifacts", tmp_path / "kept")
    bad, good = ended.report["scenarios"]
    assert (ended.status, bad["verdict"], good["verdict"]) == (1, "fail", "pass")
    (finding,) = bad["findings"]
    assert (finding["code"], finding["step"]) == ("action-failed", 2)
    assert "'#no-such' matches nothing on https://shop.test/fakewww/index.html" in finding["message"]
    assert finding["place"].endswith("bad.yaml:4")
    assert (tmp_path / "kept" / "Bad.step-2.png").read_bytes().startswith(b"\x89PNG")
    assert zipfile.ZipFile(tmp_path / "kept" / "Bad.trace.zip").read("trace.trace")
    assert sorted(file.name for file in (tmp_path / "kept").iterdir()) == [
        "Bad.ndjson",
        "Bad.step-2.png",
        "Bad.trace.zip",
    ]


def test_a_selector_with_several_matches_reports_their_number(tmp_path: Path) -> None:
    (finding,) = findings(run_journey(tmp_path, "  - arrive\n  - click: .categories a\n"))
    assert finding["code"] == "action-failed"
    assert "matches 7 elements" in finding["message"]


def test_a_variable_without_a_value_is_reported(tmp_path: Path) -> None:
    (finding,) = findings(run_journey(tmp_path, "  - arrive\n  - search: $order.number\n"))
    assert "$order.number has no value yet" in finding["message"]


def test_a_page_that_keeps_reloading_is_reported(tmp_path: Path) -> None:
    tracker = "setTimeout(() => location.reload(), 50);" + trackers.SOURCE
    (finding, *_others) = findings(run_journey(tmp_path, "  - arrive\n", tracker=tracker))
    assert finding["code"] == "action-failed"
    assert "does not settle" in finding["message"]


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("fetch('https://collect.example.com/x').catch(() => {});", "host-refused", "collect.example.com:443"),
        (
            "fetch('//beacon.jirafe.com/more.js', {mode: 'no-cors'});",
            "bad-request",
            "https://beacon.jirafe.com/more.js",
        ),
    ],
)
def test_a_request_to_an_unknown_host_or_another_path_of_the_script_host_is_reported(
    tmp_path: Path, script: str, code: str, words: str
) -> None:
    ended = run_journey(tmp_path, "  - arrive\n", tracker=script + trackers.SOURCE)
    assert [finding["code"] for finding in findings(ended)] == [code]
    assert words in findings(ended)[0]["message"]


def test_a_script_error_on_the_page_is_a_warning(tmp_path: Path) -> None:
    tracker = "setTimeout(() => { throw new Error('oh no') });" + trackers.SOURCE
    ended = run_journey(tmp_path, "  - arrive\n", tracker=tracker)
    assert [(finding["code"], finding["severity"]) for finding in findings(ended)] == [("page-error", "warning")]
    assert ended.status == 0
    assert run_journey(tmp_path, "  - arrive\n", "--strict", tracker=tracker).status == 1


def test_events_sent_while_a_page_unloads_are_counted(tmp_path: Path) -> None:
    tracker = trackers.broken("addEventListener('pagehide', () => send(url, wrapper)); return true;")
    ended = run_journey(tmp_path, "  - arrive\n", "--timeout", "0.2", tracker=tracker)
    assert ended.report["scenarios"][0]["events"] == 2


def test_the_page_clock_leaves_the_navigation_timing_intact(tmp_path: Path) -> None:
    tracker = (
        "if (performance.getEntriesByType('navigation')[0].type !== 'navigate') throw new Error('no truth');"
        "if (!(performance.now() > 0 && performance.timing.navigationStart > 0)) throw new Error('no time');"
        + trackers.SOURCE
    )
    assert findings(run_journey(tmp_path, "  - arrive\n", tracker=tracker)) == []


def test_fail_fast_starts_no_more_scenarios_and_reports_the_others_as_not_run(tmp_path: Path) -> None:
    for number in range(3):
        text = f"name: Bad {number}\nsteps:\n  - arrive\n  - click: '#no-such'\n"
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    ended = call("run", tmp_path, "--workers", "1", "--fail-fast", "--report", "json")
    assert [scenario["verdict"] for scenario in ended.report["scenarios"]] == ["fail", "not-run", "not-run"]
    assert ended.report["scenarios"][1]["reason"] == "an earlier scenario failed (--fail-fast)"


def test_last_failed_runs_only_the_failed_scenarios(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("name: Good\nsteps:\n  - arrive\n", encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: Bad\nsteps:\n  - arrive\n  - click: '#no-such'\n", encoding="utf-8")
    assert call("run", ".", cwd=tmp_path).status == 1
    bad.write_text("name: Bad\nsteps:\n  - arrive\n  - home\n", encoding="utf-8")
    ended = call("run", ".", "--last-failed", "--report", "json", cwd=tmp_path)
    assert [scenario["name"] for scenario in ended.report["scenarios"]] == ["Bad"]
    assert call("run", ".", "--last-failed", cwd=tmp_path).status == 2


def _verdicts(ended: Ended) -> list[tuple[str, str, list[tuple[object, ...]]]]:
    """The parts of a report that every run repeats: names, verdicts, and findings without times and IDs."""
    return [
        (scenario["name"], scenario["verdict"], [_stable_fields(finding) for finding in scenario["findings"]])
        for scenario in ended.report["scenarios"]
    ]


def _stable_fields(finding: Any) -> tuple[object, ...]:
    return finding["code"], finding["severity"], finding["step"], finding["message"], finding["count"]
