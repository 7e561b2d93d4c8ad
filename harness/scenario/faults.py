"""The item `faults` of a scenario: faults of the collector, of the network and of the browser."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.collector_faults import BEACONS, TRAFFIC, Fault, FaultScript, read_fault
from harness.json_matching import suggest
from harness.scenario.durations import SECONDS_IN, WRONG_CLOCK
from harness.scenario.yaml_source import Node
from harness.text_files import quote

OFF: Final = "off"
AT_COLLECTOR, FOR, BLOCKED, REPLACED, LACKS, OFFLINE, CLOCK, SIGNALS, SHOPPER = KEYS = (
    *("collector", "for", "blocked", "replaced", "lacks"),
    *("offline", "clock", "signals", "shopper"),
)

COLLECTOR, SCRIPT = HOSTS = ("collector", "script")
"""The hosts that a scenario can block: the collector's, and that of the tracker's script."""

COOKIES: Final = "cookies"
_TRANSPORTS = ("fetch", "sendBeacon", "XMLHttpRequest")
TRANSPORTS: Final = frozenset(_TRANSPORTS)
FEATURES: Final = (*_TRANSPORTS, COOKIES, "storage")
"""The browser features that a scenario can remove from pages."""

GPC, DNT = PRIVACY_SIGNALS = ("GPC", "DNT")
"""The signals that a browser can send to pages: Global Privacy Control, and Do Not Track."""

HURRIES: Final = "in a hurry"
"""The value of a shopper who leaves each page as soon as it has loaded, also with requests under way."""

STANDS_STILL: Final = "stands still"
"""The value of a clock that only the journey's waits advance."""


@dataclass(frozen=True, kw_only=True)
class FaultSet:
    """The faults at one time: the collector's script, blocked hosts, and features that the browser lacks.

    A script that is `replaced` defines the tracker's functions and does nothing, like that of a content blocker.

    A shopper who `hurries` continues as soon as a page has loaded and the due events have arrived, answered or not.
    `clock` is the scenario's text about the shopper's clock; its error is `clock_off` seconds.
    """

    script: FaultScript | None = None
    blocked: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    is_offline: bool = False
    hurries: bool = False
    stops_clock: bool = False
    clock_off: float = 0.0
    clock: str = ""

    @property
    def words(self) -> str:
        """The faults in the scenario's words; empty without faults."""
        parts = [self.script.words] if self.script else []
        parts += [f"{key}: {', '.join(sorted(names))}" for key, names in self._names.items() if names]
        parts += [f"{SHOPPER}: {HURRIES}"] * self.hurries
        return ", ".join([*parts, *["offline"] * self.is_offline, *[f"{CLOCK}: {self.clock}"] * bool(self.clock)])

    @property
    def _names(self) -> Mapping[str, frozenset[str]]:
        return {BLOCKED: self.blocked, REPLACED: self.replaced, LACKS: self.lacks, SIGNALS: self.signals}

    @property
    def delays(self) -> bool:
        """Whether beacons may be delayed until the faults end."""
        script = self.script
        fails = script is not None and any(fault and not fault.is_accepted for fault in script.attempts)
        is_down = script is not None and script.repeats_last and fails and BEACONS in script.traffic
        return is_down or COLLECTOR in self.blocked or self.is_offline

    @property
    def cookies_blocked(self) -> bool:
        """Whether pages cannot keep the ids of visit and visitor."""
        return COOKIES in self.lacks

    @property
    def images_only(self) -> bool:
        """Whether pages can send image requests only."""
        return self.lacks >= TRANSPORTS

    @property
    def blocks_tracker(self) -> bool:
        """Whether pages load without the tracker until the faults end."""
        return SCRIPT in self.blocked | self.replaced


NONE: Final = FaultSet()
"""No faults."""


