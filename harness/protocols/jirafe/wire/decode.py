"""Decode any body: to JSON, then to events. Never raises."""

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
from harness.protocols.jirafe.finding_text import Path, TitledBody, event_type, make_finding, place_name, short_json

MAX_DEPTH = 64
"""The number of levels of nested objects and lists."""

_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_Duplicates = list[tuple[dict[str, Any], list[str]]]
"""Objects with the keys that they contain more than once."""


@dataclass(frozen=True)
class Decoded:
    """A body as JSON (None if it is not JSON), with findings.

    Whole numbers are int, others float. Of duplicate keys the last one counts. Half of a surrogate pair is not a character
    and cannot be encoded as UTF-8; it becomes U+FFFD.
    """

    value: Any
    findings: tuple[Finding, ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON. The body `null` is, although its value is None."""
        return all(finding.code != "bad-json" for finding in self.findings)


class _NotJson(ValueError):
    """An error that the json module does not report, or not in plain English."""


def decode(body: bytes, *, name: str | None = None) -> Decoded:
    """Decode UTF-8 JSON without NaN and numbers out of range, at most `MAX_DEPTH` levels deep; else one `bad-json` finding.

    `name` is the type of a document; without it the body is a wrapper.
    """
    duplicates: _Duplicates = []
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=partial(_object, duplicates),
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _is_too_deep(value):
            raise RecursionError
        if not duplicates and not _ESCAPED_SURROGATE.search(body):
            return Decoded(value)
        clean = _without_surrogates(value)
        body_of_findings = clean if name is None else TitledBody(name, name, clean)
        return Decoded(clean, tuple(_lenient_findings(value, body_of_findings, duplicates)))
    except UnicodeDecodeError as error:
        return _bad(body, f"not UTF-8: unexpected byte 0x{body[error.start]:02x}", error.start)
    except json.JSONDecodeError as error:
        offset = len(error.doc[: error.pos].encode("utf-8"))
        return _bad(body, f"not JSON: {error.msg}", offset) if body else _bad(body, "empty", 0)
    except RecursionError:
        return _bad(body, f"nested deeper than {MAX_DEPTH} levels", 0)
    except ValueError as error:
        return _bad(body, str(error) if isinstance(error, _NotJson) else "not valid: a number is out of range", 0)


def events(beacon: Beacon, value: Any) -> tuple[Event, ...]:
    """Every object in `data` as an event, valid or not. `data` itself can be one event."""
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


def _object(duplicates: _Duplicates, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        duplicates.append((body, [name for name in body if counts[name] > 1]))
    return body


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(f"not JSON: {name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _NotJson(f"not valid: the number {short_json(text)[1:-1]} is out of range")
    return number


def _bad(body: bytes, text: str, offset: int) -> Decoded:
    near = body[max(0, offset - 40) : offset + 40].decode("utf-8", "replace")
    finding = Finding(
        code="bad-json",
        message=f"the body is {text} (at byte {offset})",
        hint="Send one JSON object in UTF-8.",
        evidence=Evidence(pointer="", value=near),
    )
    return Decoded(None, (finding,))


def _lenient_findings(value: Any, clean: Any, duplicates: _Duplicates) -> Iterator[Finding]:
    names_of = {id(body): names for body, names in duplicates}
    for path, part in _parts(value, ()):
        for name in names_of.get(id(part), ()):
            yield _duplicate(clean, _without_surrogates([*path, name]), _without_surrogates(part[name]))
        if isinstance(part, str) and _SURROGATE.search(part):
            yield _half_a_character(clean, _without_surrogates([*path]), _without_surrogates(part))


def _duplicate(wrapper: Any, path: Path, kept: Any) -> Finding:
    return make_finding(
        "duplicate-key",
        wrapper,
        path,
        f"the key {short_json(path[-1])} appears more than once; the last value counts: {short_json(kept)}",
        hint="Send each key once.",
        severity=Severity.WARNING,
        value=kept,
    )


def _half_a_character(wrapper: Any, path: Path, text: str) -> Finding:
    return make_finding(
        "lenient-value",
        wrapper,
        path,
        f"{place_name(wrapper, path)} is {short_json(text)}; it contains half of a surrogate pair, which is not a valid character",
        hint="Shorten text between characters: an emoji has two halves.",
        severity=Severity.WARNING,
        value=text,
    )


def _parts(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The value and all values in it, each with its path."""
    yield path, value
    if not isinstance(value, dict | list):
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _parts(part, (*path, key))


def _is_too_deep(value: Any) -> bool:
    """Whether there are more than `MAX_DEPTH` levels of objects and lists."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for outer in level if isinstance(outer, dict | list) for part in _parts_of(outer)]
    return any(isinstance(part, dict | list) for part in level)


def _parts_of(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_SURROGATE.sub("\ufffd", key): _without_surrogates(item) for key, item in value.items()}
    return value
