"""The cart events, replayed: after every step they must give the ledger's cart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harness.events import Event
from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_step
from harness.protocols.jirafe.reconcile.line_items import Content, in_words, of_ledger
from harness.protocols.jirafe.reconcile.prices_and_sums import CENT
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Said, Sources
from harness.recording.timeline import StepTimeline

Cart = Mapping[str, int]
"""Quantities by the variants' codes."""

_SIGNS = {"add": 1, "remove": -1}
_CHANGES = dict(zip(CART_EVENTS, ("add", "remove", "edit"), strict=True))


def quantities(held: Content) -> dict[str, int]:
    """What a cart holds, to be changed."""
    return dict(held)


def shift(cart: Cart, event: Event) -> dict[str, int] | None:
    """The cart after an event (errata 15); None where the event does not say what changed."""
    line = event.body.get("line_item")
    code, quantity = (line.get("sku_code"), line.get("quantity")) if isinstance(line, Mapping) else (None, None)
    if not isinstance(code, str) or not (isinstance(quantity, str) and quantity.isascii() and quantity.isdigit()):
        return None
    return changed(cart, _CHANGES[event.type], code, int(quantity[:9]))


def changed(cart: Cart, change: str, code: str, quantity: int) -> dict[str, int]:
    """The cart after a change; a line that holds nothing is gone, one that holds less than nothing stays to be seen."""
    old = cart.get(code, 0)
    new = quantity if change == "edit" else old + _SIGNS[change] * quantity
    return {**{name: count for name, count in cart.items() if name != code}, **({code: new} if new else {})}


def check(books: Sources) -> Iterator[Finding]:
    """Step by step and cart by cart. After each step the ledger's cart counts, so that one slip is told once.

    Where faults of the scenario move events to another step, or keep them away for good, that they come is told elsewhere.
    """
    if not books.has_ledger or books.told.is_silent:
        return
    known: dict[str, Cart] = {}
    prices: dict[tuple[str, str], float] = {}
    said: dict[int, list[Said]] = {}
    for event in books.of_type(*CART_EVENTS):
        said.setdefault(event.step.number, []).append(event)
    for step in books.timeline.steps:
        views = _views(step)
        events = said.get(step.number, [])
        _note_prices(events, prices, views)
        is_excused = bool(step.failure) or step.may_miss_events or any(event.is_explained for event in events)
        for number, entries in views.items():
            before = known.get(number, _first(entries))
            after = dict(of_ledger(entries[-1]["cart"]["items"]))
            known[number] = after
            mine = [event for event in events if _is_about(event, number, views)]
            if is_excused or _moves_by_itself(step, number, entries, before, after):
                continue
            if (mine or before != after) and not books.told.in_step(step, CART_EVENTS):
                yield from _compare(step, entries[-1]["cart"], before, mine, prices)


def _views(step: StepTimeline) -> dict[str, list[Mapping[str, Any]]]:
    """What the ledger says of each cart in a step, in order."""
    views: dict[str, list[Mapping[str, Any]]] = {}
    for entry in step.entries:
        if entry["kind"] in ("page", "cart"):
            views.setdefault(entry["cart"]["id"], []).append(entry)
    return views


def _first(entries: Sequence[Mapping[str, Any]]) -> Cart:
    """What a cart held before the ledger first speaks of it."""
    first = entries[0]
    held = dict(of_ledger(first["cart"]["items"]))
    if first["kind"] == "page" or first["change"] == "edit":
        return held
    undone = {"add": "remove", "remove": "add"}[first["change"]]
    return changed(held, undone, first["product"]["sku"], first["quantity"])


def _moves_by_itself(
    step: StepTimeline, number: str, entries: Iterable[Mapping[str, Any]], before: Cart, after: Cart
) -> bool:
    """Whether the store changed the cart at sign-in, or emptied it with the order, and writes no change into its ledger."""
    if not any(_frees(entry, number) for entry in step.entries):
        return False
    for entry in entries:
        if entry["kind"] == "cart":
            before = changed(before, entry["change"], entry["product"]["sku"], entry["quantity"])
    return before != after


def _frees(entry: Mapping[str, Any], number: str) -> bool:
    return entry["kind"] == "customer" or bool(entry["kind"] == "order" and entry["order"]["cart_id"] == number)


def _is_about(said: Said, number: str, views: Mapping[str, Any]) -> bool:
    """Whether an event is about that cart; one that names none is about the only cart that there is."""
    cart = said.event.body.get("cart")
    its = cart.get("id") if isinstance(cart, Mapping) else None
    return its == number or (its is None and len(views) == 1)


def _note_prices(events: Iterable[Said], prices: dict[tuple[str, str], float], views: Mapping[str, Any]) -> None:
    for said in events:
        line = said.event.body.get("line_item")
        if not isinstance(line, Mapping):
            continue
        for number in views:
            if _is_about(said, number, views):
                key = number, str(line.get("sku_code"))
                prices.pop(key, None)
                price = None if said.is_explained else _amount(line.get("price"))
                if price is not None:
                    prices[key] = price


def _amount(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _compare(
    step: StepTimeline,
    cart: Mapping[str, Any],
    before: Cart,
    events: Sequence[Said],
    prices: Mapping[tuple[str, str], float],
) -> Iterator[Finding]:
    state: dict[str, int] = dict(before)
    for said in events:
        moved = shift(state, said.event)
        if moved is None:
            return
        state = moved
    got, right = tuple(sorted(state.items())), of_ledger(cart["items"])
    beacon = events[-1].event.beacon.number if events else None
    if got != right:
        yield about_step(
            "items-mismatch",
            step,
            f"the cart events, replayed, give {in_words(got)}; the ledger's cart {cart['id']} holds {in_words(right)}",
            hint="send an event for every change of the cart, with the quantity that its type asks for",
            value=in_words(got),
            allowed=in_words(right),
            beacon=beacon,
        )
    else:
        yield from _check_sum(step, cart, state, prices, beacon)


def _check_sum(
    step: StepTimeline,
    cart: Mapping[str, Any],
    state: Cart,
    prices: Mapping[tuple[str, str], float],
    beacon: int | None,
) -> Iterator[Finding]:
    """Σ price × quantity of the events against the ledger's subtotal, where every line's price is known."""
    priced = [prices.get((cart["id"], code)) for code in state]
    total = sum(price * quantity for price, quantity in zip(priced, state.values(), strict=True) if price is not None)
    if None not in priced and abs(total - float(cart["subtotal"])) > CENT:
        yield about_step(
            "total-mismatch",
            step,
            f"the cart events, replayed, come to {total:.2f}; the subtotal of the ledger's cart {cart['id']} is {cart['subtotal']}",
            hint="does the store add up price × quantity of every line, and does the page tell each line's price?",
            value=f"{total:.2f}",
            allowed=cart["subtotal"],
            beacon=beacon,
        )
