"""Detect scenarios that place orders: an external store gets orders only if its target allows test orders."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from harness.scenario.actions import Call
from harness.scenario.model import Expect, Scenario
from harness.scenario.target import Target

_ORDER: Final = r"(?:order|purchase|payment|commande|pedido|ordine|bestellung|bestelling)"
_BUYING: Final = re.compile(
    rf"\b(?:place|submit|send|confirm|complete|finish|finali[sz]e|authori[sz]e)\b.{{0,12}}\b{_ORDER}\b|\border (?:now|and pay)\b"
    r"|\b(?:pay|buy|purchase)\b(?!\s*(?:ment|by|with|method))|\bcheck ?out now\b|zahlungspflichtig|kaufen|bezahlen|bestellen"
    r"|\bcommander\b|\bpayer\b|\bacheter\b|\bpagar\b|\bcomprar\b|acquista|\bpaga\b|betalen|k[öo]p nu|zap[łl]a[ćc]|kupuj",
    re.IGNORECASE,
)
_NAMES: Final = ("check out", "place order", "checkout", "buy", "pay", "order")
_CLICKS: Final = ("click", "click if there", "press", "check")


def is_buying(words: str) -> bool:
    """Whether the words of a button or a selector are those of a purchase."""
    separated = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-./#\[\]=\"'()]+", " ", words)
    return bool(_BUYING.search(separated))


def all_calls(calls: Iterable[Call], target: Target) -> Iterator[Call]:
    """These calls, and the calls in their actions."""
    for call in calls:
        yield call
        if call.action in target.actions:
            yield from all_calls(target.actions[call.action].do, target)


def places_orders(scenario: Scenario, target: Target, order_events: Iterable[str]) -> str | None:
    """The step or expectation of a purchase, in words; None if the scenario seems to place no order."""
    call = _buying([step.call for step in scenario.steps], target)
    if call is not None:
        return f'step "{call.title}", {call.place}'
    expects = (item for item in scenario.items if isinstance(item, Expect))
    types = (pattern.type for expect in expects for pattern in expect.patterns if pattern.least)
    return next((f"it expects {name}" for name in types if name in order_events), None)


def _buying(calls: Iterable[Call], target: Target) -> Call | None:
    """The first call that seems to place an order, also within actions; the `buys` of a target is trusted."""
    for call in calls:
        action = target.actions.get(call.action)
        if action is None:
            found = call if call.action in _CLICKS and any(map(is_buying, _words(call))) else None
        elif action.buys is None:
            has_name = call.action.lower() in _NAMES or is_buying(call.action)
            found = call if has_name else _buying(action.do, target)
        else:
            found = call if action.buys else None
        if found is not None:
            return found
    return None


def _words(call: Call) -> Iterator[str]:
    """The selectors and button names of a call, without typed text."""
    value = call.arguments.get("value")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value if call.action == "press" else value.values()
