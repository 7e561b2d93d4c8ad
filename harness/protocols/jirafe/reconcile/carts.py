"""Cart documents against the ledger's carts, and against the cart events where there is no ledger."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.reconcile.alignment import align
from harness.protocols.jirafe.reconcile.cart_replay import quantities, shift
from harness.protocols.jirafe.reconcile.customers import customer_of, wrong_customer
from harness.protocols.jirafe.reconcile.document_sequence import bridges, cart_id
from harness.protocols.jirafe.reconcile.finding_text import about_document, about_event, about_step, listed, near
from harness.protocols.jirafe.reconcile.line_items import Content, in_words, names, of_document, of_ledger
from harness.protocols.jirafe.reconcile.prices_and_sums import holds, wrong_items, wrong_prices, wrong_sum
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Filed, Said, Sources
from harness.recording.timeline import StepTimeline

_HINT = "send a cart document whenever a cart changes, and send it again where the collector fails"


@dataclass(frozen=True, kw_only=True)
class _State:
    """A state of a cart by the ledger. `is_due`: the cart was left like that by a step, so that a document has to say it."""

    cart: Mapping[str, Any]
    content: Content
    step: StepTimeline
    customer: str | None
    is_due: bool = False


def check(books: Sources) -> Iterator[Finding]:
    """Every state of every cart, in both books."""
    if not books.expects("cart") and not books.filed("cart"):
        return
    filed: dict[str, list[Filed]] = defaultdict(list)
    states = _states(books)
    for document in books.filed("cart"):
        filed[_number(document, states)].append(document)
    if not books.has_ledger:
        yield from _against_events(books, filed)
        return
    for unknown in [number for number in filed if number not in states]:
        meant = _meant(unknown, filed, states)
        yield _unknown(filed[unknown][0], meant, list(states))
        if meant is not None:
            filed[meant] += filed.pop(unknown)
    for number, history in states.items():
        yield from _against_ledger(books, history, filed.get(number, []))


def _number(filed: Filed, known: Mapping[str, Any]) -> str:
    """The cart that a document is about: its id, or else the one that it names beside its own."""
    named = filed.body.get("cart_id")
    return named if isinstance(named, str) and named in known else cart_id(filed)


def _states(books: Sources) -> dict[str, list[_State]]:
    """What the ledger says of each cart, by its pages too: a cart may come from an earlier visit, or be joined at sign-in."""
    found: dict[str, list[_State]] = defaultdict(list)
    customers: dict[str, str | None] = {}
    for step in books.timeline.steps:
        changed: set[str] = set()
        for entry in step.entries:
            session = entry["session"]
            if entry["kind"] in ("page", "customer"):
                is_out = entry.get("change") == "signed out"
                customers[session] = None if is_out else entry.get("customer", {}).get("id")
            if entry["kind"] in ("page", "cart"):
                cart = entry["cart"]
                content, history = of_ledger(cart["items"]), found[cart["id"]]
                if not history or history[-1].content != content or entry["kind"] == "cart":
                    history.append(_State(cart=cart, content=content, step=step, customer=customers.get(session)))
                changed |= {cart["id"]} if entry["kind"] == "cart" else set()
        for number in changed if not step.failure else ():
            found[number][-1] = replace(found[number][-1], is_due=True)
    return found


def _against_ledger(books: Sources, states: Sequence[_State], filed: Sequence[Filed]) -> Iterator[Finding]:
    due = [state for state in states if state.is_due]
    if not filed:
        if due and books.expects("cart"):
            yield _missing(due[-1], is_certain=True)
        return
    known = names([state.cart["items"] for state in states])
    readable = [document for document in filed if holds(document, known) is not None]
    held = [holds(document, known) for document in readable]
    contents = [state.content for state in states]
    last = len(states) - 1
    before = 0
    for index, number in align(contents, held):
        if index is None and number is not None:
            yield wrong_items(readable[number], held[number], contents[before], source="the ledger's cart holds")
        elif index is not None and number is None:
            is_missed = states[index].is_due and books.expects("cart") and len(readable) == len(filed)
            if is_missed:
                yield _missing(states[index], is_certain=index == last or bridges(filed, contents[index], known))
        elif index is not None and number is not None:
            yield from _compare(readable[number], held[number], states[index])
        before = before if index is None else index


def _compare(filed: Filed, held: Content | None, state: _State) -> Iterator[Finding]:
    if held != state.content:
        yield wrong_items(filed, held, state.content, source="the ledger's cart holds")
        return
    yield from wrong_prices(filed, state.cart["items"])
    yield from wrong_sum(filed, "subtotal", state.cart["subtotal"], whose=f"cart {state.cart['id']}")
    if state.customer is not None and customer_of(filed) is not None:
        yield from wrong_customer(filed, state.customer, whose="the shopper in the ledger")


def _missing(state: _State, *, is_certain: bool) -> Finding:
    held = in_words(state.content)
    return about_step(
        "missing-document",
        state.step,
        f"cart: the ledger says that cart {state.cart['id']} holds {held}, and no cart document says so",
        hint=_HINT,
        document="cart",
        severity=Severity.ERROR if is_certain else Severity.WARNING,
        value=None,
        allowed=held,
        gap=held,
    )


def _meant(unknown: str, filed: Mapping[str, Sequence[Filed]], states: Mapping[str, Sequence[_State]]) -> str | None:
    """The cart that a document with an unknown id speaks of: one that no other document does, with the same contents."""
    held = {document.content for document in filed[unknown]}
    for number, history in states.items():
        if number not in filed and held & set(names([state.cart["items"] for state in history if state.cart["items"]])):
            return number
    return None


def _unknown(filed: Filed, meant: str | None, known: Sequence[str]) -> Finding:
    number = cart_id(filed)
    right = f'is "{meant}" in the ledger' if meant else f"is none in the ledger{near(number, known)}"
    return about_document(
        "wrong-value" if meant else "unexpected-document",
        filed,
        ("id",),
        f'the id of the cart is "{number}", and {right}',
        hint="send the cart's id as the store has it, letter by letter: ids are texts, zeros in front count",
        value=number,
        allowed=meant or list(known),
    )


def _against_events(books: Sources, filed: Mapping[str, Sequence[Filed]]) -> Iterator[Finding]:
    """Without a ledger: the events of each cart, replayed, and its documents. What findings speak of is no witness."""
    if not filed or books.told.is_silent:
        return
    said = list(books.of_type(*CART_EVENTS))
    spoken: dict[str, list[Said]] = defaultdict(list)
    for event in said:
        cart = event.event.body.get("cart")
        number = cart.get("id") if isinstance(cart, dict) else None
        if isinstance(number, str):
            spoken[number].append(event)
    for number in [number for number in spoken if number not in filed]:
        yield _strange(spoken[number][0], number, [other for other in filed if other not in spoken] or list(filed))
    is_broken = any(step.failure for step in books.timeline.steps)
    if not said and not is_broken:
        yield from _no_events(filed)
    is_explained = any(event.is_explained for event in said)
    if is_broken or is_explained or any(books.told.in_step(step, CART_EVENTS) for step in books.timeline.steps):
        return
    end = _free_until(books)
    for number, documents in filed.items() if not books.is_held_back else ():
        early = [document for document in documents if document.step.number < end]
        mine = [event for event in spoken.get(number, ()) if event.step.number < end]
        if early and mine:
            yield from _replayed(mine, early)


def _strange(said: Said, number: str, known: Sequence[str]) -> Finding:
    return about_event(
        "wrong-value",
        said,
        ("cart", "id"),
        f'cart.id is "{number}", and the back end\'s cart documents are about {listed(known)}',
        hint="take the cart's id from the same place on the page and in the back end",
        value=number,
        allowed=list(known),
    )


def _free_until(books: Sources) -> float:
    """The first step in which a store may change the cart by itself: at sign-in, or with an order."""
    steps = [filed.step.number for filed in books.filed("order") if filed.step.number]
    steps += [said.step.number for said in books.of_type("order_success")]
    views = list(books.of_type("pageview"))
    steps += [
        after.step.number
        for before, after in pairwise(views)
        if before.event.body.get("customer") != after.event.body.get("customer")
    ]
    return min(steps, default=math.inf)


def _replayed(spoken: Sequence[Said], filed: Sequence[Filed]) -> Iterator[Finding]:
    start = of_document(filed[0].body.get("previous_items", []))
    states = [quantities(start or ())]
    for said in spoken:
        state = shift(states[-1], said.event)
        if state is None:
            return
        states.append(state)
    contents: list[Content] = [tuple(sorted(state.items())) for state in states]
    readable = [document for document in filed if document.content is not None]
    held = [document.alive for document in readable]
    before = 0
    for index, number in align(contents, held):
        if number is None and index == len(contents) - 1:
            yield _unsaid(spoken[-1], contents[-1])
        elif number is not None and (index is None or contents[index] != held[number]):
            right = contents[before if index is None else index]
            yield wrong_items(readable[number], held[number], right, source="the cart events, replayed, give")
        before = before if index is None else index


def _unsaid(last: Said, content: Content) -> Finding:
    return about_step(
        "missing-document",
        last.step,
        f"cart: the cart events, replayed, give {in_words(content)}, and no cart document says so",
        hint=_HINT,
        document="cart",
        value=None,
        allowed=in_words(content),
    )


def _no_events(filed: Mapping[str, Sequence[Filed]]) -> Iterable[Finding]:
    for number, documents in filed.items():
        full = [document for document in documents if document.content]
        if full:
            yield about_step(
                "missing-event",
                full[0].step,
                f"{CART_EVENTS[0]} is missing: the back end says that cart {number} holds "
                f"{in_words(full[0].content)}, and the browser sent no cart event",
                hint="send a cart event whenever the shopper changes the cart; one that was filled before needs none",
                event=CART_EVENTS[0],
                severity=Severity.WARNING,
                beacon=full[0].document.beacon.number,
            )
