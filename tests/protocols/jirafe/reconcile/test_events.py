"""The browser's events: one for each paid order, rising funnels, and products of the catalogue."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.backend_recordings import (
    DROPPED,
    as_customer,
    bought,
    documents,
    drop,
    edited,
    events,
    found,
    ledger,
    recorded,
    summary,
    without_ledger,
)
from support.recordings import Story, codes, each_event, funnel, in_event, without

from harness.events import Beacon
from harness.recording.records import Recording

with_and_without_ledger = pytest.mark.parametrize(
    "read", [lambda recording: recording, without_ledger], ids=["ledger", "documents"]
)
versions = pytest.mark.parametrize("version", ["v1", "v2"])
Read = Callable[[Recording], Recording]


def last_page(wrapper: Any) -> None:
    """An order_success for the cancelled order, on the cart page after it."""
    if wrapper["data"][0].get("line_item", {}).get("sku_code") == "TUMBLER-BRICK-S":
        wrapper["data"].insert(0, {"event_type": "order_success", "order": {"id": "500001", "num": "0000000011"}})


@with_and_without_ledger
@versions
def test_an_order_success_for_an_unpaid_order_is_unexpected(read: Read, version: str) -> None:
    (finding,) = found(read(events(recorded(edited, version), last_page)))
    assert (finding.code, finding.step) == ("unexpected-event", 13)
    assert 'sent for order "0000000011", which was never paid according to the ' in finding.message
    assert "cancelled); it was sent in step 13 on " in finding.message


def reloaded(wrapper: Any) -> None:
    if wrapper["page"]["current_type"] == "order_success" and wrapper["data"][0]["event_type"] == "pageview":
        wrapper["data"].insert(0, {"event_type": "order_success", "order": {"id": "another", "num": "0000000010"}})


@with_and_without_ledger
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_second_order_success_after_a_reload_is_a_duplicate(read: Read, version: str) -> None:
    (finding,) = found(read(events(recorded(as_customer, version), reloaded)))
    assert (finding.code, finding.step, finding.place) == ("duplicate-event", 5, "/data/0")
    assert 'order "0000000010" was sent more than once' in finding.message


def test_a_second_order_success_is_found_with_the_events_alone() -> None:
    recording = without_ledger(events(recorded(as_customer, "off"), reloaded))
    assert ("duplicate-event", "/data/0") in summary(recording)


@versions
def test_an_order_success_with_a_wrong_number_is_reported_with_both_numbers(version: str) -> None:
    recording = events(recorded(bought, version), in_event("order_success", "order", "num", to="10"))
    for read in (lambda recording: recording, without_ledger):
        (finding,) = found(read(recording))
        assert (finding.code, finding.place) == ("order-number-mismatch", "/data/1/order/num")
        assert (finding.evidence.value, finding.evidence.allowed) == ("10", "0000000010")


def test_a_receipt_with_a_wrong_number_is_found() -> None:
    def show(entry: Any) -> None:
        if entry["kind"] == "page" and "order" in entry:
            entry["order"]["number"] = "99"

    recording = ledger(recorded(bought), show)
    (finding,) = found(events(recording, in_event("order_success", "order", "num", to="99")))
    assert (finding.code, finding.evidence.value, finding.evidence.allowed) == (
        "order-number-mismatch",
        "99",
        "0000000010",
    )


@versions
def test_a_missing_order_success_is_found_without_a_ledger(version: str) -> None:
    (finding,) = found(without_ledger(events(recorded(bought, version), without("order_success"))))
    assert (finding.code, finding.step) == ("missing-event", 7)
    assert (
        'order "0000000010" is paid according to the order documents, but the browser sent no order_success'
        in finding.message
    )


def test_an_order_without_a_receipt_needs_its_event_before_the_next_page() -> None:
    def other(entry: Any) -> None:
        if entry["kind"] == "page" and "order" in entry:
            del entry["order"]
            entry.pop("funnel", None)

    def silent(wrapper: Any) -> Any:
        return without("order_success")(wrapper) or without("funnel", step_name="success")(wrapper)

    (finding,) = found(events(ledger(recorded(edited), other), silent))
    assert (finding.code, finding.step) == ("missing-event", 7)
    assert 'order "0000000010" is paid according to the ledger' in finding.message


@pytest.mark.parametrize("name", ["order_success", "edit_cart", "add_item_to_cart", "funnel"])
@with_and_without_ledger
def test_events_that_the_collector_did_not_accept_are_no_finding(read: Read, name: str) -> None:
    assert summary(read(refused(recorded(bought), name))) == []


def refused(recording: Recording, name: str) -> Recording:
    """The beacons with such events were answered 503."""
    records = tuple(
        replace(item, status=503)
        if isinstance(item, Beacon) and item.url.endswith("/tracker") and name.encode() in item.body
        else item
        for item in recording.records
    )
    return replace(recording, records=records)


@pytest.mark.parametrize("version", ["off", "v2"])
def test_a_skipped_position_is_reported_with_the_expected_one(version: str) -> None:
    for change in (without("funnel", step_name="payment"), payment_is_fourth):
        (finding,) = found(without_ledger(events(recorded(bought, version), change)))
        assert (finding.code, finding.evidence.value, finding.evidence.allowed) == ("funnel-order", 4, 3)


def payment_is_fourth(wrapper: Any) -> None:
    each_event(lambda event: event.get("step_name") == "payment" and event.update(step_position=4))(wrapper)


def test_a_skipped_position_in_the_ledger_is_found() -> None:
    def jump(entry: Any) -> None:
        if entry.get("funnel", {}).get("step") == "payment":
            entry["funnel"]["position"] = 4

    (finding,) = found(events(ledger(recorded(bought), jump, kind="page"), payment_is_fourth))
    assert (finding.code, finding.step) == ("funnel-order", 6)


def test_a_last_step_without_an_order_is_found() -> None:
    late = each_event(lambda event: event.get("step_name") == "review" and event.update(last_step=True))
    (finding,) = found(without_ledger(events(recorded(bought), late)))
    assert (finding.code, finding.step, finding.place) == ("funnel-order", 6, "/data/0/last_step")


@with_and_without_ledger
def test_an_order_without_a_last_step_is_found(read: Read) -> None:
    (finding,) = found(read(events(recorded(bought), without("funnel", step_name="success"))))
    assert finding.code == ("missing-event" if read is not without_ledger else "funnel-order")
    assert finding.step == 7


def test_going_back_and_starting_in_the_middle_are_allowed() -> None:
    story = Story(ledger=False)
    for number in (3, 4, 1, 2, 3, 4, 5):
        story.step().show(f"/{number}", "checkout", before=[funnel(number, f"step {number}")])
    assert codes(story.tale(), "- arrive\n" + "- home\n" * 6) == []


def test_another_checkout_begins_after_the_last_step() -> None:
    story = Story(ledger=False).step()
    success = {"event_type": "order_success", "order": {"num": "1"}}
    for number in (1, 2):
        story.show(f"/{number}", "checkout", before=[funnel(number, f"step {number}")])
    story.show("/3", "order_success", before=[funnel(3, "success", last=True), success])
    story.step().show("/4", "checkout", before=[funnel(2, "step 2")])
    story.step().show("/5", "checkout", before=[funnel(4, "step 4")])
    assert codes(story.tale(), "- arrive\n- home\n- home\n") == [("funnel-order", "funnel")]


@versions
def test_a_product_that_the_back_end_did_not_send_is_unknown(version: str) -> None:
    every = documents(recorded(bought, version), "product", lambda body: DROPPED if "TUMBLER" in str(body) else None)
    (finding,) = found(every)
    assert (finding.code, finding.evidence.value) == ("unknown-product", "TUMBLER")
    assert 'product.product_code is "TUMBLER", but the back end sent no product with this code' in finding.message


@versions
def test_without_product_documents_products_are_not_checked(version: str) -> None:
    assert summary(documents(recorded(bought, version), "product", drop)) == []


def test_a_silent_tracker_is_one_finding_and_documents_are_still_checked() -> None:
    silent = events(recorded(bought), lambda _wrapper: DROPPED)
    assert [finding.code for finding in found(silent)] == ["tracker-silent"]
    assert [finding.code for finding in found(documents(silent, "cart", drop))] == [
        "tracker-silent",
        "missing-document",
    ]


def test_a_funnel_outside_the_checkout_ends_without_an_order() -> None:
    quiz = {**funnel(1, "question", last=True), "funnel_name": "quiz"}
    assert summary(without_ledger(events(recorded(bought), lambda wrapper: on_the_home_page(wrapper, quiz)))) == []


def on_the_home_page(wrapper: Any, event: Any) -> None:
    if wrapper["page"]["current_type"] == "homepage":
        wrapper["data"].append(event)
