"""The records of a recording: everything that a verdict depends on, in the order in which it happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from harness.events import Beacon

VERSION = 1
"""The version of the recording format."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """The planned journey. It contains the texts of scenario and target, so that a recording can be judged anywhere.

    Pages on `store_hosts` are page views; a return from `payment_hosts` starts no visit. `currency` is the target's, or empty;
    a ledger's currency has precedence. `store` are the options of the built-in store, or `receipt due` of another one. `browser`
    has `name`, `version`, `build` and `path`.
    """

    protocol: str
    scenario_file: str
    scenario: str
    target_file: str
    target: str
    shopper: Mapping[str, str] = field(default_factory=dict)
    store_hosts: tuple[str, ...] = ()
    payment_hosts: tuple[str, ...] = ()
    currency: str = ""
    store: Mapping[str, str] = field(default_factory=dict)
    browser: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class StepBegun:
    """Step `number` began at `at`, in seconds since the epoch. `clock` is the lead of the page's clock, in seconds."""

    number: int
    at: float
    clock: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ClockAdvanced:
    """The page's clock was advanced; `clock` is its lead from now on, in seconds."""

    at: float
    clock: float


@dataclass(frozen=True, kw_only=True)
class Settled:
    """An action within a step has settled without another page; `clock` is the lead of the page's clock, in seconds."""

    at: float
    clock: float


@dataclass(frozen=True, kw_only=True)
class PageView:
    """A page of the store that a tab showed to a shopper.

    Only a page that settled is `observed`, with `title`, `cookies` (as scripts see them), `referrer` and `navigation`. Its
    `titles` are others that it had when it sent requests.
    A loaded document has the navigation `navigate`, `reload` or `back_forward`; one from the back/forward cache `restore`.
    Within a document it is `push` (pushState to another URL) or `traverse` (back or forward to another URL); then the page view
    before is the `referrer`, and `left` is the URL that this page had in the end.
    """

    url: str
    at: float
    clock: float
    tab: int = 1
    shopper: int = 1
    observed: bool = False
    title: str = ""
    titles: tuple[str, ...] = ()
    referrer: str = ""
    navigation: str = ""
    left: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class UrlReplaced:
    """The page in a tab got another URL by replaceState; the page view is the same."""

    url: str
    at: float
    tab: int = 1


@dataclass(frozen=True, kw_only=True)
class LedgerRead:
    """The entries of the store's ledger since the last reading, and the ledger's description of the store."""

    store: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class PageRead:
    """The values that the target's `facts` select on a page of an external store, by kind and field."""

    url: str
    facts: Mapping[str, Mapping[str, str]]


ADDS, REMOVES, CHANGES, BUYS, UNKNOWN = EFFECTS = ("adds", "removes", "changes", "buys", "unknown")
"""The effects of an action: it adds to the cart, removes from it, changes a quantity in it, buys, or may do any of these."""


@dataclass(frozen=True, kw_only=True)
class ActionPerformed:
    """An action had one of the `EFFECTS` in a store without a ledger; `title` is the action in the scenario's words.

    `product` and `quantity` are its arguments, empty if they are not given. `facts` are the values of `$product` by field that
    pages contained from before the action to its end.
    """

    effect: str
    title: str
    product: str = ""
    quantity: str = ""
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScriptServed:
    """The tracker's script host received a request for `url` and returned `status`."""

    url: str
    status: int


@dataclass(frozen=True, kw_only=True)
class HostRefused:
    """The browser tried to reach a host that is not part of the run."""

    host: str
    port: int


class RefusalCause(StrEnum):
    """The reason why a browser did not send a page's request; each value occurs in the text of its `BrowserRefused`."""

    POLICY = "policy"
    OFFLINE = "no network"
    SIZE = ""


@dataclass(frozen=True, kw_only=True)
class BrowserRefused:
    """The browser did not send a page's request, possibly without an error. `browser/page_scripts/network.js` writes `reason`."""

    url: str
    reason: str

    @property
    def cause(self) -> RefusalCause:
        return next(cause for cause in RefusalCause if cause.value in self.reason)


@dataclass(frozen=True, kw_only=True)
class PageError:
    """An uncaught error of a script on a page."""

    url: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ActionFailed:
    """The journey ended because an action failed. `place` is the line of the action, `target_line` that in the target.

    `is_unknown_value` if the action was not performed because it needs a variable without a value.
    """

    message: str
    place: str
    url: str
    hint: str = ""
    target_line: str = ""
    is_unknown_value: bool = False


@dataclass(frozen=True, kw_only=True)
class ProbeReport:
    """The state of a settled page, recorded as long as no page has sent anything.

    `snippet` describes the page's globals, `calls` are the names of the calls to the tracker (see `TrackerProtocol.trap`).
    `tried` are the URLs on other hosts to which scripts sent requests, `scripts` the URLs of the requested scripts.
    `consent_managers` are the globals of known consent managers. `reads_automation` if a script read `navigator.webdriver`.
    """

    url: str
    snippet: Mapping[str, Any] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    consent_managers: tuple[str, ...] = ()
    reads_automation: bool = False


@dataclass(frozen=True, kw_only=True)
class PageInspected:
    """The state of a page of an unknown store at the end of a step.

    `kind` is the assumed page type and `how` the way to the page. `snippet` describes the page's globals; `calls` (`name`,
    `arguments`) are the page's calls to the tracker in this step. `scripts` are the tracker's scripts and failed ones (`url`,
    `status`, `type`, `failure`). `blocked` are violations of the page's policy (`url`, `directive`, `policy`). `survey` is the
    page's content.
    """

    url: str
    kind: str
    how: str
    snippet: Mapping[str, Any] = field(default_factory=dict)
    calls: Sequence[Mapping[str, Any]] = ()
    scripts: Sequence[Mapping[str, Any]] = ()
    blocked: Sequence[Mapping[str, Any]] = ()
    cookies: Sequence[Mapping[str, Any]] = ()
    survey: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FaultsSet:
    """The scenario's item `number` set `faults` (in the scenario's words), or ended all faults if the text is empty.

    Beacons may be delayed until the faults end (`delays`), pages may have no tracker (`blocks_tracker`), no cookies
    (`cookies_blocked`), or image requests only (`images_only`). The page's clock may stand still except for explicit advances
    (`stops_clock`), or be wrong by `clock_off` seconds.
    """

    number: int
    at: float
    faults: str
    delays: bool = False
    blocks_tracker: bool = False
    cookies_blocked: bool = False
    images_only: bool = False
    stops_clock: bool = False
    clock_off: float = 0.0


@dataclass(frozen=True, kw_only=True)
class StepEnded:
    """Step `number` has settled."""

    number: int
    at: float
    clock: float


Record = (
    StepBegun
    | ClockAdvanced
    | Settled
    | PageView
    | UrlReplaced
    | LedgerRead
    | PageRead
    | ActionPerformed
    | ScriptServed
    | HostRefused
    | BrowserRefused
    | PageError
    | ActionFailed
    | ProbeReport
    | PageInspected
    | FaultsSet
    | StepEnded
    | Beacon
)


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A header and the records after it."""

    header: Header
    records: tuple[Record, ...]


def read_cookies(text: str) -> dict[str, str]:
    """The names and values in `document.cookie`, not decoded."""
    pairs = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return {name: value for name, _sign, value in pairs}
