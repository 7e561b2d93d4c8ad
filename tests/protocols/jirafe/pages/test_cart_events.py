"""Cart events of an unknown store: their currency, and whether the page confirms the change."""

from typing import Any

import pytest

from harness.events import Beacon, Event, Reading
from harness.findings import Finding, Severity
from harness.protocols.jirafe.pages.inspection import inspect
from harness.recording.records import PageInspected
from harness.recording.timeline import Arrival, BrowserLog, StepTimeline, Timeline

BEACON = Beacon(
    number=1, time=0.0, method="POST", url="https://events.jirafe.com/v1/tracker", headers=(), body=b"", status=200
)
SNIPPET = {"site": {"type": "string", "value": "7"}, "defined": True, "called": 1, "threw": ""}


def findings(*currencies: str, store: dict[str, Any] | None = None, **survey: Any) -> list[Finding]:
    """The findings of a step that stayed on the product page and sent an event for each currency."""
    page = PageInspected(
        url="https://shop.example/p", kind="product", how="", snippet=SNIPPET, survey={"stayed": True, **survey}
    )
    events = tuple(
        Event(
            type="add_item_to_cart",
            body={"line_item": {"currency": code}},
            pointer=f"/data/{index}",
            beacon=BEACON,
            envelope={},
        )
        for index, code in enumerate(currencies)
    )
    arrival = Arrival(beacon=BEACON, reading=Reading(envelope={}, events=events, findings=()), clock_from=0, clock_to=0)
    step = StepTimeline(number=1, began=0, ended=0, arrivals=[arrival], browser=BrowserLog(inspected_page=page))
    return list(inspect(Timeline(steps=[step], store=store or {})).findings)


def test_a_currency_that_the_page_does_not_show_is_an_error() -> None:
    (finding,) = findings("USD", signs=["€"])
    assert (finding.code, finding.severity, finding.evidence.pointer) == (
        "wrong-value",
        Severity.ERROR,
        "/line_item/currency",
    )
    assert finding.message == 'line_item.currency is "USD"; the page shows prices in EUR'
    assert findings("USD", currencies=["GBP"], signs=["£"])


@pytest.mark.parametrize(
    ("code", "survey"),
    [
        ("EUR", {"signs": ["€"]}),
        ("eur", {"signs": ["€"]}),
        ("CAD", {"signs": ["$"]}),
        ("SEK", {"signs": ["kr"]}),
        ("USD", {"currencies": ["USD"], "signs": ["€"]}),
        ("CHF", {"signs": ["CHF"]}),
        ("USD", {"signs": []}),
        ("USD", {"signs": ["?"]}),
        ("", {"signs": ["€"]}),
    ],
)
def test_a_currency_that_the_page_may_show_is_no_finding(code: str, survey: dict[str, Any]) -> None:
    assert findings(code, **survey) == []


def test_the_currency_of_the_target_is_checked_elsewhere() -> None:
    assert findings("USD", signs=["€"], store={"currency": "USD"}) == []


def test_two_equal_events_for_one_press_are_an_error() -> None:
    (finding,) = findings("EUR", "EUR", did="added")
    assert (finding.code, finding.severity) == ("duplicate-event", Severity.ERROR)
    assert findings("EUR", "USD", did="added") == []
    assert findings("EUR", did="added") == []


def test_an_event_of_a_refused_change_is_a_warning() -> None:
    (finding,) = findings("EUR", did="refused", refusal='the page shows "Sold out"')
    assert (finding.code, finding.severity) == ("unexpected-event", Severity.WARNING)
    assert 'the page shows "Sold out"' in finding.message
