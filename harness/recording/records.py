"""A recording: everything that a verdict may look at, in the order in which it happened; one JSON object a line in a file."""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, NoReturn, get_origin, get_type_hints

from harness.capture.journal import FORMAT as JOURNAL_FORMAT
from harness.capture.journal import as_json, from_json
from harness.errors import FileError
from harness.events import Beacon
from harness.recording.ledger import check_ledger
from harness.recording.page_records import PageInspected, PageRead, ProbeReport
from harness.text_files import read_file

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the journey was to be. The texts of scenario and target are in it, so that a recording can be judged anywhere.

    `store_hosts` are the names whose pages are page views; shoppers who come back from `payment_hosts` start no visit.
    `currency` is the store's as the target says, empty where it does not; a ledger's own word goes before it. `store` are
    the switches of the built-in store; `browser` has the `name`, `version`, `build` and `path` of the one that was used.
    """

    protocol: str
    scenario_file: str
    scenario: str
    target_file: str
    target: str
    shopper: Mapping[str, str] = field(default_factory=dict)
    store_hosts: tuple[str, ...] = ()
    payment_hosts: tuple[str, ...] = ()
    currency: str = ""
    store: Mapping[str, str] = field(default_factory=dict)
    browser: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    version: int = VERSION


@dataclass(frozen=True, kw_only=True)
class StepBegun:
    """The journey began its step `number`. `at` is in seconds since the epoch; `clock` how far the page's clock is ahead, in seconds."""

    number: int
    at: float
    clock: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Dwelt:
    """The page's clock was moved on; `clock` is how far it is ahead now, in seconds."""

    at: float
    clock: float


@dataclass(frozen=True, kw_only=True)
class PageView:
    """One page of the store that a tab of a shopper's showed, as the journey counted it.

    `observed` tells whether the page stood still long enough to be read: only then are `title`, `cookies` (name to value, as
    scripts see them), `referrer` and `navigation` known. That is `navigate`, `reload` or `back_forward` for a document that was
    loaded, `restore` for one that came from the back/forward cache; within a document `push` (pushState to another address)
    and `traverse` (back or forward to another), whose `referrer` is the page view before. `left` is the address that this one
    had when it was left, known within a document.
    """

    url: str
    at: float
    clock: float
    tab: int = 1
    shopper: int = 1
    observed: bool = False
    title: str = ""
    referrer: str = ""
    navigation: str = ""
    left: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Readdressed:
    """The page that a tab shows took another address (replaceState): the page view is the same."""

    url: str
    at: float
    tab: int = 1


@dataclass(frozen=True, kw_only=True)
class LedgerRead:
    """The entries that the store added to its ledger since the last reading, and what it says of itself."""

    store: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class ScriptServed:
    """The tracker script's host was asked for `url` and answered `status`."""

    url: str
    status: int


@dataclass(frozen=True, kw_only=True)
class HostRefused:
    """Something in the browser tried to reach a host that is not part of the run."""

    host: str
    port: int


@dataclass(frozen=True, kw_only=True)
class BrowserRefused:
    """The browser did not let a page send something, and the page may not know."""

    url: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PageError:
    """A script on a page threw an error that nothing caught."""

    url: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ActionFailed:
    """A step could not be performed; the journey ended there. `place` is the line whose action it was."""

    message: str
    place: str
    url: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class FaultsSet:
    """The scenario's item `number`: from here on things fail as `faults` says, or, where that is empty, no longer.

    `holds_up` tells whether beacons may have to wait until it is over, `silences` whether pages have no tracker meanwhile,
    `forgets` whether they cannot know which visit is running, `leaves_pictures` whether they can send nothing but the address
    of a picture, `stops_clock` whether their clock stands still but for what it is moved on, and `clock_off` by how many
    seconds it is ahead of the right time, where that is wrong.
    """

    number: int
    at: float
    faults: str
    delays: bool = False
    blocks_tracker: bool = False
    cookies_blocked: bool = False
    images_only: bool = False
    stops_clock: bool = False
    clock_off: float = 0.0


@dataclass(frozen=True, kw_only=True)
class StepEnded:
    """The step `number` has settled."""

    number: int
    at: float
    clock: float


Record = (
    StepBegun
    | Dwelt
    | PageView
    | Readdressed
    | LedgerRead
    | PageRead
    | ScriptServed
    | HostRefused
    | BrowserRefused
    | PageError
    | ActionFailed
    | ProbeReport
    | PageInspected
    | FaultsSet
    | StepEnded
    | Beacon
)

