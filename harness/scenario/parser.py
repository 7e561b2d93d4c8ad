"""Read a scenario file: a journey, and the events that are expected, allowed and forbidden."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from harness.browser_names import BROWSERS
from harness.errors import FileError
from harness.json_matching import WRAPPER, check_pattern, suggest
from harness.protocol import TrackerProtocol
from harness.scenario.actions import EXPECTS, FAULTS, IN_ORDER, NO_STEPS, PLAIN, read_call, single
from harness.scenario.assumptions import ASSUMES, pages_after
from harness.scenario.faults import read_faults
from harness.scenario.model import EventPattern, Expect, Item, Scenario, SetFaults, Step
from harness.scenario.store_options import store_options_in
from harness.scenario.target import Target
from harness.scenario.variables import check_variables
from harness.scenario.yaml_source import Node, parse
from harness.text_files import quote, read_file

TIMES = "$times"
SHOPPERS = ("guest", "customer")
OTHERS = ("error", "allow")
BROWSER_NEEDS = ("any", "full")
NOT_IN = {f"not in {browser}": browser for browser in BROWSERS}
KEYS = ("about", "tags", "shopper", "store", ASSUMES, "browser", *NOT_IN, "never", "others")

_PAGE_KEYS = ("arrive", "at", "from", "goto", "new tab")
"""The keys whose values are pages or sites, so that the target's `words` do not apply to them."""

_TIMES = re.compile(r"(\d{1,3})(?:(\+)|-(\d{1,3}))?")


def read_scenario(path: Path, *, target: Target, protocol: TrackerProtocol) -> Scenario:
    """Read a scenario file. FileError with the place of the first error."""
    return parse_scenario(read_file(path, "scenario"), file=str(path), target=target, protocol=protocol)


def parse_scenario(text: str, *, file: str, target: Target, protocol: TrackerProtocol) -> Scenario:
    """Read the text of a scenario; `file` is its name in messages."""
    root = parse(text, file=file, what="scenario")
    for key, node in root.fields("a scenario").items():
        if key in (*NO_STEPS, *target.actions, *PLAIN):
            node.fail(f"{quote(key)} is a step: write '- {key}: …', indented under \"steps\"")
    known = root.known_fields("a scenario", required=("name", "steps"), optional=KEYS)
    leads_to = pages_after(known[ASSUMES], target) if ASSUMES in known else {}
    return Scenario(
        name=known["name"].text('"name"'),
        file=file,
        text=text,
        items=_items(known["steps"].reworded(target.external.words, but=_PAGE_KEYS), target, protocol, leads_to),
        tags=tuple(tag.text("a tag") for tag in known["tags"].items('"tags"')) if "tags" in known else (),
        shopper=_choice(known, "shopper", SHOPPERS),
        store=store_options_in(known["store"]) if "store" in known else {},
        browser=_choice(known, "browser", BROWSER_NEEDS),
        not_in={browser: known[key].text(f'"{key}"') for key, browser in NOT_IN.items() if key in known},
        never=_never(known["never"].reworded(target.external.words), protocol) if "never" in known else (),
        others="allow" if _choice(known, "others", OTHERS) == "allow" else "error",
    )


def find_files(paths: list[Path]) -> list[Path]:
    """The scenario files at or under these paths, each once under its first name; a folder's files are sorted.

    FileError for a folder without scenarios. A missing path is returned; `read_scenario` reports it.
    """
    found: list[Path] = []
    for path in paths:
        if os.path.isdir(path):  # pathlib's is_dir raises for a name that is too long
            inside = sorted((*path.rglob("*.yaml"), *path.rglob("*.yml")))
            if not inside:
                raise FileError(f"{path}: this folder contains no scenario; scenarios are files that end in .yaml")
            found.extend(inside)
        else:
            found.append(path)
    first: dict[str, Path] = {}
    for path in found:
        first.setdefault(os.path.realpath(path), path)
    return list(first.values())


def _choice(known: Mapping[str, Node], key: str, allowed: tuple[str, ...]) -> str:
    if key not in known:
        return allowed[0]
    text = known[key].text(f'"{key}"')
    if text not in allowed:
        known[key].fail(f'"{key}" cannot be {quote(text)}; {suggest(text, allowed)}')
    return text


def _items(node: Node, target: Target, protocol: TrackerProtocol, leads_to: Mapping[str, str]) -> tuple[Item, ...]:
    """The steps, expectations and faults; at least one step precedes each expectation."""
    items: list[Item] = []
    last: Step | Expect | None = None
    for number, part in enumerate(node.items("steps"), start=1):
        item = _item(part, number, target, protocol)
        if isinstance(item, Step):
            item = replace(item, leads_to=leads_to.get(item.call.action, ""))
        if isinstance(item, Expect) and not isinstance(last, Step):
            if last:
                part.fail(f"there is no step between this expectation and line {last.line}; merge the two")
            part.fail("there is no step before this expectation; begin with '- arrive'")
        if last is None and isinstance(item, Step) and not target.opens(item.call.action):
            part.fail(f"{quote(item.call.action)} needs an open page; begin with '- arrive'")
        last = last if isinstance(item, SetFaults) else item
        items.append(item)
    if last is None:
        node.fail("steps is empty; begin with '- arrive'")
    return tuple(items)


