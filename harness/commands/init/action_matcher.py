"""Find the target's action that does the same as a series of recorded actions, and the values of its parameters."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from harness.commands.init.devtools_recording import Element, RecordedAction, SelectorPart, parts_of
from harness.scenario.actions import Action, Call
from harness.scenario.target import Target
from harness.scenario.variables import substitute, variables_in

Values = Mapping[str, str]
"""Values of an action's parameters."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of an action. `element` and `value` may contain `$parameter`; an optional one may be absent."""

    kind: str
    element: Any = ""
    value: str = ""
    is_optional: bool = False


@dataclass(frozen=True, kw_only=True)
class ActionMatch:
    """An action that, with these values, does the same as the next `length` recorded actions."""

    action: str
    values: Values
    length: int


def best_match(
    recorded: Sequence[RecordedAction], target: Target, base: str, *, page_is_new: bool
) -> ActionMatch | None:
    """The action that matches most of the next recorded actions, or None. `base` is the origin of the recorded store.

    On a new page the default of a choice may be selected already, so a recorded choice is not required.
    """
    matches = [_match_action(action, recorded, target, base, page_is_new) for action in target.actions.values()]
    return max(filter(None, matches), key=lambda match: match.length, default=None)


def _match_action(
    action: Action, recorded: Sequence[RecordedAction], target: Target, base: str, page_is_new: bool
) -> ActionMatch | None:
    if _opens_its_page(action, recorded[0], target, base):
        return ActionMatch(action=action.name, values={}, length=1)
    operations = _operations(action, {name: f"${name}" for name in action.parameters}, target, page_is_new)
    if operations is None:
        return None
    for length, values in _match_all(operations, recorded, {}, target, base):
        if length and _is_complete(action, values):
            return ActionMatch(action=action.name, values=_without_defaults(action, values), length=length)
    return None


def _opens_its_page(action: Action, recorded: RecordedAction, target: Target, base: str) -> bool:
    """Whether a click opened the page that has the name of this action."""
    page = target.pages.get(action.name)
    is_opening_click = recorded.kind == "click" and bool(recorded.url) and not action.parameters
    return bool(page) and is_opening_click and urljoin(base, page) == recorded.url


def _is_complete(action: Action, values: Values) -> bool:
    for name, parameter in action.parameters.items():
        value = values.get(name)
        if (value is None and parameter.is_required) or (value and parameter.one_of and value not in parameter.one_of):
            return False
    return True


def _without_defaults(action: Action, values: Values) -> dict[str, str]:
    """The parameters' values, except those that equal the default."""
    return {
        name: values[name]
        for name, parameter in action.parameters.items()
        if name in values and values[name] != parameter.default
    }


def _operations(action: Action, scope: Values, target: Target, page_is_new: bool) -> list[Operation] | None:
    """The operations of an action in order; None if one of them leaves no trace in a recording."""
    operations: list[Operation] = []
    omissible = {
        name
        for name, parameter in action.parameters.items()
        if parameter.optional or (parameter.default is not None and page_is_new)
    }
    for line in action.do:
        inner = target.actions.get(line.action)
        if inner is not None:
            values = {name: _insert(value, scope) for name, value in line.arguments.items() if value is not None}
            more = _operations(inner, values, target, page_is_new)
        else:
            names = variables_in(dict(line.arguments))
            is_optional = bool(names) and names <= omissible
            more = _plain_operations(line, scope, is_optional=is_optional) if names <= scope.keys() else []
        if more is None:
            return None
        operations += more
    return operations


def _plain_operations(line: Call, scope: Values, *, is_optional: bool) -> list[Operation] | None:
    value = _insert(line.arguments.get("value"), scope)
    optional = is_optional or line.action.endswith("if there")
    kind = line.action.removesuffix(" if there")
    if kind in ("click", "check"):
        return [Operation(kind="click", element=value, is_optional=optional)]
    if kind in ("fill", "select", "press") and isinstance(value, dict):
        kind = "press" if kind == "press" else "fill"
        return [Operation(kind=kind, element=each, value=text, is_optional=optional) for each, text in value.items()]
    return [Operation(kind="goto", value=value)] if kind == "goto" else None


def _insert(value: Any, scope: Values) -> Any:
    """The value with the parameters of the calling action inserted; `$shopper.email` and the like stay."""

    def lookup(name: str, field: str | None) -> str:
        return scope.get(name, f"${name}") if field is None else f"${name}.{field}"

    return substitute(value, lookup)


def _match_all(
    operations: Sequence[Operation], recorded: Sequence[RecordedAction], values: Values, target: Target, base: str
) -> Iterator[tuple[int, Values]]:
    """Each way to match the operations: the number of recorded actions, and the parameters' values."""
    if not operations:
        yield 0, values
        return
    first, rest = operations[0], operations[1:]
    if recorded and (bound := _match_one(first, recorded[0], values, target, base)) is not None:
        for length, all_values in _match_all(rest, recorded[1:], bound, target, base):
            yield length + 1, all_values
    if first.is_optional:
        yield from _match_all(rest, recorded, values, target, base)


