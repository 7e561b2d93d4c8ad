"""Order documents against the orders of the ledger, or against events where there is no ledger."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import list_ids
from harness.protocols.jirafe.reconcile.alignment import align
from harness.protocols.jirafe.reconcile.content_findings import (
    assign_unknown,
    content_by_variants,
    items_finding,
    missing_document,
    state_findings,
)
from harness.protocols.jirafe.reconcile.customers import customer_findings, customer_of
from harness.protocols.jirafe.reconcile.finding_text import source_finding, step_finding, wrong_field
from harness.protocols.jirafe.reconcile.line_items import Content, content_aliases
from harness.protocols.jirafe.reconcile.order_status import STATUS_HINT, status_findings
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, LedgerState, Sources, StepDocument, group_by_number

_STATUS_OF = {"placed": "placed", "paid": "accepted", "edited": "accepted", "cancelled": "cancelled"}
"""The status of the document that reports a state of the ledger."""

_CART_HINT = "Send the same cart id as in cart events and cart documents, as text. Leading zeros count."

Documents = Mapping[str, Sequence[StepDocument]]
Pair = tuple[LedgerState | None, StepDocument | None]


def order_findings(sources: Sources) -> Iterator[Finding]:
    sent = [each for each in sources.documents_of("order") if isinstance(each.body.get("order_number"), str)]
    documents = group_by_number((document.number, document) for document in sent)
    if sources.has_ledger:
        intended = partial(_intended_order, documents=documents, sources=sources)
        yield from assign_unknown(documents, sources.orders, intended, codes=("order-number-mismatch",) * 2)
        has_past = any(sources.is_past(number) for number in documents)
        for number, states in sources.orders.items():
            own = documents.get(number, [])
            yield from _ledger_findings(sources, states, own)
            if not states[0].body.get("past") or has_past:
                yield from _missing_documents(sources, states, own)
    else:
        yield from _event_findings(sources, documents)
    for number, own in documents.items():
        yield from status_findings(sources, number, own)


def _intended_order(unknown: str, documents: Documents, sources: Sources) -> str | None:
    """An order of the ledger without a document of this status: the same but for zeros, of the same cart, or the only one."""
    document, orders = documents[unknown][0], sources.orders
    free = [
        number
        for number in orders
        if not sources.is_past(number) and all(other.status != document.status for other in documents.get(number, ()))
    ]
    similar = [other for other in free if other.lstrip("0") == document.number.lstrip("0")]
    similar += [other for other in free if orders[other][0].body["cart_id"] == document.body.get("cart_id")]
    return next(iter(similar or (free if len(free) == 1 else [])), None)


def _event_findings(sources: Sources, documents: Documents) -> Iterator[Finding]:
    """Without a ledger: the cart and the customer of each order that was placed in this journey."""
    in_events = (event.item("cart", "id") for event in sources.events_of(*CART_EVENTS))
    carts = {document.number for document in sources.documents_of("cart")}
    carts |= {number for number in in_events if isinstance(number, str)}
    for number, own in documents.items():
        if not any(document.status == "placed" for document in own):
            continue
        customers = _customers_at(sources, number)
        for document in own:
            got = document.body.get("cart_id")
            if isinstance(got, str) and carts and got not in carts:
                right, source = list_ids(sorted(carts)), "cart events and cart documents"
                yield wrong_field(
                    document, ("cart_id",), right, source, value=got, allowed=sorted(carts), hint=_CART_HINT
                )
            if customers and customer_of(document) not in customers:
                source = "the customer in the page view of the receipt"
                yield from customer_findings(document, customers[-1], source=source)


def _customers_at(sources: Sources, number: str) -> list[str]:
    """The customers in the page views of the page that sent the order's order_success."""
    orders = [event for event in sources.events_of("order_success") if event.item("order", "num") == number]
    pages = [event.event.envelope.get("page") for event in orders]
    views = [event.body for event in sources.events_of("pageview") if event.event.envelope.get("page") in pages]
    found = [item for view in views for item in _as_list(view.get("customer"))]
    return [item["id"] for item in found if isinstance(item, dict) and isinstance(item.get("id"), str)]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _ledger_findings(
    sources: Sources, states: Sequence[LedgerState], documents: Sequence[StepDocument]
) -> Iterator[Finding]:
    """Compare the documents of an order with its states, and its cart with the shopper's carts."""
    wrong_carts = list(_cart_findings(sources, states))
    yield from wrong_carts
    aliases = content_aliases([state.body["items"] for state in states])
    allowed = {_STATUS_OF[state.state] for state in states} | {"placed"}
    for document in documents:
        content = content_by_variants(document, aliases)
        if document.status and document.status not in allowed:
            yield _unexpected_status(document, states)
        elif document.status != "accepted" and content not in (None, *aliases.values()):
            yield items_finding(document, content, states[0].content, source="the ledger's order")
        yield from _reference_findings(document, states[-1], checks_cart=not wrong_carts)
    accepted_states = [state for state in states if _STATUS_OF[state.state] == "accepted"]
    readable = [each for each in _accepted(documents) if content_by_variants(each, aliases) is not None]
    for matched, answer in _pairs(accepted_states, readable, aliases):
        if answer is not None:
            content = content_by_variants(answer, aliases)
            if matched is not None:
                yield from state_findings(answer, content, matched)
            else:
                yield items_finding(answer, content, accepted_states[-1].content, source="the ledger's order")


