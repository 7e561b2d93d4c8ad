"""The rules of the judge, found in its modules, and how to listen to them and take one away."""

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
from harness.judge import explicit_expectations as written
from harness.judge import implicit_expectations as accounting
from harness.judge import judge
from harness.judge import request_rules as wire
from harness.judge import retry_rules as retries
from harness.judge import silent_tracker as silence
from harness.protocols.jirafe import (
    chain,
    consistency,
    decode,
    implied,
    reconcile,
    rules,
    sequence,
    suspects,
    times,
    violations,
)
from harness.protocols.jirafe.documents import payload_rules as document_rules

_BOOKS = tuple(import_module(f"{reconcile.__name__}.{each.name}") for each in iter_modules(reconcile.__path__))
MODULES = (
    judge,
    silence,
    wire,
    accounting,
    written,
    retries,
    sequence,
    chain,
    consistency,
    times,
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
_DOORS = (consistency.check, implied.implied, reconcile.reconcile)
"""What the protocol's description holds by itself: taking it away changes nothing there. Its parts are rules of their own."""
_NOTES = (times.wrong_clocks,)
"""What gives notes only: these fail nothing, and no score counts them."""
_NOTHING: dict[str, Callable[[], Any]] = {"Iterator": lambda: iter(()), "list": list, "tuple": tuple}


@dataclass(frozen=True)
class Rule:
    """A function that yields findings, or what is due; `owner` is the module or class that it stands in."""

    owner: Any
    name: str
    makes_nothing: Callable[[], Any]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of findings that its module names."""
        source = inspect.getsource(inspect.getmodule(vars(self.owner)[self.name]) or self.owner)
        return frozenset(code for code in CODES if f'"{code}"' in source)

    def __str__(self) -> str:
        return f"{self.owner.__name__.removeprefix('harness.')}.{self.name}"


def all_rules() -> list[Rule]:
    """Every function of the judge that gives findings or expectations, by what its signature says."""
    return [rule for module in MODULES for owner in (module, *_classes(module)) for rule in _rules(owner, module)]


@dataclass
class Ear:
    """Hears which of these rules find something, and keeps one of them quiet."""

    names: set[str] = field(default_factory=set)
    codes: dict[str, frozenset[str]] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    quiet: str = ""

    def between(self, rule: Rule) -> Callable[..., Any]:
        """What stands in the rule's place, and listens."""
        function, name = vars(rule.owner)[rule.name], str(rule)
        self.names.add(name)
        self.codes[name] = rule.codes

        def listen(*arguments: Any, **options: Any) -> Any:
            if self.quiet == name:
                return rule.makes_nothing()
            found = function(*arguments, **options)
            kept = list(found) if inspect.isgenerator(found) else found
            if kept:
                self.heard.add(name)
            return iter(kept) if inspect.isgenerator(found) else kept

        return listen


def listen_to(rule: Rule, ear: Ear, patch: pytest.MonkeyPatch) -> None:
    """Put an ear between a rule and all who call it."""
    function, instead = vars(rule.owner)[rule.name], ear.between(rule)
    if inspect.isclass(rule.owner):
        patch.setattr(rule.owner, rule.name, instead)
        return
    for module in [module for name, module in sys.modules.items() if name.startswith("harness")]:
        for name, value in list(vars(module).items()):
            if value is function:
                patch.setattr(module, name, instead)
            elif isinstance(value, tuple) and function in value:
                patch.setattr(module, name, tuple(instead if item is function else item for item in value))


def _classes(module: ModuleType) -> list[type]:
    return [item for item in vars(module).values() if inspect.isclass(item) and item.__module__ == module.__name__]


def _rules(owner: Any, module: ModuleType) -> Iterator[Rule]:
    for name, value in vars(owner).items():
        if value not in (*_DOORS, *_NOTES) and inspect.isfunction(value) and value.__module__ == module.__name__:
            says = (
                str(inspect.signature(value).return_annotation).replace("typing.", "").replace("collections.abc.", "")
            )
            kind = next((kind for kind in _NOTHING if says.startswith(f"{kind}[")), None)
            if any(word in says for word in _FINDS):
                if kind:
                    yield Rule(owner, name, _NOTHING[kind])
                elif says.endswith("| None"):
                    yield Rule(owner, name, lambda: None)
