"""The three sources checked against each other: the store's ledger, the browser's events, the back end's documents."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from harness.findings import Finding
from harness.judge.suppression import ReportedErrors
from harness.protocols.jirafe.reconcile.cart_replay import replay_findings
from harness.protocols.jirafe.reconcile.carts import cart_findings
from harness.protocols.jirafe.reconcile.currencies import currency_findings
from harness.protocols.jirafe.reconcile.customers import sign_up_findings
from harness.protocols.jirafe.reconcile.document_sequence import delivery_findings, previous_items_findings
from harness.protocols.jirafe.reconcile.funnels import funnel_findings
from harness.protocols.jirafe.reconcile.order_pages import order_page_findings
from harness.protocols.jirafe.reconcile.order_success import order_success_findings
from harness.protocols.jirafe.reconcile.orders import order_findings
from harness.protocols.jirafe.reconcile.prices import price_findings
from harness.protocols.jirafe.reconcile.products import product_findings
from harness.protocols.jirafe.reconcile.sources import Sources, read_sources
from harness.protocols.jirafe.reconcile.visit_ids import visit_id_findings
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.recording.timeline import Timeline

_RULES: tuple[Callable[[Sources], Iterable[Finding]], ...] = (
    delivery_findings,
    visit_id_findings,
    currency_findings,
    price_findings,
    replay_findings,
    product_findings,
    sign_up_findings,
)
"""Independent rules. Each is skipped without the source that it needs."""


def reconcile(timeline: Timeline, reported: Sequence[Finding]) -> tuple[Finding, ...]:
    """The contradictions between the sources, except those that the findings reported before explain."""
    sources = read_sources(timeline, reported)
    contents = [*order_findings(sources), *cart_findings(sources)]
    contents += previous_items_findings(sources, contents)
    misplaced = list(order_page_findings(sources))
    successes = [*order_success_findings(sources), *misplaced]
    known = ReportedErrors([*reported, *successes], EVENT_TYPES)
    funnels = funnel_findings(replace(sources, reported=known), checks_last_step=not misplaced)
    return (*contents, *successes, *funnels, *(finding for rule in _RULES for finding in rule(sources)))
