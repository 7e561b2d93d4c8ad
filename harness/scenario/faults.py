"""What a scenario lets fail: at the collector, on the way to it, in the browser. The item `faults`, read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.capture.collector.fault_injection import BEACONS, TRAFFIC, Fault, Script, read_fault
from harness.json_matching import suggest
from harness.scenario.yaml_source import Node, quote

OFF: Final = "off"
AT_COLLECTOR, FOR, BLOCKED, LACKS, OFFLINE, CLOCK, SIGNALS, SHOPPER = KEYS = (
    *("collector", "for", "blocked", "lacks"),
    *("offline", "clock", "signals", "shopper"),
)

COLLECTOR, SCRIPT = HOSTS = ("collector", "script")
"""Whose hosts a scenario can cut off: the collector's, and that of the tracker's script."""

COOKIES: Final = "cookies"
_SENDING = ("fetch", "sendBeacon", "XMLHttpRequest")
TRANSPORTS: Final = frozenset(_SENDING)
ABILITIES: Final = (*_SENDING, COOKIES, "storage")
"""What pages can be made to do without."""

GPC, DNT = WISHES = ("GPC", "DNT")
"""What a browser can tell pages: Global Privacy Control, and Do Not Track."""

HURRIES: Final = "in a hurry"
"""How shoppers can be who leave each page as soon as it has loaded, whatever is still under way."""

STANDS_STILL: Final = "stands still"
"""What a clock can do besides going: it goes on only by what the journey moves it on."""

WRONG_CLOCK: Final = r"^(?P<count>[1-9]\d{0,4}) (?P<unit>second|minute|hour|day)s? (?P<way>ahead|behind)$"
"""How a scenario says that a shopper's clock is wrong, as a regular expression."""

SECONDS_IN: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
"""The units in which scenarios say times."""

_EXAMPLE = "{collector: [503, 503, ok]}"


@dataclass(frozen=True, kw_only=True)
class FaultSet:
    """All that fails at one time: the collector as its script says, hosts that are cut off, what the browser lacks.

    A shopper who `hurries` goes on as soon as a page has loaded and what is due has arrived, answered or not. `clock` is what
    the shopper's clock does, in the scenario's words; it goes wrong by `clock_off` seconds.
    """

    script: Script | None = None
    blocked: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    is_offline: bool = False
    hurries: bool = False
    stops_clock: bool = False
    clock_off: float = 0.0
    clock: str = ""

    @property
    def words(self) -> str:
        """As the scenario says it; empty where nothing fails."""
        parts = [self.script.words] if self.script else []
        parts += [f"{name}: {', '.join(sorted(those))}" for name, those in self._those.items() if those]
        parts += [f"{SHOPPER}: {HURRIES}"] * self.hurries
        return ", ".join([*parts, *["offline"] * self.is_offline, *[f"{CLOCK}: {self.clock}"] * bool(self.clock)])

    @property
    def _those(self) -> Mapping[str, frozenset[str]]:
        return {BLOCKED: self.blocked, LACKS: self.lacks, SIGNALS: self.signals}

    @property
    def delays(self) -> bool:
        """Whether beacons may have to wait until it is over."""
        script = self.script
        fails = script is not None and any(fault and not fault.is_taken for fault in script.attempts)
        is_down = script is not None and script.lasts and fails and BEACONS in script.strikes
        return is_down or COLLECTOR in self.blocked or self.is_offline

    @property
    def cookies_blocked(self) -> bool:
        """Whether pages cannot know which visit is running."""
        return COOKIES in self.lacks

    @property
    def images_only(self) -> bool:
        """Whether pages can send nothing but the address of a picture."""
        return self.lacks >= TRANSPORTS

    @property
    def blocks_tracker(self) -> bool:
        """Whether pages have no tracker until it is over."""
        return SCRIPT in self.blocked


NONE: Final = FaultSet()
"""Nothing fails."""


def read_faults(node: Node, name: str) -> FaultSet:
    """`off`, or what fails; `name` is the item's. FileError where it is neither."""
    if node.value == OFF:
        return NONE
    if node.is_null or not isinstance(node.value, dict) or not node.value:
        node.fail(f"\"{name}\" takes off, or what fails, as in '{name}: {_EXAMPLE}'")
    known = node.known_fields(f'"{name}"', optional=KEYS)
    if FOR in known and AT_COLLECTOR not in known:
        known[FOR].fail(f'"{FOR}" says whom the collector fails; say how with "{AT_COLLECTOR}"')
    clock = known[CLOCK].text(f'"{CLOCK}"') if CLOCK in known else ""
    return FaultSet(
        script=_script(known, name) if AT_COLLECTOR in known else None,
        blocked=_some(known, BLOCKED, HOSTS),
        lacks=_some(known, LACKS, ABILITIES),
        signals=_some(known, SIGNALS, WISHES),
        is_offline=_is_true(known, OFFLINE),
        hurries=SHOPPER in known and bool(_one(known[SHOPPER], SHOPPER, (HURRIES,))),
        clock=clock,
        stops_clock=clock == STANDS_STILL,
        clock_off=_clock_off(known[CLOCK], clock) if clock not in ("", STANDS_STILL) else 0.0,
    )


def _script(known: Mapping[str, Node], name: str) -> Script:
    """What the collector does, from attempt to attempt, for which traffic."""
    attempts = known[AT_COLLECTOR]
    is_list = isinstance(attempts.value, tuple)
    script = tuple(_fault(item) for item in (attempts.items("attempts") if is_list else (attempts,)))
    if not any(script):
        attempts.fail(f"nothing fails here; write {name}: {OFF} to end what was failing")
    said = {key: known[key] for key in (AT_COLLECTOR, FOR) if key in known}
    words = ", ".join(f"{key}: {_words(item)}" for key, item in said.items())
    if FOR not in known:
        return Script(attempts=script, lasts=not is_list, words=words)
    return Script(attempts=script, lasts=not is_list, strikes=frozenset({_one(known[FOR], FOR, TRAFFIC)}), words=words)


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
    """One of these words, or a list of them."""
    if key not in known:
        return frozenset()
    nodes = known[key].value if isinstance(known[key].value, tuple) else (known[key],)
    if not nodes:
        known[key].fail(f'"{key}" is empty; allowed: {", ".join(allowed)}')
    return frozenset(_one(node, key, allowed) for node in nodes if isinstance(node, Node))


def _clock_off(node: Node, text: str) -> float:
    found = re.fullmatch(WRONG_CLOCK, text) if text.isascii() else None
    if found is None:
        node.fail(
            f'"{CLOCK}" cannot be {quote(text)}; allowed: {STANDS_STILL}, or how far it is off, as in 3 days behind'
        )
    return int(found["count"]) * SECONDS_IN[found["unit"]] * (1.0 if found["way"] == "ahead" else -1.0)


def _is_true(known: Mapping[str, Node], key: str) -> bool:
    if key in known and known[key].value != "true":
        known[key].fail(f'"{key}" can only be true')
    return key in known
