"""Read a target file: the shopping actions of a store, and its properties."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from harness.json_matching import suggest
from harness.scenario.actions import (
    ADDRESS,
    HOST,
    NO_STEPS,
    OPENERS,
    PLAIN,
    Action,
    Call,
    Parameter,
    check_url,
    read_call,
)
from harness.scenario.page_facts import Fact, read_facts
from harness.scenario.shopper import Shopper
from harness.scenario.store_options import store_options_in
from harness.scenario.variables import check_variables, variables_in
from harness.scenario.yaml_source import Node, parse
from harness.text_files import quote, read_file

TEST_ORDERS, ALLOWED = "test orders", "allowed"
"""The key of a target, and the value that allows orders in an external store."""

RECEIPT_DUE = "receipt due"
"""The key of a target for the state of an order in which its receipt counts, `placed` or `paid`."""

_KEYS = (
    *("about", "currency", "ledger", "other hosts", "payment hosts", "customer", "pages", TEST_ORDERS, RECEIPT_DUE),
    *("on arrival", "words", "lacks", "facts", "store", "hash routes"),
)


@dataclass(frozen=True, kw_only=True)
class ExternalStore:
    """The properties of a store other than the built-in one, as its target declares them.

    `allows_orders` permits test orders. An order counts once it is `receipt_due`: `paid`, or `placed` in a store with bank
    transfer or invoice. The shopper performs `on_arrival` first on each arrival, for example to answer a
    consent banner. `words` map names in scenarios to the store's. `lacks` maps actions to the reason why the store does not
    support them. `facts` are places on its pages, `store` are values of `harness.scenario.store_options` that apply to it.
    `are_routes_pages` decides whether the fragments `#/…` and `#!/…` are pages.
    """

    currency: str | None = None
    allows_orders: bool = False
    receipt_due: str = "paid"
    on_arrival: tuple[Call, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    lacks: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    store: Mapping[str, str] = field(default_factory=dict)
    are_routes_pages: bool = True


@dataclass(frozen=True, kw_only=True)
class Target:
    """A store under test. `url` is its origin, `ledger` the absolute URL of its ledger or None, `pages` maps names to paths.

    `other_hosts` are further hosts of the store, such as an outlet's. A return from `payment_hosts` starts no new visit.
    `customer` is an existing account: the shopper of scenarios with `shopper: customer`. `text` is the text of the file.
    """

    name: str
    url: str
    file: str
    text: str
    ledger: str | None = None
    other_hosts: tuple[str, ...] = ()
    payment_hosts: tuple[str, ...] = ()
    customer: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    is_built_in: bool = False
    external: ExternalStore = field(default_factory=ExternalStore)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """All hosts of the store, that of its `url` first."""
        return (self.host, *self.other_hosts)

    def opens(self, action: str) -> bool:
        """Whether an action needs no open page, because its first line opens one."""
        own = self.actions.get(action)
        return self.opens(own.do[0].action) if own else action in OPENERS

    def address(self, page: str) -> str:
        """The absolute URL of a page name, a path or a URL."""
        return urljoin(self.url, self.pages.get(page, page))


def receipt_setting(target: Target) -> dict[str, str]:
    """The setting for the header of a recording; empty for the default."""
    due = target.external.receipt_due
    return {} if due == "paid" else {RECEIPT_DUE: due}


def built_in() -> Target:
    resource = files("fakewww") / "target.yaml"
    return replace(parse_target(resource.read_text(encoding="utf-8"), file=str(resource)), is_built_in=True)


def read_target(path: Path) -> Target:
    """Read a target file. FileError with the place of the first error."""
    return parse_target(read_file(path, "target"), file=str(path))


def parse_target(text: str, *, file: str) -> Target:
    """Read the text of a target; `file` is its name in messages."""
    root = parse(text, file=file, what="target")
    known = root.known_fields("a target", required=("name", "url", "actions"), optional=_KEYS)
    url = _origin(known["url"])
    pages = {key: _address(item, key) for key, item in _mapping(known, "pages").items()}
    other_hosts = _hosts(known, "other hosts")
    actions = _actions(known["actions"], pages, (urlsplit(url).hostname or "", *other_hosts))
    return Target(
        name=known["name"].text('"name"'),
        url=url,
        file=file,
        text=text,
        ledger=urljoin(url, _address(known["ledger"], "ledger")) if "ledger" in known else None,
        other_hosts=other_hosts,
        payment_hosts=_hosts(known, "payment hosts"),
        customer=_customer(known),
        pages=pages,
        actions=actions,
        external=_external_store(known, actions, pages),
    )


def _external_store(known: Mapping[str, Node], actions: Mapping[str, Action], pages: Iterable[str]) -> ExternalStore:
    currency = known.get("currency")
    return ExternalStore(
        currency=_like(currency, "currency", r"^[A-Z]{3}$", "three letters, such as EUR") if currency else None,
        allows_orders=_choice_of(known, TEST_ORDERS, (ALLOWED, "forbidden"), "forbidden") == ALLOWED,
        receipt_due=_choice_of(known, RECEIPT_DUE, ("placed", "paid"), "paid"),
        on_arrival=_on_arrival(known, actions, pages),
        words=_texts(known, "words"),
        lacks=_lacks(known, actions),
        facts=read_facts(known["facts"]) if "facts" in known else (),
        store=store_options_in(known["store"]) if "store" in known else {},
        are_routes_pages=_choice_of(known, "hash routes", ("pages", "ignored"), "pages") == "pages",
    )


def _origin(node: Node) -> str:
    url = node.text('"url"')
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        node.fail(f'"url" is not a valid URL: {error}')
    if parts.scheme not in ("http", "https") or not parts.hostname:
        node.fail(f'"url" must be like https://shop.example, not {quote(url)}')
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        node.fail(f'"url" must be the store\'s origin; move the path of {quote(url)} to "pages"')
    return url


def _like(node: Node, what: str, pattern: str, wanted: str) -> str:
    text = node.text(f'"{what}"')
    if not re.search(pattern, text):
        node.fail(f'"{what}" must be {wanted}, not {quote(text)}')
    return text


def _address(node: Node, what: str) -> str:
    text = _like(node, what, ADDRESS.replace(r"\$|", ""), "a path that begins with / or a URL")
    check_url(text, node)
    return text


def _hosts(known: Mapping[str, Node], key: str) -> tuple[str, ...]:
    items = known[key].items(f'"{key}"') if key in known else ()
    return tuple(_like(item, key, HOST, "host names, such as www.paypal.com").lower() for item in items)


def _choice_of(known: Mapping[str, Node], key: str, allowed: tuple[str, ...], default: str) -> str:
    if key not in known:
        return default
    text = known[key].text(quote(key))
    if text not in allowed:
        known[key].fail(f"{quote(key)} cannot be {quote(text)}; {suggest(text, allowed)}")
    return text


def _on_arrival(known: Mapping[str, Node], actions: Mapping[str, Action], pages: Iterable[str]) -> tuple[Call, ...]:
    items = known["on arrival"].items('"on arrival"') if "on arrival" in known else ()
    calls = tuple(read_call(item, actions, pages=pages) for item in items)
    for call, item in zip(calls, items, strict=True):
        if call.action in OPENERS:
            item.fail(f'"on arrival" applies to the page that is open; {quote(call.action)} is not allowed')
    return calls


def _lacks(known: Mapping[str, Node], actions: Iterable[str]) -> dict[str, str]:
    lacks = _texts(known, "lacks")
    for name in lacks:
        if name in actions:
            known["lacks"].fields("lacks")[name].fail(
                f"{quote(name)} is an action of this target; remove it from one of the two"
            )
    return lacks


def _texts(known: Mapping[str, Node], key: str) -> dict[str, str]:
    return {name: item.text(quote(name)) for name, item in _mapping(known, key).items()}


def _mapping(known: Mapping[str, Node], key: str) -> dict[str, Node]:
    return known[key].fields(f'"{key}"') if key in known else {}


def _customer(known: Mapping[str, Node]) -> dict[str, str]:
    allowed = [item.name for item in fields(Shopper)]
    customer = known["customer"].known_fields('"customer"', optional=allowed) if "customer" in known else {}
    return {key: item.text(f'"{key}"') for key, item in customer.items()}


def _actions(node: Node, pages: Iterable[str], hosts: tuple[str, ...]) -> dict[str, Action]:
    """Read all actions. An action can call only those above it, so that there is no recursion."""
    nodes = node.fields('"actions"')
    actions: dict[str, Action] = {}
    for name, item in nodes.items():
        if name in (*PLAIN, *NO_STEPS):
            item.fail(f"{quote(name)} is a word of the harness; give the action another name")
        actions[name] = _action(name, item, actions, pages, nodes.keys() - actions.keys(), hosts)
    return actions


def _action(
    name: str,
    node: Node,
    above: Mapping[str, Action],
    pages: Iterable[str],
    later: Iterable[str],
    hosts: tuple[str, ...],
) -> Action:
    what = quote(name)
    known = node.known_fields(what, required=("do",), optional=("about", "parameters", "buys"))
    given = _mapping(known, "parameters")
    parameters = {key: _parameter(key, item) for key, item in given.items()}
    do = tuple(
        read_call(item, above, pages=pages, parameters=parameters, later=later, hosts=hosts)
        for item in known["do"].items(f'"do" of {what}')
    )
    if not do:
        known["do"].fail(f'"do" of {what} is empty')
    used = set().union(*(variables_in(dict(call.arguments)) for call in do))
    for key, item in given.items():
        if key not in used and len(parameters[key].one_of) != 1:
            item.fail(f'"do" of {what} never uses ${key}')
    about = known["about"].text(f'"about" of {what}') if "about" in known else ""
    return Action(name=name, about=about, parameters=parameters, do=do, buys=_buys(known, name))


def _buys(known: Mapping[str, Node], name: str) -> bool | None:
    if "buys" not in known:
        return None
    text = known["buys"].text(f'"buys" of {quote(name)}')
    if text not in ("yes", "no"):
        known["buys"].fail(f'"buys" of {quote(name)} must be yes or no, not {quote(text)}')
    return text == "yes"


def _parameter(name: str, node: Node) -> Parameter:
    """`required`, `optional`, a default, or `{default: …, one of: […]}`."""
    what = f"the parameter {quote(name)}"
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
        node.fail(f"{what} must be a word in lower case, such as $word")
    if isinstance(node.value, dict):
        return _choice(node, what)
    text = node.text(what, or_empty=True)
    if text in ("required", "optional"):
        return Parameter(optional=text == "optional")
    check_variables(text, node)
    return Parameter(default=text)


def _choice(node: Node, what: str) -> Parameter:
    known = node.known_fields(what, required=("one of",), optional=("default",))
    one_of = tuple(item.text(f'"one of" of {what}') for item in known["one of"].items(f'"one of" of {what}'))
    if not one_of:
        known["one of"].fail(f'"one of" of {what} is empty')
    default = known["default"].text(f'"default" of {what}') if "default" in known else None
    if default is not None and default not in one_of:
        known["default"].fail(f'"default" of {what} cannot be {quote(default)}; {suggest(default, one_of)}')
    return Parameter(default=default, one_of=one_of)
