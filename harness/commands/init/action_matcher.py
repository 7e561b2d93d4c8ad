"""Which of a target's actions what was recorded fits: the longest first, with what must have been given to it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from harness.commands.init.devtools_recording import RecordedAction, SelectorPart, Element, parts_of
from harness.scenario.actions import Action, Call
from harness.scenario.target import Target
from harness.scenario.variables import substitute, variables_in

Given = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One thing that an action does. `element` and `value` may hold `$parameter`; where `is_optional` it need not have been done."""

    kind: str
    element: Any = ""
    value: str = ""
    is_optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Fit:
    """An action that does what the next `length` deeds did, when it is given these."""

    action: str
    given: Given
    length: int


def best_fit(actions: Sequence[RecordedAction], target: Target, base: str, *, is_untouched: bool) -> Fit | None:
    """The action that does the most of what comes next; None where none does. `base` is the recorded store's address.

    On a page that `is_untouched` what an action chooses by default may have been chosen already, without a deed.
    """
    fits = [fit for action in target.actions.values() if (fit := _fit(action, actions, target, base, is_untouched))]
    return max(fits, key=lambda fit: fit.length, default=None)


def _fit(action: Action, actions: Sequence[RecordedAction], target: Target, base: str, is_untouched: bool) -> Fit | None:
    if _leads_to_its_page(action, actions[0], target, base):
        return Fit(action=action.name, given={}, length=1)
    wanted = _wanted(action, {name: f"${name}" for name in action.parameters}, target, is_untouched)
    if wanted is None:
        return None
    for length, given in _matches(wanted, actions, {}, target, base):
        if length and _is_complete(action, given):
            plain = {name: value for name, value in given.items() if name in action.parameters}
            return Fit(action=action.name, given=_told(action, plain), length=length)
    return None


def _leads_to_its_page(action: Action, action: RecordedAction, target: Target, base: str) -> bool:
    """Whether an action has the name of a page, and a click led to that page."""
    page = target.pages.get(action.name)
    return bool(
        page and action.url and action.kind == "click" and not action.parameters and urljoin(base, page) == action.url
    )


def _is_complete(action: Action, given: Given) -> bool:
    for name, parameter in action.parameters.items():
        value = given.get(name)
        if (value is None and parameter.is_required) or (value and parameter.one_of and value not in parameter.one_of):
            return False
    return True


def _told(action: Action, given: Given) -> dict[str, str]:
    """What has to be said: not what is so by default."""
    return {
        name: given[name]
        for name, parameter in action.parameters.items()
        if name in given and given[name] != parameter.default
    }


def _wanted(action: Action, scope: Given, target: Target, is_untouched: bool) -> list[Wanted] | None:
    """What an action does, one thing after the other; None where that is more than a recording can tell."""
    found: list[Wanted] = []
    free = {
        name
        for name, parameter in action.parameters.items()
        if parameter.optional or (parameter.default is not None and is_untouched)
    }
    for line in action.do:
        inner = target.actions.get(line.action)
        if inner is not None:
            given = {name: _put(value, scope) for name, value in line.arguments.items() if value is not None}
            more = _wanted(inner, given, target, is_untouched)
        else:
            names = variables_in(dict(line.arguments))
            more = _plain(line, scope, is_optional=bool(names) and names <= free) if names <= scope.keys() else []
        if more is None:
            return None
        found += more
    return found


def _plain(line: Call, scope: Given, *, is_optional: bool) -> list[Wanted] | None:
    value = _put(line.arguments.get("value"), scope)
    optional = is_optional or line.action.endswith("if there")
    kind = line.action.removesuffix(" if there")
    if kind in ("click", "check"):
        return [Wanted(kind="click", element=value, is_optional=optional)]
    if kind in ("fill", "select") and isinstance(value, dict):
        return [Wanted(kind="fill", element=each, value=text, is_optional=optional) for each, text in value.items()]
    if kind == "press" and isinstance(value, dict):
        return [Wanted(kind="press", element=each, value=key, is_optional=optional) for each, key in value.items()]
    return [Wanted(kind="goto", value=value)] if kind == "goto" else None


def _put(value: Any, scope: Given) -> Any:
    """With the parameters of an action that uses another put in; `$shopper.email` and the like stay."""

    def lookup(name: str, field: str | None) -> str:
        return scope.get(name, f"${name}") if field is None else f"${name}.{field}"

    return substitute(value, lookup)