def _match_one(
    operation: Operation, recorded: RecordedAction, values: Values, target: Target, base: str
) -> Values | None:
    if operation.kind != recorded.kind:
        return None
    if operation.kind == "goto":
        page = target.pages.get(operation.value, operation.value)
        return values if urljoin(base, page) == recorded.value else None
    bound = _match_element(operation.element, recorded, values)
    if bound is None:
        return None
    return _bind(operation.value, recorded.value, bound) if operation.kind != "click" else bound


def _match_element(expected: Any, recorded: RecordedAction, values: Values) -> Values | None:
    element = recorded.element
    if isinstance(expected, dict):
        ((role, name),) = expected.items()
        if role not in ("button", "link", "text") or (role == "link" and element.tag in ("button", "input")):
            return None
        return _match_name(name, element, values)
    selector, _, _rest = str(expected).partition(" >> ")
    selector, name = _split_text(selector)
    if name is None:
        return _match_path(parts_of(selector), element, recorded.url, values)
    bound = _match_name(name, element, values)
    return bound if _match_path(parts_of(selector), element, recorded.url, {}) is not None else None


def _match_name(name: str, element: Element, values: Values) -> Values | None:
    return _first(_bind(name, each, values) for each in (element.name, element.text) if each)


def _split_text(selector: str) -> tuple[str, str | None]:
    """A selector without `:text-is(…)`, and the text in it."""
    match = re.fullmatch(r'(.*?):text-is\("((?:[^"\\]|\\.)*)"\)', selector)
    return (match[1], match[2]) if match else (selector, None)


def _match_path(parts: Sequence[SelectorPart], element: Element, url: str, values: Values) -> Values | None:
    """Match a selector with one of the recorded selectors, whose elements may include more ancestors."""
    if not parts or not any(part.ids or part.classes or part.attributes for part in parts):
        return None
    return _first(_match_parts(parts, path, url, values) for path in element.paths)


def _match_parts(
    parts: Sequence[SelectorPart], path: Sequence[SelectorPart], url: str, values: Values
) -> Values | None:
    if not parts:
        return values
    for index, candidate in enumerate(path):
        bound = _match_part(parts[0], candidate, url, values)
        if bound is not None and (rest := _match_parts(parts[1:], path[index + 1 :], url, bound)) is not None:
            return rest
    return None


def _match_part(expected: SelectorPart, candidate: SelectorPart, url: str, values: Values) -> Values | None:
    """Match one element, only if it is certain. An attribute `href` may match the page that the element opened."""
    if (expected.tag and expected.tag != candidate.tag) or not expected.classes <= candidate.classes:
        return None
    for each in expected.ids:
        bound = _first(_bind(each, other, values) for other in candidate.ids)
        if bound is None:
            return None
        values = bound
    for attribute in expected.attributes - candidate.attributes:
        bound = _match_attribute(attribute, candidate, url, values)
        if bound is None:
            return None
        values = bound
    return values


def _match_attribute(attribute: str, candidate: SelectorPart, url: str, values: Values) -> Values | None:
    name, sign, value = re.match(r"([\w-]+)([*^$~|]?=)?(.*)", attribute).groups()  # type: ignore[union-attr]
    if name == "href" and sign == "$=" and url:
        match = re.search(_pattern(value) + "$", url)
        return {**values, **match.groupdict()} if match else None
    others = (re.match(r"([\w-]+)=(.*)", other) for other in candidate.attributes)
    return _first(_bind(value, other[2], values) for other in others if other and other[1] == name and sign == "=")


def _bind(template: str, value: str, values: Values) -> Values | None:
    """Add the parameters' values with which a text equals this value; `$shopper.field` matches any text."""
    match = re.fullmatch(_pattern(template), value, re.DOTALL)
    if not match:
        return None
    bound = match.groupdict()
    return None if any(values.get(name, text) != text for name, text in bound.items()) else {**values, **bound}


def _pattern(text: str) -> str:
    """A regular expression with a group for each parameter."""
    pattern = ""
    seen: set[str] = set()
    for part in re.split(r"(\$[a-z_]\w*(?:\.\w+)?)", text):
        if part.startswith("$") and "." in part:
            pattern += ".*"
        elif part.startswith("$"):
            pattern += f"(?P={part[1:]})" if part[1:] in seen else f"(?P<{part[1:]}>.+)"
            seen.add(part[1:])
        else:
            pattern += re.escape(part)
    return pattern


def _first(values: Iterable[Values | None]) -> Values | None:
    return next((each for each in values if each is not None), None)
