"""Connect a run to a collector that already runs (`harness serve`).

The run copies the requests that a store's back end sends to that collector, and forwards the browser's beacons to it. A shop whose
integration has a fixed address is checked this way.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
from yarl import URL

from harness.capture.upstream import connection_error
from harness.errors import ServerError, UsageError
from harness.events import Beacon
from harness.recording.beacon_json import beacon_from_json

FORWARDED_HEADER = "X-Harness-Copy"
"""A header that marks forwarded requests, so that no run copies them back."""

_WAIT_S = 10.0
_NOT_FORWARDED = ("host", "content-length", "connection", "transfer-encoding", "accept-encoding")
OnBeacon = Callable[[Beacon], Awaitable[None]]


@dataclass(kw_only=True)
class RemoteCollector:
    """The collector at `url`. `on_beacon` gets each new request for which `is_wanted` is true, in order."""

    url: str
    session: ClientSession
    on_beacon: OnBeacon
    is_wanted: Callable[[Beacon], bool]
    _since: int = 0
    _outgoing: asyncio.Queue[Beacon] = field(default_factory=asyncio.Queue)
    _failure: str = ""

    async def synchronize(self) -> None:
        """Forward all waiting beacons, and copy all new requests. ServerError if the collector has ended."""
        await self._outgoing.join()
        if self._failure:
            raise ServerError(self._failure)
        await self._copy_new(wait=0.0)

    def forward(self, beacon: Beacon) -> None:
        """Forward a beacon of the browser soon; faulted requests are not forwarded."""
        if not beacon.fault:
            self._outgoing.put_nowait(beacon)

    async def _start(self) -> None:
        """Count requests as new from now on. ServerError if there is no collector."""
        try:
            async with self.session.get(f"{self.url}/harness/health") as response:
                self._since = int((await response.json(content_type=None))["beacons"])
        except (ClientError, TimeoutError, ValueError, TypeError, KeyError) as error:
            trouble = "the server there is no harness collector"
            if isinstance(error, ClientConnectorError):
                trouble = f"no answer ({connection_error(error.os_error)})"
            raise ServerError(f"--collector {self.url}: {trouble}; start one with 'harness serve'") from error

    async def _copy_new(self, *, wait: float) -> None:
        query = {"since": str(self._since), "wait": f"{wait:g}"}
        try:
            async with self.session.get(f"{self.url}/harness/journal.ndjson", params=query) as response:
                lines = (await response.text()).splitlines()
            beacons = [beacon_from_json(json.loads(line)) for line in lines[1:]]
        except (ClientError, TimeoutError, ValueError, TypeError, KeyError) as error:
            raise ServerError(f"--collector {self.url}: its journal cannot be read: {error}") from error
        for beacon in (beacon for beacon in beacons if beacon.number > self._since):
            self._since = beacon.number
            if beacon.header(FORWARDED_HEADER.lower()) is None and self.is_wanted(beacon):
                await self.on_beacon(beacon)

    async def _watch(self) -> None:
        while True:
            await self._copy_new(wait=_WAIT_S)

    async def _forward_all(self) -> None:
        while True:
            beacon = await self._outgoing.get()
            try:
                await self._forward_one(beacon)
            except (ClientError, TimeoutError) as error:
                self._failure = self._failure or f"--collector {self.url}: a beacon could not be forwarded: {error}"
            finally:
                self._outgoing.task_done()

    async def _forward_one(self, beacon: Beacon) -> None:
        parts = urlsplit(beacon.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = [(name, value) for name, value in beacon.headers if name.lower() not in _NOT_FORWARDED]
        url = URL(f"{self.url}{path}", encoded=True)
        async with self.session.request(
            beacon.method, url, data=beacon.body, headers=[*headers, (FORWARDED_HEADER, "1")], allow_redirects=False
        ) as response:
            await response.read()


@asynccontextmanager
async def remote_collector(
    url: str, *, on_beacon: OnBeacon, is_wanted: Callable[[Beacon], bool]
) -> AsyncIterator[RemoteCollector]:
    """Connect to the collector at `url` until the end of the block."""
    async with ClientSession(timeout=ClientTimeout(total=_WAIT_S + 10), auto_decompress=False) as session:
        remote = RemoteCollector(url=url.rstrip("/"), session=session, on_beacon=on_beacon, is_wanted=is_wanted)
        await remote._start()
        tasks = [asyncio.create_task(work()) for work in (remote._watch, remote._forward_all)]
        try:
            yield remote
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def require_collector(url: str) -> None:
    async def ignore(_beacon: Beacon) -> None:
        pass

    async with remote_collector(url, on_beacon=ignore, is_wanted=lambda _beacon: False):
        pass


def parse_collector_url(url: str) -> str:
    """The base URL of a collector, without a path. UsageError for an invalid one."""
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_valid = False
    if not is_valid:
        raise UsageError(f"--collector {url}: give the address of a running collector, such as http://127.0.0.1:8001")
    return f"{parts.scheme}://{parts.netloc}"
