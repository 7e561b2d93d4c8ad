"""What a tracker protocol must provide, and the protocols that there are: one folder each beside this file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.errors import UsageError
from harness.events import Beacon, Reading, document_name
from harness.json_matching import suggest

if TYPE_CHECKING:
    from harness.findings import Finding
    from harness.judge.expectations import Expectation
    from harness.recording.timeline import Timeline

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


class Claim(NamedTuple):
    """What one beacon says that other beacons may contradict: by `rule`, of `about`, that it is `value`, at `pointer` in its body."""

    rule: str
    about: str
    value: str
    pointer: str


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was found on the pages of an unknown store.

    `silenced` are the steps on whose page something keeps the tracker from doing its work: what they lack has its reason
    there. `lost` are the JSON pointers of what no later beacon can tell rightly for that reason. `notes` are sentences for
    whoever reads the report.
    """

    findings: "tuple[Finding, ...]"
    tracker_blocked: frozenset[int]
    lost: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrackerProtocol:
    """A tracker protocol.

    `refuse(status, message)` words the answer to a request that no endpoint takes. `read` finds the events or documents in
    a beacon and what its body says against itself; each finding's `place` is a JSON pointer into the body. It reads any beacon: one that
    is no tracker's, or cannot be decoded, has no events.

    `event_types` and `document_types` are what there is; `names` is what scenarios call them. `known_fields(name)` are the
    JSON pointers of the fields, `pattern_schemas()` the JSON Schema of what a scenario may say about each name. `implied`
    derives from a journey the events that are due, `check` holds what arrived against the pages, cookies and clock of its
    moment, `reconcile` holds store, browser and back end against each other, with the findings so far, so that nothing is
    said twice.

    The tracker's script is published at `script_path` of `script_host`; the production collectors are `collector_hosts`, the
    one that trackers send to first. Back ends send to `document_host`, one of these; `is_of_back_end(beacon)` tells by its
    address that a request was meant to be theirs.

    No name under `domain` is ever reached, whatever a page asks for. `trap` is JavaScript: a function of `record(call)` that
    tells what a page says to the tracker, and returns a function that describes the page's globals. `inspect` holds what
    was looked at so, page by page, against the protocol's documentation. `page_function` is the global function of a page that
    the tracker calls. `is_script(url)` tells the tracker's script.
    `cookie_prefix` begins the names of its cookies.

    Where neither pages nor a ledger are known, beacons are held against each other: `claims` are what one says,
    `contradiction(first, later)` is the finding where two claims of one rule about one thing do not go together, or None.
    `told_pages` are the URLs of the pages whose view a beacon tells of.

    Whoever expects one of `order_events` means to buy.

    `with_tokens(pairs)` is the same protocol where only these tokens may write, each to its site.
    """

    name: str
    endpoints: tuple[Endpoint, ...]
    refuse: Callable[[int, str], Answer]
    read: Callable[[Beacon], Reading]
    event_types: tuple[str, ...]
    known_fields: Callable[[str], frozenset[str]]
    pattern_schemas: Callable[[], dict[str, dict[str, Any]]]
    script_host: str
    script_path: str
    collector_hosts: tuple[str, ...]
    implied: "Callable[[Timeline], tuple[Expectation, ...]]"
    check: "Callable[[Timeline], tuple[Finding, ...]]"
    claims: Callable[[Reading], tuple[Claim, ...]]
    contradiction: "Callable[[Claim, Claim], Finding | None]"
    page_view_urls: Callable[[Reading], tuple[str, ...]]
    reconcile: "Callable[[Timeline, Sequence[Finding]], tuple[Finding, ...]]"
    domain: str
    trap: str
    page_function: str
    is_script: Callable[[str], bool]
    cookie_prefix: str
    inspect: "Callable[[Timeline], Inspection]"
    with_tokens: "Callable[[Iterable[tuple[str, str]]], TrackerProtocol]"
    order_events: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    document_host: str = ""
    is_of_back_end: Callable[[Beacon], bool] = lambda _beacon: False

    @property
    def names(self) -> tuple[str, ...]:
        """What scenarios call events and documents."""
        return (*self.event_types, *map(document_name, self.document_types))


def get(name: str = "jirafe") -> TrackerProtocol:
    """The protocol of that name. Raises UsageError where there is none."""
    if name not in NAMES:
        raise UsageError(f'no such protocol "{name}"; {suggest(name, NAMES)}')
    protocol: TrackerProtocol = import_module(f"harness.protocols.{name}.protocol").PROTOCOL
    return protocol
