"""The journal: the append-only record of what a collector received; a list for a run, an SQLite file for `serve`."""

import asyncio
import base64
import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from harness.errors import FileError
from harness.events import Beacon

FORMAT: Final = "harness-journal"
VERSION: Final = 1
"""The version of the NDJSON form and of the SQLite form; a reader refuses a greater one."""

T = TypeVar("T")


class Journal(ABC):
    """Beacons in the order of their arrival, numbered from 1. Belongs to one event loop; `async with` closes it."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    @abstractmethod
    async def append(self, beacon: Beacon) -> Beacon:
        """Keep a beacon and return it with its number, which replaces the one it had; returns once it is safe.

        Raises FileError where the file cannot take it; the journal is then as it was before.
        """

    @abstractmethod
    def records(self, since: int = 0) -> Iterator[Beacon]:
        """The beacons whose number is greater than `since`, oldest first, with those that arrive meanwhile."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    async def reset(self) -> None:
        """Forget everything; the next beacon is number 1."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the file, once what was being written is safe."""

    async def wait(self, condition: Callable[[Self], T | None], *, timeout: float) -> T:
        """What `condition(journal)` returns as soon as it is truthy: asked at once, then on each arrival.

        `timeout` is in seconds. Raises TimeoutError when it has passed, and whatever the condition raises.
        """
        async with asyncio.timeout(timeout):
            while not (found := condition(self)):
                await self._news.wait()
        return found

    def __iter__(self) -> Iterator[Beacon]:
        return self.records()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    def _wake(self) -> None:
        self._news.set()
        self._news.clear()


class MemoryJournal(Journal):
    """A journal that lasts as long as a run."""

    def __init__(self) -> None:
        super().__init__()
        self._beacons: list[Beacon] = []

    async def append(self, beacon: Beacon) -> Beacon:
        numbered = replace(beacon, number=len(self._beacons) + 1)
        self._beacons.append(numbered)
        self._wake()
        return numbered

    def records(self, since: int = 0) -> Iterator[Beacon]:
        while since < len(self._beacons):
            yield self._beacons[since]
            since += 1

    def __len__(self) -> int:
        return len(self._beacons)

    async def reset(self) -> None:
        self._beacons.clear()
        self._wake()

    async def close(self) -> None:
        pass


class FileJournal(Journal):
    """A journal in an SQLite file: what `append` has returned survives the end of the process, however sudden.

    Beacons that arrive together share one commit, and none is kept in memory. Writing goes on in the event loop: a commit
    does not wait for the disk, only a checkpoint after each thousand pages does, and handing it to a thread costs more than
    the commit. Reading goes page by page over a connection of its own. An existing journal is continued.
    """

    def __init__(self, path: str | Path) -> None:
        """Raises FileError where the file is no journal, or cannot be written."""
        super().__init__()
        self._path = Path(path)
        self._writing, self._count = _open(self._path)
        self._reading = sqlite3.connect(self._path)
        self._pending: list[tuple[Beacon, asyncio.Future[Beacon]]] = []
        self.commits = 0
        """How many times the file was committed to since it was opened."""

    async def append(self, beacon: Beacon) -> Beacon:
        loop = asyncio.get_running_loop()
        if not self._pending:
            loop.call_soon(self._commit_pending)
        safe: asyncio.Future[Beacon] = loop.create_future()
        self._pending.append((beacon, safe))
        return await safe

    def records(self, since: int = 0) -> Iterator[Beacon]:
        while page := self._reading.execute(_PAGE, (since,)).fetchall():
            for number, head, body in page:
                yield _beacon(json.loads(head), number, body)
            since = page[-1][0]

    def __len__(self) -> int:
        return self._count

    async def reset(self) -> None:
        self._commit_pending()
        self._writing.execute("DELETE FROM beacon")
        self._count = 0
        self._wake()

    async def close(self) -> None:
        self._commit_pending()
        self._reading.close()
        self._writing.close()

    def _commit_pending(self) -> None:
        """Write what waits, and tell those who wait for it."""
        batch, self._pending = self._pending, []
        if not batch:
            return
        beacons = [replace(beacon, number=self._count + n) for n, (beacon, _) in enumerate(batch, 1)]
        failure = self._commit(beacons)
        for beacon, (_, safe) in zip(beacons, batch, strict=True):
            if safe.done():
                continue
            if failure is None:
                safe.set_result(beacon)
            else:
                safe.set_exception(FileError(failure))
        self._wake()

    def _commit(self, beacons: Sequence[Beacon]) -> str | None:
        """Write beacons in one transaction; what went wrong, if anything did, for those who wait must be told."""
        try:
            _insert(self._writing, beacons)
        except Exception as error:
            return f"{self._path}: cannot be written: {error}"
        self._count += len(beacons)
        self.commits += 1
        return None


