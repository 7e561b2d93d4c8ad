"""Measure which event types, fields, values, branches and actions of the protocol and the target a run exercised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from harness.protocol import TrackerProtocol
from harness.results import Coverage
from harness.scenario.actions import PLAIN
from harness.scenario.model import Scenario
from harness.scenario.target import Target

_KINDS: Final = ("event types", "document types", "fields", "values", "branches", "actions")


def measure_coverage(
    sent: Iterable[tuple[str, Any]], scenarios: Sequence[Scenario], target: Target, protocol: TrackerProtocol
) -> tuple[Coverage, ...]:
    """List what was seen and what was not, for each kind. `sent` are the name and body of each event and document."""
    schemas = protocol.pattern_schemas()
    kinds = {name: "event types" if name in protocol.event_types else "document types" for name in schemas}
    seen: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for name, body in sent:
        if name in schemas:
            seen[kinds[name]].add(name)
            for kind, word in _exercised(schemas[name], body, name) if name in protocol.event_types else ():
                seen[kind].add(word)
    known: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name, schema in schemas.items():
        known[kinds[name]].append(name)
        for kind, word in _known(schema, name) if name in protocol.event_types else ():
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


def _known(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Yield everything in a pattern schema: `purchase.kind`, `purchase.kind = first`."""
    for name, inner in schema.get("properties", {}).items():
        if not name.startswith("$"):
            yield "fields", f"{path}.{name}"
            yield from _known(inner, f"{path}.{name}")
    values, shapes = _choices(schema)
    yield from (("values", f"{path} = {value}") for value in values)
    if len(shapes) > 1:
        yield from (("branches", f"{path} as {shape['type']}") for shape in shapes)
    for shape in shapes:
        yield from _known(shape, path)
    if "items" in schema:
        yield from _known(schema["items"], path)


def _exercised(schema: Mapping[str, Any], value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the part of `_known` that a value exercises."""
    if isinstance(value, Mapping):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield "fields", f"{path}.{name}"
                yield from _exercised(inner, value[name], f"{path}.{name}")
    values, shapes = _choices(schema)
    if value in values:
        yield "values", f"{path} = {value}"
    for shape in shapes:
        if shape["type"] == ("array" if isinstance(value, list) else "object"):
            if len(shapes) > 1:
                yield "branches", f"{path} as {shape['type']}"
            yield from _exercised(shape, value, path)
    for item in value if "items" in schema and isinstance(value, list) else ():
        yield from _exercised(schema["items"], item, path)


def _choices(schema: Mapping[str, Any]) -> tuple[list[Any], list[Mapping[str, Any]]]:
    """Return the values of a closed list and the possible shapes in a pattern schema."""
    choices = schema.get("anyOf", ())
    values = [value for choice in choices for value in choice.get("enum", ())]
    return values, list(_shapes(schema))


def _shapes(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the objects and lists among the choices, without matchers."""
    for choice in schema.get("anyOf", ()):
        is_matcher = any(name.startswith("$") for name in choice.get("properties", {}))
        if choice.get("type") in ("array", "object") and not is_matcher:
            yield choice
        yield from _shapes(choice)
