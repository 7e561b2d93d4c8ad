"""What a tracker protocol must provide, and the protocols that there are: one folder each beside this file."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from harness.errors import UsageError
from harness.events import Beacon, Reading
from harness.matching import suggest

NAMES: Final = ("jirafe",)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a collector says to a beacon."""

    status: int
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One address of the protocol.

    `path` is an aiohttp pattern. `limit` is the greatest body in bytes. `answer` is asked for whole beacons sent with one
    of `methods`; the number and the status of those are still 0.
    """

    path: str
    methods: tuple[str, ...]
    limit: int
    answer: Callable[[Beacon], Answer]


@dataclass(frozen=True, kw_only=True)
class TrackerProtocol:
    """A tracker protocol.

    `refuse(status, message)` words the answer to a request that no endpoint takes. `read` finds the events in a beacon and
    what its body says against itself; each finding's `place` is a JSON pointer into the body. It reads any beacon: one that
    is no tracker's, or cannot be decoded, has no events.
    """

    name: str
    endpoints: tuple[Endpoint, ...]
    refuse: Callable[[int, str], Answer]
    read: Callable[[Beacon], Reading]


def get(name: str = "jirafe") -> TrackerProtocol:
    """The protocol of that name. Raises UsageError where there is none."""
    if name not in NAMES:
        raise UsageError(f'no such protocol "{name}"; {suggest(name, NAMES)}')
    protocol: TrackerProtocol = import_module(f"{__name__}.{name}.endpoints").PROTOCOL
    return protocol
