"""Cart documents against the replayed cart events, for stores without a ledger."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import list_ids
from harness.protocols.jirafe.reconcile.alignment import align
from harness.protocols.jirafe.reconcile.cart_replay import apply_event
from harness.protocols.jirafe.reconcile.content_findings import items_finding
from harness.protocols.jirafe.reconcile.finding_text import source_finding, step_finding
from harness.protocols.jirafe.reconcile.line_items import Content, describe_content, document_content
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Sources, StepDocument, StepEvent, group_by_number

MISSING_HINT = "Send a cart document for every change of a cart, and send it again if the collector fails."

Documents = Mapping[str, Sequence[StepDocument]]


def event_cart_findings(sources: Sources, documents: Documents) -> Iterator[Finding]:
    """Compare the documents of each cart with its events. Events that other findings concern are no evidence."""
    if not documents or sources.reported.is_silent:
        return
    steps, events = sources.timeline.steps, list(sources.events_of(*CART_EVENTS))
    numbered = ((event.item("cart", "id"), event) for event in events)
    events_of = group_by_number((number, event) for number, event in numbered if isinstance(number, str))
    for number in [number for number in events_of if number not in documents]:
        without_events = [other for other in documents if other not in events_of]
        yield _unknown_cart(events_of[number][0], number, without_events or list(documents))
    is_failed = any(step.failure for step in steps)
    if not events and not is_failed:
        yield from _missing_events(documents)
    is_explained = any(event.is_explained for event in events)
    if is_failed or is_explained or any(sources.reported.may_concern(step, CART_EVENTS) for step in steps):
        return
    end = _end_of_replay(sources)
    for number, sent in documents.items() if not sources.is_interrupted else ():
        early = [document for document in sent if document.step.number < end]
        own = [event for event in events_of.get(number, ()) if event.step.number < end]
        if early and own:
            yield from _replay_findings(own, early)


def _unknown_cart(event: StepEvent, number: str, known: Sequence[str]) -> Finding:
    return source_finding(
        "wrong-value",
        event,
        ("cart", "id"),
        f'cart.id is "{number}", but the back end\'s cart documents are about {list_ids(known)}',
        hint="Use the same cart id on the page and in the back end.",
        value=number,
        allowed=list(known),
    )


def _end_of_replay(sources: Sources) -> float:
    """The first step in which a store may change the cart itself: at sign-in, or with an order."""
    steps = [document.step.number for document in sources.documents_of("order") if document.step.number]
    steps += [event.step.number for event in sources.events_of("order_success")]
    steps += [
        after.step.number
        for before, after in pairwise(sources.events_of("pageview"))
        if before.body.get("customer") != after.body.get("customer")
    ]
    return min(steps, default=math.inf)


def _replay_findings(events: Sequence[StepEvent], documents: Sequence[StepDocument]) -> Iterator[Finding]:
    states = [dict(document_content(documents[0].body.get("previous_items", [])) or ())]
    for event in events:
        state = apply_event(states[-1], event.event)
        if state is None:
            return
        states.append(state)
    contents: list[Content] = [tuple(sorted(state.items())) for state in states]
    readable = [document for document in documents if document.content is not None]
    sent = [document.active_content for document in readable]
    before = 0
    for index, number in align(contents, sent):
        if number is None and index == len(contents) - 1:
            yield _missing_document(events[-1], contents[-1])
        elif number is not None and (index is None or contents[index] != sent[number]):
            right = contents[before if index is None else index]
            yield items_finding(readable[number], sent[number], right, source="the replayed cart events")
        before = before if index is None else index


def _missing_document(last: StepEvent, content: Content) -> Finding:
    return step_finding(
        "missing-document",
        last.step,
        f"cart: the replayed cart events give {describe_content(content)}, but no cart document reports it",
        hint=MISSING_HINT,
        document="cart",
        value=None,
        allowed=describe_content(content),
    )


def _missing_events(documents: Documents) -> Iterable[Finding]:
    for number, sent in documents.items():
        filled = [document for document in sent if document.content]
        if filled:
            yield step_finding(
                "missing-event",
                filled[0].step,
                f"{CART_EVENTS[0]} is missing: cart {number} contains {describe_content(filled[0].content)} "
                "in the back end's documents, but the browser sent no cart event",
                hint="Send a cart event for every change of the cart. A cart that an earlier visit filled needs none.",
                event=CART_EVENTS[0],
                severity=Severity.WARNING,
                beacon=filled[0].beacon.number,
            )
