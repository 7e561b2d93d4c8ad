"""The rules of the judge, found in its modules, and how to take one away."""

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from harness import accounting, judge, wire, written
from harness.protocols.jirafe import consistency, decode, implied, reconcile, rules, suspects, violations
from harness.protocols.jirafe.documents import rules as document_rules

_BOOKS = tuple(import_module(f"{reconcile.__name__}.{each.name}") for each in iter_modules(reconcile.__path__))
MODULES = (
    judge,
    wire,
    accounting,
    written,
    consistency,
    implied,
    rules,
    suspects,
    decode,
    violations,
    document_rules,
    reconcile,
    *_BOOKS,
)
_FINDS = ("Finding", "Expectation", "ValidationError", "Beacon")
LACKING = {
    "protocols.jirafe.documents.rules.email": "employees are sent before the first step",
    **dict.fromkeys(
        (
            *(f"protocols.jirafe.reconcile.funnels.{name}" for name in ("check", "_positions", "_success")),
            *(f"protocols.jirafe.reconcile.replay.{name}" for name in ("check", "_compare", "_check_sum")),
            *(f"protocols.jirafe.reconcile.orders.{name}" for name in ("_check_cart", "_missing")),
            "protocols.jirafe.reconcile.chains._check_first",
            "protocols.jirafe.reconcile.people.check",
            "protocols.jirafe.reconcile.products.check",
        ),
        "only echoes other rules in the copies that there are so far",
    ),
}
"""Rules that lack a sabotage that nothing else notices, and why."""
_DOORS = (consistency.check, implied.implied, reconcile.reconcile)
"""What the protocol's description holds by itself: taking it away changes nothing there. Its parts are rules of their own."""
_NOTHING: dict[str, Callable[[], Any]] = {"Iterator": lambda: iter(()), "list": list, "tuple": tuple}


@dataclass(frozen=True)
class Rule:
    """A function that yields findings, or what is due; `owner` is the module or class that it stands in."""

    owner: Any
    name: str
    makes_nothing: Callable[[], Any]

    def silent(self, *_arguments: object, **_options: object) -> Any:
        """What stands in its place when it is taken away."""
        return self.makes_nothing()

    def __str__(self) -> str:
        return f"{self.owner.__name__.removeprefix('harness.')}.{self.name}"


def all_rules() -> list[Rule]:
    """Every function of the judge that gives findings or expectations, by what its signature says."""
    return [rule for module in MODULES for owner in (module, *_classes(module)) for rule in _rules(owner, module)]


def replaced(rule: Rule, instead: Callable[..., Any] | None) -> list[tuple[Any, str, Any]]:
    """What to set where, so that another function is called wherever the rule is; None where nothing shall be."""
    function = vars(rule.owner)[rule.name]
    if inspect.isclass(rule.owner):
        return [(rule.owner, rule.name, instead or rule.silent)]
    found: list[tuple[Any, str, Any]] = []
    for module in [module for name, module in sys.modules.items() if name.startswith("harness")]:
        for name, value in vars(module).items():
            if value is function:
                found.append((module, name, instead or rule.silent))
            elif isinstance(value, tuple) and function in value:
                others = (instead if item is function else item for item in value)
                found.append((module, name, tuple(item for item in others if item)))
    return found


def listening(rule: Rule, note: Callable[[], None]) -> Callable[..., Any]:
    """The rule, which makes a note whenever it finds something."""
    function = vars(rule.owner)[rule.name]

    def heard(*arguments: Any, **options: Any) -> Any:
        found = function(*arguments, **options)
        kept = list(found) if inspect.isgenerator(found) else found
        if kept:
            note()
        return iter(kept) if inspect.isgenerator(found) else kept

    return heard


def _classes(module: ModuleType) -> list[type]:
    return [item for item in vars(module).values() if inspect.isclass(item) and item.__module__ == module.__name__]


def _rules(owner: Any, module: ModuleType) -> Iterator[Rule]:
    for name, value in vars(owner).items():
        if value not in _DOORS and inspect.isfunction(value) and value.__module__ == module.__name__:
            says = (
                str(inspect.signature(value).return_annotation).replace("typing.", "").replace("collections.abc.", "")
            )
            kind = next((kind for kind in _NOTHING if says.startswith(f"{kind}[")), None)
            if any(word in says for word in _FINDS):
                if kind:
                    yield Rule(owner, name, _NOTHING[kind])
                elif says.endswith("| None"):
                    yield Rule(owner, name, lambda: None)
