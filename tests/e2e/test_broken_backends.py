"""A back end that is broken in one way: the scenario about it fails, and its first finding says what is wrong."""

from pathlib import Path
from typing import Any

import pytest
from support import broken_backends as backends
from support import broken_trackers as trackers
from support.broken_backends import harness_with
from support.command import ROOT, Ended, harness


def first(ended: Ended) -> Any:
    """The first finding of the one scenario that ran."""
    assert ended.status == 1, ended.err or ended.out
    (scenario,) = ended.report["scenarios"]
    assert len(scenario["findings"]) < 10, "one cause reads as few findings"
    return scenario["findings"][0]


BREAKAGES = {
    "whole-life-v2": (backends.NO_CANCELLATION, "missing-document", "cancelled"),
    "whole-life-v1": (backends.OLD_ITEMS_IN_VERSION_1, "missing-document", "items"),
    "edited-twice": (backends.NO_PREVIOUS_ITEMS, "missing-document", "previous_items"),
    "cancelled-by-customer": (backends.NO_CANCELLATION, "missing-document", "cancelled"),
    "payment-given-up": (backends.ACCEPTED_WITHOUT_PAYMENT, "forbidden-document unexpected-document", "order"),
    "registered-customer": (backends.EMAIL_AS_CUSTOMER_ID, "missing-document wrong-value", "id is"),
    "new-account": (backends.NO_CUSTOMERS, "missing-document", "customer document"),
    "catalogue": (backends.MISSING_CATEGORY, "missing-document", "category document"),
    "past-orders": (backends.PAST_ORDERS_WITH_A_VISIT, "forbidden-document", "order document"),
    "success-again": (backends.NO_ACCEPTANCE, "missing-document", "order document"),
    "cart-over-sign-in": (backends.NEW_CART_AFTER_SIGN_IN, "missing-document", "previous_items"),
    "collector-fails": (backends.SENT_AGAIN_AFTER_A_FAILURE, "unexpected-document", "cart document arrived twice"),
    "collector-down": (backends.NEWEST_FIRST, "wrong-order", "order document came before"),
}
"""Of two codes the one is what the scenario says, the other what the store's books say."""


@pytest.mark.parametrize("name", BREAKAGES)
def test_what_a_scenario_of_orders_is_about_is_seen_when_it_breaks(name: str) -> None:
    breakage, codes, words = BREAKAGES[name]
    finding = first(harness_with(breakage, "run", f"scenarios/orders/{name}.yaml", "--report", "json"))
    assert finding["code"] in codes.split(), finding
    assert words in finding["message"], finding


def test_every_scenario_of_orders_was_tried_with_something_broken() -> None:
    assert {path.stem for path in (ROOT / "scenarios" / "orders").glob("*.yaml")} == BREAKAGES.keys()


def test_a_back_end_that_gives_up_when_the_collector_fails_has_lost_a_document() -> None:
    ended = harness_with(
        backends.NO_RETRIES, "run", "scenarios/orders/collector-fails.yaml", "--report", "json"
    )
    assert first(ended)["code"] == "missing-document"


def test_an_order_that_the_tracker_sends_twice_is_seen_beside_the_documents(tmp_path: Path) -> None:
    script = tmp_path / "changed.js"
    script.write_text(trackers.ORDER_SENT_TWICE, encoding="utf-8")
    options = ("--tracker", script, "--report", "json")
    assert first(harness("run", "scenarios/orders/success-again.yaml", *options))["code"] == "duplicate-event"
