"""The three books held against each other: the store's ledger, the browser's events, the back end's documents."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from harness.finding import Finding
from harness.protocols.jirafe.reconcile import (
    carts,
    chains,
    currencies,
    funnels,
    orders,
    people,
    products,
    replay,
    success,
    visit_ids,
)
from harness.protocols.jirafe.reconcile.books import Books, Told, read
from harness.timeline import Timeline

_RULES: tuple[Callable[[Books], Iterable[Finding]], ...] = (
    chains.check_sending,
    visit_ids.check,
    currencies.check,
    replay.check,
    products.check,
    people.check,
)
"""A rule is silent where a book that it needs is not there."""


def reconcile(timeline: Timeline, told: Sequence[Finding]) -> tuple[Finding, ...]:
    """What the books say against each other. `told` are the findings so far: what they explain is not said again."""
    books = read(timeline, told)
    contents = [*orders.check(books), *carts.check(books)]
    contents += chains.check(books, contents)
    sold = list(success.check(books))
    funnel = funnels.check(replace(books, told=Told([*told, *sold])))
    return (*contents, *sold, *funnel, *(finding for rule in _RULES for finding in rule(books)))
