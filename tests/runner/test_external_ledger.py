"""The ledger of an external store: old entries do not count, and an invalid ledger is an error of one line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from support.recordings import STORE, completed

from harness.capture.collector.http_server import serve_app
from harness.capture.tls import make_certificate
from harness.capture.upstream import Upstream
from harness.errors import ServerError
from harness.protocol import get
from harness.recording.recorder import Recorder
from harness.recording.records import Header
from harness.runner.environment import Environment, Services, external_environment

OWNER = {"name": "Shop", "currency": "EUR"}


def page(number: int) -> dict[str, Any]:
    entry = {"kind": "page", "page": {"url": f"{STORE}/{number}", "type": "other", "title": "", "status": 200}}
    return {**completed(entry), "n": number}


@asynccontextmanager
async def open_store(ledger: dict[str, Any], *, status: int = 200) -> AsyncIterator[Environment]:
    """The environment of a store with this ledger, which ignores `since`."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(ledger, status=status)

    app = web.Application()
    app.router.add_get("/ledger", answer)
    protocol = get()
    header = Header(protocol=protocol.name, scenario_file="", scenario="", target_file="", target="")
    async with (
        serve_app(app) as (port,),
        external_environment(
            Services(
                protocol=protocol, recorder=Recorder(header), certificate=make_certificate(["a.example"]), script=b""
            ),
            scheme="http",
            upstream=Upstream(is_blocked=lambda _host: True),
            ledger=f"http://127.0.0.1:{port}/ledger",
        ) as environment,
    ):
        yield environment


def test_only_new_entries_are_read_and_once() -> None:
    async def read() -> list[Any]:
        ledger = {"version": 1, "store": OWNER, "entries": [page(1), page(2)]}
        async with open_store(ledger) as environment:
            ledger["entries"] = [page(1), page(2), page(3)]
            reads = [await environment.read_ledger()]
            reads.append(await environment.read_ledger())
            ledger["entries"] = [page(1), page(2), page(3), page(4)]
            reads.append(await environment.read_ledger())
        return [read and (read.store, [entry["n"] for entry in read.entries]) for read in reads]

    assert asyncio.run(read()) == [(OWNER, [3]), None, (OWNER, [4])]


def test_a_ledger_without_new_entries_is_read_once() -> None:
    async def read() -> Any:
        async with open_store({"version": 1, "store": OWNER, "entries": []}) as environment:
            return await environment.read_ledger()

    assert asyncio.run(read()).store == OWNER


@pytest.mark.parametrize(
    ("ledger", "status", "words"),
    [
        ({"store": OWNER, "entries": [{"n": 1}]}, 200, "the ledger's entry 1 has no"),
        ({"entries": []}, 200, "it has no 'store'"),
        ({}, 503, "503"),
    ],
)
def test_an_invalid_ledger_is_an_error(ledger: dict[str, Any], status: int, words: str) -> None:
    async def read() -> None:
        async with open_store(ledger, status=status):
            pass

    with pytest.raises(ServerError, match="the store's ledger cannot be read") as caught:
        asyncio.run(read())
    assert words in str(caught.value)
