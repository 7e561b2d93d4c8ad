"""Order documents against the ledger's orders, and against each other: placed, accepted, cancelled."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.alignment import align
from harness.protocols.jirafe.reconcile.customers import customer_of, wrong_customer
from harness.protocols.jirafe.reconcile.document_sequence import cart_id
from harness.protocols.jirafe.reconcile.finding_text import about_document, about_step, listed, near
from harness.protocols.jirafe.reconcile.line_items import Content, in_words, names, of_ledger
from harness.protocols.jirafe.reconcile.prices_and_sums import holds, wrong_items, wrong_prices, wrong_sum
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Filed, OrderState, Said, Sources

_DOCUMENT_OF = {"placed": "placed", "paid": "accepted", "edited": "accepted", "cancelled": "cancelled"}
_SUMS = {"subtotal": "subtotal", "total": "total"}
_HINT = (
    "send placed at the checkout, accepted once it is paid and whenever it is edited, cancelled when it is called off"
)

Orders = Mapping[str, Sequence[Filed]]


def check(books: Sources) -> Iterator[Finding]:
    """Every order, by its number."""
    filed: dict[str, list[Filed]] = defaultdict(list)
    for document in books.filed("order"):
        number = document.body.get("order_number")
        if isinstance(number, str):
            filed[number].append(document)
    if books.has_ledger:
        for unknown in [number for number in filed if number not in books.states]:
            meant = _meant(filed[unknown][0], filed, books)
            yield _unknown(filed[unknown][0], meant, list(books.states))
            if meant is not None:
                moved = [*filed[meant], *filed.pop(unknown)]
                filed[meant] = sorted(moved, key=lambda document: document.document.beacon.number)
        has_past = any(books.is_past(number) for number in filed)
        for number, states in books.states.items():
            documents = filed.get(number, [])
            yield from _against_ledger(books, states, documents)
            if not states[0].order.get("past") or has_past:
                yield from _missing(books, states, documents)
    else:
        yield from _against_events(books, filed)
    for number, documents in filed.items():
        yield from _check_order(books, number, documents)


def _meant(filed: Filed, known: Orders, books: Sources) -> str | None:
    """The order that a document with an unknown number speaks of: one that lacks such a document."""
    free = [number for number in books.states if not books.is_past(number) and _lacks(known.get(number, ()), filed)]
    number, cart = str(filed.body.get("order_number")), filed.body.get("cart_id")
    alike = [other for other in free if other.lstrip("0") == number.lstrip("0")]
    alike += [other for other in free if books.states[other][0].order["cart_id"] == cart]
    return next(iter(alike or (free if len(free) == 1 else [])), None)


def _lacks(known: Sequence[Filed], filed: Filed) -> bool:
    return all(other.status != filed.status for other in known)


def _unknown(filed: Filed, meant: str | None, known: Sequence[str]) -> Finding:
    number = filed.body["order_number"]
    right = f'"{meant}" in the ledger' if meant else f"no order's in the ledger{near(number, known)}"
    return about_document(
        "order-number-mismatch",
        filed,
        ("order_number",),
        f'order_number is "{number}", and {right}',
        hint="send the number as the store shows it, letter by letter: it is a text, zeros in front count",
        value=number,
        allowed=meant or list(known),
    )


def _against_events(books: Sources, filed: Orders) -> Iterator[Finding]:
    """Without a ledger: the cart and the customer of each order that was placed in this journey."""
    carts = {cart_id(document) for document in books.filed("cart")} | set(_carts_of_events(books))
    for number, documents in filed.items():
        if not any(document.status == "placed" for document in documents):
            continue
        customers = _customers_at(books, number)
        for document in documents:
            got = document.body.get("cart_id")
            if isinstance(got, str) and carts and got not in carts:
                right = f"cart events and cart documents are about {listed(sorted(carts))}"
                yield _wrong_cart(document, got, right, sorted(carts))
            if customers and customer_of(document) not in customers:
                yield from wrong_customer(
                    document, customers[-1], whose="the customer of the page view with the receipt"
                )


def _carts_of_events(books: Sources) -> Iterator[str]:
    for said in books.of_type(*CART_EVENTS):
        cart = said.event.body.get("cart")
        if isinstance(cart, dict) and isinstance(cart.get("id"), str):
            yield cart["id"]


def _customers_at(books: Sources, number: str) -> list[str]:
    """Whom the page views named on the page that told of an order's success."""
    pages = [said.event.envelope.get("page") for said in books.of_type("order_success") if _number(said) == number]
    views = [said.event.body for said in books.of_type("pageview") if said.event.envelope.get("page") in pages]
    found = [item for view in views for item in _several(view.get("customer"))]
    return [item["id"] for item in found if isinstance(item, dict) and isinstance(item.get("id"), str)]


