"""Texts and numbers that differ from the right ones for a known reason."""

from typing import Any

import pytest
from support.backend_recordings import (
    Outing,
    Walker,
    bought,
    documents,
    events,
    found,
    ledger,
    put_in,
    recorded,
    without_ledger,
)
from support.finding_language import problems

from harness.findings import Finding, Severity
from harness.recording.records import Recording


def only_finding(recording: Recording) -> Finding:
    (finding,) = found(recording)
    assert list(problems(finding.message, finding.hint)) == []
    return finding


def named(name: str) -> Any:
    def change(body: Any) -> None:
        for event in body["data"]:
            if "line_item" in event:
                event["line_item"]["name"] = name

    return change


async def accents(outing: Outing, shopper: Walker) -> None:
    await outing.act(shopper.get("/fakewww/index.html"))
    await outing.act(shopper.add("BRULEE-2", product="7"))


@pytest.mark.parametrize(
    ("sent", "cause"),
    [
        ("Cr&egrave;me br&ucirc;l&eacute;e dishes", "HTML entities"),
        ("CrÃ¨me brÃ»lÃ©e dishes", "UTF-8 that was read as Latin-1"),
    ],
)
def test_a_garbled_name_is_one_finding_with_the_name_of_the_store(sent: str, cause: str) -> None:
    recording = recorded(accents)
    assert found(recording) == []
    finding = only_finding(events(recording, named(sent)))
    assert finding.code == "wrong-value"
    assert finding.message.endswith(f"; it contains {cause}")
    assert finding.hint == 'Send the text itself, in UTF-8: "Crème brûlée dishes".'


def test_another_name_has_no_such_cause() -> None:
    assert "it contains" not in only_finding(events(recorded(accents), named("Dishes"))).message


def numbered(number: str) -> Any:
    def change(body: Any) -> None:
        for event in body["data"]:
            if event["event_type"] == "order_success":
                event["order"]["num"] = number

    return change


@pytest.mark.parametrize(
    ("number", "cause"),
    [("500000", '"500000" is the internal id of this order'), ("10", "the leading zeros differ"), ("78", "")],
)
def test_an_internal_id_for_an_order_number_is_named(number: str, cause: str) -> None:
    recording = events(recorded(bought), numbered(number))
    finding = only_finding(recording)
    assert finding.code == "order-number-mismatch"
    assert cause in finding.message
    if cause:
        assert finding.hint == 'Send the order\'s number as the receipt and the back end have it: "0000000010".'


def test_without_a_ledger_an_id_that_is_sent_as_number_is_named() -> None:
    def change(body: Any) -> None:
        for event in body["data"]:
            if event["event_type"] == "order_success":
                event["order"] = {"id": "500000", "num": "500000"}

    finding = only_finding(without_ledger(events(recorded(bought), change)))
    assert '"500000" is the internal id of this order' in finding.message


def test_an_internal_id_in_a_document_is_named() -> None:
    finding = found(documents(recorded(bought), "order", put_in("order_number", to="500000")))[0]
    assert finding.code == "order-number-mismatch"
    assert '"500000" is the internal id of this order' in finding.message


def test_amounts_in_a_local_format_are_one_finding_with_a_ledger_too() -> None:
    def change(body: Any) -> None:
        for line in (event["line_item"] for event in body["data"] if "line_item" in event):
            line.update({name: line[name].replace(".", ",") for name in ("price", "total_price")})

    finding = only_finding(events(recorded(accents), change))
    assert (finding.code, finding.hint) == ("schema", 'Send "22.00", with digits and a decimal point only.')


def test_a_name_that_really_contains_an_entity_is_right() -> None:
    name = "</script><!-- &amp;"
    entry = put_in("product", "name", to=name)
    recording = events(ledger(recorded(accents), entry), named(name))
    assert [each.code for each in found(recording) if each.severity is Severity.WARNING] == []
