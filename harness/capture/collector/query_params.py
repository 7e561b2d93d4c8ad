"""Parse the parameters of the collector's queries."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from multidict import MultiMapping

from harness.events import Document, Event, Reading
from harness.json_matching import check_pattern, matches, suggest

KINDS: Final = ("event", "document", "beacon")
MAX_WAIT_S: Final = 60.0
"""The longest `timeout` or `wait`, in seconds."""


class QueryError(ValueError):
    """An invalid parameter: its name, its value, and the allowed values."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query: `where` is a pattern (`harness.json_matching`), `timeout` and `wait` are seconds, `since` is a beacon's number."""

    kind: str = "event"
    type: str | None = None
    valid: bool | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    timeout: float = 5.0
    since: int = 0
    wait: float = 0.0

    def has_type(self, event: Event | Document) -> bool:
        return self.type is None or event.type == self.type

    def accepts(self, event: Event | Document) -> bool:
        return self.has_type(event) and matches(self.where, event.body)

    def accepts_beacon(self, reading: Reading) -> bool:
        """Whether a beacon contains an item of the requested type, and its decoded body the values."""
        items: tuple[Event | Document, ...] = (*reading.events, *reading.documents)
        has_type = self.type is None or any(map(self.has_type, items))
        return has_type and matches(self.where, reading.envelope)


def parse_query(parameters: MultiMapping[str], allowed: Collection[str]) -> Query:
    """Parse a URL's parameters. QueryError for a parameter not in `allowed`, or an invalid value."""
    for name in parameters:
        if name not in allowed:
            raise QueryError(f'no such parameter "{name}"; {suggest(name, allowed)}')
        if len(parameters.getall(name)) > 1:
            raise QueryError(f'"{name}" is given more than once')
    return Query(**{name: _PARSERS[name](value) for name, value in parameters.items()})


def _kind(value: str) -> str:
    if value not in KINDS:
        raise QueryError(f'no such kind "{value}"; {suggest(value, KINDS)}')
    return value


def _valid(value: str) -> bool:
    if value not in ("true", "false"):
        raise QueryError(f'"valid" must be true or false, not "{value}"')
    return value == "true"


def _where(value: str) -> dict[str, Any]:
    try:
        pattern = json.loads(value)
        check_pattern(pattern)
    except json.JSONDecodeError as error:
        raise QueryError(f'"where" must be a JSON object; {value!r} is not JSON: {error}') from error
    except ValueError as error:
        raise QueryError(f'"where": {error}') from error
    except RecursionError as error:
        raise QueryError('"where" is nested too deeply') from error
    if not isinstance(pattern, dict):
        raise QueryError(f'"where" must be a JSON object, not {value!r}')
    return pattern


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) > 0):
        raise QueryError(f'"count" must be a whole number from 1, not "{value}"')
    return int(value)


def _since(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise QueryError(f'"since" must be the number of a beacon, or 0, not "{value}"')
    return int(value)


def _seconds(name: str) -> Callable[[str], float]:
    def read(value: str) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds <= MAX_WAIT_S:
            raise QueryError(f'"{name}" must be a number of seconds from 0 to {MAX_WAIT_S:g}, not "{value}"')
        return seconds

    return read


_PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "kind": _kind,
    "type": str,
    "valid": _valid,
    "where": _where,
    "count": _count,
    "timeout": _seconds("timeout"),
    "since": _since,
    "wait": _seconds("wait"),
}
