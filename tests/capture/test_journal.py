"""The journal: numbering, waiting, durability, and its formats."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.capture.journal import FileJournal, Journal, MemoryJournal, ndjson
from harness.errors import FileError
from harness.events import Beacon
from harness.recording.beacon_json import beacon_from_json, beacon_to_json

BEACON = Beacon(
    number=0,
    time=1371482170.5,
    method="POST",
    url="https://collector.test/beacons?a=%C3%A4",
    headers=(("Host", "collector.test"), ("x-Odd", "1"), ("X-odd", "caf\xe9")),
    body=b'{"site": "\xc3\xa4"}',
    status=200,
    declared_length=2**64 - 1,
)

at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Open = Callable[[], Journal]


@pytest.fixture(params=["memory", "file"])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    return MemoryJournal if request.param == "memory" else lambda: FileJournal(tmp_path / "beacons.journal")


async def test_beacons_are_numbered_from_one_in_order_of_arrival(new: Open) -> None:
    async with new() as journal:
        await asyncio.gather(*(journal.append(replace(BEACON, body=b"%d" % n)) for n in range(50)))
        assert [(beacon.number, beacon.body) for beacon in journal] == [(n + 1, b"%d" % n) for n in range(50)]


async def test_append_returns_the_stored_beacon(new: Open) -> None:
    async with new() as journal:
        kept = await journal.append(BEACON)
        assert kept == replace(BEACON, number=1)
        assert list(journal) == [kept]
        assert len(journal) == 1


async def test_records_since_a_number_are_those_after_it(new: Open) -> None:
    async with new() as journal:
        for _ in range(4):
            await journal.append(BEACON)
        assert [beacon.number for beacon in journal.records(2)] == [3, 4]


async def test_reset_empties_the_journal_and_restarts_numbering(new: Open) -> None:
    async with new() as journal:
        await journal.append(BEACON)
        await journal.reset()
        assert (len(journal), list(journal), (await journal.append(BEACON)).number) == (0, [], 1)


async def test_wait_returns_at_once_if_the_condition_is_already_true(new: Open) -> None:
    async with new() as journal:
        assert await journal.wait(lambda _: "held", timeout=0) == "held"


async def test_wait_evaluates_the_condition_once_per_arrival(new: Open) -> None:
    lengths: list[int] = []

    def third(journal: Journal) -> int:
        lengths.append(len(journal))
        return len(journal) // 3

    async with new() as journal:
        waiting = asyncio.create_task(journal.wait(third, timeout=10))
        await asyncio.sleep(0)
        for _ in range(3):
            await journal.append(BEACON)
            await asyncio.sleep(0)
        assert (lengths, await waiting) == ([0, 1, 2, 3], 1)


async def test_several_waits_at_once(new: Open) -> None:
    async with new() as journal:
        waits = [asyncio.create_task(journal.wait(len, timeout=10)) for _ in range(5)]
        await asyncio.sleep(0)
        await journal.append(BEACON)
        assert await asyncio.gather(*waits) == [1] * 5


def test_wait_times_out(new: Open) -> None:
    async def wait() -> None:
        async with new() as journal:
            await journal.wait(len, timeout=0.001)

    with pytest.raises(TimeoutError):
        asyncio.run(wait())


def test_reopened_journal_continues_numbering(tmp_path: Path) -> None:
    async def append() -> int:
        async with FileJournal(tmp_path / "j") as journal:
            return (await journal.append(BEACON)).number

    async def kept() -> list[Beacon]:
        async with FileJournal(tmp_path / "j") as journal:
            return list(journal)

    assert [asyncio.run(append()) for _ in range(3)] == [1, 2, 3]
    assert asyncio.run(kept()) == [replace(BEACON, number=n) for n in (1, 2, 3)]


async def test_beacons_that_arrive_together_share_a_commit(tmp_path: Path) -> None:
    async with FileJournal(tmp_path / "j") as journal:
        await asyncio.gather(*(journal.append(BEACON) for _ in range(500)))
        assert len(journal) == 500
        assert journal.commits <= 2


async def test_journal_of_many_pages_is_read_completely(tmp_path: Path) -> None:
    async with FileJournal(tmp_path / "j") as journal:
        await asyncio.gather(*(journal.append(BEACON) for _ in range(450)))
        assert [beacon.number for beacon in journal] == list(range(1, 451))


async def test_append_returns_after_the_commit(tmp_path: Path) -> None:
    async with FileJournal(tmp_path / "j") as journal:
        other = sqlite3.connect(tmp_path / "j")
        counts = []
        for _ in range(3):
            await journal.append(BEACON)
            counts += other.execute("SELECT count(*) FROM beacon").fetchone()
        other.close()
        assert counts == [1, 2, 3]


KILLED = """
import asyncio, sys
from harness.capture.journal import FileJournal
from harness.events import Beacon
BEACON = Beacon(number=0, time=0.0, method="POST", url="http://a.test/", headers=(), body=b"{}", status=200)

