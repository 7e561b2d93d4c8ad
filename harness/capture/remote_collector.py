"""A collector that already runs (`harness serve`): what a store's back end sends it is taken over, what the browser sends passed on.

So the documents of a shop's own integration, which knows no other address, are held against the journey that goes on meanwhile.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
from yarl import URL

from harness.capture.journal import from_json
from harness.capture.upstream import reason
from harness.errors import ServerError, UsageError
from harness.events import Beacon

FORWARDED_HEADER = "X-Harness-Copy"
"""A header of what is passed on, so that nobody takes it over again."""

_WAIT_S = 10.0
_NOT_PASSED_ON = ("host", "content-length", "connection", "transfer-encoding", "accept-encoding")
Take = Callable[[Beacon], Awaitable[None]]


@dataclass(kw_only=True)
class RemoteCollector:
    """The collector at `url`. `take` is given each request of a back end that it has got since, in order."""

    url: str
    session: ClientSession
    take: Take
    is_wanted: Callable[[Beacon], bool]
    _since: int = 0
    _copies: asyncio.Queue[Beacon] = field(default_factory=asyncio.Queue)
    _failure: str = ""

    async def synchronize(self) -> None:
        """Pass on all that waits, and take over all that is there. ServerError where the collector has gone."""
        await self._copies.join()
        if self._failure:
            raise ServerError(self._failure)
        await self._read(wait=0.0)

    def forward(self, beacon: Beacon) -> None:
        """Send it what came from the browser, soon. What a fault of the scenario struck was taken by nobody."""
        if not beacon.fault:
            self._copies.put_nowait(beacon)

    async def _begin(self) -> None:
        """From here on what comes is new. ServerError where there is no such collector."""
        try:
            async with self.session.get(f"{self.url}/harness/health") as response:
                self._since = int((await response.json(content_type=None))["beacons"])
        except (ClientError, TimeoutError, ValueError, TypeError, KeyError) as error:
            told = "another server answers there, no collector of ours"
            if isinstance(error, ClientConnectorError):
                told = f"nothing answers there ({reason(error.os_error)})"
            raise ServerError(f"--collector {self.url}: {told}; start one with 'harness serve'") from None

    async def _read(self, *, wait: float) -> None:
        query = {"since": str(self._since), "wait": f"{wait:g}"}
        try:
            async with self.session.get(f"{self.url}/harness/journal.ndjson", params=query) as response:
                lines = (await response.text()).splitlines()
            beacons = [from_json(json.loads(line)) for line in lines[1:]]
        except (ClientError, TimeoutError, ValueError, TypeError, KeyError) as error:
            raise ServerError(f"--collector {self.url}: its journal cannot be read: {error}") from None
        for beacon in (beacon for beacon in beacons if beacon.number > self._since):
            self._since = beacon.number
            if beacon.header(FORWARDED_HEADER.lower()) is None and self.is_wanted(beacon):
                await self.take(beacon)

    async def _watch(self) -> None:
        """Take over what comes as soon as it does."""
        while True:
            await self._read(wait=_WAIT_S)

    async def _send(self) -> None:
        while True:
            beacon = await self._copies.get()
            try:
                await self._send_one(beacon)
            except (ClientError, TimeoutError) as error:
                self._failure = self._failure or f"--collector {self.url}: a beacon could not be passed on: {error}"
            finally:
                self._copies.task_done()

    async def _send_one(self, beacon: Beacon) -> None:
        parts = urlsplit(beacon.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = [(name, value) for name, value in beacon.headers if name.lower() not in _NOT_PASSED_ON]
        url = URL(f"{self.url}{path}", encoded=True)
        async with self.session.request(
            beacon.method, url, data=beacon.body, headers=[*headers, (FORWARDED_HEADER, "1")], allow_redirects=False
        ) as response:
            await response.read()


@asynccontextmanager
async def remote_collector(
    url: str, *, take: Take, is_wanted: Callable[[Beacon], bool]
) -> AsyncIterator[RemoteCollector]:
    """Listen to the collector at `url` from now on, until the end of the block."""
    async with ClientSession(timeout=ClientTimeout(total=_WAIT_S + 10), auto_decompress=False) as session:
        remote = RemoteCollector(url=url.rstrip("/"), session=session, take=take, is_wanted=is_wanted)
        await remote._begin()
        tasks = [asyncio.create_task(work()) for work in (remote._watch, remote._send)]
        try:
            yield remote
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def require_collector(url: str) -> None:
    """ServerError where no collector of ours answers at `url`."""

    async def ignore(_beacon: Beacon) -> None:
        pass

    async with remote_collector(url, take=ignore, is_wanted=lambda _beacon: False):
        pass


def parse_collector_url(url: str) -> str:
    """The address of a collector, without its path. UsageError where it is none."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_one = False
    if not is_one:
        raise UsageError(f"--collector {url}: write the address of a running collector, such as http://127.0.0.1:8001")
    return f"{parts.scheme}://{parts.netloc}"
