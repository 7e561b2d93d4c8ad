"""The outbox sends each document once and in order, however the collector behaves."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from support.fake_collector import Collector, collecting

from fakewww.backend.outbox import LONGEST_PAUSE, Outbox, Wire, pause


@asynccontextmanager
async def outbox(collector, *, timeout=5.0, base="/v2/1"):
    """An open outbox for the collector."""
    async with collecting(collector) as there:
        wire = Wire(pause=collector.pause, timeout=timeout)
        made = Outbox(str(there.make_url("/")), headers={"Authorization": "Bearer T"}, wire=wire)
        await made.open()
        try:
            yield made
        finally:
            await made.close()


async def send(collector, count=3, *, kind="cart", **options):
    """Send numbered documents and wait for their responses; the final state."""
    async with outbox(collector, **options) as box:
        for number in range(count):
            box.put(kind, f"/v2/1/{kind}", json.dumps({"number": number}).encode())
        async with asyncio.timeout(10):
            await box.drained()
        return box.state()


def numbers(requests):
    return [request.body["number"] for request in requests]


def test_each_document_arrives_once_and_in_order():
    collector = Collector()
    state = asyncio.run(send(collector, 20))
    assert numbers(collector.requests) == list(range(20))
    assert (state["pending"], state["sent"], state["retries"], state["failed"]) == (0, 20, 0, [])


def test_a_document_is_sent_as_json_with_the_token():
    collector = Collector()
    asyncio.run(send(collector, 1))
    (request,) = collector.requests
    assert (request.method, request.path) == ("POST", "/v2/1/cart")
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Authorization"] == "Bearer T"


@pytest.mark.parametrize("behaviour", [408, 425, 429, 500, 502, 503, 599, "reset", "silence"])
def test_a_collector_that_fails_gets_the_same_body_again_before_any_other(behaviour):
    collector = Collector([behaviour, behaviour, 200])
    state = asyncio.run(send(collector, 2, timeout=0.2 if behaviour == "silence" else 5))
    assert numbers(collector.requests) == [0, 0, 0, 1]
    assert numbers(collector.accepted) == [0, 1]
    assert len({request.raw for request in collector.requests[:3]}) == 1
    assert (state["sent"], state["retries"], state["failed"], state["trouble"]) == (2, 2, [], "")


def test_all_attempts_of_a_document_have_the_same_unique_key():
    collector = Collector([500, 500, 200, 500])
    asyncio.run(send(collector, 2))
    keys = [request.headers["Idempotency-Key"] for request in collector.requests]
    assert len(set(keys[:3])) == len(set(keys[3:])) == 1
    assert keys[0] != keys[3]


def test_two_stores_use_different_keys():
    collector = Collector()
    asyncio.run(send(collector, 1))
    asyncio.run(send(collector, 1))
    assert len({request.headers["Idempotency-Key"] for request in collector.requests}) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 405, 413, 422])
def test_a_refusal_is_final_and_recorded_with_its_response(status):
    answer = {"success": False, "error_type": "validation", "errors": {"id": "None is not of type 'string'"}}
    collector = Collector([200, status], answers={status: answer})
    state = asyncio.run(send(collector))
    assert numbers(collector.requests) == [0, 1, 2]
    assert (state["pending"], state["sent"], state["refused"]) == (0, 2, 1)
    assert state["failed"] == [{"n": 2, "kind": "cart", "path": "/v2/1/cart", "status": status, "answer": answer}]


def test_refused_entries_of_a_batch_are_recorded_with_their_index():
    no = {"success": False, "error_type": "validation", "errors": {}}
    collector = Collector([200], answers={200: {"order": [{"success": True}, no], "cart": [no]}})
    state = asyncio.run(send(collector, 1, kind="batch"))
    assert [(note["kind"], note["entry"], note["answer"]) for note in state["failed"]] == [
        ("order", 1, no),
        ("cart", 0, no),
    ]
    assert (state["sent"], state["refused"]) == (1, 0)


@pytest.mark.parametrize("answer", [[], "x", None, {"order": 1}, {"order": [1, None, {"success": 0}]}])
def test_an_unreadable_response_to_a_batch_is_no_refusal(answer):
    state = asyncio.run(send(Collector([200], answers={200: answer}), 1, kind="batch"))
    assert (state["sent"], state["failed"]) == (1, [])


def test_an_incomplete_response_is_final():
    collector = Collector(["half", 200])
    state = asyncio.run(send(collector, 2))
    assert numbers(collector.requests) == [0, 1]
    assert (state["sent"], state["retries"]) == (2, 0)


def test_pauses_double_up_to_the_limit():
    collector = Collector([503] * 12)
    asyncio.run(send(collector, 1))
    assert collector.pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert all(before <= after for before, after in pairwise(collector.pauses))
    assert collector.pauses[-1] == LONGEST_PAUSE


def test_the_next_document_starts_with_the_shortest_pause():
    collector = Collector([500, 500, 200, 500])
    asyncio.run(send(collector, 2))
    assert collector.pauses == [0.25, 0.5, 0.25]


@pytest.mark.parametrize(
    ("asked", "waited"), [("7", 7), ("0", 0.25), ("3600", LONGEST_PAUSE), ("soon", 0.25), ("²", 0.25)]
)
def test_the_collector_can_request_a_longer_pause(asked, waited):
    collector = Collector([429], headers={"Retry-After": asked})
    asyncio.run(send(collector, 1))
    assert collector.pauses == [waited]


async def test_no_document_is_lost_while_the_collector_is_down():
    collector = Collector()
    async with collecting(collector) as there:
        url = str(there.make_url("/"))
        await there.close()
    tried = asyncio.Event()

    async def hold(_seconds, _closing):
        if box.state()["retries"] >= 3:
            tried.set()
            await collector.over.wait()

    collector.over.clear()
    box = Outbox(url, headers={}, wire=Wire(pause=hold))
    await box.open()
    box.put("cart", "/v2/1/cart", b"{}")
    async with asyncio.timeout(10):
        await tried.wait()
    state = box.state()
    collector.over.set()
    await box.close()
    assert (state["pending"], state["sent"], state["failed"]) == (1, 0, [])
    assert state["trouble"].startswith("cart 1: Cannot connect")


async def test_closing_sends_the_remaining_documents():
    collector = Collector()
    async with collecting(collector) as there:
        box = Outbox(str(there.make_url("/")), headers={}, wire=Wire())
        await box.open()
        for number in range(10):
            box.put("cart", "/cart", json.dumps({"number": number}).encode())
        await box.close()
    assert numbers(collector.accepted) == list(range(10))


async def test_closing_does_not_wait_for_a_pause_to_end():
    collector, pausing = Collector([500, 200]), asyncio.Event()

    async def hold(_seconds, closing):
        pausing.set()
        await closing.wait()

    async with collecting(collector) as there, asyncio.timeout(10):
        box = Outbox(str(there.make_url("/")), headers={}, wire=Wire(pause=hold))
        await box.open()
        box.put("cart", "/cart", b'{"number": 0}')
        await pausing.wait()
        await box.close(patience=60)
    assert numbers(collector.accepted) == [0]


async def test_a_pause_ends_when_the_store_closes():
    closing = asyncio.Event()
    closing.set()
    async with asyncio.timeout(5):
        await pause(3_600, closing)
    await pause(0.001, asyncio.Event())


def test_closing_stops_at_the_first_failure_and_logs_the_unsent_documents(caplog):
    async def close():
        collector = Collector([500] * 100)
        async with collecting(collector) as there:
            box = Outbox(str(there.make_url("/")), headers={}, wire=Wire())
            await box.open()
            box.put("cart", "/cart", b"{}")
            box.put("cart", "/cart", b"{}")
            await box.close()
        return len(collector.requests), box.pending

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(close()) == (1, 2)
    assert caplog.messages == ["2 documents were not sent: cart 1: answered 500"]


async def test_closing_takes_no_longer_than_its_patience():
    collector = Collector(["silence"])
    async with collecting(collector) as there:
        box = Outbox(str(there.make_url("/")), headers={}, wire=Wire(timeout=60))
        await box.open()
        box.put("cart", "/cart", b"{}")
        async with asyncio.timeout(10):
            await box.close(patience=0.1)
    assert box.pending == 1


def test_an_outbox_that_was_never_opened_closes():
    asyncio.run(Outbox("http://127.0.0.1:9", headers={}, wire=Wire()).close())
