"""What a target says about where its pages tell what they show: its `facts`, for `$product.code` and the like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.scenario.actions import VARIABLES
from harness.scenario.yaml_source import Node, quote

_NOT_ON_PAGES = ("shopper", "store")
_SPECIMEN = "a selector, or a mapping with at or data"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Where a page says `$kind.field`.

    `at` is a selector: the first element's text is meant, or its `attribute`. Else `data` names a type and a property of the
    page's structured data (JSON-LD or microdata), such as `Product.sku`. Of the text the part that `matches` counts, or its
    first group.
    """

    kind: str
    field: str
    at: str = ""
    attribute: str = ""
    data: str = ""
    matches: str = ""

    @property
    def name(self) -> str:
        return f"${self.kind}.{self.field}"


def read_facts(node: Node) -> tuple[Fact, ...]:
    """A target's `facts`: kinds, in each the fields, in each where the page says it. FileError where that cannot be."""
    kinds = [kind for kind in VARIABLES if kind not in _NOT_ON_PAGES]
    found = []
    for kind, fields in node.known_fields('"facts"', optional=kinds).items():
        known = fields.known_fields(quote(kind), optional=VARIABLES[kind])
        found += [_fact(kind, field, item) for field, item in known.items()]
    return tuple(found)


def _fact(kind: str, field: str, node: Node) -> Fact:
    what = quote(f"{kind}.{field}")
    if isinstance(node.value, str):
        return Fact(kind=kind, field=field, at=node.text(what))
    known = {
        key: item.text(f'"{key}" of {what}')
        for key, item in node.known_fields(what, optional=("at", "attribute", "data", "matches")).items()
    }
    if ("at" in known) == ("data" in known):
        node.fail(f"{what} is {_SPECIMEN}, one of them")
    if "attribute" in known and "data" in known:
        node.fail(f'{what}: an "attribute" is that of an element; say which with "at"')
    _check(known, node, what)
    return Fact(kind=kind, field=field, **known)


def _check(known: Mapping[str, str], node: Node, what: str) -> None:
    if "data" in known and not re.fullmatch(r"\w+(\.\w+)+", known["data"]):
        node.fail(f'"data" of {what} is a type and a property, such as Product.sku, not {quote(known["data"])}')
    try:
        re.compile(known.get("matches", ""))
    except re.error as error:
        node.fail(f'"matches" of {what} is no regular expression: {error}')
