"""`harness serve --journal` under load: each answered request is in the file, also after `kill -9`."""

import asyncio
import signal
from pathlib import Path

from support.document_load import JournalCheck, Sent, check_journal, send, serve_app

ANSWERS_FIRST = """
import asyncio
from dataclasses import replace
from harness.capture.journal import FileJournal

append_now = FileJournal.append

async def append(journal, beacon):
    asyncio.get_running_loop().call_later(0.5, lambda: asyncio.ensure_future(append_now(journal, beacon)))
    return replace(beacon, number=1)

FileJournal.append = append
"""
"""A server that commits after its answer."""

LOSES_ONE = """
import itertools
from dataclasses import replace
from harness.capture.journal import FileJournal

append_now, count = FileJournal.append, itertools.count(1)

async def append(journal, beacon):
    return replace(beacon, number=1) if next(count) == 100 else await append_now(journal, beacon)

FileJournal.append = append
"""


def loaded(journal: Path, *, count: int, kill_after: int | None = None, before: str = "") -> tuple[Sent, JournalCheck]:
    """The documents sent to a new server, and a comparison with its journal."""

    async def load() -> tuple[Sent, JournalCheck]:
        async with serve_app("--journal", journal, before=before) as server:
            sent = await send(server, count, rate=1000, kill_after=kill_after)
            if kill_after is not None:
                assert await server.process.wait() == -signal.SIGKILL
        return sent, await check_journal(journal, sent)

    return asyncio.run(load())


def test_each_document_is_answered_correctly_and_stored_once(tmp_path: Path) -> None:
    sent, kept = loaded(tmp_path / "journal", count=600)
    assert (len(sent.answers), sent.wrong_answers) == (600, [])
    assert (kept.records, kept.lost, kept.duplicated, kept.unexpected) == (600, [], [], [])


def test_answered_documents_are_in_the_file_after_kill_9(tmp_path: Path) -> None:
    sent, kept = loaded(tmp_path / "journal", count=5000, kill_after=300)
    assert 300 <= len(sent.answers) < len(sent.numbers) < 5000
    assert (kept.lost, kept.duplicated, kept.unexpected) == ([], [], [])


def test_a_commit_after_the_answer_is_detected(tmp_path: Path) -> None:
    _, kept = loaded(tmp_path / "journal", count=5000, kill_after=300, before=ANSWERS_FIRST)
    assert kept.lost


def test_an_answered_document_that_is_not_stored_is_detected(tmp_path: Path) -> None:
    _, kept = loaded(tmp_path / "journal", count=200, before=LOSES_ONE)
    assert (len(kept.lost), kept.records) == (1, 199)
