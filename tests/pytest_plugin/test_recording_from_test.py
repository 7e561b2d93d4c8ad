"""A test as a recording: in the order of the ledger, with a step for each page."""

from datetime import UTC, datetime
from typing import Any

from harness.events import Beacon
from harness.pytest_plugin.recording_from_test import as_recording, as_scenario
from harness.recording.records import ClockAdvanced, Header, LedgerRead, PageView, Record, StepBegun, UrlReplaced

HEADER = Header(protocol="jirafe", scenario_file="test_shop.py", scenario="", target_file="", target="")


def read(*entries: dict[str, Any]) -> LedgerRead:
    return LedgerRead(store={"currency": "EUR"}, entries=entries)


def entry(second: int, kind: str, url: str = "") -> dict[str, Any]:
    at = datetime.fromtimestamp(second, UTC).isoformat()
    return {"n": second, "at": at, "session": "a", "kind": kind, **({"page": {"url": url}} if url else {})}


def beacon(second: float) -> Beacon:
    return Beacon(number=1, time=second, method="POST", url="", headers=(), body=b"", status=200)


def summary(*records: Record) -> list[str]:
    """The records of the recording, in a word each."""
    words = []
    for record in as_recording(HEADER, records).records:
        match record:
            case StepBegun():
                words.append(f"step {record.number}")
            case PageView():
                words.append(f"{record.url} from {record.referrer or 'nowhere'}")
            case LedgerRead():
                words.append(record.entries[0]["kind"])
            case _:
                words.append("beacon")
    return words


def test_a_late_page_view_is_moved_to_the_time_in_the_ledger() -> None:
    view = PageView(url="/one", at=9.0, clock=0.0, referrer="/zero")
    pages = read(entry(1, "page", "/one"), entry(3, "page", "/two"))
    assert summary(view, beacon(2.0), beacon(4.0), pages) == [
        *("step 1", "page", "/one from /zero", "beacon"),
        *("step 2", "page", "/two from nowhere", "beacon"),
    ]


def test_a_page_view_without_a_ledger_entry_is_a_step() -> None:
    pages = read(entry(1, "page", "/one"))
    kept = PageView(url="/one", at=3.0, clock=0.0)
    assert summary(kept, kept, beacon(4.0), pages) == [
        *("step 1", "page", "/one from nowhere"),
        *("step 2", "/one from nowhere", "beacon"),
    ]


def test_beacons_of_a_back_end_before_the_first_page_come_before_the_first_step() -> None:
    entries = read(entry(1, "order"), entry(3, "page", "/one"), entry(4, "cart"))
    assert summary(beacon(2.0), entries) == ["beacon", "step 1", "order", "page", "/one from nowhere", "cart"]


def test_a_page_within_a_document_is_a_step_and_takes_no_ledger_entry() -> None:
    loaded = PageView(url="/one", at=2.0, clock=0.0, navigation="navigate")
    pushed = PageView(url="/one", at=1.5, clock=0.0, navigation="push", referrer="/zero")
    assert summary(pushed, loaded, read(entry(1, "page", "/one"))) == [
        *("step 1", "page", "/one from nowhere"),
        *("step 2", "/one from /zero"),
    ]


def test_the_lead_of_the_clock_applies_to_later_pages() -> None:
    pages = [PageView(url="/one", at=at, clock=0.0) for at in (1.0, 3.0)]
    early, late = ClockAdvanced(at=0.5, clock=60.0), ClockAdvanced(at=2.0, clock=1860.0)
    records = as_recording(HEADER, [*pages, early, late]).records
    assert [record.clock for record in records if isinstance(record, StepBegun)] == [60.0, 1860.0]
    assert [record.clock for record in records if isinstance(record, PageView)] == [60.0, 1860.0]


def test_a_replaced_address_belongs_to_the_page_before() -> None:
    view, replaced = PageView(url="/one", at=1.0, clock=0.0), UrlReplaced(url="/two", at=2.0)
    assert [type(record) for record in as_recording(HEADER, [replaced, view]).records] == [
        StepBegun,
        PageView,
        UrlReplaced,
    ]


def test_a_test_without_pages_is_one_step() -> None:
    assert summary(beacon(1.0), beacon(2.0)) == ["step 1", "beacon", "beacon"]
    assert summary() == []


def test_the_scenario_has_the_steps_of_the_recording() -> None:
    recording = as_recording(HEADER, [read(entry(1, "page", "/one"), entry(2, "page", "/two"))])
    scenario = as_scenario(recording, file="test_shop.py", patterns=())
    assert [item.number for item in scenario.items] == [1, 2, 3]
    assert len(scenario.steps) == 2
