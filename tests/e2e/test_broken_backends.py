"""Each back end with one defect fails the scenario about it, and the first finding describes the defect."""

import asyncio
from pathlib import Path

import pytest
from support import broken_backends as backends
from support import broken_trackers as trackers
from support.broken_backends import Breakage
from support.command import ROOT

from harness.findings import Finding
from harness.protocol import get
from harness.runner.jobs import Job, Options
from harness.runner.runner import run
from harness.scenario.parser import read_scenario
from harness.scenario.target import built_in

_VISIT = dict.fromkeys(["visit_id", "visitor_id", "pageview_id", "last_pageview_id"], "1")
BREAKAGES: dict[str, tuple[Breakage, str, str]] = {
    "whole-life-v2": (backends.without("order", "cancelled"), "missing-document", "cancelled"),
    "whole-life-v1": (backends.old_items_in_version_1, "missing-document", "items"),
    "edited-twice": (backends.changed_acceptance(previous_items=[]), "missing-document", "previous_items"),
    "cancelled-by-customer": (backends.without("order", "cancelled"), "missing-document", "cancelled"),
    "payment-given-up": (backends.accepted_without_payment, "forbidden-document unexpected-document", "order"),
    "registered-customer": (backends.email_as_customer_id, "missing-document wrong-value", "id is"),
    "new-account": (backends.without("customer", ""), "missing-document", "customer document"),
    "catalogue": (backends.missing_category, "missing-document", "category document"),
    "past-orders": (backends.changed_acceptance(visit=_VISIT), "forbidden-document", "order document"),
    "success-again": (backends.without("order", "accepted"), "missing-document", "order document"),
    "cart-over-sign-in": (backends.new_cart_after_sign_in, "missing-document", "previous_items"),
    "collector-fails": (backends.sent_again_after_a_failure, "unexpected-document", "cart document arrived twice"),
    "collector-down": (backends.newest_first, "wrong-order", "order document arrived before"),
}
"""By scenario. Of two codes one is from the explicit expectation, the other from the sources."""


def first_finding(scenario: str, browser_path: Path, *, script: str = trackers.SOURCE) -> Finding:
    """Run a scenario of orders, which must fail with few findings."""
    parsed = read_scenario(ROOT / "scenarios" / "orders" / f"{scenario}.yaml", target=built_in(), protocol=get())
    options = Options(script=script.encode(), browser_path=browser_path)
    result = asyncio.run(run([Job(scenario=parsed, name=scenario)], target=built_in(), protocol=get(), options=options))
    assert result.scenarios[0].verdict == "fail", result.scenarios[0].reason
    findings = result.scenarios[0].findings
    assert len(findings) < 10, "one defect causes few findings"
    return findings[0]


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_scenario_of_orders_reports_a_broken_back_end(
    name: str, browser_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breakage, codes, word = BREAKAGES[name]
    breakage(monkeypatch)
    finding = first_finding(name, browser_path)
    assert finding.code in codes.split(), finding
    assert word in finding.message, finding


def test_every_scenario_of_orders_has_a_broken_back_end() -> None:
    assert {path.stem for path in (ROOT / "scenarios" / "orders").glob("*.yaml")} == BREAKAGES.keys()


def test_a_back_end_without_retries_loses_a_document(browser_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backends.no_retries(monkeypatch)
    assert first_finding("collector-fails", browser_path).code == "missing-document"


def test_a_doubled_order_event_is_reported_in_a_scenario_with_documents(browser_path: Path) -> None:
    assert first_finding("success-again", browser_path, script=trackers.ORDER_SENT_TWICE).code == "duplicate-event"
