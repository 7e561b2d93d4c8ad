"""The `facts` of a target: the places on its pages that contain the values of variables such as `$product.code`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.scenario.variables import VARIABLES
from harness.scenario.yaml_source import Node
from harness.text_files import quote


@dataclass(frozen=True, kw_only=True)
class Fact:
    """The place of `$kind.field` on a page.

    `at` is a selector: the value is the first element's text, or its `attribute`. Otherwise `data` is a type and a property
    of the page's structured data (JSON-LD or microdata), such as `Product.sku`. `matches` is a regular expression for the
    part of the text that is the value, or its first group.
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
    """Read a target's `facts`: kinds, fields, and their places. FileError if a place is invalid."""
    kinds = [kind for kind in VARIABLES if kind not in ("shopper", "store")]
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
        node.fail(f"{what} must be a selector, or a mapping with one of at and data")
    if "attribute" in known and "data" in known:
        node.fail(f'{what} has an "attribute" without an element; name the element with "at"')
    _check(known, node, what)
    return Fact(kind=kind, field=field, **known)


def _check(known: Mapping[str, str], node: Node, what: str) -> None:
    if "data" in known and not re.fullmatch(r"\w+(\.\w+)+", known["data"]):
        node.fail(f'"data" of {what} must be a type and a property, such as Product.sku, not {quote(known["data"])}')
    try:
        re.compile(known.get("matches", ""))
    except re.error as error:
        node.fail(f'"matches" of {what} is not a regular expression: {error}')
