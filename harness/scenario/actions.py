"""The plain actions that every store understands, and how an action's words become arguments."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from harness.json_matching import suggest
from harness.scenario.faults import SECONDS_IN
from harness.scenario.shopper import Shopper
from harness.scenario.yaml_source import Node, quote

Shape = Literal["nothing", "page", "element", "fields", "keys", "arrival", "duration"]
"""What stands behind a plain action's colon; see `SHAPES`."""

SHAPES: dict[Shape, str] = {
    "nothing": "nothing",
    "page": "a page's name, a path or a URL",
    "element": "a selector (in quotes where it begins with [ or #), or one of {link: …}, {button: …}, {label: …}, {text: …}",
    "fields": "a mapping from selectors to values",
    "keys": "a key, or a mapping from selectors to keys",
    "arrival": "a page, or a mapping with at, from and for",
    "duration": "a time, such as 90 seconds, 31 minutes, 2 days or until 23:50",
}

DURATION = r"^([1-9]\d{0,4} (second|minute|hour|day)s?|until ([01]\d|2[0-3]):[0-5]\d)$"
"""How long a shopper waits, as a regular expression: so long, or until it is that time by the clock on the wall."""

EXPECT, IN_ORDER = EXPECTS = ("expect", "expect in order")
FAULTS = "faults"
NO_STEPS = (*EXPECTS, FAULTS)
"""The items of a scenario that are no steps."""

ROLES = ("link", "button", "label", "text")
"""How else than by a selector an element can be named: by its role and its name, its label, or its text."""

ADDRESS = r"^(/|\$|[A-Za-z][A-Za-z0-9+.-]*:)"
"""A path, a variable or a URL, as a regular expression; what else stands for a page must be its name."""

OPENERS = ("arrive", "goto", "new tab", "new shopper")
"""The actions that need no page before them."""

_LABEL = r"(?!..--)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = rf"^(?=.{{1,253}}$)({_LABEL}\.)*(?=[A-Za-z]){_LABEL}$"
"""The name of a site, as a regular expression: labels of letters, digits and single hyphens; no number stands last."""


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
    "goto": PlainAction(shape="page", about="type an address: a URL, a path, or the name of one of the target's pages"),
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
    "new tab": PlainAction(shape="page", about="open a page in a new tab and go on there"),
    "new shopper": PlainAction(shape="page", about="go on as somebody else, who opens this page in another browser"),
    "close tab": PlainAction(shape="nothing", about="close the tab and go on in the one that was opened before"),
    "hide": PlainAction(
        shape="nothing",
        about="look at something else, so that the page is hidden: another tab, another app, a locked phone",
    ),
    "show": PlainAction(shape="nothing", about="look at the hidden page again"),
    "kill": PlainAction(
        shape="nothing",
        about="let the system end the page without telling it, as phones do; go on in a new tab (Chromium only)",
    ),
    "wait": PlainAction(shape="duration", about="do nothing for a while, by the page's clock; it takes no time"),
    "wait for": PlainAction(shape="element", about="wait until the element is visible"),
}

