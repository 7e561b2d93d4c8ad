"""The cart events, replayed: after each step they must give the ledger's cart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harness.events import Event
from harness.findings import Finding
from harness.protocols.jirafe.reconcile.content_findings import CENT
from harness.protocols.jirafe.reconcile.finding_text import step_finding
from harness.protocols.jirafe.reconcile.line_items import describe_content, ledger_content
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS, Sources, StepEvent
from harness.recording.timeline import StepTimeline

Cart = Mapping[str, int]
"""Quantities by the variants' codes."""

Entry = Mapping[str, Any]
Prices = dict[tuple[str, str], float]
"""Prices by cart id and variant code."""

_SIGNS = {"add": 1, "remove": -1}
_CHANGES = dict(zip(CART_EVENTS, ("add", "remove", "edit"), strict=True))


def apply_event(cart: Cart, event: Event) -> dict[str, int] | None:
    """The cart after an event (errata 15). None if the event contains no valid change."""
    line = event.body.get("line_item")
    code, quantity = (line.get("sku_code"), line.get("quantity")) if isinstance(line, Mapping) else (None, None)
    if not isinstance(code, str) or not (isinstance(quantity, str) and quantity.isascii() and quantity.isdigit()):
        return None
    return apply_change(cart, _CHANGES[event.type], code, int(quantity[:9]))


def apply_change(cart: Cart, change: str, code: str, quantity: int) -> dict[str, int]:
    """The cart after a change. Empty lines disappear; negative quantities stay, so that they are found."""
    old = cart.get(code, 0)
    new = quantity if change == "edit" else old + _SIGNS[change] * quantity
    return {**{name: count for name, count in cart.items() if name != code}, **({code: new} if new else {})}


def replay_findings(sources: Sources) -> Iterator[Finding]:
    """Compare each cart after each step. The replay continues from the ledger's cart, so that a defect is reported once.

    Steps in which injected faults may have moved or dropped events are skipped.
    """
    if not sources.has_ledger or sources.reported.is_silent:
        return
    known: dict[str, Cart] = {}
    prices: Prices = {}
    events_of: dict[int, list[StepEvent]] = defaultdict(list)
    for event in sources.events_of(*CART_EVENTS):
        events_of[event.step.number].append(event)
    for step in sources.timeline.steps:
        entries_of, events = _entries_by_cart(step), events_of[step.number]
        _note_prices(events, prices, entries_of)
        is_excused = bool(step.failure) or step.may_miss_events or any(event.is_explained for event in events)
        for number, entries in entries_of.items():
            before = known.get(number, _cart_before(entries))
            after = known[number] = dict(ledger_content(entries[-1]["cart"]["items"]))
            own = [event for event in events if _is_about(event, number, entries_of)]
            if is_excused or _is_changed_by_store(step, number, entries, before, after):
                continue
            if (own or before != after) and not sources.reported.may_concern(step, CART_EVENTS):
                yield from _compare(step, entries[-1]["cart"], before, own, prices)


def _entries_by_cart(step: StepTimeline) -> dict[str, list[Entry]]:
    entries_of: dict[str, list[Entry]] = defaultdict(list)
    for entry in step.entries:
        if entry["kind"] in ("page", "cart"):
            entries_of[entry["cart"]["id"]].append(entry)
    return entries_of


def _cart_before(entries: Sequence[Entry]) -> Cart:
    """The content of a cart before its first entry in the ledger."""
    first = entries[0]
    content = dict(ledger_content(first["cart"]["items"]))
    if first["kind"] == "page" or first["change"] == "edit":
        return content
    opposite = {"add": "remove", "remove": "add"}[first["change"]]
    return apply_change(content, opposite, first["product"]["sku"], first["quantity"])


def _is_changed_by_store(step: StepTimeline, number: str, entries: Iterable[Entry], before: Cart, after: Cart) -> bool:
    """Whether the store changed the cart at sign-in or with the order, without an entry for the change."""
    if not any(_may_change_cart(entry, number) for entry in step.entries):
        return False
    for entry in entries:
        if entry["kind"] == "cart":
            before = apply_change(before, entry["change"], entry["product"]["sku"], entry["quantity"])
    return before != after


def _may_change_cart(entry: Entry, number: str) -> bool:
    return entry["kind"] == "customer" or bool(entry["kind"] == "order" and entry["order"]["cart_id"] == number)


def _is_about(event: StepEvent, number: str, entries_of: Mapping[str, Any]) -> bool:
    """Whether an event is about that cart. Without an id it is about the only cart."""
    cart = event.item("cart", "id")
    return cart == number or (cart is None and len(entries_of) == 1)


def _note_prices(events: Iterable[StepEvent], prices: Prices, entries_of: Mapping[str, Any]) -> None:
    for event in events:
        for number in entries_of if isinstance(event.body.get("line_item"), Mapping) else ():
            if _is_about(event, number, entries_of):
                key = number, str(event.item("line_item", "sku_code"))
                prices.pop(key, None)
                price = None if event.is_explained else _amount(event.item("line_item", "price"))
                if price is not None:
                    prices[key] = price


def _amount(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _compare(
    step: StepTimeline, cart: Entry, before: Cart, events: Sequence[StepEvent], prices: Prices
) -> Iterator[Finding]:
    state: dict[str, int] = dict(before)
    for event in events:
        changed = apply_event(state, event.event)
        if changed is None:
            return
        state = changed
    got, right = tuple(sorted(state.items())), ledger_content(cart["items"])
    beacon = events[-1].beacon.number if events else None
    if got == right:
        yield from _sum_findings(step, cart, state, prices, beacon)
        return
    yield step_finding(
        "items-mismatch",
        step,
        f"the replayed cart events give {describe_content(got)}; expected {describe_content(right)} "
        f"(the ledger's cart {cart['id']})",
        hint="Send an event for every change of the cart, with the quantity that its type requires.",
        value=describe_content(got),
        allowed=describe_content(right),
        beacon=beacon,
    )


def _sum_findings(
    step: StepTimeline, cart: Entry, state: Cart, prices: Prices, beacon: int | None
) -> Iterator[Finding]:
    """Compare the sum of price × quantity in the events with the ledger's subtotal, if all prices are known."""
    known = [prices.get((cart["id"], code)) for code in state]
    total = sum(price * quantity for price, quantity in zip(known, state.values(), strict=True) if price is not None)
    if None not in known and abs(total - float(cart["subtotal"])) > CENT:
        yield step_finding(
            "total-mismatch",
            step,
            f"the prices in the replayed cart events add up to {total:.2f}; expected {cart['subtotal']} "
            f"(the subtotal of the ledger's cart {cart['id']})",
            hint="Send the right price of each line, and check that the store adds up price × quantity.",
            value=f"{total:.2f}",
            allowed=cart["subtotal"],
            beacon=beacon,
        )
