"""Documents compared with earlier ones: order of statuses, previous items, none lost, none twice."""

from dataclasses import replace
from typing import Any

import pytest
from support.backend_recordings import (
    as_customer,
    bought,
    documents,
    drop,
    edited,
    found,
    is_document,
    put_in,
    recorded,
    summary,
    without_ledger,
)

from harness.events import Beacon
from harness.findings import Severity
from harness.recording.records import FaultsSet, Record, Recording

versions = pytest.mark.parametrize("version", ["v1", "v2"])
with_and_without_ledger = pytest.mark.parametrize(
    "read", [lambda recording: recording, without_ledger], ids=["ledger", "documents"]
)


def sent(recording: Recording, kind: str) -> list[Beacon]:
    return [
        item
        for item in recording.records
        if isinstance(item, Beacon) and is_document(item) and item.url.endswith(f"/{kind}")
    ]


def with_records(recording: Recording, *change: tuple[Record, tuple[Record, ...]]) -> Recording:
    """Replace some records, found by identity."""
    places = {id(old): new for old, new in change}
    records = [new for item in recording.records for new in places.get(id(item), (item,))]
    return replace(recording, records=tuple(records))


def swapped(recording: Recording, first: Beacon, second: Beacon) -> Recording:
    early, late = replace(second, number=first.number), replace(first, number=second.number)
    return with_records(recording, (first, (early,)), (second, (late,)))


@versions
def test_accepted_follows_placed(version: str) -> None:
    (finding,) = found(documents(recorded(bought, version), "order", drop, status="placed"))
    assert (finding.code, finding.step, finding.place) == ("status-order", 7, "/status")
    assert (finding.evidence.value, finding.evidence.allowed) == (["accepted"], ["placed"])


@with_and_without_ledger
@versions
def test_placed_after_accepted_is_one_finding(version: str, read: Any) -> None:
    recording = recorded(bought, version)
    placed, accepted = sent(recording, "order")
    (finding,) = found(read(swapped(recording, placed, accepted)))
    assert finding.code == "status-order"
    assert 'status is "accepted", but order 0000000010 had no placed document before' in finding.message


@with_and_without_ledger
@versions
def test_cancelled_follows_placed_or_accepted(version: str, read: Any) -> None:
    recording = recorded(edited, version)
    placed, cancelled = sent(recording, "order")[-2:]
    (finding,) = found(read(swapped(recording, placed, cancelled)))
    assert (finding.code, finding.evidence.allowed) == ("status-order", ["placed", "accepted"])


@versions
def test_nothing_follows_cancelled(version: str) -> None:
    recording = recorded(edited, version)
    *_others, accepted, cancelled = [item for item in sent(recording, "order") if b"0000000010" in item.body]
    (finding,) = found(swapped(recording, accepted, cancelled))
    assert finding.code == "status-order"
    assert "was cancelled before" in finding.message


@with_and_without_ledger
def test_previous_items_that_differ_from_the_last_document_are_wrong(read: Any) -> None:
    (finding,) = found(
        read(documents(recorded(edited), "order", put_in("previous_items", to=[]), nth=2, status="accepted"))
    )
    assert (finding.code, finding.step, finding.place) == ("previous-items", 8, "/previous_items")
    assert (finding.evidence.value, finding.evidence.allowed) == ("nothing", "3 × TUMBLER-SEA-S")


def test_previous_items_of_carts_are_compared_too() -> None:
    def stale(body: Any) -> None:
        body["previous_items"] = body["items"]

    (finding,) = found(documents(recorded(bought), "cart", stale, nth=3))
    assert (finding.code, finding.evidence.allowed) == ("previous-items", "3 × TUMBLER-SEA-S")


@pytest.mark.parametrize("kind", ["cart", "order"])
def test_the_first_document_has_no_previous_items(kind: str) -> None:
    def same(body: Any) -> None:
        if "items" in body:
            body["previous_items"] = body["items"]

    fields = {"status": "accepted"} if kind == "order" else {}
    (finding,) = found(documents(recorded(bought), kind, same, nth=1, **fields))
    assert (finding.code, finding.evidence.allowed) == ("previous-items", "nothing")


