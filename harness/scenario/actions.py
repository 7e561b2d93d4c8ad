"""The plain actions that every store supports, and reading one step as an action with arguments."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from harness.json_matching import suggest
from harness.scenario.durations import DURATION
from harness.scenario.variables import check_variables
from harness.scenario.yaml_source import Node
from harness.text_files import quote

Shape = Literal["nothing", "page", "element", "fields", "keys", "arrival", "duration", "stepper"]
"""The form of a plain action's value; see `SHAPES`."""

SHAPES: Final[Mapping[Shape, str]] = {
    "nothing": "no value",
    "page": "a page's name, a path or a URL",
    "element": "a selector (in quotes if it begins with [ or #), or one of {link: …}, {button: …}, {label: …}, {text: …}",
    "fields": "a mapping from selectors to values",
    "keys": "a key, or a mapping from selectors to keys",
    "arrival": "a page, or a mapping with at, from and for",
    "duration": "a time, such as 90 seconds, 31 minutes, 2 days or until 23:50",
    "stepper": "a mapping with at (the selector of the number), to, plus and minus (the selectors of the buttons)",
}

STEPPER = ("at", "to", "plus", "minus")
"""The keys of a stepper: selectors, except the number `to`."""

EXPECT, IN_ORDER = EXPECTS = ("expect", "expect in order")
FAULTS = "faults"
NO_STEPS = (*EXPECTS, FAULTS)
"""The items of a scenario that are not steps."""

ROLES = ("link", "button", "label", "text")
"""The ways to name an element without a selector: by role and name, by label, or by text."""

ADDRESS = r"^(/|\$|[A-Za-z][A-Za-z0-9+.-]*:)"
"""A path, a variable or a URL, as a regular expression; any other value of a page must be a page's name."""

OPENERS = ("arrive", "goto", "new tab", "new shopper")
"""The actions that need no open page."""

_LABEL = r"(?!..--)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = rf"^(?=.{{1,253}}$)({_LABEL}\.)*(?=[A-Za-z]){_LABEL}$"
"""A host name, as a regular expression: labels of letters, digits and single hyphens; the last label is no number."""


@dataclass(frozen=True)
class PlainAction:
    """An action of the harness itself; `about` is its line in the documentation and in an editor."""

    shape: Shape
    about: str
    optional: bool = False


PLAIN: dict[str, PlainAction] = {
    "arrive": PlainAction(
        "arrival",
        "come to the store: `at` a page, `from` another site, after a search there `for` these words",
        optional=True,
    ),
    "goto": PlainAction("page", "enter an address: a URL, a path, or the name of one of the target's pages"),
    "click": PlainAction("element", "click the one element that matches"),
    "fill": PlainAction("fields", "type into form fields"),
    "click if there": PlainAction("element", "click the element if the page has it"),
    "fill if there": PlainAction("fields", "type into those of the form fields that the page has"),
    "select": PlainAction("fields", "choose in a list, by label or by value"),
    "check": PlainAction("element", "tick a box or a radio button"),
    "press": PlainAction("keys", "press a key, such as Enter"),
    "adjust": PlainAction("stepper", "press the plus or the minus button until the number `at` an element is `to`"),
    "reload": PlainAction("nothing", "reload the page"),
    "back": PlainAction("nothing", "go back in the browser's history"),
    "forward": PlainAction("nothing", "go forward in the browser's history"),
    "new tab": PlainAction("page", "open a page in a new tab and continue there"),
    "new shopper": PlainAction("page", "continue as another shopper, who opens this page in a new browser"),
    "close tab": PlainAction("nothing", "close the tab and continue in the tab that was opened before it"),
    "hide": PlainAction(
        "nothing", "hide the page, as when the shopper switches to another tab or app, or locks the phone"
    ),
    "show": PlainAction("nothing", "make the hidden page visible again"),
    "kill": PlainAction(
        "nothing", "end the page without an event, as mobile systems do; continue in a new tab (Chromium only)"
    ),
    "wait": PlainAction("duration", "let this time pass on the page's clock; the run does not wait"),
    "wait for": PlainAction("element", "wait until the element is visible"),
}


