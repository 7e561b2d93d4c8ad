"""Find the rules of the judge, and disable one of them."""

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest

from harness.findings import CODES
from harness.judge.protocol_rules import protocol_rules

_PACKAGES = ("harness.judge", "harness.protocols.jirafe.rules", "harness.protocols.jirafe.reconcile")
_MODULES = (
    *("harness.protocols.jirafe.wire.payload_rules", "harness.protocols.jirafe.wire.misspelt_fields"),
    *("harness.protocols.jirafe.wire.decode", "harness.protocols.jirafe.wire.schema_findings"),
    "harness.protocols.jirafe.documents.payload_rules",
)
_NO_RULES = (
    *("harness.judge.expectations", "harness.judge.expectation_findings", "harness.judge.replay"),
    *("harness.judge.result_builder", "harness.protocols.jirafe.rules.cross_beacon"),
)
"""Modules that only call the rules, describe findings, or compare beacons without a recording of pages."""
_RESULTS = ("Finding", "Expectation", "ValidationError", "Beacon")
_ENTRY_POINTS = tuple(vars(protocol_rules("jirafe")).values())
"""Functions that `ProtocolRules` contains. Patching their modules has no effect there; their parts are rules themselves."""
_NOTES = ("wrong_clocks",)
"""Rules that only add notes, which no score counts."""
_WITHOUT_MUTANT = ("without_page_causes", "assign_unknown")
"""A rule of `harness verify`, and one that names the intended document where `missing-document` is the other finding.

tests/commands/verify/test_page_results.py, tests/protocols/jirafe/reconcile/test_carts.py and test_orders.py test them.
"""
_OF_RARE_STORES = (
    *("leaked_customers", "price_findings", "_compare_prices", "order_page_findings", "unrounded"),
    *("_passing_expectations", "_visits_without_cookies", "_leaked_addresses", "empty_ids"),
    *("action_expectations", "_due", "_of_action", "_of_actions", "_equivalent", "_possible", "_receipts"),
)
"""Rules for stores without a ledger, several visitors, quick changes and absent cookies, which the mutated recordings do not contain.

The tests of their modules break each of them on purpose.
"""
_NOTHING: dict[str, Callable[[], Any]] = {"Iterator": lambda: iter(()), "list": list, "tuple": tuple}


@dataclass(frozen=True)
class Rule:
    """A function that returns findings or expectations; `owner` is its module or class."""

    owner: Any
    name: str
    make_nothing: Callable[[], Any]

    @property
    def codes(self) -> frozenset[str]:
        """The finding codes in the source of its module."""
        source = inspect.getsource(inspect.getmodule(vars(self.owner)[self.name]) or self.owner)
        return frozenset(code for code in CODES if f'"{code}"' in source)

    def __str__(self) -> str:
        return f"{self.owner.__name__.removeprefix('harness.')}.{self.name}"


def all_rules() -> list[Rule]:
    """Return every function of the judge whose signature returns findings or expectations."""
    return [rule for module in _modules() for owner in (module, *_classes(module)) for rule in _rules(owner, module)]


@dataclass
class RuleMonitor:
    """Records which rules return something, and disables one of them."""

    names: set[str] = field(default_factory=set)
    codes: dict[str, frozenset[str]] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)
    disabled: str = ""

    def wrap(self, rule: Rule) -> Callable[..., Any]:
        function, name = vars(rule.owner)[rule.name], str(rule)
        self.names.add(name)
        self.codes[name] = rule.codes

        def monitored(*arguments: Any, **options: Any) -> Any:
            if self.disabled == name:
                return rule.make_nothing()
            found = function(*arguments, **options)
            kept = list(found) if inspect.isgenerator(found) else found
            if kept:
                self.active.add(name)
            return iter(kept) if inspect.isgenerator(found) else kept

        return monitored


def monitor_rule(rule: Rule, monitor: RuleMonitor, patch: pytest.MonkeyPatch) -> None:
    """Replace a rule by its monitored version wherever it is used."""
    function, monitored = vars(rule.owner)[rule.name], monitor.wrap(rule)
    if inspect.isclass(rule.owner):
        patch.setattr(rule.owner, rule.name, monitored)
        return
    for module in [module for name, module in sys.modules.items() if name.startswith("harness")]:
        for name, value in list(vars(module).items()):
            if value is function:
                patch.setattr(module, name, monitored)
            elif isinstance(value, tuple) and function in value:
                patch.setattr(module, name, tuple(monitored if item is function else item for item in value))


def _modules() -> list[ModuleType]:
    packages = [import_module(name) for name in _PACKAGES]
    inner = [f"{package.__name__}.{each.name}" for package in packages for each in iter_modules(package.__path__)]
    return [*packages, *(import_module(name) for name in (*inner, *_MODULES) if name not in _NO_RULES)]


def _classes(module: ModuleType) -> list[type]:
    return [item for item in vars(module).values() if inspect.isclass(item) and item.__module__ == module.__name__]


def _rules(owner: Any, module: ModuleType) -> Iterator[Rule]:
    for name, value in vars(owner).items():
        is_own = inspect.isfunction(value) and value.__module__ == module.__name__
        if not is_own or value in _ENTRY_POINTS or name in (*_NOTES, *_WITHOUT_MUTANT, *_OF_RARE_STORES):
            continue
        result = str(inspect.signature(value).return_annotation)
        result = result.replace("typing.", "").replace("collections.abc.", "")
        kind = next((kind for kind in _NOTHING if result.startswith(f"{kind}[")), None)
        if any(word in result for word in _RESULTS):
            if kind:
                yield Rule(owner, name, _NOTHING[kind])
            elif result.endswith("| None"):
                yield Rule(owner, name, lambda: None)