def _number(said: Said) -> object:
    order = said.event.body.get("order")
    return order.get("num") if isinstance(order, dict) else None


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check_cart(books: Sources, states: Sequence[OrderState]) -> Iterator[Finding]:
    """The cart that the ledger names for an order against those that it has for the same shopper."""
    first = states[0]
    entries = [entry for step in books.timeline.steps for entry in step.entries if entry["session"] == first.session]
    carts = {entry["cart"]["id"] for entry in entries if entry["kind"] in ("page", "cart")}
    got = first.order["cart_id"]
    if carts and got not in carts and not first.order.get("past"):
        yield about_step(
            "wrong-value",
            first.step,
            f'the ledger says that order {first.order["number"]} comes from cart "{got}", and its carts of that shopper, of '
            f"which the cart events tell, are {listed(sorted(carts))}",
            hint="keep the cart's id with the order",
            document="order",
            value=got,
            allowed=sorted(carts),
        )


def _against_ledger(books: Sources, states: Sequence[OrderState], filed: Sequence[Filed]) -> Iterator[Finding]:
    """What the documents of an order say of it, and the ledger of its cart."""
    odd = list(_check_cart(books, states))
    yield from odd
    known = names([state.order["items"] for state in states])
    allowed = {_DOCUMENT_OF[state.state] for state in states} | {"placed"}
    for document in filed:
        if document.status and document.status not in allowed:
            yield _uncalled_for(document, states)
        elif document.status != "accepted" and holds(document, known) not in (None, *known.values()):
            got = holds(document, known)
            yield wrong_items(document, got, of_ledger(states[0].order["items"]), source="the ledger's order holds")
        yield from _compare(document, states[-1], is_odd=bool(odd))
    accepted = [document for document in filed if document.status == "accepted" and holds(document, known) is not None]
    sold = [state for state in states if _DOCUMENT_OF[state.state] == "accepted"]
    for state, answer in _pairs(sold, accepted, known):
        if answer is not None:
            yield from _compare_items(answer, holds(answer, known), state, sold[-1])


def _compare_items(filed: Filed, got: Content | None, state: OrderState | None, last: OrderState) -> Iterator[Finding]:
    right = of_ledger((state or last).order["items"])
    if state is None or got != right:
        yield wrong_items(filed, got, right, source="the ledger's order holds")
        return
    yield from wrong_prices(filed, state.order["items"])
    for name, ours in _SUMS.items():
        yield from wrong_sum(filed, name, state.order[ours], whose=f"order {state.order['number']}")


def _pairs(
    states: Sequence[OrderState], filed: Sequence[Filed], known: Mapping[Content, Content]
) -> Iterator[tuple[OrderState | None, Filed | None]]:
    if len(states) == len(filed):
        yield from zip(states, filed, strict=True)
        return
    contents = [of_ledger(state.order["items"]) for state in states]
    for index, number in align(contents, [holds(document, known) for document in filed]) if states else ():
        yield None if index is None else states[index], None if number is None else filed[number]


def _compare(filed: Filed, state: OrderState, *, is_odd: bool) -> Iterator[Finding]:
    order = state.order
    yield from wrong_customer(filed, order["customer_id"], whose="the order's customer in the ledger")
    got = filed.body.get("cart_id")
    if isinstance(got, str) and got != order["cart_id"] and not is_odd:
        yield _wrong_cart(
            filed, got, f'"{order["cart_id"]}" in the ledger\'s order {order["number"]}', order["cart_id"]
        )