@dataclass(frozen=True, kw_only=True)
class Call:
    """An action with its arguments: `place` is `file:line`, `title` is the text in the file."""

    action: str
    arguments: Mapping[str, Any]
    place: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a target's action, required unless it has a `default` or is `optional`.

    The lines of the action that use an optional parameter are skipped if it is not given.
    """

    default: str | None = None
    optional: bool = False
    one_of: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        return self.default is None and not self.optional


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action of a target: its lines, and its parameters in order (a bare value is the first one).

    `buys` is whether it places an order; None if the target does not declare it.
    """

    name: str
    about: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    do: tuple[Call, ...] = ()
    buys: bool | None = None


def read_call(
    node: Node,
    actions: Mapping[str, Action],
    *,
    pages: Iterable[str] = (),
    parameters: Iterable[str] = (),
    later: Iterable[str] = (),
    others: Iterable[str] = (),
    hosts: Iterable[str] = (),
) -> Call:
    """Read one list item as a plain action or one of `actions`; FileError if it is invalid.

    `pages` are names for addresses. `parameters` may occur as `$name`, without a field. `later` are actions that are
    defined further down. `others` are the other words that can begin an item. `hosts` cannot be the origin of a visit.
    """
    words = (*actions, *PLAIN, *others)
    name, value = single(node, words)
    if name in actions:
        arguments = _bind(value, actions[name])
    elif name in PLAIN:
        arguments = _shape(value, name, PLAIN[name], tuple(pages), tuple(hosts))
    elif name in later:
        value.fail(f"{quote(name)} is not defined above; an action can use only actions that are defined above it")
    elif name in NO_STEPS and name not in others:
        value.fail(f"{quote(name)} is allowed in scenarios only; an action contains steps of the shopper")
    else:
        value.fail(f"no such action {quote(name)}; {_did_you_mean(name, words)}")
    for text, at in value.texts():
        check_variables(text, at, parameters)
    return Call(action=name, arguments=arguments, place=node.place, title=_title(name, value))


def single(node: Node, words: Iterable[str]) -> tuple[str, Node]:
    """The one key of a list item and its value; a bare word is a key without a value. `words` can begin an item."""
    if isinstance(node.value, str) and not node.is_null:
        return node.value, Node(value=None, file=node.file, line=node.line)
    if not isinstance(node.value, dict) or not node.value:
        node.fail(f"an item is an action, as in '- home' or '- goto: /', not {node.kind}")
    (first, value), *others = node.value.items()
    for key, other in others:
        if value.is_null and key not in words:
            other.fail(f"indent {quote(key)} further, so that it belongs to {quote(first)}")
        other.fail(f"an item has one key; start a new item for {quote(key)}: '- {key}: …'")
    return first, value


def check_url(text: str, at: Node) -> None:
    """FileError if an address is no valid URL, as with an open bracket or a port that is no number."""
    try:
        _port = urlsplit(text).port
    except ValueError as error:
        at.fail(f"{quote(text)} is not a valid URL: {error}")


def _did_you_mean(name: str, words: Iterable[str]) -> str:
    action, colon, value = name.partition(":")
    if colon and action in words:
        return f"write a space after the colon: '{action}: {value}'"
    return suggest(name, words)


def _bind(value: Node, action: Action) -> dict[str, Any]:
    if not action.parameters and not value.is_null:
        value.fail(f'"{action.name}" must have no value, not {value.kind}')
    if value.is_null:
        arguments: dict[str, Node] = {}
    elif isinstance(value.value, dict):
        arguments = value.value
    else:
        arguments = {next(iter(action.parameters)): value}
    for key, node in arguments.items():
        if key in (*NO_STEPS, *PLAIN):
            node.fail(f"{quote(key)} is not allowed under \"{action.name}\"; start a new item: '- {key}: …'")
        if key not in action.parameters:
            node.fail(f'"{action.name}" has no parameter {quote(key)}; {suggest(key, action.parameters)}')
    return {
        key: _argument(arguments.get(key), parameter, key, action, value)
        for key, parameter in action.parameters.items()
    }


