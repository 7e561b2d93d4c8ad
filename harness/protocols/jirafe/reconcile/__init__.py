"""The three books held against each other: the store's ledger, the browser's events, the back end's documents."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from harness.findings import Finding
from harness.protocols.jirafe.reconcile import (
    cart_replay,
    carts,
    currencies,
    customers,
    document_sequence,
    funnels,
    order_success,
    orders,
    products,
    visit_ids,
)
from harness.protocols.jirafe.reconcile.sources import Sources, Told, read
from harness.recording.timeline import Timeline

_RULES: tuple[Callable[[Sources], Iterable[Finding]], ...] = (
    document_sequence.check_sending,
    visit_ids.check,
    currencies.check,
    cart_replay.check,
    products.check,
    customers.check,
)
"""A rule is silent where a book that it needs is not there."""


def reconcile(timeline: Timeline, told: Sequence[Finding]) -> tuple[Finding, ...]:
    """What the books say against each other. `told` are the findings so far: what they explain is not said again."""
    books = read(timeline, told)
    contents = [*orders.check(books), *carts.check(books)]
    contents += document_sequence.check(books, contents)
    sold = list(order_success.check(books))
    funnel = funnels.check(replace(books, told=Told([*told, *sold])))
    return (*contents, *sold, *funnel, *(finding for rule in _RULES for finding in rule(books)))
