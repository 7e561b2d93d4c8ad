"""Record the effects of actions on cart and orders: in a store without a ledger, only the target's actions state them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from harness.recording.recorder import Recorder
from harness.recording.records import ADDS, BUYS, CHANGES, REMOVES, UNKNOWN, ActionPerformed, PageRead
from harness.scenario.actions import Action, Call
from harness.scenario.target import Target
from harness.scenario.variables import Variables

CART_ACTIONS: Final[Mapping[str, str]] = {"add to cart": ADDS, "remove": REMOVES, "change quantity": CHANGES}
"""The actions of a target that change the cart, and their effects."""

_BUYING = ("check out", "place order")
_NEUTRAL = (
    *("home", "category", "next page", "search", "open product", "cart", "accept cookies", "refuse cookies"),
    *("withdraw consent", "go to checkout", "give address", "choose shipping", "choose payment", "cancel payment"),
    *("sign out", "order history", "order page", "cancel order"),
)
"""The names of actions that leave the cart as it is."""

_INTERACTIONS = ("click", "click if there", "fill", "fill if there", "select", "check", "press", "adjust")
_CHOOSING = ("select", "check")


def has_effects(target: Target) -> bool:
    """Whether the target's actions are the only source of cart changes and orders."""
    return not target.is_built_in and target.ledger is None


@dataclass(kw_only=True)
class EffectLog:
    """Records an effect when the action that has it ends; an effect within another action of a known effect is part of that."""

    recorder: Recorder
    is_needed: bool
    _depth: int = field(default=0, init=False)

    def interact(self, call: Call) -> None:
        """Record that a plain action outside of all known actions may have changed the cart."""
        if self.is_needed and not self._depth and call.action in _INTERACTIONS:
            self.recorder.add(ActionPerformed(effect=UNKNOWN, title=call.title))

    @contextmanager
    def neutral(self) -> Iterator[None]:
        """Plain actions within leave the cart as it is."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def during(
        self, call: Call, action: Action, arguments: Mapping[str, str], variables: Callable[[], Variables]
    ) -> Iterator[None]:
        """Record the effect of the target's action that is performed within."""
        effect = _effect(action)
        if not self.is_needed or not effect:
            yield
            return
        first, before = len(self.recorder.records), variables().known.get("product", {})
        with self.neutral():
            yield
        if effect in (ADDS, REMOVES, CHANGES, BUYS):
            known = () if effect != ADDS else _known_fields(action, arguments)
            reads = [record for record in self.recorder.records[first:] if isinstance(record, PageRead)]
            values = [before, *(read.facts.get("product", {}) for read in reads)]
            facts = {key: list(dict.fromkeys(str(each[key]) for each in values if key in each)) for key in known}
            product, quantity = _product_and_quantity(effect, arguments)
            self.recorder.add(
                ActionPerformed(
                    effect=effect,
                    title=call.title,
                    product=product,
                    quantity=quantity,
                    facts={key: found for key, found in facts.items() if found},
                )
            )


def _effect(action: Action) -> str:
    """The effect of a target's action; empty if it is unknown."""
    if action.name in CART_ACTIONS:
        return CART_ACTIONS[action.name]
    if action.buys or (action.buys is None and action.name in _BUYING):
        return BUYS
    return "none" if action.name in _NEUTRAL else ""


def _known_fields(action: Action, arguments: Mapping[str, str]) -> tuple[str, ...]:
    """The facts of the page that hold for the added product; a choice of a variant may have changed the others."""
    chooses = any(line.action in _CHOOSING for line in action.do) or set(arguments) - {"quantity"}
    return ("code", "name") if chooses else ("code", "name", "sku", "price")


def _product_and_quantity(effect: str, arguments: Mapping[str, str]) -> tuple[str, str]:
    if effect == ADDS:
        return "", arguments.get("quantity", "")
    values = list(arguments.values())
    if effect == REMOVES:
        return next(iter(values), ""), ""
    if effect == CHANGES:
        return arguments.get("of", values[0] if len(values) > 1 else ""), arguments.get(
            "to", values[-1] if values else ""
        )
    return "", ""
