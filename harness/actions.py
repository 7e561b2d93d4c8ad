"""The plain actions that every store understands, and how an action's words become arguments."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from harness.shopper import Shopper
from harness.yamlfile import Node, suggest

Shape = Literal["nothing", "text", "element", "fields", "keys", "arrival"]
"""What stands behind a plain action's colon; see `SHAPES`."""

SHAPES: dict[Shape, str] = {
    "nothing": "nothing",
    "text": "text",
    "element": "a selector, or one of {link: …}, {button: …}, {label: …}, {text: …}",
    "fields": "a mapping from selector to value",
    "keys": "a key, or a mapping from selector to key",
    "arrival": "a mapping with at, from and for",
}

ROLES = ("link", "button", "label", "text")


@dataclass(frozen=True, kw_only=True)
class PlainAction:
    """An action of the harness itself; `about` is its line in the documentation and in an editor."""

    shape: Shape
    about: str
    optional: bool = False


PLAIN: dict[str, PlainAction] = {
    "arrive": PlainAction(
        shape="arrival",
        about="come to the store: `at` a page, `from` another site, which was asked `for` these words",
        optional=True,
    ),
    "goto": PlainAction(shape="text", about="type an address: a URL, a path, or the name of one of the target's pages"),
    "click": PlainAction(shape="element", about="click the one element that matches"),
    "fill": PlainAction(shape="fields", about="type into form fields"),
    "click if there": PlainAction(shape="element", about="click the element, where the page has it"),
    "fill if there": PlainAction(shape="fields", about="type into those of the form fields that the page has"),
    "select": PlainAction(shape="fields", about="choose in a list, by label or by value"),
    "check": PlainAction(shape="element", about="tick a box or a radio button"),
    "press": PlainAction(shape="keys", about="press a key, such as Enter"),
    "reload": PlainAction(shape="nothing", about="load the page again"),
    "back": PlainAction(shape="nothing", about="go back in the browser's history"),
    "forward": PlainAction(shape="nothing", about="go forward in the browser's history"),
    "new tab": PlainAction(shape="text", about="open a page in a new tab and go on there"),
    "wait for": PlainAction(shape="element", about="wait until the element is visible"),
}

VARIABLES: dict[str, tuple[str, ...]] = {
    "shopper": tuple(item.name for item in fields(Shopper)),
    "store": ("name", "currency", "url"),
    "page": ("url", "type", "title", "status"),
    "product": ("code", "sku", "name", "price"),
    "category": ("id", "name"),
    "search": ("keyword", "page", "results"),
    "customer": ("id", "first_name", "last_name", "email"),
    "cart": ("id", "subtotal"),
    "order": (
        "number",
        "state",
        "subtotal",
        "shipping",
        "tax",
        "discounts",
        "total",
        "currency",
        "cart_id",
        "customer_id",
    ),
}
"""What `$name.field` can name: the shopper, and the latest of each kind in the store's ledger."""

_VARIABLE = re.compile(r"\$\$|\$([a-z_]+)(?:\.([a-z_]+))?")


@dataclass(frozen=True, kw_only=True)
class Call:
    """An action with its arguments, as written somewhere: `place` is `file:line`, `title` the words of the file."""

    action: str
    arguments: Mapping[str, Any]
    place: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What an action of a target takes. Without a `default` it is required, unless `optional`: then what uses it is left out."""

    default: str | None = None
    optional: bool = False
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action of a target: its parameters in order (a bare value goes to the first), and what it does."""

    name: str
    about: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    do: tuple[Call, ...] = ()


def read_call(node: Node, actions: Mapping[str, Action], *, parameters: Mapping[str, Parameter] | None = None) -> Call:
    """One list item as a call of a plain action or one of `actions`; FileError where it is neither or does not fit.

    `parameters` are the names that may stand as bare `$name` here: those of the action being defined.
    """
    name, value = single(node, "a step")
    if name in actions:
        arguments = _bind(value, actions[name])
    elif name in PLAIN:
        arguments = _shape(value, name, PLAIN[name])
    else:
        value.fail(f'no such action "{name}"; {suggest(name, (*actions, *PLAIN, "expect"))}')
    for scalar in value.scalars():
        check_variables(scalar, parameters or {})
    return Call(action=name, arguments=arguments, place=node.place, title=_title(name, value))


def single(node: Node, what: str) -> tuple[str, Node]:
    """A list item's one key and its value; a bare word is a key with nothing behind it."""
    if isinstance(node.value, str):
        return node.value, Node(value=None, file=node.file, line=node.line)
    fields_ = node.fields(what)
    if len(fields_) != 1:
        _first, *others = fields_.items()
        if not others:
            node.fail(f"{what} is empty; write an action such as '- home'")
        key, value = others[0]
        value.fail(f"{what} has one key; start {key!r} as an item of its own: '- {key}: …'")
    return next(iter(fields_.items()))


