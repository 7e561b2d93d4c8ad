"""Read a scenario file: a journey, and what must, may and must never be seen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.actions import Call, check_variables, read_call, single
from harness.errors import FileError
from harness.matching import check_pattern
from harness.protocols import TrackerProtocol
from harness.target import Target
from harness.yamlfile import Node, parse, read_file, suggest

EXPECT, IN_ORDER, TIMES = "expect", "expect in order", "$times"
SHOPPERS = ("guest", "customer")
OTHERS = ("error", "allow")

_TIMES = re.compile(r"(\d+)(?:(\+)|-(\d+))?")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One event that is asked for: a subset of its body, and how often (`most` None: without limit)."""

    type: str
    pattern: Mapping[str, Any]
    line: int
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing the shopper does; `number` counts the scenario's items from 1."""

    number: int
    line: int
    call: Call


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What must have been sent since the expectation before this one."""

    number: int
    line: int
    file: str
    wanted: tuple[Wanted, ...]
    in_order: bool = False


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One file under `scenarios/`. `never` holds what must not be sent at all; `others` what else may."""

    name: str
    file: str
    text: str
    items: tuple[Step | Expect, ...]
    tags: tuple[str, ...] = ()
    shopper: str = "guest"
    never: tuple[Wanted, ...] = ()
    others: Literal["error", "allow"] = "error"

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(item for item in self.items if isinstance(item, Step))


def read_scenario(path: Path, *, target: Target, protocol: TrackerProtocol) -> Scenario:
    """The scenario in a file; FileError says where and what is wrong with it."""
    return parse_scenario(read_file(path, "scenario"), file=str(path), target=target, protocol=protocol)


def parse_scenario(text: str, *, file: str, target: Target, protocol: TrackerProtocol) -> Scenario:
    """The scenario in a text; `file` is its name in messages."""
    root = parse(text, file=file, what="scenario")
    fields = root.known_fields(
        "a scenario", required=("name", "steps"), optional=("about", "tags", "shopper", "never", "others")
    )
    items = tuple(
        _item(node, number, target, protocol) for number, node in enumerate(fields["steps"].items("steps"), start=1)
    )
    if not any(isinstance(item, Step) for item in items):
        fields["steps"].fail("steps has no step in it; start with '- arrive'")
    return Scenario(
        name=fields["name"].text("name"),
        file=file,
        text=text,
        items=items,
        tags=tuple(tag.text("a tag") for tag in fields["tags"].items("tags")) if "tags" in fields else (),
        shopper=_choice(fields, "shopper", SHOPPERS),
        never=tuple(_list_of_wanted(fields["never"], protocol)) if "never" in fields else (),
        others="allow" if _choice(fields, "others", OTHERS) == "allow" else "error",
    )


def find_files(paths: list[Path]) -> list[Path]:
    """The scenario files at or under these paths, sorted; FileError for a path that is not there or holds none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted((*path.rglob("*.yaml"), *path.rglob("*.yml")))
            if not inside:
                raise FileError(f"{path}: no scenario in this folder; scenarios are files that end in .yaml")
            found.extend(inside)
        elif path.exists():
            found.append(path)
        else:
            raise FileError(f"{path}: no such file or folder; give scenario files, or folders that hold some")
    return list(dict.fromkeys(found))


def _choice(fields: Mapping[str, Node], key: str, allowed: tuple[str, ...]) -> str:
    if key not in fields:
        return allowed[0]
    text = fields[key].text(key)
    if text not in allowed:
        fields[key].fail(f"{key} cannot be {text!r}; {suggest(text, allowed)}")
    return text


def _item(node: Node, number: int, target: Target, protocol: TrackerProtocol) -> Step | Expect:
    key, value = single(node, "a step")
    if key in (EXPECT, IN_ORDER):
        wanted = tuple(_list_of_wanted(value, protocol))
        if not wanted:
            node.fail(f"{key!r} asks for nothing; name an event: {', '.join(protocol.event_types)}")
        return Expect(number=number, line=node.line, file=node.file, wanted=wanted, in_order=key == IN_ORDER)
    return Step(number=number, line=node.line, call=read_call(node, target.actions))


def _list_of_wanted(node: Node, protocol: TrackerProtocol) -> list[Wanted]:
    """An event's name, a mapping from names to patterns, or a list of either."""
    if isinstance(node.value, tuple):
        return [wanted for item in node.value for wanted in _list_of_wanted(item, protocol)]
    if isinstance(node.value, str):
        return [_wanted(node.value, Node(value=None, file=node.file, line=node.line), protocol)]
    return [_wanted(key, value, protocol) for key, value in node.fields("an expectation").items()]


def _wanted(name: str, node: Node, protocol: TrackerProtocol) -> Wanted:
    if name not in protocol.event_types:
        node.fail(f'no such event "{name}"; {suggest(name, protocol.event_types)}')
    if node.value is not None and not isinstance(node.value, dict):
        node.fail(f'"{name}" takes a mapping of fields, not {node.kind}')
    for scalar in node.scalars():
        check_variables(scalar, {})
    fields = dict(node.value or {})
    least, most = _times(fields.pop(TIMES)) if TIMES in fields else (1, 1)
    pattern = Node(value=fields, file=node.file, line=node.line)
    _check_fields(pattern, "", protocol.known_fields(name), name)
    try:
        check_pattern(pattern.plain())
    except ValueError as error:
        node.fail(str(error))
    return Wanted(type=name, pattern=pattern.plain(), line=node.line, least=least, most=most)


def _check_fields(node: Node, path: str, known: frozenset[str], event: str) -> None:
    """FileError for a field that the protocol does not know and that is close to one it knows there."""
    if not isinstance(node.value, dict) or any(key.startswith("$") for key in node.value):
        return
    siblings = {name.rsplit("/", 1)[1] for name in known if name.rsplit("/", 1)[0] == path}
    for key, item in node.value.items():
        hint = suggest(key, siblings)
        if key not in siblings and hint.startswith("did you mean"):
            item.fail(f'"{event}" has no field "{path}/{key}"; {hint}'.replace('"/', '"'))
        _check_fields(item, f"{path}/{key}", known, event)


def _times(node: Node) -> tuple[int, int | None]:
    text = node.text(TIMES)
    match = _TIMES.fullmatch(text)
    if not match or (match[3] and int(match[3]) < int(match[1])):
        node.fail(f"{TIMES} is a number, a least number such as 1+, or a range such as 0-2, not {text!r}")
    least = int(match[1])
    return least, None if match[2] else int(match[3] or least)
