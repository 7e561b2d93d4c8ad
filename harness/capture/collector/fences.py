"""Fences: marked requests that a page sends after its beacons.

When a fence has arrived, all that the page sent before it has arrived too.
"""

import asyncio
from contextlib import suppress
from typing import Final

from aiohttp import hdrs, web

from harness.capture.collector.cors import allow_origin, answer_preflight

MAX_HOLD_S: Final = 5.0
"""The longest time that a fence with `?after=` waits for the other one, in seconds."""


class Fences:
    """The fences that have arrived, by token. For one event loop."""

    def __init__(self) -> None:
        self._fences: dict[str, asyncio.Event] = {}

    def add(self, token: str) -> None:
        self._event(token).set()

    def has(self, token: str) -> bool:
        return token in self._fences and self._fences[token].is_set()

    async def wait(self, token: str, timeout: float) -> None:
        """Wait until a fence has arrived. TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            await self._event(token).wait()

    async def wait_for_fence(self, token: str) -> None:
        """Wait until a fence has arrived, at most MAX_HOLD_S."""
        with suppress(TimeoutError):
            await self.wait(token, MAX_HOLD_S)

    def _event(self, token: str) -> asyncio.Event:
        return self._fences.setdefault(token, asyncio.Event())


FENCES: Final = web.AppKey("fences", Fences)


async def receive_fence(request: web.Request) -> web.Response:
    """Note a fence and answer 204; with `?after=TOKEN` wait for that fence first, or answer 408.

    Pages of any origin may send fences over any transport. Fences are not journaled.
    """
    if request.method == hdrs.METH_OPTIONS:
        return answer_preflight(request)
    await request.release()
    fences = request.app[FENCES]
    fences.add(request.match_info["token"])
    status = 204
    if after := request.query.get("after"):
        try:
            await fences.wait(after, MAX_HOLD_S)
        except TimeoutError:
            status = 408
    return web.Response(status=status, headers={**allow_origin(request), hdrs.CACHE_CONTROL: "no-store"})
