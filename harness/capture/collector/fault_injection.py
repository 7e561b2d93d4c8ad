"""Faults at the collector: what becomes of a request in place of being taken, scripted from attempt to attempt."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Final

BEACONS, DOCUMENTS, PREFLIGHTS = TRAFFIC = ("beacons", "documents", "preflights")
"""What faults can strike: the requests of pages, those of a store's back end, and a browser's question whether it may send."""

OK: Final = "ok"
"""The word for an attempt that nothing strikes."""

STATUSES: Final = range(400, 600)

WORDS: Final = (
    r"^(?! )(?:(?P<status>[45]\d\d)(?: retry after (?P<retry_after>\d{1,4}) s)?|(?P<reset>reset(?: before body)?)|(?P<silent>no answer))?"
    r"(?:(?:^| )(?P<late>\d{1,4}) ms late)?$"
)
"""How a scenario writes a fault, as a regular expression."""

_EXAMPLES = "reset, reset before body, no answer, 429 retry after 20 s, 400 ms late"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What becomes of one request: `status` is answered, the connection is cut (`reset`), or no answer comes at all.

    `retry_after` is a header of the answer, in seconds; `late_ms` is how long it takes, in milliseconds. Nothing in the
    request is taken, unless all that is wrong is that the answer comes late.
    """

    status: int = 0
    retry_after: int | None = None
    reset: str = ""
    is_silent: bool = False
    late_ms: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether the request is taken all the same."""
        return not (self.status or self.reset or self.is_silent)

    def __str__(self) -> str:
        asked = "" if self.retry_after is None else f" retry after {self.retry_after} s"
        what = f"{self.status}{asked}" if self.status else "no answer" if self.is_silent else self.reset
        return f"{what} {self.late_ms} ms late".strip() if self.late_ms else what


@dataclass(frozen=True, kw_only=True)
class Script:
    """What becomes of one request after the other; None is taken as ever.

    Where it `lasts`, the last attempt's lot is that of all that follow, and otherwise they are taken. It `strikes` some of
    `TRAFFIC`, and lets the rest pass. `words` are the scenario's.
    """

    attempts: tuple[Fault | None, ...]
    lasts: bool = False
    strikes: frozenset[str] = frozenset({BEACONS, DOCUMENTS})
    words: str = ""


def read_fault(text: str) -> Fault | None:
    """The fault of that name, None for `ok`. Raises ValueError with what is allowed."""
    if text == OK:
        return None
    found = re.fullmatch(WORDS, text) if text.isascii() else None
    if not text or found is None:
        raise ValueError(f"allowed: {OK}, a status from {STATUSES[0]} to {STATUSES[-1]}, {_EXAMPLES}")
    asked = found["retry_after"]
    return Fault(
        status=int(found["status"] or 0),
        retry_after=None if asked is None else int(asked),
        reset=found["reset"] or "",
        is_silent=bool(found["silent"]),
        late_ms=int(found["late"] or 0),
    )


@dataclass(eq=False, kw_only=True)
class _Held:
    """A request without an answer, and the event that ends that."""

    body: bytes
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Faults:
    """The faults of one collector, as they are now. Belongs to one event loop."""

    def __init__(self) -> None:
        self._script: Script | None = None
        self._attempt = 0
        self._blocked = {traffic: asyncio.Event() for traffic in TRAFFIC}
        self._held: list[_Held] = []

    @property
    def script(self) -> Script | None:
        """What is going on; None where nothing strikes."""
        return self._script

    def begin(self, script: Script | None) -> None:
        """From here on this script and no other; None ends it."""
        self._script, self._attempt = script, 0
        for body in self.held:
            self.release(body)
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
