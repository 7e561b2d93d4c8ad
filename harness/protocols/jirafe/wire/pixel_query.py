"""Decode the query of a tracking pixel to a wrapper with one event. Never raises."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from harness.findings import Evidence, Finding, Severity
from harness.protocols.jirafe.finding_text import make_finding, short_json
from harness.protocols.jirafe.schemas import EVENT_TYPES, Schema, branch, schema
from harness.protocols.jirafe.wire.decode import MAX_DEPTH

PARAMETERS: Final = {
    "sid": "/site",
    "ts": "/timestamp",
    "ct": "/page/current_title",
    "cu": "/page/current_url",
    "pt": "/page/current_type",
    "rt": "/page/referrer_type",
    "ru": "/page/referrer_url",
    "vid": "/visit/id",
    "vis": "/visit/visitor",
    "vlnd": "/visit/landing_url",
    "vref": "/visit/referrer_url",
    "uag": "/visit/user_agent",
    "tatr": "/visit/tag_attribution",
    "ratr": "/visit/rule_attribution",
    "cid": "/customer/id",
    "cem": "/customer/email",
    "cfn": "/customer/firstname",
    "cln": "/customer/lastname",
    "ev": "/data",
}
"""Each published parameter with the JSON pointer of its value in a wrapper."""

_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_KEY: Final = re.compile(r"\[([^\[\]]*)\]")
_TITLE, _URL = "ct", "cu"


@dataclass(frozen=True)
class Query:
    """A decoded query as a wrapper without `org`. `is_broken` means that nothing could be decoded."""

    wrapper: dict[str, Any]
    findings: tuple[Finding, ...] = ()
    is_broken: bool = False


def decode_query(url: str, *, schema_name: str, event_type: str = "") -> Query:
    """Decode a pixel's URL. Strings become numbers, booleans and lists where the schema of that name requires these.

    `event_type` is that of the address, for an event without one. Of a parameter that is repeated the last value counts.
    """
    try:
        pairs = [_decoded(pair) for pair in url.partition("#")[0].partition("?")[2].split("&") if pair]
    except UnicodeDecodeError as error:
        return _broken("the query is not UTF-8", f"0x{error.object[error.start]:02x}")
    pairs = [(name, value) for name, value in _with_url(pairs) if _NAME.fullmatch(name)]
    wrapper: dict[str, Any] = {}
    for name, value in pairs:
        if not _insert(wrapper, name, value):
            return _broken(f"the parameter {short_json(name)} contradicts another one, or is nested too deep", name)
    found = tuple(_repeated(pairs))
    if isinstance(wrapper.get("data"), dict):
        wrapper["data"] = [_with_type(wrapper["data"], event_type)]
    return Query(_typed(_with_lists(wrapper), schema(schema_name)), found)


def _decoded(pair: str) -> tuple[str, str]:
    name, _, value = pair.replace("+", " ").encode("utf-8", "surrogatepass").partition(b"=")
    return unquote_to_bytes(name).decode("utf-8"), unquote_to_bytes(value).decode("utf-8")


def _broken(text: str, value: str) -> Query:
    finding = Finding(
        code="bad-json",
        message=text,
        hint="Send each parameter once, as URL-encoded UTF-8, and an event as ev[name]=value.",
        evidence=Evidence(pointer="", value=value),
    )
    return Query({}, (finding,), is_broken=True)


def _with_url(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The published table names the title's parameter again for the URL, so of two titles the URL is the page's."""
    titles = [value for name, value in pairs if name == _TITLE]
    if len(titles) != 2 or any(name == _URL for name, _ in pairs):
        return pairs
    url = next((value for value in reversed(titles) if "://" in value), None)
    return [(_URL if (name, value) == (_TITLE, url) else name, value) for name, value in pairs]


def _repeated(pairs: list[tuple[str, str]]) -> Iterator[Finding]:
    counts = Counter(name for name, _ in pairs if not name.endswith("[]"))
    for name in (name for name, count in counts.items() if count > 1 and _NAME.sub(r"\1", name) in PARAMETERS):
        text = f"the parameter {short_json(name)} appears more than once; the last value counts"
        place = PARAMETERS[_NAME.sub(r"\1", name)].split("/")[1:]
        yield make_finding("duplicate-key", {}, place, text, hint="Send each once.", severity=Severity.WARNING)


def _insert(wrapper: dict[str, Any], name: str, value: str) -> bool:
    """Insert the value of a published parameter, and ignore others. False if it does not fit to an earlier one."""
    match = _NAME.fullmatch(name)
    if match is None or match[1] not in PARAMETERS:
        return True
    *path, last = PARAMETERS[match[1]].split("/")[1:] + _KEY.findall(match[2])
    if len(path) >= MAX_DEPTH:
        return False
    inside: Any = wrapper
    for key in path:
        inside = inside.setdefault(key or str(len(inside)), {})
        if not isinstance(inside, dict):
            return False
    last = last or str(len(inside))
    if isinstance(inside.get(last), dict):
        return False
    inside[last] = value
    return True


def _with_type(event: dict[str, Any], event_type: str) -> dict[str, Any]:
    """The event with its type, which is `event_type`, `type`, or that of the address."""
    if "event_type" in event:
        return event
    if event.get("type") in EVENT_TYPES:
        return {"event_type": event["type"], **{name: value for name, value in event.items() if name != "type"}}
    return {"event_type": event_type, **event} if event_type else event


def _with_lists(value: Any) -> Any:
    """Objects with the keys 0, 1, 2 … as lists."""
    if not isinstance(value, dict):
        return [_with_lists(part) for part in value] if isinstance(value, list) else value
    parts = {key: _with_lists(part) for key, part in value.items()}
    in_order = [str(index) for index in range(len(parts))]
    return [parts[key] for key in in_order] if parts and parts.keys() == set(in_order) else parts


def _typed(value: Any, part: Schema | None) -> Any:
    """Convert the strings that a schema requires to be whole numbers or booleans."""
    chosen = None if part is None else branch(part, value)
    if chosen is None:
        return value
    if isinstance(value, dict):
        fields = chosen.get("properties", {})
        return {name: _typed(inner, fields.get(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_typed(item, chosen.get("items")) for item in value]
    if chosen.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,15}", value):
        return int(value)
    return value == "true" if chosen.get("type") == "boolean" and value in ("true", "false") else value
