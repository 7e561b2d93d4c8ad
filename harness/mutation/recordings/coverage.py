"""What a run has exercised, of all that the protocol and the target have: event types, fields, values, branches, actions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from harness.protocol import TrackerProtocol
from harness.results import Coverage
from harness.scenario.actions import PLAIN
from harness.scenario.parser import Scenario
from harness.scenario.target import Target

_KINDS: Final = ("event types", "document types", "fields", "values", "branches", "actions")


def coverage(
    sent: Iterable[tuple[str, Any]], scenarios: Sequence[Scenario], target: Target, protocol: TrackerProtocol
) -> tuple[Coverage, ...]:
    """What came and what did not: one list each for types, events' fields, values of closed lists, branches, and actions.

    `sent` are events and documents: the name by which scenarios call them, and the body.
    """
    schemas = protocol.pattern_schemas()
    kinds = {name: "event types" if name in protocol.event_types else "document types" for name in schemas}
    seen: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for name, body in sent:
        if name in schemas:
            seen[kinds[name]].add(name)
            for kind, word in _exercised(schemas[name], body, name) if name in protocol.event_types else ():
                seen[kind].add(word)
    known: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name, within in schemas.items():
        known[kinds[name]].append(name)
        for kind, word in _known(within, name) if name in protocol.event_types else ():
            known[kind].append(word)
    known["actions"] = [*target.actions, *PLAIN]
    seen["actions"] = {step.call.action for scenario in scenarios for step in scenario.steps}
    return tuple(_of(kind, words, seen[kind]) for kind, words in known.items() if words)


def _of(kind: str, words: Iterable[str], seen: set[str]) -> Coverage:
    every = dict.fromkeys(words)
    return Coverage(
        of=kind,
        seen=tuple(word for word in every if word in seen),
        unseen=tuple(word for word in every if word not in seen),
    )


def _known(within: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Everything that a schema of patterns speaks of, in words: `purchase.kind`, `purchase.kind = first`."""
    for name, inner in within.get("properties", {}).items():
        if not name.startswith("$"):
            yield "fields", f"{path}.{name}"
            yield from _known(inner, f"{path}.{name}")
    values, shapes = _choices(within)
    yield from (("values", f"{path} = {value}") for value in values)
    if len(shapes) > 1:
        yield from (("branches", f"{path} as {shape['type']}") for shape in shapes)
    for shape in shapes:
        yield from _known(shape, path)
    if "items" in within:
        yield from _known(within["items"], path)


def _exercised(within: Mapping[str, Any], value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The part of `_known` that a value makes use of."""
    if isinstance(value, Mapping):
        for name, inner in within.get("properties", {}).items():
            if name in value:
                yield "fields", f"{path}.{name}"
                yield from _exercised(inner, value[name], f"{path}.{name}")
    values, shapes = _choices(within)
    if value in values:
        yield "values", f"{path} = {value}"
    for shape in shapes:
        if shape["type"] == ("array" if isinstance(value, list) else "object"):
            if len(shapes) > 1:
                yield "branches", f"{path} as {shape['type']}"
            yield from _exercised(shape, value, path)
    for item in value if "items" in within and isinstance(value, list) else ():
        yield from _exercised(within["items"], item, path)


def _choices(within: Mapping[str, Any]) -> tuple[list[Any], list[Mapping[str, Any]]]:
    """The values of a closed list, and the shapes that a value may have, of a schema of patterns."""
    choices = within.get("anyOf", ())
    values = [value for choice in choices for value in choice.get("enum", ())]
    return values, list(_shapes(within))


def _shapes(within: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The objects and lists among the choices, matchers left out."""
    for choice in within.get("anyOf", ()):
        is_matcher = any(name.startswith("$") for name in choice.get("properties", {}))
        if choice.get("type") in ("array", "object") and not is_matcher:
            yield choice
        yield from _shapes(choice)
