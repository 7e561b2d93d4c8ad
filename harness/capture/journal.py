"""The journal: the append-only list of received beacons, in memory for a run or in an SQLite file for `serve`."""

import asyncio
import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Self, TypeVar

from harness.errors import FileError
from harness.events import Beacon
from harness.recording.beacon_json import JOURNAL_FORMAT, beacon_from_head, beacon_to_json, head_to_json

VERSION: Final = 1
"""The version of the NDJSON and SQLite formats; readers reject a later one."""

T = TypeVar("T")


class Journal(ABC):
    """Beacons in the order of arrival, numbered from 1. For one event loop; `async with` closes it."""

    def __init__(self) -> None:
        self._arrival = asyncio.Event()

    @abstractmethod
    async def append(self, beacon: Beacon) -> Beacon:
        """Store a beacon, and return it with its number once it is durable. FileError if that fails; nothing is stored then."""

    @abstractmethod
    def records(self, since: int = 0) -> Iterator[Beacon]:
        """The beacons with a number greater than `since`, in order, also those that arrive meanwhile."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    async def reset(self) -> None:
        """Delete all beacons; the next one has number 1."""

    @abstractmethod
    async def close(self) -> None:
        """Write all waiting beacons and close the file."""

    async def wait(self, condition: Callable[[Self], T | None], *, timeout: float) -> T:
        """Return the first truthy `condition(journal)`; it is evaluated at once and on each arrival.

        TimeoutError after `timeout` seconds; errors of the condition are raised too.
        """
        async with asyncio.timeout(timeout):
            while not (found := condition(self)):
                await self._arrival.wait()
        return found

    def __iter__(self) -> Iterator[Beacon]:
        return self.records()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    def _wake(self) -> None:
        self._arrival.set()
        self._arrival.clear()


class MemoryJournal(Journal):
    """A journal in memory, for one run."""

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
    """A journal in an SQLite file; beacons that `append` has returned survive a sudden end of the process.

    Beacons that arrive together share one commit, and none stays in memory. Commits run in the event loop: they do not wait for
    the disk, only a checkpoint after each thousand pages does, and a thread would cost more. Reads use a second connection and
    fetch pages of beacons. An existing journal is continued.
    """

    def __init__(self, path: str | Path) -> None:
        """FileError if the file is no journal or not writable."""
        super().__init__()
        self._path = Path(path)
        self._writing, self._count = _open(self._path)
        self._reading = sqlite3.connect(self._path)
        self._pending: list[tuple[Beacon, asyncio.Future[Beacon]]] = []
        self.commits = 0
        """The number of commits since the file was opened."""

    async def append(self, beacon: Beacon) -> Beacon:
        loop = asyncio.get_running_loop()
        if not self._pending:
            loop.call_soon(self._commit_pending)
        stored: asyncio.Future[Beacon] = loop.create_future()
        self._pending.append((beacon, stored))
        return await stored

    def records(self, since: int = 0) -> Iterator[Beacon]:
        while page := self._reading.execute(_PAGE, (since,)).fetchall():
            for number, head, body in page:
                yield beacon_from_head(json.loads(head), number, body)
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
        """Commit the waiting beacons, and resolve their futures."""
        batch, self._pending = self._pending, []
        if not batch:
            return
        beacons = [replace(beacon, number=self._count + n) for n, (beacon, _) in enumerate(batch, 1)]
        failure = self._commit(beacons)
        for beacon, (_, stored) in zip(beacons, batch, strict=True):
            if stored.done():
                continue
            if failure is None:
                stored.set_result(beacon)
            else:
                stored.set_exception(FileError(failure))
        self._wake()

    def _commit(self, beacons: Sequence[Beacon]) -> str | None:
        """Write beacons in one transaction; return the message of a failure."""
        try:
            _insert(self._writing, beacons)
        except Exception as error:
            return f"{self._path}: cannot be written: {error}"
        self._count += len(beacons)
        self.commits += 1
        return None


def ndjson(journal: Journal, protocol: str, *, since: int = 0) -> Iterator[str]:
    """The beacons after number `since` as lines, after a header with `format`, `version` and `protocol`."""
    yield json.dumps({"format": JOURNAL_FORMAT, "version": VERSION, "protocol": protocol}) + "\n"
    for beacon in journal.records(since):
        yield json.dumps(beacon_to_json(beacon)) + "\n"


_APPLICATION_ID: Final = 0x48524E4A
"""SQLite's mark of the owning program: `HRNJ`."""

_TABLE: Final = "CREATE TABLE IF NOT EXISTS beacon (number INTEGER PRIMARY KEY, head TEXT NOT NULL, body BLOB NOT NULL)"
_INSERT: Final = "INSERT INTO beacon (number, head, body) VALUES (?, ?, ?)"
_PAGE: Final = "SELECT number, head, body FROM beacon WHERE number > ? ORDER BY number LIMIT 200"


def _open(path: Path) -> tuple[sqlite3.Connection, int]:
    """Open the journal at `path`; return the connection and the number of the last beacon."""
    if not path.parent.is_dir():
        raise FileError(f"{path}: the folder {path.parent} does not exist")
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        _claim(connection, path)
        (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM beacon").fetchone()
    except (sqlite3.Error, FileError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, FileError):
            raise
        raise FileError(f"{path}: {_reason(error)}") from error
    return connection, last


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Make a new file a journal; reject a file of another program or of a later version."""
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != _APPLICATION_ID and (owner or tables):
        raise FileError(f"{path}: is another program's database, not a journal")
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
    rows = [(beacon.number, json.dumps(head_to_json(beacon)), beacon.body) for beacon in beacons]
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(_INSERT, rows)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
