"""What `$name.field` stands for: the shopper, and the latest of each kind in the store's ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.json_matching import text


@dataclass(frozen=True)
class Variables:
    """Values for `harness.scenario.actions.substitute`. They come from the ledger or the shopper, never from a beacon under test."""

    known: Mapping[str, Mapping[str, Any]]

    def after(self, store: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> "Variables":
        """The variables once the ledger has said this as well, oldest first.

        A receipt tells only the number of its order; what is known of that order stays.
        """
        known = {**self.known, "store": store}
        for entry in entries:
            for name, value in entry.items():
                if isinstance(value, dict):
                    known[name] = {**_same_order(known.get(name, {}), value), **value}
        return Variables(known)

    def __call__(self, name: str, field: str | None) -> str:
        """The value as text; KeyError with a sentence for the user where there is none yet."""
        if name not in self.known:
            raise KeyError(f"${name}.{field} has no value yet: the store's ledger tells of no {name} so far")
        if field is None or field not in self.known[name]:
            raise KeyError(f"${name}.{field} has no value: the latest {name} in the store's ledger has no {field}")
        return text(self.known[name][field])

    def or_as_written(self, name: str, field: str | None) -> str:
        """The value, or the variable itself where it has none: then nothing will match it, and the finding shows it."""
        try:
            return self(name, field)
        except KeyError:
            return f"${name}.{field}"


def _same_order(before: Mapping[str, Any], now: Mapping[str, Any]) -> Mapping[str, Any]:
    return before if "number" in now and before.get("number") == now["number"] else {}
