"""Load test of `harness serve`: a server process, a cheap client, and a check that the journal has all answered documents."""

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
class Template:
    """A document to send many times, each with its own number; `status` is the expected response."""

    path: str
    body: bytes
    status: int


def _template(
    path: str, body: dict[str, Any], status: int = 200, *, name: str = "id", cut: int | None = None
) -> Template:
    return Template(path, json.dumps({name: SLOT.decode(), **changed(body, **{name: None})}).encode()[:cut], status)


def _three_items(body: dict[str, Any], number: str, *, subtotal: float) -> dict[str, Any]:
    """The body with its item three times."""
    (item,) = body["items"]
    return changed(body, items=[{**item, number: str(n)} for n in range(3)], subtotal=subtotal)


_VALID = (
    _template("/v1/1/cart", CART),
    _template("/v1/acme/1/cart", _three_items(CART, "order_item_number", subtotal=299.55)),
    _template("/v1/1/order", ORDER),
    _template("/v1/1/product", PRODUCT),
    _template("/v2/1/cart", CART_V2),
    _template("/v2/1/cart", _three_items(CART_V2, "cart_item_number", subtotal=299.55)),
    _template("/v2/1/product", CAMERA["product"]),
    _template("/v2/1/order", PLACED, name="order_number"),
    _template("/v2/1/order", ACCEPTED, name="order_number"),
    _template("/v2/1/order", changed(ACCEPTED, items=[SOCKS, SHOES], previous_items=[SOCKS]), name="order_number"),
)
_INVALID = (
    _template("/v1/1/cart", changed(CART, currency=None), 422),
    _template("/v1/1/product", changed(PRODUCT, change_date="2001-01-01T00:00:00.000Z"), 422),
    _template("/v1/1/order", ORDER, 400, cut=500),
    _template("/v2/1/order", changed(PLACED, visit=None), 400, name="order_number"),
    _template("/v2/1/cart", changed(CART_V2, total="99.85"), 400),
)
TEMPLATES = tuple(template for invalid in _INVALID for template in (*_VALID, *_VALID[:-1], invalid))
"""One in twenty is invalid."""


def template(number: int) -> Template:
    return TEMPLATES[number % len(TEMPLATES)]


def body(number: int) -> bytes:
    """The document with that number, different from all others."""
    return template(number).body.replace(SLOT, b"load-%012d" % number)


def request(number: int) -> bytes:
    """The HTTP request of the document with that number."""
    content = body(number)
    head = (
        f"POST {template(number).path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: acme-shop/7.4\r\nAccept: */*\r\n"
        f"Authorization: Bearer secret\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@dataclass(kw_only=True)
class Sent:
    """The numbers of the sent documents, and the status of each response."""

    numbers: list[int] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def wrong_answers(self) -> list[int]:
        return [number for number, status in self.answers.items() if status != template(number).status]


async def send(
    server: "Server", count: int, *, rate: float, connections: int = 16, kill_after: int | None = None
) -> Sent:
    """Send documents, `rate` a second, over persistent connections.

    After `kill_after` responses the server is killed; open requests then count as sent and not answered.
    """
    streams = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(connections)]
    sent, start = Sent(), time.perf_counter()

    async def send_share(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, numbers: Iterable[int]) -> None:
        for number in numbers:
            if (early := start + number / rate - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            sent.numbers.append(number)
            try:
                sent.answers[number] = await exchange(reader, writer, request(number))
            except (ConnectionError, asyncio.IncompleteReadError):
                if kill_after is None:
                    raise
                return
            if len(sent.answers) == kill_after:
                server.process.kill()

    async with asyncio.TaskGroup() as group:
        for first, (reader, writer) in enumerate(streams):
            group.create_task(send_share(reader, writer, range(first, count, connections)))
    sent.seconds = time.perf_counter() - start
    if kill_after is not None:
        await server.process.wait()
    for _reader, writer in streams:
        writer.close()
    return sent


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> int:
    """Send a request over an open connection and read the response; its status."""
    writer.write(content)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if (at := head.find(b"content-length:")) >= 0:
        await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
    return int(head[9:12])


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running `harness serve`. Its resource use is read from Linux' /proc."""

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
    """Run `harness serve` on free ports. The process first runs `before`, Python code that breaks it."""
    start = f"{before}\nfrom harness.__main__ import main\nmain()"
    ports = ("--store-port", "0", "--collector-port", "0")
    async with running("-c", start, "serve", *ports, *map(str, options)) as server:
        yield server


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Server]:
    """Run a Python process that prints its port as `harness serve` does. Later output is discarded."""
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
    """The collector's port, after the last line of the start."""
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
class JournalCheck:
    """The journal compared with the sent documents, by their numbers. `lost` documents were answered but not recorded."""

    records: int
    lost: list[int]
    duplicated: list[int]
    unexpected: list[str]

    @property
    def is_complete(self) -> bool:
        return not (self.lost or self.duplicated or self.unexpected)


async def check_journal(path: Path, sent: Sent) -> JournalCheck:
    """Compare the journal with the sent documents. It may also contain documents that were sent but not answered."""
    known, recorded, unexpected = set(sent.numbers), Counter[int](), []
    async with FileJournal(path) as journal:
        for beacon in journal:
            number = _number(beacon)
            if number not in known or beacon.status != sent.answers.get(number, template(number).status):
                unexpected.append(f"record {beacon.number}: {beacon.status}, {beacon.body[:60]!r}")
            else:
                recorded[number] += 1
    return JournalCheck(
        records=recorded.total() + len(unexpected),
        lost=[number for number in sent.answers if number not in recorded],
        duplicated=[number for number, times in recorded.items() if times > 1],
        unexpected=unexpected,
    )


def _number(beacon: Beacon) -> int:
    """The number of a recorded document, or -1 if it differs from the sent one."""
    match = _NUMBERED.search(beacon.body)
    number = int(match[1]) if match else -1
    return number if number >= 0 and beacon.body == body(number) else -1
