"""Every request is journaled before its answer."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.collector_client import LIMIT, Collector, ask, collecting

from harness.capture.journal import MemoryJournal
from harness.errors import FileError
from harness.events import Beacon

at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)
PAGE = {"Origin": "https://shop.test"}


def sent(method: str, path: str, data: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], Beacon]:
    """Send one request; return its status, its headers, and the journaled beacon."""

    async def act(collector: Collector) -> tuple[int, dict[str, str], Beacon]:
        async with collector.client.request(method, path, data=data, headers={**PAGE, **headers}) as answer:
            await answer.read()
        (beacon,) = collector.journal
        return answer.status, dict(answer.headers), beacon

    return ask(act)


def test_beacon_is_journaled_unchanged() -> None:
    before = time.time()
    status, _, beacon = sent("POST", "/look?a=%20&b=ä", b'{"a": "\xc3\xa4"}', Host="collector.test")
    assert status == 200
    assert beacon.number == 1
    assert beacon.method == "POST"
    assert beacon.url == "http://collector.test/look?a=%20&b=%C3%A4"
    assert beacon.body == b'{"a": "\xc3\xa4"}'
    assert beacon.status == 200
    assert beacon.declared_length == 11
    assert not beacon.truncated
    assert before <= beacon.time <= time.time()


async def test_headers_keep_order_spelling_and_repetition(collector: Collector) -> None:
    await collector.raw(
        b"POST /look HTTP/1.1\r\nx-B: 1\r\nHost: a\r\nX-b: caf\xe9\r\ncontent-LENGTH: 2\r\nX-B: 3\r\n\r\n{}"
    )
    (beacon,) = collector.journal
    assert beacon.headers == (("x-B", "1"), ("Host", "a"), ("X-b", "café"), ("content-LENGTH", "2"), ("X-B", "3"))


async def test_beacon_is_journaled_and_announced_before_the_answer() -> None:
    happened: list[str] = []

    class Noting(MemoryJournal):
        async def append(self, beacon: Beacon) -> Beacon:
            await asyncio.sleep(0)
            happened.append("journaled")
            return await super().append(beacon)

    def on_arrival(beacon: Beacon) -> None:
        happened.append(f"announced {beacon.number}")

    async with collecting(journal=Noting(), on_arrival=on_arrival) as collector:
        await collector.see()
        happened.append("answered")
    assert happened == ["journaled", "announced 1", "answered"]


@pytest.mark.parametrize(
    "error",
    [BrokenPipeError(), ValueError("I/O operation on closed file."), UnicodeEncodeError("ascii", "ä", 0, 1, "no")],
    ids=lambda error: type(error).__name__,
)
async def test_failing_listener_changes_no_answer_and_is_logged(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def on_arrival(_beacon: Beacon) -> None:
        raise error

    async with collecting(on_arrival=on_arrival) as collector, collector.client.post("/look", data=b"{}") as answer:
        assert (answer.status, await answer.text(), len(collector.journal)) == (200, "yes", 1)
    (message,) = caplog.messages
    assert message == f"beacon 1 arrived, but its listener failed: {error!r}"


async def test_failed_journal_write_gets_503() -> None:
    class Full(MemoryJournal):
        async def append(self, beacon: Beacon) -> Beacon:
            raise FileError("journal: cannot be written: disk full")

    async with collecting(journal=Full()) as collector, collector.client.post("/look", data=b"{}") as answer:
        assert (answer.status, await answer.text()) == (503, "journal: cannot be written: disk full")


def test_body_at_the_limit_is_accepted() -> None:
    status, _, beacon = sent("POST", "/look", b'"%s"' % (b"x" * (LIMIT - 2)))
    assert (status, len(beacon.body), beacon.truncated) == (200, LIMIT, False)


def test_body_over_the_limit_is_truncated_and_its_length_kept() -> None:
    status, _, beacon = sent("POST", "/look", b"x" * (LIMIT + 1))
    assert (status, beacon.status) == (413, 413)
    assert (beacon.body, beacon.truncated, beacon.declared_length) == (b"x" * LIMIT, True, LIMIT + 1)


async def test_chunked_body_over_the_limit_is_too_large() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LIMIT + 1):
            yield b"x"

    async with collecting() as collector, collector.client.post("/look", data=chunks()) as answer:
        (beacon,) = collector.journal
    assert answer.status == 413
    assert (len(beacon.body), beacon.truncated, beacon.declared_length) == (LIMIT, True, None)


def test_compressed_body_is_not_decompressed() -> None:
    packed = gzip.compress(b"0" * 300_000)
    status, _, beacon = sent("POST", "/look", packed, **{"Content-Encoding": "gzip"})
    assert status == 400
    assert beacon.body == packed


@pytest.mark.parametrize(
    "request_head",
    [b"Content-Length: 100\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n64\r\n", b"Content-Length: 5000\r\n\r\n"],
)
async def test_incomplete_body_is_journaled(collector: Collector, request_head: bytes) -> None:
    await collector.raw(b"POST /look HTTP/1.1\r\nHost: a\r\n" + request_head + b'{"half', hang_up=True)
    await collector.journal.wait(len, timeout=10)
    (beacon,) = collector.journal
    assert (beacon.body, beacon.truncated, beacon.status) == (b'{"half', True, 400)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PATCH"])
def test_wrong_method_is_journaled_and_gets_the_allowed_ones(method: str) -> None:
    status, headers, beacon = sent(method, "/look")
    assert status == 405
    assert headers["Allow"] == "POST, PUT, OPTIONS"
    assert (beacon.method, beacon.status) == (method, 405)


@pytest.mark.parametrize("path", ["/", "/look/", "/lookout", "/favicon.ico", "/harness", "//look"])
async def test_unknown_path_is_journaled_and_not_found(collector: Collector, path: str) -> None:
    answer = await collector.raw(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" % path.encode())
    (beacon,) = collector.journal
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert (beacon.url, beacon.body, beacon.status) == (f"http://a{path}", b"x", 404)


def test_preflight_is_allowed_and_journaled() -> None:
    request_headers = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-shop",
    }
    status, headers, beacon = sent("OPTIONS", "/look", None, **request_headers)
    assert status == 204
    assert headers["Access-Control-Allow-Origin"] == "https://shop.test"
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Access-Control-Allow-Methods"] == "POST"
    assert headers["Access-Control-Allow-Headers"] == "content-type, x-shop"
    assert int(headers["Access-Control-Max-Age"]) > 0
    assert (beacon.method, beacon.status, beacon.header("Access-Control-Request-Method")) == ("OPTIONS", 204, "POST")


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("POST", "/look", b"{}"),
        ("POST", "/look", b"not JSON"),
        ("POST", "/look", b"x" * (LIMIT + 1)),
        ("GET", "/look", None),
        ("POST", "/elsewhere", b"{}"),
    ],
)
def test_pages_of_another_origin_may_read_every_answer(method: str, path: str, data: bytes | None) -> None:
    _, headers, _ = sent(method, path, data)
    assert headers["Access-Control-Allow-Origin"] == "https://shop.test"
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Vary"] == "Origin"


async def test_answer_without_an_origin_varies_by_origin(collector: Collector) -> None:
    answer = await collector.raw(b"POST /look HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
    assert b"\r\nVary: Origin\r\n" in answer
    assert b"Access-Control" not in answer


async def test_request_without_a_host_is_journaled(collector: Collector) -> None:
    await collector.raw(b"POST /look HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}")
    (beacon,) = collector.journal
    assert beacon.url == "http:///look"


async def _post(client: ClientSession, path: str, body: bytes) -> int:
    async with client.post(path, data=body) as answer:
        return answer.status


paths = st.builds(
    lambda head, rest: head + quote(rest, safe="", errors="replace"), st.sampled_from(["/look?", "/"]), st.text()
)


@at_leisure
@given(st.lists(st.tuples(st.just("/look") | paths, st.binary(max_size=LIMIT + 500)), min_size=1))
def test_any_bytes_get_an_answer_below_500_and_are_journaled_once(requests: list[tuple[str, bytes]]) -> None:
    async def act(collector: Collector) -> tuple[list[int], list[bytes]]:
        statuses = [await _post(collector.client, path, body) for path, body in requests]
        return statuses, [beacon.body for beacon in collector.journal]

    statuses, bodies = ask(act)
    assert max(statuses) < 500
    assert bodies == [body[:LIMIT] if path.startswith("/look") else body for path, body in requests]
