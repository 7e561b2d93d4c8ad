"""Which scenarios a store can be put through, and of each other one why not. What a store lacks is said, and never passed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.errors import FileError
from harness.protocol import TrackerProtocol
from harness.scenario.actions import substitute
from harness.scenario.parser import Scenario, SetFaults, parse_scenario
from harness.scenario.purchases import all_calls, places_orders
from harness.scenario.store_options import SWITCHES
from harness.scenario.target import ALLOWED, TEST_ORDERS, Target, built_in
from harness.scenario.yaml_source import Node, parse, read_file

_ALWAYS = ("shopper", "page.url", "page.title")
"""The variables, or kinds of them, that have a value in any store."""


def read_scenario_for(path: Path, *, target: Target, protocol: TrackerProtocol) -> Scenario:
    """The scenario in a file, with the reason where this store cannot be put through it. FileError where the file is wrong."""
    text, file = read_file(path, "scenario"), str(path)
    if target.is_built_in:
        return parse_scenario(text, file=file, target=target, protocol=protocol)
    try:
        scenario = parse_scenario(text, file=file, target=target, protocol=protocol)
    except FileError as error:
        return _lacking(text, file, target, protocol, error)
    return replace(scenario, incompatible=_unfit(scenario, target, protocol))


def _lacking(text: str, file: str, target: Target, protocol: TrackerProtocol, error: FileError) -> Scenario:
    """A scenario that is right for the built-in store, or asks for what the target says that it lacks."""
    root = parse(text, file=file, what="scenario")
    lacked = next((target.lacks[name] for name in _actions(root) if name in target.lacks), None)
    try:
        scenario = parse_scenario(text, file=file, target=built_in(), protocol=protocol)
    except FileError:
        if lacked is None:
            raise error from None
        scenario = Scenario(name=root.fields("a scenario")["name"].text('"name"'), file=file, text=text, items=())
    place, _, why = str(error).partition(": ")
    return replace(scenario, incompatible=lacked or f"{target.file} has nothing for {place}: {why.partition(';')[0]}")


def _actions(root: Node) -> Iterator[str]:
    """The words that the steps begin with."""
    steps = root.fields("a scenario").get("steps")
    for item in steps.value if steps and isinstance(steps.value, tuple) else ():
        if isinstance(item.value, dict):
            yield from item.value
        elif isinstance(item.value, str):
            yield item.value


def _unfit(scenario: Scenario, target: Target, protocol: TrackerProtocol) -> str:
    """Why the store cannot be put through it, the weightiest reason; empty where it can."""
    return next(_reasons(scenario, target, protocol), "")


def _reasons(scenario: Scenario, target: Target, protocol: TrackerProtocol) -> Iterator[str]:
    if not target.allows_orders and (why := places_orders(scenario, target, protocol.order_events)):
        yield f"it places an order, by {why}, and {target.file} does not say '{TEST_ORDERS}: {ALLOWED}'"
    if scenario.shopper == "customer" and not target.customer:
        yield f'its shopper is a customer, and {target.file} names no account as "customer"'
    for name, value in scenario.store.items():
        if target.switches.get(name, SWITCHES[name].default) != value:
            yield f'it asks for a store with "{name}: {value}", and {target.file} does not say that this one is'
    if any(isinstance(item, SetFaults) and _only_documents(item) for item in scenario.items):
        yield "it lets documents fail, which are the built-in store's own to send"
    if target.ledger is None:
        known = {*_ALWAYS, *(f"{fact.kind}.{fact.field}" for fact in target.facts)}
        known |= {"store.currency"} if target.currency else set()
        for name in sorted(_variables(scenario, target)):
            if name not in known and name.partition(".")[0] not in known:
                yield f"it needs ${name}, and {target.file} has neither a fact for it nor a ledger"


def _only_documents(item: SetFaults) -> bool:
    script = item.faults.script
    return script is not None and script.strikes == {"documents"}


def _variables(scenario: Scenario, target: Target) -> set[str]:
    """The variables, as `name.field`, that stand in a scenario and in the actions that it uses."""
    found: set[str] = set()

    def note(name: str, field: str | None) -> str:
        if field is not None:
            found.add(f"{name}.{field}")
        return ""

    for _text, node in parse(scenario.text, file=scenario.file, what="scenario").texts():
        if isinstance(node.value, str):
            substitute(node.value, note)
    for call in all_calls([step.call for step in scenario.steps], target):
        substitute(dict(call.arguments), note)
    return found
