"""Variables such as `$product.sku`: their names, their places in texts, and their values."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from harness.json_matching import suggest, text
from harness.scenario.shopper import Shopper
from harness.scenario.yaml_source import Node
from harness.text_files import quote

VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "shopper": tuple(item.name for item in fields(Shopper)),
    "store": ("name", "currency"),
    "page": ("url", "type", "title", "status"),
    "product": ("code", "sku", "name", "price"),
    "category": ("id", "name"),
    "search": ("keyword", "page", "results"),
    "customer": ("id", "first_name", "last_name", "email"),
    "cart": ("id", "subtotal"),
    "order": (
        *("number", "state", "subtotal", "shipping", "tax", "discounts", "total"),
        *("currency", "cart_id", "customer_id"),
    ),
}
"""The fields of each variable: the shopper, and the latest entry of each kind in the store's ledger."""

_VARIABLE: Final = re.compile(r"\$\$|\$([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?")

_IDENTITIES: Final = ("number", "code", "id", "url")
"""The fields that identify a product, an order or another subject of a page."""

Lookup = Callable[[str, str | None], str]
"""The value of a variable by its name and field; may raise KeyError."""


def check_variables(written: str, at: Node, parameters: Iterable[str] = ()) -> None:
    """FileError for an unknown variable in a text; the names of `parameters` need no field."""
    if "${" in written:
        at.fail("variables have no braces; write $product.sku (and $$ for a dollar sign)")
    for match in _VARIABLE.finditer(written):
        name, attribute = match.groups()
        if name is None or (attribute is None and name in parameters):
            continue
        if name not in VARIABLES:
            hint = suggest(name, (*parameters, *VARIABLES))
            at.fail(f"no such variable {quote(match[0])}; {hint} (write $$ for a dollar sign)")
        names = [f"${name}.{known}" for known in VARIABLES[name]]
        if attribute is None:
            at.fail(f"{quote(match[0])} needs a field; allowed: {', '.join(names)}")
        if attribute not in VARIABLES[name]:
            at.fail(f"no such variable {quote(match[0])}; {suggest(match[0], names)}")


def substitute(value: Any, lookup: Lookup, *, escape: bool = False) -> Any:
    """Replace each variable in nested mappings, lists and texts; `escape` the values for quotes in a selector.

    Keys are always escaped: they are selectors.
    """
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
    """The names without a field (parameters) in nested mappings, lists and texts."""
    if isinstance(value, dict):
        return set().union(*(variables_in(part) for item in value.items() for part in item))
    if isinstance(value, list):
        return set().union(*(variables_in(item) for item in value))
    return {match[1] for match in _VARIABLE.finditer(str(value)) if match[1] and not match[2]}


@dataclass(frozen=True)
class Variables:
    """A `Lookup`. The values come from the ledger, the pages or the shopper, never from a beacon under test.

    `has_ledger` only chooses the words of the message about a variable without a value.
    """

    known: Mapping[str, Mapping[str, Any]]
    has_ledger: bool = True

    def after(self, store: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> "Variables":
        """The variables after these ledger entries, oldest first.

        An entry that repeats the number of the latest order adds to its fields.
        """
        known = {**self.known, "store": store}
        for entry in entries:
            for name, value in entry.items():
                if isinstance(value, dict):
                    known[name] = {**_same_order(known.get(name, {}), value), **value}
        return replace(self, known=known)

    def on_page(self, facts: Mapping[str, Mapping[str, str]]) -> "Variables":
        """The variables after a page with these facts: a value stays until a later page states another one.

        A page that identifies another product, order or the like ends the values of the one before.
        """
        known = dict(self.known)
        for kind, values in facts.items():
            before = known.get(kind, {})
            is_other = any(key in before and before[key] != values[key] for key in _IDENTITIES if key in values)
            known[kind] = {**({} if is_other else before), **values}
        return replace(self, known=known)

    def __call__(self, name: str, field: str | None) -> str:
        """The value as text; KeyError with a message for the user if there is no value."""
        if not self.has_ledger and field not in self.known.get(name, {}):
            raise KeyError(f"${name}.{field} has no value: no page before this step contains it")
        if name not in self.known:
            raise KeyError(f"${name}.{field} has no value yet: the store's ledger contains no {name} so far")
        if field is None or field not in self.known[name]:
            raise KeyError(f"${name}.{field} has no value: the latest {name} in the store's ledger has no {field}")
        return text(self.known[name][field])

    def or_as_written(self, name: str, field: str | None) -> str:
        """The value, or the variable itself if it has no value: it will match nothing, and the finding will show it."""
        try:
            return self(name, field)
        except KeyError:
            return f"${name}.{field}"


def _same_order(before: Mapping[str, Any], now: Mapping[str, Any]) -> Mapping[str, Any]:
    return before if "number" in now and before.get("number") == now["number"] else {}