def as_json(beacon: Beacon) -> dict[str, Any]:
    """A beacon as one record of NDJSON: `body` is text where the bytes are UTF-8, else `body_base64` holds them."""
    record = {"number": beacon.number, **_head(beacon)}
    try:
        return {**record, "body": beacon.body.decode()}
    except UnicodeDecodeError:
        return {**record, "body_base64": base64.b64encode(beacon.body).decode()}


def from_json(record: Mapping[str, Any]) -> Beacon:
    """The beacon of a record that `as_json` made. Raises KeyError, TypeError or ValueError where it is none."""
    with_codes = record.get("body_base64")
    body = record["body"].encode() if with_codes is None else base64.b64decode(with_codes, validate=True)
    return _beacon(record, record["number"], body)


def ndjson(journal: Journal, protocol: str, *, since: int = 0) -> Iterator[str]:
    """The journal behind the number `since` as lines: a header with `format`, `version` and `protocol`, then one beacon a line."""
    yield json.dumps({"format": FORMAT, "version": VERSION, "protocol": protocol}) + "\n"
    for beacon in journal.records(since):
        yield json.dumps(as_json(beacon)) + "\n"


def _head(beacon: Beacon) -> dict[str, Any]:
    return {
        "time": beacon.time,
        "method": beacon.method,
        "url": beacon.url,
        "headers": beacon.headers,
        "status": beacon.status,
        "declared_length": beacon.declared_length,
        "truncated": beacon.truncated,
        **({"fault": beacon.fault} if beacon.fault else {}),
    }


def _beacon(head: Mapping[str, Any], number: int, body: bytes) -> Beacon:
    return Beacon(
        number=number,
        time=head["time"],
        method=head["method"],
        url=head["url"],
        headers=tuple((name, value) for name, value in head["headers"]),
        body=body,
        status=head["status"],
        declared_length=head["declared_length"],
        truncated=head["truncated"],
        fault=head.get("fault", ""),
    )


_APPLICATION_ID: Final = 0x48524E4A
"""SQLite's mark of the program that a file belongs to: `HRNJ`."""

_TABLE: Final = "CREATE TABLE IF NOT EXISTS beacon (number INTEGER PRIMARY KEY, head TEXT NOT NULL, body BLOB NOT NULL)"
_INSERT: Final = "INSERT INTO beacon (number, head, body) VALUES (?, ?, ?)"
_PAGE: Final = "SELECT number, head, body FROM beacon WHERE number > ? ORDER BY number LIMIT 200"


def _open(path: Path) -> tuple[sqlite3.Connection, int]:
    """A connection that may write to the journal at `path`, and the number of its last beacon."""
    if not path.parent.is_dir():
        raise FileError(f"{path}: there is no folder {path.parent}")
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        _claim(connection, path)
        (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM beacon").fetchone()
    except (sqlite3.Error, FileError) as error:
        if connection is not None:
            connection.close()
        raise error if isinstance(error, FileError) else FileError(f"{path}: {_reason(error)}") from None
    return connection, last


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Make a new file a journal; refuse one that belongs to something else, or to a later version."""
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != _APPLICATION_ID and (owner or tables):
        raise FileError(f"{path}: is a database of another program, not a journal")
    if version > VERSION:
        raise FileError(f"{path}: is a journal of version {version}; this program reads up to version {VERSION}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id={_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={VERSION}")
    connection.execute(_TABLE)
    connection.execute("COMMIT")


def _reason(error: sqlite3.Error) -> str:
    if "not a database" in str(error):
        return "is not a journal"
    return f"cannot be used as a journal: {error}"


def _insert(connection: sqlite3.Connection, beacons: Sequence[Beacon]) -> None:
    rows = [(beacon.number, json.dumps(_head(beacon)), beacon.body) for beacon in beacons]
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(_INSERT, rows)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
