"""Cart documents against the carts of the ledger."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from harness.findings import Finding, Severity
from harness.protocols.jirafe.reconcile.alignment import align
from harness.protocols.jirafe.reconcile.carts_from_events import MISSING_HINT, event_cart_findings
from harness.protocols.jirafe.reconcile.content_findings import (
    assign_unknown,
    content_by_variants,
    items_finding,
    missing_document,
    state_findings,
)
from harness.protocols.jirafe.reconcile.customers import customer_findings
from harness.protocols.jirafe.reconcile.document_sequence import is_named_as_previous
from harness.protocols.jirafe.reconcile.line_items import content_aliases
from harness.protocols.jirafe.reconcile.sources import LedgerState, Sources, StepDocument, group_by_number

States = Mapping[str, Sequence[LedgerState]]


def cart_findings(sources: Sources) -> Iterator[Finding]:
    """Compare every state of every cart; without a ledger with the cart events."""
    sent = sources.documents_of("cart")
    if not sources.expects("cart") and not sent:
        return
    states = _cart_states(sources)
    documents = group_by_number((_cart_number(document, states), document) for document in sent)
    if not sources.has_ledger:
        yield from event_cart_findings(sources, documents)
        return
    intended = partial(_intended_cart, documents=documents, states=states)
    yield from assign_unknown(documents, states, intended, codes=("wrong-value", "unexpected-document"))
    for number, history in states.items():
        yield from _history_findings(sources, history, documents.get(number, []))


def _cart_number(document: StepDocument, known: States) -> str:
    """The cart of a document: its `cart_id` if the ledger has it, else its own id."""
    number = document.body.get("cart_id")
    return number if isinstance(number, str) and number in known else document.number


def _cart_states(sources: Sources) -> States:
    """The states of each cart in the ledger. Pages show carts of earlier visits and those merged at sign-in."""
    found: dict[str, list[LedgerState]] = defaultdict(list)
    customers: dict[str, str | None] = {}
    for step in sources.timeline.steps:
        changed: set[str] = set()
        for entry in step.entries:
            session = entry["session"]
            if entry["kind"] in ("page", "customer"):
                is_out = entry.get("change") == "signed out"
                customers[session] = None if is_out else entry.get("customer", {}).get("id")
            if entry["kind"] in ("page", "cart"):
                customer = customers.get(session)
                state = LedgerState(kind="cart", body=entry["cart"], session=session, customer=customer, step=step)
                history = found[state.number]
                if not history or history[-1].content != state.content or entry["kind"] == "cart":
                    history.append(state)
                if entry["kind"] == "cart":
                    changed.add(state.number)
        for number in changed if not step.failure else ():
            found[number][-1] = replace(found[number][-1], is_due=True)
    return found


def _history_findings(
    sources: Sources, states: Sequence[LedgerState], documents: Sequence[StepDocument]
) -> Iterator[Finding]:
    """Align the states of one cart with its documents."""
    due = [state for state in states if state.is_due]
    if not documents:
        if due and sources.expects("cart"):
            yield _missing(due[-1], is_certain=True)
        return
    aliases = content_aliases([state.body["items"] for state in states])
    readable = [document for document in documents if content_by_variants(document, aliases) is not None]
    sent = [content_by_variants(document, aliases) for document in readable]
    contents = [state.content for state in states]
    can_miss = sources.expects("cart") and len(readable) == len(documents)
    before = 0
    for index, number in align(contents, sent):
        if index is None and number is not None:
            yield items_finding(readable[number], sent[number], contents[before], source="the ledger's cart")
        elif index is not None and number is None:
            if states[index].is_due and can_miss:
                is_last = index == len(states) - 1
                is_certain = is_last or is_named_as_previous(documents, contents[index], aliases)
                yield _missing(states[index], is_certain=is_certain)
        elif index is not None and number is not None:
            yield from state_findings(readable[number], sent[number], states[index])
            customer = states[index].customer
            if sent[number] == contents[index] and customer is not None:
                yield from customer_findings(readable[number], customer, source="the shopper in the ledger")
        before = before if index is None else index


def _missing(state: LedgerState, *, is_certain: bool) -> Finding:
    severity = Severity.ERROR if is_certain else Severity.WARNING
    return missing_document(state, title="cart", text="contains", hint=MISSING_HINT, severity=severity)


def _intended_cart(unknown: str, documents: Mapping[str, Sequence[StepDocument]], states: States) -> str | None:
    """A cart without documents and with the same content as one of the documents with the unknown id."""
    contents = {document.content for document in documents[unknown]}
    for number, history in states.items():
        items = [state.body["items"] for state in history if state.body["items"]]
        if number not in documents and contents & set(content_aliases(items)):
            return number
    return None
