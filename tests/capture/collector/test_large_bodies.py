"""A large body does not delay other requests."""

import asyncio
import io
import threading
from dataclasses import replace

from support.collector_client import DOUBLE, Collector, ask

from harness.events import LARGE_BODY, Beacon
from harness.protocol import Answer, Endpoint

PATIENCE_S = 10.0


def test_large_body_does_not_block_other_requests() -> None:
    begun, answered = threading.Event(), threading.Event()

    def slow(_beacon: Beacon) -> Answer:
        begun.set()
        return Answer(status=200 if answered.wait(PATIENCE_S) else 503, body=b"")

    def quick(_beacon: Beacon) -> Answer:
        return Answer(status=200, body=b"")

    endpoints = tuple(
        Endpoint(path=path, methods=("POST",), limit=2 * LARGE_BODY, answer=answer)
        for path, answer in (("/slow", slow), ("/quick", quick))
    )

    async def act(collector: Collector) -> int:
        large = asyncio.create_task(
            collector.client.post("/slow", data=io.BytesIO(b" " * (LARGE_BODY + 1))).__aenter__()
        )
        assert await asyncio.to_thread(begun.wait, PATIENCE_S)
        async with collector.client.post("/quick", data=b"{}"):
            answered.set()
        response = await large
        response.release()
        return response.status

    assert ask(act, replace(DOUBLE, endpoints=endpoints)) == 200
