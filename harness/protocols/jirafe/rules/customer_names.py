"""Customers that a page names to another visitor, as a page from a shared cache does."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.events import Event
from harness.findings import Finding
from harness.judge.expectation_findings import quoted
from harness.protocols.jirafe.rules.visits import VisitedPage
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrapper_finding
from harness.protocols.jirafe.wire.value_notations import is_placeholder
from harness.recording.timeline import Timeline

CACHE_HINT = "Keep pages with personal data out of shared caches: send Cache-Control: private."


@dataclass(frozen=True, kw_only=True)
class _View:
    """A page view that a visitor's tracker reported. `customers` are the ids in it, without placeholders for guests."""

    wrapper: Wrapper
    page: VisitedPage
    event: Event

    @property
    def shopper(self) -> int:
        return self.page.view.shopper

    @property
    def customers(self) -> list[str]:
        named = self.event.body.get("customer")
        found = [*(named if isinstance(named, list) else [named]), self.event.envelope.get("customer")]
        ids = [each.get("id") for each in found if isinstance(each, Mapping)]
        return [each for each in ids if isinstance(each, str) and not is_placeholder(each)]

    @property
    def is_receipt(self) -> bool:
        """A receipt can be opened in another browser, by a link, and names the customer of its order."""
        return self.event.body.get("page_type") == "order_success" or "order" in self.page.entry


def leaked_customers(timeline: Timeline, pages: Sequence[tuple[Wrapper, VisitedPage]]) -> Iterator[Finding]:
    """The first page view of each visitor that names another visitor's customer, without a sign-in.

    The ledger shows who has signed in. Without it, a visitor's first page cannot know a customer, and a page between two
    others without a customer names another person by mistake. That is claimed only for a customer whom another visitor has, too.
    """
    views = [
        _View(wrapper=wrapper, page=page, event=event)
        for wrapper, page in pages
        for event in wrapper.arrival.reading.events
        if event.type == "pageview"
    ]
    named: dict[str, set[int]] = {}
    for view in views:
        for customer in view.customers:
            named.setdefault(customer, set()).add(view.shopper)
    known = _customers_of_sessions(timeline)
    reported: set[tuple[int, str]] = set()
    for index, view in enumerate(views):
        for customer in view.customers if not view.is_receipt and "customer" not in view.page.entry else ():
            is_shared = bool(named[customer] - {view.shopper}) and _is_unexpected(views, index)
            is_leak = is_shared or _is_of_other_session(views, view, customer, known)
            if is_leak and (view.shopper, customer) not in reported:
                reported.add((view.shopper, customer))
                yield _finding(view, customer)


def _customers_of_sessions(timeline: Timeline) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for step in timeline.steps:
        for entry in step.entries:
            customer: Any = entry.get("customer")
            own = found.setdefault(entry["session"], set())
            if isinstance(customer, Mapping) and "id" in customer:
                own.add(str(customer["id"]))
    return found


def _is_of_other_session(
    views: Sequence[_View], view: _View, customer: str, known: Mapping[str, Collection[str]]
) -> bool:
    """Whether the ledger has this customer, but in sessions of other visitors only."""
    own = {other.page.entry.get("session") for other in views if other.shopper == view.shopper}
    sessions = {session for session, customers in known.items() if customer in customers}
    return bool(view.page.entry) and bool(sessions) and not sessions & own


def _is_unexpected(views: Sequence[_View], index: int) -> bool:
    """Whether a view is the first of its visitor, or lies between two without a customer."""
    view = views[index]
    before = [other for other in views[:index] if other.shopper == view.shopper]
    after = [other for other in views[index + 1 :] if other.shopper == view.shopper]
    if not before:
        return True
    return bool(after) and not before[-1].customers and not after[0].customers


def _finding(view: _View, customer: str) -> Finding:
    text = f"the page names another visitor's customer: customer.id is {quoted(customer)}, but this visitor has not signed in"
    pointer = f"{view.event.pointer}/customer"
    return wrapper_finding(
        "wrong-value",
        view.wrapper,
        pointer,
        text,
        event="pageview",
        value=customer,
        allowed="no customer",
        hint=CACHE_HINT,
    )
