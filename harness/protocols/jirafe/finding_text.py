"""How findings about a wrapper are put into words: places, values cut short, what was allowed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.findings import Evidence, Finding, Severity
from harness.json_matching import MISSING
from harness.protocols.jirafe.schemas import Schema

IN_A_MESSAGE = 80
IN_EVIDENCE = 200
"""How many characters of a value are shown."""

Path = Sequence[str | int]


@dataclass(frozen=True)
class Named:
    """A body that is no wrapper: findings about it begin with its `title`, and hold its `type` as evidence."""

    type: str
    title: str
    value: Any


_KINDS = {
    "string": "a string",
    "object": "an object",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def report(
    code: str,
    wrapper: Any,
    path: Path,
    says: str,
    *,
    hint: str,
    severity: Severity = Severity.ERROR,
    value: Any = MISSING,
    allowed: Any = None,
    nearest: str | None = None,
) -> Finding:
    """A finding about what stands at `path`: its message begins with the event type, with "wrapper" or a document's title."""
    event = event_at(wrapper, path)
    return Finding(
        code=code,
        severity=severity,
        place=pointer(path),
        message=f"{wrapper.title if isinstance(wrapper, Named) else _speaker(event)}: {says}",
        hint=hint,
        evidence=Evidence(
            event=None if event is None else str(cut(event)),
            document=wrapper.type if isinstance(wrapper, Named) else None,
            pointer=pointer(path),
            value=MISSING if value is MISSING else cut(value),
            allowed=allowed,
            nearest=nearest,
        ),
    )


def _speaker(event: str | None) -> str:
    if event is None:
        return "wrapper"
    return "an event of unknown type" if event == "unknown" else clipped(event, IN_A_MESSAGE)


def missing(
    code: str,
    wrapper: Any,
    path: Path,
    within: Schema,
    *,
    near: str | None,
    severity: Severity = Severity.ERROR,
    why: str = "",
) -> Finding:
    """A finding about a field that is not there. `within` is the field's own schema, `near` the one sent in its place."""
    name = shown(path[-1])
    says = f"{name} is missing from {field(wrapper, path[:-1])}{why}"
    if near is not None:
        says += f"; the unknown field {shown(near)} is close to it"
    hint = f"add {name}: {in_words(within)}" if near is None else f"rename {shown(near)} to {name}"
    return report(code, wrapper, path, says, hint=hint, severity=severity, allowed=allowed(within), nearest=near)


def event_at(wrapper: Any, path: Path) -> str | None:
    """The type of the event that the path leads into, "unknown" where it has none, None outside of events."""
    if isinstance(wrapper, Named) or len(path) < 2 or path[0] != "data" or not isinstance(path[1], int):
        return None
    event = wrapper["data"][path[1]]
    return event_type(event) if isinstance(event, dict) else None


def event_type(event: dict[str, Any]) -> str:
    """The event's type as it was sent, or "unknown"."""
    name = event.get("event_type")
    return name if isinstance(name, str) else "unknown"


def field(wrapper: Any, path: Path) -> str:
    """What stands at the path, in a reader's words: `line_item.currency`, `the event`, `the wrapper`."""
    if event_at(wrapper, path) is None:
        return dotted(path) or f"the {wrapper.type if isinstance(wrapper, Named) else 'wrapper'}"
    return dotted(path[2:]) or "the event"


def pointer(path: Path) -> str:
    """The JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def dotted(path: Path) -> str:
    """The path with dots, as the collector's error bodies have it."""
    return ".".join(str(part) for part in path)


def shown(value: Any) -> str:
    """The value as JSON, cut for a message."""
    return clipped(as_json(value), IN_A_MESSAGE)


def cut(value: Any) -> Any:
    """The value as evidence: itself where its JSON is short, or else the beginning of its JSON, a string."""
    text = as_json(value)
    return value if len(text) <= IN_EVIDENCE else clipped(text, IN_EVIDENCE)


def clipped(text: str, length: int) -> str:
    """At most `length` characters of the text, the last one an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def as_json(value: Any) -> str:
    """Compact JSON with all letters as they are."""
    return json.dumps(value, ensure_ascii=False)


def kind(value: Any) -> str:
    """What sort of JSON value it is: "a string", "a number"."""
    return next((words for types, words in _SORTS if isinstance(value, types)), "null")


_SORTS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a boolean"),
    ((int, float), "a number"),
    (str, "a string"),
    (list, "a list"),
    (dict, "an object"),
)


def allowed(within: Schema) -> str | list[Any]:
    """What the schema allows: the values where they are counted, or else words."""
    if "enum" in within:
        return list(within["enum"])
    types = within.get("type", [])
    words = [_KINDS[name] for name in ([types] if isinstance(types, str) else types)]
    return str(within.get("description", " or ".join(words) or "anything"))


def in_words(within: Schema) -> str:
    """What the schema allows, in words."""
    values = allowed(within)
    return values if isinstance(values, str) else "one of " + ", ".join(values)
