"""The switches of the built-in store: what a scenario's `store` and `--store KEY=VALUE` can set."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from harness.errors import UsageError
from harness.json_matching import suggest
from harness.scenario.yaml_source import Node
from harness.text_files import quote


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One switch: a word of `one_of`, or a whole number up to `most`."""

    about: str
    default: str
    one_of: tuple[str, ...] = ()
    most: int = 0

    def refusal(self, value: str) -> str:
        """Why it cannot be set to this; empty where it can."""
        if self.one_of:
            return "" if value in self.one_of else suggest(value, self.one_of)
        is_number = (
            value.isascii() and value.isdigit() and len(value) <= len(str(self.most)) and int(value) <= self.most
        )
        return "" if is_number else f"allowed: a whole number up to {self.most}"


def _read_table() -> dict[str, Switch]:
    rows = json.loads((files("fakewww") / "store_options.json").read_text(encoding="utf-8"))
    return {
        name: Switch(
            about=row["description"],
            default=row["default"],
            one_of=tuple(row.get("choices", ())),
            most=row.get("maximum", 0),
        )
        for name, row in rows.items()
    }


SWITCHES: Final[Mapping[str, Switch]] = _read_table()
"""The table of the built-in store; `fakewww` reads the same file."""


def settled(*given: Mapping[str, str]) -> dict[str, str]:
    """A value for every switch: that of the last of those given which has one, or else its default."""
    values = {name: switch.default for name, switch in SWITCHES.items()}
    for each in given:
        values |= each
    return values


def read_switches(texts: Iterable[str], *, given_by: str = "--store") -> dict[str, str]:
    """`KEY=VALUE`, any number of them, as an option gives them. UsageError with the nearest word for one that cannot be."""
    values: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f'{given_by} "{text}" should be KEY=VALUE, as in {given_by} backend=v2')
        if name not in SWITCHES:
            raise UsageError(f'{given_by}: no such switch "{name}"; {suggest(name, SWITCHES)}')
        if name in values:
            raise UsageError(f'{given_by}: "{name}" is set twice')
        if refusal := SWITCHES[name].refusal(value):
            raise UsageError(f'{given_by}: "{name}" cannot be "{value}"; {refusal}')
        values[name] = value
    return values


def switches_in(node: Node) -> dict[str, str]:
    """The switches under `store` in a file. FileError for one that cannot be."""
    values = {}
    for name, item in node.known_fields('"store"', optional=SWITCHES).items():
        values[name] = item.text(quote(name))
        if refusal := SWITCHES[name].refusal(values[name]):
            item.fail(f"{quote(name)} cannot be {quote(values[name])}; {refusal}")
    return values
