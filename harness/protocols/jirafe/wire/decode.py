"""Body → JSON value → events. Never raises, whatever arrived."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from harness.events import Beacon, Event
from harness.findings import Evidence, Finding, Severity
from harness.protocols.jirafe.finding_text import Named, Path, event_type, field, report, shown

DEEPEST = 64
"""How many objects and lists may stand one inside the other."""

_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_Doubled = list[tuple[dict[str, Any], list[str]]]


@dataclass(frozen=True)
class Decoded:
    """A body as JSON, None where it is none, and what was noticed on the way.

    Whole numbers are int, others float. Of a duplicate key the last one holds. Half of a surrogate pair, which is no
    character and cannot be written as UTF-8, is read as U+FFFD.
    """

    value: Any
    findings: tuple[Finding, ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether the body was JSON; a body `null` is, and has the value None too."""
        return all(finding.code != "bad-json" for finding in self.findings)


class _NotJson(ValueError):
    """What `json` lets pass, or reports in words of its own."""


def decode(body: bytes, *, name: str | None = None) -> Decoded:
    """The body as JSON: UTF-8, no NaN, no number out of range, at most `DEEPEST` levels; else one `bad-json` finding.

    `name` is the type of a document, for the findings' words; without it the body is a wrapper.
    """
    doubled: _Doubled = []
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=partial(_object, doubled),
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        if body.count(b"{") + body.count(b"[") > DEEPEST and _is_too_deep(value):
            raise RecursionError
        if not doubled and not _ESCAPED_SURROGATE.search(body):
            return Decoded(value)
        clean = _without_surrogates(value)
        spoken_of = clean if name is None else Named(name, name, clean)
        return Decoded(clean, tuple(_noticed(value, spoken_of, doubled)))
    except UnicodeDecodeError as error:
        return _bad(body, f"not UTF-8: byte 0x{body[error.start]:02x} at offset {error.start}", error.start)
    except json.JSONDecodeError as error:
        offset = len(error.doc[: error.pos].encode("utf-8"))
        return _bad(body, f"not JSON: {error.msg} at offset {offset}", offset) if body else _bad(body, "empty", 0)
    except RecursionError:
        return _bad(body, f"nested deeper than {DEEPEST} levels", 0)
    except ValueError as error:
        return _bad(body, str(error) if isinstance(error, _NotJson) else "not JSON here: a number is out of range", 0)


def events(beacon: Beacon, value: Any) -> tuple[Event, ...]:
    """Every object in `data` as an event, whether valid or not; also where `data` is itself the one event."""
    data = value.get("data") if isinstance(value, dict) else None
    items = enumerate(data) if isinstance(data, list) else [(None, data)]
    return tuple(
        Event(
            type=event_type(item),
            body=item,
            envelope=value,
            pointer="/data" if index is None else f"/data/{index}",
            beacon=beacon,
        )
        for index, item in items
        if isinstance(item, dict)
    )


def _object(doubled: _Doubled, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        doubled.append((body, [name for name in body if counts[name] > 1]))
    return body


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(f"not JSON: {name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _NotJson(f"not JSON here: the number {shown(text)[1:-1]} is out of range")
    return number


def _bad(body: bytes, says: str, offset: int) -> Decoded:
    near = body[max(0, offset - 40) : offset + 40].decode("utf-8", "replace")
    finding = Finding(
        code="bad-json",
        message=f"the body is {says} (at byte {offset})",
        hint="send one JSON object, in UTF-8",
        evidence=Evidence(pointer="", value=near),
    )
    return Decoded(None, (finding,))


def _noticed(value: Any, clean: Any, doubled: _Doubled) -> Iterator[Finding]:
    doubles = {id(body): names for body, names in doubled}
    for path, part in _parts(value, ()):
        for name in doubles.get(id(part), ()):
            yield _duplicate(clean, _without_surrogates([*path, name]), _without_surrogates(part[name]))
        if isinstance(part, str) and _SURROGATE.search(part):
            yield _half_a_character(clean, _without_surrogates([*path]), _without_surrogates(part))


def _duplicate(wrapper: Any, path: Path, kept: Any) -> Finding:
    return report(
        "duplicate-key",
        wrapper,
        path,
        f"the key {shown(path[-1])} is there more than once; the last one holds: {shown(kept)}",
        hint="send each key once",
        severity=Severity.WARNING,
        value=kept,
    )


def _half_a_character(wrapper: Any, path: Path, text: str) -> Finding:
    return report(
        "lenient-value",
        wrapper,
        path,
        f"{field(wrapper, path)} is {shown(text)} and held half of a surrogate pair, which is no character",
        hint="cut text between characters, not inside of one",
        severity=Severity.WARNING,
        value=text,
    )


def _parts(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The value and everything in it, each with its path."""
    yield path, value
    if not isinstance(value, dict | list):
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _parts(part, (*path, key))


def _is_too_deep(value: Any) -> bool:
    """Whether more than `DEEPEST` objects and lists stand one inside the other."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for whole in level if isinstance(whole, dict | list) for part in _parts_of(whole)]
    return any(isinstance(part, dict | list) for part in level)


def _parts_of(whole: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return whole.values() if isinstance(whole, dict) else whole


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_SURROGATE.sub("\ufffd", key): _without_surrogates(item) for key, item in value.items()}
    return value
