"""Faults at the collector: what becomes of a request in place of being taken, scripted from attempt to attempt."""

import asyncio
from dataclasses import dataclass
from typing import Final

from harness.matching import suggest

BEACONS, DOCUMENTS = TRAFFIC = ("beacons", "documents")
"""What faults can strike: the requests of pages, and those of a store's back end."""

OK: Final = "ok"
"""The word for an attempt that nothing strikes."""

STATUSES: Final = range(400, 600)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What becomes of one request: `status` is answered, and nothing in it is taken."""

    status: int

    def __str__(self) -> str:
        return str(self.status)


@dataclass(frozen=True, kw_only=True)
class Script:
    """What becomes of one request after the other; None is taken as ever.

    Where it `lasts`, the last attempt's lot is that of all that follow, and otherwise they are taken. It `strikes` some of
    `TRAFFIC`, and lets the rest pass. `words` are the scenario's.
    """

    attempts: tuple[Fault | None, ...]
    lasts: bool = False
    strikes: frozenset[str] = frozenset(TRAFFIC)
    words: str = ""


def read_fault(text: str) -> Fault | None:
    """The fault of that name, None for `ok`. Raises ValueError with what is allowed."""
    if text == OK:
        return None
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in STATUSES:
        return Fault(status=int(text))
    near = suggest(text, [OK]) if not text[:1].isdigit() else f"allowed: {OK}"
    raise ValueError(f"{near}, or a status from {STATUSES[0]} to {STATUSES[-1]}")


class Faults:
    """The faults of one collector, as they are now. Belongs to one event loop."""

    def __init__(self) -> None:
        self._script: Script | None = None
        self._attempt = 0
        self._blocked = {traffic: asyncio.Event() for traffic in TRAFFIC}

    @property
    def script(self) -> Script | None:
        """What is going on; None where nothing strikes."""
        return self._script

    def begin(self, script: Script | None) -> None:
        """From here on this script and no other; None ends it."""
        self._script, self._attempt = script, 0
        for event in self._blocked.values():
            event.clear()

    def strike(self, traffic: str) -> Fault | None:
        """What becomes of the request of that kind which has come now."""
        script = self._script
        if script is None or traffic not in script.strikes:
            return None
        self._attempt += 1
        is_over = self._attempt >= len(script.attempts)
        if is_over and not script.lasts and self._attempt > len(script.attempts):
            return None
        fault = script.attempts[min(self._attempt, len(script.attempts)) - 1]
        if fault and is_over and script.lasts:
            self._blocked[traffic].set()
        return fault

    async def blocked(self, traffic: str) -> None:
        """Wait until a request of that kind was struck by what strikes all that follow, so that no waiting will help."""
        await self._blocked[traffic].wait()
