"""The timeline: a recording's steps with their pages, ledger entries and beacons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.events import Beacon, Document, Event, Reading
from harness.recording.records import (
    ActionFailed,
    ActionPerformed,
    BrowserRefused,
    FaultsSet,
    HostRefused,
    PageError,
    PageInspected,
    PageView,
    ProbeReport,
    Record,
    ScriptServed,
)

GRANTED = "granted"
"""The value of `consent` in the ledger after the shopper agreed to tracking."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A beacon and its decoded content.

    Its events happened between `clock_from`, when the previous page had settled, and `clock_to`, when it arrived; both by the
    page's clock, in seconds since the epoch. `page` is the number of pages that the step had shown before.
    """

    beacon: Beacon
    reading: Reading
    clock_from: float
    clock_to: float
    page: int = 0


@dataclass(frozen=True, kw_only=True)
class ShownPage:
    """A page view. `at` is when the page appeared, before the wait on it: seconds since the epoch, by its clock.

    `addresses` are its URLs after the first.
    """

    view: PageView
    at: float
    addresses: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class StepConditions:
    """The faults and the consent that a step was performed under.

    `delayed`: faults may keep the step's beacons from arriving; the first step after such steps `recovers`. `delayed_since` is
    the number of the first of these steps, None outside of them. `tracker_blocked`:
    pages could not load the tracker; `cookies_blocked`: they could keep no cookies; `images_only`: they could send image requests
    only. `clock_off` is the error of the shopper's clock in seconds. `consent` is the shopper's last choice in the ledger,
    empty if the store does not ask. `faults_set` are the faults that the scenario set in or after the step.
    """

    delayed: bool = False
    recovers: bool = False
    delayed_since: int | None = None
    tracker_blocked: bool = False
    cookies_blocked: bool = False
    images_only: bool = False
    clock_off: float = 0.0
    consent: str = ""
    faults_set: list[FaultsSet] = field(default_factory=list)

    @property
    def consent_granted(self) -> bool:
        return self.consent in ("", GRANTED)


@dataclass(kw_only=True)
class BrowserLog:
    """The observations of the browser in a step; `inspected_page` is set for pages of an unknown store.

    `actions` are those with an effect on cart or orders, in a store without a ledger.
    """

    actions: list[ActionPerformed] = field(default_factory=list)
    scripts: list[ScriptServed] = field(default_factory=list)
    hosts_refused: list[HostRefused] = field(default_factory=list)
    requests_refused: list[BrowserRefused] = field(default_factory=list)
    errors: list[PageError] = field(default_factory=list)
    probe_reports: list[ProbeReport] = field(default_factory=list)
    inspected_page: PageInspected | None = None

    def add(self, record: Record) -> None:
        """Keep a record of these kinds; ignore others."""
        match record:
            case ActionPerformed():
                self.actions.append(record)
            case ScriptServed():
                self.scripts.append(record)
            case HostRefused():
                self.hosts_refused.append(record)
            case BrowserRefused():
                self.requests_refused.append(record)
            case PageError():
                self.errors.append(record)
            case ProbeReport():
                self.probe_reports.append(record)
            case PageInspected():
                self.inspected_page = record


@dataclass(kw_only=True)
class StepTimeline:
    """One step.

    `entries` are from the store's ledger, `facts` from its pages; `url` is the page at the end of the step. `arrivals` are the
    accepted requests, `faulted` those hit by an injected fault, which count as not received.
    """

    number: int
    began: float
    ended: float
    url: str = ""
    conditions: StepConditions = field(default_factory=StepConditions)
    pages: list[ShownPage] = field(default_factory=list)
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    facts: list[Mapping[str, Any]] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    faulted: list[Arrival] = field(default_factory=list)
    browser: BrowserLog = field(default_factory=BrowserLog)
    failure: ActionFailed | None = None

    @property
    def may_miss_events(self) -> bool:
        """Whether injected faults may have moved events of this step to another step, or dropped them."""
        refused = (arrival for arrival in self.faulted if is_refused_for_good(arrival.beacon))
        conditions = self.conditions
        is_disturbed = conditions.delayed or conditions.recovers or conditions.tracker_blocked
        return is_disturbed or not conditions.consent_granted or any(refused)

    @property
    def attempts(self) -> list[Arrival]:
        """All requests of this step, faulted or not, in the journal's order."""
        return sorted((*self.arrivals, *self.faulted), key=lambda arrival: arrival.beacon.number)

    @property
    def events(self) -> list[Event]:
        """The events that arrived in this step, in the order in which they were sent."""
        return [event for arrival in self.arrivals for event in arrival.reading.events]

    @property
    def documents(self) -> list[Document]:
        """The documents that arrived in this step, in the order in which they were sent."""
        return [document for arrival in self.arrivals for document in arrival.reading.documents]

    @property
    def inspected_page(self) -> PageInspected | None:
        return self.browser.inspected_page

    @property
    def served(self) -> list[Mapping[str, Any]]:
        return [entry for entry in self.entries if entry["kind"] == "page"]

    def url_of(self, beacon: Beacon) -> str:
        """The page that was shown when a beacon of this step arrived."""
        arrivals = (*self.arrivals, *self.faulted)
        index = next((arrival.page for arrival in arrivals if arrival.beacon is beacon), len(self.pages))
        return self.pages[index].view.url if index < len(self.pages) else self.url


@dataclass(kw_only=True, eq=False)
class Timeline:
    """All steps in order. `store` is the ledger's description of the store; without a ledger it has the target's values.

    `opening` holds all arrivals before the first step, as step 0: documents that a back end sends at the start.
    `failure` is the error that ended the journey before its first step.
    """

    steps: list[StepTimeline] = field(default_factory=list)
    opening: StepTimeline = field(default_factory=lambda: StepTimeline(number=0, began=0.0, ended=0.0))
    store: Mapping[str, Any] = field(default_factory=dict)
    has_ledger: bool = False
    failure: ActionFailed | None = None
    store_hosts: tuple[str, ...] = ()
    payment_hosts: tuple[str, ...] = ()


def is_refused_for_good(beacon: Beacon) -> bool:
    """Whether the response forbids a retry: a 4xx other than 408 and 429."""
    return 400 <= beacon.status < 500 and beacon.status not in (408, 429)


def latest_consent(entries: Sequence[Mapping[str, Any]], *, before: str) -> str:
    """The shopper's choice after these ledger entries; `before` if they contain none."""
    return next((entry["consent"] for entry in reversed(entries) if "consent" in entry), before)
