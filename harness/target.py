"""Read a target file: how to do a shopping action on a store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from harness.actions import PLAIN, Action, Call, Parameter, read_call
from harness.yamlfile import Node, parse, read_file, suggest

_KEYS = ("about", "currency", "ledger", "payment hosts", "customer", "pages")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A store under test. `url` is its origin, `ledger` the absolute URL of its ledger or None, `pages` names paths.

    `customer` is an account that exists in the store: the shopper of scenarios that say `shopper: customer`.
    `payment_hosts` are sites that shoppers come back from without starting a visit. `text` is the file's text.
    """

    name: str
    url: str
    file: str
    text: str
    ledger: str | None = None
    currency: str | None = None
    payment_hosts: tuple[str, ...] = ()
    customer: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def address(self, page: str) -> str:
        """The absolute URL of a page's name, a path or a URL."""
        return urljoin(self.url, self.pages.get(page, page))


def built_in() -> Target:
    """The target of the built-in store."""
    resource = files("fakewww") / "target.yaml"
    return parse_target(resource.read_text(encoding="utf-8"), file=str(resource))


def read_target(path: Path) -> Target:
    """The target in a file; FileError says where and what is wrong with it."""
    return parse_target(read_file(path, "target"), file=str(path))


def parse_target(text: str, *, file: str) -> Target:
    """The target in a text; `file` is its name in messages."""
    root = parse(text, file=file, what="target")
    fields = root.known_fields("a target", required=("name", "url", "actions"), optional=_KEYS)
    url = fields["url"].text("url")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        fields["url"].fail(f"url must start with http:// or https:// and name a host, not {url!r}")
    return Target(
        name=fields["name"].text("name"),
        url=url,
        file=file,
        text=text,
        ledger=urljoin(url, fields["ledger"].text("ledger")) if "ledger" in fields else None,
        currency=fields["currency"].text("currency") if "currency" in fields else None,
        payment_hosts=_texts(fields.get("payment hosts")),
        customer=_mapping(fields.get("customer")),
        pages=_mapping(fields.get("pages")),
        actions=_actions(fields["actions"]),
    )


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(item.text("a host") for item in node.items("payment hosts")) if node and node.value else ()


def _mapping(node: Node | None) -> dict[str, str]:
    return {key: item.text(key) for key, item in node.fields("this").items()} if node and node.value else {}


def _actions(node: Node) -> dict[str, Action]:
    """All actions; one may call those that stand above it, so that none can call itself."""
    actions: dict[str, Action] = {}
    for name, item in node.fields("actions").items():
        if name in PLAIN:
            item.fail(f'"{name}" is an action of the harness itself and cannot be defined again')
        actions[name] = _action(name, item, actions)
    return actions


def _action(name: str, node: Node, above: Mapping[str, Action]) -> Action:
    fields = node.known_fields(f'"{name}"', required=("do",), optional=("about", "parameters"))
    parameters = (
        {key: _parameter(key, item) for key, item in fields["parameters"].fields("parameters").items()}
        if "parameters" in fields
        else {}
    )
    do: tuple[Call, ...] = tuple(
        read_call(item, above, parameters=parameters) for item in fields["do"].items(f'"do" of "{name}"')
    )
    about = fields["about"].text("about") if "about" in fields else ""
    return Action(name=name, about=about, parameters=parameters, do=do)


def _parameter(name: str, node: Node) -> Parameter:
    """`required`, `optional`, a default, or `{default: …, one of: […]}`."""
    if isinstance(node.value, dict):
        fields = node.known_fields(f"parameter {name!r}", required=("one of",), optional=("default",))
        one_of = tuple(item.text("a choice") for item in fields["one of"].items("one of"))
        default = fields["default"].text("default") if "default" in fields else None
        if default is not None and default not in one_of:
            fields["default"].fail(f"default {default!r} is not one of the choices; {suggest(default, one_of)}")
        return Parameter(default=default, one_of=one_of)
    text = node.text(f"parameter {name!r}")
    if text == "required":
        return Parameter()
    return Parameter(optional=True) if text == "optional" else Parameter(default=text)
