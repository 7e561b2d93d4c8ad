"""The text of findings about bodies: places, shortened values, allowed values."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from harness.findings import Evidence, Finding, Severity
from harness.json_matching import MISSING, escape
from harness.protocols.jirafe.schemas import Schema
from harness.protocols.jirafe.wire.plain_values import ZERO_OFFSETS, is_without_offset, utc_date

MAX_IN_MESSAGE = 80
MAX_IN_EVIDENCE = 200
"""The number of characters of a value that are shown."""

UTC_HINT = "Send the time in UTC, as in 2013-06-03T16:41:11.600Z."
UTC_TIME = "a date and time that ends in Z or +00:00"

Path = Sequence[str | int]


@dataclass(frozen=True)
class TitledBody:
    """A body that is not a wrapper. Messages about it begin with `title`, their evidence contains `type`."""

    type: str
    title: str
    value: Any


def make_finding(
    code: str,
    body: Any,
    path: Path,
    text: str,
    *,
    hint: str,
    severity: Severity = Severity.ERROR,
    value: Any = MISSING,
    allowed: Any = None,
    nearest: str | None = None,
) -> Finding:
    """A finding about a place in a wrapper or a `TitledBody`. Its message begins with the event's type or the title."""
    event = event_at(body, path)
    return Finding(
        code=code,
        severity=severity,
        place=json_pointer(path),
        message=f"{body.title if isinstance(body, TitledBody) else _event_title(event)}: {text}",
        hint=hint,
        evidence=Evidence(
            event=None if event is None else str(evidence_value(event)),
            document=body.type if isinstance(body, TitledBody) else None,
            pointer=json_pointer(path),
            value=MISSING if value is MISSING else evidence_value(value),
            allowed=allowed,
            nearest=nearest,
        ),
    )


def _event_title(event: str | None) -> str:
    if event is None:
        return "wrapper"
    return "event of unknown type" if event == "unknown" else truncate(event, MAX_IN_MESSAGE)


def missing_field(
    code: str,
    body: Any,
    path: Path,
    field_schema: Schema,
    *,
    near: str | None,
    severity: Severity = Severity.ERROR,
    why: str = "",
) -> Finding:
    """A finding about an absent field. `near` is the name of the unknown field that was probably sent in its place."""
    name = short_json(path[-1])
    text = f"{name} is missing from {place_name(body, path[:-1])}{why}"
    if near is not None:
        text += f"; the unknown field {short_json(near)} is similar"
    hint = f"Add {name}: {describe(field_schema)}." if near is None else f"Rename {short_json(near)} to {name}."
    allowed = allowed_values(field_schema)
    return make_finding(code, body, path, text, hint=hint, severity=severity, allowed=allowed, nearest=near)


def utc_finding(body: Any, path: Path, time: str) -> Finding:
    """The warning about a valid time that is not in UTC (errata 6)."""
    what = "which has an offset in another notation" if time.endswith(ZERO_OFFSETS) else "which is not in UTC"
    text = f"{dotted_path(path)} is {short_json(time)}, {what}; allowed: {UTC_TIME}"
    severity = Severity.WARNING
    hint = date_hint(time)
    return make_finding("date-format", body, path, text, hint=hint, severity=severity, value=time, allowed=UTC_TIME)


def date_hint(value: object) -> str:
    """The hint of a finding about a date: the same time in UTC if it is known."""
    if utc := utc_date(value):
        return f'Send the time in UTC: "{utc}".'
    if isinstance(value, str) and is_without_offset(value):
        return f'Send the time in UTC: "{value.replace(" ", "T")}Z" if that is the time in UTC.'
    return UTC_HINT


def event_at(body: Any, path: Path) -> str | None:
    """The type of the event that the path leads into, "unknown" for an event without one, None outside of events."""
    if isinstance(body, TitledBody) or len(path) < 2 or path[0] != "data" or not isinstance(path[1], int):
        return None
    event = body["data"][path[1]]
    return event_type(event) if isinstance(event, dict) else None


def event_type(event: dict[str, Any]) -> str:
    """The event's type as it was sent, or "unknown"."""
    name = event.get("event_type")
    return name if isinstance(name, str) else "unknown"


def place_name(body: Any, path: Path) -> str:
    """The place as it is written in messages: `line_item.currency`, `the event`, `the wrapper`."""
    if event_at(body, path) is None:
        return dotted_path(path) or f"the {body.type if isinstance(body, TitledBody) else 'wrapper'}"
    return dotted_path(path[2:]) or "the event"


def json_pointer(path: Path) -> str:
    return "".join(f"/{escape(part)}" for part in path)


def dotted_path(path: Path) -> str:
    """The path with dots, as in the collector's error bodies."""
    return ".".join(str(part) for part in path)


def short_json(value: Any) -> str:
    """The value as JSON, shortened for a message."""
    return truncate(compact_json(value), MAX_IN_MESSAGE)


def evidence_value(value: Any) -> Any:
    """The value itself if its JSON is short, else the beginning of its JSON as a string."""
    text = compact_json(value)
    return value if len(text) <= MAX_IN_EVIDENCE else truncate(text, MAX_IN_EVIDENCE)


def truncate(text: str, length: int) -> str:
    """At most `length` characters of the text. The last one is an ellipsis if the text is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"


def compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def json_type(value: Any) -> str:
    """The JSON type of a value: "a string", "a number"."""
    return next((name for types, name in _PYTHON_TYPES if isinstance(value, types)), "null")


_PYTHON_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a boolean"),
    ((int, float), "a number"),
    (str, "a string"),
    (list, "a list"),
    (dict, "an object"),
)
_SCHEMA_TYPES = {
    "string": "a string",
    "object": "an object",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def allowed_values(schema: Schema) -> str | list[Any]:
    """The values that a schema lists, or else a description of what it allows."""
    if "enum" in schema:
        return list(schema["enum"])
    types = schema.get("type", [])
    names = [_SCHEMA_TYPES[name] for name in ([types] if isinstance(types, str) else types)]
    return str(schema.get("description", " or ".join(names) or "anything"))


def describe(schema: Schema) -> str:
    values = allowed_values(schema)
    return values if isinstance(values, str) else "one of " + ", ".join(values)


def list_ids(ids: Sequence[str], *, most: int = 5) -> str:
    """Quoted ids in a row, the first few of many."""
    shown = [f'"{each}"' for each in ids[:most]]
    return ", ".join([*shown, "…"] if len(ids) > most else shown) or "none"


def suggest_id(word: str, known: Sequence[str]) -> str:
    """`; did you mean "that"?`, or else the first few known ids."""
    close = get_close_matches(word, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; known: {list_ids(known)}"


def join_or(words: Iterable[str]) -> str:
    """`a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