def _matches(
    wanted: Sequence[Wanted], actions: Sequence[RecordedAction], given: Given, target: Target, base: str
) -> Iterator[tuple[int, Given]]:
    """How many deeds these are, and what was given, in each way that is possible."""
    if not wanted:
        yield 0, given
        return
    first, rest = wanted[0], wanted[1:]
    if actions and (bound := _match(first, actions[0], given, target, base)) is not None:
        for length, all_given in _matches(rest, actions[1:], bound, target, base):
            yield length + 1, all_given
    if first.is_optional:
        yield from _matches(rest, actions, given, target, base)


def _match(wanted: Wanted, action: RecordedAction, given: Given, target: Target, base: str) -> Given | None:
    if wanted.kind != action.kind:
        return None
    if wanted.kind == "goto":
        return given if urljoin(base, target.pages.get(wanted.value, wanted.value)) == action.value else None
    bound = _match_element(wanted.element, action, given)
    if bound is None:
        return None
    return _bind(wanted.value, action.value, bound) if wanted.kind != "click" else bound


def _match_element(element: Any, action: RecordedAction, given: Given) -> Given | None:
    element = action.element
    if isinstance(element, dict):
        ((role, name),) = element.items()
        if role not in ("button", "link", "text") or (role == "link" and element.tag in ("button", "input")):
            return None
        return _first(_bind(name, each, given) for each in (element.name, element.text) if each)
    selector, _, _rest = str(element).partition(" >> ")
    selector, name = _apart(selector)
    if name is not None:
        bound = _first(_bind(name, each, given) for each in (element.name, element.text) if each)
        return bound if bound is not None and _is_at(parts_of(selector), element, action.url, {}) is not None else None
    return _is_at(parts_of(selector), element, action.url, given)


def _apart(selector: str) -> tuple[str, str | None]:
    """A selector, and the text that its element must have."""
    match = re.fullmatch(r'(.*?):text-is\("((?:[^"\\]|\\.)*)"\)', selector)
    return (match[1], match[2]) if match else (selector, None)


def _is_at(parts: Sequence[SelectorPart], element: Element, url: str, given: Given) -> Given | None:
    """Whether one of the ways down to a thing goes through these parts: itself the last, or what stands around it."""
    if not parts or not any(part.ids or part.classes or part.attributes for part in parts):
        return None
    return _first(_along(parts, path, url, given) for path in element.paths)


def _along(parts: Sequence[SelectorPart], path: Sequence[SelectorPart], url: str, given: Given) -> Given | None:
    if not parts:
        return given
    for index, here in enumerate(path):
        bound = _is_part(parts[0], here, url, given)
        if bound is not None and (rest := _along(parts[1:], path[index + 1 :], url, bound)) is not None:
            return rest
    return None


def _is_part(wanted: SelectorPart, here: SelectorPart, url: str, given: Given) -> Given | None:
    """Whether an element is certainly the one that is wanted. An address in it is known by where it led."""
    if (wanted.tag and wanted.tag != here.tag) or not wanted.classes <= here.classes:
        return None
    for one in wanted.ids:
        bound = _first(_bind(one, other, given) for other in here.ids)
        if bound is None:
            return None
        given = bound
    for attribute in wanted.attributes - here.attributes:
        name, sign, value = re.match(r"([\w-]+)([*^$~|]?=)?(.*)", attribute).groups()  # type: ignore[union-attr]
        if name == "href" and sign == "$=" and url:
            tail = _template(value) + "$"
            match = re.search(tail, url)
            bound = {**given, **match.groupdict()} if match else None
        else:
            others = (re.match(r"([\w-]+)=(.*)", other) for other in here.attributes)
            bound = _first(
                _bind(value, other[2], given) for other in others if other and other[1] == name and sign == "="
            )
        if bound is None:
            return None
        given = bound
    return given


def _bind(template: str, value: str, given: Given) -> Given | None:
    """What must have been given so that a text with `$parameter`s is this value; what is a shopper's own is any."""
    match = re.fullmatch(_template(template), value, re.DOTALL)
    if not match:
        return None
    bound = match.groupdict()
    return None if any(given.get(name, text) != text for name, text in bound.items()) else {**given, **bound}


def _template(text: str) -> str:
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


def _first(found: Iterator[Given | None] | Any) -> Given | None:
    return next((each for each in found if each is not None), None)