def test_changed_items_without_previous_items_are_a_warning() -> None:
    recording = documents(
        recorded(edited), "order", lambda body: body.pop("previous_items") and None, nth=2, status="accepted"
    )
    (finding,) = found(recording)
    assert (finding.code, finding.severity) == ("previous-items", Severity.WARNING)


def test_a_chain_that_began_before_the_recording_is_not_checked() -> None:
    recording = recorded(edited)
    first = sent(recording, "order")[:2]
    assert "previous-items" not in [
        code for code, _ in summary(without_ledger(with_records(recording, *((item, ()) for item in first))))
    ]


@versions
@pytest.mark.parametrize("visit", [bought, edited, as_customer])
def test_a_document_that_was_sent_again_after_a_fault_counts_once(version: str, visit: Any) -> None:
    numbers = tuple(range(1, 400, 3))
    assert summary(recorded(visit, version, failing=numbers)) == []


@versions
@pytest.mark.parametrize("kind", ["cart", "order"])
def test_a_document_that_was_not_sent_again_after_a_fault_is_missing(version: str, kind: str) -> None:
    recording = recorded(bought, version)
    last = sent(recording, kind)[-1]
    (finding,) = found(with_records(recording, (last, (replace(last, status=503),))))
    assert (finding.code, finding.place, finding.evidence.value) == ("missing-document", "", 503)
    assert finding.message.endswith("the request failed (503), but the back end did not send it again")


@versions
def test_a_faulted_document_must_be_sent_again(version: str) -> None:
    recording = recorded(bought, version)
    last = sent(recording, "cart")[-1]
    faulted = replace(last, fault="connection broken")
    (finding,) = found(with_records(recording, (last, (faulted,))))
    assert (finding.code, finding.place) == ("missing-document", "")
    assert summary(with_records(recording, (last, (faulted, replace(last, number=last.number + 1))))) == []


@versions
def test_documents_faulted_to_the_end_are_not_missing(version: str) -> None:
    recording = recorded(bought, version)
    placed, accepted = sent(recording, "order")
    faults = FaultsSet(number=8, at=0.0, faults="503")
    faulted_to_the_end = with_records(recording, (placed, (faults, replace(placed, fault="503"))), (accepted, ()))
    assert summary(faulted_to_the_end) == []
    over = replace(faulted_to_the_end, records=(*faulted_to_the_end.records, replace(faults, faults="")))
    assert summary(over) == [("missing-document", "")]


def keyless(beacon: Beacon) -> Beacon:
    return replace(beacon, headers=tuple(item for item in beacon.headers if item[0].lower() != "idempotency-key"))


@with_and_without_ledger
@versions
@pytest.mark.parametrize("kind", ["cart", "order"])
def test_a_document_that_was_accepted_twice_is_a_duplicate(version: str, kind: str, read: Any) -> None:
    recording = recorded(bought, version)
    last = sent(recording, kind)[-1]
    again = replace(keyless(last), number=9_000)
    (finding,) = found(read(with_records(recording, (last, (keyless(last), again)))))
    assert finding.code == "duplicate-document"
    assert finding.evidence.value == [last.number, 9_000]


@versions
def test_with_the_same_key_it_is_the_same_document(version: str) -> None:
    recording = recorded(bought, version)
    last = sent(recording, "order")[-1]
    assert summary(with_records(recording, (last, (last, replace(last, number=9_000))))) == []


def test_a_catalogue_may_be_sent_again() -> None:
    recording = recorded(bought)
    (batch,) = sent(recording, "batch")
    assert summary(with_records(recording, (batch, (keyless(batch), replace(keyless(batch), number=9_000))))) == []


@versions
def test_a_refused_document_is_not_missing(version: str) -> None:
    recording = documents(recorded(bought, version), "cart", put_in("currency", to=7), nth=4)
    refused = sent(recording, "cart")[-1]
    status = 422 if version == "v1" else 400
    codes = [code for code, _ in summary(with_records(recording, (refused, (replace(refused, status=status),))))]
    assert codes == ["schema"]