def _accepted(documents: Sequence[StepDocument]) -> list[StepDocument]:
    return [document for document in documents if document.status == "accepted"]


def _pairs(
    states: Sequence[LedgerState], documents: Sequence[StepDocument], aliases: Mapping[Content, Content]
) -> Iterator[Pair]:
    """The states of an accepted order with the documents that report them."""
    if len(states) == len(documents):
        yield from zip(states, documents, strict=True)
        return
    contents = [state.content for state in states]
    sent = [content_by_variants(document, aliases) for document in documents]
    for index, number in align(contents, sent) if states else ():
        yield None if index is None else states[index], None if number is None else documents[number]


def _cart_findings(sources: Sources, states: Sequence[LedgerState]) -> Iterator[Finding]:
    """Compare the cart of an order in the ledger with the carts that the ledger has for the same shopper."""
    first = states[0]
    entries = [entry for step in sources.timeline.steps for entry in step.entries if entry["session"] == first.session]
    carts = {entry["cart"]["id"] for entry in entries if entry["kind"] in ("page", "cart")}
    got = first.body["cart_id"]
    if carts and got not in carts and not first.body.get("past"):
        yield step_finding(
            "wrong-value",
            first.step,
            f"order: the store's records link order {first.number} to cart \"{got}\", which is not one of this shopper's carts "
            f"({list_ids(sorted(carts))})",
            hint="Save the id of the cart that was checked out with the order.",
            document="order",
            value=got,
            allowed=sorted(carts),
        )


def _reference_findings(document: StepDocument, state: LedgerState, *, checks_cart: bool) -> Iterator[Finding]:
    yield from customer_findings(document, state.body["customer_id"], source="the order's customer in the ledger")
    got, right = document.body.get("cart_id"), state.body["cart_id"]
    if isinstance(got, str) and got != right and checks_cart:
        source = f"order {state.number} in the ledger"
        yield wrong_field(document, ("cart_id",), f'"{right}"', source, value=got, allowed=right, hint=_CART_HINT)


def _unexpected_status(document: StepDocument, states: Sequence[LedgerState]) -> Finding:
    known = [state.state for state in states]
    text = f'status is "{document.status}", but the ledger has only these states of order {states[0].number}: {", ".join(known)}'
    value = document.status
    return source_finding(
        "unexpected-document", document, ("status",), text, hint=STATUS_HINT, value=value, allowed=known
    )


def _missing_documents(
    sources: Sources, states: Sequence[LedgerState], documents: Sequence[StepDocument]
) -> Iterator[Finding]:
    """A document for every state. `status_findings` reports a missing earlier one."""
    if not sources.expects("order") or any(not document.status for document in documents):
        return
    aliases = content_aliases([state.body["items"] for state in states])
    sent = {document.status for document in documents}
    due = [state for state in states if not state.step.failure]
    if not documents and due:
        yield _missing(due[0], [_STATUS_OF[state.state] for state in due])
        return
    for state in due:
        status = _STATUS_OF[state.state]
        if status not in sent and status != "placed":
            yield _missing(state, [status])
    accepted = _accepted(documents)
    if accepted and all(content_by_variants(document, aliases) is not None for document in accepted):
        accepted_states = [state for state in states if _STATUS_OF[state.state] == "accepted"]
        for matched, document in _pairs(accepted_states, accepted, aliases):
            is_missing = document is None and matched is not None and matched in due
            if matched is not None and is_missing and not _is_repeated(matched, accepted_states):
                yield _missing(matched, ["accepted"])


def _is_repeated(state: LedgerState, states: Sequence[LedgerState]) -> bool:
    """Whether the next state has the same content, so that its document reports this one, too."""
    index = states.index(state)
    return index + 1 < len(states) and states[index + 1].content == state.content


def _missing(state: LedgerState, statuses: list[str]) -> Finding:
    title, text = f"order {statuses[0]}", f"is {state.state} with"
    return missing_document(state, title=title, text=text, hint=STATUS_HINT, allowed=statuses)
