"""Identical events within a second are a warning; changes of a cart, reloads and two sites are not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.captures import Json, codes, devtools, fetched, findings, har, ndjson, sent, wrappers

ADDED = next(each for each in wrappers() if each["data"][0]["event_type"] == "add_item_to_cart")


def added(seconds: float, *, quantity: int = 1, sku: str = "A", kind: str = "add_item_to_cart", **payload: Any) -> Json:
    """A beacon with one cart event."""
    line = {**ADDED["data"][0]["line_item"], "sku_code": sku, "quantity": str(quantity)}
    line["total_price"] = f"{quantity * float(line['price']):.2f}"
    event = {**ADDED["data"][0], "event_type": kind, "line_item": line}
    return devtools({**ADDED, "timestamp": f"2027-01-15T09:00:{seconds:06.3f}Z", "data": [event], **payload})


TWICE = {
    "at once": [added(1), added(1)],
    "within a second": [added(1), added(1.9)],
    "with another line in between": [added(1), added(1, sku="B"), added(1.1), added(1.1, sku="B")],
    "the stored beacon, much later": [added(1.5), added(2, quantity=2), added(1.5)],
}


@pytest.mark.parametrize("entries", TWICE.values(), ids=TWICE)
def test_an_identical_event_within_a_second_is_a_warning(tmp_path: Path, entries: list[Json]) -> None:
    (finding,) = findings(tmp_path, har(entries))
    assert (finding.code, finding.severity) == ("duplicate-event", "warning")
    assert finding.message == "add_item_to_cart: sent twice within a second, with the same content"
    assert finding.evidence.nearest_event is not None


DIFFERENT = {
    "later": [added(1), added(2.5)],
    "another quantity": [added(1), added(1.1, quantity=2)],
    "a stepper, + + -": [added(1 + n / 10, quantity=q, kind="edit_cart") for n, q in enumerate((2, 3, 2))],
    "removed in between": [added(1), added(1.2, kind="remove_item_from_cart"), added(1.4)],
    "another site": [added(1), added(1, site="8")],
    "another visitor": [added(1), added(1, visit={**ADDED["visit"], "id": "91", "visitor": "92"})],
    "another page": [added(1), fetched("https://shop.test/"), added(1.5)],
    "without a time": [added(1, timestamp="now"), added(1, timestamp="now")],
}


@pytest.mark.parametrize("entries", DIFFERENT.values(), ids=DIFFERENT)
def test_different_events_are_not_repeated(tmp_path: Path, entries: list[Json]) -> None:
    assert "duplicate-event" not in codes(tmp_path, har(entries))


def test_a_beacon_sent_twice_is_one_finding_with_all_its_events(tmp_path: Path) -> None:
    first = wrappers()[0]
    (finding,) = findings(tmp_path, har([devtools(first), devtools(first)]))
    assert finding.message == "visit, pageview: sent twice within a second, with the same content"


def test_an_order_sent_twice_is_only_an_error(tmp_path: Path) -> None:
    order = wrappers()[-1]
    (finding,) = findings(tmp_path, har([devtools(order), devtools(order)]))
    assert (finding.code, finding.severity, finding.evidence.event) == ("duplicate-event", "error", "order_success")


def test_repeats_in_a_journal_are_found(tmp_path: Path) -> None:
    beacon = sent()[0]
    assert codes(tmp_path, ndjson([beacon, beacon]), name="a.ndjson") == ["duplicate-event"]


def test_a_beacon_hit_by_a_fault_is_not_repeated_by_its_retry(tmp_path: Path) -> None:
    order = sent()[-1]
    assert codes(tmp_path, ndjson([replace(order, fault="reset"), order]), name="a.ndjson") == []


# Personal data


@pytest.mark.parametrize(
    ("query", "hidden"),
    [
        ("?mail=ada.byron%40example.org", "a********@example.org"),
        ("?q=a%2540b.example", "a@b.example"),
        ("?q=20%40", ""),
    ],
)
def test_an_email_address_in_the_url_of_a_page_is_reported(tmp_path: Path, query: str, hidden: str) -> None:
    payload = wrappers()[0]
    payload = {**payload, "page": {**payload["page"], "current_url": f"https://shop.test/{query}"}}
    found = findings(tmp_path, har([devtools(payload)]))
    assert [(each.code, each.evidence.value) for each in found] == ([("leaked-address", hidden)] if hidden else [])


# Credentials that an export leaves out


def order_document(status: int = 200, **headers: str) -> Json:
    body = {"order_number": "5", "cancel_date": "2026-01-31T09:00:00.000Z", "status": "cancelled"}
    return devtools(body, url="https://event.jirafe.com/v2/1/order", status=status, **headers)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "[REDACTED]"}, {"Authorization": "***"}])
def test_a_token_that_the_export_left_out_is_a_note(tmp_path: Path, headers: dict[str, str]) -> None:
    (finding,) = findings(tmp_path, har([order_document(**headers)]))
    assert (finding.code, finding.severity) == ("invalid-token", "note")


@pytest.mark.parametrize(("status", "headers"), [(403, {}), (401, {}), (200, {"Authorization": "Basic eDp5"})])
def test_a_token_that_was_not_sent_is_an_error(tmp_path: Path, status: int, headers: dict[str, str]) -> None:
    (finding,) = findings(tmp_path, har([order_document(status, **headers)]))
    assert (finding.code, finding.severity) == ("invalid-token", "error")


def test_a_journal_has_all_headers(tmp_path: Path) -> None:

    body = b'{"order_number": "5", "cancel_date": "2026-01-31T09:00:00.000Z", "status": "cancelled"}'
    beacon = replace(sent()[0], url="https://event.jirafe.com/v2/1/order", headers=(), body=body)
    (finding,) = findings(tmp_path, ndjson([beacon]), name="a.ndjson")
    assert (finding.code, finding.severity) == ("invalid-token", "error")
