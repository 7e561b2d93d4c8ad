"""Decide which scenarios a store can run, with the reason for each other scenario."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.errors import FileError
from harness.protocol import TrackerProtocol
from harness.scenario.assumptions import broken_assumptions
from harness.scenario.model import Scenario, SetFaults
from harness.scenario.parser import parse_scenario
from harness.scenario.purchases import all_calls, places_orders
from harness.scenario.store_options import STORE_OPTIONS
from harness.scenario.target import ALLOWED, TEST_ORDERS, Target, built_in
from harness.scenario.variables import substitute
from harness.scenario.yaml_source import Node, parse
from harness.text_files import read_file

_ALWAYS = ("shopper", "page.url", "page.title")
"""The variables, or kinds of variables, that have a value in every store."""


def read_scenario_for(path: Path, *, target: Target, protocol: TrackerProtocol) -> Scenario:
    """Read a scenario, with the reason if this store cannot run it. FileError if the file is invalid."""
    text, file = read_file(path, "scenario"), str(path)
    if target.is_built_in:
        return parse_scenario(text, file=file, target=target, protocol=protocol)
    try:
        scenario = parse_scenario(text, file=file, target=target, protocol=protocol)
    except FileError as error:
        return _unsupported(text, file, target, protocol, error)
    return replace(scenario, incompatible=next(_reasons(scenario, target, protocol), ""))


def _unsupported(text: str, file: str, target: Target, protocol: TrackerProtocol, error: FileError) -> Scenario:
    """A scenario that is valid for the built-in store, or needs something that the target declares as lacking."""
    root = parse(text, file=file, what="scenario")
    declared = next((target.external.lacks[name] for name in _actions(root) if name in target.external.lacks), None)
    try:
        scenario = parse_scenario(text, file=file, target=built_in(), protocol=protocol)
    except FileError as other:
        if declared is None:
            raise error from other
        scenario = Scenario(name=root.fields("a scenario")["name"].text('"name"'), file=file, text=text, items=())
    place, _, why = str(error).partition(": ")
    return replace(scenario, incompatible=declared or f"{target.file} has nothing for {place}: {why.partition(';')[0]}")


def _actions(root: Node) -> Iterator[str]:
    """The first word of each step."""
    steps = root.fields("a scenario").get("steps")
    for item in steps.value if steps and isinstance(steps.value, tuple) else ():
        if isinstance(item.value, dict):
            yield from item.value
        elif isinstance(item.value, str):
            yield item.value


def _reasons(scenario: Scenario, target: Target, protocol: TrackerProtocol) -> Iterator[str]:
    """The reasons why the store cannot run the scenario, the most important first."""
    if not target.external.allows_orders and (why := places_orders(scenario, target, protocol.order_events)):
        yield f"it places an order ({why}), and {target.file} does not contain '{TEST_ORDERS}: {ALLOWED}'"
    if scenario.shopper == "customer" and not target.customer:
        yield f'its shopper is a customer, and {target.file} names no account as "customer"'
    for name, value in scenario.store.items():
        if target.external.store.get(name, STORE_OPTIONS[name].default) != value:
            yield f'it needs a store with "{name}: {value}", and {target.file} does not declare that'
    yield from broken_assumptions(scenario, target)
    scripts = (item.faults.script for item in scenario.items if isinstance(item, SetFaults))
    if any(script and script.traffic == {"documents"} for script in scripts):
        yield "it injects faults into documents, which only the built-in store supports"
    if target.ledger is None:
        known = {*_ALWAYS, *(f"{fact.kind}.{fact.field}" for fact in target.external.facts)}
        known |= {"store.currency"} if target.external.currency else set()
        for name in sorted(_variables(scenario, target)):
            if name not in known and name.partition(".")[0] not in known:
                yield f"it needs ${name}, and {target.file} has no fact for it and no ledger"


def _variables(scenario: Scenario, target: Target) -> set[str]:
    """The variables, as `name.field`, in a scenario and in the actions that it uses."""
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