def check_variables(node: Node, parameters: Mapping[str, Parameter]) -> None:
    """FileError where the text names a variable that cannot be."""
    for match in _VARIABLE.finditer(str(node.value)):
        name, attribute = match.groups()
        if name is None:
            continue
        if attribute is None:
            if name not in parameters:
                choices = [*parameters, *(f"{key}.{item}" for key, items in VARIABLES.items() for item in items)]
                node.fail(f'unknown variable "${name}"; {suggest(name, choices)} (a dollar sign itself is written $$)')
        elif name not in VARIABLES:
            node.fail(f'unknown variable "${name}.{attribute}"; {suggest(name, VARIABLES)}')
        elif attribute not in VARIABLES[name]:
            node.fail(f'unknown variable "${name}.{attribute}"; {suggest(attribute, VARIABLES[name])}')


def substitute(value: Any, lookup: Callable[[str, str | None], str], *, escape: bool = False) -> Any:
    """Replace every variable in a nest of text; `lookup(name, field)` may raise KeyError. `escape` for quoted selectors."""
    if isinstance(value, dict):
        return {substitute(key, lookup, escape=True): substitute(item, lookup) for key, item in value.items()}
    if isinstance(value, list):
        return [substitute(item, lookup) for item in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        found = lookup(match[1], match[2])
        return found.replace("\\", "\\\\").replace('"', '\\"') if escape else found

    return _VARIABLE.sub(replace, value)


def variables_in(value: Any) -> set[str]:
    """The bare `$name`s in a nest of text, which are parameters."""
    if isinstance(value, dict):
        return set().union(*(variables_in(part) for item in value.items() for part in item))
    if isinstance(value, list):
        return set().union(*(variables_in(item) for item in value))
    return {match[1] for match in _VARIABLE.finditer(str(value)) if match[1] and not match[2]}


def _bind(value: Node, action: Action) -> dict[str, Any]:
    given = value.value
    if given is None:
        arguments: dict[str, Node] = {}
    elif isinstance(given, dict):
        arguments = given
    else:
        if not action.parameters:
            value.fail(f'"{action.name}" takes nothing, not {value.kind}')
        arguments = {next(iter(action.parameters)): value}
    for key, node in arguments.items():
        if key not in action.parameters:
            node.fail(f'"{action.name}" does not take {key!r}; {suggest(key, action.parameters)}')
    return {
        key: _argument(arguments.get(key), parameter, key, action, value)
        for key, parameter in action.parameters.items()
    }


def _argument(node: Node | None, parameter: Parameter, key: str, action: Action, at: Node) -> str | None:
    if node is None:
        if parameter.default is None and not parameter.optional:
            at.fail(f'"{action.name}" needs {key!r}, as in "{action.name}: {{{key}: …}}"')
        return parameter.default
    text = node.text(f'{key!r} of "{action.name}"')
    if parameter.one_of and text not in parameter.one_of and not text.startswith("$"):
        node.fail(f'{key!r} of "{action.name}" cannot be {text!r}; {suggest(text, parameter.one_of)}')
    return text


def _shape(value: Node, name: str, plain: PlainAction) -> dict[str, Any]:
    given = value.value
    if given is None and (plain.shape == "nothing" or plain.optional):
        return {}
    if plain.shape == "arrival" and isinstance(given, dict):
        return {key: node.text(key) for key, node in value.known_fields(name, optional=("at", "from", "for")).items()}
    if plain.shape in ("text", "element", "keys", "arrival") and isinstance(given, str) and given:
        return {"at" if plain.shape == "arrival" else "value": given}
    if plain.shape == "element" and isinstance(given, dict) and len(given) == 1:
        role, node = next(iter(given.items()))
        if role not in ROLES:
            node.fail(f'"{name}" knows no {role!r}; {suggest(role, ROLES)}, or a selector as plain text')
        return {"value": {role: node.text(role)}}
    if plain.shape in ("fields", "keys") and isinstance(given, dict) and given:
        return {"value": {selector: _field(node, name, selector) for selector, node in given.items()}}
    value.fail(f'"{name}" takes {SHAPES[plain.shape]}, not {value.kind}')


def _field(node: Node, name: str, selector: str) -> str:
    if not isinstance(node.value, str):
        node.fail(f'"{name}" needs text for {selector!r}, not {node.kind}')
    return node.value


def _title(name: str, value: Node) -> str:
    plain = value.plain()
    if isinstance(plain, dict):
        plain = ", ".join(f"{key}: {item}" for key, item in plain.items())
    return f"{name}: {plain}" if plain else name
