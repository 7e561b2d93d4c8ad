"""The events that a target's actions and facts require, for a store without a ledger."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.events import Event
from harness.judge.expectations import Expectation
from harness.protocols.jirafe.rules.page_values import alternatives, code_fact
from harness.protocols.jirafe.wire.plain_values import plain_amount
from harness.recording.records import ADDS, BUYS, CHANGES, REMOVES, UNKNOWN, ActionPerformed
from harness.recording.timeline import StepTimeline, Timeline

_ADD, _REMOVE, _EDIT = CART_EVENTS = ("add_item_to_cart", "remove_item_from_cart", "edit_cart")
_WORDS = {
    _ADD: "adds to the cart",
    _REMOVE: "removes from the cart",
    _EDIT: "changes a quantity in the cart",
}


@dataclass(kw_only=True)
class _Line:
    """A product that the actions put into the cart: its known names and codes, and its quantity, None if unknown."""

    names: frozenset[str]
    facts: Mapping[str, Any]
    quantity: int | None


@dataclass(kw_only=True)
class _Cart:
    lines: list[_Line] = field(default_factory=list)

    def find(self, product: str) -> _Line | None:
        named = [line for line in self.lines if product in line.names]
        return named[-1] if named else None

    def forget_quantities(self) -> None:
        for line in self.lines:
            line.quantity = None


def action_expectations(timeline: Timeline) -> Iterator[Expectation]:
    """One event for each performed action on the cart, and one for the receipt of each order."""
    due = list(_of_actions(timeline))
    yield from due
    yield from _possible(timeline, due)
    yield from _receipts(timeline)


def _of_actions(timeline: Timeline) -> Iterator[Expectation]:
    cart = _Cart()
    for step in timeline.steps:
        actions = [action for action in step.browser.actions if action.effect in (ADDS, REMOVES, CHANGES)]
        events = [event for event in step.events if event.type in CART_EVENTS]
        for action in actions:
            due = _due(action, cart, step)
            others = _equivalent(due, action, events) if len(actions) == 1 else None
            yield from others or [due]
        if _is_uncertain(step):
            cart.forget_quantities()


def _is_uncertain(step: StepTimeline) -> bool:
    """Whether an action with an unknown effect may have changed the cart."""
    return any(action.effect == UNKNOWN for action in step.browser.actions)


def _due(action: ActionPerformed, cart: _Cart, step: StepTimeline) -> Expectation:
    """The event of an action by errata 15: the quantity added, the quantity removed, or the new quantity."""
    quantity = int(action.quantity) if action.quantity.isascii() and action.quantity.isdigit() else None
    if action.effect == ADDS:
        line = _added(cart, action, quantity, step)
        return _of_action(_ADD, action, line, quantity, step)
    known = cart.find(action.product)
    before = known.quantity if known else None
    if action.effect == REMOVES or quantity == 0:
        cart.lines = [line for line in cart.lines if line is not known]
        return _of_action(_REMOVE, action, known, before, step)
    if known:
        known.quantity = quantity
    is_same = quantity is not None and quantity == before
    return replace(_of_action(_EDIT, action, known, quantity, step), is_optional=is_same)


def _added(cart: _Cart, action: ActionPerformed, quantity: int | None, step: StepTimeline) -> _Line:
    names = frozenset(value for key in ("code", "name", "sku") for value in action.facts.get(key, ()))
    known = next((line for line in cart.lines if names and line.names == names), None)
    if known is None:
        known = _Line(names=names, facts=_line_facts(action, step), quantity=quantity)
        cart.lines.append(known)
    elif known.quantity is not None:
        known.quantity = None if quantity is None else known.quantity + quantity
    return known


def _line_facts(action: ActionPerformed, step: StepTimeline) -> dict[str, Any]:
    """The fields of a line item that the page's facts state."""
    lines = [event.body.get("line_item") for event in step.events if event.type == _ADD]
    sent = [line for line in lines if isinstance(line, Mapping)]
    facts = {}
    for name, key in (("product_code", "code"), ("sku_code", "sku")):
        fact = code_fact(key, action.facts.get(key, ()), [line.get(name) for line in sent])
        if fact is not None:
            facts[name] = fact
    amounts = {plain_amount(text) for text in action.facts.get("price", ())}
    amount = amounts.pop() if len(amounts) == 1 else None
    return {**facts, **({"price": {"$about": float(amount)}} if amount is not None else {})}


