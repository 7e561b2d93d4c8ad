"""The options of the built-in store: the values of a scenario's `store` and of `--store KEY=VALUE`."""

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
class StoreOption:
    """One option: its value is a word of `one_of`, or a whole number up to `most`."""

    about: str
    default: str
    one_of: tuple[str, ...] = ()
    most: int = 0

    def refusal(self, value: str) -> str:
        """The allowed values if this value is invalid, otherwise empty."""
        if self.one_of:
            return "" if value in self.one_of else suggest(value, self.one_of)
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(self.most))
        return "" if is_number and int(value) <= self.most else f"allowed: a whole number up to {self.most}"


def _read_table() -> dict[str, StoreOption]:
    rows = json.loads((files("fakewww") / "store_options.json").read_text(encoding="utf-8"))
    return {
        name: StoreOption(
            about=row["description"],
            default=row["default"],
            one_of=tuple(row.get("choices", ())),
            most=row.get("maximum", 0),
        )
        for name, row in rows.items()
    }


STORE_OPTIONS: Final[Mapping[str, StoreOption]] = _read_table()
"""The options by name; `fakewww` reads the same table."""


def with_defaults(*given: Mapping[str, str]) -> dict[str, str]:
    """A value for every option: the last given one, or the default."""
    values = {name: option.default for name, option in STORE_OPTIONS.items()}
    for each in given:
        values |= each
    return values


def read_store_options(texts: Iterable[str], *, given_by: str = "--store") -> dict[str, str]:
    """Parse `KEY=VALUE` texts. UsageError for an invalid one, with the closest valid word."""
    values: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f'{given_by} "{text}" must be KEY=VALUE, as in {given_by} backend=v2')
        if name not in STORE_OPTIONS:
            raise UsageError(f'{given_by}: no such option "{name}"; {suggest(name, STORE_OPTIONS)}')
        if name in values:
            raise UsageError(f'{given_by}: "{name}" occurs twice')
        if refusal := STORE_OPTIONS[name].refusal(value):
            raise UsageError(f'{given_by}: "{name}" cannot be "{value}"; {refusal}')
        values[name] = value
    return values


def store_options_in(node: Node) -> dict[str, str]:
    """Read the key `store` of a file. FileError for an invalid option."""
    values = {}
    for name, item in node.known_fields('"store"', optional=STORE_OPTIONS).items():
        values[name] = item.text(quote(name))
        if refusal := STORE_OPTIONS[name].refusal(values[name]):
            item.fail(f"{quote(name)} cannot be {quote(values[name])}; {refusal}")
    return values
