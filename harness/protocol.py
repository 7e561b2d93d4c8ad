"""The interface of a tracker protocol. Each protocol is a package in `harness/protocols/`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, NamedTuple

from harness.errors import UsageError
from harness.events import Beacon, Reading, document_name
from harness.findings import Finding
from harness.json_matching import suggest

NAMES: Final = ("jirafe",)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The collector's response to a beacon."""

    status: int
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One endpoint of the collector.

    `path` is an aiohttp pattern, `limit` the greatest size of a body in bytes. `answer` returns the response to a beacon sent
    with one of `methods`; the number and the status of that beacon are still 0.
    """

    path: str
    methods: tuple[str, ...]
    limit: int
    answer: Callable[[Beacon], Answer]


class Claim(NamedTuple):
    """A statement of one beacon that others may contradict: for `rule`, the `about` is `value`, at `pointer` in the body."""

    rule: str
    about: str
    value: str
    pointer: str


class EventIdentity(NamedTuple):
    """What makes an event of one stream the same event as another: `digest` of its content, without times.

    Events with one `subject` change the same thing. `time` is the event's own, in seconds since the epoch; None if unknown.
    """

    type: str
    subject: str
    digest: str
    time: float | None
    pointer: str


@dataclass(frozen=True, kw_only=True)
class TrackerProtocol:
    """A tracker protocol as servers, scenarios and the judge need it; `harness.judge.protocol_rules` has its rules.

    `endpoints` are the collector's; `refuse(status, message)` returns the response to a request that no endpoint accepts.
    `read` returns the events or documents in any beacon, with the findings about its body; the `place` of each finding is a
    JSON pointer into the body. A beacon of another program, or one that cannot be decoded, has no events.

    `event_types` and `document_types` are all types, `order_events` those that only a purchase causes. `known_fields(name)` are
    the JSON pointers of the fields of a type, `pattern_schemas()` the JSON Schemas of the patterns that scenarios may use.

    The tracker's script has the path `script_path` on `script_host`; `is_script(url)` recognizes it. `collector_hosts` are the
    production collectors, the preferred one first. Back ends send to `document_host`, one of these; `is_of_back_end(beacon)`
    recognizes their requests by the URL. No name under `domain` is ever reached. `cookie_prefix` is that of the tracker's
    cookies. The tracker calls `page_function`, a global function of the page. `trap` is a JavaScript function of `record(call)`
    that records the page's calls to the tracker and returns a function that describes the page's globals. `stand_in` is a
    script like that of a content blocker: it defines the tracker's functions, which do nothing. `obsolete_script` is the host
    and path of an older generation of the script.

    Captured traffic without pages is checked beacon against beacon: `claims` are the statements of one beacon, and
    `contradiction(first, later)` is the finding about two claims of one rule about one subject, or None. `page_view_urls` are
    the URLs of the page views that a beacon reports. `stream` names the site that it reports to, `identities` are those of its
    events.

    `with_tokens(pairs)` is the same protocol with these pairs of a site and a token that may write to it.
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
    claims: Callable[[Reading], tuple[Claim, ...]]
    contradiction: Callable[[Claim, Claim], Finding | None]
    page_view_urls: Callable[[Reading], tuple[str, ...]]
    domain: str
    trap: str
    page_function: str
    is_script: Callable[[str], bool]
    cookie_prefix: str
    with_tokens: "Callable[[Iterable[tuple[str, str]]], TrackerProtocol]"
    order_events: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    document_host: str = ""
    stand_in: str = ""
    obsolete_script: str = ""
    is_of_back_end: Callable[[Beacon], bool] = lambda _beacon: False
    stream: Callable[[Reading], str] = lambda _reading: ""
    identities: Callable[[Reading], tuple[EventIdentity, ...]] = lambda _reading: ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all events and documents in scenarios."""
        return (*self.event_types, *map(document_name, self.document_types))


def get(name: str = "jirafe") -> TrackerProtocol:
    """The protocol of that name. Raises UsageError for an unknown name."""
    if name not in NAMES:
        raise UsageError(f'unknown protocol "{name}"; {suggest(name, NAMES)}')
    protocol: TrackerProtocol = import_module(f"harness.protocols.{name}.protocol").PROTOCOL
    return protocol
