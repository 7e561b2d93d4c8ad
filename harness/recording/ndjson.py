"""The file format of recordings: one JSON object a line, first the header, last the number of records."""

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, NoReturn, get_origin, get_type_hints

from harness.errors import FileError
from harness.events import Beacon
from harness.recording import records as kinds
from harness.recording.beacon_json import JOURNAL_FORMAT, beacon_from_json, beacon_to_json
from harness.recording.ledger import check_ledger
from harness.recording.records import VERSION, Header, LedgerRead, Record, Recording
from harness.text_files import read_file

_KINDS: dict[str, type[Any]] = {
    "step-begun": kinds.StepBegun,
    "dwelt": kinds.ClockAdvanced,
    "settled": kinds.Settled,
    "page-view": kinds.PageView,
    "readdressed": kinds.UrlReplaced,
    "ledger": kinds.LedgerRead,
    "page-read": kinds.PageRead,
    "action": kinds.ActionPerformed,
    "script": kinds.ScriptServed,
    "host-refused": kinds.HostRefused,
    "browser-refused": kinds.BrowserRefused,
    "page-error": kinds.PageError,
    "action-failed": kinds.ActionFailed,
    "page-heard": kinds.ProbeReport,
    "page-looked": kinds.PageInspected,
    "faults": kinds.FaultsSet,
    "step-ended": kinds.StepEnded,
}
_LISTS = {
    "ledger": ("entries",),
    "page-view": ("titles",),
    "page-heard": ("calls", "tried", "scripts", "consent_managers"),
    "page-looked": ("calls", "scripts", "blocked", "cookies"),
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def write(recording: Recording, path: Path) -> None:
    """Write a recording to a file; create missing parent folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(recording), encoding="utf-8")


def dumps(recording: Recording) -> str:
    lines = [{"record": "header", **asdict(recording.header), "version": VERSION}]
    lines += [_to_json(record) for record in recording.records]
    lines.append({"record": "end", "records": len(recording.records)})
    return "".join(json.dumps(line) + "\n" for line in lines)


def read(path: Path) -> Recording:
    """Read a recording. FileError with the first invalid line."""
    return loads(read_file(path, "recording"), file=str(path))


def loads(text: str, *, file: str) -> Recording:
    """The recording in a file's text; `file` is the name for messages. FileError for an invalid or incomplete text."""
    lines = text.removesuffix("\n").split("\n")
    header = _header(_line(lines[0], f"{file}:1"), f"{file}:1")
    records: list[Record] = []
    for number, line in enumerate(lines[1:], start=2):
        place = f"{file}:{number}"
        data = _line(line, place)
        if data.get("record") == "end" and number == len(lines):
            if data.get("records") != len(records):
                raise FileError(f"{place}: expected {data.get('records')} records, found {len(records)}")
            return Recording(header=header, records=tuple(records))
        records.append(_record(data, place))
    raise FileError(f"{file}:{len(lines)}: the recording is truncated: its last line is missing")


def checked_beacon(beacon: Beacon, place: str) -> Beacon:
    """The beacon. FileError if a value has the wrong type."""
    checked: Beacon = _checked(beacon, place)
    return checked


def _line(line: str, place: str) -> dict[str, Any]:
    try:
        data = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{place}: not a line of a recording: not JSON, or truncated") from error
    if not isinstance(data, dict):
        raise FileError(f"{place}: not a line of a recording: not a JSON object")
    return data


def _header(data: dict[str, Any], place: str) -> Header:
    if data.get("format") == JOURNAL_FORMAT:
        raise FileError(f"{place}: a collector's journal, not a recording; 'harness check' reads it")
    if data.get("record") != "header":
        raise FileError(f"{place}: not a recording; 'harness run --artifacts DIR --keep all' writes recordings")
    if data.get("version") != VERSION:
        raise FileError(
            f"{place}: a recording of version {data.get('version')!r}; this program reads version {VERSION}"
        )
    hosts: dict[str, Any] = {name: _tuple(data[name]) for name in ("store_hosts", "payment_hosts") if name in data}
    header: Header = _made(Header, {key: value for key, value in {**data, **hosts}.items() if key != "version"}, place)
    return header


def _record(data: dict[str, Any], place: str) -> Record:
    kind = data.get("record")
    if kind == "beacon":
        try:
            beacon = beacon_from_json(data)
        except (KeyError, TypeError, ValueError) as error:
            raise FileError(f"{place}: not a beacon: {error!r}") from error
        return checked_beacon(beacon, place)
    if kind not in _KINDS:
        raise FileError(f"{place}: unknown kind of record {kind!r}; known: beacon, {', '.join(_KINDS)}")
    data = {key: _tuple(value) if key in _LISTS.get(str(kind), ()) else value for key, value in data.items()}
    record: Record = _made(_KINDS[kind], data, place)
    if isinstance(record, LedgerRead):
        try:
            check_ledger(record.store, record.entries)
        except ValueError as error:
            raise FileError(f"{place}: {error}") from error
    return record


def _made(kind: type[Any], data: Mapping[str, Any], place: str) -> Any:
    """A record of that kind. FileError for a missing or unknown field."""
    values = {name: value for name, value in data.items() if name != "record"}
    known = {item.name: item.default is MISSING and item.default_factory is MISSING for item in fields(kind)}
    for name in (name for name, required in known.items() if required and name not in values):
        raise FileError(f"{place}: the {data.get('record')} has no {name!r}")
    for name in (name for name in values if name not in known):
        raise FileError(f"{place}: the {data.get('record')} has an unknown field {name!r}")
    return _checked(kind(**values), place)


def _checked(record: Any, place: str) -> Any:
    """The record. FileError if a value has the wrong type."""
    kind: Any = type(record)
    for name, allowed in _types(kind).items():
        value = getattr(record, name)
        wrong_bool = isinstance(value, bool) and bool not in allowed
        if wrong_bool or not isinstance(value, allowed) or (isinstance(value, float) and not math.isfinite(value)):
            raise FileError(f"{place}: {name!r} cannot be {str(value)[:80]!r}")
    return record


@cache
def _types(kind: Any) -> dict[str, tuple[type[Any], ...]]:
    """The allowed types of each field's value; an int is allowed for a float."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        kinds = hint.__args__ if isinstance(hint, UnionType) else (hint,)
        plain = tuple(get_origin(item) or item for item in kinds)
        found[name] = (*plain, int) if float in plain else plain
    return found


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _to_json(record: Record) -> dict[str, Any]:
    if isinstance(record, Beacon):
        return {"record": "beacon", **beacon_to_json(record)}
    return {"record": _NAMES[type(record)], **asdict(record)}