_KINDS: dict[str, type[Any]] = {
    "step-begun": StepBegun,
    "dwelt": Dwelt,
    "page-view": PageView,
    "readdressed": Readdressed,
    "ledger": LedgerRead,
    "page-read": PageRead,
    "script": ScriptServed,
    "host-refused": HostRefused,
    "browser-refused": BrowserRefused,
    "page-error": PageError,
    "action-failed": ActionFailed,
    "page-heard": ProbeReport,
    "page-looked": PageInspected,
    "faults": FaultsSet,
    "step-ended": StepEnded,
}
_LISTS = {
    "ledger": ("entries",),
    "page-heard": ("calls", "tried", "scripts", "consent_managers"),
    "page-looked": ("calls", "scripts", "blocked", "cookies"),
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A header and the records after it."""

    header: Header
    records: tuple[Record, ...]


class Recorder:
    """Collects records while a journey runs. `clock` is how far the page's clock is ahead of ours, in seconds."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.records: list[Record] = []
        self.clock = 0.0

    def add(self, record: Record) -> None:
        self.records.append(record)

    def begin(self, number: int) -> None:
        self.add(StepBegun(number=number, at=time.time(), clock=self.clock))

    def end(self, number: int) -> None:
        self.add(StepEnded(number=number, at=time.time(), clock=self.clock))

    def dwell(self, seconds: float) -> None:
        """Note that the page's clock is about to be moved on."""
        self.clock += seconds
        self.add(Dwelt(at=time.time(), clock=self.clock))

    def finish(self) -> Recording:
        return Recording(header=self.header, records=tuple(self.records))


def write(recording: Recording, path: Path) -> None:
    """Write a recording as NDJSON; parent folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(recording), encoding="utf-8")


def dumps(recording: Recording) -> str:
    """A recording as NDJSON text: the header, the records, and a last line that counts them, so that a cut is noticed."""
    lines = [{"record": "header", **asdict(recording.header)}]
    lines += [_to_json(record) for record in recording.records]
    lines.append({"record": "end", "records": len(recording.records)})
    return "".join(json.dumps(line) + "\n" for line in lines)


def read(path: Path) -> Recording:
    """Read a recording; FileError says which line is not one."""
    return loads(read_file(path, "recording"), file=str(path))


def loads(text: str, *, file: str) -> Recording:
    """A recording from NDJSON text; `file` is its name in messages. FileError where it is none, or not whole."""
    lines = text.removesuffix("\n").split("\n")
    header = _header(_line(lines[0], f"{file}:1"), f"{file}:1")
    records: list[Record] = []
    for number, line in enumerate(lines[1:], start=2):
        place = f"{file}:{number}"
        data = _line(line, place)
        if data.get("record") == "end" and number == len(lines):
            if data.get("records") != len(records):
                raise FileError(
                    f"{place}: the recording had {data.get('records')} records, and {len(records)} are here"
                )
            return Recording(header=header, records=tuple(records))
        records.append(_record(data, place))
    raise FileError(f"{file}:{len(lines)}: the recording is cut off: its last line is missing")


def _line(line: str, place: str) -> dict[str, Any]:
    try:
        data = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise FileError(f"{place}: not a line of a recording: not JSON, or cut off") from None
    if not isinstance(data, dict):
        raise FileError(f"{place}: not a line of a recording: not a JSON object")
    return data


def _header(data: dict[str, Any], place: str) -> Header:
    if data.get("format") == JOURNAL_FORMAT:
        raise FileError(f"{place}: a collector's journal, not a recording; 'harness check' reads it")
    if data.get("record") != "header":
        raise FileError(f"{place}: not a recording; one is written by 'harness run --artifacts DIR --keep all'")
    if data.get("version") != VERSION:
        raise FileError(
            f"{place}: a recording of version {data.get('version')!r}; this program reads version {VERSION}"
        )
    hosts: dict[str, Any] = {name: _tuple(data[name]) for name in ("store_hosts", "payment_hosts") if name in data}
    header: Header = _made(Header, {**data, **hosts}, place)
    return header


def _record(data: dict[str, Any], place: str) -> Record:
    kind = data.get("record")
    if kind == "beacon":
        try:
            beacon = from_json(data)
        except (KeyError, TypeError, ValueError) as error:
            raise FileError(f"{place}: not a beacon: {error!r}") from None
        return checked_beacon(beacon, place)
    if kind not in _KINDS:
        raise FileError(f"{place}: no such kind of record {kind!r}; known: beacon, {', '.join(_KINDS)}")
    data = {key: _tuple(value) if key in _LISTS.get(str(kind), ()) else value for key, value in data.items()}
    record: Record = _made(_KINDS[kind], data, place)
    if isinstance(record, LedgerRead):
        try:
            check_ledger(record.store, record.entries)
        except ValueError as error:
            raise FileError(f"{place}: {error}") from None
    return record


def checked_beacon(beacon: Beacon, place: str) -> Beacon:
    """The beacon; FileError where a value in it is not of its field's type."""
    checked: Beacon = _checked(beacon, place)
    return checked


def _made(kind: type[Any], data: Mapping[str, Any], place: str) -> Any:
    """A record of that kind; FileError where a field is missing or unknown."""
    values = {name: value for name, value in data.items() if name != "record"}
    known = {item.name: item.default is MISSING and item.default_factory is MISSING for item in fields(kind)}
    for name in (name for name, required in known.items() if required and name not in values):
        raise FileError(f"{place}: the {data.get('record')} has no {name!r}")
    for name in (name for name in values if name not in known):
        raise FileError(f"{place}: the {data.get('record')} has an unknown field {name!r}")
    return _checked(kind(**values), place)


def _checked(record: Any, place: str) -> Any:
    """The record; FileError where a value is not of its field's type."""
    kind: Any = type(record)
    for name, allowed in _types(kind).items():
        value = getattr(record, name)
        wrong_bool = isinstance(value, bool) and bool not in allowed
        if wrong_bool or not isinstance(value, allowed) or (isinstance(value, float) and not math.isfinite(value)):
            raise FileError(f"{place}: {name!r} cannot be {str(value)[:80]!r}")
    return record


@cache
def _types(kind: Any) -> dict[str, tuple[type[Any], ...]]:
    """The types that each field's values may have: a whole number will do for a float."""
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
        return {"record": "beacon", **as_json(record)}
    return {"record": _NAMES[type(record)], **asdict(record)}