VARIABLES: dict[str, tuple[str, ...]] = {
    "shopper": tuple(item.name for item in fields(Shopper)),
    "store": ("name", "currency"),
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

_VARIABLE = re.compile(r"\$\$|\$([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?")


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

    @property
    def is_required(self) -> bool:
        return self.default is None and not self.optional


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action of a target: its parameters in order (a bare value goes to the first), and what it does.

    `buys` tells whether it places an order, None where the target does not say.
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
    """One list item as a call of a plain action or one of `actions`; FileError where it is neither or does not fit.

    `pages` are names for addresses. `parameters` are the names that may stand as bare `$name` here: those of the action
    being defined. `later` are actions that may not be called yet, `others` the words that could start an item as well,
    `hosts` the names of ours that nobody can come from.
    """
    words = (*actions, *PLAIN, *others)
    name, value = single(node, words)
    if name in actions:
        arguments = _bind(value, actions[name])
    elif name in PLAIN:
        arguments = _shape(value, name, PLAIN[name], tuple(pages), tuple(hosts))
    elif name in later:
        value.fail(f"{quote(name)} does not stand above; an action can use only those that do")
    elif name in NO_STEPS and name not in others:
        value.fail(f"{quote(name)} stands in scenarios only; an action is what the shopper does")
    else:
        value.fail(f"no such action {quote(name)}; {_meant(name, words)}")
    for text, at in value.texts():
        check_variables(text, at, parameters)
    return Call(action=name, arguments=arguments, place=node.place, title=_title(name, value))


def single(node: Node, words: Iterable[str]) -> tuple[str, Node]:
    """A list item's one key and its value; a bare word is a key with nothing behind it. `words` can start an item."""
    if isinstance(node.value, str) and not node.is_null:
        return node.value, Node(value=None, file=node.file, line=node.line)
    if not isinstance(node.value, dict) or not node.value:
        node.fail(f"an item is an action, as in '- home' or '- goto: /', not {node.kind}")
    (first, value), *others = node.value.items()
    for key, other in others:
        if value.is_null and key not in words:
            other.fail(f"{quote(key)} must be indented further, to stand under {quote(first)}")
        other.fail(f"an item has one key; start another with {quote(key)}: '- {key}: …'")
    return first, value


def check_variables(text: str, at: Node, parameters: Iterable[str] = ()) -> None:
    """FileError where the text names a variable that cannot be; `parameters` may stand without a field."""
    if "${" in text:
        at.fail("a variable has no braces; write $product.sku (and $$ for a dollar sign)")
    for match in _VARIABLE.finditer(text):
        name, attribute = match.groups()
        if name is None or (attribute is None and name in parameters):
            continue
        if name not in VARIABLES:
            hint = suggest(name, (*parameters, *VARIABLES))
            at.fail(f"no such variable {quote(match[0])}; {hint} (a dollar sign is written $$)")
        fields_ = [f"${name}.{known}" for known in VARIABLES[name]]
        if attribute is None:
            at.fail(f"{quote(match[0])} needs a field; allowed: {', '.join(fields_)}")
        if attribute not in VARIABLES[name]:
            at.fail(f"no such variable {quote(match[0])}; {suggest(match[0], fields_)}")


def seconds_of(duration: str, *, now: datetime) -> float:
    """How many seconds a duration has, which is known to be one; `now` is the shopper's time."""
    count, unit = duration.split(" ")
    if count == "until":
        hour, minute = map(int, unit.split(":"))
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (then - now).total_seconds() % SECONDS_IN["day"]
    return int(count) * SECONDS_IN[unit.removesuffix("s")]


def check_url(text: str, at: Node) -> None:
    """FileError where the text, which looks like an address, is none: a bracket is left open, or a port is no number."""
    try:
        _port = urlsplit(text).port
    except ValueError as error:
        at.fail(f"{quote(text)} is no URL: {error}")


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


def _meant(name: str, words: Iterable[str]) -> str:
    action, colon, value = name.partition(":")
    if colon and action in words:
        return f"write a space behind the colon: '{action}: {value}'"
    return suggest(name, words)


def _bind(value: Node, action: Action) -> dict[str, Any]:
    if not action.parameters and not value.is_null:
        value.fail(f'"{action.name}" takes nothing, not {value.kind}')
    if value.is_null:
        arguments: dict[str, Node] = {}
    elif isinstance(value.value, dict):
        arguments = value.value
    else:
        arguments = {next(iter(action.parameters)): value}
    for key, node in arguments.items():
        if key in (*NO_STEPS, *PLAIN):
            node.fail(f"{quote(key)} cannot stand under \"{action.name}\"; start an item of its own: '- {key}: …'")
        if key not in action.parameters:
            node.fail(f'"{action.name}" does not take {quote(key)}; {suggest(key, action.parameters)}')
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
    """The arguments of a plain action: those of an arrival by their names, anything else as `value`."""
    if value.is_null and (plain.shape == "nothing" or plain.optional):
        return {}
    given = value.value
    if plain.shape == "arrival" and isinstance(given, str | dict):
        return _arrival(value, name, pages, hosts)
    if plain.shape == "duration" and isinstance(given, str) and re.search(DURATION, given):
        return {"value": given}
    if plain.shape == "page" and isinstance(given, str):
        return {"value": _page(value, name, pages)}
    if plain.shape in ("element", "keys") and isinstance(given, str) and given and not value.is_null:
        return {"value": given}
    if plain.shape == "element" and isinstance(given, dict) and len(given) == 1:
        ((role, node),) = given.items()
        if role not in ROLES:
            node.fail(f'"{name}" knows no {quote(role)}; {suggest(role, ROLES)}')
        return {"value": {role: node.text(f'"{role}"')}}
    if plain.shape in ("fields", "keys") and isinstance(given, dict) and given:
        empty = plain.shape == "fields"
        return {"value": {key: node.text(f'"{name}" of {quote(key)}', or_empty=empty) for key, node in given.items()}}
    value.fail(f'"{name}" takes {SHAPES[plain.shape]}, not {value.kind}')


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
        fields_["for"].fail('"for" is what the shopper asked another site for; say which with "from"')
    return arrival


def _other_site(node: Node, hosts: tuple[str, ...]) -> str:
    """The name of a site, in lower case as browsers say it."""
    host = node.text('"from" of "arrive"').lower()
    if not re.fullmatch(HOST, host):
        node.fail(f'"from" is the name of a site, such as www.google.com, not {quote(host)}')
    if host in hosts:
        node.fail(
            f'"from" cannot be {quote(host)}: the harness itself answers under this name; take that of another site'
        )
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