def _argument(node: Node | None, parameter: Parameter, key: str, action: Action, at: Node) -> str | None:
    if node is None:
        if parameter.is_required:
            at.fail(f'"{action.name}" needs "{key}", as in \'{action.name}: {{{key}: …}}\'')
        return parameter.default
    text = node.text(f'"{key}" of "{action.name}"', or_empty=True)
    if parameter.one_of and text not in parameter.one_of and not text.startswith("$"):
        node.fail(f'"{key}" of "{action.name}" cannot be {quote(text)}; {suggest(text, parameter.one_of)}')
    return text


def _shape(
    value: Node, name: str, plain: PlainAction, pages: tuple[str, ...], hosts: tuple[str, ...]
) -> dict[str, Any]:
    """The arguments of a plain action: those of an arrival by name, any other as `value`."""
    if value.is_null and (plain.shape == "nothing" or plain.optional):
        return {}
    given = value.value
    if plain.shape == "arrival" and isinstance(given, str | dict):
        return _arrival(value, name, pages, hosts)
    if plain.shape == "duration" and isinstance(given, str) and re.search(DURATION, given):
        return {"value": given}
    if plain.shape == "stepper" and isinstance(given, dict):
        known = value.known_fields(f'"{name}"', required=STEPPER)
        return {"value": {key: node.text(f'"{key}" of "{name}"') for key, node in known.items()}}
    if plain.shape == "page" and isinstance(given, str):
        return {"value": _page(value, name, pages)}
    if plain.shape in ("element", "keys") and isinstance(given, str) and given and not value.is_null:
        return {"value": given}
    if plain.shape == "element" and isinstance(given, dict) and len(given) == 1:
        ((role, node),) = given.items()
        if role not in ROLES:
            node.fail(f'"{name}" does not support {quote(role)}; {suggest(role, ROLES)}')
        return {"value": {role: node.text(f'"{role}"')}}
    if plain.shape in ("fields", "keys") and isinstance(given, dict) and given:
        empty = plain.shape == "fields"
        return {"value": {key: node.text(f'"{name}" of {quote(key)}', or_empty=empty) for key, node in given.items()}}
    value.fail(f'"{name}" must have {SHAPES[plain.shape]}, not {value.kind}')


def _arrival(value: Node, name: str, pages: tuple[str, ...], hosts: tuple[str, ...]) -> dict[str, str]:
    if isinstance(value.value, str):
        return {"at": _page(value, name, pages)}
    fields_ = value.known_fields(f'"{name}"', optional=("at", "from", "for"))
    arrival = {key: node.text(f'"{key}" of "{name}"') for key, node in fields_.items()}
    if "at" in fields_:
        _page(fields_["at"], name, pages)
    if "from" in fields_:
        arrival["from"] = _other_site(fields_["from"], hosts)
    if "for" in fields_ and "from" not in fields_:
        fields_["for"].fail('"for" is a search on another site; name the site with "from"')
    return arrival


def _other_site(node: Node, hosts: tuple[str, ...]) -> str:
    """The host of another site, in lower case as browsers report it."""
    host = node.text('"from" of "arrive"').lower()
    if not re.fullmatch(HOST, host):
        node.fail(f'"from" must be a host name, such as www.google.com, not {quote(host)}')
    if host in hosts:
        node.fail(f'"from" cannot be {quote(host)}: the harness serves this host itself; use another site')
    return host


def _page(node: Node, name: str, pages: tuple[str, ...]) -> str:
    text = node.text(f'the page of "{name}"')
    if text not in pages and not re.search(ADDRESS, text):
        node.fail(f"no such page {quote(text)}; {suggest(text, pages)} (or a path that begins with /, or a URL)")
    if text not in pages:
        check_url(text, node)
    return text


def _title(name: str, value: Node) -> str:
    plain = value.plain()
    if isinstance(plain, dict):
        plain = ", ".join(f"{key}: {item}" for key, item in plain.items())
    return f"{name}: {plain}" if plain else name