def _item(node: Node, number: int, target: Target, protocol: TrackerProtocol) -> Item:
    key, value = single(node, (*target.actions, *PLAIN, *NO_STEPS))
    if key == FAULTS:
        return SetFaults(number=number, line=node.line, faults=read_faults(value, FAULTS))
    if key not in EXPECTS:
        ours = (*target.hosts, protocol.script_host, *protocol.collector_hosts)
        call = read_call(node, target.actions, pages=target.pages, others=NO_STEPS, hosts=ours)
        return Step(number=number, line=node.line, call=call)
    if not value.value or value.is_null:
        value.fail(f'"{key}" has no event; allowed: {", ".join(protocol.names)}')
    patterns = tuple(_event_patterns(value, protocol))
    return Expect(number=number, line=node.line, file=node.file, patterns=patterns, in_order=key == IN_ORDER)


def _never(node: Node, protocol: TrackerProtocol) -> tuple[EventPattern, ...]:
    for text, item in node.texts():
        if text == TIMES:
            item.fail(f'"never" does not support {TIMES}')
    return tuple(_event_patterns(node, protocol))


def _event_patterns(node: Node, protocol: TrackerProtocol) -> Iterator[EventPattern]:
    """The name of an event or a document, a mapping from names to patterns, or a list of either."""
    for part in node.value if isinstance(node.value, tuple) else (node,):
        if isinstance(part.value, dict) and part.value:
            for name, pattern in part.value.items():
                yield read_event_pattern(name, pattern, protocol)
        else:
            yield read_event_pattern(part.text("an event"), Node(value=None, file=part.file, line=part.line), protocol)


def read_event_pattern(name: str, node: Node, protocol: TrackerProtocol) -> EventPattern:
    """Read the pattern of an event or a document. FileError for an unknown name or field, or a value that cannot match."""
    if name not in protocol.names:
        node.fail(f"no such event or document {quote(name)}; {suggest(name, protocol.names)}")
    fields = {} if node.is_null else dict(node.fields(f'"{name}"'))
    least, most = _times(fields.pop(TIMES)) if TIMES in fields else (1, 1)
    full = Node(value=fields, file=node.file, line=node.line)
    known = protocol.known_fields(name)
    wrapper = fields.get(WRAPPER)
    if wrapper and f"/{WRAPPER}" not in known:
        wrapper.fail(f"{quote(name)} has no wrapper; use its own fields")
    pattern = Node(value={key: item for key, item in fields.items() if key != WRAPPER}, file=node.file, line=node.line)
    _check_fields(pattern, "", known, name)
    if wrapper:
        _check_fields(wrapper, f"/{WRAPPER}", known, name)
    _check_values(full, name, protocol)
    return EventPattern(
        type=name,
        pattern=pattern.plain(),
        wrapper=wrapper.plain() if wrapper else {},
        line=node.line,
        least=least,
        most=most,
    )


def _times(node: Node) -> tuple[int, int | None]:
    text = node.text(TIMES)
    match = _TIMES.fullmatch(text)
    if not match or (match[3] and int(match[3]) < int(match[1])):
        node.fail(
            f"{TIMES} must be a number such as 2, a minimum such as 1+, or a range such as 0-2, not {quote(text)}"
        )
    least = int(match[1])
    return least, None if match[2] else int(match[3] or least)


def _check_fields(node: Node, path: str, known: frozenset[str], event: str) -> None:
    """FileError for a bad matcher or variable, and for a field whose name is close to one of the protocol's."""
    if isinstance(node.value, dict):
        matcher = next((item for key, item in node.value.items() if key.startswith("$")), None)
        if matcher:
            _check_matcher(node, matcher)
        siblings = {name.rsplit("/", 1)[1] for name in known if name.rsplit("/", 1)[0] == path}
        for key, item in node.value.items():
            hint = suggest(key, siblings)
            if key not in siblings and hint.startswith("did you mean"):
                item.fail(f'no such field {quote(key)} in "{event}{path}"; {hint}')
            if item.value is None and not matcher:
                item.fail(f'{quote(key)} has no value; write null, "", or {{$any: }} for any value')
            _check_fields(item, f"{path}/{key}", known, event)
    elif isinstance(node.value, tuple):
        for item in node.value:
            _check_fields(item, path, known, event)
    elif node.value is not None:
        check_variables(node.value, node)


def _check_matcher(node: Node, matcher: Node) -> None:
    try:
        check_pattern(node.plain())
    except ValueError as error:
        matcher.fail(str(error))
    ((name, argument),) = node.as_json().items()
    if name == "$matches" and not isinstance(argument, str):
        matcher.fail(f'"$matches" needs text; put {matcher.plain()} in quotes')
    if name == "$about" and isinstance(argument, str):
        matcher.fail('"$about" needs a number; remove the quotes')


def _check_values(pattern: Node, event: str, protocol: TrackerProtocol) -> None:
    """FileError for a value that the protocol's schema of patterns forbids."""
    errors = Draft7Validator(_schemas(protocol)[event]).iter_errors(pattern.as_json())
    error = min(errors, key=attrgetter("absolute_path"), default=None)
    if error is None:
        return
    node, field = pattern, event
    for key in error.absolute_path:
        assert isinstance(node.value, tuple | dict)
        node, field = node.value[key], key if isinstance(key, str) else field
    node.fail(f"{quote(field)} cannot be {node.kind}; {_allowed(error.schema, node)}")


def _allowed(schema: Any, node: Node) -> str:
    choices = schema.get("anyOf", ())
    names = [name for choice in choices for name in choice.get("enum", ())]
    if names:
        return suggest(node.value if isinstance(node.value, str) else "", names)
    if not choices:
        return "allowed: a mapping of its fields"
    is_list = any(choice.get("type") == "array" for choice in choices)
    return f"allowed: {'a list' if is_list else 'text, a number'} or a matcher"


@cache
def _schemas(protocol: TrackerProtocol) -> dict[str, dict[str, Any]]:
    return protocol.pattern_schemas()
