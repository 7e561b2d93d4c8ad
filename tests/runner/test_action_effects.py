"""The recorded effects of a target's actions, and the notes about events that no action implies."""

from typing import Any

import pytest

from harness.recording.recorder import Recorder
from harness.recording.records import ActionPerformed, Header, PageRead
from harness.runner.action_effects import EffectLog, has_effects
from harness.runner.external_store import unchecked_events
from harness.scenario.actions import Call
from harness.scenario.target import Target, parse_target
from harness.scenario.variables import Variables

HEAD = "name: Shop\nurl: https://shop.example\n"
ADD = "  add to cart: {parameters: {quantity: optional}, do: [fill: {'#qty': $quantity}, click: .add]}\n"
VARIANT = "  add to cart: {parameters: {size: required}, do: [select: {'#size': $size}, click: .add]}\n"
REMOVE = "  remove: {parameters: {product: required}, do: [click: '.line:has-text(\"$product\") .x']}\n"
CHANGE = "  change quantity: {parameters: {of: required, to: required}, do: [fill: {'#$of': $to}]}\n"
ORDER = "  place order: {buys: yes, do: [click: .buy]}\n"
HOME = "  home: {do: [click: .logo]}\n"
ODD = "  wish: {do: [click: .wish]}\n"


def target(*actions: str, more: str = "") -> Target:
    return parse_target(f"{HEAD}{more}actions:\n{''.join(actions) or HOME}", file="shop.yaml")


def recorded(shop: Target, name: str, before: Any = None, later: Any = None, **arguments: str) -> list[ActionPerformed]:
    """The effects of an action whose page had these facts `before` and has others `later`."""
    recorder = Recorder(Header(protocol="jirafe", scenario_file="", scenario="", target_file="", target=""))
    log = EffectLog(recorder=recorder, is_needed=has_effects(shop))
    call = Call(action=name, arguments=arguments, place="a.yaml:1", title=name)
    variables = Variables({"product": before or {}})
    with log.during(call, shop.actions[name], arguments, lambda: variables):
        for line in shop.actions[name].do:
            log.interact(line)
        if later:
            recorder.add(PageRead(url="", facts={"product": later}))
    return [record for record in recorder.records if isinstance(record, ActionPerformed)]


def test_an_action_on_the_cart_is_recorded_once_with_its_arguments() -> None:
    shop = target(ADD, REMOVE, CHANGE, ORDER)
    [added] = recorded(shop, "add to cart", quantity="2")
    assert (added.effect, added.quantity) == ("adds", "2")
    [removed] = recorded(shop, "remove", product="Lamp")
    assert (removed.effect, removed.product) == ("removes", "Lamp")
    [changed] = recorded(shop, "change quantity", of="Lamp", to="3")
    assert (changed.effect, changed.product, changed.quantity) == ("changes", "Lamp", "3")
    [bought] = recorded(shop, "place order")
    assert bought.effect == "buys"


def test_the_facts_are_all_values_from_before_the_action_to_its_end() -> None:
    before, later = {"sku": "L-1", "code": "L"}, {"sku": "L-2"}
    [added] = recorded(target(ADD), "add to cart", before, later)
    assert added.facts == {"code": ["L"], "sku": ["L-1", "L-2"]}


def test_the_sku_is_unknown_if_the_action_chooses_a_variant() -> None:
    [added] = recorded(target(VARIANT), "add to cart", {"sku": "L-1", "code": "L"}, size="M")
    assert added.facts == {"code": ["L"]}


def test_a_known_action_may_change_no_cart_and_an_unknown_one_may() -> None:
    assert recorded(target(HOME), "home") == []
    assert [record.effect for record in recorded(target(ODD), "wish")] == ["unknown"]


def test_with_a_ledger_nothing_is_recorded() -> None:
    assert recorded(target(ADD, more="ledger: /ledger.json\n"), "add to cart") == []


def test_an_action_that_fails_has_no_effect() -> None:
    recorder = Recorder(Header(protocol="jirafe", scenario_file="", scenario="", target_file="", target=""))
    log, shop = EffectLog(recorder=recorder, is_needed=True), target(ADD)
    call = Call(action="add to cart", arguments={}, place="a.yaml:1", title="add to cart")
    with pytest.raises(KeyError), log.during(call, shop.actions["add to cart"], {}, lambda: Variables({})):
        raise KeyError
    assert recorder.records == []


@pytest.mark.parametrize(
    ("shop", "notes"),
    [
        (
            target(),
            [
                "cart events are not checked: this store has no ledger and the target names no "
                '"add to cart" and no "remove" and no "change quantity"'
            ],
        ),
        (
            target(ADD, REMOVE),
            [
                'cart events are checked only in part: this store has no ledger and the target names no "change quantity"'
            ],
        ),
        (target(ADD, REMOVE, CHANGE), []),
        (target(ADD, REMOVE, more="lacks: {change quantity: only one of each}\n"), []),
        (
            target(ADD, REMOVE, CHANGE, more="test orders: allowed\n"),
            ["order events are checked only where a scenario expects them: the target has no fact order.number"],
        ),
        (
            target(ADD, REMOVE, CHANGE, more="test orders: allowed\nfacts: {order: {number: .number}}\n"),
            [],
        ),
    ],
)
def test_events_that_no_action_implies_are_named(shop: Target, notes: list[str]) -> None:
    assert list(unchecked_events(shop)) == notes
