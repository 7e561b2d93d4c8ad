"""Read a scenario file: a journey, and what must, may and must never be seen."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft7Validator

from harness.browser_names import BROWSERS
from harness.errors import FileError
from harness.json_matching import WRAPPER, check_pattern, suggest
from harness.protocol import TrackerProtocol
from harness.scenario.actions import EXPECTS, FAULTS, IN_ORDER, NO_STEPS, PLAIN, Call, read_call, single
from harness.scenario.faults import FaultSet, read_faults
from harness.scenario.store_options import switches_in
from harness.scenario.target import Target
from harness.scenario.variables import check_variables
from harness.scenario.yaml_source import Node, parse
from harness.text_files import quote, read_file

TIMES = "$times"
SHOPPERS = ("guest", "customer")
OTHERS = ("error", "allow")
BROWSERS_ASKED = ("any", "full")
NOT_IN = {f"not in {browser}": browser for browser in BROWSERS}
KEYS = ("about", "tags", "shopper", "store", "browser", *NOT_IN, "never", "others")

_PAGES = ("arrive", "at", "from", "goto", "new tab")
"""What stands behind these names a page, or a site, and is no word for something in the store."""

_TIMES = re.compile(r"(\d{1,3})(?:(\+)|-(\d{1,3}))?")


def read_scenario(path: Path, *, target: Target, protocol: TrackerProtocol) -> Scenario:
    """The scenario in a file; FileError says where and what is wrong with it."""
    return parse_scenario(read_file(path, "scenario"), file=str(path), target=target, protocol=protocol)


def parse_scenario(text: str, *, file: str, target: Target, protocol: TrackerProtocol) -> Scenario:
    """The scenario in a text; `file` is its name in messages."""
    root = parse(text, file=file, what="scenario")
    for key, node in root.fields("a scenario").items():
        if key in (*NO_STEPS, *target.actions, *PLAIN):
            node.fail(f"{quote(key)} stands among the steps: '- {key}: …', indented under \"steps\"")
    known = root.known_fields("a scenario", required=("name", "steps"), optional=KEYS)
    return Scenario(
        name=known["name"].text('"name"'),
        file=file,
        text=text,
        items=_items(known["steps"].reworded(target.words, but=_PAGES), target, protocol),
        tags=tuple(tag.text("a tag") for tag in known["tags"].items('"tags"')) if "tags" in known else (),
        shopper=_choice(known, "shopper", SHOPPERS),
        store=switches_in(known["store"]) if "store" in known else {},
        browser=_choice(known, "browser", BROWSERS_ASKED),
        not_in={browser: known[key].text(f'"{key}"') for key, browser in NOT_IN.items() if key in known},
        never=_never(known["never"].reworded(target.words), protocol) if "never" in known else (),
        others="allow" if _choice(known, "others", OTHERS) == "allow" else "error",
    )


def find_files(paths: list[Path]) -> list[Path]:
    """The scenario files at or under these paths, sorted, each once under its first name; FileError for a folder without any.

    A path that is not there is left for `read_scenario` to complain of.
    """
    found: list[Path] = []
    for path in paths:
        if os.path.isdir(path):  # which is False where pathlib's own raises, as for a name that is too long
            inside = sorted((*path.rglob("*.yaml"), *path.rglob("*.yml")))
            if not inside:
                raise FileError(f"{path}: no scenario in this folder; scenarios are files that end in .yaml")
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


def _items(node: Node, target: Target, protocol: TrackerProtocol) -> tuple[Item, ...]:
    """The steps and what stands between them, each expectation behind at least one step that it can look back on."""
    items: list[Item] = []
    last: Step | Expect | None = None
    for number, part in enumerate(node.items("steps"), start=1):
        item = _item(part, number, target, protocol)
        if isinstance(item, Expect) and not isinstance(last, Step):
            before = f"since line {last.line}; put both into one" if last else "yet; begin with '- arrive'"
            part.fail(f"there is nothing to expect: no step was taken {before}")
        if last is None and isinstance(item, Step) and not target.opens(item.call.action):
            part.fail(f"{quote(item.call.action)} needs a page, and there is none yet; begin with '- arrive'")
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
        value.fail(f'"{key}" asks for nothing; allowed: {", ".join(protocol.names)}')
    wanted = tuple(_list_of_wanted(value, protocol))
    return Expect(number=number, line=node.line, file=node.file, wanted=wanted, in_order=key == IN_ORDER)


def _never(node: Node, protocol: TrackerProtocol) -> tuple[Wanted, ...]:
    for text, item in node.texts():
        if text == TIMES:
            item.fail(f"{TIMES} has no meaning here: never is never")
    return tuple(_list_of_wanted(node, protocol))


def _list_of_wanted(node: Node, protocol: TrackerProtocol) -> Iterator[Wanted]:
    """The name of an event or a document, a mapping from names to patterns, or a list of either."""
    for part in node.value if isinstance(node.value, tuple) else (node,):
        if isinstance(part.value, dict) and part.value:
            for name, pattern in part.value.items():
                yield read_wanted(name, pattern, protocol)
        else:
            yield read_wanted(part.text("an event"), Node(value=None, file=part.file, line=part.line), protocol)


def read_wanted(name: str, node: Node, protocol: TrackerProtocol) -> Wanted:
    """What is asked for of an event or a document; FileError for a name, a field or a value that cannot be meant."""
    if name not in protocol.names:
        node.fail(f"no such event or document {quote(name)}; {suggest(name, protocol.names)}")
    fields = {} if node.is_null else dict(node.fields(f'"{name}"'))
    least, most = _times(fields.pop(TIMES)) if TIMES in fields else (1, 1)
    whole = Node(value=fields, file=node.file, line=node.line)
    known = protocol.known_fields(name)
    around = fields.get(WRAPPER)
    if around and f"/{WRAPPER}" not in known:
        around.fail(f"a {quote(name)} has no wrapper; ask for its own fields")
    pattern = Node(value={key: item for key, item in fields.items() if key != WRAPPER}, file=node.file, line=node.line)
    _check_fields(pattern, "", known, name)
    if around:
        _check_fields(around, f"/{WRAPPER}", known, name)
    _check_values(whole, name, protocol)
    wrapper = around.plain() if around else {}
    return Wanted(type=name, pattern=pattern.plain(), wrapper=wrapper, line=node.line, least=least, most=most)


def _times(node: Node) -> tuple[int, int | None]:
    text = node.text(TIMES)
    match = _TIMES.fullmatch(text)
    if not match or (match[3] and int(match[3]) < int(match[1])):
        node.fail(
            f"{TIMES} is a number such as 2, a least number such as 1+, or a range such as 0-2, not {quote(text)}"
        )
    least = int(match[1])
    return least, None if match[2] else int(match[3] or least)


def _check_fields(node: Node, path: str, known: frozenset[str], event: str) -> None:
    """FileError for a bad matcher or variable, and for a field close to one that the protocol knows in its place."""
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
                item.fail(f'{quote(key)} has no value; write null, "", or {{$any: }} for whatever it is')
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
        matcher.fail(f'"$matches" takes text; put {matcher.plain()} in quotes')
    if name == "$about" and isinstance(argument, str):
        matcher.fail('"$about" takes a number; leave out the quotes')


def _check_values(pattern: Node, event: str, protocol: TrackerProtocol) -> None:
    """FileError for a value that the protocol's schema of patterns rules out."""
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