async def main():
    journal = FileJournal(sys.argv[1])
    while True:
        kept = await asyncio.gather(*(journal.append(BEACON) for _ in range(3)))
        print(kept[-1].number, flush=True)

asyncio.run(main())
"""


async def numbers_in(path: Path) -> list[int]:
    async with FileJournal(path) as journal:
        return [beacon.number for beacon in journal]


def test_acknowledged_beacons_survive_a_kill(tmp_path: Path) -> None:
    journal = tmp_path / "j"
    with subprocess.Popen([sys.executable, "-c", KILLED, journal], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        acknowledged = 60 + 3 * len(process.stdout.readlines())

    numbers = asyncio.run(numbers_in(journal))
    assert process.returncode == -signal.SIGKILL
    assert len(numbers) >= acknowledged
    assert numbers == list(range(1, len(numbers) + 1))


async def test_failed_write_is_an_error_and_leaves_the_journal_unchanged(tmp_path: Path) -> None:
    async with FileJournal(tmp_path / "j") as journal:
        await journal.append(BEACON)
        with pytest.raises(FileError) as caught:
            await journal.append(replace(BEACON, body=object()))  # type: ignore[arg-type]
        assert str(caught.value).startswith(f"{tmp_path / 'j'}: cannot be written: ")
        assert (await journal.append(BEACON)).number == 2


def text_file(path: Path) -> None:
    path.write_text("beacons, as they came: " * 100)


def foreign_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE shop (id)")
    connection.commit()
    connection.close()


def later_version(path: Path) -> None:
    asyncio.run(FileJournal(path).close())
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=9")
    connection.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (text_file, "is not a journal"),
        (foreign_database, "is another program's database, not a journal"),
        (later_version, "is a journal of version 9; this program reads up to version 1"),
        (Path.mkdir, "cannot be used as a journal: unable to open database file"),
    ],
)
def test_file_that_is_no_journal_is_a_one_line_error(
    make: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    make(tmp_path / "j")
    with pytest.raises(FileError) as caught:
        FileJournal(tmp_path / "j")
    assert str(caught.value) == f"{tmp_path / 'j'}: {message}"


def test_database_of_another_program_is_unchanged(tmp_path: Path) -> None:
    foreign_database(tmp_path / "j")
    before = (tmp_path / "j").read_bytes()
    with pytest.raises(FileError):
        FileJournal(tmp_path / "j")
    assert (tmp_path / "j").read_bytes() == before


def test_missing_folder_error_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere/j: the folder .*/nowhere does not exist$"):
        FileJournal(tmp_path / "nowhere" / "j")


def test_unwritable_path_is_an_error() -> None:
    with pytest.raises(FileError, match=r"^/proc/j: cannot be used as a journal: unable to open database file$"):
        FileJournal("/proc/j")


@at_leisure
@given(
    st.builds(
        Beacon,
        number=st.integers(),
        time=st.floats(allow_nan=False),
        method=st.text(),
        url=st.text(),
        headers=st.lists(st.tuples(st.text(), st.text())).map(tuple),
        body=st.binary(),
        status=st.integers(),
        declared_length=st.none() | st.integers(0),
        truncated=st.booleans(),
    )
)
def test_beacon_round_trips_through_json(beacon: Beacon) -> None:
    assert beacon_from_json(json.loads(json.dumps(beacon_to_json(beacon)))) == beacon


def test_utf8_body_is_text_in_json_and_any_other_base64() -> None:
    assert beacon_to_json(BEACON)["body"] == '{"site": "ä"}'
    assert beacon_to_json(replace(BEACON, body=b"\xff"))["body_base64"] == "/w=="


async def test_ndjson_has_a_versioned_header_and_one_beacon_per_line(new: Open) -> None:
    async with new() as journal:
        await journal.append(BEACON)
        await journal.append(BEACON)
        header, *rest = map(json.loads, list(ndjson(journal, "double")))
    assert header == {"format": "harness-journal", "version": 1, "protocol": "double"}
    assert [beacon_from_json(record) for record in rest] == [replace(BEACON, number=1), replace(BEACON, number=2)]