def _of_action(
    event: str, action: ActionPerformed, line: _Line | None, quantity: int | None, step: StepTimeline
) -> Expectation:
    return Expectation(
        type=event,
        pattern={} if quantity is None else {"line_item": {"quantity": str(quantity)}},
        facts={"line_item": line.facts} if line and line.facts else {},
        why=f'the action "{action.title}" {_WORDS[event]}',
        step=step.number,
        url=step.url,
    )


def _equivalent(due: Expectation, action: ActionPerformed, events: Sequence[Event]) -> list[Expectation] | None:
    """Expectations of the events that arrived instead if they have the same effect in total; None if they do not.

    A target may add in several clicks, or set the quantity later in the cart.
    """
    loose = replace(due, pattern={})
    about = [event for event in events if replace(loose, type=event.type).is_met_by(event)]
    quantities = [_quantity(event) for event in about]
    if len(about) < 2 or None in quantities or not action.quantity.isdigit():
        return None
    wanted, last = int(action.quantity), about[-1]
    types = {event.type for event in about}
    total = sum(quantity or 0 for quantity in quantities)
    has_steps = types == {_EDIT} or (types == {_ADD, _EDIT} and last.type == _EDIT)
    is_sum = types == {_ADD} and action.effect == ADDS and total == wanted
    if not is_sum and not (has_steps and quantities[-1] == wanted):
        return None
    bodies = zip(about, quantities, strict=True)
    return [
        replace(loose, type=event.type, pattern={"line_item": {"quantity": str(quantity)}})
        for event, quantity in bodies
    ]


def _quantity(event: Event) -> int | None:
    line = event.body.get("line_item")
    text = line.get("quantity") if isinstance(line, Mapping) else None
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else None


def _possible(timeline: Timeline, due: Sequence[Expectation]) -> Iterator[Expectation]:
    """Optional expectations of the cart events in steps whose actions may have changed the cart: each counts once.

    Events that are due in earlier steps and have not arrived there are left to those.
    """
    overdue: Counter[str] = Counter()
    for step in timeline.steps:
        events = {json.dumps([event.type, event.body]): event for event in step.events}.values()
        for name in {expectation.type for expectation in due} if _is_uncertain(step) else ():
            for event in [event for event in events if event.type == name][max(0, overdue[name]) :]:
                yield Expectation(
                    type=event.type,
                    pattern={},
                    why="an action of this step may have changed the cart",
                    step=step.number,
                    url=step.url,
                    is_optional=True,
                )
        here = [expectation for expectation in due if expectation.step == step.number and not expectation.is_optional]
        overdue += Counter(expectation.type for expectation in here)
        overdue -= Counter(event.type for event in step.events)


def _receipts(timeline: Timeline) -> Iterator[Expectation]:
    """One order_success for each order number that pages state after a purchase, or when the event arrives."""
    seen: set[str] = set()
    has_bought = False
    for step in timeline.steps:
        has_bought = has_bought or any(action.effect == BUYS for action in step.browser.actions)
        sent = [event.body.get("order") for event in step.events if event.type == "order_success"]
        shown = [facts for facts in step.facts if facts.get("order", {}).get("number")]
        new = [facts for facts in shown if facts["order"]["number"] not in seen]
        seen |= {facts["order"]["number"] for facts in shown}
        if not new or not (has_bought or sent):
            continue
        has_bought = False
        number = new[-1]["order"]["number"]
        numbers = [order.get("num") for order in sent if isinstance(order, Mapping)]
        yield Expectation(
            type="order_success",
            pattern={"order": {"num": alternatives([number], numbers)}},
            why=f"the shopper saw the receipt of order {number}",
            step=step.number,
            url=str(new[-1].get("page", {}).get("url", step.url)),
            codes={"/order/num": "order-number-mismatch"},
        )
