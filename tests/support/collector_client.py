"""A collector and its client for tests, with a simple protocol of its own."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from aiohttp import ClientSession, web

from harness import protocol as protocols
from harness.capture.collector.app import create_collector
from harness.capture.collector.http_server import serve_app
from harness.capture.journal import Journal, MemoryJournal
from harness.events import Beacon, Event, Reading
from harness.findings import Finding
from harness.protocol import Answer, Endpoint, TrackerProtocol

LIMIT = 1000
JIRAFE = protocols.get()
T = TypeVar("T")


def _answer(beacon: Beacon) -> Answer:
    try:
        json.loads(beacon.body)
    except ValueError:
        return Answer(status=400, body=b"no", content_type="text/plain")
    return Answer(status=200, body=b"yes", content_type="text/plain")


def _read(beacon: Beacon) -> Reading:
    """`{"shop": ..., "seen": [{"what": type, ...}]}`; an item with a true `bad` gets a finding, and so does a bad `shop`."""
    try:
        envelope = json.loads(beacon.body)
    except ValueError:
        return Reading(envelope={}, events=(), findings=())
    items = list(enumerate(envelope.get("seen", [])))
    findings = [Finding(code="schema", message="bad", place=f"/seen/{n}/bad") for n, item in items if item.get("bad")]
    if envelope.get("shop") == "bad":
        findings.append(Finding(code="schema", message="bad shop", place="/shop"))
    return Reading(
        envelope=envelope,
        events=tuple(
            Event(type=item["what"], body=item, envelope=envelope, pointer=f"/seen/{n}", beacon=beacon)
            for n, item in items
        ),
        findings=tuple(findings),
    )


DOUBLE = replace(
    JIRAFE,
    name="double",
    endpoints=(Endpoint(path="/look", methods=("POST", "PUT"), limit=LIMIT, answer=_answer),),
    refuse=lambda status, message: Answer(status=status, body=message.encode(), content_type="text/plain"),
    read=_read,
)


@dataclass(frozen=True)
class Collector:
    app: web.Application
    journal: Journal
    client: ClientSession
    port: int

    async def see(self, *items: dict[str, Any], shop: str = "s1") -> None:
        """Send a beacon with these events."""
        async with self.client.post("/look", json={"shop": shop, "seen": items}) as answer:
            assert answer.status == 200

    async def ask(self, path: str, **parameters: str) -> tuple[int, Any]:
        """Status and JSON of a GET."""
        async with self.client.get(path, params=parameters) as answer:
            return answer.status, await answer.json()

    async def raw(self, request: bytes, *, hang_up: bool = False) -> bytes:
        """Send raw bytes; return the answer up to the end of its headers."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        await writer.drain()
        try:
            return b"" if hang_up else await reader.readuntil(b"\r\n\r\n")
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def collecting(
    protocol: TrackerProtocol = DOUBLE, *, journal: Journal | None = None, **options: Any
) -> AsyncIterator[Collector]:
    records = MemoryJournal() if journal is None else journal
    app = create_collector(records, protocol, **options)
    async with serve_app(app) as (port,), ClientSession(f"http://127.0.0.1:{port}") as client:
        yield Collector(app, records, client, port)


def ask(act: Callable[[Collector], Awaitable[T]], protocol: TrackerProtocol = DOUBLE, **options: Any) -> T:
    """Run `act` with a collector, and return its result."""

    async def run() -> T:
        async with collecting(protocol, **options) as collector:
            return await act(collector)

    return asyncio.run(run())


async def send(
    collector: Collector,
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    token: str | None = "any",
    **headers: str,
) -> tuple[int, Any]:
    """Send one request; return its status and its JSON, or its bytes."""
    data = None if body is None else io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    async with collector.client.request(method, path, data=data, headers=headers) as answer:
        content = await answer.read()
        return answer.status, json.loads(content) if answer.content_type == "application/json" else content


def sent(
    path: str, body: Any = None, *, protocol: TrackerProtocol = JIRAFE, **options: Any
) -> tuple[int, Any, Beacon, Reading]:
    """Send one request; return its status, its JSON, the journaled beacon and its reading."""

    async def act(collector: Collector) -> tuple[int, Any, Beacon, Reading]:
        status, content = await send(collector, path, body, **options)
        (beacon,) = collector.journal
        return status, content, beacon, protocol.read(beacon)

    return ask(act, protocol)
