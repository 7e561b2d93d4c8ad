"""Wrappers checked against their pages: page, visit, cookies, clock and currency must be those of the moment."""

from collections.abc import Iterator, Mapping

from harness.findings import Finding
from harness.judge.expectation_findings import quoted
from harness.protocols.jirafe.rules.clock_consistency import clock_findings, wrong_clocks
from harness.protocols.jirafe.rules.customer_names import leaked_customers
from harness.protocols.jirafe.rules.page_consistency import candidate_pages, page_findings, page_of
from harness.protocols.jirafe.rules.visit_consistency import VisitHistory, attribution_findings, visit_findings
from harness.protocols.jirafe.rules.visits import VisitedPage, visited_pages
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrapper_finding, wrappers
from harness.recording.timeline import Timeline


def consistency_findings(timeline: Timeline) -> tuple[Finding, ...]:
    """Compare each wrapper with the browser's pages, cookies and clock, and with the store's currency."""
    pages = visited_pages(timeline)
    history = VisitHistory(store_hosts=frozenset(timeline.store_hosts))
    findings: list[Finding] = []
    sent: list[tuple[Wrapper, VisitedPage]] = []
    for step in timeline.steps:
        candidates = candidate_pages(step, pages)
        for wrapper in wrappers(step):
            findings += clock_findings(wrapper, candidates)
            findings += _currency_findings(wrapper, timeline.store.get("currency"))
            findings += page_findings(wrapper, candidates)
            if page := page_of(wrapper, candidates):
                sent.append((wrapper, page))
                findings += visit_findings(wrapper, page, history)
                history = history.after(wrapper, page)
            findings += attribution_findings(wrapper)
    return (*findings, *leaked_customers(timeline, sent), *wrong_clocks(timeline))


def _currency_findings(wrapper: Wrapper, currency: object) -> Iterator[Finding]:
    for event in wrapper.arrival.reading.events:
        line = event.body.get("line_item")
        got = line.get("currency") if isinstance(line, Mapping) else None
        if isinstance(currency, str) and isinstance(got, str) and got != currency:
            text = f"line_item.currency is {quoted(got)}; expected {quoted(currency)} (the store's currency)"
            hint = "Use the store's currency; check for a default value in the tracker."
            pointer = f"{event.pointer}/line_item/currency"
            yield wrapper_finding(
                "wrong-value", wrapper, pointer, text, event=event.type, allowed=currency, value=got, hint=hint
            )
