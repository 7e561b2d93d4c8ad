"""Waits for events with a common time limit."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from harness.capture.journal import Journal


@dataclass(kw_only=True)
class EventWait:
    """Waits for beacons in a journal; all waits together last at most `seconds`."""

    seconds: float

    async def until(self, condition: Callable[[], bool], journal: Journal) -> bool:
        """Wait until the condition is true; it is checked on each arrival. Return whether it is."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await journal.wait(lambda _journal: condition(), timeout=max(self.seconds, 0))
        except TimeoutError:
            return False
        finally:
            self.seconds -= loop.time() - began
