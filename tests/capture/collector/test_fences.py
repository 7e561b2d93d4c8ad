"""Fences: their answers, their order, and waiting for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from support.collector_client import Collector, collecting

from harness.capture.collector import fences
from harness.capture.collector.app import FENCES
from harness.capture.collector.fences import Fences


@pytest.fixture
def collector() -> AbstractAsyncContextManager[Collector]:
    """A collector that journals nothing, because a fence is no beacon."""

    @asynccontextmanager
    async def without_beacons() -> AsyncIterator[Collector]:
        async with collecting() as collector:
            yield collector
            assert len(collector.journal) == 0

    return without_beacons()


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_fence_gets_an_empty_answer_and_is_noted_by_token(collector: Collector, method: str) -> None:
    async with collector.client.request(method, "/harness/fence/f1") as answer:
        assert (answer.status, await answer.read()) == (204, b"")
    assert collector.app[FENCES].has("f1")
    assert not collector.app[FENCES].has("f2")


async def test_pages_of_another_origin_may_send_a_fence_with_credentials(collector: Collector) -> None:
    page = {"Origin": "https://shop.test", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "POST", "OPTIONS"):
        async with collector.client.request(method, "/harness/fence/f1", headers=page) as answer:
            assert answer.status == 204
            assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.test"
            assert answer.headers["Access-Control-Allow-Credentials"] == "true"


async def test_preflight_is_not_the_fence(collector: Collector) -> None:
    async with collector.client.options("/harness/fence/f1"):
        assert not collector.app[FENCES].has("f1")


async def test_fence_after_another_waits_for_it(collector: Collector) -> None:
    held = asyncio.create_task(collector.client.get("/harness/fence/second?after=first"))
    await collector.app[FENCES].wait("second", 10)
    assert not held.done()
    async with collector.client.post("/harness/fence/first", data="x"):
        pass
    assert (await held).status == 204


async def test_fence_after_an_arrived_one_does_not_wait(collector: Collector) -> None:
    collector.app[FENCES].add("first")
    async with collector.client.get("/harness/fence/second?after=first") as answer:
        assert answer.status == 204


async def test_fence_after_a_missing_one_times_out_with_408(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fences, "MAX_HOLD_S", 0.001)

    page = {"Origin": "https://shop.test"}
    async with collector.client.get("/harness/fence/second?after=first", headers=page) as answer:
        assert answer.status == 408
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.test"


def test_wait_for_a_missing_fence_times_out() -> None:
    with pytest.raises(TimeoutError):
        asyncio.run(Fences().wait("f1", 0.001))
