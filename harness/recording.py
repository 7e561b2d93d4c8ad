"""A recording: everything that a verdict may look at, in the order in which it happened; one JSON object a line in a file."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import FileError
from harness.events import Beacon
from harness.journal import as_json, from_json
from harness.yamlfile import read_file

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the journey was to be. The texts of scenario and target are in it, so that a recording can be judged anywhere.

    `store_hosts` are the names whose pages are page views; shoppers who come back from `payment_hosts` start no visit.
    """

    protocol: str
    scenario_file: str
    scenario: str
    target_file: str
    target: str
    shopper: Mapping[str, str] = field(default_factory=dict)
    store_hosts: tuple[str, ...] = ()
    payment_hosts: tuple[str, ...] = ()
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
    """One document of the store that a tab showed, as the journey counted it.

    `observed` tells whether the page stood still long enough to be read: only then are `title`, `referrer`, `cookies` (name
    to value, as scripts see them) and `navigation` (`navigate`, `reload`, `back_forward`) known.
    """

    url: str
    at: float
    clock: float
    tab: int = 1
    observed: bool = False
    title: str = ""
    referrer: str = ""
    navigation: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


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
class StepEnded:
    """The step `number` has settled."""

    number: int
    at: float
    clock: float


Record = (
    StepBegun
    | Dwelt
    | PageView
    | LedgerRead
    | ScriptServed
    | HostRefused
    | PageError
    | ActionFailed
    | StepEnded
    | Beacon
)

_KINDS: dict[str, type[Any]] = {
    "step-begun": StepBegun,
    "dwelt": Dwelt,
    "page-view": PageView,
    "ledger": LedgerRead,
    "script": ScriptServed,
    "host-refused": HostRefused,
    "page-error": PageError,
    "action-failed": ActionFailed,
    "step-ended": StepEnded,
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
    """A recording as NDJSON text."""
    lines = [{"record": "header", **asdict(recording.header)}]
    lines += [_to_json(record) for record in recording.records]
    return "".join(json.dumps(line) + "\n" for line in lines)


def read(path: Path) -> Recording:
    """Read a recording; FileError says which line is not one."""
    return loads(read_file(path, "recording"), file=str(path))


def loads(text: str, *, file: str) -> Recording:
    """A recording from NDJSON text; `file` is its name in messages."""
    records: list[Any] = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            records.append(_from_json(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise FileError(f"{file}:{number}: not a record of a recording: {_why(error)}") from None
    if not records or not isinstance(records[0], Header):
        raise FileError(f"{file}:1: not a recording; one is written by 'harness run --artifacts DIR --keep all'")
    return Recording(header=records[0], records=tuple(records[1:]))


def _to_json(record: Record) -> dict[str, Any]:
    if isinstance(record, Beacon):
        return {"record": "beacon", **as_json(record)}
    return {"record": _NAMES[type(record)], **asdict(record)}


def _from_json(data: dict[str, Any]) -> Header | Record:
    kind = data.pop("record")
    if kind == "header":
        if data.get("version") != VERSION:
            raise ValueError(f"version {data.get('version')!r}; this program reads version {VERSION}")
        hosts = {key: tuple(data[key]) for key in ("store_hosts", "payment_hosts")}
        return Header(**{**data, **hosts})
    if kind == "beacon":
        return from_json(data)
    if kind == "ledger":
        return LedgerRead(store=data["store"], entries=tuple(data["entries"]))
    record: Record = _KINDS[kind](**data)
    return record


def _why(error: Exception) -> str:
    return f"unknown kind {error}" if isinstance(error, KeyError) else str(error)
