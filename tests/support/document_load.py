"""A server of its own, a client that costs little, and what must be in the journal afterwards: each document that was answered."""

import asyncio
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.capture.journal import FileJournal
from harness.events import Beacon
from support.published_examples import ACCEPTED, CAMERA, CART, CART_V2, ORDER, PLACED, PRODUCT, SHOES, SOCKS, changed

SLOT = b"load-000000000000"
_NUMBERED = re.compile(rb"load-(\d{12})")
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Letter:
    """A document to be sent many times, with a number of its own in each; `status` is the right answer."""

    path: str
    template: bytes
    status: int


def _letter(path: str, body: dict[str, Any], status: int = 200, *, name: str = "id", cut: int | None = None) -> Letter:
    return Letter(path, json.dumps({name: SLOT.decode(), **changed(body, **{name: None})}).encode()[:cut], status)


def _many(body: dict[str, Any], number: str, *, subtotal: float) -> dict[str, Any]:
    """The body with its item three times."""
    (item,) = body["items"]
    return changed(body, items=[{**item, number: str(n)} for n in range(3)], subtotal=subtotal)


_RIGHT = (
    _letter("/v1/1/cart", CART),
    _letter("/v1/acme/1/cart", _many(CART, "order_item_number", subtotal=299.55)),
    _letter("/v1/1/order", ORDER),
    _letter("/v1/1/product", PRODUCT),
    _letter("/v2/1/cart", CART_V2),
    _letter("/v2/1/cart", _many(CART_V2, "cart_item_number", subtotal=299.55)),
    _letter("/v2/1/product", CAMERA["product"]),
    _letter("/v2/1/order", PLACED, name="order_number"),
    _letter("/v2/1/order", ACCEPTED, name="order_number"),
    _letter("/v2/1/order", changed(ACCEPTED, items=[SOCKS, SHOES], previous_items=[SOCKS]), name="order_number"),
)
_WRONG = (
    _letter("/v1/1/cart", changed(CART, currency=None), 422),
    _letter("/v1/1/product", changed(PRODUCT, change_date="2001-01-01T00:00:00.000Z"), 422),
    _letter("/v1/1/order", ORDER, 400, cut=500),
    _letter("/v2/1/order", changed(PLACED, visit=None), 400, name="order_number"),
    _letter("/v2/1/cart", changed(CART_V2, total="99.85"), 400),
)
LETTERS = tuple(letter for wrong in _WRONG for letter in (*_RIGHT, *_RIGHT[:-1], wrong))
"""One in twenty is wrong."""


def letter(number: int) -> Letter:
    return LETTERS[number % len(LETTERS)]


def body(number: int) -> bytes:
    """The document of that number; no two are alike."""
    return letter(number).template.replace(SLOT, b"load-%012d" % number)


def request(number: int) -> bytes:
    """The whole HTTP request."""
    content = body(number)
    head = (
        f"POST {letter(number).path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: acme-shop/7.4\r\nAccept: */*\r\n"
        f"Authorization: Bearer secret\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@dataclass(kw_only=True)
class Sent:
    """What was sent, by number, and the status of every answer that came."""

    numbers: list[int] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def wrong_answers(self) -> list[int]:
        return [number for number, status in self.answers.items() if status != letter(number).status]


async def send(
    server: "Server", count: int, *, rate: float, connections: int = 16, kill_after: int | None = None
) -> Sent:
    """Send that many documents, `rate` a second, over kept connections.

    Once `kill_after` of them are answered the server is killed; what is under way then is sent, and not answered.
    """
    streams = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(connections)]
    sent, began = Sent(), time.perf_counter()

    async def send_share(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, numbers: Iterable[int]) -> None:
        for number in numbers:
            if (early := began + number / rate - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            sent.numbers.append(number)
            try:
                sent.answers[number] = await ask(reader, writer, request(number))
            except (ConnectionError, asyncio.IncompleteReadError):
                if kill_after is None:
                    raise
                return
            if len(sent.answers) == kill_after:
                server.process.kill()

    async with asyncio.TaskGroup() as group:
        for first, (reader, writer) in enumerate(streams):
            group.create_task(send_share(reader, writer, range(first, count, connections)))
    sent.seconds = time.perf_counter() - began
    if kill_after is not None:
        await server.process.wait()
    for _reader, writer in streams:
        writer.close()
    return sent


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> int:
    """Send a request over a kept connection; the status, once the whole answer is there."""
    writer.write(content)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if (at := head.find(b"content-length:")) >= 0:
        await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
    return int(head[9:12])


@dataclass(frozen=True, kw_only=True)
class Server:
    """A `harness serve` that runs; Linux tells what it uses."""

    process: asyncio.subprocess.Process
    port: int

    def resident(self) -> int:
        """Bytes of memory in use."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def processor(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serve_app(*options: str | Path, before: str = "") -> AsyncIterator[Server]:
    """`python -m harness serve` on free ports. `before` is Python that its process runs first: to break it on purpose."""
    start = f"{before}\nfrom harness.__main__ import main\nmain()"
    ports = ("--store-port", "0", "--collector-port", "0")
    async with running("-c", start, "serve", *ports, *map(str, options)) as server:
        yield server


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Server]:
    """A Python process that says where it listens as `harness serve` does; what it says later is read and forgotten."""
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        port = await asyncio.wait_for(_port(process.stdout), _PATIENCE_S)
        reading = asyncio.create_task(_drain(process.stdout))
        yield Server(process=process, port=port)
        reading.cancel()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _port(printed: asyncio.StreamReader) -> int:
    """The collector's port, once all that is said at the start has been."""
    port = 0
    async for line in printed:
        if line.startswith(b"collector"):
            port = int(line.split(b":")[2].split(b"/")[0])
        if line.startswith(b"journal"):
            return port
    raise RuntimeError("the server did not start")


async def _drain(printed: asyncio.StreamReader) -> None:
    while await printed.read(1 << 16):
        pass


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The journal held against what was sent: numbers of documents."""

    records: int
    lost: list[int]
    """Answered, and not in the journal as they were sent and answered."""
    doubled: list[int]
    strange: list[str]
    """What nobody sent."""

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.doubled or self.strange)


async def hold_against(path: Path, sent: Sent) -> Kept:
    """Read the journal as the harness does. Beyond what was answered it may hold what was sent and not answered any more."""
    known, seen, strange = set(sent.numbers), Counter[int](), []
    async with FileJournal(path) as journal:
        for beacon in journal:
            number = _number(beacon)
            if number not in known or beacon.status != sent.answers.get(number, letter(number).status):
                strange.append(f"record {beacon.number}: {beacon.status}, {beacon.body[:60]!r}")
            else:
                seen[number] += 1
    return Kept(
        records=seen.total() + len(strange),
        lost=[number for number in sent.answers if number not in seen],
        doubled=[number for number, times in seen.items() if times > 1],
        strange=strange,
    )


def _number(beacon: Beacon) -> int:
    """The number of a document, or -1 where not every byte of it is what was sent."""
    found = _NUMBERED.search(beacon.body)
    number = int(found[1]) if found else -1
    return number if number >= 0 and beacon.body == body(number) else -1