def _wrong_cart(filed: Filed, got: str, right: str, allowed: Any) -> Finding:
    return about_document(
        "wrong-value",
        filed,
        ("cart_id",),
        f'cart_id is "{got}", and {right}',
        hint="send the id that cart events and cart documents have for the cart, letter by letter",
        value=got,
        allowed=allowed,
    )


def _uncalled_for(filed: Filed, states: Sequence[OrderState]) -> Finding:
    was = [state.state for state in states]
    return about_document(
        "unexpected-document",
        filed,
        ("status",),
        f'status is "{filed.status}", and by the ledger order {states[0].order["number"]} was only ever {", ".join(was)}',
        hint=_HINT,
        value=filed.status,
        allowed=was,
    )


def _missing(books: Sources, states: Sequence[OrderState], filed: Sequence[Filed]) -> Iterator[Finding]:
    """A document for every state; where an earlier one is missing, `_check_order` says so."""
    if not books.expects("order") or any(document.kind == "order" and not document.status for document in filed):
        return
    known = names([state.order["items"] for state in states])
    sent = {document.status for document in filed}
    due = [state for state in states if not state.step.failure]
    if not filed and due:
        yield _unsent(due[0], [_DOCUMENT_OF[state.state] for state in due])
        return
    for state in due:
        word = _DOCUMENT_OF[state.state]
        if word not in sent and word != "placed":
            yield _unsent(state, [word])
    accepted = [document for document in filed if document.status == "accepted"]
    if accepted and all(holds(document, known) is not None for document in accepted):
        sold = [state for state in states if _DOCUMENT_OF[state.state] == "accepted"]
        for sale, document in _pairs(sold, accepted, known):
            if document is None and sale is not None and sale in due and not _said_twice(sale, sold):
                yield _unsent(sale, ["accepted"])


def _said_twice(state: OrderState, sold: Sequence[OrderState]) -> bool:
    """Whether the state before holds the same, so that its document says this one too."""
    index = sold.index(state)
    return index + 1 < len(sold) and of_ledger(sold[index + 1].order["items"]) == of_ledger(state.order["items"])


def _unsent(state: OrderState, words: Sequence[str]) -> Finding:
    order = state.order
    return about_step(
        "missing-document",
        state.step,
        f"order {words[0]}: the ledger says that order {order['number']} is {state.state} with "
        f"{in_words(of_ledger(order['items']))}, and no order document says so",
        hint=_HINT,
        document="order",
        value=None,
        allowed=list(words),
        gap=in_words(of_ledger(order["items"])),
    )


def _check_order(books: Sources, number: str, filed: Sequence[Filed]) -> Iterator[Finding]:
    """Accepted follows placed, cancelled follows one of them. A document that was lost is told already and counts as sent."""
    if any(not document.status for document in filed):
        return
    is_known = number in books.states or any(document.status == "placed" for document in filed)
    is_past = books.is_past(number) if number in books.states else not is_known
    seen: list[str] = []
    for document in filed:
        why, needed = _why_not(document.status, seen, is_past=is_past)
        if why:
            yield _out_of_order(document, number, why, seen, needed)
            return
        seen.append(document.status)


def _why_not(status: str, seen: Sequence[str], *, is_past: bool) -> tuple[str, tuple[str, ...]]:
    """Why a document of this status cannot follow the others, and what it needs before it; empty where it can."""
    needed = {"placed": (), "accepted": () if is_past else ("placed",), "cancelled": ("placed", "accepted")}[status]
    if needed and not any(word in seen for word in needed):
        return f"needs {' or '.join(needed)} before it", needed
    if "cancelled" in seen or (status == "placed" and seen):
        return f"was {seen[-1]} before", ()
    return "", ()


def _out_of_order(filed: Filed, number: str, why: str, seen: Sequence[str], needed: Iterable[str]) -> Finding:
    return about_document(
        "status-order",
        filed,
        ("status",),
        f'status is "{filed.status}", and order {number} {why}; the documents before it: {listed(seen)}',
        hint=_HINT,
        value=[*seen, filed.status],
        allowed=list(needed),
    )
