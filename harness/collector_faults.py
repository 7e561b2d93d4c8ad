"""Injected faults at the collector: the traffic they affect, and their notation in scenarios."""

import re
from dataclasses import dataclass
from typing import Final

BEACONS, DOCUMENTS, PREFLIGHTS = TRAFFIC = ("beacons", "documents", "preflights")
"""The requests that a fault can affect: those of pages, those of a store's back end, and a browser's CORS preflights."""

OK: Final = "ok"
"""The notation for an attempt without a fault."""

STATUSES: Final = range(400, 600)

NOTATION: Final = (
    r"^(?! )(?:(?P<status>[45]\d\d)(?: retry after (?P<retry_after>\d{1,4}) s)?|(?P<reset>reset(?: before body)?)|(?P<silent>no answer))?"
    r"(?:(?:^| )(?P<late>\d{1,4}) ms late)?$"
)
"""The notation of a fault in a scenario, as a regular expression."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The fault of one request: an error `status`, a cut connection (`reset`), no answer at all, or a late answer.

    `retry_after` is a header of the answer, in seconds; `late_ms` delays the answer, in milliseconds.
    """

    status: int = 0
    retry_after: int | None = None
    reset: str = ""
    is_silent: bool = False
    late_ms: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether the collector accepts the request: the answer is only late."""
        return not (self.status or self.reset or self.is_silent)

    def __str__(self) -> str:
        retry = "" if self.retry_after is None else f" retry after {self.retry_after} s"
        fault = f"{self.status}{retry}" if self.status else "no answer" if self.is_silent else self.reset
        return f"{fault} {self.late_ms} ms late".strip() if self.late_ms else fault


@dataclass(frozen=True, kw_only=True)
class FaultScript:
    """The faults of one request after another; None accepts a request.

    After the last attempt its fault is repeated if `repeats_last`; otherwise all requests are accepted.
    The script affects only this `traffic`. `words` are the scenario's.
    """

    attempts: tuple[Fault | None, ...]
    repeats_last: bool = False
    traffic: frozenset[str] = frozenset({BEACONS, DOCUMENTS})
    words: str = ""


def read_fault(text: str) -> Fault | None:
    """Parse one fault; None for `ok`. Raises ValueError with the allowed notation."""
    if text == OK:
        return None
    found = re.fullmatch(NOTATION, text) if text.isascii() else None
    if not text or found is None:
        others = "reset, reset before body, no answer, 429 retry after 20 s, 400 ms late"
        raise ValueError(f"allowed: {OK}, a status from {STATUSES[0]} to {STATUSES[-1]}, {others}")
    retry_after = found["retry_after"]
    return Fault(
        status=int(found["status"] or 0),
        retry_after=None if retry_after is None else int(retry_after),
        reset=found["reset"] or "",
        is_silent=bool(found["silent"]),
        late_ms=int(found["late"] or 0),
    )
