"""A tracker that is broken in one way: the run fails, and the first finding says what is wrong."""

from pathlib import Path
from typing import Any

from support import broken_trackers as trackers
from support.command import harness

SCENARIOS = ("scenarios/smoke", "scenarios/checkout/step-by-step.yaml")


def run_with(source: str, folder: Path) -> Any:
    script = folder / "changed.js"
    script.write_text(source, encoding="utf-8")
    ended = harness("run", *SCENARIOS, "--tracker", script, "--report", "json", "--timeout", "1")
    assert ended.status == 1, ended.err
    for scenario in ended.report["scenarios"]:
        assert len(scenario["findings"]) < 10, "one cause reads as few findings"
    return ended.report


def first_findings(report: Any) -> list[Any]:
    """The first finding of each scenario that failed."""
    return [scenario["findings"][0] for scenario in report["scenarios"] if scenario["findings"]]


def test_a_wrong_currency_is_named(tmp_path: Path) -> None:
    report = run_with(trackers.WRONG_CURRENCY, tmp_path)
    for finding in first_findings(report):
        assert finding["code"] == "wrong-value"
        assert finding["evidence"]["pointer"].endswith("/line_item/currency")
        assert finding["evidence"]["event"] in finding["message"]
        assert 'currency is "USD", not "EUR"' in finding["message"]
    events = {finding["evidence"]["event"] for scenario in report["scenarios"] for finding in scenario["findings"]}
    assert events == {"add_item_to_cart", "edit_cart", "remove_item_from_cart"}


def test_every_second_pageview_lost_is_named(tmp_path: Path) -> None:
    for finding in first_findings(run_with(trackers.EVERY_SECOND_PAGEVIEW_LOST, tmp_path)):
        assert (finding["code"], finding["evidence"]["event"]) == ("missing-event", "pageview")
        assert finding["message"].startswith("pageview is missing: the shopper saw")
        assert finding["count"] > 1


def test_an_order_sent_twice_is_named(tmp_path: Path) -> None:
    for finding in first_findings(run_with(trackers.ORDER_SENT_TWICE, tmp_path)):
        assert (finding["code"], finding["evidence"]["event"]) == ("duplicate-event", "order_success")
        assert finding["evidence"]["pointer"] == "/data/0"
        assert "order_success was sent more than once" in finding["message"]


def test_a_site_that_is_a_number_is_named(tmp_path: Path) -> None:
    report = run_with(trackers.SITE_IS_A_NUMBER, tmp_path)
    assert len(first_findings(report)) == len(report["scenarios"])
    for finding in first_findings(report):
        assert (finding["code"], finding["evidence"]["pointer"]) == ("schema", "/site")
        assert "site" in finding["message"]
        assert "number" in finding["message"]


def test_qty_for_quantity_is_named(tmp_path: Path) -> None:
    for finding in first_findings(run_with(trackers.QTY_FOR_QUANTITY, tmp_path)):
        assert finding["code"] == "schema"
        assert finding["evidence"]["pointer"].endswith("/line_item/quantity")
        assert finding["evidence"]["event"] in finding["message"]
        assert '"qty"' in finding["message"]


def test_silence_is_named(tmp_path: Path) -> None:
    report = run_with(trackers.SILENT, tmp_path)
    assert [finding["code"] for finding in first_findings(report)] == ["tracker-silent"] * len(report["scenarios"])


def test_an_order_sent_again_after_700_ms_is_named_without_waiting_for_it(tmp_path: Path) -> None:
    for finding in first_findings(run_with(trackers.ORDER_SENT_AGAIN_LATER, tmp_path)):
        assert (finding["code"], finding["evidence"]["event"]) == ("duplicate-event", "order_success")


def test_a_tracker_that_batches_for_five_seconds_is_healthy(tmp_path: Path) -> None:
    script = tmp_path / "batches.js"
    script.write_text(trackers.BATCHES_FOR_FIVE_SECONDS, encoding="utf-8")
    ended = harness("run", *SCENARIOS, "--tracker", script, "--report", "json", "--strict")
    assert ended.status == 0, ended.out
