"""The content of a scenario file as data: steps, expectations, faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.scenario.actions import Call
from harness.scenario.faults import FaultSet


@dataclass(frozen=True, kw_only=True)
class EventPattern:
    """An expected event or document: a subset of its body, and how often it is expected (`most` None: no limit).

    `wrapper` is a subset of the beacon around an event.
    """

    type: str
    pattern: Mapping[str, Any]
    line: int
    wrapper: Mapping[str, Any] = field(default_factory=dict)
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, kw_only=True)
class Step:
    """One action of the shopper; `number` counts the scenario's items from 1.

    `leads_to` is the target's page that the scenario assumes the step to show, empty without an assumption.
    """

    number: int
    line: int
    call: Call
    leads_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Expect:
    """Events and documents that are expected since the previous expectation."""

    number: int
    line: int
    file: str
    patterns: tuple[EventPattern, ...]
    in_order: bool = False


@dataclass(frozen=True, kw_only=True)
class SetFaults:
    """The faults from here on; they replace all earlier ones."""

    number: int
    line: int
    faults: FaultSet


Item = Step | Expect | SetFaults


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario file. `never` are forbidden events; `others` is the verdict on events that nothing explains.

    `store` sets options of the built-in store. `browser` is "full" if the scenario needs a browser that is no headless
    shell. `not_in` maps browsers that cannot run it to the reason. `incompatible` is the reason why the target's store
    cannot run it, or empty.
    """

    name: str
    file: str
    text: str
    items: tuple[Item, ...]
    tags: tuple[str, ...] = ()
    shopper: str = "guest"
    store: Mapping[str, str] = field(default_factory=dict)
    browser: str = "any"
    not_in: Mapping[str, str] = field(default_factory=dict)
    never: tuple[EventPattern, ...] = ()
    others: Literal["error", "allow"] = "error"
    incompatible: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(item for item in self.items if isinstance(item, Step))
