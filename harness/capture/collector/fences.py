"""Fences: marked requests that a page sends so that one can know that whatever it sent before has arrived."""

import asyncio
from contextlib import suppress
from typing import Final

from aiohttp import hdrs, web

from harness.capture.collector.cors import allow_origin, answer_preflight

HELD_AT_MOST_S: Final = 5.0
"""How long a fence with `?after=` waits for the other, in seconds."""


class Fences:
    """The fences that have come through, by their tokens. Belongs to one event loop."""

    def __init__(self) -> None:
        self._seen: dict[str, asyncio.Event] = {}

    def arrived(self, token: str) -> None:
        """Note that a fence has come through."""
        self._fence(token).set()

    def has(self, token: str) -> bool:
        """Whether a fence has come through already."""
        return token in self._seen and self._seen[token].is_set()

    async def wait(self, token: str, timeout: float) -> None:
        """Return as soon as a fence has come through. Raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            await self._fence(token).wait()

    async def wait_for_fence(self, token: str) -> None:
        """Return as soon as a fence has come through, or when it has had its time."""
        with suppress(TimeoutError):
            await self.wait(token, HELD_AT_MOST_S)

    def _fence(self, token: str) -> asyncio.Event:
        return self._seen.setdefault(token, asyncio.Event())


FENCES: Final = web.AppKey("fences", Fences)


async def receive_fence(request: web.Request) -> web.Response:
    """Note a fence and answer 204; with `?after=TOKEN` not before that one has come through, or 408.

    A page of any origin may send one, by any transport. Fences are no beacons: none is journaled.
    """
    if request.method == hdrs.METH_OPTIONS:
        return answer_preflight(request)
    await request.release()
    fences = request.app[FENCES]
    fences.arrived(request.match_info["token"])
    status = 204
    if after := request.query.get("after"):
        try:
            await fences.wait(after, HELD_AT_MOST_S)
        except TimeoutError:
            status = 408
    return web.Response(status=status, headers={**allow_origin(request), hdrs.CACHE_CONTROL: "no-store"})
