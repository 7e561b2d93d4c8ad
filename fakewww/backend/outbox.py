"""The outbox: sends documents to the Events API in order, one at a time, each until its final response.

After 408, 425, 429, 5xx, a refused or broken connection or a time-out, it sends the same body and `Idempotency-Key` again.
Any other response is final; the outbox records refusals. After a broken connection the collector may receive a document
twice; both requests have the same key.
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
"""Seconds before the second attempt, doubled for each further one up to the longest."""
RETRY_STATUSES = {408, 425, 429, *range(500, 600)}
MAX_RESPONSE_TEXT = 2_000
"""Characters recorded of a response that is not JSON."""

Pause: TypeAlias = Callable[[float, asyncio.Event], Awaitable[None]]


async def pause(seconds: float, closing: asyncio.Event) -> None:
    """Wait for `seconds`, or until the store closes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await closing.wait()


@dataclass(frozen=True, kw_only=True)
class Wire:
    """The transport of requests. `resolve` maps each reachable (host, port) to a loopback port; None uses the system's
    resolver. `timeout` limits one attempt, in seconds; `pause` waits between two."""

    resolve: Mapping[tuple[str, int], int] | None = None
    ssl: SSLContext | None = None
    timeout: float = 10.0
    pause: Pause = pause


@dataclass(frozen=True, kw_only=True)
class Document:
    """A request body for the API. `path` begins with a slash; `number` counts from 1."""

    number: int
    kind: str
    path: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refused document; `entry` is its index in a batch, from 0."""

    number: int
    kind: str
    path: str
    status: int
    answer: Any
    entry: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry in `/backend.json`."""
        entry = {} if self.entry is None else {"entry": self.entry}
        return {
            "n": self.number,
            "kind": self.kind,
            "path": self.path,
            **entry,
            "status": self.status,
            "answer": self.answer,
        }


@dataclass(frozen=True, kw_only=True)
class _Response:
    """`retry_after` is in seconds; `body` is JSON or else text."""

    status: int
    retry_after: float
    body: Any = ""


@dataclass(kw_only=True)
class _Counts:
    queued: int = 0
    sent: int = 0
    refused: int = 0
    retries: int = 0
    trouble: str = ""


class Outbox:
    """The queue of documents for one collector. `url` is the API's base; every request has the `headers`."""

    def __init__(self, url: str, *, headers: Mapping[str, str], wire: Wire) -> None:
        self.url = url.rstrip("/")
        self.refusals: list[Refusal] = []
        self._key = secrets.token_hex(8)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", **headers}
        self._wire = wire
        self._queue: asyncio.Queue[Document] = asyncio.Queue()
        self._counts = _Counts()
        self._closing = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """The number of documents without a final response."""
        return self._counts.queued - self._counts.sent - self._counts.refused

    def state(self) -> dict[str, Any]:
        """Counts, the current trouble, and every refusal with its response."""
        counts = self._counts
        return {
            "pending": self.pending,
            "sent": counts.sent,
            "refused": counts.refused,
            "retries": counts.retries,
            "trouble": counts.trouble,
            "failed": [refusal.as_json() for refusal in self.refusals],
        }

    def put(self, kind: str, path: str, body: bytes) -> None:
        """Queue a document."""
        self._counts.queued += 1
        self._queue.put_nowait(Document(number=self._counts.queued, kind=kind, path=path, body=body))

    async def open(self) -> None:
        """Start sending."""
        self._worker = asyncio.create_task(self._send_all(), name="fakewww outbox")

    async def drained(self) -> None:
        """Wait until every document has its final response."""
        await self._queue.join()

    async def close(self, *, patience: float = 5.0) -> None:
        """Send the remaining documents, once and for `patience` seconds at most; then stop."""
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
            logging.getLogger(__name__).warning("%d documents were not sent: %s", self.pending, self._counts.trouble)

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
        """Send a document until its final response. False if the store closes first."""
        wait = FIRST_PAUSE
        while (retry_after := await self._try(http, document)) is not None:
            if self._closing.is_set():
                return False
            self._counts.retries += 1
            await self._wire.pause(min(max(wait, retry_after), LONGEST_PAUSE), self._closing)
            wait *= 2
        self._counts.trouble = ""
        return True

    async def _try(self, http: aiohttp.ClientSession, document: Document) -> float | None:
        """None after a final response; otherwise the seconds that the collector requests before a retry, often 0."""
        response = await self._post(http, document)
        if response is None:
            return 0.0
        if response.status in RETRY_STATUSES:
            self._counts.trouble = f"{document.kind} {document.number}: answered {response.status}"
            return response.retry_after
        self._record(document, response)
        return None

    async def _post(self, http: aiohttp.ClientSession, document: Document) -> _Response | None:
        """The collector's response, or None after a failed connection. A broken body still counts as a response."""
        response = None
        headers = {"Idempotency-Key": f"{self._key}-{document.number}"}
        try:
            async with http.post(
                self.url + document.path, data=BytesIO(document.body), headers=headers, allow_redirects=False
            ) as received:
                retry_after = seconds(received.headers.get("Retry-After", ""))
                response = _Response(status=received.status, retry_after=retry_after)
                response = replace(response, body=await _body(received))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._counts.trouble = f"{document.kind} {document.number}: {error or type(error).__name__}"
        return response

    def _record(self, document: Document, response: _Response) -> None:
        is_accepted = 200 <= response.status < 300
        self._counts.sent += is_accepted
        self._counts.refused += not is_accepted
        if not is_accepted:
            self.refusals.append(refusal(document, response.status, response.body))
        elif document.kind == "batch":
            self.refusals += refused_entries(document, response.status, response.body)


def refusal(document: Document, status: int, answer: Any) -> Refusal:
    """The record of a refused document."""
    return Refusal(number=document.number, kind=document.kind, path=document.path, status=status, answer=answer)


def refused_entries(document: Document, status: int, answer: Any) -> list[Refusal]:
    """The records of refused entries in an accepted batch."""
    lists = answer.items() if isinstance(answer, dict) else ()
    return [
        Refusal(number=document.number, kind=kind, path=document.path, status=status, answer=entry, entry=index)
        for kind, entries in lists
        if isinstance(entries, list)
        for index, entry in enumerate(entries)
        if isinstance(entry, dict) and entry.get("success") is False
    ]


def seconds(retry_after: str) -> float:
    """The seconds in a Retry-After header; 0 if it is empty or a date."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0


async def _body(response: aiohttp.ClientResponse) -> Any:
    """The body as JSON or else as text."""
    text = (await response.read()).decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text[:MAX_RESPONSE_TEXT]
