"""The outbox: sends documents to the Events API in order, one at a time, each until the collector has answered for it.

A document is tried again, with the same body and `Idempotency-Key`, where nobody can have taken it: after 408, 425, 429
and 5xx, a refused or broken connection, or no answer in time. Any other answer is final: a document that was refused is
never sent again, and noted. After a broken connection or a time-out the collector may see one document twice on the
wire; the key says that it is one.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from ssl import SSLContext
from typing import Any, TypeAlias

import aiohttp

from fakewww.backend.resolver import LoopbackResolver

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
"""Seconds before the second try, doubled from try to try up to the longest."""
TRY_AGAIN = {408, 425, 429, *range(500, 600)}
MOST_NOTED = 2_000
"""Characters of an answer that is not JSON."""

Pause: TypeAlias = Callable[[float, asyncio.Event], Awaitable[None]]


async def pause(seconds: float, closing: asyncio.Event) -> None:
    """Wait that long, or until the store closes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await closing.wait()


@dataclass(frozen=True, kw_only=True)
class Wire:
    """How requests travel. `resolve` gives the loopback port of each (host, port) and lets no other host through;
    None asks the system's resolver. `timeout` is that of one try, in seconds; `pause` waits between two."""

    resolve: Mapping[tuple[str, int], int] | None = None
    ssl: SSLContext | None = None
    timeout: float = 10.0
    pause: Pause = pause


@dataclass(frozen=True, kw_only=True)
class Document:
    """One body for the API, as it goes out. `path` begins with a slash; `number` counts from 1."""

    number: int
    kind: str
    path: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A document that the collector does not want; `entry` is its place in a batch, from 0."""

    number: int
    kind: str
    path: str
    status: int
    answer: Any
    entry: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For the page that tells the state."""
        place = {} if self.entry is None else {"entry": self.entry}
        return {
            "n": self.number,
            "kind": self.kind,
            "path": self.path,
            **place,
            "status": self.status,
            "answer": self.answer,
        }


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """`patience` is how many seconds the collector asks to be left alone, `body` is JSON, or else text."""

    status: int
    patience: float
    body: Any = ""


@dataclass(kw_only=True)
class _Tally:
    put: int = 0
    sent: int = 0
    refused: int = 0
    retries: int = 0
    trouble: str = ""


class Outbox:
    """What is to be sent to one collector. `url` is the API's base, `headers` go with every request."""

    def __init__(self, url: str, *, headers: Mapping[str, str], wire: Wire) -> None:
        self.url = url.rstrip("/")
        self.refusals: list[Refusal] = []
        self._key = secrets.token_hex(8)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", **headers}
        self._wire = wire
        self._queue: asyncio.Queue[Document] = asyncio.Queue()
        self._tally = _Tally()
        self._closing = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """How many documents have no final answer yet."""
        return self._tally.put - self._tally.sent - self._tally.refused

    def state(self) -> dict[str, Any]:
        """How far it is: counts, the latest trouble that is not over, and every refusal with its answer."""
        tally = self._tally
        counts = {"pending": self.pending, "sent": tally.sent, "refused": tally.refused, "retries": tally.retries}
        return {**counts, "trouble": tally.trouble, "failed": [refusal.as_json() for refusal in self.refusals]}

    def put(self, kind: str, path: str, body: bytes) -> None:
        """Send this after all that was put in before."""
        self._tally.put += 1
        self._queue.put_nowait(Document(number=self._tally.put, kind=kind, path=path, body=body))

    async def open(self) -> None:
        """Begin to send."""
        self._worker = asyncio.create_task(self._send_all(), name="fakewww outbox")

    async def drained(self) -> None:
        """Wait until every document has its final answer."""
        await self._queue.join()

    async def close(self, *, patience: float = 5.0) -> None:
        """Try to send what is left, once and for `patience` seconds at most; then stop."""
        if self._worker is None:
            return
        self._closing.set()
        drained = asyncio.create_task(self.drained())
        await asyncio.wait([drained, self._worker], timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        for task in (drained, self._worker):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self.pending:
            logging.getLogger(__name__).warning("%d documents were not sent: %s", self.pending, self._tally.trouble)

    async def _send_all(self) -> None:
        resolver = LoopbackResolver(self._wire.resolve) if self._wire.resolve is not None else None
        connector = aiohttp.TCPConnector(resolver=resolver, ssl=self._wire.ssl or True)
        timeout = aiohttp.ClientTimeout(total=self._wire.timeout)
        cookies = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, headers=self._headers, cookie_jar=cookies
        ) as http:
            while await self._send(http, await self._queue.get()):
                self._queue.task_done()

    async def _send(self, http: aiohttp.ClientSession, document: Document) -> bool:
        """Send it until there is a final answer; False where the store closes before."""
        wait = FIRST_PAUSE
        while (again := await self._try(http, document)) is not None:
            if self._closing.is_set():
                return False
            self._tally.retries += 1
            await self._wire.pause(min(max(wait, again), LONGEST_PAUSE), self._closing)
            wait *= 2
        self._tally.trouble = ""
        return True

    async def _try(self, http: aiohttp.ClientSession, document: Document) -> float | None:
        """None for a final answer; else how many seconds the collector asked to be left alone, often 0."""
        answer = await self._post(http, document)
        if answer is None:
            return 0.0
        if answer.status in TRY_AGAIN:
            self._tally.trouble = f"{document.kind} {document.number}: answered {answer.status}"
            return answer.patience
        self._note(document, answer)
        return None

    async def _post(self, http: aiohttp.ClientSession, document: Document) -> _Answer | None:
        """The collector's answer; None, and the reason noted, where it gave none. What breaks after it does not count."""
        answer = None
        headers = {"Idempotency-Key": f"{self._key}-{document.number}"}
        try:
            async with http.post(
                self.url + document.path, data=BytesIO(document.body), headers=headers, allow_redirects=False
            ) as response:
                answer = _Answer(status=response.status, patience=seconds(response.headers.get("Retry-After", "")))
                answer = replace(answer, body=await _body(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._tally.trouble = f"{document.kind} {document.number}: {error or type(error).__name__}"
        return answer

    def _note(self, document: Document, answer: _Answer) -> None:
        taken = 200 <= answer.status < 300
        self._tally.sent += taken
        self._tally.refused += not taken
        if not taken:
            self.refusals.append(refusal(document, answer.status, answer.body))
        elif document.kind == "batch":
            self.refusals += refused_entries(document, answer.status, answer.body)


def refusal(document: Document, status: int, answer: Any) -> Refusal:
    """The note on a document that was refused."""
    return Refusal(number=document.number, kind=document.kind, path=document.path, status=status, answer=answer)


def refused_entries(document: Document, status: int, answer: Any) -> list[Refusal]:
    """The notes on entries of a batch that were refused inside its 200."""
    lists = answer.items() if isinstance(answer, dict) else ()
    return [
        Refusal(number=document.number, kind=kind, path=document.path, status=status, answer=entry, entry=place)
        for kind, entries in lists
        if isinstance(entries, list)
        for place, entry in enumerate(entries)
        if isinstance(entry, dict) and entry.get("success") is False
    ]


def seconds(retry_after: str) -> float:
    """The header's number of seconds; 0 where there is none, or a date."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0


async def _body(response: aiohttp.ClientResponse) -> Any:
    """The body as JSON or else as text."""
    text = (await response.read()).decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text[:MOST_NOTED]
