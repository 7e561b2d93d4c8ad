"""Inject faults into the collector's answers, by a script of attempts."""

import asyncio
from dataclasses import dataclass, field

from harness.collector_faults import TRAFFIC, Fault, FaultScript


@dataclass(eq=False, kw_only=True)
class _Held:
    """A request that gets no answer, and the event that ends it."""

    body: bytes
    released: asyncio.Event = field(default_factory=asyncio.Event)


class FaultInjector:
    """The current faults of one collector. For one event loop."""

    def __init__(self) -> None:
        self._script: FaultScript | None = None
        self._attempt = 0
        self._permanent = {traffic: asyncio.Event() for traffic in TRAFFIC}
        self._held: list[_Held] = []

    @property
    def script(self) -> FaultScript | None:
        return self._script

    def begin(self, script: FaultScript | None) -> None:
        """Start this script in place of the current one; None ends the faults."""
        self._script, self._attempt = script, 0
        for body in self.held:
            self.release(body)
        for event in self._permanent.values():
            event.clear()

    def next_fault(self, traffic: str) -> Fault | None:
        """Count a new request of that traffic, and return its fault."""
        script = self._script
        if script is None or traffic not in script.traffic:
            return None
        self._attempt += 1
        is_last = self._attempt >= len(script.attempts)
        if is_last and not script.repeats_last and self._attempt > len(script.attempts):
            return None
        fault = script.attempts[min(self._attempt, len(script.attempts)) - 1]
        if fault and is_last and script.repeats_last:
            self._permanent[traffic].set()
        return fault

    async def hold(self, body: bytes) -> None:
        """Hold a request that gets no answer, until the script ends or its sender gives up."""
        held = _Held(body=body)
        self._held.append(held)
        await held.released.wait()

    @property
    def held(self) -> list[bytes]:
        return [held.body for held in self._held]

    def release(self, body: bytes) -> None:
        """End the hold of a request whose sender gave up; browsers do not always close its connection."""
        held = next((held for held in self._held if held.body == body), None)
        if held:
            self._held.remove(held)
            held.released.set()

    async def wait_until_permanent(self, traffic: str) -> None:
        """Wait until a request of that traffic had a fault that repeats forever: then more requests are useless."""
        await self._permanent[traffic].wait()
