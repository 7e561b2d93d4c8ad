"""Which scenarios place orders: nothing is bought in an external store whose target does not allow test orders."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from harness.scenario.actions import Call
from harness.scenario.parser import Expect, Scenario
from harness.scenario.target import Target

_ORDER: Final = r"(?:order|purchase|payment|commande|pedido|ordine|bestellung|bestelling)"
_BUYING: Final = re.compile(
    rf"\b(?:place|submit|send|confirm|complete|finish|finali[sz]e|authori[sz]e)\b.{{0,12}}\b{_ORDER}\b|\border (?:now|and pay)\b"
    r"|\b(?:pay|buy|purchase)\b(?!\s*(?:ment|by|with|method))|\bcheck ?out now\b|zahlungspflichtig|kaufen|bezahlen|bestellen"
    r"|\bcommander\b|\bpayer\b|\bacheter\b|\bpagar\b|\bcomprar\b|acquista|\bpaga\b|betalen|k[öo]p nu|zap[łl]a[ćc]|kupuj",
    re.IGNORECASE,
)
_BY_NAME: Final = ("check out", "place order", "checkout", "buy", "pay", "order")
_USES: Final = ("click", "click if there", "press", "check")


def is_buying(words: str) -> bool:
    """Whether words on a button, or in a selector, are those of a purchase."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-./#\[\]=\"'()]+", " ", words)
    return bool(_BUYING.search(apart))


def all_calls(calls: Iterable[Call], target: Target) -> Iterator[Call]:
    """These calls and all that they lead to."""
    for call in calls:
        yield call
        if call.action in target.actions:
            yield from all_calls(target.actions[call.action].do, target)


def places_orders(scenario: Scenario, target: Target, order_events: Iterable[str]) -> str | None:
    """Why a scenario seems to buy, None where it does not: what the target says of its actions, their words, what is expected."""
    call = _buying([step.call for step in scenario.steps], target)
    if call is not None:
        return f'"{call.title}" ({call.place})'
    wanted = (
        wanted.type for item in scenario.items if isinstance(item, Expect) for wanted in item.wanted if wanted.least
    )
    return next((f"it expects {name}" for name in wanted if name in order_events), None)


def _buying(calls: Iterable[Call], target: Target) -> Call | None:
    """The first of these calls, or of what they lead to, that seems to buy; what says that it does not is believed."""
    for call in calls:
        action = target.actions.get(call.action)
        if action is None:
            found = call if call.action in _USES and any(map(is_buying, _words(call))) else None
        elif action.buys is None:
            is_called_so = call.action.lower() in _BY_NAME or is_buying(call.action)
            found = call if is_called_so else _buying(action.do, target)
        else:
            found = call if action.buys else None
        if found is not None:
            return found
    return None


def _words(call: Call) -> Iterator[str]:
    """What stands in a call: selectors, names of buttons. What is typed in does not count."""
    value = call.arguments.get("value")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value if call.action == "press" else value.values()