def read_faults(node: Node, name: str) -> FaultSet:
    """Read `off` or a mapping of faults; `name` is the item's. FileError if it is invalid."""
    if node.value == OFF:
        return NONE
    if node.is_null or not isinstance(node.value, dict) or not node.value:
        node.fail(f"\"{name}\" must be off, or a mapping of faults, as in '{name}: {{collector: [503, 503, ok]}}'")
    known = node.known_fields(f'"{name}"', optional=KEYS)
    if FOR in known and AT_COLLECTOR not in known:
        known[FOR].fail(f'"{FOR}" needs a fault of the collector; add "{AT_COLLECTOR}"')
    clock = known[CLOCK].text(f'"{CLOCK}"') if CLOCK in known else ""
    return FaultSet(
        script=_script(known, name) if AT_COLLECTOR in known else None,
        blocked=_some(known, BLOCKED, HOSTS),
        replaced=_some(known, REPLACED, (SCRIPT,)),
        lacks=_some(known, LACKS, FEATURES),
        signals=_some(known, SIGNALS, PRIVACY_SIGNALS),
        is_offline=_is_true(known, OFFLINE),
        hurries=SHOPPER in known and bool(_one(known[SHOPPER], SHOPPER, (HURRIES,))),
        clock=clock,
        stops_clock=clock == STANDS_STILL,
        clock_off=_clock_off(known[CLOCK], clock) if clock not in ("", STANDS_STILL) else 0.0,
    )


def _script(known: Mapping[str, Node], name: str) -> FaultScript:
    """The collector's faults, attempt by attempt, and the traffic that they affect."""
    attempts = known[AT_COLLECTOR]
    is_list = isinstance(attempts.value, tuple)
    faults = tuple(_fault(item) for item in (attempts.items("attempts") if is_list else (attempts,)))
    if not any(faults):
        attempts.fail(f"no attempt has a fault; write {name}: {OFF} to end the earlier faults")
    words = ", ".join(f"{key}: {_words(known[key])}" for key in (AT_COLLECTOR, FOR) if key in known)
    if FOR not in known:
        return FaultScript(attempts=faults, repeats_last=not is_list, words=words)
    traffic = frozenset({_one(known[FOR], FOR, TRAFFIC)})
    return FaultScript(attempts=faults, repeats_last=not is_list, traffic=traffic, words=words)


def _fault(node: Node) -> Fault | None:
    text = node.text("an attempt")
    try:
        return read_fault(text)
    except ValueError as error:
        node.fail(f"no such fault {quote(text)}; {error}")


def _words(node: Node) -> str:
    return f"[{', '.join(node.plain())}]" if isinstance(node.value, tuple) else str(node.value)


def _one(node: Node, key: str, allowed: tuple[str, ...]) -> str:
    text = node.text(f'"{key}"')
    if text not in allowed:
        node.fail(f'"{key}" cannot be {quote(text)}; {suggest(text, allowed)}')
    return text


def _some(known: Mapping[str, Node], key: str, allowed: tuple[str, ...]) -> frozenset[str]:
    """One of the allowed words, or a list of them."""
    if key not in known:
        return frozenset()
    nodes = known[key].value if isinstance(known[key].value, tuple) else (known[key],)
    if not nodes:
        known[key].fail(f'"{key}" is empty; allowed: {", ".join(allowed)}')
    return frozenset(_one(node, key, allowed) for node in nodes if isinstance(node, Node))


def _clock_off(node: Node, text: str) -> float:
    found = re.fullmatch(WRONG_CLOCK, text) if text.isascii() else None
    if found is None:
        node.fail(f'"{CLOCK}" cannot be {quote(text)}; allowed: {STANDS_STILL}, or an error such as 3 days behind')
    return int(found["count"]) * SECONDS_IN[found["unit"]] * (1.0 if found["way"] == "ahead" else -1.0)


def _is_true(known: Mapping[str, Node], key: str) -> bool:
    if key in known and known[key].value != "true":
        known[key].fail(f'"{key}" can only be true')
    return key in known
