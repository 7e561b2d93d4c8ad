"""Faults at the collector: what becomes of a request in place of being taken, scripted from attempt to attempt."""

import asyncio
from dataclasses import dataclass, field

from harness.collector_faults import TRAFFIC, Fault, FaultScript


@dataclass(eq=False, kw_only=True)
class _Held:
    """A request without an answer, and the event that ends that."""

    body: bytes
    over: asyncio.Event = field(default_factory=asyncio.Event)


class FaultInjector:
    """The faults of one collector, as they are now. Belongs to one event loop."""

    def __init__(self) -> None:
        self._script: FaultScript | None = None
        self._attempt = 0
        self._blocked = {traffic: asyncio.Event() for traffic in TRAFFIC}
        self._held: list[_Held] = []

    @property
    def script(self) -> FaultScript | None:
        """What is going on; None where nothing strikes."""
        return self._script

    def begin(self, script: FaultScript | None) -> None:
        """From here on this script and no other; None ends it."""
        self._script, self._attempt = script, 0
        for body in self.held:
            self.release(body)
        for event in self._blocked.values():
            event.clear()

    def strike(self, traffic: str) -> Fault | None:
        """What becomes of the request of that kind which has come now."""
        script = self._script
        if script is None or traffic not in script.traffic:
            return None
        self._attempt += 1
        is_over = self._attempt >= len(script.attempts)
        if is_over and not script.repeats_last and self._attempt > len(script.attempts):
            return None
        fault = script.attempts[min(self._attempt, len(script.attempts)) - 1]
        if fault and is_over and script.repeats_last:
            self._blocked[traffic].set()
        return fault

    async def hold(self, body: bytes) -> None:
        """Wait, with a request that shall get no answer, until what is going on now ends, or nobody waits for it any more."""
        held = _Held(body=body)
        self._held.append(held)
        await held.over.wait()

    @property
    def held(self) -> list[bytes]:
        """The bodies of the requests that wait in vain for an answer now."""
        return [held.body for held in self._held]

    def release(self, body: bytes) -> None:
        """Whoever sent a request with this body has given up; browsers do not always tell."""
        held = next((held for held in self._held if held.body == body), None)
        if held:
            self._held.remove(held)
            held.over.set()

    async def blocked(self, traffic: str) -> None:
        """Wait until a request of that kind was struck by what strikes all that follow, so that no waiting will help."""
        await self._blocked[traffic].wait()
